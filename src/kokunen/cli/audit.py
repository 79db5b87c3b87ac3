"""``kokunen audit``: seal, anchor, verify, disclose, review."""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK, WRONG
from kokunen.cli.acting import program
from kokunen.dates.errors import Refusal

if TYPE_CHECKING:
    import argparse

    from kokunen.audit.findings import Report
    from kokunen.audit.reviewing import Limits


class UnableToReadOption(Refusal):
    """An option of the command line or a setting cannot be read."""

    code = "option"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``audit`` and its own commands."""
    audit = commands.add_parser("audit", help="記録の封印・アンカー・検証・開示・点検")
    under = audit.add_subparsers(required=True, metavar="WHAT")

    seal = under.add_parser("seal", help="済んだ記録を封印する")
    seal.add_argument("--every", type=float, metavar="SECONDS", help="止めるまで繰り返す")
    seal.set_defaults(run=_seal)

    anchor = under.add_parser("anchor", help="封印して、その日の先頭を外のファイルに残す")
    anchor.set_defaults(run=_anchor)

    verify = under.add_parser("verify", help="改ざん・欠け・入れ替えを探す(あれば終了コード1)")
    verify.set_defaults(run=_verify)

    disclose = under.add_parser("disclose", help="本人に渡す、閲覧の一覧を作る")
    disclose.add_argument("person", type=int, metavar="PERSON_NUMBER", help="宛名番号")
    disclose.add_argument("--out", type=Path, metavar="FILE", help=".csv なら CSV、ほかは文章")
    disclose.add_argument("--own-case", type=int, action="append", default=[], metavar="NUMBER")
    disclose.set_defaults(run=_disclose)

    review = under.add_parser("review", help="管理監督者が確かめるべき閲覧を探す")
    review.add_argument("--from", dest="since", metavar="DATE", help="省略すると7日前")
    review.add_argument("--to", dest="until", metavar="DATE", help="省略すると今日(含む)")
    review.set_defaults(run=_review)


def _start() -> None:
    from kokunen import sites

    sites.start(role="batch")


def _seal(given: argparse.Namespace) -> int:
    _start()
    from kokunen.audit import operations

    stopping = threading.Event()
    if given.every is not None:
        # The seal under way is finished; the next one is not begun.
        signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    while True:
        for made in operations.seal(occasion=program("audit seal")):
            print(f"封印{made.id}: {made.entries}件 {made.digest.hex()}", flush=True)
        if given.every is None or stopping.wait(given.every):
            return OK


def _anchor(given: argparse.Namespace) -> int:
    del given
    _start()
    from kokunen.audit import operations

    operations.seal(occasion=program("audit anchor"))
    made, path = operations.anchor(occasion=program("audit anchor"))
    print(made.line())
    print(f"{path} に書きました。上の1行は紙にも控えられます。", file=sys.stderr)
    return OK


def _verify(given: argparse.Namespace) -> int:
    del given
    _start()
    from kokunen.audit import queries

    report = queries.verify(occasion=program("audit verify"))
    for finding in report.findings:
        print(finding.text())
    more = sum(report.counts.values()) - len(report.findings)
    if more:
        print(f"ほかに{more}件あります。")
    print(_summary(report))
    return OK if report.is_clean else WRONG


def _summary(report: Report) -> str:
    found = sum(report.counts.values())
    return (
        f"記録{report.entries}件(うち未封印{report.unsealed}件)、封印{report.seals}、"
        f"日誌{report.lines}行、アンカー{report.anchors}を照合しました。"
        f"日誌に行のない記録{report.without_line}件(停止の直前などに生じます)。"
        + (f"異常{found}件。" if found else "異常はありません。")
    )


def _disclose(given: argparse.Namespace) -> int:
    _start()
    from kokunen.access.domain import PURPOSES
    from kokunen.access.models import Department
    from kokunen.audit import disclosure, queries

    names = disclosure.Names(
        purposes=PURPOSES,
        departments=dict(Department.objects.values_list("code", "name")),
        staff_numbers=os.environ.get("KOKUNEN_DISCLOSE_STAFF_NUMBERS") == "1",
    )
    lines = queries.disclose(
        person=given.person,
        occasion=program("audit disclose", reason="本人への開示"),
        names=names,
        own_cases=given.own_case,
    )
    if given.out is None:
        print(disclosure.as_text(lines), end="")
    elif given.out.suffix == ".csv":
        given.out.write_text(disclosure.as_csv(lines), encoding="utf-8-sig", newline="")
    else:
        given.out.write_text(disclosure.as_text(lines), encoding="utf-8")
    return OK


def _review(given: argparse.Namespace) -> int:
    _start()
    from functools import partial

    from kokunen.audit import queries
    from kokunen.dates.tokyo import TOKYO, day_of, start_of
    from kokunen.people import neighbours

    today = day_of(datetime.now(UTC))
    since = _day(given.since, field="--from") if given.since else today - timedelta(days=7)
    until = _day(given.until, field="--to") if given.until else today
    found = queries.review(
        since=start_of(since),
        until=start_of(until + timedelta(days=1)),
        occasion=program("audit review"),
        limits=_limits(),
        colleagues=neighbours.colleagues(on=until),
        identities=partial(neighbours.identities, on=until),
    )
    for notice in found:
        local = notice.since.astimezone(TOKYO)
        who = f"{notice.department} {notice.staff_number}".strip() or notice.terminal
        print(f"{local:%Y-%m-%d %H:%M} {who} {notice.count}件: {notice.text()}")
    print(f"{since}から{until}まで: {len(found)}件。")
    print("いずれも確かめるきっかけで、不正の認定ではありません。")
    return OK


def _day(text: str, *, field: str) -> date:
    from kokunen.dates.wareki import parse_date

    try:
        return parse_date(text)
    except Refusal as refusal:
        refusal.field = field
        raise


def _limits() -> Limits:
    """Read the settings: KOKUNEN_HOURS (08:30-17:15), KOKUNEN_REVIEW_PEOPLE and …_MINUTES."""
    from kokunen.audit.reviewing import Limits

    usual = Limits()
    try:
        opens, closes = os.environ.get("KOKUNEN_HOURS", "08:30-17:15").split("-")
        return Limits(
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
            people=int(os.environ.get("KOKUNEN_REVIEW_PEOPLE", usual.people)),
            window=int(os.environ.get("KOKUNEN_REVIEW_MINUTES", usual.window)),
        )
    except ValueError:
        raise UnableToReadOption(
            "点検の設定が読めません。",
            fix="KOKUNEN_HOURS は「08:30-17:15」の形、KOKUNEN_REVIEW_PEOPLE と"
            " KOKUNEN_REVIEW_MINUTES は数で与えてください。",
            field="KOKUNEN_HOURS",
        ) from None
