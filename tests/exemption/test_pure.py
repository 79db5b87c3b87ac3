"""Households, incomes, checks and plans, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, Weight
from kokunen.dates.month import Month
from kokunen.exemption import domain, starting
from kokunen.exemption.application import People, Register, assess
from kokunen.exemption.attachments import attachments
from kokunen.exemption.changes import undone
from kokunen.exemption.explanation import of_incomes
from kokunen.exemption.incomes import Known, known
from kokunen.exemption.keeping import Granted, as_json, from_json, granted
from kokunen.exemption.tested import Found, from_household, of_case, of_cycle
from kokunen.law.exemption.facts import Income
from kokunen.people.codes import (
    Category,
    Disability,
    Exemption,
    Outcome,
    Source,
    Spouse,
    Widow,
    WorkingStudent,
)
from kokunen.people.domain import EnrolmentValue, ExemptionValue, IncomeValue, Recorded
from kokunen.people.page import HouseholdOn, Member
from kokunen.people.periods import Period

if TYPE_CHECKING:
    from kokunen.people.domain import Value

DAY = date(2026, 11, 24)
BORN = date(1990, 4, 2)
NOBODY = UUID(int=0)
KNOWN = IncomeValue(
    fiscal_year=2026,
    levy_year=2026,
    general=0,
    elderly=0,
    specified=0,
    spouse=Spouse.NONE,
    young=0,
    disabled=Disability.NONE,
    widow=Widow.NONE,
    working_student=WorkingStudent.NO,
    total=0,
    net_loss=0,
    casualty=0,
    medical=0,
    social_insurance=0,
    spouse_special=0,
)


def _recorded(value: Value, valid: Period, row: int = 1) -> Recorded[Any]:
    return Recorded(
        id=row,
        entry=NOBODY,
        value=value,
        valid=valid,
        source=Source.APPLICATION,
        source_ref="",
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        recorded_by=0,
    )


def _register(*exemptions: Recorded[Any], **more: Any) -> Register:  # noqa: ANN401 - fields of many types
    category_1 = EnrolmentValue(category=Category.CATEGORY_1)
    usual: dict[str, Any] = {
        "birth_date": BORN,
        "enrolments": (_recorded(category_1, Period(start=date(2010, 4, 1))),),
        "exemptions": exemptions,
    }
    return Register(**(usual | more))


def _receipt(filing: str = "exemption", /, **said: object) -> Receipt:
    usual: dict[str, Any] = {
        "exemption": {"cycles": ["2026"], "student": False, "identity": "card"},
        "student": {"cycles": ["2026"], "identity": "card"},
    }
    return Receipt(
        filing=filing,
        person=1,
        channel=Channel.COUNTER,
        received_on=DAY,
        particulars=usual.get(filing, {"identity": "card"}) | said,
    )


def _household(*members: tuple[int, str]) -> HouseholdOn:
    return HouseholdOn(
        number=1,
        on=DAY,
        members=tuple(
            Member(key=NOBODY, number=n, head=word == "世帯主", relationship=word, name="")
            for n, word in members
        ),
    )


@pytest.mark.parametrize(
    ("members", "person", "spouse", "head", "why"),
    [
        ([(1, "世帯主"), (2, "妻")], 1, 2, None, ""),
        ([(1, "世帯主"), (2, "妻")], 2, 1, 1, ""),
        ([(1, "世帯主"), (2, "夫(未届)")], 1, 2, None, ""),
        ([(1, "世帯主"), (2, "子"), (3, "子の妻")], 2, 3, 1, ""),
        ([(1, "世帯主"), (2, "子"), (3, "子の妻")], 3, 2, 1, ""),
        ([(1, "世帯主"), (2, "父"), (3, "母")], 3, 2, 1, ""),
        ([(1, "世帯主"), (2, "子"), (3, "子")], 2, None, 1, ""),
        ([(1, "世帯主"), (2, "子"), (3, "子の妻"), (4, "子")], 2, None, 1, "spouse_unclear"),
        ([(1, "世帯主"), (2, "子"), (3, "子の妻"), (4, "子")], 3, None, 1, "spouse_unclear"),
        ([(1, "世帯主"), (2, "同居人")], 2, None, 1, ""),
        ([(1, "世帯主")], 9, None, None, "household_unknown"),
    ],
)
def test_spouse_and_head_by_the_relationships(
    members: list[tuple[int, str]], person: int, spouse: int | None, head: int | None, why: str
) -> None:
    found = from_household(_household(*members), person=person, on=DAY)
    assert found == Found(on=DAY, spouse=spouse, head=head, why=why)


def test_no_household_at_all_is_not_a_household_of_one() -> None:
    assert from_household(None, person=1, on=DAY).why == "household_unknown"


def test_each_cycle_has_its_own_people_and_a_correction_holds_for_all() -> None:
    register = {"2025": Found(on=DAY, head=4), "2026": Found(on=DAY, spouse=2, head=2)}
    named = of_case(register, insured=1)
    assert named == ((1, "insured"), (2, "spouse"), (4, "head"))
    assert of_cycle(register, cycle="2025", named=named) == {"head": 4}
    assert of_cycle(register, cycle="2026", named=named) == {"spouse": 2, "head": 2}
    corrected = [(1, "insured"), (7, "head"), (2, "spouse")]
    assert of_cycle(register, cycle="2025", named=corrected) == {"head": 7}
    assert of_cycle(register, cycle="2026", named=corrected) == {"spouse": 2, "head": 7}


def test_an_income_of_the_register_as_the_law_counts_it() -> None:
    row = replace(
        KNOWN, total=1_500_000, net_loss=200_000, general=1, young=2, spouse=Spouse.ELDERLY,
        elderly=1, specified=1, medical=30_000, disabled=Disability.SPECIAL, widow=Widow.WIDOWER,
        working_student=WorkingStudent.YES, specially_disabled_dependants=1,
    )  # fmt: skip
    found = known([row, replace(KNOWN, fiscal_year=2025, total=None)])
    deductions = {"casualty": 0, "medical": 30_000, "social_insurance": 0, "spouse_special": 0}
    assert found == Known(
        incomes={
            2025: Income(
                1_300_000, 3, 2, 1, deductions,
                disabled="special", widow=True, working_student=True,
            )
        },
        disabled_dependants=frozenset({2025}),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["general", "net_loss", "disabled", "medical", "young", "widow"])
def test_what_is_not_known_of_a_year_makes_it_doubtful(name: str) -> None:
    assert known([replace(KNOWN, **dict[str, Any]({name: None}))]).doubtful == {2025}


def test_a_loss_is_no_income_below_zero() -> None:
    assert known([replace(KNOWN, total=100, net_loss=500)]).incomes[2025].total == 0
    assert known([replace(KNOWN, total=-700)]).incomes[2025].total == 0


def _bands(receipt: Receipt, register: Register, **people: Known) -> list[tuple[str, str, str]]:
    cycles = {
        code: People(numbers={role: at for at, role in enumerate(people, start=1)}, incomes=people)
        for code in receipt.particulars["cycles"]
    }
    return [
        (
            str(stretch.first),
            str(stretch.last),
            stretch.found.decision.band if stretch.found else str(stretch.reason),
        )
        for one in assess(receipt=receipt, register=register, cycles=cycles)
        for stretch in one.stretches
    ]


RICH = known([replace(KNOWN, total=9_000_000)])
POOR = known([KNOWN])


def test_a_disaster_counts_from_the_month_before_it() -> None:
    receipt = _receipt(disaster=["insured"], disaster_on="2026-10-05", wanted=["full"])
    assert _bands(receipt, _register(), insured=RICH) == [
        ("2026-07", "2026-08", "none"),
        ("2026-09", "2027-06", "full"),
    ]
    unknown = _receipt(disaster=["insured"], wanted=["full"])
    assert _bands(unknown, _register(), insured=RICH) == [("2026-07", "2027-06", "undecidable")]


def test_what_is_claimed_of_the_head_holds_for_a_spouse_who_is_the_head() -> None:
    receipt = _receipt(other_assistance=["head"], wanted=["deferral"])
    people = People(
        numbers={"insured": 1, "spouse": 2, "head": 2},
        incomes={"insured": POOR, "spouse": RICH, "head": RICH},
    )
    (one,) = assess(receipt=receipt, register=_register(), cycles={"2026": people})
    assert granted((one,)) == (Granted(band="deferral", first=Month(2026, 7), last=Month(2027, 6)),)


def test_months_that_need_or_allow_no_application() -> None:
    childbirth = ExemptionValue(kind=Exemption.CHILDBIRTH)
    full = ExemptionValue(kind=Exemption.FULL, outcome=Outcome.APPROVED)
    student = ExemptionValue(kind=Exemption.STUDENT, outcome=Outcome.APPROVED)
    register = _register(
        _recorded(full, Period(start=date(2026, 7, 1), end=date(2026, 9, 1))),
        _recorded(childbirth, Period(start=date(2026, 9, 1), end=date(2026, 10, 1))),
        _recorded(student, Period(start=date(2026, 10, 1), end=date(2026, 11, 1))),
        enrolments=(
            _recorded(
                EnrolmentValue(category=Category.CATEGORY_1),
                Period(start=date(2010, 4, 1), end=date(2027, 5, 20)),
            ),
        ),
    )
    receipt = _receipt(paid_from="2026-11", paid_to="2026-12")
    assert _bands(receipt, register, insured=POOR) == [
        ("2026-07", "2026-08", "already_exempt"),
        ("2026-09", "2026-09", "childbirth"),
        ("2026-10", "2026-10", "student_month"),
        ("2026-11", "2026-12", "already_paid"),
        ("2027-01", "2027-04", "full"),
        ("2027-05", "2027-06", "not_category_1"),
    ]


def test_the_spouse_who_is_the_head_by_the_register_alone_is_not_tested_for_violence() -> None:
    receipt = _receipt(violence="claimed", wanted=["full"])
    people = People(
        numbers={"insured": 1, "spouse": 2, "head": 2},
        incomes={"insured": POOR, "spouse": RICH, "head": RICH},
    )
    (one,) = assess(receipt=receipt, register=_register(), cycles={"2026": people})
    assert [line.band for line in granted((one,))] == ["full"]


def test_violence_not_yet_clear_is_neither() -> None:
    receipt = _receipt(violence="unclear", wanted=["full"])
    assert _bands(receipt, _register(), insured=POOR, spouse=RICH) == [
        ("2026-07", "2027-06", "undecidable")
    ]


def test_disabled_dependants_are_said_not_to_be_deducted() -> None:
    row = replace(KNOWN, total=1_300_000, disabled_dependants=1)
    people = People(numbers={"insured": 1}, incomes={"insured": known([row])})
    one = assess(receipt=_receipt(), register=_register(), cycles={"2026": people})
    assert [finding.message for finding in of_incomes(one)] == [
        "本人に障害者の扶養親族がいます。その控除は試算に入れていません。"
    ]


def _codes(receipt: Receipt, register: Register, weight: Weight) -> list[str]:
    found = domain.check(receipt=receipt, register=register)
    return [finding.code for finding in found if finding.weight is weight]


@pytest.mark.parametrize(
    ("receipt", "register", "code"),
    [
        (_receipt(), _register(birth_date=None), "birth_date_unknown"),
        (_receipt(other_assistance=["insured"]), _register(), "assistance_proof_lacks"),
        (_receipt(violence="claimed"), _register(), "violence_proof_lacks"),
        (replace(_receipt(), filer=Filer.HEAD), _register(), "authority_not_shown"),
    ],
)
def test_what_lacks(receipt: Receipt, register: Register, code: str) -> None:
    assert _codes(receipt, register, Weight.LACKS) == [code]


@pytest.mark.parametrize(
    ("receipt", "register", "code"),
    [
        (_receipt(), _register(enrolments=()), "enrolment_unknown"),
        (_receipt(undeclared=["head"]), _register(), "says_undeclared"),
        (_receipt("student", school_proof="card", school_kind="other"), _register(),
         "school_to_be_looked_up"),
    ],
)  # fmt: skip
def test_what_is_noted(receipt: Receipt, register: Register, code: str) -> None:
    assert _codes(receipt, register, Weight.NOTE) == [code]


@pytest.mark.parametrize(
    ("receipt", "register", "code"),
    [
        (
            _receipt(),
            _register(
                enrolments=(
                    _recorded(
                        EnrolmentValue(category=Category.CATEGORY_3),
                        Period(start=date(2010, 4, 1)),
                    ),
                )
            ),
            "no_month_in_category_1",
        ),
        (
            _receipt(),
            _register(
                _recorded(
                    ExemptionValue(kind=Exemption.FULL, outcome=Outcome.APPROVED),
                    Period(start=date(2026, 7, 1), end=date(2027, 7, 1)),
                )
            ),
            "nothing_left_to_exempt",
        ),
        (_receipt("exemption_cancel", first_month="2026-11"), _register(), "nothing_to_cancel"),
        (_receipt("statutory_on", cause="sanatorium"), _register(), "event_missing"),
        (
            _receipt("payment_wish", first_month="2026-11", last_month="2026-10"),
            _register(),
            "months_reversed",
        ),
    ],
)
def test_what_cannot_be_received(receipt: Receipt, register: Register, code: str) -> None:
    assert _codes(receipt, register, Weight.STOP) == [code]
    for finding in domain.check(receipt=receipt, register=register):
        assert finding.message.endswith("。")
        assert finding.fix.endswith("。")


def test_every_claim_has_its_document_with_what_is_taken_instead() -> None:
    said = {
        "job_loss": ["insured"],
        "disaster": ["head"],
        "other_assistance": ["spouse"],
        "special_disability_benefit": ["spouse"],
        "violence": "claimed",
        "disaster_proof": "certificate",
    }
    papers = {each.name: each for each in attachments(receipt=_receipt(**said))}
    assert list(papers) == [
        "本人確認書類",
        "雇用保険被保険者離職票",
        "被災状況届",
        "生活保護受給証明書",
        "特別障害給付金受給資格者証",
        "女性相談支援センター等の証明書",
    ]
    assert [name for name, each in papers.items() if not each.needed] == [
        "本人確認書類",
        "被災状況届",
    ]
    assert "罹災証明書" in papers["被災状況届"].instead


def test_the_form_offers_the_cycles_open_on_the_day() -> None:
    def codes(filing: str, on: date) -> list[str]:
        return [code for code, _ in starting.choices(filing=filing, on=on)["cycles"]]

    assert codes("exemption", DAY) == ["2026", "2025", "2024"]
    assert codes("exemption", date(2026, 6, 30)) == ["2025", "2024", "2023"]
    # In July the oldest month is the June that ends the cycle of three years before.
    assert codes("exemption", date(2026, 7, 1)) == ["2026", "2025", "2024", "2023"]
    assert codes("student", DAY) == ["2026", "2025", "2024"]
    assert starting.choices(filing="childbirth", on=DAY) == {}


def test_granted_months_are_the_same_after_a_trip_through_json() -> None:
    lines = (Granted(band="half", first=Month(2026, 7), last=Month(2027, 6)),)
    assert from_json(as_json(lines)) == lines


def test_taking_back_leaves_alone_what_no_longer_stands() -> None:
    value = ExemptionValue(kind=Exemption.FULL)
    period = Period(start=date(2026, 7, 1), end=date(2027, 7, 1))
    gone = replace(_recorded(value, period, 2), superseded_at=datetime(2026, 2, 1, tzinfo=UTC))
    plan = undone(
        made=[("exemption", 1), ("exemption", 2), ("exemption", 9), ("additional", 1)],
        cut=[("exemption", 2), ("exemption", 8), ("additional", 2)],
        history=[_recorded(value, period), gone],
    )
    assert plan.drops == (("exemption", 1),)
    assert [put.value for put in plan.puts] == [value]


def test_the_filings_of_the_duty_are_complete() -> None:
    codes = {code for code, filing in FILINGS.items() if filing.duty.value == "exemption"}
    assert codes == {
        "statutory_on", "statutory_off", "payment_wish", "exemption", "student", "childbirth",
        "childcare", "exemption_cancel",
    }  # fmt: skip
    decided = {code for code in codes if FILINGS[code].decided}
    assert decided == {"exemption", "student", "exemption_cancel"}
