"""What is kept of an assessment, and the bands it comes to. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from kokunen.dates.month import Month
from kokunen.law.exemption.rules import BANDS
from kokunen.law.figures import FIGURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kokunen.exemption.application import Assessed
    from kokunen.wording.report import Stretch


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A band for some months, both included."""

    band: str
    first: Month
    last: Month


def granted(assessed: tuple[Assessed, ...]) -> tuple[Granted, ...]:
    """Return the bands that the law gives, months of one band in a row together."""
    lines: list[Granted] = []
    for one in assessed:
        for stretch in one.stretches:
            band = stretch.found.decision.band if stretch.found else ""
            if band not in BANDS:
                continue
            before = lines[-1] if lines else None
            if before and before.band == band and before.last + 1 == stretch.first:
                lines[-1] = replace(before, last=stretch.last)
            else:
                lines.append(Granted(band=band, first=stretch.first, last=stretch.last))
    return tuple(lines)


def rule_version() -> str:
    """Return what the assessment rests on: the version of the product and the newest figure."""
    checked = max(
        value.checked
        for table in FIGURES.tables()
        if table.name.startswith("exemption.")
        for value in table.values
    )
    return f"{version('kokunen')}/{checked.isoformat()}"


def kept(assessed: tuple[Assessed, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an assessment as JSON: what it says by month, and the facts it used (sealed).

    Neither holds a name; persons are roles.
    """
    result = {
        "cycles": [
            {
                "cycle": one.code,
                "tested": sorted(one.application.people()),
                "months": [_stretch(stretch) for stretch in one.stretches],
            }
            for one in assessed
        ],
    }
    facts = {
        one.code: {
            role: {
                **asdict(person),
                "incomes": {
                    str(year): None if income is None else asdict(income)
                    for year, income in person.incomes.items()
                },
                "left_job_on": person.left_job_on and person.left_job_on.isoformat(),
            }
            for role, person in one.application.people().items()
        }
        for one in assessed
    }
    return result, facts


def _stretch(stretch: Stretch) -> dict[str, Any]:
    found = stretch.found
    return {
        "first": str(stretch.first),
        "last": str(stretch.last),
        "reason": stretch.reason if found is None else found.decision.reason,
        "band": found and found.decision.band,
        "decided_by": found and found.decision.decided_by,
        "missing": list(found.missing) if found else [],
    }


def as_json(lines: Iterable[Granted]) -> list[list[str]]:
    """Return bands and months as they stand in the detail of a step."""
    return [[line.band, str(line.first), str(line.last)] for line in lines]


def from_json(lines: Iterable[Iterable[str]]) -> tuple[Granted, ...]:
    """Read what `as_json` wrote."""
    return tuple(
        Granted(band=band, first=Month.parse(first), last=Month.parse(last))
        for band, first, last in lines
    )


def rests_on_job_loss(assessed: Iterable[Assessed]) -> bool:
    """Tell whether a band is given only because somebody lost a job: it is then not continued."""
    return any(
        _by_job_loss_alone(stretch)
        for one in assessed
        for stretch in one.stretches
        if stretch.found is not None and stretch.found.decision.band in BANDS
    )


def _by_job_loss_alone(stretch: Stretch) -> bool:
    found = stretch.found
    if found is None:
        return False
    band = found.decision.band
    roles = next(tried.roles for tried in found.bands if tried.band == band)
    return any(
        {line.code for line in found.examined[role].tried[band] if line.passed} == {"job_loss"}
        for role in roles
    )
