"""Changes of the resident register: what each kind does, what waits, what is taken back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection

from kokunen.access.domain import Field
from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground
from kokunen.cases.models import Case, Step
from kokunen.interchange import layout
from kokunen.interchange.codec import writing
from kokunen.interchange.domain import RecordOutcome
from kokunen.interchange.inbox import operations
from kokunen.interchange.models import Record
from kokunen.people import search
from kokunen.people.models import Address, Entry, Membership, Name, Register
from kokunen.postgres.roles import Role
from tests import office
from tests.interchange.residents import Inbox, arrival, change, standing
from tests.people.register import register

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from tests.office import Database

ONE, TWO, KNOWN = 810_001, 810_002, 4001
APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
APPLIED, NOTHING, HELD, REFUSED = (
    RecordOutcome.APPLIED,
    RecordOutcome.NOTHING,
    RecordOutcome.HELD,
    RecordOutcome.REFUSED,
)


@pytest.fixture
def clerk(database: Database, occasion: Occasion) -> Occasion:
    """A register of one insured person."""
    del database
    register(KNOWN, occasion)
    return occasion


@pytest.fixture
def inbox(clerk: Occasion, database: Database) -> Iterator[Inbox]:
    """The inbox of the night, as the role of the night."""
    program = replace(
        clerk, staff=None, staff_number="kokunen nightly", purpose="correction", terminal=""
    )
    with database.django_as(Role.BATCH):
        yield Inbox(occasion=program)


def days(model: Any, person: int, **which: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - a table and its columns
    """Return begin and end of what stands."""
    rows = model.objects.filter(person_id=person, superseded_at=None, **which).order_by("valid")
    return [(row.valid.lower, row.valid.upper) for row in rows]


def protect(clerk: Occasion, database: Database) -> None:
    """Let a clerk protect somebody, and the night go on."""
    office.use(database.name, Role.WEB)
    protection.register(
        person=KNOWN,
        ground=Ground.DV,
        on=clerk.at.date(),
        evidence=Evidence.POLICE,
        evidence_ref="通知1",
        occasion=clerk,
    )
    office.use(database.name, Role.BATCH)


def worked_on(case: int, kind: str = "examined") -> None:
    """Let a clerk take a step of a case, as it stands in the ledger of steps."""
    last = Step.objects.filter(case=case).latest("number")
    Step.objects.create(
        case_id=case,
        number=last.number + 1,
        kind=kind,
        at=last.at,
        on_day=last.on_day,
        staff=101,
        maker=last.maker,
        reason="本人の申出",
        request_id=uuid4(),
    )


def steps(case: int | None) -> list[tuple[str, str]]:
    """Return the steps of a case, each with the day of the event that it stated."""
    rows = Step.objects.filter(case=case).order_by("number")
    return [(row.kind, row.detail.get("event_on", "")) for row in rows]


def outcomes(inbox: Inbox, *notices: dict[str, Any]) -> list[RecordOutcome]:
    return [effect.outcome for effect in inbox.take(*notices)]


def test_a_birth_registers_a_person_who_is_found_by_name(inbox: Inbox, clerk: Occasion) -> None:
    (effect,) = inbox.take(arrival(ONE, APRIL, kind="birth", name="想定　一郎", birth_date=APRIL))
    assert (effect.outcome, effect.person) == (APPLIED, ONE)
    assert {kind for kind, _ in effect.rows} == {
        "name",
        "identity",
        "register",
        "membership",
        "address",
    }
    assert days(Register, ONE, residency="japanese", arrival="birth") == [(APRIL, None)]
    hits = search.find(text="想定一郎", occasion=clerk, sees=frozenset(Field))
    assert [hit.number for hit in hits] == [ONE]
    entry = Entry.objects.get(person_id=ONE)
    assert entry.operation == "interchange.resident_changes"
    assert {tuple(row) for row in entry.rows} == set(effect.rows)


def test_each_person_changed_has_a_line_in_the_record(inbox: Inbox, database: Database) -> None:
    inbox.take(
        arrival(ONE, APRIL), arrival(TWO, APRIL), change("move_within", KNOWN, MAY, town="新町")
    )
    with database.owner() as owner:
        lines = owner.execute(
            "SELECT person, staff_number, changes::text FROM audit_entry"
            " WHERE operation = 'interchange.resident_changes' ORDER BY person"
        ).fetchall()
    assert [line[0] for line in lines] == [KNOWN, ONE, TWO]
    assert {line[1] for line in lines} == {"kokunen nightly"}
    assert all("people_address" in line[2] and "新町" not in line[2] for line in lines)


def test_a_move_within_begins_a_new_address_and_ends_the_old_one(inbox: Inbox) -> None:
    assert outcomes(inbox, change("move_within", KNOWN, MAY, town="新町", block="2")) == [APPLIED]
    assert days(Address, KNOWN, kind="residence") == [(date(2015, 4, 1), MAY), (MAY, None)]
    new = Address.objects.get(person_id=KNOWN, town="新町")
    assert (new.source, new.source_ref[:2]) == ("resident_register", "連携")


@pytest.mark.parametrize(
    ("kind", "removal"), [("move_out", "moved_out"), ("move_abroad", "abroad"), ("death", "death")]
)
def test_who_leaves_is_taken_off_the_register(inbox: Inbox, kind: str, removal: str) -> None:
    gone = change(kind, KNOWN, MAY, other_city="灯台市", other_country="")
    assert outcomes(inbox, gone) == [APPLIED]
    assert days(Register, KNOWN, removal=removal, removed_on=MAY) == [(MAY, None)]
    assert days(Membership, KNOWN) == [(date(2015, 4, 1), date(2026, 5, 2))]
    assert days(Address, KNOWN, kind="residence") == [(date(2015, 4, 1), date(2026, 5, 2))]
    assert days(Address, KNOWN, kind="moved_to", city="灯台市") == [(MAY, None)]
    # Who is gone cannot move within the city, and leaves once.
    assert outcomes(
        inbox, change("move_within", KNOWN, JUNE, town="新町"), change("move_out", KNOWN, JUNE)
    ) == [HELD, HELD]
    assert inbox.held[0][1].values["kind"] == "move_within"


def test_the_death_of_an_insured_person_becomes_a_case(inbox: Inbox) -> None:
    notice = change("death", KNOWN, MAY)
    (effect,) = inbox.take(notice)
    case = Case.objects.get(person_id=KNOWN)
    assert (effect.outcome, effect.case, effect.code) == (APPLIED, case.pk, "")
    assert (case.filing, case.channel, case.department) == ("loss", "office", "PENSION")
    # The same file again, under another name, is another nothing.
    inbox.take(notice)
    assert Case.objects.count() == 1


def test_a_death_stands_whatever_the_case_says(inbox: Inbox) -> None:
    (first,) = inbox.take(change("death", KNOWN, MAY))
    assert first.case is not None
    worked_on(first.case)
    inbox.take(change("cancellation", KNOWN, MAY, refers_to=next(iter(inbox.effects))))
    assert days(Register, KNOWN, removal="death") == []
    (again,) = inbox.take(change("death", KNOWN, JUNE))
    assert (first.code, again.outcome) == ("", APPLIED)
    assert again.code
    assert again.case is None
    assert days(Register, KNOWN, removal="death") == [(JUNE, None)]


def test_the_case_of_a_death_goes_along_with_its_corrections(inbox: Inbox) -> None:
    notice = change("death", KNOWN, MAY)
    of = {"refers_to": notice["notice"], "refers_kind": "death"}
    (first,) = inbox.take(notice)
    later = change("correction", KNOWN, JUNE, **of)
    (moved,) = inbox.take(later)
    assert (moved.outcome, moved.case, moved.code) == (APPLIED, first.case, "")
    assert Case.objects.get().pk == first.case
    assert steps(first.case)[-1] == ("corrected", JUNE.isoformat())
    # Both in one file: the correction's own number leads to the case as well.
    back = change("correction", KNOWN, MAY, **of | {"refers_to": later["notice"]})
    gone = change("cancellation", KNOWN, MAY, refers_to=notice["notice"])
    assert [each.case for each in inbox.take(back, gone)] == [first.case, first.case]
    assert [kind for kind, _ in steps(first.case)] == [
        "received",
        "corrected",
        "corrected",
        "withdrawn",
    ]
    # Somebody died after all: that is a case of its own.
    (again,) = inbox.take(change("death", KNOWN, JUNE))
    assert (again.code, again.case) == ("", Case.objects.latest("pk").pk)
    assert again.case != first.case


def test_a_removal_that_was_a_death_becomes_a_case_and_one_that_was_none_takes_it_back(
    inbox: Inbox,
) -> None:
    moved = change("move_out", KNOWN, MAY, other_city="灯台市")
    of = {"refers_to": moved["notice"]}
    inbox.take(moved)
    (died,) = inbox.take(change("correction", KNOWN, MAY, refers_kind="death", **of))
    assert (died.outcome, died.code, died.case) == (APPLIED, "", Case.objects.get().pk)
    notice = change("death", KNOWN, JUNE)
    inbox.take(change("cancellation", KNOWN, MAY, **of), notice)
    right = {"refers_to": notice["notice"], "refers_kind": "move_out"}
    inbox.take(change("correction", KNOWN, JUNE, other_city="灯台市", **right))
    assert days(Register, KNOWN, removal="moved_out") == [(JUNE, None)]
    last = Case.objects.latest("pk")
    assert [kind for kind, _ in steps(last.pk)] == ["received", "withdrawn"]


def test_the_case_of_a_death_that_a_clerk_worked_on_is_left_to_a_clerk(inbox: Inbox) -> None:
    notice = change("death", KNOWN, MAY)
    (first,) = inbox.take(notice)
    assert first.case is not None
    worked_on(first.case)
    (gone,) = inbox.take(change("cancellation", KNOWN, MAY, refers_to=notice["notice"]))
    assert (gone.outcome, gone.case, gone.code) == (APPLIED, first.case, "case_under_way")
    assert days(Register, KNOWN, removal="death") == []
    assert steps(first.case)[-1][0] == "examined"


def test_a_case_that_a_clerk_withdrew_or_that_is_sealed_keeps_no_correction_back(
    inbox: Inbox, clerk: Occasion, database: Database
) -> None:
    notice = change("death", KNOWN, MAY)
    of = {"refers_to": notice["notice"], "refers_kind": "death"}
    (first,) = inbox.take(notice)
    protect(clerk, database)
    (sealed,) = inbox.take(change("correction", KNOWN, JUNE, **of))
    assert (sealed.outcome, sealed.case) == (APPLIED, first.case)
    assert sealed.code
    assert sealed.fix
    assert days(Register, KNOWN, removal="death") == [(JUNE, None)]
    assert [kind for kind, _ in steps(first.case)] == ["received"]
    assert first.case is not None
    worked_on(first.case, "withdrawn")
    (gone,) = inbox.take(change("cancellation", KNOWN, MAY, refers_to=notice["notice"]))
    assert (gone.outcome, gone.case, gone.code) == (APPLIED, None, "")


def test_nobody_comes_after_a_death(inbox: Inbox) -> None:
    died = change("death", KNOWN, MAY)
    inbox.take(died)
    back = arrival(KNOWN, JUNE, name="架空　花子", kana="カクウ　ハナコ")
    assert outcomes(inbox, back) == [HELD]
    assert inbox.effects[back["notice"]].fields == ("person",)
    assert days(Register, KNOWN)[-1] == (MAY, None)
    # It was somebody else who died.
    inbox.take(change("cancellation", KNOWN, MAY, refers_to=died["notice"]))
    inbox.take(change("move_out", KNOWN, MAY))
    inbox.again()
    assert days(Register, KNOWN, arrival="moved_in", arrived_on=JUNE) == [(JUNE, None)]


def test_a_child_that_died_on_the_day_of_birth_is_corrected(inbox: Inbox) -> None:
    born = arrival(ONE, MAY, kind="birth")
    inbox.take(born, change("death", ONE, MAY))
    right = {"refers_to": born["notice"], "refers_kind": "birth", "name": "架空　二郎"}
    (effect,) = inbox.take(arrival(ONE, MAY, kind="correction", **right))
    assert (effect.outcome, effect.code) == (APPLIED, "")
    assert days(Name, ONE, name="架空　二郎") == [(MAY, None)]


@pytest.mark.parametrize("same_file", [True, False])
def test_the_cancellation_of_a_correction_or_a_cancellation_is_for_a_clerk(
    inbox: Inbox, *, same_file: bool
) -> None:
    """It does not say what is then to hold: neither to do nothing nor to take all back is right."""
    moved, other = (change("move_within", KNOWN, day, town="誤町") for day in (MAY, JUNE))
    right = change(
        "correction", KNOWN, MAY, town="正町", refers_to=moved["notice"], refers_kind="move_within"
    )
    gone = change("cancellation", KNOWN, JUNE, refers_to=other["notice"])
    again = [change("cancellation", KNOWN, MAY, refers_to=each["notice"]) for each in (right, gone)]
    for file in (
        ([moved, other, right, gone, *again],)
        if same_file
        else (
            [moved, other, right, gone],
            again,
        )
    ):
        inbox.take(*file)
    assert [inbox.effects[each["notice"]].outcome for each in again] == [HELD, HELD]
    assert {inbox.effects[each["notice"]].code for each in again} == {"overtaken"}
    assert days(Address, KNOWN, kind="residence", town="正町") == [(MAY, None)]


def test_who_comes_back_is_the_same_person(inbox: Inbox) -> None:
    inbox.take(change("move_abroad", KNOWN, APRIL))
    back = arrival(KNOWN, JUNE, kind="from_abroad", name="架空　花子", kana="カクウ　ハナコ")
    assert outcomes(inbox, back) == [APPLIED]
    assert days(Register, KNOWN) == [(date(2015, 4, 1), APRIL), (APRIL, JUNE), (JUNE, None)]
    assert days(Membership, KNOWN)[-1] == (JUNE, None)
    assert {row.name for row in Name.objects.filter(person_id=KNOWN)} == {"架空　花子"}


def test_a_new_head_and_the_old_one_change_places_in_one_act(inbox: Inbox) -> None:
    home = ONE + 500_000
    inbox.take(
        arrival(ONE, APRIL), arrival(TWO, APRIL, household=home, head=False, relationship="妻")
    )
    swap = {"household": home, "group": "77"}
    taking = change("household", TWO, MAY, head=True, relationship="世帯主", **swap)
    giving = change("household", ONE, MAY, head=False, relationship="夫", **swap)
    assert outcomes(inbox, taking | {"group": ""}) == [HELD]
    assert outcomes(inbox, taking, giving) == [APPLIED, APPLIED]
    heads = Membership.objects.filter(household_id=home, head=True, superseded_at=None)
    assert [(row.person_id, row.valid.lower) for row in heads.order_by("valid")] == [
        (ONE, APRIL),
        (TWO, MAY),
    ]


def test_a_group_waits_together(inbox: Inbox) -> None:
    unknown = change("household", 999, MAY, household=1, group="5")
    known = change("household", KNOWN, MAY, household=1, head=False, group="5")
    assert outcomes(inbox, known, unknown) == [HELD, HELD]
    assert days(Membership, KNOWN) == [(date(2015, 4, 1), None)]
    assert {effect.code for effect in inbox.effects.values()} == {"person_not_known"}


def test_a_group_in_which_somebody_is_twice_is_applied_in_turn_or_not_at_all(inbox: Inbox) -> None:
    moved = change("move_within", KNOWN, MAY, town="新町", group="6")
    wrong = change("move_within", KNOWN, JUNE, group="6")
    assert outcomes(inbox, moved, wrong) == [HELD, HELD]
    assert days(Address, KNOWN, kind="residence") == [(date(2015, 4, 1), None)]
    first = change("move_within", KNOWN, MAY, town="新町", group="7")
    assert outcomes(inbox, first, change("death", KNOWN, JUNE, group="7")) == [APPLIED, APPLIED]
    assert days(Address, KNOWN, kind="residence", town="新町") == [(MAY, date(2026, 6, 2))]
    assert Case.objects.get().filing == "loss"


def test_nothing_is_done_to_others_when_the_database_refuses_one(inbox: Inbox) -> None:
    """Two heads: the record of the second waits, the rest of the chunk stands."""
    second = arrival(TWO, APRIL, household=70001)
    assert outcomes(inbox, arrival(ONE, APRIL), second, arrival(ONE + 7, APRIL)) == [
        APPLIED,
        HELD,
        APPLIED,
    ]
    assert standing([TWO]) == {kind: [] for kind in standing([TWO])}


def test_names_nationality_and_residence_status(inbox: Inbox) -> None:
    foreign = {"residency": "foreign", "nationality": "架空国", "status": "留学"}
    inbox.take(arrival(ONE, APRIL, latin="KAKUU TARO", **foreign))
    inbox.take(change("residence_status", ONE, MAY, nationality="架空国", status="技術"))
    inbox.take(change("naturalised", ONE, JUNE, name="想定　太郎", first_on_register="想定　太郎"))
    there = standing([ONE])
    assert {row[3:] for row in there["foreign"]} == {
        ("技術", None, "{[2026-05-01,2026-06-01)}"),
        ("留学", None, "{[2026-04-01,2026-05-01)}"),
    }
    assert [row[1] for row in there["register"]] == ["foreign", "japanese"]
    assert sorted(row[1] for row in there["name"]) == ["想定　太郎", f"架空　{ONE}"]
    inbox.take(change("nationality_lost", ONE, date(2026, 7, 1), nationality="架空国"))
    assert days(Register, ONE, residency="foreign")[-1] == (date(2026, 7, 1), None)


def test_a_notice_about_somebody_unknown_waits_for_them(inbox: Inbox) -> None:
    early = change("move_within", ONE, MAY, town="新町")
    assert outcomes(inbox, early) == [HELD]
    assert inbox.effects[early["notice"]].code == "person_not_known"
    assert inbox.effects[early["notice"]].person is None
    inbox.take(arrival(ONE, APRIL))
    inbox.again()
    assert days(Address, ONE, kind="residence") == [(APRIL, MAY), (MAY, None)]


def test_what_is_so_already_is_left(inbox: Inbox) -> None:
    first, second = (change("move_within", KNOWN, MAY, town="新町") for _ in range(2))
    assert outcomes(inbox, first, second) == [APPLIED, NOTHING]
    assert days(Address, KNOWN, kind="residence") == [(date(2015, 4, 1), MAY), (MAY, None)]


def test_a_correction_states_what_the_notice_should_have(inbox: Inbox) -> None:
    wrong = change("move_within", KNOWN, MAY, town="誤町")
    right = change(
        "correction",
        KNOWN,
        JUNE,
        town="正町",
        refers_to=wrong["notice"],
        refers_kind="move_within",
    )
    assert outcomes(inbox, right) == [HELD]
    assert inbox.effects[right["notice"]].code == "notice_not_seen"
    inbox.take(wrong)
    inbox.again()
    assert days(Address, KNOWN, kind="residence") == [(date(2015, 4, 1), JUNE), (JUNE, None)]
    assert Address.objects.get(town="誤町").superseded_by_id == Address.objects.get(town="正町").pk
    # And the correction itself was wrong: its own number leads to the same facts.
    last = change(
        "correction", KNOWN, MAY, town="真町", refers_to=right["notice"], refers_kind="move_within"
    )
    assert outcomes(inbox, last) == [APPLIED]
    assert days(Address, KNOWN, kind="residence", town="真町") == [(MAY, None)]
    assert not Address.objects.filter(town="正町", superseded_at=None).exists()


def test_a_correction_without_a_notice_corrects_what_stands(inbox: Inbox) -> None:
    right = change(
        "correction", KNOWN, MAY, refers_kind="name", name="架空　華子", kana="カクウ　ハナコ"
    )
    assert outcomes(inbox, right) == [APPLIED]
    assert days(Name, KNOWN, name="架空　華子") == [(None, None)]


def test_a_correction_without_a_notice_takes_somebody_off_the_register_from_its_day(
    inbox: Inbox,
) -> None:
    before = standing([KNOWN])
    gone = change("correction", KNOWN, MAY, refers_kind="death")
    (effect,) = inbox.take(gone)
    assert (effect.outcome, effect.case) == (APPLIED, Case.objects.get().pk)
    assert days(Register, KNOWN) == [(date(2015, 4, 1), MAY), (MAY, None)]
    assert days(Membership, KNOWN) == [(date(2015, 4, 1), date(2026, 5, 2))]
    # Another day of the same removal: which notice said it has to be named.
    assert outcomes(inbox, change("correction", KNOWN, JUNE, refers_kind="death")) == [HELD]
    # What it says of the same day is corrected in its place.
    there = change("correction", KNOWN, MAY, refers_kind="death", other_city="灯台市")
    assert outcomes(inbox, there) == [APPLIED]
    assert days(Register, KNOWN, removal="death", removed_on=MAY) == [(MAY, None)]
    # It is a notice of its own, and can be taken back as one.
    for each in (there, gone):
        inbox.take(change("cancellation", KNOWN, MAY, refers_to=each["notice"]))
    assert standing([KNOWN]) == before
    assert [kind for kind, _ in steps(effect.case)] == ["received", "withdrawn"]


def test_a_correction_without_a_notice_does_not_move_the_day_somebody_came(inbox: Inbox) -> None:
    inbox.take(arrival(ONE, APRIL))
    later = arrival(ONE, MAY, kind="correction", refers_kind="move_in")
    assert outcomes(inbox, later) == [HELD]
    assert days(Register, ONE, arrived_on=APRIL) == [(APRIL, None)]
    same = arrival(ONE, APRIL, kind="correction", refers_kind="from_abroad")
    assert outcomes(inbox, same) == [APPLIED]
    assert days(Register, ONE, arrival="from_abroad", arrived_on=APRIL) == [(APRIL, None)]


def test_a_correction_without_a_notice_makes_somebody_japanese_from_its_day(inbox: Inbox) -> None:
    foreign = {"residency": "foreign", "nationality": "架空国", "status": "留学"}
    inbox.take(arrival(ONE, APRIL, **foreign))
    right = change("correction", ONE, JUNE, refers_kind="naturalised", name="想定　太郎")
    assert outcomes(inbox, right) == [APPLIED]
    assert days(Register, ONE, residency="foreign") == [(APRIL, JUNE)]
    assert days(Register, ONE, residency="japanese") == [(JUNE, None)]
    assert [row[3] for row in standing([ONE])["foreign"]] == ["留学"]
    assert "2026-06-01" in standing([ONE])["foreign"][0][-1]


def test_a_cancellation_restores_what_stood(inbox: Inbox) -> None:
    before = standing([KNOWN])
    gone = change("move_out", KNOWN, MAY, other_city="灯台市")
    inbox.take(gone)
    assert standing([KNOWN]) != before
    assert outcomes(inbox, change("cancellation", KNOWN, MAY, refers_to=gone["notice"])) == [
        APPLIED
    ]
    assert standing([KNOWN]) == before
    # Once is enough: what a second one says, a person reads.
    again = change("cancellation", KNOWN, MAY, refers_to=gone["notice"])
    assert outcomes(inbox, again) == [HELD]
    assert inbox.effects[again["notice"]].code == "overtaken"


def test_two_notices_of_one_day_are_taken_back_in_their_order(inbox: Inbox) -> None:
    before = standing([KNOWN])
    first, second = (change("move_within", KNOWN, MAY, town=town) for town in ("甲町", "乙町"))
    inbox.take(first, second)
    early = change("cancellation", KNOWN, MAY, refers_to=first["notice"])
    assert outcomes(inbox, early) == [HELD]
    late = change("cancellation", KNOWN, MAY, refers_to=second["notice"])
    assert outcomes(inbox, late) == [APPLIED]
    assert days(Address, KNOWN, town="甲町") == [(MAY, None)]
    inbox.again()
    assert standing([KNOWN]) == before


def test_a_correction_of_somebody_else_is_refused(inbox: Inbox) -> None:
    inbox.take(arrival(ONE, APRIL), moved := change("move_within", KNOWN, MAY, town="新町"))
    other = change("cancellation", ONE, MAY, refers_to=moved["notice"])
    assert outcomes(inbox, other) == [REFUSED]


def test_no_program_masks_or_unmasks(inbox: Inbox, clerk: Occasion, database: Database) -> None:
    on, off = (change(f"protection_{word}", KNOWN, MAY) for word in ("on", "off"))
    assert outcomes(inbox, on, off) == [HELD, NOTHING]
    protect(clerk, database)
    inbox.again()
    assert inbox.effects[on["notice"]].outcome is NOTHING
    ends = change("protection_off", KNOWN, JUNE)
    assert outcomes(inbox, ends) == [HELD]
    assert inbox.effects[ends["notice"]].code == "clerk_protects"
    with connection.cursor() as cursor:
        cursor.execute("SELECT protection_covers(%s)", [KNOWN])
        assert cursor.fetchone() == (True,)


def test_the_night_moves_a_protected_person(
    inbox: Inbox, clerk: Occasion, database: Database
) -> None:
    protect(clerk, database)
    moved = change("move_within", KNOWN, MAY, town="新町")
    right = change(
        "correction", KNOWN, MAY, town="正町", refers_to=moved["notice"], refers_kind="move_within"
    )
    assert outcomes(inbox, right, moved) == [HELD, APPLIED]
    # A clerk who tries what is held needs the opening that everybody needs.
    office.use(database.name, Role.WEB)
    inbox.again()
    assert inbox.effects[right["notice"]].code == "sealed"
    office.use(database.name, Role.BATCH)
    inbox.again()
    assert days(Address, KNOWN, town="正町") == [(MAY, None)]


def test_what_is_missing_is_named(inbox: Inbox) -> None:
    nameless = arrival(ONE, APRIL, name="")
    homeless = change("household", KNOWN, MAY)
    nowhere = change("move_within", KNOWN, MAY)
    # Whether somebody is Japanese is not guessed.
    either = arrival(TWO, APRIL, residency=None)
    wrong = (nameless, homeless, nowhere, either)
    assert outcomes(inbox, *wrong) == [REFUSED] * len(wrong)
    assert [inbox.effects[each["notice"]].fields for each in wrong] == [
        ("name",),
        ("household",),
        ("town",),
        ("residency",),
    ]


def test_a_file_goes_the_whole_way(
    inbox: Inbox,
    drop: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings_of_office: Callable[..., None],
) -> None:
    """Received and applied as in a night; what came too early is tried again behind it."""
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    settings_of_office(municipality_code="999990")
    moved = change("move_within", KNOWN, MAY, town="誤町")
    right = change(
        "correction", KNOWN, MAY, town="正町", refers_to=moved["notice"], refers_kind="move_within"
    )
    notices = [right, moved, change("move_within", 999, MAY, town="新町")]
    made = io.BytesIO()
    writing.write(
        made,
        layout=layout.versions("resident_changes")[-1],
        header={"made_on": inbox.occasion.at.date(), "sequence": 1},
        details=notices,
        city="999990",
    )
    path = drop("resident_changes", made.getvalue())
    file = operations.receive(layout="resident_changes", path=path, occasion=inbox.occasion)
    counts = operations.apply(file=file, occasion=inbox.occasion)
    assert counts == {APPLIED: 1, HELD: 2}
    operations.retry_held(occasion=inbox.occasion)
    assert days(Address, KNOWN, town="正町") == [(MAY, None)]
    (waiting,) = Record.objects.filter(file=file, outcome="held", number=4).values_list(
        "code", flat=True
    )[:1]
    assert waiting == "person_not_known"
