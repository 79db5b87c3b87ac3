"""The tables of the cases. Rows are only ever inserted; what stands is the newest.

What no program writes is in migration 0002 alone: ``cases_open`` (the numbers of the cases that are
not over, kept by a trigger: an index, so that a queue does not grow slower with every closed case)
and ``cases_tested.xact``. There, too, are the walls: steps follow each other, the maker of what is
examined cannot be misstated, and incomes open for the tested people of an open case alone.

For whoever reads with SQL: the state of a case is what the last step makes of it whose ``kind`` is
not ``taken`` (``domain.MAKES``). Days are days in Japan; ``recorded_at`` and ``at`` are moments.
"""

# ruff: noqa: D106, DJ008 - Meta is what Django says it is; the default text of a row names no person

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, StepKind
from kokunen.people.columns import code, text
from kokunen.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping


class Case(models.Model):
    """One filing of one person, as it was received.

    ``id`` is the 案件番号; ``filing`` a code of ``catalogue.FILINGS``; ``channel`` of
    ``domain.Channel``; ``branch`` the code of the branch that received it ("": the main office);
    ``department`` whose queue it stands in; ``filer`` of ``Filer``; ``received_on`` the day of
    receipt; ``event_on`` the day the filing is about, as first received (a content step may say
    another in its ``detail``); ``recorded_by`` access_staff.id, 0 a program.
    """

    request_id = models.UUIDField("要求番号", unique=True, db_comment="要求番号")
    filing = models.CharField("届出の種類", max_length=40, db_comment="届出の種類")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="宛名番号", db_comment="宛名番号"
    )
    channel = code("受付経路", Channel)
    branch = text("受付支所", 20)
    department = models.CharField("担当所属", max_length=32, db_comment="担当所属")
    filer = code("届出人", Filer)
    received_on = models.DateField("受付日", db_comment="受付日")
    event_on = models.DateField("事実のあった日", null=True, db_comment="事実のあった日")
    recorded_at = models.DateTimeField("入力日時", db_comment="入力日時")
    recorded_by = models.BigIntegerField("入力者", db_comment="入力者(0はプログラム)")

    class Meta:
        db_table = "cases_case"
        db_table_comment = "案件"
        indexes = (models.Index(fields=("received_on",), name="cases_case_received_on"),)


class Step(models.Model):
    """One step of a case.

    ``number`` counts from 1 (the receipt); ``kind`` is of ``domain.StepKind``; ``at`` the moment it
    was recorded and ``on_day`` the day it is about (forwarded on, decided on, …); ``staff`` who
    took it (0 a program); ``maker`` who wrote the newest particulars, this step's own included;
    ``reason`` in words; ``detail`` codes, row ids and days (`operations.receive` lists the keys).
    """

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="+", db_index=False, verbose_name="案件番号"
    )
    number = models.IntegerField("順番", db_comment="順番(受付は1)")
    kind = code("処理", StepKind)
    at = models.DateTimeField("入力日時", db_comment="入力日時")
    on_day = models.DateField("処理の日", db_comment="処理の日")
    staff = models.BigIntegerField("処理者", db_comment="処理者(0はプログラム)")
    maker = models.BigIntegerField("記載事項の入力者", db_comment="記載事項の入力者")
    reason = models.CharField("理由", max_length=400, blank=True, default="", db_comment="理由")
    detail = models.JSONField("細目", default=dict, blank=True, db_comment="細目(符号・番号・日)")
    request_id = models.UUIDField("要求番号", unique=True, db_comment="要求番号")

    class Meta:
        db_table = "cases_step"
        db_table_comment = "案件の処理"
        constraints = (
            # Read backwards, its index finds the last step of a case.
            models.UniqueConstraint(fields=("case", "number"), name="cases_step_once"),
            models.CheckConstraint(
                condition=~models.Q(kind="examined") | ~models.Q(staff=models.F("maker")),
                name="cases_step_examined_by_a_second_person",
            ),
        )


class Particulars(models.Model):
    """What stands on the filing after a step: the newest is what holds.

    ``data`` maps the names of the filing's items to JSON values (``ItemKind``). Sealed like an
    address while a protection measure covers the person.
    """

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="+", db_index=False, verbose_name="案件番号"
    )
    number = models.IntegerField("処理の順番", db_comment="処理の順番")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="宛名番号", db_comment="宛名番号"
    )
    data = models.JSONField("記載事項", db_comment="記載事項")

    class Meta:
        db_table = "cases_particulars"
        db_table_comment = "案件の記載事項"
        constraints = (
            models.UniqueConstraint(fields=("case", "number"), name="cases_particulars_once"),
        )


class Tested(models.Model):
    """Somebody whose income the case is about; the newest ``request_id`` of a case holds.

    ``number`` is the last step of the case when it was stated; ``role`` insured, spouse or head.
    """

    request_id = models.UUIDField("要求番号", db_comment="要求番号")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name="案件番号")
    number = models.IntegerField("処理の順番", db_comment="処理の順番")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="宛名番号", db_comment="宛名番号"
    )
    role = models.CharField("審査の立場", max_length=20, db_comment="審査の立場")
    reason = models.CharField("理由", max_length=400, blank=True, default="", db_comment="理由")
    recorded_at = models.DateTimeField("入力日時", db_comment="入力日時")
    recorded_by = models.BigIntegerField("入力者", db_comment="入力者(0はプログラム)")

    class Meta:
        db_table = "cases_tested"
        db_table_comment = "所得を審査する人"
        constraints = (
            models.UniqueConstraint(fields=("request_id", "person"), name="cases_tested_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=("insured", "spouse", "head")),
                name="cases_tested_role",
            ),
        )


_ADDED: Final = "SELECT, INSERT"
# Not `xact`: it says by itself which transaction wrote the row.
_TESTED: Final = (
    "SELECT, INSERT (request_id, case_id, number, person_id, role, reason, recorded_at,"
    " recorded_by)"
)
PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "cases_case": {"web": _ADDED, "batch": _ADDED},
    "cases_step": {"web": _ADDED, "batch": _ADDED},
    "cases_particulars": {"web": _ADDED, "batch": _ADDED},
    "cases_tested": {"web": _TESTED, "batch": _TESTED},
    "cases_open": {"web": "SELECT", "batch": "SELECT"},
}
