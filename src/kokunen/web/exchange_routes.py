"""The addresses of the exchange: what came, what it did, what goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.access.domain import Permission
from kokunen.web.route import READ, SEND, VIEWS, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN: Final = "exchange/in/<int:file>/"
_RECORD: Final = f"{_IN}records/<int:number>/"
_OUT: Final = "exchange/out/<int:file>/"


def routes() -> Iterator[Route]:
    """Yield the addresses of inbox, outbox, reconciliation and calendar."""

    def route(
        name: str, path: str, view: str, *, person: bool = True, methods: tuple[str, ...] = READ
    ) -> Route:
        return Route(
            name=name,
            path=path,
            view=f"{VIEWS}.{view}",
            needs=Permission.EXAMINE,
            person=person,
            methods=methods,
        )

    yield route("exchange", "exchange/", "exchange.morning")
    yield route("exchange_in", "exchange/in/", "exchange.inbox", person=False)
    yield route("exchange_out", "exchange/out/", "exchange.outbox", person=False)
    yield route("exchange_calendar", "exchange/calendar/", "exchange.calendar", person=False)
    yield route("exchange_open", "exchange/open/", "exchange.open_records")
    yield route("exchange_probable", "exchange/probable/", "exchange.probable")
    yield route("exchange_differences", "exchange/differences/", "exchange.differences")
    yield route(
        "exchange_settle",
        "exchange/differences/<int:difference>/",
        "exchange.settle",
        methods=SEND,
    )
    yield route("exchange_unanswered", "exchange/unanswered/", "exchange.unanswered")
    yield route("exchange_file", _IN, "exchange_in.file")
    yield route("exchange_record", _RECORD, "exchange_in.record")
    yield route(
        "exchange_record_act", f"{_RECORD}<slug:act>/", "exchange_in.record_act", methods=SEND
    )
    yield route("exchange_file_act", f"{_IN}<slug:act>/", "exchange_in.file_act", methods=SEND)
    yield route("exchange_sent", _OUT, "exchange_out.file")
    yield route("exchange_paper", f"{_OUT}papers/<slug:name>/", "exchange_out.paper")
    yield route("exchange_act", f"{_OUT}<slug:act>/", "exchange_out.act", methods=SEND)
