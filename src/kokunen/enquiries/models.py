"""The tables of the enquiries. Rows are only ever inserted; the state is what the steps make.

What was written stands apart from the steps, so that it can be sealed like an address while a
protection measure covers the person (migration 0002).
"""

# ruff: noqa: D106, DJ008 - Meta is what Django says it is; the default text of a row names no person

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import models

from kokunen.enquiries.domain import MOST_CHARACTERS, Answer, Matter, StepKind, Urgency
from kokunen.people.columns import code, text
from kokunen.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Mapping


class Enquiry(models.Model):
    """One enquiry; the question itself is its first step."""

    request_id = models.UUIDField("要求番号", unique=True, db_comment="要求番号")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="宛名番号", db_comment="宛名番号"
    )
    branch = text("照会した支所", 20)
    asked_by = models.BigIntegerField("照会した職員", db_comment="照会した職員")
    matter = code("照会の内容", Matter)
    urgency = code("急ぎの度合い", Urgency)
    purpose = models.CharField("処理事由", max_length=32, db_comment="処理事由")
    case_id = models.BigIntegerField("案件番号", null=True, db_comment="案件番号")

    class Meta:
        db_table = "enquiries_enquiry"
        db_table_comment = "本庁への照会"
        constraints = (
            # What the steps lean on: they repeat who asked, so that a CHECK can compare.
            models.UniqueConstraint(fields=("id", "asked_by"), name="enquiries_enquiry_asked_by"),
        )


class Step(models.Model):
    """One step of an enquiry; ``asked_by`` repeats who asked."""

    enquiry = models.ForeignKey(
        Enquiry, models.PROTECT, related_name="steps", db_index=False, verbose_name="照会"
    )
    number = models.SmallIntegerField("順番", db_comment="順番(照会は1)")
    kind = code("処理", StepKind)
    at = models.DateTimeField("入力日時", db_comment="入力日時", db_index=True)
    staff = models.BigIntegerField("処理者", db_comment="処理者")
    asked_by = models.BigIntegerField("照会した職員", db_comment="照会した職員")
    answer = code("回答の区分", Answer, optional=True)
    request_id = models.UUIDField("要求番号", unique=True, db_comment="要求番号")

    class Meta:
        db_table = "enquiries_step"
        db_table_comment = "照会の処理"
        constraints = (
            # Of two people who take one enquiry, the database lets one.
            models.UniqueConstraint(fields=("enquiry", "number"), name="enquiries_step_once"),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=("asked", "read", "withdrawn"), staff=models.F("asked_by")
                )
                | (
                    models.Q(kind__in=("taken", "sent", "answered"))
                    & ~models.Q(staff=models.F("asked_by"))
                ),
                name="enquiries_step_by_another_than_who_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="answered", answer__in=[each.value for each in Answer])
                | (~models.Q(kind="answered") & models.Q(answer="")),
                name="enquiries_step_answer",
            ),
        )


class Text(models.Model):
    """What was written with a step; sealed while a protection measure covers the person."""

    step = models.OneToOneField(Step, models.PROTECT, primary_key=True, related_name="+")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name="宛名番号", db_comment="宛名番号"
    )
    text = models.CharField("本文", max_length=MOST_CHARACTERS, db_comment="本文")

    class Meta:
        db_table = "enquiries_text"
        db_table_comment = "照会の本文"


_ADDED: Final = "SELECT, INSERT"
PRIVILEGES: Final[Mapping[str, Mapping[str, str]]] = {
    "enquiries_enquiry": {"web": _ADDED, "batch": _ADDED},
    "enquiries_step": {"web": _ADDED, "batch": _ADDED},
    "enquiries_text": {"web": _ADDED, "batch": "INSERT"},
}
