"""The ledger of the exchange: files, their events, and what each record did.

Insert-only but for two: the bytes of settled records are removed, a withdrawn file frees its keys.

What no program writes is in migration 0002: the walls. For whoever reads with SQL: the state of a
file is what its last event makes of it (``domain.STATE_AFTER``), the outcome of a record that of
its last attempt. ``interchange_raw`` keeps the bytes of records that somebody has to look at.
"""

# ruff: noqa: D106, DJ008 - Meta is what Django says it is; the default text of a row names no person

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

from kokunen.cases.models import Case
from kokunen.interchange import domain
from kokunen.people.columns import code, text
from kokunen.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping


def _person(*, null: bool = False) -> models.ForeignKey[Person]:
    return models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="+",
        null=null,
        verbose_name="宛名番号",
        db_comment="宛名番号",
    )


def _case() -> models.ForeignKey[Case | None]:
    return models.ForeignKey(
        Case,
        models.PROTECT,
        related_name="+",
        null=True,
        verbose_name="案件番号",
        db_comment="案件番号",
    )


class File(models.Model):
    """A file that came or went. ``digest`` is its SHA-256 (hex), ``size`` in bytes.

    ``request_id`` follows from partner and digest (in) or from what was to be sent (out), so that
    the same file is the same row. ``sequence`` is the sender's 通番, ``made_on`` the 作成日.
    """

    request_id = models.UUIDField("要求番号", unique=True, db_comment="要求番号")
    direction = code("方向", domain.Direction)
    partner = code("相手", domain.Partner)
    layout = models.CharField("レイアウト", max_length=40, db_comment="レイアウト")
    version = text("レイアウトの版", 20)
    name = models.CharField("ファイル名", max_length=200, db_comment="ファイル名")
    digest = models.CharField("SHA-256", max_length=64, db_comment="SHA-256")
    size = models.BigIntegerField("バイト数", db_comment="バイト数")
    made_on = models.DateField("作成日", null=True, db_comment="作成日")
    sequence = models.IntegerField("通番", null=True, db_comment="通番")
    records = models.IntegerField("データ件数", null=True, db_comment="データ件数")
    recorded_at = models.DateTimeField("記録日時", db_comment="記録日時")
    recorded_by = models.BigIntegerField("記録者", db_comment="記録者(0はプログラム)")

    class Meta:
        db_table = "interchange_file"
        db_table_comment = "授受したファイル"
        indexes = (
            models.Index(fields=("partner", "layout", "sequence"), name="interchange_file_order"),
            models.Index(fields=("digest",), name="interchange_file_digest"),
        )


def _file() -> models.ForeignKey[File]:
    return models.ForeignKey(
        File, models.PROTECT, related_name="+", verbose_name="ファイル", db_comment="ファイル"
    )


class Event(models.Model):
    """One event in the life of a file; ``number`` counts from 1 without a gap."""

    file = _file()
    number = models.IntegerField("順", db_comment="順")
    kind = code("出来事", domain.EventKind)
    at = models.DateTimeField("日時", db_comment="日時")
    staff = models.BigIntegerField("職員", db_comment="職員(0はプログラム)")
    reason = text("理由", 400)
    code = text("理由コード", 60)
    detail = models.JSONField("内容", default=dict, db_comment="内容(符号と件数)")

    class Meta:
        db_table = "interchange_event"
        db_table_comment = "ファイルの経過"
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="interchange_event_once"),
        )


class Record(models.Model):
    """What one record of a file that came in did, at one attempt; the last attempt stands."""

    file = _file()
    number = models.IntegerField("レコード番号", db_comment="レコード番号(1から)")
    attempt = models.SmallIntegerField("回", default=1, db_comment="回(1から)")
    layout = models.CharField("レイアウト", max_length=40, db_comment="レイアウト")
    notice = text("通知番号", 80)
    outcome = code("結果", domain.RecordOutcome)
    person = _person(null=True)
    case = _case()
    code = text("理由コード", 60)
    says = text("理由", 400)
    fix = text("すること", 400)
    fields = models.JSONField("項目", default=list, db_comment="理由となった項目")
    rows = models.JSONField("作った記録", default=list, db_comment="作った記録(種類と番号)")
    at = models.DateTimeField("日時", db_comment="日時")
    staff = models.BigIntegerField("職員", db_comment="職員(0はプログラム)")

    class Meta:
        db_table = "interchange_record"
        db_table_comment = "受信したレコードの結果"
        constraints = (
            models.UniqueConstraint(
                fields=("file", "number", "attempt"), name="interchange_record_once"
            ),
            # Nothing twice: of one layout a notice has its effect once.
            models.UniqueConstraint(
                fields=("layout", "notice"),
                condition=models.Q(outcome__in=("applied", "nothing", "matched"))
                & ~models.Q(notice=""),
                name="interchange_record_notice_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("outcome",),
                condition=models.Q(outcome__in=("held", "refused", "probable", "unmatched")),
                name="interchange_record_open",
            ),
        )


class Raw(models.Model):
    """A record as it was received, where somebody has to look at it."""

    file = _file()
    number = models.IntegerField("レコード番号", db_comment="レコード番号(1から)")
    person = _person(null=True)
    content = models.BinaryField("受信したままのレコード", db_comment="受信したままのレコード")
    at = models.DateTimeField("日時", db_comment="日時")

    class Meta:
        db_table = "interchange_raw"
        db_table_comment = "受信したままのレコード"
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="interchange_raw_once"),
        )


class Match(models.Model):
    """A case that a result may belong to, for a person to decide."""

    file = _file()
    number = models.IntegerField("レコード番号", db_comment="レコード番号(1から)")
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="+", verbose_name="案件番号", db_comment="案件番号"
    )
    score = models.SmallIntegerField("点", db_comment="点(0から100)")
    agrees = models.JSONField("合う項目", default=list, db_comment="合う項目")
    differs = models.JSONField("違う項目", default=list, db_comment="違う項目")

    class Meta:
        db_table = "interchange_match"
        db_table_comment = "突合の候補"
        constraints = (
            models.UniqueConstraint(
                fields=("file", "number", "case"), name="interchange_match_once"
            ),
        )


class Difference(models.Model):
    """Where register and result say different things; cleared by a row of its own."""

    file = _file()
    number = models.IntegerField("レコード番号", db_comment="レコード番号(1から)")
    what = code("相違", domain.DifferenceKind)
    person = _person()
    case = _case()
    at = models.DateTimeField("日時", db_comment="日時")

    class Meta:
        db_table = "interchange_difference"
        db_table_comment = "市の記録と処理結果の相違"
        constraints = (
            models.UniqueConstraint(
                fields=("file", "number", "what"), name="interchange_difference_once"
            ),
        )


class Settlement(models.Model):
    """How a difference was cleared, by whom and why."""

    difference = models.OneToOneField(
        Difference, models.PROTECT, related_name="+", verbose_name="相違", db_comment="相違"
    )
    reason = models.CharField("理由", max_length=400, db_comment="理由")
    at = models.DateTimeField("日時", db_comment="日時")
    staff = models.BigIntegerField("職員", db_comment="職員")

    class Meta:
        db_table = "interchange_settlement"
        db_table_comment = "相違の処理"


class Sent(models.Model):
    """One record of a file that went out; a withdrawn file gives its keys back."""

    file = _file()
    number = models.IntegerField("レコード番号", db_comment="レコード番号(1から)")
    layout = models.CharField("レイアウト", max_length=40, db_comment="レイアウト")
    key = models.CharField("送付の鍵", max_length=100, db_comment="送付の鍵")
    person = _person()
    case = _case()
    withdrawn_at = models.DateTimeField("取下げ日時", null=True, db_comment="取下げ日時")

    class Meta:
        db_table = "interchange_sent"
        db_table_comment = "送付したレコード"
        constraints = (
            models.UniqueConstraint(fields=("file", "number"), name="interchange_sent_once"),
            models.UniqueConstraint(
                fields=("layout", "key"),
                condition=models.Q(withdrawn_at=None),
                name="interchange_sent_key_once",
            ),
        )


class Password(models.Model):
    """A password that was used for a container: never again. ``blind`` is a keyed digest (hex)."""

    file = _file()
    blind = models.CharField("鍵付きの要約", max_length=64, unique=True, db_comment="鍵付きの要約")
    at = models.DateTimeField("日時", db_comment="日時")

    class Meta:
        db_table = "interchange_password"
        db_table_comment = "使用済みのパスワード"


class Run(models.Model):
    """A night: one for each day."""

    night = models.DateField("処理日", unique=True, db_comment="処理日")
    started_at = models.DateTimeField("開始日時", db_comment="開始日時")
    started_by = models.BigIntegerField("開始者", db_comment="開始者(0はプログラム)")

    class Meta:
        db_table = "interchange_run"
        db_table_comment = "夜間処理"


class RunPhase(models.Model):
    """A part of a night that came to its end, with its figures."""

    run = models.ForeignKey(
        Run, models.PROTECT, related_name="+", verbose_name="夜間処理", db_comment="夜間処理"
    )
    phase = code("段階", domain.Phase)
    at = models.DateTimeField("完了日時", db_comment="完了日時")
    figures = models.JSONField("件数", default=dict, db_comment="件数")

    class Meta:
        db_table = "interchange_run_phase"
        db_table_comment = "夜間処理の段階"
        constraints = (
            models.UniqueConstraint(fields=("run", "phase"), name="interchange_run_phase_once"),
        )


_ADDED: Final = "SELECT, INSERT"
PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "interchange_file": {"web": _ADDED, "batch": _ADDED},
    "interchange_event": {"web": _ADDED, "batch": _ADDED},
    "interchange_record": {"web": _ADDED, "batch": _ADDED},
    # The bytes of a settled record are removed with its file.
    "interchange_raw": {"web": _ADDED, "batch": f"{_ADDED}, DELETE"},
    "interchange_match": {"web": _ADDED, "batch": _ADDED},
    "interchange_difference": {"web": _ADDED, "batch": _ADDED},
    "interchange_settlement": {"web": _ADDED, "batch": "SELECT"},
    "interchange_sent": {
        "web": f"{_ADDED}, UPDATE (withdrawn_at)",
        "batch": f"{_ADDED}, UPDATE (withdrawn_at)",
    },
    "interchange_password": {"web": _ADDED, "batch": _ADDED},
    "interchange_run": {"web": "SELECT", "batch": _ADDED},
    "interchange_run_phase": {"web": "SELECT", "batch": _ADDED},
}
