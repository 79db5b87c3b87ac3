"""`kokunen demo` as its users call it: it starts, answers, stops, goes on, and is deleted."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def kokunen(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # An office of its own, with nothing of the tests' office in its environment.
    kept = {name: value for name, value in os.environ.items() if "KOKUNEN" not in name}
    kept.pop("DATABASE_URL", None)
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "kokunen", "demo", *arguments],
        env=kept | {"KOKUNEN_HOME": str(home)},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_it_starts_answers_stops_goes_on_and_is_deleted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = kokunen(home, "--check", "--scale", "0.002")
    assert first.returncode == 0, first.stderr
    assert "全員が架空" in first.stdout
    assert "/health/ready: 200" in first.stdout
    assert "/sign-in/: 200" in first.stdout
    assert not (home / "postgres" / "postmaster.pid").exists()

    signed = (home / "demo-sign-in.txt").read_text(encoding="utf-8")
    again = kokunen(home, "--no-serve")
    assert again.returncode == 0, again.stderr
    assert "1,211人" in again.stdout
    assert (home / "demo-sign-in.txt").read_text(encoding="utf-8") == signed
    other = kokunen(home, "--no-serve", "--scale", "0.01")
    assert (other.returncode, "別の架空の市" in other.stderr) == (2, True)

    code = kokunen(home, "code", "D0001")
    assert code.returncode == 0
    assert len(code.stdout.strip()) == 6

    gone = kokunen(home, "--reset")
    assert gone.returncode == 0, gone.stderr
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-serve", "--scale", "half"], "数ではありません"),
        (["--no-serve", "--scale", "2"], "規模 2.0 の市は作れません"),
        (["code"], "分かりません"),
        (["code", "D9999"], "サインイン情報がありません"),
        (["--reset"], "何も消しません"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    refused = kokunen(tmp_path / "home", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
