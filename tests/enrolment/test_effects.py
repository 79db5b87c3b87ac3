"""Each filing, before and after: 取得日, 喪失日, 種別変更, 付加 and what they do to the months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty
from kokunen.enrolment import domain, timeline
from kokunen.enrolment.effects import after, changes
from kokunen.enrolment.life import Held
from kokunen.people.codes import AddressKind, Exemption, Removal, Sex
from kokunen.people.domain import AddressValue, NameValue
from kokunen.people.periods import ALWAYS
from tests.enrolment.lives import (
    ONE,
    SPECIAL,
    THREE,
    TWO,
    VOLUNTARY,
    additional,
    at_home,
    d,
    enrolled,
    exempt,
    gone,
    life,
    periods,
    receipt,
    rows_named,
    span,
    story,
)

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

INSURED = enrolled(ONE, "2010-04-01..", "20歳到達")

SCENARIOS: dict[str, tuple[Receipt, Facts, list[str]]] = {
    "20 is attained on the day before the birthday": (
        receipt("acquisition", event="2010-04-02", received="2010-04-10", cause="age_20"),
        life(),
        ["category_1 2010-04-01.."],
    ),
    "who arrives in Japan is insured from that day": (
        receipt("acquisition", event="2026-11-10", cause="arrival"),
        life(at_home("2026-11-10..")),
        ["category_1 2026-11-10.."],
    ),
    "who arrived before 20 is insured from 20": (
        receipt("acquisition", event="2008-01-10", received="2010-05-01", cause="arrival"),
        life(),
        ["category_1 2010-04-01.."],
    ),
    "who comes home ends the voluntary insurance abroad": (
        receipt("acquisition", event="2026-11-10", cause="arrival"),
        life(enrolled(VOLUNTARY, "2020-05-01.."), gone("2020-04-30"), at_home("2026-11-10..")),
        ["voluntary 2020-05-01..2026-11-10", "category_1 2026-11-10.."],
    ),
    "leaving category 2 is a change on the day": (
        receipt("acquisition", event="2026-11-01", cause="left_category_2"),
        life(enrolled(TWO, "2012-04-01..")),
        ["category_2 2012-04-01..2026-11-01", "category_1 2026-11-01.."],
    ),
    "leaving category 3 is a change on the day": (
        receipt("category_change", event="2026-11-01", cause="left_category_3", reason="divorce"),
        life(enrolled(THREE, "2012-04-01..")),
        ["category_3 2012-04-01..2026-11-01", "category_1 2026-11-01.."],
    ),
    "what was acquired too late is put before what follows": (
        receipt("acquisition", event="2010-04-01", cause="age_20"),
        life(enrolled(TWO, "2012-04-01..")),
        ["category_1 2010-04-01..2012-04-01", "category_2 2012-04-01.."],
    ),
    "what was filed after 60 ends at 60": (
        receipt("acquisition", event="2024-04-16", cause="left_category_2"),
        life(enrolled(TWO, "1990-04-01.."), born=d("1966-04-02")),
        ["category_2 1990-04-01..2024-04-16", "category_1 2024-04-16..2026-04-01"],
    ),
    "what was filed after leaving again ends on the next day": (
        receipt("acquisition", event="2026-01-10", cause="arrival"),
        life(at_home("2026-01-10..2026-10-31"), gone("2026-10-31")),
        ["category_1 2026-01-10..2026-11-01"],
    ),
    "60 is attained on the day before the birthday": (
        receipt("loss", event="2050-04-01", received="2050-04-20", cause="age_60"),
        life(INSURED),
        ["category_1 2010-04-01..2050-04-01"],
    ),
    "a death ends it on the next day": (
        receipt("loss", event="2026-11-10", cause="death", relationship="子"),
        life(INSURED, gone("2026-11-10", Removal.DEATH)),
        ["category_1 2010-04-01..2026-11-11"],
    ),
    "leaving Japan ends it on the next day": (
        receipt("loss", event="2026-09-30", cause="abroad"),
        life(INSURED),
        ["category_1 2010-04-01..2026-10-01"],
    ),
    "category 2 begins on the day on which category 1 ends": (
        receipt("loss", event="2026-10-01", cause="category_2"),
        life(INSURED),
        ["category_1 2010-04-01..2026-10-01", "category_2 2026-10-01.."],
    ),
    "category 3 begins on the day on which category 1 ends": (
        receipt("loss", event="2026-10-01", cause="category_3"),
        life(INSURED),
        ["category_1 2010-04-01..2026-10-01", "category_3 2026-10-01.."],
    ),
    "a voluntary insurance begins on the day of the application": (
        receipt("voluntary", lives="japan", payment="account_transfer"),
        life(enrolled(ONE, "1985-04-01..2025-04-01"), born=d("1965-04-02")),
        ["category_1 1985-04-01..2025-04-01", "voluntary 2026-11-24.."],
    ),
    "it ends on the day of the wish": (
        receipt("voluntary_end", cause="wish"),
        life(enrolled(VOLUNTARY, "2026-01-10.."), born=d("1964-04-02")),
        ["voluntary 2026-01-10..2026-11-24"],
    ),
    "it ends on the day on which 65 is attained": (
        receipt("voluntary_end", cause="age_65", happened_on="2026-04-02"),
        life(enrolled(VOLUNTARY, "2025-01-10.."), born=d("1961-04-02")),
        ["voluntary 2025-01-10..2026-04-01"],
    ),
    "it ends on the day with 480 months": (
        receipt("voluntary_end", cause="months_480", happened_on="2026-11-01"),
        life(enrolled(VOLUNTARY, "2025-01-10.."), born=d("1964-04-02")),
        ["voluntary 2025-01-10..2026-11-01"],
    ),
    "it ends on the day after a move": (
        receipt("voluntary_end", cause="moved", happened_on="2026-10-31"),
        life(enrolled(VOLUNTARY, "2025-01-10.."), born=d("1964-04-02")),
        ["voluntary 2025-01-10..2026-11-01"],
    ),
    "work ends it and begins category 2": (
        receipt("voluntary_end", cause="category_2", happened_on="2026-11-01"),
        life(enrolled(VOLUNTARY, "2025-01-10.."), born=d("1964-04-02")),
        ["voluntary 2025-01-10..2026-11-01", "category_2 2026-11-01.."],
    ),
    "a special voluntary insurance begins on the day of the application": (
        receipt("special_voluntary", lives="japan", qualifying_months=100),
        life(born=d("1960-04-02")),
        ["voluntary_special 2026-11-24.."],
    ),
    "who leaves Japan and wants the refund": (
        receipt("departure", event="2026-09-29", wish="refund", prepaid="none"),
        life(INSURED),
        ["category_1 2010-04-01..2026-09-30"],
    ),
    "who leaves Japan and goes on, having said so before": (
        receipt(
            "departure", event="2026-12-31", wish="voluntary", prepaid="none", received="2026-12-20"
        ),
        life(INSURED, at_home(), gone("2026-12-31")),
        ["category_1 2010-04-01..2027-01-01", "voluntary 2027-01-01.."],
    ),
    "who left Japan and asks later begins on that day": (
        receipt("departure", event="2026-09-30", wish="voluntary", prepaid="none"),
        life(INSURED, at_home(), gone("2026-09-30")),
        ["category_1 2010-04-01..2026-10-01", "voluntary 2026-11-24.."],
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_filing_leaves_the_register(name: str) -> None:
    filed, facts, expected = SCENARIOS[name]
    made = changes(filed, facts)
    assert story(after(facts, made)) == expected


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_it_leaves_breaks_no_rule(name: str) -> None:
    filed, facts, _ = SCENARIOS[name]
    codes = {fault.code for fault in timeline.faults(after(facts, changes(filed, facts)))}
    assert codes == set()


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_stands_against_it_and_the_change_is_said(name: str) -> None:
    filed, facts, _ = SCENARIOS[name]
    findings = domain.check(filed, facts)
    assert [each for each in findings if each.weight != "note"] == []
    assert domain.effects(filed, facts)[0].after != domain.effects(filed, facts)[0].before
    assert domain.sections(filed, facts)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_row_it_touches_is_named_once(name: str) -> None:
    filed, facts, _ = SCENARIOS[name]
    named = rows_named(changes(filed, facts))
    assert len(named) == len(set(named))


def test_a_register_that_does_not_know_of_the_departure_yet_is_noted() -> None:
    filed = receipt("departure", event="2026-09-30", wish="voluntary", prepaid="none")
    findings = domain.check(filed, life(INSURED))
    assert {each.weight.value for each in findings} == {"note"}
    assert "register_not_updated" in {each.code for each in findings}


def test_the_causes_stand_in_the_register() -> None:
    facts = life(enrolled(TWO, "2012-04-01..", "厚生年金加入"))
    filed = receipt("acquisition", event="2026-11-01", cause="left_category_2")
    two, one = (each.value for each in changes(filed, facts))
    assert two.lost_cause == "厚生年金の資格喪失(退職など)"  # type: ignore[union-attr]  # a change of that kind
    assert one.acquired_cause == "厚生年金の資格喪失(退職など)"  # type: ignore[union-attr]  # a change of that kind


def test_a_loss_ends_the_additional_premium_and_the_exemption_with_its_last_month() -> None:
    facts = life(
        INSURED,
        additional("2020-04-01..2026-05-01"),
        exempt(Exemption.FULL, "2026-07-01..2027-07-01"),
    )
    then = after(facts, changes(receipt("loss", event="2026-10-20", cause="category_2"), facts))
    assert periods(then, "exemption") == ["2026-07-01..2026-10-01"]
    assert periods(then, "additional") == ["2020-04-01..2026-05-01"]
    facts = life(INSURED, additional("2020-04-15.."))
    then = after(facts, changes(receipt("loss", event="2026-10-20", cause="category_2"), facts))
    assert periods(then, "additional") == ["2020-04-15..2026-10-01"]


def test_an_exemption_wholly_after_the_loss_is_taken_out() -> None:
    facts = life(INSURED, exempt(Exemption.FULL, "2026-07-01..2027-07-01"))
    filed = receipt("loss", event="2026-06-20", cause="category_2")
    then = after(facts, changes(filed, facts))
    assert periods(then, "exemption") == []
    assert timeline.faults(then) == ()


def test_a_loss_filed_late_leaves_what_came_after_it_alone() -> None:
    facts = life(
        enrolled(ONE, "2010-04-01..2020-01-01"),
        enrolled(ONE, "2022-01-01.."),
        additional("2022-05-01.."),
        exempt(Exemption.FULL, "2022-01-01..2022-04-01"),
    )
    filed = receipt("loss", event="2015-06-01", cause="category_2")
    then = after(facts, changes(filed, facts))
    assert periods(then, "exemption") == ["2022-01-01..2022-04-01"]
    assert periods(then, "additional") == ["2022-05-01.."]


def test_an_exemption_that_waits_for_its_answer_is_left() -> None:
    facts = life(INSURED, exempt(Exemption.FULL, "2026-07-01..2027-07-01", None))
    filed = receipt("loss", event="2026-06-20", cause="category_2")
    assert periods(after(facts, changes(filed, facts)), "exemption") == ["2026-07-01..2027-07-01"]


def test_the_additional_premium_does_not_go_on_in_the_voluntary_insurance() -> None:
    facts = life(INSURED, additional("2020-04-01.."))
    filed = receipt(
        "departure", event="2026-11-30", wish="voluntary", prepaid="none", received="2026-11-20"
    )
    assert periods(after(facts, changes(filed, facts)), "additional") == ["2020-04-01..2026-12-01"]


def test_the_additional_premium_begins_with_the_month_of_the_application() -> None:
    facts = life(INSURED)
    then = after(facts, changes(receipt("additional_on", fund=False), facts))
    assert periods(then, "additional") == ["2026-11-01.."]


def test_it_begins_with_the_insurance_if_that_is_later_in_the_month() -> None:
    facts = life(enrolled(ONE, "2026-11-10.."))
    then = after(facts, changes(receipt("additional_on", fund=False), facts))
    assert periods(then, "additional") == ["2026-11-10.."]
    assert timeline.faults(then) == ()


def test_it_ends_with_the_month_before_the_application() -> None:
    facts = life(INSURED, additional("2020-04-01.."))
    then = after(facts, changes(receipt("additional_off", cause="wish"), facts))
    # 申出をした日の属する月の前月以後の各月: October is the first month without it.
    assert periods(then, "additional") == ["2020-04-01..2026-10-01"]


def test_months_that_were_paid_ahead_stay_paid() -> None:
    facts = life(INSURED, additional("2020-04-01.."))
    filed = receipt("additional_off", cause="wish", paid_until="2027-03")
    assert periods(after(facts, changes(filed, facts)), "additional") == ["2020-04-01..2027-04-01"]


def test_the_day_of_joining_a_fund_counts_as_the_application() -> None:
    facts = life(INSURED, additional("2020-04-01.."))
    filed = receipt("additional_off", cause="fund", fund_on="2026-09-15")
    assert periods(after(facts, changes(filed, facts)), "additional") == ["2020-04-01..2026-08-01"]


def test_an_additional_premium_given_up_at_once_never_was() -> None:
    facts = life(INSURED, additional("2026-11-01.."))
    then = after(facts, changes(receipt("additional_off", cause="wish"), facts))
    assert periods(then, "additional") == []


def test_a_new_name_keeps_what_the_form_leaves_open() -> None:
    old = NameValue(name="架空　花子", kana="カクウ　ハナコ", alias="仮　花子")
    facts = {**life(), "name": [Held(value=old, valid=ALWAYS, id=50)]}
    filed = receipt("name_change", event="2026-11-01", name="想定　花子", kana="ソウテイ　ハナコ")
    first, second = changes(filed, facts)
    assert (first.value, first.valid, first.row) == (old, span("..2026-11-01"), 50)
    assert second.value == NameValue(name="想定　花子", kana="ソウテイ　ハナコ", alias="仮　花子")
    assert second.valid == span("2026-11-01..")


def test_an_address_ends_the_one_of_its_kind_alone() -> None:
    home, mail = (
        AddressValue(kind=kind, city="想定市", town="見本町")
        for kind in (AddressKind.RESIDENCE, AddressKind.MAILING)
    )
    facts = {
        **life(),
        "address": [
            Held(value=home, valid=span("2015-04-01.."), id=60),
            Held(value=mail, valid=span("2015-04-01.."), id=61),
        ],
    }
    filed = receipt(
        "address_change", event="2026-11-01", kind="residence", city="想定市", town="新町"
    )
    assert rows_named(changes(filed, facts)) == [60]


def test_a_correction_holds_always() -> None:
    facts = life()
    (sex,) = changes(receipt("sex_correction", sex="male", evidence="戸籍"), facts)
    assert sex.valid == ALWAYS
    assert sex.value.sex is Sex.MALE  # type: ignore[union-attr]  # a change of that kind
    filed = receipt("birth_date_correction", birth_date="1990-04-03", evidence="戸籍")
    (born,) = changes(filed, facts)
    assert born.value.birth_date == d("1990-04-03")  # type: ignore[union-attr]  # a change of that kind
    assert born.row == 1


def test_a_reissued_notice_changes_nothing() -> None:
    facts = life(INSURED)
    filed = receipt("number_notice", reason="lost")
    assert changes(filed, facts) == ()
    assert domain.effects(filed, facts) == ()


def test_a_gap_that_the_filing_fills_is_shown_as_repaired() -> None:
    facts = life(enrolled(ONE, "2010-04-01..2020-01-01"), enrolled(TWO, "2022-01-01.."))
    filed = receipt("acquisition", event="2020-01-01", cause="other")
    repaired = [each for each in domain.effects(filed, facts) if each.label == "記録の整合"]
    assert [each.after for each in repaired] == ["この届出で整合します"]


def test_first_and_last_month_are_shown_before_and_after() -> None:
    facts = life(INSURED)
    filed = receipt("loss", event="2026-09-30", cause="abroad")
    (shown,) = [each for each in domain.effects(filed, facts) if "の月" in each.label]
    assert shown.before == "平成22年4月から"
    assert shown.after == "平成22年4月から令和8年9月まで(198月)"
    assert shown.article == "法11条1項"


def test_every_kind_of_fact_is_said_in_words() -> None:
    later = exempt(Exemption.FULL, "2027-07-01..2028-07-01")
    home = AddressValue(city="想定市", town="見本町")
    name = NameValue(name="架空　花子", kana="カクウ　ハナコ")
    facts = {
        **life(INSURED, additional("2020-04-01.."), later),
        "name": [Held(value=name, valid=ALWAYS, id=50)],
        "address": [Held(value=home, valid=span("2015-04-01.."), id=60)],
    }
    said = {
        (filed.filing, each.label): (each.before, each.after)
        for filed in (
            receipt("name_change", event="2026-11-01", name="想定　花子", kana="ソウテイ"),
            receipt("address_change", event="2026-11-01", kind="residence", city="新市"),
            receipt("sex_correction", sex="male"),
            receipt("additional_off", cause="wish"),
            receipt("loss", event="2026-11-01", cause="category_2"),
        )
        for each in domain.effects(filed, facts)
    }
    since = "令和8年11月1日"
    assert said["name_change", "氏名"] == (
        "架空　花子 カクウ　ハナコ 〜",
        f"架空　花子 カクウ　ハナコ 〜{since}、想定　花子 ソウテイ {since}〜",
    )
    assert said["address_change", "住所"][1].endswith(f"現住所 新市 {since}〜")
    assert said["sex_correction", "生年月日・性別"] == ("平成2年4月2日 女", "平成2年4月2日 男")
    assert said["additional_off", "付加保険料"] == (
        "令和2年4月1日〜",
        "令和2年4月1日〜令和8年10月1日(辞退)",
    )
    assert said["loss", "免除・猶予"] == ("全額免除 令和9年7月1日〜令和10年7月1日", "なし")


def test_every_filing_of_the_duty_is_covered_here() -> None:
    covered = {filed.filing for filed, _, _ in SCENARIOS.values()} | {
        "name_change",
        "address_change",
        "birth_date_correction",
        "sex_correction",
        "number_notice",
        "additional_on",
        "additional_off",
    }
    assert covered == {code for code, each in FILINGS.items() if each.duty is Duty.ENROLMENT}


def test_special_voluntary_has_its_own_category() -> None:
    filed, facts, _ = SCENARIOS[
        "a special voluntary insurance begins on the day of the application"
    ]
    (made,) = changes(filed, facts)
    assert made.value.category is SPECIAL  # type: ignore[union-attr]  # a change of that kind
