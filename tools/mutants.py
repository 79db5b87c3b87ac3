"""Plant faults in law and rulekit, and name those that no test finds and no page explains.

    python tools/mutants.py [PART …]

Each part is mutated in a copy of its own under `build/mutants`, against the tests that are about
it: with all tests a mutant of a figure or of a field would wait for thousands that only pass by.
The drawn comparisons are left out. A survivor is explained when `docs/mutants.md` holds its
function and its changed lines, before and after. An interrupted part goes on where it was.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

PAGE = Path("docs/mutants.md")
COPIED = ("src", "tests", "tools", "docs", "pyproject.toml")
SURVIVED, NO_TESTS = 0, 33
OF_SUBJECTS: Final = ("premium", "tax", "benefit", "enrolment")
SHARED: Final = ("fields", "application", "exemption", "catalogue")
PARTS: Final = {
    "rulekit": (["src/kokunen/rulekit/*"], ["tests/rulekit"]),
    "exemption": (
        [
            "src/kokunen/law/exemption/*",
            *(f"src/kokunen/law/contract/{name}.py" for name in SHARED),
        ],
        [
            *(f"tests/law/test_exemption_{name}.py" for name in ("assess", "cycles", "refusals")),
            "tests/law/test_contract.py",
            "tests/law/test_fields.py",
            "tests/properties/test_oracle_agrees.py",
            "tests/properties/test_smallest_change.py",
            "tests/wording/test_rules_anew.py",
        ],
    ),
    "subjects": (
        [
            *sorted(map(str, Path("src/kokunen/law").glob("*.py"))),
            *(
                f"src/kokunen/law/contract/{n}.py"
                for n in ("premium", "tax", "benefit", "enrolment")
            ),
        ],
        sorted(
            str(path)
            for path in Path("tests/law").glob("test_*.py")
            if not re.search("exemption|contract|fields|figures", path.stem)
        ),
    ),
}


def prepare(part: str, folder: Path) -> None:
    """Copy the project for one part, with its own files to mutate and its own tests."""
    only, tests = PARTS[part]
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if Path(name).is_dir() else shutil.copy2
        copy(name, folder / name)
    settings = folder / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    for key, value in (("only_mutate", only), ("pytest_add_cli_args_test_selection", tests)):
        text = re.sub(
            rf"^{key} = \[[^\]]*\]", f"{key} = {json.dumps(value)}", text, flags=re.MULTILINE
        )
    settings.write_text(text, encoding="utf-8")
    (folder / "mutants" / "src").mkdir(parents=True)  # on the path before mutmut has filled it


def mutmut(folder: Path, *arguments: str) -> str:
    """Run mutmut in a copy; its mutated files come before the installed ones."""
    given = {"PYTHONPATH": str((folder / "mutants" / "src").resolve()), "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(  # noqa: S603 - our own tool on our own names
        [str(Path(sys.executable).with_name("mutmut")), *arguments],
        cwd=folder,
        env=os.environ | given,
        stdout=None if arguments[0] == "run" else subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout or ""


def survivors(folder: Path) -> dict[str, int]:
    """Return the exit code of every mutant that no test killed, or that no test reached."""
    codes: dict[str, int] = {}
    for meta in (folder / "mutants").rglob("*.meta"):
        codes |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    print(f"{folder.name}: {len(codes)} mutants", flush=True)
    return {name: code for name, code in codes.items() if code in (SURVIVED, NO_TESTS)}


def change(folder: Path, name: str) -> str:
    """Return a mutant as the page writes it."""
    shown = mutmut(folder, "show", name)
    before, after = (
        " ".join(re.findall(rf"^\{sign}(?!\{sign}\{sign})\s*(.*)$", shown, re.MULTILINE))
        for sign in "-+"
    )
    function = re.sub(r"\.x_?(ǁ)?|ǁ", ".", name).partition("__mutmut")[0]
    return f"| `{function}` | `{before}` | `{after}` |"


def main(parts: list[str]) -> int:
    """Mutate the parts; print each survivor without an explanation, and exit with 1 if any."""
    page = PAGE.read_text(encoding="utf-8")
    found: set[str] = set()
    for part in parts or list(PARTS):
        folder = Path("build/mutants") / part
        if not folder.exists():
            prepare(part, folder)
        mutmut(folder, "run", "--max-children", "2")
        found |= {change(folder, name) for name in survivors(folder)}
    missing = sorted(row for row in found if row not in page)
    for row in missing:
        print(f"{PAGE} does not explain: {row}")
    print(f"{len(found)} survivors, {len(found) - len(missing)} explained")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
