"""Damaged files: refused, set apart, or exactly what writing would give; never anything else.

The oracle against silent acceptance: whatever record of a damaged file is taken as good is written
again as the very bytes that came; and where nothing at all is refused, so is the whole file.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.interchange.codec.example import example
from kokunen.interchange.codec.framing import UnableToReadFile
from kokunen.interchange.codec.reading import Good, read, survey
from kokunen.interchange.codec.records import records
from tests.interchange.drawn import CITY, all_layouts, written

if TYPE_CHECKING:
    from kokunen.interchange.codec.reading import Survey
    from kokunen.interchange.layout import Layout

CASES = 100
USUAL_BYTES = b"\x00\t\n\r\x0e\x0f\x1a \"',0123456789@AZaz\x7f\x80\x81\x83\x5c\xa0\xef\xf0\xff"


def damaged(rng: random.Random, raw: bytes) -> bytes:
    """Flip, set, insert, delete, truncate, repeat, move or cut out bytes, once or a few times."""
    data = bytearray(raw)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at, to = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
        near = min(at + rng.choice((1, 2, 4, 8, 20)), len(data))
        way = rng.randrange(9)
        if way == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif way == 1 and at < len(data):
            data[at] = rng.choice(USUAL_BYTES)
        elif way == 2:
            data[at:at] = bytes((rng.choice(USUAL_BYTES),))
        elif way == 3:
            del data[at:near]
        elif way == 4:
            del data[at:]
        elif way == 5:
            data[at:at] = data[at:to]
        elif way == 6:
            del data[at:to]
        elif way == 7:
            data[at:near] = rng.randbytes(near - at)
        else:
            lines = bytes(data).splitlines(keepends=True)
            rng.shuffle(lines)
            data = bytearray(b"".join(lines))
    return bytes(data)


def judged(layout: Layout, raw: bytes) -> str:
    """Read a file and hold it to the oracle; return what became of it."""
    try:
        surveyed = survey(io.BytesIO(raw), layout=layout, city=CITY)
    except UnableToReadFile as caught:
        refusal = caught
    else:
        return judged_records(layout, raw, surveyed)
    assert refusal.faults
    assert refusal.message
    assert refusal.fix
    return refusal.code


def judged_records(layout: Layout, raw: bytes, surveyed: Survey) -> str:
    """Hold the records of a file that was not refused to the oracle."""
    found = list(read(io.BytesIO(raw), layout=layout, city=CITY))
    good = [each for each in found if isinstance(each, Good)]
    for each in good:
        assert records(layout).put(layout.detail, each.values, {})[0] == each.raw
    if len(good) < len(found):
        assert all(each.faults for each in found if not isinstance(each, Good))
        return "some set apart"
    again = written(layout, dict(surveyed.head.header), [dict(each.values) for each in good])
    assert again == raw
    return "accepted"


def run(name: str, cases: int, seed: int) -> Counter[str]:
    layout, rng = all_layouts()[name], random.Random(f"{name} {seed}")
    stream = io.BytesIO()
    example(stream, layout=layout, city=CITY, count=4)
    right = stream.getvalue()
    assert judged(layout, right) == "accepted"
    found: Counter[str] = Counter()
    for _ in range(cases):
        found[judged(layout, damaged(rng, right))] += 1
    return found


@pytest.mark.drawn
@pytest.mark.parametrize("name", all_layouts())
def test_damage_is_never_accepted_in_silence(name: str, draws: int) -> None:
    found = run(name, CASES * draws, draws)
    assert found.total() == CASES * draws
    assert found.total() > found["accepted"]


def test_the_oracle_notices_a_reader_that_strips_what_it_should_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layout = all_layouts()["delimited utf-8 needed"]
    form = records(layout)
    right = form.take

    def lenient(*given: Any) -> dict[str, Any]:  # noqa: ANN401 - as `take`
        """A planted fault: text without the spaces around it."""
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in right(*given).items()
        }

    monkeypatch.setattr(form, "take", lenient)
    stream = io.BytesIO()
    example(stream, layout=layout, city=CITY, count=2)
    raw = stream.getvalue().replace("架空県".encode(), " 架空県".encode())
    with pytest.raises(AssertionError):
        judged(layout, raw)
