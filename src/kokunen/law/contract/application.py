"""Reading an application for exemption from its JSON form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.law.contract.fields import Fields, UnableToReadInput
from kokunen.law.exemption.facts import Application, Income, OtherExemption, Person
from kokunen.law.exemption.rules import BANDS, DEDUCTIONS, MOST_DEPENDANTS

if TYPE_CHECKING:
    from typing import Any

    from kokunen.dates.month import Month

MOST_MONTHS = 120
"""An application asks for at most ten years of months; more is a slip."""
_PRESENT = ("none", "ordinary", "special")
_KINDS = ("childbirth", "childcare", "statutory")


def read_application(fields: Fields) -> Application:
    """Return the application in a JSON object; raise `UnableToReadInput` if it cannot be meant."""
    applied_on = fields.date("applied_on")
    first, last = fields.month("from"), fields.month("to")
    if not 0 <= last - first < MOST_MONTHS:
        raise UnableToReadInput(
            "out_of_range",
            f"申請する期間 {first}〜{last} は、終わりが始まりより前か、長すぎます。",
            fix=f"「to」は「from」以後、{MOST_MONTHS}か月以内にしてください。",
            field=fields.where("to"),
        )
    insured = Fields(fields.raw("insured"), path="insured")
    birth_date = insured.date("birth_date")
    student = insured.flag("student", default=False)
    separated = _known_flag(insured, "separated_by_violence")
    person = _person(insured)
    insured.done()
    return Application(
        applied_on,
        first,
        last,
        birth_date,
        person,
        spouse=_other(fields, "spouse"),
        head=_other(fields, "head"),
        student=student,
        separated_by_violence=separated,
        wanted=_wanted(fields),
        other_exemptions=_other_exemptions(fields),
        paid_months=_paid_months(fields),
    )


def _known_flag(fields: Fields, name: str) -> bool | None:
    if fields.raw(name, default=False) is None:
        return None
    return fields.flag(name, default=False)


def _other(fields: Fields, role: str) -> Person | None:
    """Read a spouse or head, written as the insured is; whether they study matters for no band."""
    if not fields.has(role):
        return None
    inner = fields.inner(role)
    inner.optional_date("birth_date")
    inner.flag("student", default=False)
    _known_flag(inner, "separated_by_violence")
    person = _person(inner)
    inner.done()
    return person


def _person(fields: Fields) -> Person:
    given = fields.inner("incomes") if fields.has("incomes") else Fields({})
    incomes = {}
    for year in given.names():
        if not (year.isascii() and year.isdigit() and len(year) == 4):  # noqa: PLR2004 - a year
            raise UnableToReadInput(
                "invalid_type",
                f"「{year}」は所得の年ではありません。",
                fix="所得の年は西暦4桁(例 2025)で書いてください。",
                field=given.where(year),
            )
        incomes[int(year)] = _income(given.inner(year)) if given.has(year) else None
    return Person(
        incomes,
        _known_flag(fields, "other_assistance"),
        _known_flag(fields, "special_disability_benefit"),
        _known_flag(fields, "disaster_loss"),
        fields.optional_date("left_job_on"),
    )


def _income(fields: Fields) -> Income:
    total = fields.whole("total") if fields.has("total") else None
    dependants = fields.inner("dependants")
    general, elderly, specified = (
        dependants.whole(kind, most=MOST_DEPENDANTS, default=0)
        for kind in ("general", "elderly", "specified")
    )
    dependants.done()
    given = fields.inner("deductions")
    deductions = {name: given.whole(name, default=0) for name in DEDUCTIONS}
    given.done()
    income = Income(
        total,
        general,
        elderly,
        specified,
        deductions,
        disabled=fields.choice("disabled", _PRESENT, default="none"),
        widow=fields.flag("widow", default=False),
        single_parent=fields.flag("single_parent", default=False),
        working_student=fields.flag("working_student", default=False),
    )
    fields.done()
    return income


def _list(fields: Fields, name: str, of: str) -> list[Any]:
    given = fields.raw(name, default=[])
    if not isinstance(given, list):
        raise UnableToReadInput(
            "invalid_type",
            f"「{name}」は並び([…])で書きます。",
            fix=f"{of}を [ と ] の間に並べてください。",
            field=fields.where(name),
        )
    return given


def _wanted(fields: Fields) -> frozenset[str] | None:
    if not fields.has("wanted"):
        return None
    given = _list(fields, "wanted", "区分")
    for place, band in enumerate(given):
        Fields({"wanted": band}).choice("wanted", BANDS)
        if band in given[:place]:
            raise UnableToReadInput(
                "invalid_choice",
                f"「wanted」に「{band}」が重なっています。",
                fix="同じ区分は一度だけ書いてください。",
                field="wanted",
            )
    return frozenset(given)


def _paid_months(fields: Fields) -> frozenset[Month]:
    given = _list(fields, "paid_months", "月")
    places = Fields({f"paid_months[{place}]": text for place, text in enumerate(given)})
    return frozenset(places.month(name) for name in places.names())


def _other_exemptions(fields: Fields) -> tuple[OtherExemption, ...]:
    found = []
    for place, given in enumerate(_list(fields, "other_exemptions", "他の免除")):
        inner = Fields(given, path=f"other_exemptions[{place}]")
        kind = inner.choice("kind", _KINDS)
        found.append(OtherExemption(kind, inner.month("from"), inner.optional_month("to")))
        inner.done()
    return tuple(found)
