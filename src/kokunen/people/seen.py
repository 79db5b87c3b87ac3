"""Which of the facts found may be shown: by role, by protection measure, by case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

from kokunen.access.domain import Field
from kokunen.people.codes import NumberKind
from kokunen.people.domain import SEALED, VALUES, Hidden, Masked, NumberValue, Recorded, Value

Facts = Mapping[str, tuple[Recorded[Value], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seer:
    """Who looks: the fields of the role, whether the person is masked, whether a case tests."""

    sees: Collection[Field]
    masked: bool
    case: bool

    def kinds(self) -> frozenset[str]:
        """Return the kinds of facts to ask for: none is read that will not be shown."""
        return frozenset(
            kind
            for kind, value in VALUES.items()
            if not self.withheld(kind) and not set(value.FIELDS).isdisjoint(self.sees)
        )

    def withheld(self, kind: str) -> Hidden | Masked | None:
        """Return why nothing of a kind (a name of VALUES, or ``old_number``) is shown."""
        wanted = {Field.OLD_NUMBER} if kind == "old_number" else set(VALUES[kind].FIELDS)
        if wanted.isdisjoint(self.sees):
            return Hidden()
        if kind == "income" and not self.case:
            return Hidden(why="case")
        return Masked() if self.masked and kind in SEALED else None

    def shown(self, facts: Facts) -> dict[str, tuple[Recorded[Value], ...]]:
        """Return the facts as this role sees them: columns of other fields are emptied."""
        return {
            kind: tuple(
                emptied(fact, self.sees)
                for fact in found
                if kind != "basic_number" or self._number(fact)
            )
            for kind, found in facts.items()
        }

    def _number(self, fact: Recorded[Value]) -> bool:
        return field_of_number(fact) in self.sees


def field_of_number(fact: Recorded[Value]) -> Field:
    """Return the field that a pension number belongs to."""
    old = isinstance(fact.value, NumberValue) and fact.value.kind == NumberKind.OLD
    return Field.OLD_NUMBER if old else Field.BASIC_NUMBER


def emptied(fact: Recorded[Value], sees: Collection[Field]) -> Recorded[Value]:
    """Return a fact without the columns of fields that are not seen; ``withheld`` names them."""
    if fact.value.KIND == "basic_number":
        return fact
    unseen = {field: columns for field, columns in fact.value.FIELDS.items() if field not in sees}
    if not unseen:
        return fact
    kept = {column for field in sees for column in fact.value.FIELDS.get(field, ())}
    empty = {
        column: _empty(fact.value, column)
        for columns in unseen.values()
        for column in columns
        if column not in kept
    }
    return replace(fact, value=replace(fact.value, **empty), withheld=frozenset(unseen))


def _empty(value: Value, column: str) -> object:
    default = next(each.default for each in fields(value) if each.name == column)
    return default if isinstance(default, str) else None


def given(facts: Facts) -> frozenset[str]:
    """Return the names of the fields that the facts really show something of."""
    return frozenset(
        field.value
        for found in facts.values()
        for fact in found
        for field in (
            (field_of_number(fact),) if fact.value.KIND == "basic_number" else fact.value.FIELDS
        )
        if field not in fact.withheld and _says(fact.value, field)
    )


def _says(value: Value, field: Field) -> bool:
    return any(getattr(value, column) not in ("", None) for column in value.FIELDS[field])
