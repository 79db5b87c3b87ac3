"""The exemption articles, written out slowly and plainly: the oracle of `assess-exemption`.

It shares nothing with the product: the standard library only, its own dates, its own figures
typed in by hand, an `if` for each sentence of the law. It is meant to be read against the
statute, not to be fast or short. Unknown facts are settled by brute force: everything that is
unknown is filled in in every way, and the answers are compared.

Months are the text `YYYY-MM`, which sorts in the order of time. Money is whole yen.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

Json = dict[str, Any]

# An unknown income is tried as nothing at all and as more than any limit could allow.
TRIED_INCOMES = (0, 10**11)

PERSON_FLAGS = ("other_assistance", "special_disability_benefit", "disaster_loss")
YEAR_FLAGS = ("widow", "single_parent", "working_student")


# --------------------------------------------------------------------------- months and ages


def month_of(day: dt.date) -> str:
    """Name the month a day lies in."""
    return f"{day.year:04d}-{day.month:02d}"


def shifted(month: str, by: int) -> str:
    """Name the month so many months later (earlier where negative)."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """List the months from first to last, both included."""
    months = []
    month = first
    while month <= last:
        months.append(month)
        month = shifted(month, 1)
    return months


def month_attaining(age: int, birth_date: dt.date) -> str:
    """Name the month in which an age is attained: the day before the birthday (年齢計算法)."""
    if birth_date.month == 2 and birth_date.day == 29:
        # Attained at the end of 28 February, in a leap year or not (民法143条2項).
        return f"{birth_date.year + age:04d}-02"
    birthday = dt.date(birth_date.year + age, birth_date.month, birth_date.day)
    return month_of(birthday - dt.timedelta(days=1))


def income_year_of(month: str, *, student: bool) -> int:
    """Tell whose year's income governs a month."""
    year = int(month[:4])
    if student:
        # 法90条の3: April to December, the year before; January to March, the one before that.
        if month[5:] >= "04":
            return year - 1
        return year - 2
    # 法90条1項: July to December, the year before; January to June, the one before that.
    if month[5:] >= "07":
        return year - 1
    return year - 2


# ------------------------------------------------------------------ may the month be applied for


def why_not_applicable(case: Json, month: str) -> str | None:
    """Tell why a month may not be applied for, or None where it may."""
    birth_date = dt.date.fromisoformat(case["insured"]["birth_date"])
    applied_on = dt.date.fromisoformat(case["applied_on"])
    student = case["insured"].get("student", False)

    # 法7条1項1号: aged 20 to 59. 法11条1項: the month of acquiring counts, of losing does not.
    if month < month_attaining(20, birth_date):
        return "not_aged_20_to_59"
    if month >= month_attaining(60, birth_date):
        return "not_aged_20_to_59"

    # 法88条の2, 法88条の3, 法89条 come before what is applied for, in this order.
    for kind in ("childbirth", "childcare", "statutory"):
        for other in case.get("other_exemptions", []):
            if other["kind"] == kind and month >= other["from"]:
                if other.get("to") is None:
                    return kind
                if month <= other["to"]:
                    return kind

    # 法90条1項: premiums already paid are not exempted.
    if month in case.get("paid_months", []):
        return "already_paid"

    if month < oldest_month(applied_on, student=student):
        return "too_old"

    # The cycle (July to June, for students April to March) must have begun.
    year = int(month[:4])
    if student:
        cycle_begins = dt.date(year if month[5:] >= "04" else year - 1, 4, 1)
    else:
        cycle_begins = dt.date(year if month[5:] >= "07" else year - 1, 7, 1)
    if applied_on < cycle_begins:
        return "cycle_not_open"
    return None


def oldest_month(applied_on: dt.date, *, student: bool) -> str:
    """Name the oldest month that an application of that day reaches."""
    applied_month = month_of(applied_on)
    # From 2014-04: premiums whose time has not run out, two years and a month back (法102条4項).
    if applied_on >= dt.date(2014, 4, 1):
        return shifted(applied_month, -25)
    # Before: back to the latest July; who applied in July, to the July of the year before.
    # Students: the same with April.
    begins = "04" if student else "07"
    if applied_month[5:] > begins:
        return f"{applied_on.year:04d}-{begins}"
    return f"{applied_on.year - 1:04d}-{begins}"


# --------------------------------------------------------- one person, all of whose facts are known


def passes_whatever_the_income(person: Json, month: str) -> bool:
    """Tell whether a person is taken out of the income test in a month."""
    # 法90条1項2号: assistance other than livelihood assistance in the household.
    if person["other_assistance"]:
        return True
    # 法90条1項4号 and the ordinance: the special disability benefit.
    if person["special_disability_benefit"]:
        return True
    # 法90条1項4号 and the ordinance: loss by a natural disaster.
    if person["disaster_loss"]:
        return True
    # 法90条1項4号 and the ordinance: loss of a job, which falls on the day after the last of work.
    # From the month before that day's month to June of the second year after that day's year; for
    # the student band, whose year ends in March, to that March (規則77条の7).
    if person["left_job_on"] is not None:
        lost_on = dt.date.fromisoformat(person["left_job_on"]) + dt.timedelta(days=1)
        first = shifted(month_of(lost_on), -1)
        last = (
            f"{lost_on.year + 2:04d}-03" if person.get("student") else f"{lost_on.year + 2:04d}-06"
        )
        if first <= month <= last:
            return True
    return False


def passes_flat(person: Json, month: str) -> bool:
    """Tell whether the flat limit lets a person pass (法90条1項3号), whatever the band."""
    belongs = False
    if person["disabled"] != "none":
        belongs = True
    if person["widow"]:
        belongs = True
    if person["single_parent"] and month >= "2021-07":
        belongs = True
    if not belongs:
        return False
    if month >= "2021-07":
        return bool(person["total"] <= 1350000)
    return bool(person["total"] <= 1250000)


def after_deductions(person: Json, month: str) -> int:
    """Give the income of the partial and student bands (令6条の12第2項); may be negative."""
    income: int = person["total"]
    income = income - person["casualty"]
    income = income - person["medical"]
    income = income - person["social_insurance"]
    income = income - person["small_enterprise_mutual_aid"]
    income = income - person["spouse_special"]
    income = income - person["specified_relative_special"]
    if person["disabled"] == "ordinary":
        income = income - 270000
    if person["disabled"] == "special":
        income = income - 400000
    if person["widow"]:
        income = income - 270000
    if person["single_parent"] and month >= "2021-07":
        income = income - 350000
    if person["working_student"]:
        income = income - 270000
    return income


def for_dependants(person: Json) -> int:
    """Give what the limits of the partial and student bands rise by for the dependants."""
    general: int = 380000 * person["general"]
    elderly: int = 480000 * person["elderly"]
    specified: int = 630000 * person["specified"]
    return general + elderly + specified


def passes_full(person: Json, month: str) -> bool:
    """法90条1項: the full exemption; no deductions, every dependant a head."""
    if passes_whatever_the_income(person, month):
        return True
    if passes_flat(person, month):
        return True
    heads = person["general"] + person["elderly"] + person["specified"] + 1
    if month >= "2021-07":
        return bool(person["total"] <= heads * 350000 + 320000)
    return bool(person["total"] <= heads * 350000 + 220000)


def passes_deferral(person: Json, month: str) -> bool:
    """平成16年改正法附則19条, 平成26年改正法附則14条: the deferral; the limit of the full band."""
    if passes_whatever_the_income(person, month):
        return True
    if passes_flat(person, month):
        return True
    heads = person["general"] + person["elderly"] + person["specified"] + 1
    if month >= "2021-07":
        return bool(person["total"] <= heads * 350000 + 320000)
    return bool(person["total"] <= heads * 350000 + 220000)


def passes_three_quarters(person: Json, month: str) -> bool:
    """法90条の2第1項: three quarters exempted."""
    if passes_whatever_the_income(person, month):
        return True
    if passes_flat(person, month):
        return True
    if month >= "2021-07":
        return after_deductions(person, month) <= 880000 + for_dependants(person)
    return after_deductions(person, month) <= 780000 + for_dependants(person)


def passes_half(person: Json, month: str) -> bool:
    """法90条の2第2項: half exempted."""
    if passes_whatever_the_income(person, month):
        return True
    if passes_flat(person, month):
        return True
    if month >= "2021-07":
        return after_deductions(person, month) <= 1280000 + for_dependants(person)
    return after_deductions(person, month) <= 1180000 + for_dependants(person)


def passes_one_quarter(person: Json, month: str) -> bool:
    """法90条の2第3項: one quarter exempted."""
    if passes_whatever_the_income(person, month):
        return True
    if passes_flat(person, month):
        return True
    if month >= "2021-07":
        return after_deductions(person, month) <= 1680000 + for_dependants(person)
    return after_deductions(person, month) <= 1580000 + for_dependants(person)


def passes_student(person: Json, month: str) -> bool:
    """法90条の3: the special payment for students; the new limit begins with their cycle."""
    if passes_whatever_the_income(person, month):
        return True
    if passes_flat(person, month):
        return True
    if month >= "2021-04":
        return after_deductions(person, month) <= 1280000 + for_dependants(person)
    return after_deductions(person, month) <= 1180000 + for_dependants(person)


def deferral_is_open(birth_date: dt.date, month: str) -> bool:
    """Tell whether a person of that age may be deferred in a month."""
    # 平成26年改正法附則14条: to June 2030.
    if month > "2030-06":
        return False
    # From July 2016 under 50, before under 30 (平成16年改正法附則19条).
    if month >= "2016-07":
        return month < month_attaining(50, birth_date)
    return month < month_attaining(30, birth_date)


# ------------------------------------------------------ the band, where every fact is filled in


def band_of(
    *,
    insured: Json,
    spouse: Json | None,
    head: Json | None,
    wanted: list[str] | None,
    month: str,
) -> str:
    """Give the first band that all the persons tested for it pass."""
    # Living apart because of violence: the spouse is left out.
    if insured["separated_by_violence"]:
        spouse = None

    # 法90条1項 ただし書: students have the student band alone, and it looks at them alone.
    if insured["student"]:
        if wanted is None or "student" in wanted:
            if passes_student(insured, month):
                return "student"
        return "none"

    if wanted is None or "full" in wanted:
        if passes_full(insured, month):
            if spouse is None or passes_full(spouse, month):
                if head is None or passes_full(head, month):
                    return "full"

    # The head of the household is not looked at for the deferral.
    if wanted is None or "deferral" in wanted:
        if deferral_is_open(insured["birth_date"], month):
            if passes_deferral(insured, month):
                if spouse is None or passes_deferral(spouse, month):
                    return "deferral"

    if wanted is None or "three_quarters" in wanted:
        if passes_three_quarters(insured, month):
            if spouse is None or passes_three_quarters(spouse, month):
                if head is None or passes_three_quarters(head, month):
                    return "three_quarters"

    if wanted is None or "half" in wanted:
        if passes_half(insured, month):
            if spouse is None or passes_half(spouse, month):
                if head is None or passes_half(head, month):
                    return "half"

    if wanted is None or "one_quarter" in wanted:
        if passes_one_quarter(insured, month):
            if spouse is None or passes_one_quarter(spouse, month):
                if head is None or passes_one_quarter(head, month):
                    return "one_quarter"

    return "none"


# ------------------------------------------------------------------------- what is left to pay


PREMIUM = {  # by fiscal year, April to March (法87条3項)
    2006: 13860,
    2007: 14100,
    2008: 14410,
    2009: 14660,
    2010: 15100,
    2011: 15020,
    2012: 14980,
    2013: 15040,
    2014: 15250,
    2015: 15590,
    2016: 16260,
    2017: 16490,
    2018: 16340,
    2019: 16410,
    2020: 16540,
    2021: 16610,
    2022: 16590,
    2023: 16520,
    2024: 16980,
    2025: 17510,
    2026: 17920,
    2027: 18290,
}


def payable_in(month: str, band: str) -> int | None:
    """Give what is left to pay; a month whose premium is not known raises KeyError."""
    if band == "undecidable":
        return None
    if band in ("full", "deferral", "student"):
        return 0
    premium = PREMIUM[int(month[:4]) if month[5:] >= "04" else int(month[:4]) - 1]
    if band == "three_quarters":
        return to_ten_yen(premium * 1, 4)
    if band == "half":
        return to_ten_yen(premium * 2, 4)
    if band == "one_quarter":
        return to_ten_yen(premium * 3, 4)
    return premium


def to_ten_yen(yen: int, parts: int) -> int:
    """Round to ten yen: under five yen is cut off, five yen and more go up (法90条の2)."""
    tens, rest = divmod(yen, parts * 10)
    if rest >= parts * 5:
        return (tens + 1) * 10
    return tens * 10


# ---------------------------------------------------------------- what is unknown, by brute force


def unknown_facts(person: Json, who: str, year: int) -> dict[str, tuple[Any, ...]]:
    """Name the unknown facts of a person, each with all the values to be tried for it."""
    unknown: dict[str, tuple[Any, ...]] = {}
    if who == "insured" and person.get("separated_by_violence", False) is None:
        unknown["insured.separated_by_violence"] = (False, True)
    for flag in PERSON_FLAGS:
        if person.get(flag, False) is None:
            unknown[f"{who}.{flag}"] = (False, True)
    record = person.get("incomes", {}).get(str(year))
    if record is None or record.get("total") is None:
        unknown[f"{who}.incomes.{year}"] = TRIED_INCOMES
    if record is not None:
        for flag in YEAR_FLAGS:
            if record.get(flag, False) is None:
                unknown[f"{who}.incomes.{year}.{flag}"] = (False, True)
    return unknown


def filled_in(person: Json, who: str, year: int, trial: Json) -> Json:
    """Write out all the facts of a person, the unknown ones as the trial has them."""
    record = person.get("incomes", {}).get(str(year))
    if record is None:
        record = {"total": None}
    known: Json = {"left_job_on": person.get("left_job_on")}
    for flag in PERSON_FLAGS:
        known[flag] = person.get(flag, False)
        if known[flag] is None:
            known[flag] = trial[f"{who}.{flag}"]
    if who == "insured":
        known["birth_date"] = dt.date.fromisoformat(person["birth_date"])
        known["student"] = person.get("student", False)
        known["separated_by_violence"] = person.get("separated_by_violence", False)
        if known["separated_by_violence"] is None:
            known["separated_by_violence"] = trial["insured.separated_by_violence"]
    known["total"] = record.get("total")
    if known["total"] is None:
        known["total"] = trial[f"{who}.incomes.{year}"]
    for flag in YEAR_FLAGS:
        known[flag] = record.get(flag, False)
        if known[flag] is None:
            known[flag] = trial[f"{who}.incomes.{year}.{flag}"]
    known["disabled"] = record.get("disabled", "none")
    dependants = record.get("dependants", {})
    known["general"] = dependants.get("general", 0)
    known["elderly"] = dependants.get("elderly", 0)
    known["specified"] = dependants.get("specified", 0)
    deductions = record.get("deductions", {})
    known["casualty"] = deductions.get("casualty", 0)
    known["medical"] = deductions.get("medical", 0)
    known["social_insurance"] = deductions.get("social_insurance", 0)
    known["small_enterprise_mutual_aid"] = deductions.get("small_enterprise_mutual_aid", 0)
    known["spouse_special"] = deductions.get("spouse_special", 0)
    known["specified_relative_special"] = deductions.get("specified_relative_special", 0)
    return known


def judged(case: Json, month: str, year: int) -> tuple[str, list[str]]:
    """Give the band and what is missing, trying every way the unknown facts could be."""
    insured = case["insured"]
    spouse = case.get("spouse")
    head = case.get("head")
    if insured.get("student", False) is None:
        # The kind of cycle and the year of income hang on it: there is no month to judge.
        raise ValueError("insured.student must be known")

    unknown = unknown_facts(insured, "insured", year)
    if spouse is not None:
        unknown.update(unknown_facts(spouse, "spouse", year))
    if head is not None:
        unknown.update(unknown_facts(head, "head", year))
    names = list(unknown)

    bands: dict[tuple[Any, ...], str] = {}
    for values in itertools.product(*unknown.values()):
        trial = dict(zip(names, values, strict=True))
        bands[values] = band_of(
            insured=filled_in(insured, "insured", year, trial),
            spouse=None if spouse is None else filled_in(spouse, "spouse", year, trial),
            head=None if head is None else filled_in(head, "head", year, trial),
            wanted=case.get("wanted"),
            month=month,
        )

    if len(set(bands.values())) == 1:
        return next(iter(bands.values())), []

    # A fact is missing where, all the others being settled in some way, it alone decides.
    missing = []
    for place, name in enumerate(names):
        for values, band in bands.items():
            for other in unknown[name]:
                changed = (*values[:place], other, *values[place + 1 :])
                if bands[changed] != band and name not in missing:
                    missing.append(name)
    return "undecidable", missing


# --------------------------------------------------------------------------------- the answer


def assess_exemption(case: Json) -> list[Json]:
    """Answer an `assess-exemption` input (dates ISO) with its `months`."""
    answer: list[Json] = []
    for month in months_between(case["from"], case["to"]):
        reason = why_not_applicable(case, month)
        if reason is not None:
            answer.append(
                {
                    "month": month,
                    "band": None,
                    "income_year": None,
                    "payable": None,
                    "missing": [],
                    "not_applicable": reason,
                },
            )
            continue
        if month < "2006-07":
            # The bands of a quarter and of three quarters were not yet in law.
            raise KeyError(month)
        year = income_year_of(month, student=case["insured"].get("student", False))
        band, missing = judged(case, month, year)
        answer.append(
            {
                "month": month,
                "band": band,
                "income_year": year,
                "payable": payable_in(month, band),
                "missing": missing,
            },
        )
    return answer
