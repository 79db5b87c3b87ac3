"""The same rule as a minimal country package for openfisca-core: bands only.

What it cannot say is left out: an income that is not known counts as zero there (compare only where
all incomes are known), there is no "undecidable", no reason and nobody who decided. Everything else
is as in the law: three persons tested, each alone, with dependants, deductions, the flat limit,
special routes, the loss of a job, deferral by age, students, separation.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.model_api import MONTH, YEAR, Variable
from openfisca_core.parameters import ParameterNode
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

if TYPE_CHECKING:
    from pathlib import Path

Loose = Any
"""Whatever openfisca-core passes around; it has no types."""

MONTH_ASKED = "2026-07"
YEAR_ASKED = "2026"
NEVER = date(1970, 1, 2)
"""The day on which those left their job who have not: openfisca knows no absent date."""
BANDS = ("none", "full", "deferral", "three_quarters", "half", "one_quarter", "student")

PERSON = build_entity(key="person", plural="persons", label="person", is_person=True)
HOUSEHOLD = build_entity(
    key="household",
    plural="households",
    label="household",
    roles=[
        {"key": "head", "plural": "heads", "label": "head", "max": 1},
        {"key": "member", "plural": "members", "label": "member"},
    ],
)
COUPLE = build_entity(
    key="couple",
    plural="couples",
    label="spouses, or one person alone",
    roles=[{"key": "spouse", "plural": "spouses", "label": "spouse"}],
)

COUNTS = {"general": 380_000, "elderly": 480_000, "specified": 630_000}
AMOUNTS = (
    "total",
    "casualty",
    "medical",
    "social_insurance",
    "small_enterprise_mutual_aid",
    "spouse_special",
    "specified_relative_special",
)
YEAR_FLAGS = {
    "disabled_ordinary": 270_000,
    "disabled_special": 400_000,
    "widow": 270_000,
    "single_parent": 350_000,
    "working_student": 270_000,
}
SPECIAL = ("other_assistance", "special_disability_benefit", "disaster_loss")
MONTH_FLAGS = (*SPECIAL, "student", "separated_by_violence")
LIMITS = {"three_quarters": 880_000, "half": 1_280_000, "one_quarter": 1_680_000}
FIGURES = {
    "per_head": 350_000,
    "added": 320_000,
    "flat": 1_350_000,
    **LIMITS,
    **COUNTS,
    **YEAR_FLAGS,
}


def _input(name: str, kind: type, period: Loose) -> type:
    return type(
        name,
        (Variable,),
        {"value_type": kind, "entity": PERSON, "definition_period": period, "label": name},
    )


def _formula(name: str, entity: Loose, formula: Loose, kind: type = bool) -> type:
    names = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    return type(name, (Variable,), {**names, "formula": formula})


def _special(person: Loose, period: Loose, parameters: Loose) -> Loose:
    figures, year = parameters(period), period.this_year
    flat = person("total", year) <= figures.flat
    held = person("widow", year) | person("single_parent", year)
    held = held | person("disabled_ordinary", year) | person("disabled_special", year)
    found = flat & held
    for name in (*SPECIAL, "job_loss"):
        found = found | person(name, period)
    return found


def _job_loss(person: Loose, period: Loose) -> Loose:
    lost = person("left_job_on", period) + np.timedelta64(1, "D")
    month, year = lost.astype("datetime64[M]").astype(int), lost.astype("datetime64[Y]").astype(int)
    asked = (period.start.year - 1970) * 12 + period.start.month - 1
    cycle = asked - 6
    return (asked - month >= -1) & (cycle // 12 - year < 2)


def _age_months(person: Loose, period: Loose) -> Loose:
    attained = person("birth_date", period) - np.timedelta64(1, "D")
    asked = (period.start.year - 1970) * 12 + period.start.month - 1
    return asked - attained.astype("datetime64[M]").astype(int)


def _net(person: Loose, period: Loose, parameters: Loose) -> Loose:
    figures, year = parameters(period), period.this_year
    net = person("total", year)
    for name in AMOUNTS[1:]:
        net = net - person(name, year)
    for name in (*COUNTS, *YEAR_FLAGS):
        net = net - person(name, year) * getattr(figures, name)
    return net


def _full(person: Loose, period: Loose, parameters: Loose) -> Loose:
    figures, year = parameters(period), period.this_year
    heads = sum(person(name, year) for name in COUNTS) + 1
    within = person("total", year) <= heads * figures.per_head + figures.added
    return within | person("special", period)


def _partial(band: str) -> Loose:
    def formula(person: Loose, period: Loose, parameters: Loose) -> Loose:
        within = person("net", period) <= getattr(parameters(period), band)
        return within | person("special", period)

    return formula


def _of_head(band: str) -> Loose:
    def formula(household: Loose, period: Loose) -> Loose:
        passing = household.members(f"passes_{band}", period)
        return household.value_from_person(passing, HOUSEHOLD.HEAD, default=True)

    return formula


def _of_couple(band: str) -> Loose:
    def formula(couple: Loose, period: Loose) -> Loose:
        return couple.all(couple.members(f"passes_{band}", period))

    return formula


def _band(person: Loose, period: Loose) -> Loose:
    apart = person("separated_by_violence", period)
    passed = {}
    for band in ("full", *LIMITS):
        alone = person(f"passes_{band}", period)
        passed[band] = alone & (apart | person.couple(f"couple_{band}", period))
    everyone = {
        band: both & person.household(f"head_{band}", period) for band, both in passed.items()
    }
    student = person("student", period)
    age = person("age_months", period)
    of_age = (age >= 20 * 12) & (age < 60 * 12)
    of_student = np.where(person("passes_half", period), 6, 0)
    ordinary = np.select(
        [
            everyone["full"],
            passed["full"] & (age < 50 * 12),
            everyone["three_quarters"],
            everyone["half"],
            everyone["one_quarter"],
        ],
        [1, 2, 3, 4, 5],
        default=0,
    )
    return np.where(of_age, np.where(student, of_student, ordinary), -1)


def system() -> TaxBenefitSystem:
    """Return the country of this rule."""
    country = TaxBenefitSystem([PERSON, HOUSEHOLD, COUPLE])
    data = {name: {"values": {"2021-07-01": {"value": yen}}} for name, yen in FIGURES.items()}
    country.parameters = ParameterNode("", data=data)
    for name in (*AMOUNTS, *COUNTS):
        country.add_variable(_input(name, int, YEAR))
    for name in YEAR_FLAGS:
        country.add_variable(_input(name, bool, YEAR))
    for name in MONTH_FLAGS:
        country.add_variable(_input(name, bool, MONTH))
    for name in ("birth_date", "left_job_on"):
        country.add_variable(_input(name, date, MONTH))
    country.add_variable(_formula("job_loss", PERSON, _job_loss))
    country.add_variable(_formula("age_months", PERSON, _age_months, int))
    country.add_variable(_formula("special", PERSON, _special))
    country.add_variable(_formula("net", PERSON, _net, int))
    country.add_variable(_formula("passes_full", PERSON, _full))
    for band in LIMITS:
        country.add_variable(_formula(f"passes_{band}", PERSON, _partial(band)))
    for band in ("full", *LIMITS):
        country.add_variable(_formula(f"head_{band}", HOUSEHOLD, _of_head(band)))
        country.add_variable(_formula(f"couple_{band}", COUPLE, _of_couple(band)))
    country.add_variable(_formula("band", PERSON, _band, int))
    return country


def simulation(people: Path, incomes: Path) -> tuple[Loose, Loose]:
    """Return a simulation holding the two tables as arrays, and whom to report."""
    table = pl.read_parquet(people)
    size = table.height
    row = np.arange(size)
    head = (table["head_id"] - table["person_id"][0]).fill_null(-1).to_numpy()
    spouse = (table["spouse_id"] - table["person_id"][0]).fill_null(-1).to_numpy()
    is_head = head < 0
    group = np.where(is_head, row, head)
    pair = np.where(spouse < 0, row, np.minimum(row, spouse))

    builder = SimulationBuilder()
    country = system()
    builder.create_entities(country)
    builder.declare_person_entity("person", row)
    households = builder.declare_entity("household", np.flatnonzero(is_head))
    household_row = np.cumsum(is_head) - 1
    households.members_entity_id = household_row[group]
    roles = np.array([HOUSEHOLD.MEMBER, HOUSEHOLD.HEAD], dtype=object)
    households._members_role = roles[is_head.astype(int)]  # noqa: SLF001 - its setter makes lists
    is_first = pair == row
    couples = builder.declare_entity("couple", np.flatnonzero(is_first))
    couples.members_entity_id = (np.cumsum(is_first) - 1)[pair]
    built = builder.build(country)

    def give(name: str, period: str, values: Loose) -> None:
        built.set_input(name, period, values)

    born, left = table["birth_date"], table["left_job_on"]
    for name in (*SPECIAL[:3], "student", "separated_by_violence"):
        give(name, MONTH_ASKED, table[name].to_numpy())
    give("birth_date", MONTH_ASKED, born.to_numpy().astype("datetime64[D]"))
    give("left_job_on", MONTH_ASKED, left.fill_null(NEVER).to_numpy().astype("datetime64[D]"))
    insured = table["insured"].to_numpy()
    ids = table["person_id"].to_numpy()
    del table, head, spouse, group, pair, household_row, born, left
    for name in (*AMOUNTS, *COUNTS, *YEAR_FLAGS):
        kind = "disabled" if name.startswith("disabled") else name
        read = pl.read_parquet(incomes, columns=["person_id", kind])
        values = np.zeros(size, dtype=np.int32 if name in (*AMOUNTS, *COUNTS) else bool)
        column = read[kind]
        if kind == "disabled":
            column = column == name.removeprefix("disabled_")
        values[read["person_id"].to_numpy() - ids[0]] = column.fill_null(value=0).to_numpy()
        give(name, YEAR_ASKED, values)
    return built, (ids, insured)
