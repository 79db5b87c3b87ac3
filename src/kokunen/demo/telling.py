"""Tell the register what the resident register, the tax office or the agency reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from kokunen.access.domain import Field
from kokunen.demo.desk import by_program, request
from kokunen.people import operations, queries
from kokunen.people.codes import AddressKind, Source
from kokunen.people.domain import AddressValue, EnrolmentValue, RegisterValue
from kokunen.people.operations import Moving, Stated
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.demo.year import Change
    from kokunen.people.domain import Recorded, Value


def tell(change: Change, *, story: str, at: datetime) -> None:
    """Write a change through the operations of the register."""
    occasion = by_program(at)
    if change.new:
        operations.register_person(
            number=change.person,
            facts=[Stated(fact=fact, valid=valid) for fact, valid in change.facts],
            source=change.source,
            occasion=occasion,
            request_id=request(story, change.key),
        )
    elif change.members:
        operations.move_household(
            household=change.household,
            members=[
                Moving(person=person, head=head, relationship=relation)
                for person, head, relation in change.members
            ],
            on=change.happened_on or change.on,
            source=change.source,
            occasion=occasion,
            request_id=request(story, change.key),
        )
    elif change.removal is not None:
        _remove(change, story, occasion)
    elif change.lost_cause:
        _lose(change, change.happened_on or change.on, story, occasion)
    else:
        for number, (fact, valid) in enumerate(change.facts):
            operations.record_fact(
                person=change.person,
                fact=fact,
                valid=valid,
                source=change.source,
                occasion=occasion,
                request_id=request(story, change.key, number),
            )
            if isinstance(fact, EnrolmentValue) and valid.start is not None:
                _lapse(change, valid.start.replace(day=1), story, occasion)


def _lapse(change: Change, day: date, story: str, occasion: Occasion) -> None:
    """End what belongs to category 1 alone with the month in which the agency ends that."""
    for kind, facts in _known(change, {"exemption", "additional"}, occasion).items():
        for fact in facts:
            inside = fact.valid.start is None or fact.valid.start < day
            if day in fact.valid and inside:
                operations.end_fact(
                    row=fact.id,
                    fact=fact.value,
                    on=day,
                    source=Source.AGENCY,
                    occasion=occasion,
                    request_id=request(story, change.key, kind, fact.id),
                )


def _remove(change: Change, story: str, occasion: Occasion) -> None:
    """Take somebody off the register: the removal, and the end of household and residence."""
    day = change.happened_on or change.on
    known = _known(change, {"register", "membership", "address"}, occasion)

    def act(name: str) -> UUID:
        return request(story, change.key, name)

    for fact in known["register"]:
        value = fact.value
        if day in fact.valid and isinstance(value, RegisterValue) and value.removal is None:
            operations.record_fact(
                person=change.person,
                fact=replace(value, removal=change.removal, removed_on=day),
                valid=Period(start=day),
                source=change.source,
                occasion=occasion,
                request_id=act("register"),
            )
    gone = day + timedelta(days=1)
    for kind in ("membership", "address"):
        for fact in known[kind]:
            value = fact.value
            if isinstance(value, AddressValue) and value.kind != AddressKind.RESIDENCE:
                continue
            if gone in fact.valid and day in fact.valid:
                operations.end_fact(
                    row=fact.id,
                    fact=value,
                    on=gone,
                    source=change.source,
                    occasion=occasion,
                    request_id=act(kind),
                )
    if change.to is not None:
        operations.record_fact(
            person=change.person,
            fact=change.to,
            valid=Period(start=day),
            source=change.source,
            occasion=occasion,
            request_id=act("to"),
        )
    if change.lost_cause:
        _lose(change, gone, story, occasion)


def _lose(change: Change, day: date, story: str, occasion: Occasion) -> None:
    """End the insurance that the agency ends, from a day on."""
    for fact in _known(change, {"enrolment"}, occasion)["enrolment"]:
        value = fact.value
        if isinstance(value, EnrolmentValue) and day in fact.valid:
            operations.end_fact(
                row=fact.id,
                fact=replace(value, lost_cause=change.lost_cause),
                on=day,
                source=Source.AGENCY,
                occasion=occasion,
                request_id=request(story, change.key, "enrolment"),
            )


def _known(
    change: Change, kinds: set[str], occasion: Occasion
) -> dict[str, tuple[Recorded[Value], ...]]:
    return queries.facts(
        person=change.person,
        kinds=kinds,
        operation="demo.tell",
        occasion=occasion,
        sees=frozenset(Field),
    )
