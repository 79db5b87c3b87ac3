"""How the platform stands, in lines without a person in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Min

from kokunen.dates.tokyo import day_of
from kokunen.linkage.admission import in_force
from kokunen.linkage.domain import CODE_WORDS, Code, State
from kokunen.linkage.models import Certificate, Errand, File, RefusalNote, System

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SOON: Final = timedelta(days=30)
_OPEN: Final = (State.WAITING, State.PENDING, State.COLLECTED)


def status(*, at: datetime) -> Iterator[str]:
    """Yield the systems with their certificates, a day's refusals, and what waits, oldest first."""
    for system in in_force(System.objects.order_by("code"), day_of(at)):
        yield f"システム {system.code} {system.title}"
        for one in Certificate.objects.filter(system=system).order_by("valid_until"):
            yield f"  証明書 {one.fingerprint} {_validity(one, at)}"
    refusals = RefusalNote.objects.filter(at__gt=at - timedelta(days=1))
    for row in refusals.values("code", "system").annotate(n=Count("id")).order_by("-n"):
        words = CODE_WORDS[Code(row["code"])]
        yield f"24時間の拒否 {row['n']:,}件 {words} {row['system'] or '(相手不明)'}"
    errands = Errand.objects.filter(state__in=_OPEN)
    for errand in errands.values("kind", "state", "code").annotate(
        n=Count("id"), old=Min("made_at")
    ):
        yield (
            f"中間サーバー {errand['kind']} {errand['state']} {errand['n']:,}件"
            f" 最も古いもの {day_of(errand['old'])} {errand['code']}"
        )
    files = File.objects.filter(state__in=_OPEN)
    for file in files.values("receiver", "layout").annotate(n=Count("id"), old=Min("received_at")):
        yield (
            f"受渡し待ち {file['receiver']} {file['layout']} {file['n']:,}件"
            f" 最も古いもの {day_of(file['old'])}"
        )


def _validity(one: Certificate, at: datetime) -> str:
    if one.revoked_at is not None:
        return f"失効 {day_of(one.revoked_at)}"
    if one.valid_until <= at:
        return f"期限切れ {day_of(one.valid_until)}"
    soon = "(まもなく切れます。更新してください)" if one.valid_until - at < SOON else ""
    return f"有効 {day_of(one.valid_until)} まで{soon}"
