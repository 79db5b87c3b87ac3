"""Differences that nobody has cleared, each with both sides and the reasons of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from kokunen.access.domain import Field
from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.cases import rows
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import StepKind, state_of
from kokunen.exemption.assessing import last_examined
from kokunen.exemption.models import Assessment
from kokunen.interchange import models
from kokunen.interchange.domain import DifferenceKind
from kokunen.interchange.groups import IN_LISTS
from kokunen.interchange.inbox.listing import title
from kokunen.interchange.reconciliation import words
from kokunen.interchange.reconciliation.decoded import kept_each, values_of
from kokunen.interchange.reconciliation.known import known
from kokunen.interchange.reconciliation.values import DifferenceLine
from kokunen.people.domain import Masked
from kokunen.people.search import named

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from kokunen.audit.domain import Occasion
    from kokunen.cases.domain import Step
    from kokunen.interchange.reconciliation.differing import Known
    from kokunen.people.search import Hit

_ANSWERS: Final = frozenset({StepKind.GRANTED, StepKind.REFUSED})
_NEEDS: Final[Mapping[DifferenceKind, Field]] = {
    DifferenceKind.NAME: Field.NAME,
    DifferenceKind.BIRTH_DATE: Field.BIRTH_DATE,
    DifferenceKind.SEX: Field.SEX,
    DifferenceKind.BAND: Field.EXEMPTION,
    DifferenceKind.DATE: Field.ENROLMENT,
    DifferenceKind.CATEGORY: Field.ENROLMENT,
    DifferenceKind.MISSING_HERE: Field.ENROLMENT,
    DifferenceKind.MISSING_THERE: Field.ENROLMENT,
}
_HIDDEN: Final = "この役割では見られません"


def differences(
    *, occasion: Occasion, sees: Collection[Field], case: int | None = None, limit: int = 50
) -> tuple[DifferenceLine, ...]:
    """Return differences that are not cleared, the oldest first; every person has a line for it.

    ``case`` leaves those that are to be cleared there, or that its answer showed.
    Of an assessment both reasons: the law's for what the city assessed, to a role that sees
    incomes, and the agency's for what it decided.
    """
    with transaction.atomic():
        rows_ = uncleared().select_related("file", "case")
        if case is not None:
            answers = models.Record.objects.filter(
                file=OuterRef("file"), number=OuterRef("number"), case_id=case
            )
            rows_ = rows_.filter(Q(case_id=case) | Exists(answers))
        found = list(rows_.order_by("pk")[:limit])
        people = sorted({row.person_id for row in found})
        hits = named(
            people=people,
            operation="reconciliation.differences",
            occasion=occasion,
            sees=IN_LISTS & set(sees),
        )
        register = known(people, occasion=occasion)
        raws = kept_each(found)
        steps = rows.newest_each([row.case_id for row in found if row.case_id is not None])
        return tuple(
            _line(
                row,
                register[row.person_id],
                hits[row.person_id],
                raws.get((row.file_id, row.number)),
                () if row.case_id is None else steps[row.case_id].steps,
                occasion,
                sees,
            )
            for row in found
        )


def uncleared() -> QuerySet[models.Difference]:
    """Return the differences that wait for somebody."""
    return models.Difference.objects.exclude(pk__in=models.Settlement.objects.values("difference"))


def _line(
    row: models.Difference,
    of: Known,
    hit: Hit,
    raw: models.Raw | None,
    steps: Sequence[Step],
    occasion: Occasion,
    sees: Collection[Field],
) -> DifferenceLine:
    what = DifferenceKind(row.what)
    ours: str | Masked = Masked()
    theirs: str | Masked = Masked()
    why: tuple[Sequence[str], Sequence[str]] = ((), ())
    if not of.protected:
        ours = theirs = _HIDDEN
        if _NEEDS[what] in sees:
            ours, theirs, why = _sides(row, what, of, raw, steps, occasion, sees)
    return DifferenceLine(
        difference=row.pk,
        what=what,
        hit=hit,
        case=row.case_id,
        filing=None if row.case is None else FILINGS[row.case.filing],
        state=state_of(steps) if steps else None,
        ours=ours,
        theirs=theirs,
        why_ours=why[0],
        why_theirs=why[1],
        at=row.at,
    )


def _sides(
    row: models.Difference,
    what: DifferenceKind,
    of: Known,
    raw: models.Raw | None,
    steps: Sequence[Step],
    occasion: Occasion,
    sees: Collection[Field],
) -> tuple[str, str, tuple[Sequence[str], Sequence[str]]]:
    if what is DifferenceKind.BAND and row.case_id is not None:
        answer = next((step for step in reversed(steps) if step.kind in _ANSWERS), None)
        assessed = words.bands(last_examined(steps).get("assessed", ()))
        granted = () if answer is None else answer.detail.get("granted", ())
        said = (
            ()
            if answer is None
            else tuple(
                filter(None, (f"{answer.kind.label}({words.day(answer.on)})", answer.reason))
            )
        )
        why = _assessed(row.case_id, of.person, occasion, sees)
        return assessed, words.bands(granted), (why, said)
    source = f"{title(row.file.layout)}({words.day(row.file.made_on)}作成)"
    theirs = words.NOTHING if raw is None else words.theirs(what, values_of(raw))
    return words.ours(what, of), theirs, ((words.REGISTER,), (source,))


def _assessed(
    case: int, person: int, occasion: Occasion, sees: Collection[Field]
) -> tuple[str, ...]:
    """Return why the city assessed so, as it was kept; sealed with the incomes that it used."""
    if Field.INCOME not in sees:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kokunen.case', %s, true)", [str(case)])
        found = Assessment.objects.filter(case_id=case).order_by("-pk").first()
        cursor.execute("SELECT set_config('kokunen.case', '', true)")
    record(
        act=Act.READ,
        operation="reconciliation.assessment",
        occasion=occasion.because(purpose="exemption", case=case),
        person=person,
        shown=() if found is None else (Field.EXEMPTION,),
    )
    return () if found is None else words.reasons(found.result["cycles"])
