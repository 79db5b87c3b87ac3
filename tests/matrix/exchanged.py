"""What crossed the wall about the two marked people: answers, a list, a notice, a file to send."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from django.test import override_settings

from kokunen.dates.tokyo import day_of
from kokunen.interchange import folders, models
from kokunen.interchange.inbox import operations as inbox
from kokunen.interchange.outbox import making
from kokunen.people.codes import Category, Residency, Sex
from kokunen.postgres.roles import Role
from tests.interchange import agency, residents
from tests.stories import night

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.audit.domain import Occasion
    from tests.matrix.marked import Person
    from tests.office import Database

_OTHER: Final = {Sex.FEMALE: Sex.MALE, Sex.MALE: Sex.FEMALE}
_INSURED: Final = {"acquired_on": date(2012, 4, 1), "category": Category.CATEGORY_1.value}
RECORDS: Final = {"ordinary": 2, "shielded": 3}
"""The number of the record about each in every file that came in."""


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """The numbers of the files, and of the difference that the list of insured people showed."""

    results: int
    changes: int
    outgoing: int
    paper: str
    difference: int


@contextmanager
def place() -> Iterator[None]:
    """Have a city with a code, and an exchange that no other office sees."""
    with (
        tempfile.TemporaryDirectory(prefix="kokunen-exchange-") as folder,
        pytest.MonkeyPatch.context() as patch,
        override_settings(KOKUNEN_OFFICE={"municipality_code": agency.CITY}),
    ):
        patch.setenv("KOKUNEN_EXCHANGE", folder)
        yield


def forwarded(people: Mapping[str, Person], clerk: Occasion) -> None:
    """Take a filing of each to the agency, before the one of them is protected."""
    for one in people.values():
        agency.forwarded(one.number, clerk, received_on=day_of(clerk.at))


def come(database: Database, people: Mapping[str, Person], clerk: Occasion) -> Exchanged:
    """Let a night be over, in which each file speaks of both."""
    at = clerk.at
    results = _put(
        database,
        clerk,
        "agency_results",
        [
            agency.result(
                number,
                one.number,
                **(_said(one) | {"basic_number": None}),
                received_on=day_of(at),
                decided_on=day_of(at),
            )
            for number, one in enumerate(people.values(), 1)
        ],
    )
    listed = [_said(one) | _INSURED | {"sex": _OTHER[one.sex].value} for one in people.values()]
    _put(database, clerk, "agency_insured", listed, scope="changed")
    changes = _put(database, clerk, "resident_changes", [_moved(one) for one in people.values()])
    with database.django_as(Role.BATCH):
        program = replace(agency.nightly(clerk), purpose="reception", reason="送付")
        made = making.collect(on=day_of(at), occasion=program)
        outgoing = models.File.objects.get(pk__in=made, layout="agency_forwarding")
        first = models.Event.objects.get(file=outgoing, number=1)
        shown = models.Difference.objects.filter(
            person=people["ordinary"].number, what="sex"
        ).latest("pk")
    return Exchanged(
        results=results,
        changes=changes,
        outgoing=outgoing.pk,
        paper=first.detail["papers"][0]["name"].removesuffix(".pdf"),
        difference=shown.pk,
    )


def _said(one: Person) -> dict[str, Any]:
    return {
        "basic_number": one.basic_number,
        "name": one.name,
        "kana": one.kana,
        "birth_date": one.born,
        "sex": one.sex.value,
    }


def _moved(one: Person) -> dict[str, Any]:
    """Return a correction of a notice that never came: it is held, with all that it says."""
    return residents.change(
        "correction",
        one.number,
        agency.TODAY - timedelta(days=10),
        refers_to="99999999999999999999",
        refers_kind="move_within",
        **(_said(one) | {"basic_number": None}),
        latin=one.latin,
        household=one.household,
        residency=one.residency.value,
        nationality=f"{one.mark}国籍" if one.residency is Residency.FOREIGN else None,
        city="想定市",
        town=f"{one.mark}ヶ丘町",
    )


def _put(
    database: Database, clerk: Occasion, layout: str, details: list[dict[str, Any]], **header: Any  # noqa: ANN401 - of the layout
) -> int:  # fmt: skip
    path = folders.incoming(layout) / f"{layout}.dat"
    path.write_bytes(night.written(layout, details, day_of(clerk.at), **header))
    with database.django_as(Role.BATCH):
        file = inbox.receive(layout=layout, path=path, occasion=agency.nightly(clerk))
        inbox.apply(file=file, occasion=agency.nightly(clerk))
    return file
