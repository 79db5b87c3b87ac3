"""Drawing of `assess-exemption` inputs, crowded around the places where the law turns.

Everything is invented. The same generator state gives the same input. Only valid inputs are
drawn, of months whose figures are all in force (2006-07 to 2028-03).
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

Json = dict[str, Any]

FIRST_MONTH = 2006 * 12 + 6  # months are counted from year 0: 2006-07
LAST_MONTH = 2028 * 12 + 2  # 2028-03, the last whose premium is known
BANDS = ("full", "deferral", "three_quarters", "half", "one_quarter")
FLAGS = ("other_assistance", "special_disability_benefit", "disaster_loss")
YEAR_FLAGS = ("widow", "single_parent", "working_student")
DEDUCTIONS = (
    "casualty",
    "medical",
    "social_insurance",
    "small_enterprise_mutual_aid",
    "spouse_special",
    "specified_relative_special",
)
# Where a figure or an age limit changes: 2016-07, 2021-04, 2021-07; the ends of the figures.
TURNS = (2016 * 12 + 6, 2021 * 12 + 3, 2021 * 12 + 6, FIRST_MONTH, LAST_MONTH)


def draw(rng: random.Random) -> Json:
    """Draw an input of one to fifteen months."""
    return _case(rng, length=rng.choice((1, 1, 2, 3, 6, 12, 13, 15)))


def draw_simple(rng: random.Random) -> Json:
    """Draw an input of a single month."""
    return _case(rng, length=1)


def _case(rng: random.Random, *, length: int) -> Json:
    aimed = _aimed_month(rng)
    first = max(FIRST_MONTH, aimed - rng.randrange(length))
    last = min(LAST_MONTH, first + length - 1)
    student = rng.random() < 0.15
    applied_on = _applied_on(rng, aimed=aimed, student=student)
    # Persons near one band together, else the poorest band of three would nearly always decide.
    band = "student" if student else rng.choice(BANDS)

    insured: Json = {"birth_date": _birth_date(rng, aimed=aimed).isoformat()}
    if student or rng.random() < 0.5:
        insured["student"] = student
    _put_flag(rng, insured, "separated_by_violence", chance=0.06)
    span = (first, last, aimed)
    insured |= _person(rng, span=span, applied_on=applied_on, band=band, student=student)

    case: Json = {
        "applied_on": applied_on.isoformat(),
        "from": _text(first),
        "to": _text(last),
        "insured": insured,
        "spouse": None,
        "head": None,
    }
    for role in ("spouse", "head"):
        if rng.random() < 0.4:
            near = band if rng.random() < 0.7 else rng.choice(BANDS)
            case[role] = _person(rng, span=span, applied_on=applied_on, band=near, student=False)
            if rng.random() < 0.3:
                case[role]["birth_date"] = _birth_date(rng, aimed=aimed).isoformat()
        elif rng.random() < 0.3:
            del case[role]
    if rng.random() < 0.3:
        boxes = [*BANDS, "student"]
        case["wanted"] = rng.sample(boxes, rng.randint(1, len(boxes)))
    if rng.random() < 0.12:
        case["other_exemptions"] = [
            _other_exemption(rng, aimed=aimed) for _ in range(rng.randint(1, 3))
        ]
    if rng.random() < 0.08:
        case["paid_months"] = sorted({_text(aimed + rng.randint(-2, 2)) for _ in range(2)})
    return case


# -------------------------------------------------------------------------------- days and months


def _text(month: int) -> str:
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _day(rng: random.Random, month: int) -> dt.date:
    """Draw a day of a month, mostly its first or last two."""
    year, index = divmod(month, 12)
    end = calendar.monthrange(year, index + 1)[1]
    return dt.date(
        year, index + 1, rng.choice((1, 1, 1, 2, end - 1, end, end, rng.randint(1, end)))
    )


def _aimed_month(rng: random.Random) -> int:
    """Draw the month at which the edges of the input are aimed."""
    kind = rng.random()
    if kind < 0.35:
        month = rng.choice(TURNS) + rng.randint(-2, 1)
    elif kind < 0.6:  # where the cycles turn
        month = rng.randint(2007, 2027) * 12 + rng.choice((2, 3, 5, 6))
    else:
        month = rng.randint(FIRST_MONTH, LAST_MONTH)
    return min(max(month, FIRST_MONTH), LAST_MONTH)


def _applied_on(rng: random.Random, *, aimed: int, student: bool) -> dt.date:
    """Draw the day of application: soon after, or at the first or the last day that will do."""
    begins = 3 if student else 6
    cycle = (aimed - begins) // 12 * 12 + begins
    kind = rng.random()
    if kind < 0.5:
        return _day(rng, max(cycle, aimed + rng.randint(-2, 12)))
    if kind < 0.62:  # the cycle opens
        return _day(rng, cycle + rng.choice((-1, 0, 0)))
    if kind < 0.72:  # before 2014-04 this reached back to the latest July or April alone
        return _day(rng, cycle + 12 + rng.choice((-1, 0, 1)))
    if kind < 0.76:
        return rng.choice((dt.date(2014, 3, 31), dt.date(2014, 4, 1)))
    return _day(rng, aimed + rng.choice((24, 25, 25, 26)))


def _birth_date(rng: random.Random, *, aimed: int) -> dt.date:
    """Draw a birth date; half of them reach an age that matters about the aimed month."""
    if rng.random() < 0.5:
        years = rng.choice((20, 30, 50, 60))
        return _day(rng, aimed - years * 12 + rng.choice((-1, 0, 0, 1, 1, 2)))
    return _day(rng, aimed - rng.randint(21 * 12, 49 * 12))


def _left_job_on(rng: random.Random, *, aimed: int, applied_on: dt.date) -> str | None:
    """Draw a last day of work before the application, near an end of what it opens."""
    kind = rng.random()
    if kind < 0.4:  # the first month opened is the one before that of the day after
        day = _day(rng, aimed + rng.choice((0, 0, 1, 1, 2)))
    elif kind < 0.7:  # the turn of the year, a year or two or three before
        year = aimed // 12 - rng.choice((0, 1, 2, 2, 2, 3))
        day = rng.choice((dt.date(year, 12, 31), dt.date(year, 12, 30), dt.date(year, 1, 1)))
    else:
        day = _day(rng, aimed - rng.randint(0, 40))
    return day.isoformat() if day < applied_on else None


def _other_exemption(rng: random.Random, *, aimed: int) -> Json:
    first = aimed + rng.randint(-3, 1)
    last = first + rng.randint(0, 4)
    return {
        "kind": rng.choice(("childbirth", "childcare", "statutory")),
        "from": _text(first),
        "to": None if rng.random() < 0.2 else _text(last),
    }


# ----------------------------------------------------------------------------- persons and incomes


def _put_flag(rng: random.Random, facts: Json, name: str, *, chance: float) -> None:
    """Put a flag in: true by that chance, sometimes unknown, else false, said or left out."""
    kind = rng.random()
    if kind < chance:
        facts[name] = True
    elif kind < chance + 0.025:
        facts[name] = None
    elif kind < 0.6:
        facts[name] = False


def _person(
    rng: random.Random,
    *,
    span: tuple[int, int, int],
    applied_on: dt.date,
    band: str,
    student: bool,
) -> Json:
    first, last, aimed = span
    person: Json = {}
    for name in FLAGS:
        _put_flag(rng, person, name, chance=0.03)
    if rng.random() < 0.12:
        person["left_job_on"] = _left_job_on(rng, aimed=aimed, applied_on=applied_on)
    elif rng.random() < 0.3:
        person["left_job_on"] = None

    incomes: Json = {}
    for year in range(first // 12 - 2, last // 12 + 1):
        kind = rng.random()
        if kind < 0.05:
            continue
        if kind < 0.09:
            incomes[str(year)] = None
            continue
        governed = _month_governed(rng, span=(first, last), year=year, student=student)
        record = _record(rng, month=governed, band=band)
        if kind < 0.14:
            record["total"] = None
        incomes[str(year)] = record
    if incomes or rng.random() < 0.8:
        person["incomes"] = incomes
    return person


def _month_governed(rng: random.Random, *, span: tuple[int, int], year: int, student: bool) -> int:
    """Draw a month of the span (if there is any) that the income of a year governs."""
    begins = (year + 1) * 12 + (3 if student else 6)
    first, last = max(span[0], begins), min(span[1], begins + 11)
    return rng.randint(first, last) if first <= last else span[0]


def _record(rng: random.Random, *, month: int, band: str) -> Json:
    """Draw the income of a year, mostly at the limit of a band in a month, or a yen beside."""
    record: Json = {}
    for name in YEAR_FLAGS:
        if rng.random() < 0.12:
            record[name] = True
        elif rng.random() < 0.4:
            record[name] = False
    if rng.random() < 0.5:
        record["disabled"] = rng.choice(("none", "none", "none", "none", "ordinary", "special"))
    if rng.random() < 0.5:
        kinds = rng.sample(("general", "elderly", "specified"), rng.randint(0, 3))
        record["dependants"] = {kind: rng.choice((0, 1, 1, 2, 3)) for kind in kinds}
    if rng.random() < 0.5:
        names = rng.sample(DEDUCTIONS, rng.randint(0, 3))
        record["deductions"] = {name: rng.choice((0, 1, rng.randint(0, 600_000))) for name in names}

    kind = rng.random()
    if kind < 0.55:
        total = limit_of(record, month=month, band=band) + rng.choice((-1, 0, 0, 1))
    elif kind < 0.67:
        near = rng.choice(BANDS)
        total = limit_of(record, month=month, band=near) + rng.choice((-1, 0, 0, 1))
    elif kind < 0.75:
        total = (1_350_000 if month >= TURNS[2] else 1_250_000) + rng.choice((-1, 0, 0, 1))
    elif kind < 0.87:
        total = rng.choice((0, 0, 1, rng.randint(0, 700_000)))
    else:
        total = rng.randint(0, 5_000_000)
    record["total"] = total
    return record


def limit_of(record: Json, *, month: int, band: str) -> int:
    """Give the highest total by which the income of a record passes a band in a month."""
    new = month >= TURNS[2]
    dependants = record.get("dependants", {})
    general, elderly = dependants.get("general", 0), dependants.get("elderly", 0)
    specified = dependants.get("specified", 0)
    if band in ("full", "deferral"):
        heads: int = general + elderly + specified + 1
        return heads * 350_000 + (320_000 if new else 220_000)
    base: int = {
        "three_quarters": 780_000,
        "half": 1_180_000,
        "one_quarter": 1_580_000,
        "student": 1_180_000,
    }[band]
    if new or (band == "student" and month >= TURNS[1]):
        base += 100_000
    base += 380_000 * general + 480_000 * elderly + 630_000 * specified
    base += sum(record.get("deductions", {}).values())
    base += {"none": 0, "ordinary": 270_000, "special": 400_000}[record.get("disabled", "none")]
    base += 270_000 if record.get("widow") else 0
    base += 350_000 if record.get("single_parent") and new else 0
    base += 270_000 if record.get("working_student") else 0
    return base
