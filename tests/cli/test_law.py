"""`kokunen law`, called as its users call it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.cli import main
from kokunen.law.contract.catalogue import CALCULATORS

if TYPE_CHECKING:
    from pathlib import Path

SPEC = [
    "premium",
    "prepayment",
    "early-debit",
    "back-payment",
    "exemption-limits",
    "assess-exemption",
    "employment-income",
    "enrolment",
    "count-months",
    "retroactive-limit",
    "exemption-cycle",
    "student-cycle",
    "childbirth",
    "childcare",
    "statutory",
    "unemployment",
    "old-age-pension",
    "disability-pension",
    "support-benefit",
    "death-lump-sum",
    "withdrawal-lump-sum",
    "contribution-requirement",
    "late-charge",
    "enforcement",
]


class Typed:
    """Standard input as a clerk's file."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def ask(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    data: bytes,
    *arguments: str,
) -> tuple[int, list[dict[str, Any]]]:
    monkeypatch.setattr(sys, "stdin", Typed(data))
    code = main(["law", *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_list_shows_every_calculator_with_its_articles(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["law", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(CALCULATORS)
    assert sorted(CALCULATORS) == sorted(SPEC)
    assert all("条" in line.rpartition("[")[2] for line in lines)


def test_one_line_one_answer_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b'{"month": "2025-04"}\n{"month": "2026-04"}\n'
    code, answers = ask(monkeypatch, capsys, data, "premium")
    assert (code, [one["premium"] for one in answers]) == (0, [17510, 17920])
    assert all(one["sources"] for one in answers)


def test_a_bad_line_is_answered_in_its_place_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        b"not json",
        b"",
        b"\xff\xfe",
        b"[1]",
        b'{"month": "2026-07", "month": "2026-08"}',
        b'{"month": NaN}',
        b'{"month": "2026-13"}',
        b'{"month": "2026-07", "moth": 1}',
        b"{}",
        b'{"month": "1989-03"}',
    ]
    good = b'{"month": "2026-07"}'
    code, answers = ask(monkeypatch, capsys, b"\n".join([good, *bad, good]) + b"\n\n", "premium")
    assert code == 1
    assert [one.get("premium") for one in answers] == [17920, *[None] * len(bad), 17920]
    errors = [one["error"] for one in answers[1:-1]]
    assert [error["code"] for error in errors] == [
        "invalid_json",
        "invalid_json",
        "invalid_json",
        "invalid_type",
        "invalid_json",
        "invalid_json",
        "invalid_month",
        "unknown_field",
        "missing_field",
        "no_value_in_force",
    ]
    assert [error["field"] for error in errors] == [
        *("", "", "", "", "month", "", "month", "moth", "month", "month"),
    ]
    assert all(set(error) == {"code", "field", "message", "fix"} for error in errors)
    assert all(error["message"] and error["fix"] for error in errors)


def test_one_object_may_be_written_over_several_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b'\xef\xbb\xbf{\n  "month": "2026-07"\n}\n'
    code, answers = ask(monkeypatch, capsys, data, "premium")
    assert (code, len(answers), answers[0]["premium"]) == (0, 1, 17920)


def test_a_bad_first_line_does_not_swallow_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answers = ask(monkeypatch, capsys, b'{"month":\n{"month": "2026-07"}\n', "premium")
    assert code == 1
    assert [set(one) >= {"premium"} for one in answers] == [False, True]


def test_no_input_gives_no_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(monkeypatch, capsys, b"", "premium") == (0, [])
    assert ask(monkeypatch, capsys, b"\n\n", "premium") == (0, [])


def test_a_file_is_read_and_a_missing_one_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.json"
    case.write_text('{"applied_on": "R6.7.15"}', encoding="utf-8")
    assert main(["law", "retroactive-limit", str(case)]) == 0
    assert json.loads(capsys.readouterr().out)["oldest_month"] == "2022-06"
    assert main(["law", "retroactive-limit", str(tmp_path / "none.json")]) == 2
    assert "none.json が読めません" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["law"], ["law", "premum"]])
def test_an_unknown_calculator_is_refused_with_the_way_to_the_list(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "kokunen law --list" in capsys.readouterr().err


def test_explain_adds_an_explanation_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = b'{"month": "2026-07"}'
    _, (plain,) = ask(monkeypatch, capsys, data, "premium")
    _, (explained,) = ask(monkeypatch, capsys, data, "premium", "--explain")
    steps = explained.pop("explanation")
    assert explained == plain
    assert {"text": "保険料月額(2026-07)", "value": "17920"}.items() <= steps[0].items()


def test_whoever_stops_reading_gets_no_traceback(tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_bytes(b'{"month": "2026-07"}\n' * 20_000)
    command = [sys.executable, "-m", "kokunen", "law", "premium", str(lines)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert b"17920" in running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 1


def test_one_line_of_law_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "kokunen", "law", "premium"],
        input=b'{"month": "2026-07"}',
        capture_output=True,
        check=True,
    )
    imported = {line.rpartition(b"|")[2].strip() for line in done.stderr.splitlines()}
    assert b"yaml" in imported
    assert not imported & {b"polars", b"narwhals", b"rich", b"pyspark", b"typer", b"numpy"}
