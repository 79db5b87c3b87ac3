"""What `kokunen demo` may fill and what `--reset` may delete."""

from pathlib import Path

import pytest

from kokunen.demo import folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KOKUNEN_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "home"


def test_an_empty_home_is_marked_once(home: Path) -> None:
    folder.claim()
    folder.claim()
    assert sorted(path.name for path in home.iterdir()) == [folder.MARK, "office.json"]


def test_a_home_with_something_else_is_left_alone(home: Path) -> None:
    home.mkdir()
    (home / "secrets").mkdir()
    with pytest.raises(folder.UnableToUseHome, match="デモではないもの"):
        folder.claim()
    with pytest.raises(folder.UnableToUseHome, match="何も消しません"):
        folder.reset()
    assert [path.name for path in home.iterdir()] == ["secrets"]


def test_reset_deletes_what_the_demonstration_made_and_nothing_else(home: Path) -> None:
    folder.claim()
    (home / "secrets").mkdir()
    (home / "secrets" / "audit_key").write_text("x")
    (home / "demo-sign-in.txt").write_text("x")
    (home / "letters.txt").write_text("mine")
    (home.parent / "outside").mkdir()
    (home / "logs").symlink_to(home.parent / "outside")
    folder.reset()
    assert [path.name for path in home.iterdir()] == ["letters.txt"]
    assert (home.parent / "outside").is_dir()


def test_reset_leaves_a_given_server_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.claim()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/kokunen")
    with pytest.raises(folder.UnableToUseHome, match="DATABASE_URL"):
        folder.reset()
    assert folder.is_demo()
    assert home.is_dir()
