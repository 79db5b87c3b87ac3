"""Whole answers, word for word: the working, the notes and the refusals a clerk reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kokunen.law.contract.catalogue import answer

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "answers" / "benefits.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


@pytest.mark.parametrize("line", LINES, ids=[f"{n}-{line['name']}" for n, line in enumerate(LINES)])
def test_the_answer_reads_as_agreed(line: dict[str, Any]) -> None:
    assert answer(line["name"], line["given"], explain=True) == line["answer"]
