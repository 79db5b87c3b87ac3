"""Claims from receipt to outcome in a real database: what they leave, and what is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.access.domain import UnableToCheckOwnWork
from kokunen.benefit import operations, queries
from kokunen.benefit.domain import UnableToKeepClaim, UnableToReceiveClaim
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import State, StepKind, UnableToTakeStep, Weight
from kokunen.cases.operations import UnableToReceive, UnableToReceiveTwice
from kokunen.people.codes import ClaimKind, Outcome, Sex, Source
from kokunen.people.domain import ClaimValue
from kokunen.people.operations import record_fact
from kokunen.people.periods import Period
from tests.benefit.desk import (
    RECEIVED,
    answered,
    brought,
    changed,
    claims,
    examined,
    last,
    later,
    received,
    shown,
    somebody,
    step,
)
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Receipt
    from tests.office import Database

K = StepKind
HE, SHE, CHILD = 10001, 10002, 10003
DIED = date(2026, 10, 1)


def old_age(occasion: Occasion) -> Receipt:
    somebody(
        HE,
        occasion,
        born=date(1961, 8, 1),
        enrolled=(date(1981, 7, 31), date(2021, 7, 31)),
    )
    return brought("old_age", HE, particulars={"start": "at_65", "other_pension": False})


def widow(occasion: Occasion, **said: object) -> Receipt:
    somebody(HE, occasion, born=date(1962, 6, 15), enrolled=(date(1982, 6, 14), None), died=DIED)
    somebody(SHE, occasion, born=date(1964, 1, 10), name="架空　花子", sex=Sex.FEMALE)
    given = {
        "claimant": SHE,
        "relation": "spouse",
        "married_on": "1990-05-05",
        "common_law": False,
        "maintained": True,
        "husband_pension": False,
        "own_early": False,
        "remarried": False,
    }
    return brought("widow", HE, event_on=DIED, filer=Filer.SURVIVOR, particulars=given | said)


def test_a_claim_from_receipt_to_the_granted_pension(
    database: Database, occasion: Occasion
) -> None:
    del database
    taken = received(old_age(occasion), occasion)
    assert taken.state is State.RECEIVED
    assert claims(HE, occasion) == []

    assert examined(taken.case, occasion).state is State.EXAMINED
    (kept,) = claims(HE, occasion)
    assert kept.value.kind is ClaimKind.OLD_AGE
    assert (kept.value.claimed_on, kept.value.outcome) == (RECEIVED, None)
    assert kept.source_ref == f"案件{taken.case}"
    assert (kept.recorded_by, kept.checked_by) == (101, 202)
    assert shown(taken.case, occasion).facts_made == (("claim", kept.id),)

    step(taken.case, K.FORWARDED, occasion)
    later_on = later(occasion, 60)
    answered(
        taken.case,
        K.GRANTED,
        later_on,
        on=date(2027, 1, 20),
        particulars={"pension_code": "1150"},
    )
    (kept,) = claims(HE, occasion)
    assert (kept.value.outcome, kept.value.outcome_on) == (Outcome.APPROVED, date(2027, 1, 20))
    assert (kept.value.forwarded_on, kept.value.pension_code) == (RECEIVED, "1150")
    assert shown(taken.case, later_on).state is State.DECIDED
    step(taken.case, K.NOTIFIED, later_on)
    assert step(taken.case, K.CLOSED, later_on).state is State.CLOSED


@pytest.mark.parametrize(
    ("kind", "outcome", "state"),
    [
        (K.REFUSED, Outcome.REJECTED, State.DECIDED),
        (K.RETURNED, Outcome.RETURNED, State.RETURNED),
    ],
)
def test_a_refusal_and_a_return_are_kept_too(
    database: Database, occasion: Occasion, kind: StepKind, outcome: Outcome, state: State
) -> None:
    del database
    case = received(old_age(occasion), occasion).case
    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    assert answered(case, kind, occasion, reason="書類の不備").state is state
    (kept,) = claims(HE, occasion)
    assert kept.value.outcome is outcome


def test_a_returned_claim_is_corrected_and_goes_again(
    database: Database, occasion: Occasion
) -> None:
    del database
    receipt = old_age(occasion)
    case = received(receipt, occasion).case
    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    answered(case, K.RETURNED, occasion, reason="署名がない")
    changed(case, K.CORRECTED, occasion, particulars=dict(receipt.particulars))
    assert claims(HE, occasion) == []
    assert shown(case, occasion).facts_made == ()
    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    answered(case, K.GRANTED, occasion)
    (kept,) = claims(HE, occasion)
    assert kept.value.outcome is Outcome.APPROVED


def test_the_agency_may_change_its_answer(database: Database, occasion: Occasion) -> None:
    del database
    case = received(old_age(occasion), occasion).case
    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    answered(case, K.REFUSED, occasion)
    answered(case, K.GRANTED, occasion)
    (kept,) = claims(HE, occasion)
    assert kept.value.outcome is Outcome.APPROVED


def test_withdrawal_takes_back_what_the_claim_left(database: Database, occasion: Occasion) -> None:
    del database
    case = received(old_age(occasion), occasion).case
    examined(case, occasion)
    taken = operations.withdraw(
        case=case,
        expected=last(case),
        reason="繰下げを希望するため",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    assert taken.state is State.WITHDRAWN
    assert claims(HE, occasion) == []


def test_the_maker_does_not_examine_and_nothing_is_kept(
    database: Database, occasion: Occasion
) -> None:
    del database
    case = received(old_age(occasion), occasion).case
    with pytest.raises(UnableToCheckOwnWork):
        operations.examine(case=case, expected=1, occasion=occasion, request_id=uuid4(), sees=ALL)
    assert claims(HE, occasion) == []


def test_the_same_request_again_does_nothing_more(database: Database, occasion: Occasion) -> None:
    del database
    receipt, first, again = old_age(occasion), uuid4(), uuid4()
    taken = received(receipt, occasion, request_id=first)
    assert received(receipt, occasion, request_id=first) == taken
    done = examined(taken.case, occasion, request_id=again)
    assert examined(taken.case, occasion, request_id=again, expected=1) == done
    assert len(claims(HE, occasion)) == 1


def test_a_claim_that_repeats_no_earlier_one_says_so(
    database: Database, occasion: Occasion
) -> None:
    del database
    receipt = old_age(occasion)
    first = received(receipt, occasion).case
    with pytest.raises(UnableToReceiveTwice):
        received(receipt, occasion)
    with pytest.raises(UnableToReceiveTwice):
        received(receipt, occasion, again=str(first))
    taken = received(receipt, occasion, again=str(first), reason="別の請求")
    said = shown(taken.case, occasion).steps[0]
    assert (said.detail["again"], said.reason) == (str(first), "別の請求")


def test_a_case_changed_under_an_open_form_is_left_alone(
    database: Database, occasion: Occasion
) -> None:
    del database
    case = received(old_age(occasion), occasion).case
    step(case, K.TAKEN, occasion)
    with pytest.raises(UnableToTakeStep):
        examined(case, occasion, expected=1)
    assert claims(HE, occasion) == []


def test_a_claim_that_the_law_stops_is_refused_and_the_refusal_recorded(
    database: Database, occasion: Occasion
) -> None:
    receipt = old_age(occasion)
    early = replace(receipt, particulars={**receipt.particulars, "start": "early"})
    with pytest.raises(UnableToReceiveClaim) as refused:
        received(early, occasion)
    assert refused.value.message == (
        "繰上げは、60歳(令和3年7月31日)から65歳(令和8年7月31日)になる前までです。"
    )
    with database.owner() as connection:
        found = connection.execute(
            "SELECT outcome FROM audit_entry WHERE operation = 'benefit.receive'"
        ).fetchall()
    assert found == [("claim_not_receivable",)]


def test_a_form_without_its_essential_item_is_refused(
    database: Database, occasion: Occasion
) -> None:
    del database
    receipt = old_age(occasion)
    with pytest.raises(UnableToReceive) as refused:
        received(replace(receipt, particulars={}), occasion)
    assert refused.value.field == "start"


def test_what_lacks_is_kept_and_completed(database: Database, occasion: Occasion) -> None:
    del database
    receipt = old_age(occasion)
    proxy = replace(receipt, filer=Filer.PROXY)
    case = received(proxy, occasion).case
    assert shown(case, occasion).lacks == ("authority_missing",)
    step(case, K.ASKED, occasion)
    given = {**receipt.particulars, "authority": "letter"}
    changed(case, K.COMPLETED, occasion, particulars=given, reason="")
    assert shown(case, occasion).lacks == ()


def test_the_same_claim_at_another_counter_is_found(database: Database, occasion: Occasion) -> None:
    del database
    receipt = old_age(occasion)
    received(receipt, occasion)
    with pytest.raises(UnableToReceiveTwice):
        received(receipt, occasion)


def test_a_widow_s_claim_is_kept_with_her_name(database: Database, occasion: Occasion) -> None:
    del database
    case = received(widow(occasion), occasion).case
    examined(case, occasion)
    (kept,) = claims(HE, occasion)
    assert kept.value.kind is ClaimKind.SURVIVOR
    assert kept.value.claim_type == "widow"
    assert (kept.value.claimant_name, kept.value.claimant_relationship) == ("架空　花子", "配偶者")
    assert kept.value.died_on == DIED
    assert claims(SHE, occasion) == []


def test_two_claims_of_a_kind_on_one_day_wait_for_each_other(
    database: Database, occasion: Occasion
) -> None:
    del database
    first = received(widow(occasion), occasion).case
    sum_ = brought(
        "death_lump_sum",
        HE,
        event_on=DIED,
        filer=Filer.SURVIVOR,
        particulars={"claimant": SHE, "relation": "spouse", "shared_living": True},
    )
    other = received(sum_, occasion).case
    examined(first, occasion)
    with pytest.raises(UnableToKeepClaim):
        examined(other, occasion)
    step(first, K.FORWARDED, occasion)
    answered(first, K.REFUSED, occasion, particulars={"pension_code": "5950"})
    examined(other, occasion)
    assert {kept.value.claim_type for kept in claims(HE, occasion)} == {"widow", "death_lump_sum"}


def test_a_benefit_leaves_no_fact(database: Database, occasion: Occasion) -> None:
    del database
    old_age(occasion)
    filing = brought(
        "support_benefit", HE, particulars={"kind": "old_age", "household_untaxed": True}
    )
    case = received(filing, occasion).case
    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    assert answered(case, K.GRANTED, occasion).state is State.DECIDED
    assert claims(HE, occasion) == []


def kept_by_hand(person: int, kind: ClaimKind, on: date, occasion: Occasion) -> None:
    record_fact(
        person=person,
        fact=ClaimValue(kind=kind, claimed_on=on, outcome=Outcome.APPROVED),
        valid=Period(start=on),
        source=Source.AGENCY,
        occasion=occasion,
        request_id=uuid4(),
    )


def test_a_death_report_adds_the_death_and_withdrawal_takes_it_back(
    database: Database, occasion: Occasion
) -> None:
    del database
    somebody(HE, occasion, born=date(1950, 6, 15), died=DIED)
    kept_by_hand(HE, ClaimKind.OLD_AGE, date(2015, 6, 20), occasion)
    filing = brought(
        "death_report",
        HE,
        event_on=DIED,
        filer=Filer.SURVIVOR,
        particulars={"pensions": ["old_age"]},
    )
    case = received(filing, occasion).case
    examined(case, occasion)
    (kept,) = claims(HE, occasion)
    assert (kept.value.died_on, kept.value.death_filed_on) == (DIED, RECEIVED)
    step(case, K.FORWARDED, occasion)
    answered(case, K.GRANTED, occasion)
    (kept,) = claims(HE, occasion)
    assert kept.value.outcome is Outcome.APPROVED
    changed(case, K.CORRECTED, occasion, particulars=dict(filing.particulars))
    (kept,) = claims(HE, occasion)
    assert (kept.value.died_on, kept.value.death_filed_on) == (None, None)


def test_an_answer_to_a_claim_that_a_death_report_has_touched(
    database: Database, occasion: Occasion
) -> None:
    """The row of the claim was written anew meanwhile; its case finds it all the same."""
    del database
    case = received(old_age(occasion), occasion).case
    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    report = brought(
        "death_report",
        HE,
        event_on=RECEIVED,
        filer=Filer.SURVIVOR,
        particulars={"pensions": ["old_age"]},
    )
    death = received(report, occasion).case
    examined(death, occasion)
    answered(case, K.GRANTED, occasion)
    (kept,) = claims(HE, occasion)
    assert (kept.value.outcome, kept.value.died_on) == (Outcome.APPROVED, RECEIVED)


def test_the_advice_beside_a_form_not_yet_received(database: Database, occasion: Occasion) -> None:
    del database
    advice = queries.advise(receipt=widow(occasion), case=None, occasion=occasion, sees=ALL)
    assert [each.code for each in advice.findings] == ["husband_months_unknown"]
    assert advice.sections[-1].heading.startswith("寡婦年金の試算")
    spared = {each.name for each in advice.attachments if not each.needed}
    assert "世帯全員の住民票と亡くなった人の除票" in spared


def test_the_advice_beside_a_half_filled_form_says_what_is_missing(
    database: Database, occasion: Occasion
) -> None:
    del database
    receipt = replace(old_age(occasion), particulars={})
    advice = queries.advise(receipt=receipt, case=None, occasion=occasion, sees=ALL)
    assert [(each.weight, each.item) for each in advice.findings] == [(Weight.STOP, "start")]


def test_children_of_the_household_are_found(database: Database, occasion: Occasion) -> None:
    del database
    widow(occasion)
    somebody(CHILD, occasion, born=date(2015, 5, 1), name="架空　一郎")
    found = queries.prefill(filing="survivor", person=HE, occasion=occasion, sees=ALL)
    assert found["children_count"] == 1
    filing = brought(
        "survivor",
        HE,
        event_on=DIED,
        filer=Filer.SURVIVOR,
        particulars={
            "claimant": SHE,
            "relation": "spouse",
            "has_children": True,
            "children_count": 1,
            "payments": "all_paid",
            "maintained": True,
            "remarried": False,
        },
    )
    advice = queries.advise(receipt=filing, case=None, occasion=occasion, sees=ALL)
    assert advice.findings == ()


def test_the_yearly_reports_due(database: Database, occasion: Occasion) -> None:
    del database
    somebody(HE, occasion, born=date(1910, 6, 15))
    somebody(SHE, occasion, born=date(1909, 1, 10), died=date(2026, 8, 1))
    somebody(CHILD, occasion, born=date(1911, 1, 10))
    for person in (HE, SHE, CHILD):
        kept_by_hand(person, ClaimKind.OLD_AGE_WELFARE, date(1980, 4, 1), occasion)
    report = brought(
        "old_age_welfare_report",
        HE,
        particulars={"report_year": "2026", "income_seen": "tax", "certificate": True},
    )
    case = received(report, occasion).case
    found = queries.reports_due(
        filing="old_age_welfare_report", year=2026, occasion=occasion, sees=ALL
    )
    assert [(each.person, each.case, each.late) for each in found] == [
        (HE, case, False),
        (CHILD, None, True),
    ]
    assert found[0].due == date(2026, 9, 11)
    assert found[1].hit.name == "架空　太郎"
    due = shown(case, occasion).deadlines
    assert any(each.on == date(2026, 9, 11) and each.late for each in due)


def test_those_granted_the_special_benefit_are_asked_for_a_report(
    database: Database, occasion: Occasion
) -> None:
    del database
    somebody(HE, occasion, born=date(1968, 5, 1))
    filing = brought(
        "special_disability",
        HE,
        particulars={
            "group": "student",
            "first_seen_on": "1989-06-01",
            "illness": ["mental"],
            "same_hospital": True,
            "disability_pension": False,
            "other_pension": False,
        },
    )
    case = received(filing, occasion).case

    def due() -> list[int]:
        found = queries.reports_due(
            filing="special_disability_report", year=2027, occasion=occasion, sees=ALL
        )
        return [each.person for each in found]

    examined(case, occasion)
    step(case, K.FORWARDED, occasion)
    assert due() == []
    answered(case, K.GRANTED, occasion)
    assert due() == [HE]


def test_every_look_at_somebody_is_in_the_record(database: Database, occasion: Occasion) -> None:
    receipt = widow(occasion)
    queries.advise(receipt=receipt, case=None, occasion=occasion, sees=ALL)
    with database.owner() as connection:
        found = connection.execute(
            "SELECT person, purpose FROM audit_entry WHERE operation = 'benefit.known'"
            " ORDER BY person"
        ).fetchall()
    assert found == [(HE, "reception"), (SHE, "reception")]
