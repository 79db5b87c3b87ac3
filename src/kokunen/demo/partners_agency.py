"""The pension service beside the invented city: its answers, and its lists. Pure.

Most answers say exactly whom and what they are about; some have the name in another writing, some
no number, some a day of receipt that differs, and a few are about a paper that the city never saw.
Shares are assumed. Nothing is drawn by the number of a case, so that two offices that number their
cases otherwise get the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pyzipper

from kokunen.dates.month import Month
from kokunen.demo import grants, names
from kokunen.demo.places import MUNICIPALITY_CODE
from kokunen.interchange.codec import reading
from kokunen.interchange.codec.reading import Good
from kokunen.interchange.layout import layout as layout_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kokunen.demo.townsfolk import Townsman

Record = dict[str, Any]
"""The fields of a detail of the layout that the name of a function says."""

_SOONEST, _LATEST = 2, 9
"""Nights after which a forwarded paper is answered."""
_SILENT: Final = 0.05
"""Share of what is forwarded and never answered."""
_VARIANT: Final = {"高": "髙", "崎": "﨑", "吉": "𠮷", "辺": "邊", "沢": "澤", "浜": "濱"}
_BANDED: Final = frozenset({"exemption", "student"})
_PENSIONS: Final = {"老齢": "old_age", "障害": "disability", "遺族": "survivor"}


def opened(container: bytes, *, password: str, day: date) -> list[Record]:
    """Return the details of a forwarding file, taken out of the container that was sent."""
    with pyzipper.AESZipFile(BytesIO(container)) as packed:
        packed.setpassword(password.encode())
        data = packed.read(next(name for name in packed.namelist() if name.endswith(".dat")))
    found = reading.read(
        BytesIO(data), layout=layout_on("agency_forwarding", day), city=MUNICIPALITY_CODE
    )
    return [dict(each.values) for each in found if isinstance(each, Good)]


@dataclass(slots=True)
class Agency:
    """The desk of the pension service: what it has, and when it answers."""

    seed: int
    _waiting: dict[str, tuple[int, Record]] = field(default_factory=dict)

    def take(self, forwarded: Iterable[Mapping[str, Any]], *, night: int) -> None:
        """Take in what was forwarded in a night; a paper that comes again is the same one."""
        for one in forwarded:
            key = _key(one)
            random = Random(f"{self.seed}/{key}/due")
            if random.random() >= _SILENT:
                wait = _SOONEST + int(random.random() * (_LATEST - _SOONEST + 1))
                self._waiting.setdefault(key, (night + wait, dict(one)))

    def results(self, number: int, day: date) -> list[Record]:
        """Return the results of a night, in the order of their numbers."""
        due = sorted(key for key, (night, _) in self._waiting.items() if night <= number)
        made = [_result(self._waiting.pop(key)[1], day, self.seed) for key in due]
        random = Random(f"{self.seed}/{number}/agency")
        if random.random() < 0.15:  # noqa: PLR2004 - assumed
            made.append(_of_nobody(random, day))
        for at, each in enumerate(made, start=1):
            each["result"] = f"{day:%Y%m%d}{at:04d}"
        return made


def _key(one: Mapping[str, Any]) -> str:
    return f"{one['basic_number']} {one['name']} {one['filing']} {one['received_on']}"


class Fit(StrEnum):
    """How well an answer fits the paper that it answers."""

    EXACT = "exact"
    NAME = "name"
    NO_NUMBER = "no_number"
    OTHER_DAY = "other_day"


_FITS: Final = (Fit.EXACT,) * 15 + (Fit.NAME,) * 2 + (Fit.NO_NUMBER,) * 2 + (Fit.OTHER_DAY,)


def _result(one: Mapping[str, Any], day: date, seed: int) -> Record:
    random = Random(f"{seed}/{_key(one)}/result")
    made = answer(one, day=day, fit=random.choice(_FITS), names_case=random.random() < 0.3)  # noqa: PLR2004 - assumed
    return made | _answered(one, random)


def answer(one: Mapping[str, Any], *, day: date, fit: Fit, names_case: bool = False) -> Record:
    """Answer a paper, granting it if nothing else is said; one of an exemption wants its bands.

    Without a number, or with another day of receipt, the case is not named either.
    """
    made: Record = {
        "basic_number": one["basic_number"],
        "name": one["name"],
        "kana": one["kana"],
        "birth_date": one["birth_date"],
        "sex": one["sex"],
        "filing": one["filing"],
        "received_on": one["received_on"],
        "case": one["case"] if names_case else None,
        "decided_on": day - timedelta(days=1),
        "outcome": "granted",
    }
    if fit is Fit.NAME:
        made["name"] = _variant(one["name"])
    elif fit is Fit.NO_NUMBER:
        made |= {"basic_number": None, "case": None}
    elif fit is Fit.OTHER_DAY:
        made |= {"received_on": made["received_on"] - timedelta(days=3), "case": None}
    return made


def _variant(name: str | None) -> str | None:
    """Write a name otherwise: in another form of its characters, or with a mistake."""
    if not name:
        return name
    found = "".join(_VARIANT.get(each, each) for each in name)
    try:
        found.encode("cp932")
    except UnicodeEncodeError:
        found = name
    return found if found != name else f"{name}子"


def _answered(one: Mapping[str, Any], random: Random) -> Record:
    way = random.random()
    if way < 0.06:  # noqa: PLR2004 - assumed
        return {"outcome": "returned", "reason": random.choice(("documents", "entries"))}
    if way < 0.14:  # noqa: PLR2004 - assumed
        return {"outcome": "refused", "reason": "income"}
    return banded(one, random.choice(("full", "full", "half", "three_quarters")))


def banded(one: Mapping[str, Any], band: str) -> Record:
    """Return what an exemption was granted as: a band for the whole cycle; else nothing."""
    if one["filing"] not in _BANDED:
        return {}
    student = one["filing"] == "student"
    year = grants.cycle(one["filing"], one["received_on"])
    first = Month.of(date(year, grants.APRIL if student else grants.JULY, 1))
    return {
        "band_1": "student" if student else band,
        "first_1": first,
        "last_1": first + 11,
    }


def _of_nobody(random: Random, day: date) -> Record:
    """Return the result of a paper that was handed in elsewhere."""
    (surname, kana), (own, own_kana) = names.surname(random), names.given(
        random, sex="1", year=1980
    )  # fmt: skip
    return {
        "name": _variant_free(f"{surname}　{own}"),
        "kana": f"{kana}　{own_kana}",
        "birth_date": date(1900 + int(random.random() * 20), 2, 3),
        "sex": "male",
        "filing": "acquisition",
        "received_on": day - timedelta(days=20),
        "decided_on": day - timedelta(days=1),
        "outcome": "granted",
    }


def _variant_free(name: str) -> str:
    """Return a name that the agency's character set can hold."""
    return name.encode("cp932", "ignore").decode("cp932")


def insured(people: Sequence[Townsman], numbers: Mapping[int, str]) -> list[Record]:
    """Return the periodic list of the insured, of the changed ones: as the register has them."""
    return [
        _who(one, numbers) | {"category": "category_1", "acquired_on": one.since}
        for one in people
        if one.category == "category_1" and one.since is not None and one.number in numbers
    ]


def pensioners(people: Sequence[Townsman], numbers: Mapping[int, str]) -> list[Record]:
    """Return the periodic list of who draws a pension."""
    return [
        _who(one, numbers) | {"kind": kind}
        for one in people
        for claim in one.claims[:1]
        for word, kind in _PENSIONS.items()
        if claim.startswith(word) and one.number in numbers
    ]


def support_benefit(
    people: Sequence[Townsman], numbers: Mapping[int, str], *, day: date
) -> list[Record]:
    """Return the list of whom the support benefit concerns."""
    return [
        _who(one, numbers)
        | {"kind": "old_age", "standing": "to_claim", "from_month": Month.of(day)}
        for one in people
        if any(claim.startswith("老齢") for claim in one.claims) and one.number in numbers
    ]


def _who(one: Townsman, numbers: Mapping[int, str]) -> Record:
    return {
        "basic_number": numbers[one.number],
        "kana": one.kana,
        "name": _variant_free(one.name),
        "birth_date": one.birth,
        "sex": "female" if one.female else "male",
    }
