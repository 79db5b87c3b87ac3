"""What a claim leaves in the register: one of four receipts, and how the answer changes it."""

from __future__ import annotations

from datetime import date

import pytest

from kokunen.benefit import domain
from kokunen.benefit.reports import REPORTS
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty
from kokunen.cases.particulars import asked
from kokunen.people.codes import ClaimKind, Outcome
from tests.benefit.make import claim, enrolled, known, receipt, someone

BENEFITS = {code: filing for code, filing in FILINGS.items() if filing.duty is Duty.BENEFIT}
KEPT = {
    "old_age": ClaimKind.OLD_AGE,
    "disability": ClaimKind.DISABILITY,
    "survivor": ClaimKind.SURVIVOR,
    "widow": ClaimKind.SURVIVOR,
    "death_lump_sum": ClaimKind.SURVIVOR,
    "old_age_welfare": ClaimKind.OLD_AGE_WELFARE,
}


def test_there_are_the_fifteen_filings_of_the_brief() -> None:
    assert list(BENEFITS) == [
        "old_age",
        "disability",
        "survivor",
        "widow",
        "unpaid",
        "death_lump_sum",
        "old_age_welfare",
        "old_age_welfare_report",
        "special_disability",
        "special_disability_report",
        "support_benefit",
        "support_unpaid",
        "revision",
        "bank_change",
        "death_report",
    ]


@pytest.mark.parametrize("code", BENEFITS)
def test_the_items_of_a_filing_hold_together(code: str) -> None:
    filing = BENEFITS[code]
    names = [item.name for item in filing.items]
    assert len(set(names)) == len(names)
    for at, item in enumerate(filing.items):
        assert not (item.required and item.essential)
        if item.only_if is None:
            assert asked(item, {})
        else:
            before = {each.name: each for each in filing.items[:at]}
            other = before[item.only_if[0]]
            values = {value for value, _ in other.choices} or {"true", "false"}
            assert item.only_if[1] <= values
    assert (filing.event == "死亡日") == (code in domain.AFTER_DEATH)
    assert filing.task == 5
    assert filing.form == code


@pytest.mark.parametrize("code", BENEFITS)
def test_only_the_four_receipts_of_the_founding_document_are_kept(code: str) -> None:
    kept = domain.claimed(receipt=receipt(code, event="2026-10-01"))
    assert (kept.kind if kept else None) == KEPT.get(code)


def test_a_disability_keeps_what_stands_on_the_diagnosis() -> None:
    kept = domain.claimed(
        receipt=receipt(
            "disability",
            first_seen_on="2023-05-10",
            diagnosed_on="2026-10-01",
            illness=["mental", "limbs"],
        )
    )
    assert kept is not None
    assert (kept.first_seen_on, kept.diagnosed_on) == (date(2023, 5, 10), date(2026, 10, 1))
    assert kept.diagnosis_form == "様式第120号の4・3"
    assert kept.outcome is None


def test_a_survivor_keeps_the_claimant_and_the_death() -> None:
    filing = receipt("survivor", event="2026-10-01", claimant=2, relation="spouse")
    kept = domain.claimed(receipt=filing, claimant_name="架空　花子")
    assert kept is not None
    assert (kept.claimant_name, kept.claimant_relationship) == ("架空　花子", "配偶者")
    assert kept.died_on == date(2026, 10, 1)
    named = receipt("widow", event="2026-10-01", claimant_name="想定　鶴子", relation="spouse")
    kept = domain.claimed(receipt=named)
    assert kept is not None
    assert kept.claimant_name == "想定　鶴子"


def test_the_answer_is_written_onto_the_claim() -> None:
    kept = claim(ClaimKind.OLD_AGE, "2026-11-20", outcome=None).value
    found = domain.answered(
        kept,
        outcome=Outcome.APPROVED,
        on=date(2027, 1, 15),
        forwarded_on=date(2026, 11, 25),
        particulars={"pension_code": "1150"},
    )
    assert (found.outcome, found.outcome_on) == (Outcome.APPROVED, date(2027, 1, 15))
    assert (found.forwarded_on, found.pension_code) == (date(2026, 11, 25), "1150")


def test_a_second_claim_of_a_kind_on_one_day_is_not_written_over_the_first() -> None:
    filing = receipt("death_lump_sum", event="2026-10-01")
    pending = claim(ClaimKind.SURVIVOR, "2026-11-20", outcome=None, claim_type="widow")
    with pytest.raises(domain.UnableToKeepClaim) as refused:
        domain.refuse_another(receipt=filing, known=known(claims=(pending,)))
    assert refused.value.message == (
        "同じ日に受け付けた遺族の裁定受付が、結果待ちで登録されています。"
    )
    coded = claim(ClaimKind.SURVIVOR, "2026-11-20", pension_code="5950")
    domain.refuse_another(receipt=filing, known=known(claims=(coded,)))
    other_day = claim(ClaimKind.SURVIVOR, "2026-11-19")
    domain.refuse_another(receipt=filing, known=known(claims=(other_day,)))


def test_a_death_report_reaches_the_dead_person_s_own_pensions() -> None:
    people = known(
        claims=(
            claim(ClaimKind.OLD_AGE, "2016-05-01"),
            claim(ClaimKind.SURVIVOR, "2010-05-01"),
            claim(ClaimKind.DISABILITY, "2001-05-01", died_on=date(2020, 1, 1)),
        )
    )
    filing = receipt("death_report", event="2026-10-01")
    ((held, value),) = domain.deaths(receipt=filing, known=people)
    assert held.value.kind is ClaimKind.OLD_AGE
    assert (value.died_on, value.death_filed_on) == (date(2026, 10, 1), date(2026, 11, 20))
    (effect,) = domain.effects(receipt=filing, known=people)
    assert (effect.before, effect.after) == ("なし", "令和8年10月1日")
    undone = domain.deaths_undone(
        receipt=filing,
        known=known(
            claims=(
                claim(
                    ClaimKind.OLD_AGE,
                    "2016-05-01",
                    died_on=date(2026, 10, 1),
                    death_filed_on=date(2026, 11, 20),
                ),
            )
        ),
    )
    assert [(value.died_on, value.death_filed_on) for _, value in undone] == [(None, None)]
    assert domain.deaths(receipt=receipt("death_report"), known=people) == ()


def test_effects_are_shown_before_and_after() -> None:
    filing = receipt("old_age", start="at_65")
    (effect,) = domain.effects(receipt=filing, known=known())
    assert (effect.label, effect.before, effect.after) == (
        "老齢裁定受付",
        "なし",
        "受付(結果待ち)",
    )
    kept = claim(ClaimKind.OLD_AGE, "2026-11-20", claim_type="old_age")
    (effect,) = domain.effects(receipt=filing, known=known(claims=(kept,)))
    assert effect.before == "令和8年11月20日受付(承認・決定)"
    assert domain.effects(receipt=receipt("bank_change"), known=known()) == ()


def test_what_is_asked_with_a_result() -> None:
    assert [item.name for item in domain.result_items("disability")] == ["pension_code"]
    assert [item.name for item in domain.result_items("old_age_welfare")] == ["certificate_number"]
    assert domain.result_items("unpaid") == ()


def test_the_register_answers_what_it_can() -> None:
    people = known("1962-08-01", children=(someone("2015-05-01"), someone("2007-05-01")))
    found = domain.prefilled(known=people, on=date(2026, 11, 20))
    assert found == {
        "record": "not_seen",
        "payments": "not_confirmed",
        "has_children": True,
        "children_count": 1,
        "children_register": True,
        "start": "early",
    }
    assert domain.prefilled(known=known("1961-08-01"), on=date(2026, 11, 20))["start"] == "at_65"
    assert "start" not in domain.prefilled(known=known("1990-08-01"), on=date(2026, 11, 20))


def test_the_whole_advice_of_each_filing_comes_without_a_fault() -> None:
    people = known(
        "1962-06-15",
        died="2026-10-01",
        claimant=someone("1964-01-10", number=2),
        enrolments=(enrolled("1982-06-14"),),
    )
    for code in BENEFITS:
        bare = domain.advise(receipt=receipt(code), known=people)
        dated = domain.advise(receipt=receipt(code, event="2026-10-01"), known=people)
        assert bare.attachments
        assert dated.attachments


def test_the_advice_shows_the_order_of_survivors() -> None:
    people = known("1962-06-15", died="2026-10-01", claimant=someone("1990-01-10", number=2))
    filing = receipt("unpaid", event="2026-10-01", claimant=2, relation="child", others=["sibling"])
    order = domain.advise(receipt=filing, known=people).sections[0]
    assert [line.text for line in order.lines] == [
        "配偶者",
        "子(請求者)",
        "父母",
        "孫",
        "祖父母",
        "兄弟姉妹",
        "その他の3親等内の親族",
        "同じ世帯",
    ]
    assert [line.tone for line in order.lines[:6]] == ["", "good", "", "", "", "bad"]


def test_25_years_ask_for_no_contribution_requirement() -> None:
    people = known("1962-06-15", died="2026-10-01", enrolments=(enrolled("1982-06-14"),))
    filing = receipt(
        "survivor", event="2026-10-01", record="agency", months_paid=300, relation="spouse"
    )
    (shown, *_) = domain.advise(receipt=filing, known=people).sections
    assert shown.lines[0].text == "問われません(300月以上)"


def test_the_yearly_reports_say_that_their_days_are_not_confirmed() -> None:
    for yearly in REPORTS.values():
        assert yearly.checked <= date(2026, 11, 21)
        assert yearly.doubt
    # 2026-09-11 is a Friday, 2027-09-11 a Saturday.
    welfare = REPORTS["old_age_welfare_report"]
    assert welfare.window(2026) == (date(2026, 8, 12), date(2026, 9, 11))
    assert welfare.window(2027)[1] == date(2027, 9, 13)
