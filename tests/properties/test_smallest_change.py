"""The smallest change that helps: exactly so much gives the better band, a yen less does not."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer
from tests.oracle.draw import draw_simple
from tests.oracle.statute import assess_exemption

Json = dict[str, Any]
CASES = 6_000
ROLES = ("insured", "spouse", "head")
FLAGS = (
    "other_assistance",
    "special_disability_benefit",
    "disaster_loss",
    "separated_by_violence",
)


def at_worst(case: Json, year: int) -> Json:
    """The case, where whatever is not known turned out against the applicant."""
    worst = copy.deepcopy(case)
    for role in ROLES:
        person = worst.get(role)
        if person is None:
            continue
        for name, value in person.items():
            if value is None and name in FLAGS:
                person[name] = False
        record = person.setdefault("incomes", {}).get(str(year)) or {}
        if record.get("total") is None:
            person["incomes"][str(year)] = {**record, "total": 10**11}
    return worst


def band_with(case: Json, *, role: str, year: int, by: int) -> str:
    """The band, by the statute's transcription, with that much more income."""
    other = copy.deepcopy(case)
    record = other[role]["incomes"][str(year)]
    record["total"] += by
    assert record["total"] >= 0
    band: str = assess_exemption(other)[0]["band"]
    return band


def known_income(case: Json, role: str, year: int) -> int | None:
    record = ((case.get(role) or {}).get("incomes") or {}).get(str(year))
    return None if record is None else record["total"]


@pytest.mark.drawn
def test_the_change_is_exact_and_none_is_smaller(draws: int) -> None:
    rng = random.Random("change")
    helped: Counter[str] = Counter()
    hopeless = 0
    for _ in range(CASES * draws):
        case = draw_simple(rng)
        (month,) = answer("assess-exemption", case, explain=True)["months"]
        if month["band"] in (None, "undecidable"):
            continue
        band, year = month["band"], month["income_year"]
        better = month["explanation"]["next_better"]
        told = json.dumps(case)
        worst = at_worst(case, year)
        if better is None:
            hopeless += band == "none"
            for role in ROLES:
                total = known_income(case, role, year)
                if total is not None:
                    assert band_with(worst, role=role, year=year, by=-total) == band, told
            continue
        role, change = better["person"], better["change"]
        assert better["fact"] == "total"
        assert band_with(worst, role=role, year=year, by=change) == better["band"], told
        for other in ROLES:
            total = known_income(case, other, year)
            if total is not None:
                less = max(change + 1, -total)
                assert band_with(worst, role=other, year=year, by=less) == band, told
        helped[role] += 1
    assert min(helped[role] for role in ROLES) >= 100
    assert hopeless >= 20
