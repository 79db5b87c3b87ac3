"""The addresses of the cases: from the choice of a filing to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.access.domain import Permission
from kokunen.web.route import PERSON, READ, SEND, VIEWS, Route

if TYPE_CHECKING:
    from collections.abc import Iterator


def routes() -> Iterator[Route]:
    """Yield the addresses of the counter's filings."""
    receive, examine = Permission.RECEIVE, Permission.EXAMINE
    case = "cases/<int:case>/"

    def route(
        name: str,
        path: str,
        view: str,
        needs: Permission = receive,
        methods: tuple[str, ...] = ("GET", "POST"),
    ) -> Route:
        view = f"{VIEWS}.{view}"
        return Route(name=name, path=path, view=view, needs=needs, person=True, methods=methods)

    yield route("cases", "cases/", "cases.queue", methods=READ)
    yield Route(
        name="case_find",
        path="cases/find/",
        view=f"{VIEWS}.cases.find",
        needs=receive,
        note="leads to a case and shows nobody",
    )
    yield Route(
        name="case_next",
        path="cases/next/",
        view=f"{VIEWS}.cases.next_one",
        needs=receive,
        methods=READ,
        note="as above",
    )
    yield Route(
        name="receive",
        path=f"{PERSON}receive/",
        view=f"{VIEWS}.receive.choose",
        needs=receive,
        methods=READ,
        note="shows no person: the list of filings",
    )
    yield route("receive_one", f"{PERSON}receive/<slug:filing>/", "receive.receive")
    yield route("case", case, "case.case", methods=READ)
    yield route("case_paper", f"{case}paper/<slug:form>/", "case.paper", methods=READ)
    yield route(
        "case_attachment",
        f"{case}attachments/<slug:digest>/",
        "case_exchange.attachment",
        methods=READ,
    )
    yield route("case_tested", f"{case}tested/", "case.tested")
    yield route("case_step", f"{case}<slug:step>/", "case_step.step")
    yield route("ledger", "ledger/", "ledger.ledger", methods=READ)
    yield route("forwarding", "forwarding/", "forwarding.forwarding", needs=examine)
    yield route(
        "forwarding_paper", "forwarding/paper/", "forwarding.paper", needs=examine, methods=SEND
    )
    yield route("results", "results/", "forwarding.results", needs=examine)
    yield route("candidates", "candidates/<slug:name>/", "candidates.candidates")
