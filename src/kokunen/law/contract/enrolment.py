"""The calculators on enrolment, counted months and the exemptions that need no income test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kokunen.law import enrolment as enrolment_law
from kokunen.law import maternity as maternity_law
from kokunen.law import statutory as statutory_law
from kokunen.law.contract.fields import Fields, UnableToReadInput
from kokunen.rulekit.figures import blaming

if TYPE_CHECKING:
    from kokunen.law.maternity import ExemptMonths
    from kokunen.rulekit.working import Working

_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def enrolment(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``enrolment``: acquisition and loss of category 1."""
    birth_date = fields.date("birth_date")
    moved_abroad_on = fields.optional_date("moved_abroad_on")
    died_on = fields.optional_date("died_on")
    became_category2_on = fields.optional_date("became_category2_on")
    arrived_on = fields.optional_date("arrived_on")
    fields.done()
    found = enrolment_law.enrolment(
        birth_date=birth_date,
        arrived_on=arrived_on,
        died_on=died_on,
        moved_abroad_on=moved_abroad_on,
        became_category2_on=became_category2_on,
        working=working,
    )
    return {
        "acquired_on": found.acquired_on.isoformat(),
        "first_month": _text(found.first_month),
        "lost_on": found.lost_on.isoformat(),
        "last_month": _text(found.last_month),
        "cause": found.cause,
    }


def count_months(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``count-months``."""
    acquired_on = fields.date("acquired_on")
    lost_on = fields.date("lost_on")
    fields.done()
    months = enrolment_law.count_months(acquired_on=acquired_on, lost_on=lost_on, working=working)
    return {"months": months}


def childbirth(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``childbirth``; exactly one of ``due_on`` and ``born_on`` must be given."""
    due_on = fields.optional_date("due_on")
    born_on = fields.optional_date("born_on")
    multiple = fields.flag("multiple", default=False)
    fields.done()
    if due_on is not None and born_on is not None:
        raise UnableToReadInput(
            "both_given",
            "出産の予定日と出産の日の両方があります。期間はどちらか一方で決まります(法88条の2)。",
            fix="届出が出産の前なら due_on だけ、後なら born_on だけにしてください。",
            field="born_on",
        )
    day = due_on or born_on
    if day is None:
        raise UnableToReadInput(
            "missing_field",
            "出産の予定日も出産の日もありません。",
            fix="届出が出産の前なら due_on(予定日)、後なら born_on(出産の日)を加えてください。",
            field="due_on",
        )
    field = "due_on" if due_on else "born_on"
    return _exempt(
        maternity_law.childbirth(day=day, multiple=multiple, field=field, working=working)
    )


def childcare(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``childcare``."""
    child_born_on = fields.date("child_born_on")
    care_from = fields.date("care_from")
    birth_mother = fields.flag("birth_mother", default=False)
    fields.done()
    return _exempt(
        maternity_law.childcare(
            child_born_on=child_born_on,
            care_from=care_from,
            birth_mother=birth_mother,
            working=working,
        )
    )


def statutory(fields: Fields, working: Working) -> dict[str, Any]:
    """Answer ``statutory``: the months exempt by law; ``to`` is null while the reason lasts.

    ``from`` and ``to`` are days, or months where the day is not known.
    """
    cause = fields.choice("cause", statutory_law.CAUSES)
    begins_on = fields.month("from").first_day if _is_month(fields, "from") else fields.date("from")
    ends_on = fields.month("to").last_day if _is_month(fields, "to") else fields.optional_date("to")
    fields.done()
    with blaming("from"):
        found = statutory_law.statutory(
            cause=cause, begins_on=begins_on, ends_on=ends_on, working=working
        )
    return {"from": str(found.first), "to": _text(found.last)}


def _is_month(fields: Fields, name: str) -> bool:
    given = fields.raw(name, default=None)
    return isinstance(given, str) and _MONTH.fullmatch(given) is not None


def _text(month: object | None) -> str | None:
    return None if month is None else str(month)


def _exempt(found: ExemptMonths) -> dict[str, Any]:
    return {"from": str(found.first), "to": str(found.last), "months": found.count}
