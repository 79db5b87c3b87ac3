"""What each filing does to the facts of the register. Pure.

A change is complete in itself: what was there before is named by its row, so that it can be taken
back row by row. 種別変更 ends one category on the day on which the other begins.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue.enrolment_items import (
    ACQUISITION_CAUSES,
    LOSS_CAUSES,
    VOLUNTARY_END_CAUSES,
)
from kokunen.dates.month import Month
from kokunen.enrolment import life
from kokunen.enrolment.days import acquired_on, day, item, lost_on
from kokunen.enrolment.life import ONE_DAY, Held, enrolments, of, on_day
from kokunen.enrolment.months import months, of_period, uncovered
from kokunen.enrolment.timeline import PAYS_ADDITIONAL
from kokunen.people.codes import AddressKind, Category, Outcome, Sex
from kokunen.people.domain import (
    AdditionalValue,
    AddressValue,
    EnrolmentValue,
    ExemptionValue,
    IdentityValue,
    NameValue,
    Value,
)
from kokunen.people.periods import ALWAYS, Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from kokunen.cases.domain import Receipt
    from kokunen.enrolment.life import Facts
    from kokunen.enrolment.months import Run, Stretch

VOLUNTARY_CAUSE: Final = "任意加入の申出"
SPECIAL_CAUSE: Final = "特例任意加入の申出"
ENDABLE: Final = frozenset({Category.CATEGORY_1, Category.VOLUNTARY, Category.VOLUNTARY_SPECIAL})
"""The categories whose end is filed with the city."""
_ACQUIRED: Final = dict(ACQUISITION_CAUSES)
_LOST: Final = dict(LOSS_CAUSES) | dict(VOLUNTARY_END_CAUSES)
_NEXT: Final = {"category_2": Category.CATEGORY_2, "category_3": Category.CATEGORY_3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact entered, put in the place of a row, or (``value`` None) taken back."""

    kind: str
    value: Value | None
    valid: Period = ALWAYS
    row: int | None = None


def changes(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    """Return what the filing does to the register, in the order in which it is to be entered.

    Nothing for a filing that changes no fact, whose day is not known yet, or that tells of a name,
    an address or a change of category which the register already holds. The filing is taken
    as sound: `domain.check` says whether it is.
    """
    make = _MAKES.get(receipt.filing)
    made = () if make is None else make(receipt, facts)
    if make in (_acquired, _lost):
        return _with_months(made, facts, lost_on(receipt, facts), _lost_cause(receipt))
    return made


def after(facts: Facts, made: Iterable[Change]) -> Facts:
    """Return the facts as the changes would leave them."""
    found = {kind: list(held) for kind, held in facts.items()}
    for change in made:
        kept = [fact for fact in found.get(change.kind, []) if fact.id != change.row]
        if change.value is not None:
            kept.append(Held(value=change.value, valid=change.valid))
        found[change.kind] = kept
    return found


def _lost_cause(receipt: Receipt) -> str:
    if receipt.filing == "departure":
        return _LOST["abroad"]
    return _LOST.get(item(receipt, "cause"), "")


def _laid(
    held: Sequence[Held[Any]], value: Value, valid: Period, **ending: str
) -> tuple[Change, ...]:
    """Put a value over what holds in its lane from its first day on.

    ``ending`` says why what ends does. Nothing of it comes back after the last day of the new one.
    """
    cut: list[Change] = []
    kind = value.KIND
    for fact in held:
        if fact.value.lane() != value.lane() or not fact.valid.overlaps(valid):
            continue
        start, on = fact.valid.start, valid.start
        if on is None or (start is not None and start >= on):
            cut.append(Change(kind=kind, value=None, row=fact.id))
            continue
        emptied = {
            name: type(fact.value).__dataclass_fields__[name].default for name in fact.value.AT_END
        }
        old = replace(fact.value, **{**emptied, **ending})
        cut.append(Change(kind=kind, value=old, valid=Period(start=start, end=on), row=fact.id))
    return (*cut, Change(kind=kind, value=value, valid=valid))


def _acquired(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    start = acquired_on(receipt, facts)
    if start is None:
        return ()
    known = enrolments(facts)
    category, cause = {
        "voluntary": (Category.VOLUNTARY, VOLUNTARY_CAUSE),
        "special_voluntary": (Category.VOLUNTARY_SPECIAL, SPECIAL_CAUSE),
    }.get(receipt.filing, (Category.CATEGORY_1, _ACQUIRED.get(item(receipt, "cause"), "")))
    end, why = _until(receipt, facts, start)
    return _laid(
        known,
        EnrolmentValue(category=category, acquired_cause=cause, lost_cause=why),
        Period(start=start, end=end),
        lost_cause=cause,
    )


def _until(receipt: Receipt, facts: Facts, start: date) -> tuple[date | None, str]:
    """Return what has ended, at the receipt, an insurance that is filed late: the day and why."""
    ends = [
        (fact.valid.start, fact.value.acquired_cause)
        for fact in enrolments(facts)
        if fact.valid.start is not None
    ]
    if receipt.filing in ("acquisition", "category_change"):
        sixty, died = life.at_age(facts, 60), life.died_on(facts)
        if sixty is not None and sixty <= receipt.received_on:
            ends.append((sixty, _LOST["age_60"]))
        if died is not None:
            ends.append((died + ONE_DAY, _LOST["death"]))
        ends += [
            (away.start, _LOST["abroad"])
            for away in life.abroad(facts)
            if away.start is not None and away.start <= receipt.received_on
        ]
    return min((each for each in ends if each[0] > start), default=(None, ""))


def already_recorded(receipt: Receipt, facts: Facts) -> Held[EnrolmentValue] | None:
    """Return the enrolment by which the register already says what a loss reports, or None.

    That is what the paper would end, ended on that very day, or the category that followed it: the
    agency's own record came first. Only of a loss to category 2 or 3.
    """
    following = _NEXT.get(item(receipt, "cause")) if receipt.filing == "loss" else None
    lost, old = lost_on(receipt, facts), ended(receipt, facts)
    if following is None or lost is None:
        return None
    if old is not None and old.value.category in ENDABLE:
        return old if old.valid.end == lost else None
    known = enrolments(facts)
    now = on_day(known, lost)
    if now is None or now.value.category is not following:
        return None
    earlier = known[: known.index(now)]
    return now if earlier and earlier[-1].value.category in ENDABLE else None


def ended(receipt: Receipt, facts: Facts) -> Held[EnrolmentValue] | None:
    """Return the enrolment that a filing of loss ends, or None: nothing holds on its last day."""
    lost = lost_on(receipt, facts)
    return None if lost is None else on_day(enrolments(facts), lost - ONE_DAY)


def _lost(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    lost, fact = lost_on(receipt, facts), ended(receipt, facts)
    if lost is None or fact is None or fact.valid.start is None:
        return ()
    if already_recorded(receipt, facts) is not None:
        return ()
    cause = item(receipt, "cause")
    made = [
        Change(
            kind=EnrolmentValue.KIND,
            value=replace(fact.value, lost_cause=_lost_cause(receipt)),
            valid=Period(start=fact.valid.start, end=lost),
            row=fact.id,
        )
    ]
    following: EnrolmentValue | None = None
    start = lost
    if cause in _NEXT:
        following = EnrolmentValue(category=_NEXT[cause], acquired_cause=_LOST[cause])
    elif (acquired := acquired_on(receipt, facts)) is not None:
        following = EnrolmentValue(category=Category.VOLUNTARY, acquired_cause=VOLUNTARY_CAUSE)
        start = acquired
    until = fact.valid.end
    if following is not None and (until is None or start < until):
        made.append(
            Change(kind=EnrolmentValue.KIND, value=following, valid=Period(start=start, end=until))
        )
    return tuple(made)


def _with_months(
    made: tuple[Change, ...], facts: Facts, lost: date | None, cause: str
) -> tuple[Change, ...]:
    """End the additional premiums and exemptions of months that no longer are the person's.

    Neither goes on in an insurance that begins after the loss: it is applied for anew.
    """
    before = months(facts)
    known = {each.acquired_on for each in before}
    then = [
        each
        for each in months(after(facts, made))
        if lost is None or each.acquired_on < lost or each.acquired_on in known
    ]
    return (*made, *_ended(facts, then, before, cause or "資格喪失"))


def _ended(
    facts: Facts, then: Sequence[Stretch], before: Sequence[Stretch], cause: str
) -> Iterator[Change]:
    """End what ``then`` no longer covers; what it did not cover ``before`` is left as it is."""
    for fact in (*of(facts, AdditionalValue), *of(facts, ExemptionValue)):
        value, start, run = fact.value, fact.valid.start, of_period(fact.valid)
        additional = isinstance(value, AdditionalValue)
        if run is None or start is None:
            continue
        if isinstance(value, ExemptionValue) and value.outcome is not Outcome.APPROVED:
            continue
        open_to = PAYS_ADDITIONAL if additional else frozenset({Category.CATEGORY_1})
        gone = uncovered(run, _counted(then, open_to))
        if gone is None or gone == uncovered(run, _counted(before, open_to)):
            continue
        keeps = gone.first_day > start
        ending = {"left_cause" if additional else "ended_cause": cause}
        yield Change(
            kind=value.KIND,
            value=replace(value, **ending) if keeps else None,
            valid=Period(start=start, end=gone.first_day) if keeps else ALWAYS,
            row=fact.id,
        )


def _counted(known: Iterable[Stretch], categories: frozenset[Category]) -> list[Run]:
    return [each.months for each in known if each.category in categories and each.months]


def _named(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    known = of(facts, NameValue)
    start = receipt.event_on
    if start is None:
        return ()
    old = on_day(known, start)
    given = {
        name: item(receipt, name) or (getattr(old.value, name) if old and keeps else "")
        for name, keeps in (
            ("name", False),
            ("kana", False),
            ("latin", True),
            ("alias", True),
            ("alias_kana", True),
        )
    }
    value = NameValue(**given)
    return () if old and old.value == value else _laid(known, value, _from(start, known))


def _moved(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    start = receipt.event_on
    if start is None:
        return ()
    parts = ("postal_code", "prefecture", "city", "town", "block", "building", "country")
    value = AddressValue(
        kind=AddressKind(item(receipt, "kind")), **{part: item(receipt, part) for part in parts}
    )
    known = [fact for fact in of(facts, AddressValue) if fact.value.kind is value.kind]
    old = on_day(known, start)
    if old is not None and _same_place(value, old.value):
        return ()
    return _laid(known, value, _from(start, known))


def _same_place(stated: AddressValue, known: AddressValue) -> bool:
    """Tell whether a paper names the place that the register knows, whose codes it need not say."""
    return known == replace(
        stated,
        municipality_code=known.municipality_code,
        postal_code=stated.postal_code or known.postal_code,
        prefecture=stated.prefecture or known.prefecture,
    )


def _from(start: date, known: Sequence[Held[Any]]) -> Period:
    later = [fact.valid.start for fact in known if fact.valid.start and fact.valid.start > start]
    return Period(start=start, end=min(later, default=None))


def _corrected(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    known = of(facts, IdentityValue)
    old = known[0].value if known else IdentityValue(birth_date=None)
    if receipt.filing == "sex_correction":
        value = replace(old, sex=Sex(item(receipt, "sex")))
    else:
        value = replace(old, birth_date=day(receipt, "birth_date"), birth_date_text="")
    if known and value == old:
        return ()
    return (Change(kind=value.KIND, value=value, row=known[0].id if known else None),)


def _additional_on(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    holds = on_day(enrolments(facts), receipt.received_on)
    if holds is None or holds.valid.start is None:
        return ()
    start = max(Month.of(receipt.received_on).first_day, holds.valid.start)
    value = AdditionalValue(joined_filed_on=receipt.received_on)
    return _laid(of(facts, AdditionalValue), value, Period(start=start, end=holds.valid.end))


def _additional_off(receipt: Receipt, facts: Facts) -> tuple[Change, ...]:
    filed = day(receipt, "fund_on") or receipt.received_on
    fact = next(
        (
            each
            for each in of(facts, AdditionalValue)
            if each.valid.end is None or each.valid.end > filed
        ),
        None,
    )
    if fact is None or fact.valid.start is None:
        return ()
    month = Month.of(filed) - 1
    if item(receipt, "paid_until"):
        month = max(month, Month.parse(item(receipt, "paid_until")) + 1)
    left = {"wish": "辞退", "fund": "国民年金基金への加入"}[item(receipt, "cause")]
    if month.first_day <= fact.valid.start:
        return (Change(kind=fact.value.KIND, value=None, row=fact.id),)
    value = replace(fact.value, left_filed_on=filed, left_cause=left)
    end = month.first_day if fact.valid.end is None else min(month.first_day, fact.valid.end)
    return (
        Change(
            kind=value.KIND, value=value, valid=Period(start=fact.valid.start, end=end), row=fact.id
        ),
    )


_MAKES: Final[Mapping[str, Callable[[Receipt, Facts], tuple[Change, ...]]]] = {
    "acquisition": _acquired,
    "category_change": _acquired,
    "voluntary": _acquired,
    "special_voluntary": _acquired,
    "loss": _lost,
    "voluntary_end": _lost,
    "departure": _lost,
    "name_change": _named,
    "address_change": _moved,
    "birth_date_correction": _corrected,
    "sex_correction": _corrected,
    "additional_on": _additional_on,
    "additional_off": _additional_off,
}
