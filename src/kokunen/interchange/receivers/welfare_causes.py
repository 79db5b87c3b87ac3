"""Which of two causes an exemption by law rests on: it lasts while any one does (法89条1項).

The register keeps the cause that came first. Of the other one, which another office tells of, the
lines of its notices are what is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.exemption.changes import STATUTORY_CAUSES
from kokunen.interchange import models
from kokunen.interchange.domain import Effect, RecordOutcome

if TYPE_CHECKING:
    from django.db.models import QuerySet

_BESIDE: Final = "second_cause"
"""The code of a notice of a cause beside the one that an exemption rests on."""
_NOT_THIS: Final = "other_cause"
"""The code of the end of a cause that the exemption does not rest on."""
_REMAINS: Final = "cause_remains"
"""The code of the end of the cause that it rests on, while there is another."""


def told(*, cause: str, own: str, begins: bool, person: int, layout: str) -> Effect | None:
    """Return what a notice is to an exemption that lasts, or None: it ends it.

    ``cause`` is what the register says the exemption rests on, ``own`` what the notice of a
    ``layout`` tells of, both in the words of the filing.
    """
    other = cause in STATUTORY_CAUSES.values() and cause != own
    if begins:
        return Effect(
            outcome=RecordOutcome.NOTHING,
            code=_BESIDE if other else "already_statutory",
            says=f"別の理由({cause})による法定免除の記録が続いています。"
            if other
            else "すでに法定免除の記録が続いています。",
        )
    elsewhere = models.Record.objects.filter(person=person).exclude(layout=layout)
    if other and not _is_over(elsewhere):
        return Effect(
            outcome=RecordOutcome.NOTHING,
            code=_NOT_THIS,
            says=f"法定免除の記録は別の理由({cause})によるもので、この通知では終わりません(法89条1項)。",
        )
    last = elsewhere.filter(code__in=(_BESIDE, _NOT_THIS)).order_by("-id").first()
    if other or last is None or last.code == _NOT_THIS:
        return None
    return Effect(
        outcome=RecordOutcome.HELD,
        code=_REMAINS,
        says="法定免除の別の理由の通知も届いています。その理由が続く間、免除は終わりません(法89条1項)。",
        fix="別の理由が続いていれば、この通知を取止めにしてください。なくなっていれば、"
        "免除理由消滅届を職権で受け付けてから、取止めにしてください。",
    )


def _is_over(elsewhere: QuerySet[models.Record]) -> bool:
    """Tell whether a clerk left the end of the first cause without effect: another one remained."""
    ended = elsewhere.filter(code=_REMAINS).order_by("-id").first()
    return (
        ended is not None
        and models.Record.objects.filter(
            file=ended.file_id, number=ended.number, outcome=RecordOutcome.SET_ASIDE.value
        ).exists()
    )
