"""Example households, all invented, and the pages that explain what they get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from kokunen.wording.explain import page
from kokunen.wording.words import LANGUAGES

HOUSEHOLDS: Final = Path(__file__).parent / "households"
DEFAULT_OUT: Final = Path("build/demo")


def households() -> dict[str, Any]:
    """Return the example cases by name, in the order in which they are shown."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(HOUSEHOLDS.glob("*.json"))
    }


def run(out: Path | None = None) -> int:
    """Print the page of every household, and write all as HTML in each language; exit status 0."""
    folder = DEFAULT_OUT if out is None else out
    folder.mkdir(parents=True, exist_ok=True)
    cases = households()
    for name, case in cases.items():
        print(page(case), end="\n\n\n")
        for lang in LANGUAGES:
            text = page(case, lang=lang, html=True)
            (folder / f"{name}.{lang}.html").write_text(text, encoding="utf-8")
    print("=" * 100)
    print(f"{len(cases)}世帯の説明を、日本語・英語・やさしい日本語のHTMLでも書きました。")
    for name, case in cases.items():
        print(f"  {folder / f'{name}.ja.html'}  {case['title']}")
    print("自分の世帯で試すには: kokunen explain CASE.json [--lang ja|en|plain-ja] [--html]")
    return 0
