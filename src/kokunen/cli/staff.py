"""``kokunen staff``: the personnel file, stale accounts, and what the first day needs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK, UNUSABLE, WRONG
from kokunen.cli.acting import program

if TYPE_CHECKING:
    import argparse

    from kokunen.audit.domain import Occasion

KINDS = (
    "pension",
    "systems",
    "audit",
    "register",
    "welfare",
    "children",
    "health",
    "collection",
    "self_reliance",
)
"""The values of ``access.domain.Kind``, spelt out so that the command line starts fast."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands of this area."""
    staff = commands.add_parser("staff", help="職員・役割・端末")
    acts = staff.add_subparsers(required=True, metavar="ACT")

    apply = acts.add_parser("import", help="人事情報ファイル(CSV)を反映する")
    apply.add_argument("file", type=Path, metavar="FILE")
    apply.set_defaults(run=_import)

    stale = acts.add_parser("stale", help="直すべきアカウントの一覧")
    stale.add_argument("--days", type=int, default=90, help="この日数サインインがなければ挙げる")
    stale.set_defaults(run=_stale)

    password = acts.add_parser("password", help="初期パスワードを1回だけ表示して発行する")
    password.add_argument("number", metavar="職員番号")
    password.set_defaults(run=_password)

    unlock = acts.add_parser("unlock", help="認証の失敗で止まったアカウントを戻す")
    unlock.add_argument("number", metavar="職員番号")
    unlock.set_defaults(run=_unlock)

    department = acts.add_parser("department", help="所属を登録する")
    department.add_argument("code")
    department.add_argument("name")
    department.add_argument("kind", choices=KINDS)
    department.set_defaults(run=_department)

    branch = acts.add_parser("branch", help="支所を登録する")
    branch.add_argument("code")
    branch.add_argument("name")
    branch.set_defaults(run=_branch)

    terminal = acts.add_parser("terminal", help="端末を登録する")
    terminal.add_argument("name")
    terminal.add_argument("address", metavar="IPアドレス")
    terminal.add_argument("--branch", metavar="支所コード")
    terminal.add_argument("--stop", action="store_true", help="使用停止にする")
    terminal.set_defaults(run=_terminal)


def _occasion(act: str) -> Occasion:
    """Start the site as the batch role and say who acts: this program, on the office's machine."""
    from kokunen import sites

    sites.start(role="batch")
    return program(f"staff {act}")


def _import(given: argparse.Namespace) -> int:
    try:
        content = given.file.read_bytes()
    except OSError:
        print("kokunen: ファイルを読めません。\n  場所と権限を確かめてください。")
        return UNUSABLE
    occasion = _occasion("import")
    from kokunen.access.operations import apply_personnel
    from kokunen.access.personnel import UnableToApplyPersonnel

    try:
        applied = apply_personnel(content=content, occasion=occasion)
    except UnableToApplyPersonnel as refusal:
        print(f"{refusal.message}\n{refusal.fix}")
        for fault in refusal.faults:
            print(f"  {fault.line}行目 {fault.field}: {fault.what}{fault.fix}")
        return WRONG
    print(
        f"{applied.lines}行を読みました。"
        f"新しいアカウント{len(applied.opened)}件、変わったアカウント{len(applied.changed)}件。"
    )
    for number in applied.opened:
        print(f"  新規 {number}(kokunen staff password {number} で初期パスワードを発行)")
    for number in applied.changed:
        print(f"  変更 {number}")
    return OK


def _stale(given: argparse.Namespace) -> int:
    occasion = _occasion("stale")
    from kokunen.access.stale import WORDS, stale

    found = stale(at=occasion.at, unused=timedelta(days=given.days))
    for one in found:
        since = f"(最後のサインイン {one.since:%Y-%m-%d})" if one.since else ""
        print(f"{one.staff_number}  {WORDS[one.why]}{since}")
    print(f"{len(found)}件")
    return WRONG if found else OK


def _password(given: argparse.Namespace) -> int:
    occasion = _occasion("password")
    from kokunen.access.operations import issue_password

    print(issue_password(staff_number=given.number, occasion=occasion))
    print("この初期パスワードは二度と表示されません。最初のサインインで変更が求められます。")
    return OK


def _unlock(given: argparse.Namespace) -> int:
    occasion = _occasion("unlock")
    from kokunen.access.operations import unlock

    unlock(staff_number=given.number, occasion=occasion)
    return OK


def _department(given: argparse.Namespace) -> int:
    occasion = _occasion("department")
    from kokunen.access.domain import Kind
    from kokunen.access.place_operations import set_department

    set_department(code=given.code, name=given.name, kind=Kind(given.kind), occasion=occasion)
    return OK


def _branch(given: argparse.Namespace) -> int:
    occasion = _occasion("branch")
    from kokunen.access.place_operations import set_branch

    set_branch(code=given.code, name=given.name, occasion=occasion)
    return OK


def _terminal(given: argparse.Namespace) -> int:
    occasion = _occasion("terminal")
    from kokunen.access.place_operations import set_terminal

    set_terminal(
        name=given.name,
        address=given.address,
        branch=given.branch,
        active=not given.stop,
        occasion=occasion,
    )
    return OK
