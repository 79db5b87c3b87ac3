"""One person: this project with the full explanation, beside openfisca-core traced and untraced."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_rule import BANDS, MONTH_ASKED, YEAR_ASKED, system

from kokunen.dates.month import Month
from kokunen.law.exemption.assess import assess_month
from kokunen.law.exemption.facts import Application, Income, Person

if TYPE_CHECKING:
    from collections.abc import Callable

_TOTALS = {"insured": 1_500_000, "spouse": 300_000, "head": 2_000_000}
_INSURANCE = 200_000
_LINE = (
    b'{"applied_on": "2026-08-03", "from": "2026-07", "to": "2026-07", '
    b'"insured": {"birth_date": "1996-05-02", "incomes": {"2025": {"total": 1500000}}}}\n'
)


def p50(call: Callable[[], object], *, runs: int) -> float:
    """Return the median time of a call in microseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def ours() -> Callable[[], str]:
    """Return the call of this project for three persons, explanation and next band included."""

    def person(total: int) -> Person:
        return Person({2025: Income(total, general=1, deductions={"social_insurance": _INSURANCE})})

    application = Application(
        applied_on=date(2026, 8, 3),
        first=Month(2026, 7),
        last=Month(2026, 7),
        birth_date=date(1996, 5, 2),
        **{role: person(total) for role, total in _TOTALS.items()},
    )
    return lambda: assess_month(application, Month(2026, 7)).decision.band


def peer(*, trace: bool) -> Callable[[], str]:
    """Return the call of openfisca-core for the same three persons."""
    country = system()
    year = {YEAR_ASKED: 1}

    def call() -> str:
        persons = {
            role: {
                "total": {YEAR_ASKED: total},
                "general": year,
                "social_insurance": {YEAR_ASKED: _INSURANCE},
                "birth_date": {MONTH_ASKED: "1996-05-02"},
            }
            for role, total in _TOTALS.items()
        }
        built = SimulationBuilder().build_from_dict(
            country,
            {
                "persons": persons,
                "households": {"one": {"heads": ["head"], "members": ["insured", "spouse"]}},
                "couples": {
                    "two": {"spouses": ["insured", "spouse"]},
                    "alone": {"spouses": ["head"]},
                },
            },
        )
        built.trace = trace
        return BANDS[int(built.calculate("band", MONTH_ASKED)[0])]

    return call


def command() -> bool:
    """Call `kokunen law assess-exemption` with one line; tell whether it answered."""
    call = [sys.executable, "-m", "kokunen", "law", "assess-exemption"]
    run = subprocess.run(call, input=_LINE, capture_output=True, check=False)
    return run.returncode == 0 and bool(run.stdout)


if __name__ == "__main__":
    untraced, traced, mine = peer(trace=False), peer(trace=True), ours()
    answers = {untraced(), traced(), mine()}
    found: dict[str, float | str | None] = {
        "ours": p50(mine, runs=5_000),
        "untraced": p50(untraced, runs=300),
        "traced": p50(traced, runs=300),
        "answer": answers.pop() if len(answers) == 1 else None,
        "command": p50(command, runs=20) if command() else None,
    }
    print(json.dumps(found))
