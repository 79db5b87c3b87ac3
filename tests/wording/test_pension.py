from datetime import date

import pytest

from kokunen.dates.month import Month
from kokunen.law.exemption.assess import assess_month
from kokunen.law.exemption.facts import Application, Income, Person
from kokunen.wording.pension import Choice, choices

JULY = Month(2026, 7)
BORN = date(1990, 1, 2)


def chosen(total: int | None, *, month: Month = JULY, student: bool = False) -> dict[str, Choice]:
    person = Person({2024: Income(total), 2025: Income(total), 2026: Income(total)})
    application = Application(date(2026, 8, 1), month, month, BORN, person, student=student)
    found = choices(assess_month(application, month), month, birth_date=BORN)
    assert found is not None
    assert found.fiscal_year == month.fiscal_year
    return {f"{row.kind} {row.band or ''}".strip(): row for row in found.rows}


def test_a_month_paid_in_full_brings_one_480th_of_the_full_amount() -> None:
    paid = chosen(0)["pay"]
    assert (paid.now, paid.later, paid.month, paid.year) == (17920, 0, 1765, 21183)


def test_an_exempt_month_brings_half_and_costs_nothing() -> None:
    exempt = chosen(0)["band full"]
    assert (exempt.now, exempt.month, exempt.year, exempt.is_open) == (0, 883, 10591, True)


@pytest.mark.parametrize(
    ("total", "band", "now", "year"),
    [
        (700000, "three_quarters", 4480, 13239),
        (1200000, "half", 8960, 15887),
        (1600000, "one_quarter", 13440, 18535),
    ],
)
def test_a_partly_exempt_month_counts_only_if_the_rest_is_paid(
    total: int, band: str, now: int, year: int
) -> None:
    rows = chosen(total)
    paid, unpaid = rows[f"band {band}"], rows[f"band_unpaid {band}"]
    assert (paid.now, paid.year) == (now, year)
    assert (unpaid.now, unpaid.month, unpaid.year) == (0, 0, 0)
    later = rows[f"back_payment {band}"]
    assert (later.now, later.now + later.later, later.year) == (now, 17920, 21183)


def test_deferral_brings_nothing_until_it_is_paid_back() -> None:
    rows = chosen(0)
    assert (rows["band deferral"].now, rows["band deferral"].year) == (0, 0)
    assert rows["unpaid"].year == 0


def test_a_student_is_offered_the_student_case_alone() -> None:
    rows = chosen(0, student=True)
    assert set(rows) == {"pay", "band student", "back_payment student", "unpaid"}


def test_what_the_person_does_not_pass_is_not_open() -> None:
    rows = chosen(5000000)
    assert rows["band full"].is_open is False
    assert rows["band deferral"].is_open is False
    assert chosen(None)["band full"].is_open is None


def test_nothing_is_added_until_the_end_of_the_second_year_after() -> None:
    application = Application(date(2026, 8, 1), JULY, JULY, BORN, Person({2025: Income(0)}))
    found = choices(assess_month(application, JULY), JULY, birth_date=BORN)
    assert found is not None
    assert found.back_pay_free_to == date(2029, 3, 31)
    assert [found.rows[at].band for at in found.assessed] == ["full"]


def test_a_year_whose_full_amount_is_not_known_has_no_choices() -> None:
    april = Month(2027, 4)
    application = Application(date(2026, 8, 1), april, april, BORN, Person({2025: Income(0)}))
    assert choices(assess_month(application, april), april, birth_date=BORN) is None
