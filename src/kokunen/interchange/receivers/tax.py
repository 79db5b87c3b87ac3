"""What the tax office answers: the incomes that an open case asked for, and no other.

An answer is taken in for a case, a person and a 相当年度 that a released request named, while the
case is open and tests the person. Of any other answer nothing is kept, not even the record as it
was received: its code is `NOT_ASKED` (founding document 004, Ⅲ2 リスク1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from kokunen.access.domain import Field
from kokunen.cases import queries as cases
from kokunen.cases.domain import OVER
from kokunen.exemption import reading
from kokunen.interchange import asking, models
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.receiving import Receives, one_by_one
from kokunen.people import codes
from kokunen.people import operations as people
from kokunen.people import queries as known
from kokunen.people.domain import IncomeValue, Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.receiving import Context, Incoming

NOT_ASKED: Final = "not_asked"
"""The code of an answer that nobody asked for: the inbox keeps no byte of such a record."""
_COUNTS: Final = (
    "general",
    "elderly",
    "specified",
    "disabled_dependants",
    "specially_disabled_dependants",
    "young",
    "pension_receipts",
    "pension_income",
    "total",
    "net_loss",
    "casualty",
    "medical",
    "social_insurance",
    "spouse_special",
)
_CODES: Final[Mapping[str, type[codes.Code]]] = {
    "spouse": codes.Spouse,
    "disabled": codes.Disability,
    "widow": codes.Widow,
    "working_student": codes.WorkingStudent,
}
_SHOWN_CASES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """Which income a record is about, and on what occasion it is looked at."""

    case: int
    person: int
    year: int
    occasion: Occasion


def answered(record: Incoming, context: Context) -> Effect:
    """Take in one answer: a new income, a corrected one, or 未申告 (every amount unknown)."""
    said = record.values
    about = _About(
        case=said["case"],
        person=said["person"],
        year=said["fiscal_year"],
        occasion=reading.at_case(context.occasion, said["case"]),
    )
    refused = _refused(about) or _contradictory(said, about)
    if refused is not None:
        return refused
    value = _value(said)
    now = _standing(about)
    if now is not None and now.value == value:
        return _effect(about, RecordOutcome.NOTHING, code="same", says="記録と同じ回答です。")
    if now is not None and _is_newer(now, than=context):
        return _effect(
            about,
            RecordOutcome.NOTHING,
            code="older_answer",
            says="この人のこの年度には、後から作られた回答が反映されています。",
        )
    entered = people.record_fact(
        person=about.person,
        fact=value,
        valid=value.valid,
        source=codes.Source.TAX,
        occasion=about.occasion,
        request_id=context.request(record.number),
        source_ref=context.source(record.number),
    )
    return _applied(about, entered.rows)


def _refused(about: _About) -> Effect | None:
    """Return the refusal of what nobody asked for, or what is no longer needed; else None."""
    if not asking.asked(case=about.case, person=about.person, year=about.year):
        return _not_asked("この案件・人・年度の所得は照会していません。内容は残していません。")
    # No field of the case is looked at but where it stands and whom it tests.
    case = cases.one(case=about.case, occasion=about.occasion, sees=frozenset())
    if case.state in OVER:
        return _not_asked("案件は終わっていて、所得はもう要りません。内容は残していません。")
    if about.person not in {person for person, _, _ in case.tested}:
        return _not_asked("審査する人が変わり、この人の所得は要りません。内容は残していません。")
    return None


def _not_asked(says: str) -> Effect:
    return Effect(
        outcome=RecordOutcome.REFUSED,
        code=NOT_ASKED,
        says=says,
        fix="市民税の担当に、照会していない所得を送らないように伝え、このレコードを取止めにして"
        "ください(特定個人情報保護評価書Ⅲ2 リスク1)。",
        fields=("case", "person", "fiscal_year"),
    )


def _contradictory(said: Mapping[str, Any], about: _About) -> Effect | None:
    if not said["declared"]:
        filled = tuple(name for name in (*_COUNTS, *_CODES) if said[name] is not None)
        if filled:
            return _effect(
                about,
                RecordOutcome.REFUSED,
                code="undeclared_with_amounts",
                says="未申告なのに、所得か扶養の記載があります。",
                fix="市民税の担当に、申告の有無を確かめてください。",
                fields=("declared", *filled),
            )
    elif said["total"] is None:
        return _effect(
            about,
            RecordOutcome.REFUSED,
            code="total_missing",
            says="申告があるのに、合計所得金額がありません。空欄を0とはみなしません。",
            fix="市民税の担当に、合計所得金額を確かめてください。",
            fields=("total",),
        )
    return None


def _value(said: Mapping[str, Any]) -> IncomeValue:
    """Return the income as the register keeps it; what was not said stays unknown."""
    coded = {
        name: None if said[name] is None else made(said[name]) for name, made in _CODES.items()
    }
    return IncomeValue(
        fiscal_year=said["fiscal_year"],
        levy_year=said["levy_year"],
        **{name: said[name] for name in _COUNTS},
        **cast("dict[str, Any]", coded),
    )


def _standing(about: _About) -> Recorded[IncomeValue] | None:
    found = known.facts(
        person=about.person,
        kinds={"income"},
        operation="interchange.tax_answer",
        occasion=about.occasion,
        sees=frozenset({Field.INCOME}),
    )
    rows = cast("tuple[Recorded[IncomeValue], ...]", found.get("income", ()))
    return next((row for row in rows if row.value.fiscal_year == about.year), None)


def _is_newer(now: Recorded[IncomeValue], *, than: Context) -> bool:
    """Tell whether the income that stands came in a file that was made later, or after this one."""
    prefix, _, _ = now.source_ref.removeprefix("連携").partition("-")
    if now.source is not codes.Source.TAX or than.made_on is None or not prefix.isdigit():
        return False
    file = models.File.objects.filter(pk=int(prefix)).first()
    return (
        file is not None
        and file.made_on is not None
        and (file.made_on, file.pk) > (than.made_on, than.file)
    )


def _applied(about: _About, rows: tuple[tuple[str, int], ...]) -> Effect:
    changed = asking.assessed_with(person=about.person, year=about.year)
    if not changed:
        return _effect(about, RecordOutcome.APPLIED, rows=rows)
    listed = "、".join(str(case) for case in changed[:_SHOWN_CASES])
    more = "ほか" if len(changed) > _SHOWN_CASES else ""
    return _effect(
        about,
        RecordOutcome.APPLIED,
        rows=rows,
        code="income_changed",
        says=f"所得が変わりました。審査済みの案件{listed}{more}の試算が変わることがあります。",
        fix="案件を開いて試算を見直し、進達の後なら年金事務所に連絡してください。",
    )


def _effect(about: _About, outcome: RecordOutcome, **more: Any) -> Effect:  # noqa: ANN401 - fields
    return Effect(outcome=outcome, person=about.person, case=about.case, **more)


_apply = one_by_one(answered)
RECEIVES: Final = (
    Receives(layout="tax_answer", apply=_apply),
    Receives(layout="tax_renewal", apply=_apply),
)
