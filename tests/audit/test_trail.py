"""An auditor's pages: every entry once, newest first, and the reading is recorded as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kokunen.audit import queries
from kokunen.audit.domain import Act, UnableToRecord
from kokunen.audit.queries import Filters, Page, Trail
from tests.audit.entries import CLERK, MORNING, look

if TYPE_CHECKING:
    from uuid import UUID

    from tests.office import Database

AUDITOR = replace(
    CLERK, at=MORNING + timedelta(days=1), staff=900, staff_number="K00900", department="AUDIT"
).because(purpose="audit", reason="定期監査")


def trail(page: Page | None = None, **filters: object) -> Trail:
    return queries.trail(
        filters=Filters(until=AUDITOR.at, **filters),  # type: ignore[arg-type]  # fields of Filters by name
        page=page or Page(),
        occasion=AUDITOR,
    )


def ids(found: Trail) -> list[UUID]:
    return [entry.id for entry in found.entries]


def test_pages_follow_each_other_without_a_gap(database: Database) -> None:
    del database
    # Several share one instant, so that a page ends between them.
    made = [
        look(n, occasion=replace(CLERK, at=MORNING + timedelta(minutes=n // 3))) for n in range(10)
    ]
    seen: list[UUID] = []
    page: Page | None = Page(size=4)
    while page is not None:
        found = trail(page)
        seen += ids(found)
        page = found.next
    assert seen == made[::-1]


def test_filters_are_all_applied(database: Database) -> None:
    del database
    one = look(1)
    two = look(2, occasion=replace(CLERK, at=MORNING + timedelta(hours=1)))
    other = replace(CLERK, staff_number="K00102", department="TAX")
    three = look(2, occasion=replace(other, at=MORNING + timedelta(hours=2)))
    assert ids(trail(person=2)) == [three, two]
    assert ids(trail(staff_number="K00101")) == [two, one]
    assert ids(trail(department="TAX", person=2)) == [three]
    assert ids(trail(act=Act.WRITE)) == []
    assert ids(trail(since=MORNING + timedelta(hours=1), act=Act.READ)) == [three, two]
    assert ids(trail(department="TAX", person=1)) == []


def test_reading_the_record_is_recorded_and_needs_a_purpose(database: Database) -> None:
    look(1)
    trail(person=1)
    with pytest.raises(UnableToRecord):
        queries.trail(filters=Filters(person=1), page=Page(), occasion=AUDITOR.because(purpose=""))
    with database.owner() as owner:
        assert owner.execute(
            "SELECT staff_number, act, person FROM audit_entry WHERE operation = 'audit.trail'"
        ).fetchall() == [("K00900", "read", 1)]
