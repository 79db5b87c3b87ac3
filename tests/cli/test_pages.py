"""`kokunen explain`, `explain-reason`, `law check-figures` and `demo`, as people type them."""

from __future__ import annotations

from pathlib import Path

import pytest

import kokunen.demo
from kokunen.cli import main

HOUSEHOLDS = Path(kokunen.demo.__file__).parent / "households"


def test_a_household_is_explained_on_one_page(capsys: pytest.CaptureFixture[str]) -> None:
    case = str(HOUSEHOLDS / "2-head-earns.json")
    assert main(["explain", case]) == 0
    assert "納付猶予" in capsys.readouterr().out
    assert main(["explain", case, "--lang", "en", "--html"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert '<html lang="en">' in page


@pytest.mark.parametrize("text", ["{", '{"applied_on": "2026-08-03"}', "[]"])
def test_a_case_that_cannot_be_read_is_refused_without_a_page(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.json"
    case.write_text(text, encoding="utf-8")
    assert main(["explain", str(case)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kokunen: ")


def test_a_reason_code_is_said_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain-reason", "too_old"]) == 0
    assert "2年" in capsys.readouterr().out
    assert main(["explain-reason", "too_late"]) == 2
    assert "too_old" in capsys.readouterr().err


def test_the_figures_due_are_listed_for_a_day_in_any_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["law", "check-figures", "--on", "R8.11.21"]) == 0
    listed = capsys.readouterr().out
    assert "back_payment.add_on_rates" in listed
    assert "2027-04" in listed
    assert "2027-07" in listed
    assert main(["law", "check-figures"]) == 0
    assert main(["law", "check-figures", "--on", "昭和64年2月1日"]) == 2
    assert "平成元年2月1日" in capsys.readouterr().err


def test_the_demonstration_explains_every_household(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", "--examples", "--out", str(tmp_path / "pages")]) == 0
    printed = capsys.readouterr().out
    cases = sorted(HOUSEHOLDS.glob("*.json"))
    assert len(cases) == 9
    for case in cases:
        for lang in ("ja", "en", "plain-ja"):
            assert f"{case.stem}.{lang}.html" in {p.name for p in (tmp_path / "pages").iterdir()}
    assert printed.count("架空の世帯") >= len(cases)
