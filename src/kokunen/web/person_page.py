"""The person on one page, put into rows: who, what is known and from where, what the law says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kokunen.dates.age import age_on
from kokunen.people.domain import (
    AddressValue,
    EnrolmentValue,
    Hidden,
    IncomeValue,
    Masked,
    NameValue,
    PhoneValue,
    RegisterValue,
)
from kokunen.web import showing
from kokunen.web.law_says import Saying, sayings
from kokunen.web.templatetags.office import both, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from kokunen.people.domain import Recorded, Value
    from kokunen.people.page import HouseholdOn, PersonPage
    from kokunen.people.periods import Period

_DAY: Final = timedelta(days=1)
_SHOWN_OF_EACH: Final = 3
"""So many facts of a kind stand on the page; the history has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: ``value`` is a text, or says why there is none.

    ``kind`` leads to the history, ``row`` to the correction (None where there is none).
    """

    label: str
    value: object
    period: str = ""
    source: str = ""
    unchecked: bool = False
    checked: bool = False
    kind: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What is known of one kind."""

    kind: str
    label: str
    rows: tuple[Row, ...]
    withheld: object = None
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """The five parts of the page, but for what was asked (there are no cases yet)."""

    title: object
    kana: object
    others: tuple[Row, ...]
    who: tuple[Row, ...]
    household: object
    blocks: tuple[Block, ...]
    law: tuple[Saying, ...]
    stops: tuple[Row, ...]


def panels(page: PersonPage) -> Panels:
    """Return the page in rows."""
    name = page.name.value if page.name and not isinstance(page.name, Hidden) else None
    title: object = page.name if isinstance(page.name, Hidden) else "氏名の記録なし"
    if name is not None:
        title = name.name or name.latin
    return Panels(
        title=title,
        kana=page.kana,
        others=tuple(_other_names(name)),
        who=tuple(_who(page)),
        household=page.household,
        blocks=tuple(_blocks(page)),
        law=_law(page),
        stops=_present(page.stops, page.on) if isinstance(page.stops, tuple) else (),
    )


def period(valid: Period) -> str:
    """Write a period with its last day, as people say it."""
    start = short(valid.start) if valid.start else ""
    end = short(valid.end - _DAY) if valid.end else ""
    return f"{start}〜{end}" if start or end else ""


def stated(fact: Recorded[Value]) -> str:
    """Write where a fact comes from and when it was recorded."""
    reference = f" {fact.source_ref}" if fact.source_ref else ""
    return f"{fact.source.label}{reference}・{short(fact.recorded_at)} 記録"


def row_of(fact: Recorded[Value], *, label: str = "", text: str = "") -> Row:
    """Return a fact as one row."""
    span = period(fact.valid)
    if isinstance(fact.value, EnrolmentValue):
        got, lost = short(fact.valid.start), short(fact.valid.end)
        span = f"取得 {got}" + (f" 喪失 {lost}" if lost else "")
    return Row(
        label=label,
        value=text or showing.line(fact.value),
        period=span,
        source=stated(fact),
        unchecked=fact.checked_by is None and fact.recorded_by != 0,
        checked=fact.checked_by is not None,
        kind=fact.value.KIND,
        row=fact.id,
    )


def _present(facts: Iterable[Recorded[Value]], on: date) -> tuple[Row, ...]:
    return tuple(row_of(fact) for fact in facts if on in fact.valid)


def _other_names(name: NameValue | None) -> Iterator[Row]:
    if name is None:
        return
    if name.latin and name.name:
        yield Row(label="ローマ字", value=name.latin)
    if name.alias:
        kana = f"({name.alias_kana})" if name.alias_kana else ""
        yield Row(label="通称", value=f"{name.alias}{kana}")


def _who(page: PersonPage) -> Iterator[Row]:
    yield Row(label="生年月日", value=_birth(page), kind="identity")
    sex = page.sex
    yield Row(
        label="性別",
        value=sex if sex is None or isinstance(sex, Hidden) else sex.label,
        kind="identity",
    )
    yield from _addresses(page)
    yield from _phones(page)
    yield from _register(page)
    if isinstance(page.foreign, tuple):
        for fact in page.foreign:
            if page.on in fact.valid:
                yield row_of(fact, label="国籍・在留")


def _birth(page: PersonPage) -> object:
    born = page.birth_date
    if isinstance(born, Hidden):
        return born
    if born is None:
        return page.birth_date_text or None
    if born > page.on:
        return both(born)
    return f"{both(born)} {age_on(birth_date=born, on=page.on)}歳"


def _addresses(page: PersonPage) -> Iterator[Row]:
    if not isinstance(page.addresses, tuple):
        yield Row(label="住所", value=page.addresses, kind="address")
        return
    found = [fact for fact in page.addresses if page.on in fact.valid]
    first = [fact for fact in found if _address(fact.value).kind in {"residence", "mailing"}]
    for fact in first:
        value = _address(fact.value)
        postal = f"〒{value.postal_code[:3]}-{value.postal_code[3:]} " if value.postal_code else ""
        label = "住所" if value.kind == "residence" else value.kind.label
        yield row_of(fact, label=label, text=f"{postal}{value.line}")
    if not first:
        yield Row(label="住所", value=None, kind="address")


def _address(value: AddressValue) -> AddressValue:
    return value


def _phones(page: PersonPage) -> Iterator[Row]:
    if not isinstance(page.phones, tuple):
        yield Row(label="電話", value=page.phones, kind="phone")
        return
    found = [fact for fact in page.phones if page.on in fact.valid]
    for fact in found:
        value: PhoneValue = fact.value
        yield row_of(fact, label="電話", text=f"{value.number}({value.kind.label})")
    if not found:
        yield Row(label="電話", value=None, kind="phone")


def _register(page: PersonPage) -> Iterator[Row]:
    if not isinstance(page.register, tuple):
        yield Row(label="住民区分", value=page.register, kind="register")
        return
    for fact in page.register:
        if page.on in fact.valid:
            value: RegisterValue = fact.value
            parts = [value.residency.label]
            if value.arrival and value.arrived_on:
                parts.append(f"{short(value.arrived_on)} {value.arrival.label}")
            if value.removal:
                parts.append(f"{short(value.removed_on)} 消除({value.removal.label})")
            yield row_of(fact, label="住民区分", text="、".join(parts))


def _blocks(page: PersonPage) -> Iterator[Block]:
    numbers = _joined(page.basic_numbers, page.old_numbers)
    yield _block("basic_number", numbers, page.on)
    if isinstance(page.old_numbers, Masked):
        yield Block(kind="old_number", label="旧年金番号", rows=(), withheld=page.old_numbers)
    for kind, facts in (
        ("enrolment", page.enrolments),
        ("exemption", page.exemptions),
        ("additional", page.additionals),
        ("claim", page.claims),
        ("income", page.incomes),
    ):
        yield _block(kind, facts, page.on)


def _joined(*groups: object) -> object:
    found = [group for group in groups if isinstance(group, tuple)]
    return tuple(fact for group in found for fact in group) if found else groups[0]


def _block(kind: str, facts: object, on: date) -> Block:
    label = showing.GROUPS[kind]
    if not isinstance(facts, tuple):
        return Block(kind=kind, label=label, rows=(), withheld=facts)
    newest: Sequence[Recorded[Value]] = sorted(
        facts, key=lambda fact: (on in fact.valid, str(fact.valid.start or "")), reverse=True
    )
    return Block(
        kind=kind,
        label=label,
        rows=tuple(_row(fact) for fact in newest[:_SHOWN_OF_EACH]),
        more=max(0, len(newest) - _SHOWN_OF_EACH),
    )


def _row(fact: Recorded[Value]) -> Row:
    if isinstance(fact.value, IncomeValue):
        total = fact.value.total
        said = "未申告・不明" if total is None else f"{total:,}円"
        return row_of(fact, text=f"{fact.value.fiscal_year}年度 合計所得 {said}")
    return row_of(fact)


def _law(page: PersonPage) -> tuple[Saying, ...]:
    born = page.birth_date
    if isinstance(born, Hidden) or not isinstance(page.enrolments, tuple):
        return ()
    return sayings(
        birth_date=born,
        enrolments=page.enrolments,
        exemptions=page.exemptions if isinstance(page.exemptions, tuple) else (),
        on=page.on,
    )


def members(household: object) -> HouseholdOn | None:
    """Return the household when it may be shown."""
    return None if household is None or isinstance(household, Hidden | Masked) else household  # type: ignore[return-value]  # what remains of the union
