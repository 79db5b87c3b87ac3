"""The assessments, each kept as it was made; rows are only ever inserted.

A row is sealed like the incomes it used (migration 0001): the web role reads it only while its
case is open and names the insured as tested. The bands alone also stand in the step of the case.
"""

# ruff: noqa: D106, DJ008 - Meta is what Django says it is; the default text of a row names no person

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

from kokunen.cases.models import Case
from kokunen.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping


class Assessment(models.Model):
    """What the law said to an application on a day (試算).

    ``number`` is the last step of the case when it was made; ``result`` the months with band,
    reason and what was missing; ``facts`` what was known of the tested, by cycle and role;
    ``rules`` the version of the rules and the day of their newest figure.
    """

    request_id = models.UUIDField("要求番号", unique=True, db_comment="要求番号")
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="+", verbose_name="案件番号", db_comment="案件番号"
    )
    number = models.IntegerField("処理の順番", db_comment="処理の順番")
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name="宛名番号",
        db_comment="宛名番号",
    )
    rules = models.CharField("規則の版", max_length=40, db_comment="規則の版/数値の確認日")
    result = models.JSONField("月ごとの試算", db_comment="月ごとの試算")
    facts = models.JSONField("使った事実", db_comment="使った事実(所得を含む)")
    recorded_at = models.DateTimeField("試算日時", db_comment="試算日時")
    recorded_by = models.BigIntegerField("試算した職員", db_comment="試算した職員(0はプログラム)")

    class Meta:
        db_table = "exemption_assessment"
        db_table_comment = "免除・猶予の試算"


PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "exemption_assessment": {"web": "SELECT, INSERT", "batch": "SELECT, INSERT"},
}
