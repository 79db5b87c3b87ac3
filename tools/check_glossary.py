"""Refuse a word of the product that `docs/glossary.md` does not explain.

The words are read off the code: the names of the calculators, every field that an adapter in
`law/contract` reads, every key of an answer it gives, and the codes of the register, of cases, of
the exchange, of access and of its record; the filings themselves stand in `docs/filings.md`. Prints
one line per missing word.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from kokunen.access import domain as access
from kokunen.audit import domain as audit
from kokunen.cases import domain as cases
from kokunen.cases.catalogue import kinds
from kokunen.interchange import domain as interchange
from kokunen.interchange.outbox import passwords, transfers
from kokunen.interchange.reconciliation import matching, reasons
from kokunen.law.contract.catalogue import CALCULATORS
from kokunen.law.exemption.rules import BANDS, DEDUCTIONS
from kokunen.people import codes

GLOSSARY = Path("docs/glossary.md")
CONTRACT = Path("src/kokunen/law/contract")
_EXCHANGE = (interchange, passwords, transfers, matching, reasons)
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


def coded() -> set[str]:
    """Return the codes of the office, and the name of each list of them."""
    lists = [access.Role, access.Field, access.Permission, audit.Act]
    lists += [
        kind
        for module in (codes, cases, kinds, *_EXCHANGE)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, codes.Code) and kind is not codes.Code
    ]
    return {kind.__name__ for kind in lists} | {code.value for kind in lists for code in kind}


def vocabulary() -> set[str]:
    """Return the words that the product uses towards its readers."""
    read = {
        word.value
        for path in CONTRACT.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for word in words(node)
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    return read | coded() | set(CALCULATORS) | set(BANDS) | set(DEDUCTIONS)


def main() -> int:
    """Print each word without a row; the exit status says whether there was one."""
    missing = sorted(vocabulary() - explained())
    for word in missing:
        print(f"{GLOSSARY}: no row explains `{word}`")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
