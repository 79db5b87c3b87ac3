"""The addresses of the enquiries, the guidance and the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.access.domain import Permission
from kokunen.web.route import PERSON, READ, SEND, VIEWS, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENQUIRY: Final = "enquiries/<int:enquiry>/"


def routes() -> Iterator[Route]:
    """Yield the addresses of what stands beside the cases."""
    receive, examine = Permission.RECEIVE, Permission.EXAMINE
    yield Route(
        name="enquiries",
        path="enquiries/",
        view=f"{VIEWS}.enquiries.queue",
        needs=receive,
        person=True,
        methods=READ,
    )
    yield Route(
        name="enquiry_ask",
        path=f"{PERSON}enquiry/",
        view=f"{VIEWS}.enquiries.ask",
        needs=receive,
        note="asks about a person and shows none",
    )
    yield Route(
        name="enquiry",
        path=_ENQUIRY,
        view=f"{VIEWS}.enquiries.one",
        needs=receive,
        person=True,
        methods=READ,
        note="of others' only to who answers them",
    )
    yield Route(
        name="enquiry_clock",
        path=f"{_ENQUIRY}clock/",
        view=f"{VIEWS}.enquiries.clock",
        needs=receive,
        methods=READ,
        note="state and minutes alone, asked again and again",
    )
    yield Route(
        name="enquiry_answer",
        path=f"{_ENQUIRY}answer/<slug:step>/",
        view=f"{VIEWS}.enquiries.answer",
        needs=examine,
        person=True,
        methods=SEND,
    )
    yield Route(
        name="enquiry_close",
        path=f"{_ENQUIRY}close/<slug:step>/",
        view=f"{VIEWS}.enquiries.close",
        needs=receive,
        person=True,
        methods=SEND,
    )
    yield Route(name="guidance", path="guidance/", view=f"{VIEWS}.guidance.guidance", needs=receive)
    yield Route(
        name="guidance_person",
        path=f"{PERSON}guidance/",
        view=f"{VIEWS}.guidance.of_person",
        needs=receive,
        person=True,
    )
    yield from _counts()


def _counts() -> Iterator[Route]:
    count = Permission.COUNT
    yield Route(
        name="counts", path="counts/", view=f"{VIEWS}.counts.counts", needs=count, methods=READ
    )
    yield Route(
        name="counts_rows",
        path="counts/rows/",
        view=f"{VIEWS}.counts.rows",
        needs=count,
        person=True,
        methods=READ,
    )
    yield Route(
        name="counts_file",
        path="counts/file/<slug:form>/",
        view=f"{VIEWS}.counts.file",
        needs=count,
        methods=READ,
    )
    yield Route(
        name="counts_chart",
        path="counts/chart/<slug:table>/",
        view=f"{VIEWS}.counts.chart",
        needs=count,
        methods=READ,
    )
