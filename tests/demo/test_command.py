"""`kokunen demo` as its users call it: it starts, answers, stops, goes on, and is deleted."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def apart(home: Path) -> dict[str, str]:
    """An office of its own, with nothing of the tests' office in its environment."""
    kept = {name: value for name, value in os.environ.items() if "KOKUNEN" not in name}
    kept.pop("DATABASE_URL", None)
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return kept | {"KOKUNEN_HOME": str(home)}


def kokunen(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kokunen", "demo", *arguments],
        env=apart(home),
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def shown(home: Path) -> str:
    """Let the demonstration serve until it has said where, and stop it as Ctrl-C does."""
    command = [sys.executable, "-m", "kokunen", "demo", "--port", "0"]
    said = []
    with subprocess.Popen(command, env=apart(home), stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        for line in serving.stdout:
            said.append(line)
            if "最初の案件" in line:
                serving.send_signal(signal.SIGINT)
    return "".join(said)


def test_it_starts_answers_stops_goes_on_and_is_deleted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = kokunen(home, "--check", "--scale", "0.002")
    assert first.returncode == 0, first.stderr
    assert "全員が架空" in first.stdout
    assert first.stderr.count("案件") == 0, first.stderr
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

    said = shown(home)
    assert "初木 歩" in said
    assert "D0001" in said

    code = kokunen(home, "code", "D0001")
    assert code.returncode == 0
    assert len(code.stdout.strip()) == 6

    gone = kokunen(home, "--reset")
    assert gone.returncode == 0, gone.stderr
    assert list(home.iterdir()) == []


BREAK = """
from kokunen import sites
sites.start("owner")
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("UPDATE demo.lived SET finished_at = NULL")
    cursor.execute("ALTER TABLE cases_step DISABLE TRIGGER USER")
    cursor.execute(
        "UPDATE cases_step SET kind = 'taken'"
        " WHERE id = (SELECT min(id) FROM cases_step WHERE kind = 'closed') RETURNING case_id"
    )
    print(cursor.fetchone()[0])
connection.close()
"""


def test_it_lives_through_a_year_says_so_and_fails_when_something_is_broken(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    year = ("--year", "2026", "--no-serve", "--scale", "0.001")
    lived = kokunen(home, *year)
    assert lived.returncode == 0, lived.stderr
    last = lived.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"2026年度: 住民606人、出来事\d+件、案件\d+件\(完結・取下げ\d+、結果などを待つ\d+\)、"
        r"二重の届出を断った\d+件、誤り0件、\d+\.\d秒",
        last,
    )
    again = kokunen(home, *year)
    assert (again.returncode, "もう2026年度" in again.stderr) == (2, True)

    environment = {name: value for name, value in os.environ.items() if "KOKUNEN" not in name}
    case = subprocess.run(
        [sys.executable, "-c", BREAK],
        env=environment | {"KOKUNEN_HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    broken = kokunen(home, *year)
    assert broken.returncode == 1, broken.stderr
    assert f"案件 {case}: " in broken.stderr
    assert "誤り1件" in broken.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--no-serve", "--scale", "half"], "数ではありません"),
        (["--no-serve", "--scale", "2"], "規模 2.0 の市は作れません"),
        (["--no-serve", "--year", "2030"], "2030年度は過ごせません"),
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
