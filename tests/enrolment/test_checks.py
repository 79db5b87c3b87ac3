"""What stands against a filing: every finding, with its weight and its words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kokunen.enrolment
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Weight
from kokunen.enrolment import domain
from kokunen.enrolment.life import Held
from kokunen.people.codes import Exemption, Removal
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
    foreign,
    gone,
    life,
    numbered,
    receipt,
    span,
)

if TYPE_CHECKING:
    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts

INSURED = enrolled(ONE, "2010-04-01..")
STOP, LACKS, NOTE = "stop", "lacks", "note"
AGED_62 = d("1964-04-02")
NAMED = {
    **life(),
    "name": [Held(value=NameValue(name="想定　花子", kana="ソウテイ"), valid=ALWAYS, id=9)],
}
HOUSED = {
    **life(),
    "address": [Held(value=AddressValue(city="想定市"), valid=span("2015-04-01.."))],
}
ASKED = receipt("voluntary", lives="japan", payment="account_transfer", months_paid=100)
SPECIALLY = receipt("special_voluntary", lives="japan", qualifying_months=100)
WENT = receipt("departure", event="2026-09-30", wish="voluntary", prepaid="none")

FOUND: dict[str, tuple[Receipt, Facts, str]] = {
    "event_in_future": (
        receipt("loss", event="2026-11-25", cause="category_2"),
        life(INSURED),
        STOP,
    ),
    "event_planned": (receipt("loss", event="2026-12-31", cause="abroad"), life(INSURED), NOTE),
    "event_before_birth": (receipt("loss", event="1989-01-01", cause="death"), life(INSURED), STOP),
    "filed_late": (
        receipt("acquisition", event="1985-05-01", cause="arrival"),
        life(born=d("1964-05-02")),
        NOTE,
    ),
    "bringer_unknown": (
        receipt("number_notice", reason="lost", filer=Filer.PROXY),
        life(INSURED),
        NOTE,
    ),
    "basic_number_form": (
        receipt("additional_on", fund=False, basic_number="12345"),
        life(INSURED),
        LACKS,
    ),
    "basic_number_differs": (
        receipt("additional_on", fund=False, basic_number="1234567891"),
        life(INSURED, numbered()),
        LACKS,
    ),
    "basic_number_unknown": (receipt("additional_on", fund=False), life(INSURED), NOTE),
    "birth_unknown": (
        receipt("acquisition", event="2010-04-01", cause="age_20"),
        life(born=None),
        LACKS,
    ),
    "dead": (
        receipt("acquisition", event="2026-11-01", cause="other"),
        life(gone("2026-10-01", Removal.DEATH)),
        STOP,
    ),
    "not_20": (
        receipt("acquisition", event="2026-11-01", cause="arrival"),
        life(born=d("2007-04-02")),
        STOP,
    ),
    "acquired_at_20": (
        receipt("acquisition", event="2010-04-02", cause="age_20"),
        life(),
        NOTE,
    ),
    "over_60": (
        receipt("acquisition", event="2026-11-01", cause="other"),
        life(born=AGED_62),
        STOP,
    ),
    "not_resident": (
        receipt("acquisition", event="2026-11-01", cause="other"),
        life(at_home(), gone("2020-01-01")),
        STOP,
    ),
    "already_insured": (
        receipt("acquisition", event="2026-11-01", cause="other"),
        life(INSURED),
        STOP,
    ),
    "category_change": (
        receipt("acquisition", event="2026-11-01", cause="left_category_2"),
        life(enrolled(TWO, "2010-04-01..")),
        NOTE,
    ),
    "before_unknown": (
        receipt("acquisition", event="2026-11-01", cause="left_category_2"),
        life(),
        NOTE,
    ),
    "loss_before_acquisition": (
        receipt("loss", event="2010-03-30", cause="abroad"),
        life(INSURED),
        STOP,
    ),
    "not_insured": (receipt("loss", event="2026-11-01", cause="death"), life(), STOP),
    "not_ours": (
        receipt("loss", event="2026-11-01", cause="death"),
        life(enrolled(THREE, "2010-04-01..")),
        STOP,
    ),
    "already_lost": (
        receipt("loss", event="2026-10-31", cause="abroad"),
        life(enrolled(ONE, "2010-04-01..2026-11-01")),
        STOP,
    ),
    "already_recorded": (
        receipt("loss", event="2026-11-01", cause="category_2"),
        life(enrolled(ONE, "2010-04-01..2026-11-01"), enrolled(TWO, "2026-11-01..")),
        NOTE,
    ),
    "enrolled_after": (
        receipt("loss", event="2020-12-31", cause="death", relationship="子"),
        life(enrolled(ONE, "2010-04-01..2022-01-01"), enrolled(TWO, "2022-01-01..")),
        STOP,
    ),
    "lost_at_age": (
        receipt("loss", event="2024-04-02", cause="age_60"),
        life(enrolled(ONE, "1984-04-01.."), born=AGED_62),
        NOTE,
    ),
    "age_not_attained": (
        receipt("loss", event="2026-11-01", cause="age_60"),
        life(INSURED),
        STOP,
    ),
    "register_not_updated": (
        receipt("loss", event="2026-11-20", cause="abroad"),
        life(INSURED),
        NOTE,
    ),
    "death_not_registered": (
        receipt("loss", event="2026-11-20", cause="death", relationship="子"),
        life(INSURED),
        NOTE,
    ),
    "voluntary_age": (ASKED, life(born=d("1960-04-02")), STOP),
    "voluntary_under_60": (ASKED, life(), STOP),
    "foreign_abroad": (
        receipt("voluntary", lives="abroad"),
        life(at_home(), gone("2020-01-01"), foreign()),
        STOP,
    ),
    "residence_differs": (
        receipt("voluntary", lives="abroad"),
        life(born=AGED_62),
        NOTE,
    ),
    "months_unknown": (
        receipt("voluntary", lives="japan", payment="account_transfer"),
        life(born=AGED_62),
        NOTE,
    ),
    "months_480": (
        receipt("voluntary", lives="japan", payment="account_transfer", months_paid=480),
        life(born=AGED_62),
        STOP,
    ),
    "qualified_already": (
        receipt("special_voluntary", lives="japan", qualifying_months=120),
        life(born=d("1960-04-02")),
        STOP,
    ),
    "special_birth": (
        replace(SPECIALLY, received_on=d("2041-01-10")),
        life(born=d("1975-04-02")),
        STOP,
    ),
    "special_birth_unverified": (
        replace(SPECIALLY, received_on=d("2031-01-10")),
        life(born=d("1965-04-02")),
        NOTE,
    ),
    "nothing_to_correct": (receipt("sex_correction", sex="female"), life(), STOP),
    "agency_differs": (
        replace(receipt("sex_correction", sex="female"), filer=Filer.OFFICE),
        life(),
        NOTE,
    ),
    "birth_in_future": (
        receipt("birth_date_correction", birth_date="2027-01-01"),
        life(),
        STOP,
    ),
    "ages_move": (
        receipt("birth_date_correction", birth_date="1990-04-03"),
        life(INSURED),
        NOTE,
    ),
    "nothing_to_change": (
        receipt("name_change", event="2026-11-20", name="想定　花子", kana="ソウテイ"),
        NAMED,
        NOTE,
    ),
    "may_be_left_out": (
        receipt("address_change", event="2026-11-20", kind="residence", city="新市"),
        HOUSED,
        NOTE,
    ),
    "additional_not_insured": (
        receipt("additional_on", fund=False),
        life(enrolled(SPECIAL, "2026-05-01.."), born=d("1960-04-02")),
        STOP,
    ),
    "fund_member": (receipt("additional_on", fund=True), life(INSURED), STOP),
    "additional_already": (
        receipt("additional_on", fund=False),
        life(INSURED, additional("2020-04-01..")),
        STOP,
    ),
    "additional_exempt": (
        receipt("additional_on", fund=False),
        life(INSURED, exempt(Exemption.FULL, "2026-07-01..2027-07-01")),
        STOP,
    ),
    "exemption_pending": (
        receipt("additional_on", fund=False),
        life(INSURED, exempt(Exemption.FULL, "2026-07-01..2027-07-01", None)),
        NOTE,
    ),
    "fund_in_future": (
        receipt("additional_off", cause="fund", fund_on="2026-12-01"),
        life(INSURED, additional("2020-04-01..")),
        STOP,
    ),
    "additional_not_on": (receipt("additional_off", cause="wish"), life(INSURED), STOP),
    "prepaid_months": (
        receipt("departure", event="2026-09-30", prepaid="cash", prepaid_months=25),
        life(INSURED),
        LACKS,
    ),
    "timeline_before_20": (
        receipt("birth_date_correction", birth_date="1990-05-02"),
        life(INSURED),
        NOTE,
    ),
    "timeline_additional_exempt": (
        receipt("additional_on", fund=False),
        life(INSURED, exempt(Exemption.FULL, "2027-07-01..2028-07-01")),
        STOP,
    ),
}


@pytest.mark.parametrize("code", FOUND)
def test_it_is_found_and_said(code: str) -> None:
    filed, facts, weight = FOUND[code]
    found = {each.code: each for each in domain.check(filed, facts)}
    assert code in found
    finding = found[code]
    assert finding.weight == weight
    assert finding.message.endswith("。")
    assert finding.fix.endswith("。")


def test_every_finding_of_the_program_has_its_case_here() -> None:
    folder = Path(kokunen.enrolment.__file__).parent
    written = set()
    for name in ("domain", "checks", "compulsory", "optional", "finding"):
        text = (folder / f"{name}.py").read_text("utf-8")
        written |= set(re.findall(r'(?:stop|note)\(\s*"([a-z_0-9]+)"', text))
        for pair in re.findall(r'code="([a-z_0-9]+)"(?: if \w+ else "([a-z_0-9]+)")?', text):
            written |= set(pair) - {""}
    assert written == {code for code in FOUND if not code.startswith("timeline_")}


@pytest.mark.parametrize(
    ("filed", "facts"),
    [
        (WENT, life(INSURED, at_home(), gone("2026-09-30"), foreign())),
        (
            WENT,
            life(enrolled(VOLUNTARY, "2024-04-01.."), born=d("1961-11-02")),
        ),
    ],
)
def test_who_may_not_go_on_voluntarily(filed: Receipt, facts: Facts) -> None:
    stops = {each.code for each in domain.check(filed, facts) if each.weight is Weight.STOP}
    assert stops & {"foreign_abroad", "voluntary_age"}


def test_the_weightiest_stands_first() -> None:
    filed = receipt("acquisition", event="2026-09-01", cause="other")
    weights = [each.weight for each in domain.check(filed, life(INSURED))]
    assert weights == sorted(weights, key=list(Weight).index)
    assert weights[0] is Weight.STOP


def test_a_number_that_is_the_registers_own_is_no_matter() -> None:
    filed = receipt("additional_on", fund=False, basic_number="1234-567890")
    assert domain.check(filed, life(INSURED, numbered())) == ()


def test_the_office_needs_no_bringer() -> None:
    filed = receipt("number_notice", reason="lost", filer=Filer.OFFICE)
    assert domain.check(filed, life(INSURED)) == ()


def test_a_deadline_that_rolls_over_a_holiday_is_kept_to() -> None:
    # 14 days from 1 November 2026 are Sunday the 15th; Monday the 16th is in time, the 17th is not.
    for received, late in (("2026-11-16", False), ("2026-11-17", True)):
        filed = receipt("loss", event="2026-11-01", cause="category_2", received=received)
        codes = {each.code for each in domain.check(filed, life(INSURED))}
        assert ("filed_late" in codes) is late


@pytest.mark.parametrize(
    "filed",
    [
        receipt("loss", event="9999-12-31", cause="abroad"),
        receipt("departure", event="9999-12-31", wish="voluntary", prepaid="none"),
        receipt("acquisition", event="9999-12-31", cause="other"),
        receipt("loss", event="0001-01-01", cause="death"),
    ],
)
def test_a_day_that_cannot_be_is_said_and_nothing_breaks(filed: Receipt) -> None:
    finding, *others = domain.check(filed, life(INSURED))
    assert (finding.weight, finding.item) == (Weight.STOP, "event_on")
    assert {each.code for each in others} <= {"basic_number_unknown"}
    domain.effects(filed, life(INSURED))
    domain.sections(filed, life(INSURED))
    domain.attachments(filed, life(INSURED))


def test_a_voluntary_insurance_does_not_end_in_the_future() -> None:
    filed = receipt("voluntary_end", cause="months_480", happened_on="2026-12-01")
    facts = life(enrolled(VOLUNTARY, "2025-01-10.."), born=AGED_62)
    (finding,) = domain.check(filed, facts)
    assert (finding.code, finding.item) == ("event_in_future", "happened_on")
