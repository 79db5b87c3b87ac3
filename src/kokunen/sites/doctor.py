"""``kokunen doctor``: is this office fit to open? Each check is one question with its answer."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg
from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kokunen.dates.errors import Refusal
from kokunen.interchange import folders, lifecycle
from kokunen.interchange.domain import Direction, EventKind
from kokunen.interchange.inbox import keeping
from kokunen.postgres import home, roles, secrets
from kokunen.postgres.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FREE: Final = 2 * 1024**3
"""Bytes that must be free: the write-ahead log of a busy day and one backup of a small city."""
DRIFT: Final = 2.0
"""Seconds by which the clocks of program and database may differ."""
UNSEALED: Final = timedelta(days=1)
"""An entry that waits longer is not yet part of any chain."""
OFFICE: Final = ("name", "department", "address", "phone", "hours")
"""What ``office.json`` in the home says of the office."""
OLDEST: Final = 15
"""PostgreSQL's oldest release that the tables work on."""
LYING: Final = timedelta(days=2)
"""A file that lies or waits longer than a night or two was forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one check found; ``fix`` is empty when all is well."""

    question: str
    found: str
    fix: str = ""


def examine(*, at: datetime) -> list[Answer]:
    """Ask every question and return the answers in a fixed order; a failing check never stops it.

    A check returns what it found and what to do about it ("": all is well). ``at`` is the program's
    time. The program is connected as the owner.
    """
    asked: list[tuple[str, Callable[[], tuple[str, str]]]] = [
        ("時計", lambda: _clocks(at)),  # first: the others take time
        ("設定", _configuration),
        ("市の名称", _office),
        ("秘密", _secrets),
        ("データベース", _database),
        ("役割", _roles),
        ("移行", _migrations),
        ("ディスク", _disk),
        ("記録の封印", lambda: _chain(at)),
        ("団体コード", _city),
        ("授受", lambda: _exchange(at)),
    ]
    return [_asked(question, check) for question, check in asked]


def _asked(question: str, check: Callable[[], tuple[str, str]]) -> Answer:
    try:
        found, fix = check()
    except Refusal as refusal:
        found, fix = refusal.message, refusal.fix
    except psycopg.Error as error:
        found = f"確かめられません ({type(error).__name__})。"
        fix = "データベースが動いているか、役割とパスワードが正しいかを確かめてください。"
    return Answer(question=question, found=found, fix=fix)


def _configuration() -> tuple[str, str]:
    warnings = [
        message.id or "?"
        for message in checks.run_checks(include_deployment_checks=False)
        if message.level >= checks.WARNING
    ]
    if warnings or settings.DEBUG:
        return (
            f"設定に指摘があります: {'、'.join(warnings) or 'DEBUG'}",
            "指摘の番号を運用手引きで引き、設定を直してください。",
        )
    return "指摘はありません。", ""


def _office() -> tuple[str, str]:
    said = settings.KOKUNEN_OFFICE
    missing = [name for name in OFFICE if not said.get(name)]
    if missing:
        return (
            f"office.json に次の項目がありません: {'、'.join(missing)}",
            f"{home.folder() / 'office.json'} に書いてください。届書と通知に載ります。",
        )
    return f"{said['name']} {said['department']} です。", ""


def _secrets() -> tuple[str, str]:
    for name in secrets.MADE:
        if name != "db_admin_password" or roles.is_embedded():
            secrets.read(name)
    return f"{len(secrets.MADE)}件を読めます。", ""


def _database() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        release = int(cursor.fetchone()[0]) // 10000
    if release < OLDEST:
        return (
            f"PostgreSQL {release} です。",
            f"PostgreSQL {OLDEST} 以上に移してください。",
        )
    return f"PostgreSQL {release} に接続できます。", ""


def _roles() -> tuple[str, str]:
    for role in (Role.WEB, Role.BATCH, Role.LINKAGE):
        with psycopg.connect(**roles.parameters(role)) as other:
            mighty = other.execute(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR EXISTS ("
                "SELECT 1 FROM pg_class WHERE relowner = pg_roles.oid) OR EXISTS ("
                "SELECT 1 FROM pg_auth_members WHERE member = pg_roles.oid)"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        if mighty != (False,):
            return (
                f"{role.user} に余分な権限があります。",
                "kokunen migrate を実行し、役割を作り直してください。",
            )
    return "web・batch・linkage は何も所有せず、権限を越えません。", ""


def _migrations() -> tuple[str, str]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return (
            f"未適用の移行が{len(waiting)}件あります。",
            "バックアップを取り、kokunen migrate を実行してください。",
        )
    return "すべて適用済みです。", ""


def _clocks(at: datetime) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs((cursor.fetchone()[0] - at).total_seconds())
    if drift > DRIFT:
        return (
            f"プログラムとデータベースの時計が{drift:.0f}秒ずれています。",
            "両方のサーバーを時刻同期 (NTP) につないでください。記録の時刻が証拠になりません。",
        )
    return "ずれは2秒以内です。", ""


def _disk() -> tuple[str, str]:
    free = shutil.disk_usage(home.folder()).free
    if free < FREE:
        return (
            f"空きが {free // 1024**2:,} MB しかありません。",
            "古いバックアップを別の媒体に移し、2 GB 以上を空けてください。",
        )
    return f"空きは {free // 1024**3:,} GB です。", ""


def _chain(at: datetime) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(at) FROM audit_entry WHERE (epoch, xact::text::numeric) >="
            " (SELECT epoch, upto_xact FROM audit_seal ORDER BY id DESC LIMIT 1)"
            " OR NOT EXISTS (SELECT 1 FROM audit_seal)"
        )
        unsealed, oldest = cursor.fetchone()
    if unsealed and at - oldest > UNSEALED:
        return (
            f"封印されていない記録が{unsealed:,}件あり、最も古いものは1日を超えています。",
            "kokunen audit seal を常駐させ、毎日 kokunen audit anchor を行ってください。",
        )
    return f"封印待ちは{unsealed:,}件です。", ""


def _city() -> tuple[str, str]:
    return f"{folders.city()} です。", ""


def _exchange(at: datetime) -> tuple[str, str]:
    open_ones = [path.name for path in folders.every() if path.stat().st_mode & 0o007]
    if open_ones:
        return (
            f"だれでも入れる授受のフォルダがあります: {'、'.join(open_ones)}",
            f"{folders.root()} の下のフォルダから、その他の利用者の権限を外してください。",
        )
    lying = folders.lying(before=at - LYING)
    if lying:
        return (
            f"受信フォルダに{len(lying)}件のファイルが{LYING.days}日を超えて残っています。",
            "kokunen nightly が毎晩動いているか確かめてください。",
        )
    waiting = lifecycle.standing(Direction.IN, [EventKind.WAITING, EventKind.ARRIVED])
    late = waiting.filter(recorded_at__lt=at - LYING).count()
    if late:
        return (
            f"前の通番を待つか、反映の終わっていないファイルが{late}件あります。",
            "kokunen exchange status で確かめ、欠番なら kokunen exchange go-on で進めてください。",
        )
    lacking = keeping.lacking()
    if lacking:
        return (
            f"控えのない受信ファイルがあります: 受信番号{'、'.join(map(str, lacking[:10]))}",
            f"バックアップから {folders.keeping()} に戻すか、相手に再送を依頼してください。",
        )
    return "残っているファイルはありません。", ""
