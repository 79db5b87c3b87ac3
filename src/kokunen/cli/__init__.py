"""The command line: the law (``kokunen law``, ``explain``, ``assess``) and the office.

A command imports what it needs when it is called, so that one line of law answers in under 0.3 s.
The clock enters the product here and nowhere below.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, WRONG, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all answered; something was refused; the command cannot be run as given; Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a refusal is printed, never a traceback."""
    from kokunen.dates.errors import Refusal

    given = _parser().parse_args(arguments)
    try:
        code: int = given.run(given)
    except Refusal as refusal:
        print(f"kokunen: {refusal.message}\n  {refusal.fix}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("kokunen: 中断しました。", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has read enough; what is still to be flushed goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kokunen", description="国年: 国民年金の窓口と徴収の業務")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    law = commands.add_parser("law", help="法令の計算(JSON Lines を読み、JSON Lines で答える)")
    law.add_argument("name", nargs="?", metavar="NAME", help="計算の名前、または check-figures")
    law.add_argument("file", nargs="?", type=Path, metavar="FILE", help="省略すると標準入力")
    law.add_argument("--explain", action="store_true", help="答えに計算の過程を加える")
    law.add_argument("--list", action="store_true", help="計算の一覧と根拠条文")
    law.add_argument("--on", metavar="DATE", help="check-figures の基準日(省略すると今日)")
    law.set_defaults(run=_law)

    explain = commands.add_parser("explain", help="1件の申請の説明を1ページで出す")
    explain.add_argument("case", type=Path, metavar="CASE.json")
    explain.add_argument("--lang", choices=("ja", "en", "plain-ja"), default="ja")
    explain.add_argument("--html", action="store_true", help="HTMLで出す")
    explain.set_defaults(run=_explain)

    reason = commands.add_parser("explain-reason", help="理由コードを言葉にする")
    reason.add_argument("code", metavar="CODE")
    reason.add_argument("--lang", choices=("ja", "en", "plain-ja"), default="ja")
    reason.set_defaults(run=_explain_reason)

    assess = commands.add_parser("assess", help="全員分を一度に試算する(Parquet)")
    assess.add_argument("people", type=Path, metavar="PEOPLE.parquet")
    assess.add_argument("incomes", type=Path, metavar="INCOMES.parquet")
    assess.add_argument("--month", action="append", required=True, metavar="YYYY-MM")
    assess.add_argument("--out", type=Path, required=True, metavar="OUT.parquet")
    assess.add_argument("--engine", choices=("polars", "spark"), default="polars")
    assess.add_argument("--quarantine", type=Path, metavar="FILE", help="不備の行を分けて続ける")
    assess.set_defaults(run=_assess)

    from kokunen.cli import audit, demo, exchange, layout, linkage, office, staff, vault

    for area in (demo, office, staff, audit, vault, exchange, layout, linkage):
        area.add(commands)
    return parser


def _law(given: argparse.Namespace) -> int:
    from kokunen.cli import law

    if given.list:
        return law.show_calculators()
    if given.name == "check-figures":
        return law.check_figures(given.on)
    return law.answer_lines(given.name, given.file, explain=given.explain)


def _explain(given: argparse.Namespace) -> int:
    from kokunen.cli.reading import one_object
    from kokunen.wording.explain import page

    print(page(one_object(given.case), lang=given.lang, html=given.html), end="")
    return OK


def _explain_reason(given: argparse.Namespace) -> int:
    from kokunen.wording.reasons import in_words

    print(in_words(given.code, given.lang))
    return OK


def _assess(given: argparse.Namespace) -> int:
    from kokunen.cli.assess import run

    return run(given)
