"""What is written is read and written again as the same bytes, whatever the layout."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kokunen.interchange.codec.reading import Good, read, survey
from kokunen.interchange.codec.replacing import RULES, fitted, rules
from tests.interchange.drawn import CITY, Values, all_layouts, files, written

if TYPE_CHECKING:
    from kokunen.interchange.layout import Layout

EXAMPLES = 8
PLAIN = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def goes_round(layout: Layout, header: Values, details: list[Values]) -> None:
    first = written(layout, header, details)
    surveyed = survey(io.BytesIO(first), layout=layout, city=CITY)
    found = list(read(io.BytesIO(first), layout=layout, city=CITY))
    rows = [dict(each.values) for each in found if isinstance(each, Good)]
    assert len(rows) == len(details) == surveyed.details
    for row, given_row in zip(rows, details, strict=True):
        for field in layout.detail.values:
            expected = given_row.get(field.name, row[field.name])
            if field.type in ("text", "kana") and expected is not None:
                expected = fitted(expected, encoding=layout.encoding, rules=rules(RULES))[0]
            assert row[field.name] == expected, field.name
    assert written(layout, dict(surveyed.head.header), rows) == first


@pytest.mark.drawn
@pytest.mark.parametrize("name", all_layouts())
def test_a_file_is_written_again_as_it_was_read(name: str, draws: int) -> None:
    layout = all_layouts()[name]

    @settings(PLAIN, max_examples=EXAMPLES * draws)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        goes_round(layout, *data.draw(files(layout)))

    run()
