"""What the other rooms of the invented town hall tell, and what comes in online. Pure.

Public assistance and disability pensions begin and end of people in category 1; the tax office
answers what it is asked, and now and then more; an application for exemption comes with a picture.
Shares are assumed.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from kokunen.demo import grants
from kokunen.demo.places import MUNICIPALITY_CODE
from kokunen.interchange.codec import reading
from kokunen.interchange.codec.reading import Good
from kokunen.interchange.layout import layout as layout_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kokunen.demo.townsfolk import Townsman

Record = dict[str, Any]
"""The fields of a detail of the layout that the name of a function says."""

_OLDEST: Final = 58
_YOUNGEST: Final = 22
_UNDECLARED: Final = 0.1
_DRAWING: Final = 5
"""So many people draw assistance before the first of them ends."""
_SPARED: Final = 8
"""So many people of whom assistance may tell are never told of by the other room."""
_ANSWERED: Final = (
    "general", "elderly", "specified", "spouse", "disabled_dependants",
    "specially_disabled_dependants", "young", "disabled", "widow", "working_student",
    "pension_receipts", "pension_income", "total", "net_loss", "casualty", "medical",
    "social_insurance", "spouse_special",
)  # fmt: skip


def insured(people: Iterable[Townsman], day: date) -> list[Townsman]:
    """Return the people of category 1 whose notices found a filing, by number."""
    return [
        one
        for one in people
        if one.category == "category_1"
        and _YOUNGEST < one.age(day) < _OLDEST
        and not (one.exemption or one.protected or one.claims)
    ]


class Assistance:
    """The rooms of public assistance and of disability: whom they told of, and under what."""

    def __init__(self, people: Sequence[Townsman], *, seed: int) -> None:
        self._seed = seed
        self._left = [one.number for one in people]
        Random(f"{seed}/assistance").shuffle(self._left)
        self._begun: list[Record] = []
        self._ahead: list[Record] = []

    def welfare(self, number: int, day: date) -> list[Record]:
        """Return the notices of public assistance of a night; nights are asked in their order."""
        random = Random(f"{self._seed}/{number}/welfare")
        made, self._ahead = self._ahead, []
        if self._left:
            begun = _welfare(f"W{day:%Y%m%d}1", self._left.pop(), day - timedelta(days=9))
            begun["aid"] = random.choice(("livelihood", "livelihood", "livelihood", "medical"))
            self._begun.append(begun)
            made.append(begun)
        if self._begun and random.random() < 0.3:  # noqa: PLR2004 - assumed
            made.append(self._again(random, day))
        if self._left and random.random() < 0.2:  # noqa: PLR2004 - assumed
            made.append(self._before(day))
        if len(self._begun) > _DRAWING and random.random() < 0.7:  # noqa: PLR2004 - assumed
            made.append(self._end(day))
        return made

    def _end(self, day: date) -> Record:
        """End what began longest ago; the same person may come again."""
        begun = self._begun.pop(0)
        self._left.insert(0, begun["person"])
        return _welfare(f"W{day:%Y%m%d}5", begun["person"], day - timedelta(days=3)) | {
            "aid": begun["aid"],
            "kind": "end",
            "started_on": None,
            "ended_on": day - timedelta(days=3),
        }

    def _again(self, random: Random, day: date) -> Record:
        """Correct the day of a notice, or cancel it: the person may come again."""
        begun = self._begun.pop(int(random.random() * len(self._begun)))
        action = random.choice(("correction", "cancellation"))
        self._left.insert(0, begun["person"])
        return begun | {
            "notice": f"W{day:%Y%m%d}2",
            "action": action,
            "corrects": begun["notice"],
            "started_on": begun["started_on"] + timedelta(days=1),
        }

    def _before(self, day: date) -> Record:
        """Correct tonight a notice that comes the next night."""
        late = _welfare(f"W{day:%Y%m%d}3", self._left.pop(), day - timedelta(days=5))
        self._ahead.append(late)
        return late | {
            "notice": f"W{day:%Y%m%d}4",
            "action": "correction",
            "corrects": late["notice"],
            "started_on": day - timedelta(days=6),
        }

    def disability(self, number: int, day: date) -> list[Record]:
        """Return the notices of disability pensions of a night."""
        random = Random(f"{self._seed}/{number}/disability")
        if len(self._left) < _SPARED or random.random() < 0.4:  # noqa: PLR2004 - assumed
            return []
        return [
            {
                "notice": f"D{day:%Y%m%d}1",
                "action": "new",
                "person": self._left.pop(),
                "kind": "start",
                "benefit": "basic",
                "grade": random.choice(("1", "2", "3")),
                "started_on": day - timedelta(days=40),
            }
        ]


def _welfare(notice: str, person: int, on: date) -> Record:
    return {
        "notice": notice,
        "action": "new",
        "person": person,
        "kind": "start",
        "aid": "livelihood",
        "started_on": on,
    }


def asked(request: bytes, *, day: date) -> list[Record]:
    """Return the details of a request that the office laid out for the tax office."""
    of = layout_on("tax_request", day)
    found = reading.read(BytesIO(request), layout=of, city=MUNICIPALITY_CODE)
    return [dict(each.values) for each in found if isinstance(each, Good)]


def tax_answers(requests: Iterable[Record], *, seed: int) -> list[Record]:
    """Answer what was asked: an income, sometimes none declared; of every ninth a year too many."""
    made = []
    for one in requests:
        random = Random(f"{seed}/{one['person']}/{one['fiscal_year']}/tax")
        band = random.choice(("full", "three_quarters", "half", "one_quarter", ""))
        answer: Record = {
            "case": one["case"],
            "person": one["person"],
            "fiscal_year": one["fiscal_year"],
            "levy_year": one["fiscal_year"],
            "declared": random.random() >= _UNDECLARED,
        }
        if answer["declared"]:
            income = asdict(grants.income(random, one["fiscal_year"], band))
            answer |= {name: income[name] for name in _ANSWERED}
        made.append(answer)
        if random.random() < 1 / 9:
            made.append(answer | {"fiscal_year": one["fiscal_year"] - 1})
    return made


def applications(
    people: Sequence[Townsman], *, number: int, day: date, seed: int
) -> tuple[list[Record], tuple[tuple[str, bytes], ...]]:
    """Return the applications of a night and the pictures that come with them."""
    random = Random(f"{seed}/{number}/online")
    one = random.choice(people)
    picture = _picture(random)
    file, year = f"{number:04d}-1.jpg", grants.cycle("exemption", day)
    says = {"cycles": str(year), "student": "0", "continuation": "1"}
    pairs = {
        f"{part}_{at}": text
        for at, pair in enumerate(says.items(), start=1)
        for part, text in zip(("item", "value"), pair, strict=True)
    }
    record: Record = {
        "notice": f"R{day:%Y%m%d}1",
        "procedure": "exemption",
        "person": one.number,
        "birth_date": one.birth,
        "kana": one.kana,
        "applied_on": day,
        "received_on": day,
        "filer": "self",
        "file_1": file,
        "sha256_1": hashlib.sha256(picture).hexdigest(),
        **pairs,
    }
    return [record], ((file, picture),)


def _picture(random: Random) -> bytes:
    out = BytesIO()
    shade = int(random.random() * 256)
    Image.new("RGB", (16, 16), (shade, 255 - shade, 128)).save(out, "JPEG")
    return out.getvalue()
