"""Refuse what no reader should meet: registry hosts, machine paths, unexplained exceptions.

Run from the root of the repository; prints one line per finding and exits with 1 if there is any.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_FOLDERS = {".git", ".venv", "build", "mutants", "__pycache__", "node_modules"}
LONGEST_MODULE = 400  # lines; beyond it a module is two subjects

# A letter of each word stands in brackets, so that this file does not find itself.
EVERYWHERE = {
    "names a package registry": re.compile(
        r"pyp[i]\.org|python[h]osted|np[m]js\.(org|com)|deb\.debia[n]\.org", re.IGNORECASE
    ),
    "names a path of one machine": re.compile(r"(?<![\w.])/(wor[k]|roo[t]|hom[e]/\w+)/\w"),
}
IN_PYTHON = {
    "leaves a test out": re.compile(r"pytest\.(mark\.)?(ski[p]|xfai[l])"),
    "switches a check off without its code and reason": re.compile(
        r"#\s*(noq[a](?!: [A-Z]+\d+[\w, ]*\s+[-#—])|type:\s*ignor[e](?!\[[\w, -]+\]\s+[-#—]))"
    ),
    "leaves work for later": re.compile(r"\b(TOD[O]|FIXM[E]|NotImplementedErro[r])\b"),
}


def files() -> Iterator[Path]:
    """Every file of the project, in order; none that a tool made."""
    for path in sorted(Path().rglob("*")):
        parts = path.parts[:-1]
        made = any(p in OWN_FOLDERS or p.endswith((".egg-info", "_cache")) for p in parts)
        if path.is_file() and not made and ".hypothesis" not in parts:
            yield path


def findings(path: Path) -> Iterator[str]:
    """Say what is wrong with one file, a line each."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return
    python = path.suffix == ".py"
    for number, line in enumerate(lines, start=1):
        for what, pattern in (EVERYWHERE | IN_PYTHON if python else EVERYWHERE).items():
            if pattern.search(line):
                yield f"{path}:{number}: {what}: {line.strip()[:80]}"
    generated = path.parent.name == "migrations"
    if python and path.parts[0] == "src" and not generated and len(lines) > LONGEST_MODULE:
        yield f"{path}: {len(lines)} lines; above {LONGEST_MODULE} it is two subjects"


def main() -> int:
    """Print every finding; the exit status says whether there was one."""
    found = [finding for path in files() for finding in findings(path)]
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
