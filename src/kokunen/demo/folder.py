"""The home of a demonstration: marked as such, and only then filled or emptied."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.demo.places import CITY, PREFECTURE
from kokunen.postgres import embedded, home, roles

if TYPE_CHECKING:
    from pathlib import Path

MARK: Final = "KOKUNEN-DEMO"
_OURS: Final = (
    "postgres",
    "secrets",
    "audit",
    "exchange",
    "logs",
    "demo-sign-in.txt",
    "office.json",
)
"""What the programs of an office put into their home; nothing else is ever deleted."""

OFFICE: Final = {
    "name": CITY,
    "department": "国民年金課",
    "address": f"999-0000 {PREFECTURE}{CITY}澄野本町1番1号",
    "phone": "000-000-0000",
    "hours": "平日8時30分から17時15分まで",
}
"""Who writes in the invented city, on forms and notices."""


class UnableToUseHome(Refusal):
    """The folder holds something that is not a demonstration, or one that is running."""

    code = "demo_home"


def is_demo() -> bool:
    """Tell whether the home bears the mark."""
    return (home.folder() / MARK).is_file()


def claim() -> None:
    """Mark an empty home as one of a demonstration; do nothing where the mark is.

    Raises `UnableToUseHome` for a folder that has something else in it.
    """
    folder = home.folder()
    if is_demo():
        return
    if any(folder.iterdir()):
        raise UnableToUseHome(
            f"{folder} には、デモではないものが入っています。",
            fix="KOKUNEN_HOME に空のフォルダか、まだないフォルダを指定してください。",
            field="KOKUNEN_HOME",
        )
    text = "架空の市のデモが入っています。kokunen demo --reset はこのフォルダの中身を消します。\n"
    (folder / MARK).write_text(text, encoding="utf-8")
    (folder / "office.json").write_text(
        json.dumps(OFFICE, ensure_ascii=False, indent=1), encoding="utf-8"
    )


def guide(words: str) -> None:
    """Let the first screen say with what a newcomer may begin; told once, told again."""
    mark = home.folder() / MARK
    text = mark.read_text(encoding="utf-8").splitlines()[0]
    mark.write_text(f"{text}\n{words}\n", encoding="utf-8")


def guidance() -> str:
    """Return what `guide` told ("": nothing)."""
    return "".join((home.folder() / MARK).read_text(encoding="utf-8").splitlines()[1:])


def reset() -> Path:
    """Delete what a demonstration has put into its home, and return the folder.

    Raises `UnableToUseHome` for a home without the mark, for one whose site is running, and where
    ``DATABASE_URL`` names a server that is not ours to empty.
    """
    folder = home.folder()
    if not is_demo():
        raise UnableToUseHome(
            f"{folder} はデモのフォルダではないので、何も消しません。",
            fix="デモを動かしたときの KOKUNEN_HOME を指定してください。",
            field="KOKUNEN_HOME",
        )
    if not roles.is_embedded():
        raise UnableToUseHome(
            "DATABASE_URL のデータベースは、このコマンドでは消しません。",
            fix="データベースの管理者に、そのデータベースの作り直しを頼んでください。",
            field="DATABASE_URL",
        )
    if embedded.answers() and _others():
        raise UnableToUseHome(
            "このデモは別の端末の画面で動いています。",
            fix="動いているデモを Ctrl-C で止めてから、もう一度実行してください。",
        )
    embedded.stop()
    for name in _OURS:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    # Last: a deletion that was interrupted can be repeated.
    (folder / MARK).unlink()
    return folder


def _others() -> bool:
    """Tell whether somebody is connected to the embedded server."""
    import psycopg  # noqa: PLC0415 - a tenth of a second that the other commands need not wait for

    given: dict[str, Any] = dict(roles.admin_parameters())
    with psycopg.connect(**given) as administrator:
        row = administrator.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchone()
    return row != (0,)
