"""The figures of a real city of 600,000 people, to which the invented city is calibrated.

**Printed** (年金住宅福祉協会「ねんきん最前線 市区町村VOICE」Vol.76, 2019-07-12): every number
in `PRINTED`. Population as of 2019-06-01, staff as of 2019-03-31, the others as of 2018-03-31;
the city takes them as if they were of one day. The exemptions printed, 24,177, are the sum of
their parts: 4,747 + 8,850 (7,189 + 1,661) + 2,614 + 7,966.

**Assumed here**, because nothing is printed: every number in `ASSUMED` and every share in
`_FOREIGN_SHARE`; that the two thirds of foreign *visitors* who are Chinese hold for residents;
that voluntary insured people are 60 to 64, and old-age pensioners 65 or older; how disability
pensioners spread over ages and kinds of insurance; that all others between 20 and 59 are insured
in category 2 or 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRINTED: Final[Mapping[str, int]] = {
    "population": 605_711,
    "aged_20_59": 334_701,
    "aged_65": 137_871,
    "category_1": 78_288,
    "voluntary": 940,
    "exempt": 24_177,
    "statutory": 4_747,
    "full": 7_189,
    "partial": 1_661,
    "deferral": 2_614,
    "student": 7_966,
    "old_age": 120_749,
    "old_age_basic": 20_138,
    "old_age_employee": 100_611,
    "disability": 5_428,
    "disability_contributory": 1_428,
    "disability_before_20": 2_818,
    "disability_employee": 1_182,
    "survivor": 760,
    "survivor_contributory": 123,
    "survivor_employee": 637,
    "foreign": 37_000,
}

NATIONS: Final[Mapping[str, Fraction]] = {
    "CHN": Fraction(2, 3),
    "VNM": Fraction(9, 100),
    "KOR": Fraction(7, 100),
    "PHL": Fraction(6, 100),
    "TUR": Fraction(3, 100),
    "NPL": Fraction(3, 100),
    "OTHER": Fraction(16, 300),
}
"""Shares of nationalities: China as printed for visitors, the others assumed."""

ASSUMED: Final[Mapping[str, tuple[int, ...]]] = {
    "aged_0_19_and_60_64": (100_400, 32_739),  # their sum is what the printed figures leave
    "partial_by_step": (930, 470, 261),  # three quarters, half, one quarter exempt
    "category_2_and_3": (81, 19),
    # Where the pensioners are: statutory exemption, category 2, aged 60–64, aged 65 or older.
    "disability_contributory": (65, 10, 10, 15),
    "disability_before_20": (60, 25, 5, 10),
    "disability_employee": (25, 40, 15, 20),
    # Fully exempt, not exempt, category 2.
    "survivor_contributory": (60, 40, 0),
    "survivor_employee": (20, 30, 50),
}

_FOREIGN_SHARE: Final[Mapping[str, int]] = {
    # Relative weight of foreign residents among the people of each kind; children have theirs.
    "child": 6, "none": 12, "full": 12, "deferral": 8, "student": 18,
    "2": 8, "3": 10, "60_64": 2, "65": 1,
}  # fmt: skip


def apportion(
    total: int, weights: Sequence[int | Fraction], *, caps: Sequence[int] | None = None
) -> list[int]:
    """Divide a total by weights with largest remainders; no part above its cap.

    The parts sum to ``total`` exactly. Raises ValueError when the caps leave no room for it.
    """
    room = list(caps) if caps is not None else [total] * len(weights)
    if sum(room) < total:
        raise ValueError(f"{total} does not fit into {sum(room)}")
    parts = [0] * len(weights)
    while left := total - sum(parts):
        free = [weights[at] if parts[at] < room[at] else 0 for at in range(len(weights))]
        if not any(free):  # only parts of weight 0 have room
            free = [room[at] - parts[at] for at in range(len(weights))]
        shares = [Fraction(left) * one / sum(free) for one in free]
        whole = [int(share) for share in shares]
        by_remainder = sorted(range(len(shares)), key=lambda at: (whole[at] - shares[at], at))
        for at in by_remainder[: left - sum(whole)]:
            whole[at] += 1
        parts = [min(one + more, cap) for one, more, cap in zip(parts, whole, room, strict=True)]
    return parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many people of each kind a city has: the names of `PRINTED`, and assumed ones."""

    counts: Mapping[str, int]
    nations: Mapping[str, int]


def scaled(scale: Fraction) -> Figures:
    """Return the figures at a scale: totals rounded, parts by largest remainders."""
    counts = {name: round(PRINTED[name] * scale) for name in ("population", "foreign")}

    def divide(total: str, *names: str, weights: Sequence[int] | None = None) -> None:
        given = [PRINTED[name] for name in names] if weights is None else weights
        counts.update(zip(names, apportion(counts[total], given), strict=True))

    young, older = ASSUMED["aged_0_19_and_60_64"]
    divide(
        "population", "aged_0_19", "aged_20_59", "aged_60_64", "aged_65",
        weights=(young, PRINTED["aged_20_59"], older, PRINTED["aged_65"]),
    )  # fmt: skip
    for total in ("category_1", "exempt", "old_age", "disability", "survivor"):
        counts[total] = round(PRINTED[total] * scale)
    voluntary = PRINTED["voluntary"]
    divide(
        "category_1", "compulsory", "voluntary",
        weights=(PRINTED["category_1"] - voluntary, voluntary),
    )  # fmt: skip
    divide("exempt", "statutory", "full", "partial", "deferral", "student")
    divide("partial", "three_quarters", "half", "one_quarter", weights=ASSUMED["partial_by_step"])
    divide("old_age", "old_age_basic", "old_age_employee")
    divide("disability", "disability_contributory", "disability_before_20", "disability_employee")
    divide("survivor", "survivor_contributory", "survivor_employee")
    nations = apportion(counts["foreign"], list(NATIONS.values()))
    return Figures(counts=counts, nations=dict(zip(NATIONS, nations, strict=True)))


class Kind(NamedTuple):
    """What is fixed about a person by the figures.

    ``ages``: child, 20_59, 60_64 or 65. ``category``: "" (none), 1, 2, 3 or voluntary.
    ``exemption`` and ``pension``: names of `PRINTED` (three steps for partial), or "".
    """

    ages: str
    category: str = ""
    exemption: str = ""
    pension: str = ""
    foreign: bool = False


def kinds(figures: Figures) -> dict[Kind, int]:
    """Return how many people of each kind there are; the kinds exclude each other."""
    count = figures.counts
    found: dict[Kind, int] = {Kind("child"): count["aged_0_19"]}
    exemptions = (
        "statutory", "full", "three_quarters", "half", "one_quarter", "deferral", "student",
    )  # fmt: skip
    for name in exemptions:
        found[Kind("20_59", "1", name)] = count[name]
    found[Kind("20_59", "1")] = count["compulsory"] - count["exempt"]
    employed = count["aged_20_59"] - count["compulsory"]
    second, third = apportion(employed, ASSUMED["category_2_and_3"])
    found[Kind("20_59", "2")], found[Kind("20_59", "3")] = second, third
    found[Kind("60_64", "voluntary")] = count["voluntary"]
    found[Kind("60_64")] = count["aged_60_64"] - count["voluntary"]
    found[Kind("65")] = count["aged_65"]

    def give(pension: str, bases: Sequence[Kind], parts: Sequence[int]) -> None:
        """Take pensioners out of the kinds that have none."""
        room = [found[base] for base in bases]
        for base, part in zip(bases, apportion(count[pension], parts, caps=room), strict=True):
            found[base] -= part
            found[base._replace(pension=pension)] = part

    give("old_age_basic", [Kind("65")], [1])
    give("old_age_employee", [Kind("65")], [1])
    for name in ("disability_contributory", "disability_before_20", "disability_employee"):
        give(
            name,
            [Kind("20_59", "1", "statutory"), Kind("20_59", "2"), Kind("60_64"), Kind("65")],
            ASSUMED[name],
        )
    for name in ("survivor_contributory", "survivor_employee"):
        bases = [Kind("20_59", "1", "full"), Kind("20_59", "1"), Kind("20_59", "2")]
        give(name, bases, ASSUMED[name])

    home = list(found)
    weights = [
        found[kind] * _FOREIGN_SHARE.get(_share_of(kind), 0) if not kind.pension else 0
        for kind in home
    ]
    # Half at most, so that every kind keeps Japanese people too.
    caps = [(found[kind] + 1) // 2 for kind in home]
    for kind, part in zip(home, apportion(count["foreign"], weights, caps=caps), strict=True):
        found[kind] -= part
        found[kind._replace(foreign=True)] = part
    return {kind: number for kind, number in found.items() if number}


def _share_of(kind: Kind) -> str:
    if kind.ages != "20_59":
        return kind.ages
    return kind.exemption or ("none" if kind.category == "1" else kind.category)
