"""Refuse a word of the contract that `docs/glossary.md` does not explain.

The words are read off the code: the names of the calculators, every field that an adapter in
`law/contract` reads, and every key of an answer it gives. Prints one line per missing word.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from kokunen.law.contract.catalogue import CALCULATORS
from kokunen.law.exemption.rules import BANDS, DEDUCTIONS

GLOSSARY = Path("docs/glossary.md")
CONTRACT = Path("src/kokunen/law/contract")
READERS = {"month", "date", "whole", "flag", "choice", "inner", "raw", "has"} | {
    "optional_date",
    "optional_month",
}


def explained() -> set[str]:
    """Return every identifier in the first column of the glossary's tables."""
    rows = re.findall(r"^\| *(`[^|]*?) *\|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def words(node: ast.AST) -> list[ast.expr | None]:
    """Return what a piece of code names towards the reader of the contract."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return list(node.args[:1]) if node.func.attr in READERS else []
    return list(node.keys) if isinstance(node, ast.Dict) else []


def vocabulary() -> set[str]:
    """Return the words that the contract uses towards its readers."""
    read = {
        word.value
        for path in CONTRACT.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for word in words(node)
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    return read | set(CALCULATORS) | set(BANDS) | set(DEDUCTIONS)


def main() -> int:
    """Print each word without a row; the exit status says whether there was one."""
    missing = sorted(vocabulary() - explained())
    for word in missing:
        print(f"{GLOSSARY}: no row explains `{word}`")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
