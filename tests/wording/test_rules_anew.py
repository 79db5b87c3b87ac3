"""The rules of exemption, built anew, read aloud as their committed pages say."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from kokunen.law.exemption import rules
from kokunen.rulekit.tree import lines_of
from kokunen.wording.aloud import definitions, listed, listed_choice

PAGES = Path(__file__).parents[2] / "docs" / "rules"


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("band", rules.BANDS)
def test_a_band_reads_as_its_page(band: str) -> None:
    built = runpy.run_path(rules.__file__, run_name=rules.__name__)["PASSES"][band]
    text = page(f"band-{band}")
    assert "\n".join(listed(built)) in text
    for line in lines_of(built):
        assert f"| {line.text} | `{line.code}` | {line.source} |" in text
    for label, meaning in definitions(built).items():
        assert f"- **{label}** = {meaning}" in text


def test_the_choice_of_the_band_reads_as_its_page() -> None:
    built = runpy.run_path(rules.__file__, run_name=rules.__name__)["BAND"]
    assert "\n".join(listed_choice(built)) in page("choice-of-band")


def test_the_ages_read_as_their_pages() -> None:
    built = runpy.run_path(rules.__file__, run_name=rules.__name__)
    assert "\n".join(listed(built["DEFERRAL_OPEN"])) in page("deferral-open")
    assert "\n".join(listed(built["OF_INSURABLE_AGE"])) in page("insurable-age")
