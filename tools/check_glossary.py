"""Refuse a word of the contract or of the law that `docs/glossary.md` does not explain.

The words are `kokunen.law.contract.VOCABULARY` where that exists, and otherwise the names of the
fields of every class in `src/kokunen/law`. Prints one line per missing word and exits with 1.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path

GLOSSARY = Path("docs/glossary.md")
LAW = Path("src/kokunen/law")


def explained() -> set[str]:
    """Return every identifier in the first column of the glossary's tables."""
    rows = re.findall(r"^\| *(`[^|]*?) *\|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row)}


def fields() -> set[str]:
    """Return the public field names of the classes of the law."""
    return {
        item.target.id
        for path in LAW.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        if not item.target.id.startswith("_")
    }


def vocabulary() -> set[str]:
    """Return the words that the code uses towards its readers."""
    registered = getattr(importlib.import_module("kokunen.law.contract"), "VOCABULARY", None)
    return fields() if registered is None else set(registered)


def main() -> int:
    """Print each word without a row; the exit status says whether there was one."""
    missing = sorted(vocabulary() - explained())
    for word in missing:
        print(f"{GLOSSARY}: no row explains `{word}`")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
