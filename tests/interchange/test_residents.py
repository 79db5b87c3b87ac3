"""Changes of the resident register: what each kind does, what waits, what is taken back."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from kokunen.access.domain import Field
from kokunen.access.protection import operations as protection
from kokunen.access.protection.domain import Evidence, Ground
from kokunen.cases.models import Case
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
    (_,) = inbox.take(change("cancellation", KNOWN, MAY, refers_to="none"))
    inbox.take(change("cancellation", KNOWN, MAY, refers_to=next(iter(inbox.effects))))
    assert days(Register, KNOWN, removal="death") == []
    (again,) = inbox.take(change("death", KNOWN, JUNE))
    assert (first.code, again.outcome) == ("", APPLIED)
    assert again.code
    assert again.case is None
    assert days(Register, KNOWN, removal="death") == [(JUNE, None)]


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
    assert outcomes(inbox, nameless, homeless, nowhere) == [REFUSED, REFUSED, REFUSED]
    assert [inbox.effects[each["notice"]].fields for each in (nameless, homeless, nowhere)] == [
        ("name",),
        ("household",),
        ("town",),
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
