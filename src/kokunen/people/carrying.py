"""Facts that are entered together: what is stated, what stands instead, what a case does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kokunen.people.codes import Source
from kokunen.people.domain import MembershipValue
from kokunen.people.entering import Entered, stands, writing
from kokunen.people.models import Household
from kokunen.people.periods import ALWAYS, Period

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.people.domain import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One fact to be entered with others; ``source`` where it is not theirs, with its number."""

    fact: Value
    valid: Period = ALWAYS
    source: Source | None = None
    source_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """A fact put in the place of the row with this id; None: the row is only taken back."""

    row: int
    kind: str
    fact: Value | None = None
    valid: Period = ALWAYS


def carry_out(
    *,
    person: int,
    changes: Sequence[Stated | Instead],
    operation: str,
    received_by: int,
    source_ref: str,
    occasion: Occasion,
    request_id: UUID,
    source: Source = Source.APPLICATION,
    opening: UUID | None = None,
) -> Entered:
    """Enter at once everything that a case does to one person's facts.

    ``operation`` is the operation of the duty (``enrolment.examine``), ``received_by`` whoever
    wrote down what the filing says (access_staff.id, 0 a program), ``source_ref`` the case. What
    one member of staff wrote down and another carries out has been seen by two, and counts as
    checked (founding document 004, Ⅲ2); what both did waits for its check like any other entry.
    """
    with writing(
        operation=operation,
        occasion=occasion,
        request_id=request_id,
        people=[person],
        kinds={each.fact.KIND if isinstance(each, Stated) else each.kind for each in changes},
        opening=opening,
        maker=received_by,
    ) as act:
        if act.done is not None:
            return act.done
        for each in changes:
            if isinstance(each, Stated):
                households([each], occasion)
                own = each.source is not None
                row = act.put(
                    person=person,
                    value=each.fact,
                    valid=each.valid,
                    source=each.source or source,
                    source_ref=each.source_ref if own else source_ref,
                )
            elif each.fact is None:
                stands(each.kind, each.row)
                act.supersede(person=person, kind=each.kind, row=each.row, by=None)
                row = each.row
            else:
                stands(each.kind, each.row)
                row = act.put(
                    person=person,
                    value=each.fact,
                    valid=each.valid,
                    source=source,
                    source_ref=source_ref,
                    instead_of=each.row,
                )
            act.rows.append((each.kind if isinstance(each, Instead) else each.fact.KIND, row))
    return Entered(request_id=request_id, rows=tuple(act.rows))


def households(facts: Sequence[Stated], occasion: Occasion) -> None:
    """Make the households that are new among what is stated."""
    for stated in facts:
        if isinstance(stated.fact, MembershipValue):
            Household.objects.get_or_create(
                id=stated.fact.household, defaults={"created_at": occasion.at}
            )
