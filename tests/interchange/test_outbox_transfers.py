"""The five transfers out of a register: who is told what, once, and how it is handed over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import pyzipper
from django.test import override_settings

from kokunen.access.domain import UnableToCheckOwnWork
from kokunen.dates.errors import Refusal
from kokunen.interchange import asking, folders, models
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import (
    Draft,
    EventKind,
    FileState,
    Partner,
    Sent,
    UnableToHandleFile,
)
from kokunen.interchange.layout import layout as layout_on
from kokunen.interchange.outbox import changes, handing, laying, making, operations, queries
from kokunen.interchange.outbox.drafting import make_draft
from kokunen.interchange.outbox.transfers import MASKED, TRANSFERS, UnableToTransfer
from kokunen.people import operations as people
from kokunen.people.codes import Category, ClaimKind, Exemption, Outcome, Source
from kokunen.people.domain import ClaimValue, ExemptionValue, NameValue, NumberValue
from kokunen.people.operations import Stated
from kokunen.people.periods import Period
from kokunen.postgres.roles import Role
from tests.interchange.outgoing import (
    CHECKER,
    RELEASER,
    TODAY,
    acquired,
    begun,
    city,
    collected,
    enrolment,
    files,
    keys,
    kinds,
    lost,
    program,
    staff,
    state,
)
from tests.people.protected import protect
from tests.people.register import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.dates.month import Month
    from kokunen.interchange.outbox.transfers import Transfer
    from tests.office import Database

PERSON, OTHER, STRANGER = 40001, 40002, 40003
MONTHLY = [each for each in TRANSFERS if "月次" in {one.label for one in each.rhythms}]
BEFORE = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("outbox")


@pytest.fixture
def outbox(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    del database
    city(monkeypatch, tmp_path)
    return tmp_path


class Platform:
    """A linkage platform that refuses as often as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.taken: dict[Any, tuple[str, str, bytes]] = {}

    def hand_over(self, path: Path, *, to: str, layout: str, file_id: Any, name: str) -> str:  # noqa: ANN401, ARG002 - as the client
        if self.refusals:
            self.refusals -= 1
            raise Refusal("つながりません。", fix="待ってください。")
        self.taken[file_id] = (to, layout, path.read_bytes())
        return f"receipt {len(self.taken)}"


def night(database: Database, *, days: int = 0) -> tuple[int, ...]:
    with database.django_as(Role.BATCH):
        return collected(days=days)


def path_of(folder: Path, file: int) -> Path:
    """Return where a file lies: in its partner's folder, or where it waits to be packed."""
    row = queries.file(file=file)
    packed = row.layout in handing.CHECKED_BY_TWO
    return laying.made(row.digest) if packed else folder / "out" / row.partner.value / row.name


def details(folder: Path, file: int) -> list[dict[str, Any]]:
    """Read what is told."""
    of = layout_on(queries.file(file=file).layout, TODAY)
    path = path_of(folder, file)
    with path.open("rb") as stream:
        return [
            dict(each.values)
            for each in reading.read(stream, layout=of, city=folders.city())
            if isinstance(each, reading.Good)
        ]


def told(database: Database, folder: Path, layout: str, *, days: int = 0) -> list[dict[str, Any]]:
    """Run a night and return what it told by files of a layout, events alone."""
    made = [
        file
        for file in night(database, days=days)
        if queries.file(file=file).layout == layout
        and queries.file(file=file).events[0].detail["rhythm"] == "event"
    ]
    return [each for file in made for each in details(folder, file)]


def paid(person: int, occasion: Occasion) -> None:
    for fact, valid in (
        (
            ExemptionValue(
                kind=Exemption.HALF, outcome=Outcome.APPROVED, outcome_on=date(2026, 9, 1)
            ),
            Period(start=date(2026, 7, 1), end=date(2027, 7, 1)),
        ),
        (
            ClaimValue(kind=ClaimKind.DISABILITY, claimed_on=date(2026, 8, 3)),
            Period(start=date(2026, 8, 3)),
        ),
    ):
        people.record_fact(
            person=person,
            fact=fact,
            valid=valid,
            source=Source.AGENCY,
            occasion=occasion,
            request_id=uuid4(),
        )


def stranger(occasion: Occasion) -> None:
    """Register somebody who was never insured."""
    people.register_person(
        number=STRANGER,
        facts=[
            Stated(fact=NameValue(name="架空　三郎", kana="カクウ")),
            Stated(fact=NumberValue(number="4040404040"), valid=Period(start=date(2010, 4, 1))),
        ],
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )


def test_each_month_every_insured_person_is_told_of_once(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    register(OTHER, occasion, household=70002)
    stranger(occasion)
    paid(PERSON, occasion)
    lost(OTHER, date(2026, 10, 20), occasion)
    made = night(database)
    assert [queries.file(file=file).layout for file in made] == [each.layout for each in MONTHLY]
    for file in made:
        found = details(outbox, file)
        assert [each["person"] for each in found] == [PERSON, OTHER]
        assert keys(file) == [f"2026-10 person {PERSON}", f"2026-10 person {OTHER}"]
        assert {each["change"] for each in found} == {"standing"}
    for file in made[:2]:
        first, second = details(outbox, file)
        assert first | {"name": None} == {
            "person": PERSON,
            "protected": False,
            "change": "standing",
            "name": None,
            "birth_date": date(1990, 4, 1),
            "category": "category_1",
            "acquired_on": date(2010, 4, 1),
            "changed_on": None,
            "lost_on": None,
            "exemption": "half",
            "exempt_from": date(2026, 7, 1),
            "exempt_until": date(2027, 7, 1),
            "exemption_outcome": "approved",
            "claim": "disability",
            "claimed_on": date(2026, 8, 3),
            "claim_outcome": None,
            "claim_outcome_on": None,
        }
        assert (second["lost_on"], second["exemption"]) == (date(2026, 10, 20), None)
    assert night(database) == ()
    assert night(database, days=6) == ()
    december = night(database, days=7)
    assert [keys(file) for file in december] == [[f"2026-11 person {PERSON}"]] * 4


def test_the_month_begins_with_its_first_business_day(
    database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    with database.django_as(Role.BATCH):
        assert making.collect(on=date(2026, 11, 1), occasion=program()) == ()
        assert len(making.collect(on=date(2026, 11, 2), occasion=program())) == len(MONTHLY)


def test_what_stood_before_the_first_night_is_told_to_nobody_as_a_change(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    assert told(database, outbox, "register_notice") == []
    begun(database, datetime(2026, 11, 24, 2, 0, tzinfo=UTC))
    assert told(database, outbox, "register_notice") == []
    with override_settings(KOKUNEN_OFFICE={"exchange_events_from": "2026-11-25"}):
        assert told(database, outbox, "register_notice") == []
    with override_settings(KOKUNEN_OFFICE={"exchange_events_from": "2026-11-24"}):
        assert len(told(database, outbox, "register_notice")) == 2
    with (
        override_settings(KOKUNEN_OFFICE={"exchange_events_from": "きのう"}),
        pytest.raises(Refusal),
    ):
        told(database, outbox, "register_notice")


@pytest.mark.parametrize("layout", ["register_notice", "transfer_welfare", "transfer_children"])
def test_each_change_is_told_once(
    outbox: Path, database: Database, occasion: Occasion, layout: str
) -> None:
    begun(database, BEFORE)
    register(PERSON, occasion)
    first = told(database, outbox, layout)
    assert {(each["acquired_on"], each["changed_on"], each["lost_on"]) for each in first} == {
        (date(2010, 4, 1), None, None)
    }
    assert told(database, outbox, layout) == []

    acquired(PERSON, Category.CATEGORY_3, date(2026, 10, 1), occasion)
    found = told(database, outbox, layout)
    # The row that ended and the one that began: neither is a loss.
    assert [(each["category"], each["changed_on"], each["lost_on"]) for each in found] == [
        ("category_1", None, None),
        ("category_3", date(2026, 10, 1), None),
    ]
    lost(PERSON, date(2026, 11, 20), occasion)
    (found_,) = told(database, outbox, layout)
    assert (found_["acquired_on"], found_["changed_on"], found_["lost_on"]) == (
        date(2010, 4, 1),
        date(2026, 10, 1),
        date(2026, 11, 20),
    )
    assert found_["change"] == "changed"
    people.withdraw_fact(
        kind="enrolment",
        row=enrolment(PERSON, occasion).id,
        reason="別の人の届書",
        occasion=occasion,
        request_id=uuid4(),
    )
    (found_,) = told(database, outbox, layout)
    assert (found_["change"], found_["category"]) == ("cancelled", "category_3")
    assert told(database, outbox, layout) == []


def test_only_the_register_is_told_of_a_number(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    stranger(occasion)
    begun(database, BEFORE)
    night(database)
    people.record_fact(
        person=PERSON,
        fact=NumberValue(number="5050505050"),
        valid=Period(start=date(2026, 11, 20)),
        source=Source.AGENCY,
        occasion=occasion,
        request_id=uuid4(),
    )
    before = {each.layout: len(files(each.layout)) for each in TRANSFERS}
    (found,) = told(database, outbox, "register_notice")
    assert (found["basic_number"], found["acquired_on"]) == ("5050505050", date(2010, 4, 1))
    assert {each.layout for each in TRANSFERS if len(files(each.layout)) > before[each.layout]} == {
        "register_notice"
    }
    assert not models.Sent.objects.filter(person_id=STRANGER).exists()


def test_a_protected_person_is_a_number_and_what_the_law_names(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    begun(database, BEFORE)
    register(PERSON, occasion)
    protect(PERSON, occasion)
    for file in night(database):
        assert queries.file(file=file).protected == queries.file(file=file).records
        for found in details(outbox, file):
            assert found["protected"] is True
            assert found["person"] == PERSON
            assert {found.get(name) for name in MASKED} == {None}
            assert found["acquired_on"] == date(2010, 4, 1)
        raw = path_of(outbox, file).read_text("utf-8")
        for secret in ("架空", "見本町", "090-0000", f"{PERSON:010d}", "4200-", "1990"):
            assert secret not in raw


def test_nobody_who_is_not_insured_and_nothing_else_can_be_made(
    outbox: Path, occasion: Occasion
) -> None:
    stranger(occasion)
    register(PERSON, occasion)
    values: dict[str, Any] = {"protected": False, "change": "changed", "category": "category_1"}
    for person, more in ((STRANGER, {}), (PERSON, {"address": "架空県"})):
        sent = Sent(key="x", person=person, values={"person": person} | values | more)
        for transfer in TRANSFERS:
            with pytest.raises(UnableToTransfer):
                make_draft(
                    Draft(
                        layout=transfer.layout,
                        records=(sent,),
                        made_on=TODAY,
                        header={"rhythm": "event", "month": None},
                    ),
                    occasion=program(),
                )
    assert models.File.objects.count() == models.Sent.objects.count() == 0
    assert list((outbox / "made").iterdir()) == []


def test_without_a_platform_files_are_laid_and_acknowledged_by_hand(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    for file in night(database):
        row = queries.file(file=file)
        if row.layout in handing.CHECKED_BY_TWO:
            continue
        assert kinds(file) == [EventKind.MADE, EventKind.RELEASED, EventKind.SENT]
        assert row.events[-1].detail["via"] == "folder"
        with pytest.raises(UnableToHandleFile):
            operations.check(file=file, occasion=staff(CHECKER), request_id=uuid4())
        operations.acknowledge(
            file=file, on=TODAY, reference="授受書 3", occasion=staff(CHECKER), request_id=uuid4()
        )
        assert state(file) is FileState.RECEIVED
    assert not [path for path in (outbox / "out").rglob("*") if path.is_file()]


def test_what_leaves_on_a_medium_is_checked_and_packed(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    """移転先4・5: ⑥ フラッシュメモリ."""
    register(PERSON, occasion)
    made = {queries.file(file=file).layout: file for file in night(database)}
    health = made["transfer_health_insurance"]
    assert {layout for layout, file in made.items() if state(file) is FileState.TO_CHECK} == {
        "transfer_health_insurance",
        "transfer_collection",
    }
    assert not list((outbox / "out" / "health_insurance").iterdir())
    content = laying.made(queries.file(file=health).digest).read_bytes()
    operations.check(file=health, occasion=staff(CHECKER), request_id=uuid4())
    with pytest.raises(UnableToCheckOwnWork):
        operations.release(file=health, occasion=staff(CHECKER), request_id=uuid4())
    given = operations.release(file=health, occasion=staff(RELEASER), request_id=uuid4())
    (laid,) = (outbox / "out" / "health_insurance").iterdir()
    assert laid.name == given.name
    assert content not in laid.read_bytes()
    with pyzipper.AESZipFile(laid) as container:
        container.setpassword(given.password.encode())
        (name,) = container.namelist()
        assert container.read(name) == content


def test_the_platform_takes_what_goes_by_it_and_its_receipt_is_kept(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    begun(database, BEFORE)
    register(PERSON, occasion)
    platform = Platform()
    with override_settings(KOKUNEN_PLATFORM=lambda: platform):
        made = night(database)
    by_platform = {to for to, _, _ in platform.taken.values()}
    assert by_platform == {Partner.RESIDENT_REGISTER, Partner.WELFARE, Partner.CHILDREN}
    assert not [path for path in (outbox / "out").rglob("*") if path.is_file()]
    receipts = {queries.file(file=file).events[-1].detail.get("reference") for file in made}
    assert receipts == {f"receipt {number}" for number in range(1, 6)} | {None}


def test_what_the_platform_refuses_is_tried_again_and_can_be_withdrawn(
    database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    platform = Platform(refusals=4)
    with override_settings(KOKUNEN_PLATFORM=lambda: platform):
        welfare, children, *_ = night(database)
        assert state(welfare) is state(children) is FileState.TO_SEND
        assert queries.file(file=welfare).events[-1].code == "refused"
        assert night(database) == ()
        assert len(kinds(welfare)) == 3
        operations.withdraw(
            file=children, reason="誤り", occasion=staff(CHECKER), request_id=uuid4()
        )
        (again,) = night(database)
    assert queries.file(file=again).layout == "transfer_children"
    assert state(welfare) is state(again) is FileState.RECEIVED
    assert state(children) is FileState.WITHDRAWN
    assert len(platform.taken) == 2


def test_due_says_which_file_did_it(database: Database, occasion: Occasion) -> None:
    register(PERSON, occasion)
    since, until = date(2026, 11, 1), date(2026, 12, 2)

    def due() -> dict[tuple[str, date], tuple[int | None, bool]]:
        return {
            (each.layout, each.on): (each.file, each.late)
            for each in queries.due(since=since, until=until, occasion=staff(CHECKER))
        }

    welfare = ("transfer_welfare", date(2026, 11, 2))
    assert due()[welfare] == (None, True)
    made = night(database)
    # Made on the 24th, and so late for the 2nd.
    assert due()[welfare] == (made[0], True)
    assert due()[("transfer_welfare", date(2026, 12, 1))] == (None, False)
    night(database, days=7)
    assert due()[("transfer_welfare", date(2026, 12, 1))][1] is False


def test_a_part_that_is_refused_does_not_hold_up_the_others(
    database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(PERSON, occasion)
    real = changes.monthly

    def monthly(transfer: Transfer, *, month: Month) -> Iterator[Sequence[Sent]]:
        if transfer.partner is Partner.CHILDREN:
            raise Refusal("だめです。", fix="直してください。")
        return real(transfer, month=month)

    monkeypatch.setattr(changes, "monthly", monthly)
    with pytest.raises(Refusal):
        night(database)
    assert set(models.File.objects.values_list("partner", flat=True)) == {
        "welfare",
        "health_insurance",
        "collection",
    }
    monkeypatch.setattr(changes, "monthly", real)
    (again,) = night(database)
    assert queries.file(file=again).layout == "transfer_children"


def test_the_tax_office_is_asked_by_what_its_own_module_says(
    outbox: Path, database: Database, monkeypatch: pytest.MonkeyPatch, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    sent = Sent(
        key=f"case 1 person {PERSON} year 2026",
        person=PERSON,
        values={"case": 1, "person": PERSON, "fiscal_year": 2026, "role": "insured"},
    )
    draft = Draft(
        layout="tax_request", records=(sent,), made_on=TODAY, header={"occasion": "renewal"}
    )
    monkeypatch.setattr(asking, "tax_requests", lambda **_: iter([draft]))
    *_, asked = night(database)
    assert details(outbox, asked)[0]["fiscal_year"] == 2026
    assert state(asked) is FileState.AWAITING_RECEIPT
    assert queries.file(file=asked).basis.startswith("国民年金法第108条")
