"""The rules beside a slow, plain transcription of the articles (`tests.oracle.statute`)."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.law.contract.catalogue import answer
from kokunen.law.exemption import decision
from kokunen.law.exemption.rules import BAND
from kokunen.law.figures import FIGURES
from kokunen.rulekit.tree import AllOf, FirstMatch
from tests.oracle import statute
from tests.oracle.draw import BANDS, draw, draw_simple, limit_of
from tests.oracle.statute import assess_exemption
from tests.properties.faults import OffByOne, forget_what_was_compiled, plant_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

SHARDS = 4
CASES = 50_000
FAULT_CASES = 4_000
SEVERAL_MONTHS = 0.02


def drawn(rng: random.Random) -> Json:
    return draw(rng) if rng.random() < SEVERAL_MONTHS else draw_simple(rng)


def needs_incomes_in_between(case: Json) -> bool:
    """Tell whether an unknown income that is neither nothing nor riches can matter by itself.

    Where full is examined it cannot; without it, deferral may turn on what another band does not.
    """
    wanted = case.get("wanted")
    return wanted is not None and "deferral" in wanted and "full" not in wanted


def unknown_records(case: Json, month: Json) -> list[Json]:
    year = str(month["income_year"])
    people = [case[role] for role in ("insured", "spouse", "head") if case.get(role)]
    records = [person.get("incomes", {}).get(year) or {} for person in people]
    return [record for record in records if record.get("total") is None]


def told_exactly(case: Json, month: Json) -> list[str]:
    """Name what is missing, by the oracle with every limit among the incomes that it tries."""
    at = int(month["month"][:4]) * 12 + int(month["month"][5:]) - 1
    tried = {0, 10**11}
    for record in unknown_records(case, month):
        tried.update(limit_of(record, month=at, band=band) for band in BANDS)
    with pytest.MonkeyPatch.context() as finer:
        finer.setattr(statute, "TRIED_INCOMES", tuple(sorted(tried)))
        (again,) = assess_exemption({**case, "from": month["month"], "to": month["month"]})
    assert again["band"] == month["band"]
    missing: list[str] = again["missing"]
    return missing


def differs(case: Json, expected: list[Json]) -> bool:
    found = answer("assess-exemption", case)
    if "months" not in found or len(found["months"]) != len(expected):
        return True
    for month, right in zip(found["months"], expected, strict=True):
        missing = right["missing"]
        if right["band"] == "undecidable" and needs_incomes_in_between(case):
            missing = told_exactly(case, right)
            assert set(missing) >= set(right["missing"])
        if {**month, "missing": sorted(month["missing"])} != {**right, "missing": sorted(missing)}:
            return True
    return False


@pytest.mark.drawn
@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_law_answers_as_its_articles_read(shard: int, draws: int) -> None:
    assert SHARDS * CASES >= 200_000
    rng = random.Random(f"statute {shard}")
    compared = 0
    bands: Counter[str] = Counter()
    for _ in range(CASES * draws):
        case = drawn(rng)
        expected = assess_exemption(case)
        assert not differs(case, expected), json.dumps(case, ensure_ascii=False)
        compared += 1
        bands.update(month["band"] or month["not_applicable"] for month in expected)
    assert compared == CASES * draws
    assert len(bands) == 15  # eight bands and seven reasons why a month may not be applied for
    assert min(bands.values()) >= 100, bands


@cache
def fault_cases() -> list[tuple[Json, list[Json]]]:
    rng = random.Random("faults")
    cases = [drawn(rng) for _ in range(FAULT_CASES)]
    return [(case, assess_exemption(case)) for case in cases]


@pytest.fixture
def _compiled_anew() -> Iterator[None]:
    forget_what_was_compiled()
    yield
    forget_what_was_compiled()


def found() -> bool:
    return any(differs(case, expected) for case, expected in fault_cases())


def test_without_a_fault_there_is_no_difference() -> None:
    assert not found()


def figures_of_the_law() -> list[str]:
    names = [table.name for table in FIGURES.tables() if table.name.startswith("exemption.")]
    kinds = {"yen", "count"}
    return [name for name in names if FIGURES.table(name).values[0].kind in kinds]


@pytest.mark.usefixtures("_compiled_anew")
@pytest.mark.parametrize("table", figures_of_the_law())
def test_a_figure_that_is_one_too_high_is_found(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as planted:
        plant_figures(planted, OffByOne(FIGURES, table))
        assert found()


def swapped(one: int, other: int) -> FirstMatch:
    cases = list(BAND.cases)
    cases[one], cases[other] = cases[other], cases[one]
    return replace(BAND, cases=tuple(cases))


def without(place: int, role: int) -> FirstMatch:
    """The choice of a band, where one case forgets to test one role (0 insured, 1 spouse)."""
    cases = list(BAND.cases)
    when = cases[place].when
    assert isinstance(when, AllOf)
    parts = when.parts[: 1 + role] + when.parts[2 + role :]
    assert len(parts) == len(when.parts) - 1
    cases[place] = replace(cases[place], when=AllOf(parts))
    return replace(BAND, cases=tuple(cases))


PLACES = {case.outcome: place for place, case in enumerate(BAND.cases) if place != 1}
TESTED = [
    (band, role)
    for band, roles in (
        ("full", 3), ("deferral", 2), ("three_quarters", 3), ("half", 3), ("one_quarter", 3),
    )
    for role in range(roles)
]  # fmt: skip


@pytest.mark.usefixtures("_compiled_anew")
@pytest.mark.parametrize(
    ("one", "other"),
    [("full", "deferral"), ("deferral", "three_quarters"), ("three_quarters", "half"),
     ("half", "one_quarter")],
)  # fmt: skip
def test_a_wrong_order_of_examination_is_found(
    one: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "BAND", swapped(PLACES[one], PLACES[other]))
    assert found()


@pytest.mark.usefixtures("_compiled_anew")
@pytest.mark.parametrize(("band", "role"), TESTED)
def test_a_person_who_is_not_tested_is_found(
    band: str, role: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decision, "BAND", without(PLACES[band], role))
    assert found()
