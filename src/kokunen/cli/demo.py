"""``kokunen demo``: an invented city with its office, on this machine alone."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kokunen.cli import OK, WRONG
from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    import argparse
    from fractions import Fraction

    from rich.progress import Progress, TaskID

PORT: Final = 8000
SCALE: Final = "0.05"
PATIENCE: Final = 60.0
"""Seconds until the site must answer with --check."""


class UnableToShowDemo(Refusal):
    """The scale is no number, or the site does not answer."""

    code = "demo"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``demo``."""
    demo = commands.add_parser("demo", help="架空の市の国民年金課を、この端末で動かす")
    demo.add_argument(
        "what", nargs="*", metavar="code STAFF", help="code 職員番号: 今の確認コードを出す"
    )
    demo.add_argument("--scale", default=None, metavar="S", help=f"0.01〜1 (省略すると{SCALE})")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="同じ数なら同じ市")
    demo.add_argument(
        "--year", type=int, metavar="Y", help="1年度(4月から翌年3月)を過ごし、点検する"
    )
    demo.add_argument("--port", type=int, default=PORT, metavar="P", help="使用中なら空きを使う")
    demo.add_argument("--no-serve", action="store_true", help="市を作るだけで、画面は動かさない")
    demo.add_argument("--check", action="store_true", help="画面が答えるのを確かめて終わる")
    demo.add_argument("--reset", action="store_true", help="デモのフォルダの中身を消す")
    demo.add_argument("--examples", action="store_true", help="架空の世帯の試算と説明を出す")
    demo.add_argument("--out", type=Path, default=None, help="--examples のHTMLを置く場所")
    demo.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Do what the arguments say."""
    if given.examples:
        from kokunen.demo import examples

        return examples.run(given.out)
    if given.what:
        return _code(given.what)
    if given.reset:
        from kokunen.demo import folder

        print(f"{folder.reset()} のデモを消しました。")
        return OK
    return _make(given) if given.no_serve else _show(given)


def _code(what: list[str]) -> int:
    from kokunen.demo import sign_ins

    if len(what) != 2 or what[0] != "code":  # noqa: PLR2004 - the word and the number
        raise UnableToShowDemo(
            f"「{' '.join(what)}」は分かりません。",
            fix="kokunen demo code 職員番号 と書いてください。",
        )
    print(sign_ins.code(what[1], at=datetime.now(UTC)))
    return OK


def _scale(given: argparse.Namespace) -> Fraction:
    """Return the scale asked for; else that of the city which is there, else the usual one."""
    from fractions import Fraction

    from kokunen.demo import load

    if given.scale is None:
        there = load.marked_scale()
        return Fraction(SCALE) if there is None else there
    try:
        return Fraction(given.scale)
    except (ValueError, ZeroDivisionError) as wrong:
        raise UnableToShowDemo(
            f"規模「{given.scale}」は数ではありません。",
            fix="--scale には 0.01 から 1 までの数を指定してください。",
            field="scale",
        ) from wrong


def _make(given: argparse.Namespace) -> int:
    """Make the office and the city, with a bar; a program of its own, as it is the owner's."""
    from kokunen import sites
    from kokunen.demo import folder
    from kokunen.postgres import roles

    if given.year is not None:
        from kokunen.demo.year import check

        check(given.year)
    if roles.is_embedded():
        folder.claim()
    sites.start("owner")
    from django.db import connections

    try:
        return _fill(given)
    finally:
        # Else this program would not be alone with the server that it started, and leave it.
        connections.close_all()


def _fill(given: argparse.Namespace) -> int:
    """Make what is missing; then let the city live, through a year or up to a morning."""
    from kokunen.sites import migrating

    migrating.prepare()
    migrating.migrate(verbosity=0)
    from rich.console import Console
    from rich.progress import Progress

    from kokunen.demo import folder, guided, last_night, making, morning, yearly

    scale = _scale(given)
    at = datetime.now(UTC) if given.year is None else yearly.noon(given.year)
    with Progress(console=Console(file=sys.stderr)) as progress:
        bar = _Bar(progress)
        made = making.make(
            at=at,
            scale=scale,
            seed=given.seed,
            processes=min(4, os.cpu_count() or 1),
            start=bar.start,
            tell=bar.tell,
            clock=time.monotonic,
        )
    print(
        f"架空の市 澄野市: {made.loaded.people:,}人、{made.loaded.rows:,}行"
        f"(今回 {made.seconds:.1f}秒)。全員が架空で、実在する人は一人もいません。",
        flush=True,
    )
    if given.year is None:
        failures = morning.prepare(scale=scale, seed=given.seed)
        for failure in (*failures, *last_night.prepare(scale=scale, seed=given.seed)):
            print(failure, file=sys.stderr)
        if folder.is_demo():
            folder.guide(guided.FIRST_CASE)
        return OK
    with Progress(console=Console(file=sys.stderr)) as progress:
        bar = _Bar(progress, f"{given.year}年度を過ごす")
        lived = yearly.live(
            year=given.year,
            scale=scale,
            seed=given.seed,
            start=bar.start,
            tell=bar.tell,
            clock=time.monotonic,
        )
    for failure in lived.failures:
        print(failure, file=sys.stderr)
    print(lived, flush=True)
    return WRONG if lived.failures else OK


class _Bar:
    """What is done, of all there is to do: people who are in the city, days that are over."""

    def __init__(self, progress: Progress, what: str = "住民を作る") -> None:
        self._progress = progress
        self._what = what
        self._task: TaskID | None = None

    def start(self, total: int, there: int) -> None:
        self._task = self._progress.add_task(self._what, total=total, completed=there)

    def tell(self, done: int) -> None:
        if self._task is not None:
            self._progress.advance(self._task, done)


def _show(given: argparse.Namespace) -> int:
    """Make what is missing, then serve until Ctrl-C (or until the site has answered)."""
    from kokunen import sites
    from kokunen.demo import folder
    from kokunen.postgres import embedded, roles

    if roles.is_embedded():
        folder.claim()
    started = roles.is_embedded() and embedded.start()
    try:
        # The city is loaded as the owner of the database and the site runs as the web role: two
        # programs, so that the workers of the site never inherit the owner's connection.
        code = _run([*_kokunen("demo", "--no-serve"), *_asked(given)])
        if code != OK:  # the other program has said why
            return code
        from kokunen.sites import serving

        port = serving.free_port(given.port)
        if given.check:
            return _check(port)
        serving.serve(port=port, ready=lambda: _tell(port))
    finally:
        if started:
            sites.stop_when_alone()
    return OK


def _run(command: list[str]) -> int:
    """Run a program to its end; Ctrl-C reaches it too, and how it ends is its own business."""
    import subprocess

    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603 - our own program
    finally:
        signal.signal(signal.SIGINT, before)


def _asked(given: argparse.Namespace) -> list[str]:
    scale = [] if given.scale is None else ["--scale", given.scale]
    year = [] if given.year is None else ["--year", str(given.year)]
    return [*scale, *year, "--seed", str(given.seed)]


def _kokunen(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kokunen", *arguments]


def _tell(port: int) -> None:
    """Print where the site is, and how each role signs in."""
    from kokunen.demo import folder, sign_ins

    lines = [
        "",
        f"  http://127.0.0.1:{port}/  (この端末からだけ届きます。Ctrl-C で止まります)",
        "",
        "  ここにいる住民・職員・市はすべて架空です。実在の人の情報を入れないでください。",
        "",
        "  職員番号  パスワード        役割　　　　　所属",
    ]
    lines += [
        f"  {one.staff_number:<8}  {one.password:<16}  {one.role:　<7}{one.room}"
        for one in sign_ins.read()
    ]
    lines += [
        "",
        "  確認コード(6桁)は、別の画面で  kokunen demo code 職員番号  と打つと出ます。",
        f"  認証アプリを使うときの鍵と、この一覧は {sign_ins.file()} にあります。",
        "",
        f"  最初の案件: {folder.guidance()}",
        "",
    ]
    print("\n".join(lines), flush=True)


def _check(port: int) -> int:
    """Start the site, ask for its health and for the sign-in page, and stop it."""
    import subprocess

    site = subprocess.Popen(_kokunen("serve", "--port", str(port)))  # noqa: S603 - our own program
    try:
        for path in ("health/ready", "sign-in/"):
            _await(f"http://127.0.0.1:{port}/{path}")
            print(f"/{path}: 200", flush=True)
    finally:
        site.send_signal(signal.SIGINT)
        site.wait(timeout=PATIENCE)
    return OK


def _await(address: str) -> None:
    """Return when the address answers with 200; raise `UnableToShowDemo` when it does not."""
    import urllib.request

    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:  # noqa: PLR2004 - OK of HTTP
                    return
        except OSError:
            pass
        if time.monotonic() > until:
            raise UnableToShowDemo(
                f"{address} が{PATIENCE:.0f}秒以内に答えません。",
                fix="kokunen doctor で設定とデータベースを点検してください。",
            )
        time.sleep(0.2)
