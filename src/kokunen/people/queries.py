"""The only reader of the register: frozen values out, and each read recorded as it was given.

Every function needs the purpose in its occasion (``UnableToRecord`` without), reads with the role's
eyes (``sees``), and leaves one line in the record for each person it shows.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.access.openings.queries import standing
from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.people import rows
from kokunen.people.codes import NumberKind
from kokunen.people.domain import Hidden, IdentityValue, Masked, MembershipValue, NameValue
from kokunen.people.page import History, HouseholdOn, Member, PersonPage, Unchecked
from kokunen.people.seen import Seer, given

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.people.domain import Recorded, Value

__all__ = [
    "History",
    "HouseholdOn",
    "Member",
    "PersonPage",
    "UnableToFindPerson",
    "Unchecked",
    "facts",
    "history",
    "household_on",
    "key_of",
    "number_of",
    "person_page",
    "unchecked",
]

_FIND: Final = """
SELECT id, protection_covers(id), openings_stand(id, 'protected'),
    set_config('kokunen.case', %s, true)
FROM people_person WHERE key = %s
"""
_KNOWN: Final = (
    "{0}.recorded_at <= %(at)s AND ({0}.superseded_at IS NULL OR {0}.superseded_at > %(at)s)"
)
_MEMBERS: Final = """
SELECT p.key, p.id, m.head, m.relationship, COALESCE(NULLIF(n.name, ''), n.latin, '')
FROM people_membership m
JOIN people_person p ON p.id = m.person_id
LEFT JOIN people_name n ON n.person_id = m.person_id AND n.valid @> %(on)s::date AND {name}
WHERE m.household_id = %(household)s AND m.valid @> %(on)s::date AND {membership}
ORDER BY m.head DESC, m.id
"""
_UNCHECKED: Final = """
SELECT e.request_id, e.operation, e.person_id, p.key, e.recorded_at, e.recorded_by, e.reason,
    e.rows::text
FROM people_entry e LEFT JOIN people_person p ON p.id = e.person_id
WHERE e.recorded_by NOT IN (0, %s)
    AND NOT EXISTS (SELECT FROM people_check c WHERE c.entry_id = e.request_id)
ORDER BY e.recorded_at, e.request_id LIMIT %s
"""


class UnableToFindPerson(Refusal):
    """Nobody has this key."""

    code = "no_person"


def person_page(
    *,
    key: UUID,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
    known_at: datetime | None = None,
) -> PersonPage:
    """Return everything on one person that the role sees.

    ``opening`` is a standing opening for what a protection measure seals; ``known_at`` gives the
    register as it was known at that time. Incomes need an open case that tests the person. The
    other members of the household are shown with their names, and each has a line in the record.
    Raises ``UnableToFindPerson``.
    """
    with _reading(key=key, occasion=occasion, sees=sees, opening=opening) as (number, seer, flags):
        facts = seer.shown(rows.load(person=number, kinds=seer.kinds(), known_at=known_at))
        on = day_of(occasion.at if known_at is None else known_at)
        household = _household(facts, seer, on=on, known_at=known_at)
        page = _page(key, number, facts, seer, household, on=on, known_at=known_at, flags=flags)
        record(
            act=Act.READ,
            operation="people.person_page",
            occasion=occasion,
            person=number,
            shown=page.given,
        )
        if isinstance(household, HouseholdOn):
            _record_members(household, "people.person_page", occasion, besides=number)
    return page


def _page(
    key: UUID,
    number: int,
    facts: dict[str, tuple[Recorded[Value], ...]],
    seer: Seer,
    household: HouseholdOn | Hidden | Masked | None,
    *,
    on: date,
    known_at: datetime | None,
    flags: tuple[bool, bool],
) -> PersonPage:
    def group(kind: str) -> Any:  # noqa: ANN401 - the kind says which value the facts hold
        return seer.withheld(kind) or facts[kind]

    def numbers(kind: NumberKind, field: Field) -> Any:  # noqa: ANN401 - as above
        if field not in seer.sees:
            return Hidden()
        if kind == NumberKind.OLD and seer.masked:
            return Masked()
        found = facts.get("basic_number", ())
        return tuple(fact for fact in found if getattr(fact.value, "kind", "") == kind)

    name = cast("Recorded[NameValue] | None", rows.current(facts.get("name", ()), on))
    identity = rows.current(facts.get("identity", ()), on)
    born = cast("IdentityValue | None", identity.value if identity else None)
    sees = seer.sees
    return PersonPage(
        key=key,
        number=number,
        on=on,
        known_at=known_at,
        protected=flags[0] and Field.PROTECTION in sees,
        opened=flags[1],
        name=name if Field.NAME in sees else Hidden(),
        names=group("name"),
        kana=(name.value.kana if name else "") if Field.KANA in sees else Hidden(),
        birth_date=(born.birth_date if born else None) if Field.BIRTH_DATE in sees else Hidden(),
        birth_date_text=born.birth_date_text if born else "",
        sex=(born.sex if born else None) if Field.SEX in sees else Hidden(),
        register=group("register"),
        stops=group("stop"),
        foreign=group("foreign"),
        memberships=group("membership"),
        household=household,
        addresses=group("address"),
        phones=group("phone"),
        basic_numbers=numbers(NumberKind.CURRENT, Field.BASIC_NUMBER),
        old_numbers=numbers(NumberKind.OLD, Field.OLD_NUMBER),
        enrolments=group("enrolment"),
        additionals=group("additional"),
        exemptions=group("exemption"),
        claims=group("claim"),
        incomes=group("income"),
        given=given(facts)
        | ({Field.PROTECTION.value} if flags[0] and Field.PROTECTION in sees else frozenset()),
    )


def history(
    *,
    key: UUID,
    group: str,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
    known_at: datetime | None = None,
) -> History:
    """Return all rows of one kind of fact (a name of ``domain.VALUES``), superseded ones too.

    With who recorded, who checked and why. What the role does not see is Hidden, and the attempt
    is recorded as a refusal.
    """
    with _reading(key=key, occasion=occasion, sees=sees, opening=opening) as (number, seer, _):
        withheld = seer.withheld(group)
        facts = (
            {}
            if withheld
            else seer.shown(
                rows.load(person=number, kinds={group}, known_at=known_at, superseded=True)
            )
        )
        record(
            act=Act.REFUSE if withheld else Act.READ,
            operation="people.history",
            occasion=occasion,
            person=number,
            shown=given(facts),
            outcome=_code(withheld),
        )
    return History(kind=group, rows=withheld or facts[group])


def facts(
    *,
    person: int,
    kinds: Collection[str],
    operation: str,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> dict[str, tuple[Recorded[Value], ...]]:
    """Return the facts in force of some kinds (names of ``domain.VALUES``), oldest period first.

    What a duty reads for the law: kinds that the role does not see, that are sealed, or that need a
    case are left out. One line in the record, under ``operation``. Raises ``UnableToFindPerson``.
    """
    with _reading(key=key_of(person), occasion=occasion, sees=sees, opening=opening) as (
        number,
        seer,
        _,
    ):
        found = seer.shown(rows.load(person=number, kinds=seer.kinds() & set(kinds)))
        record(
            act=Act.READ,
            operation=operation,
            occasion=occasion,
            person=number,
            shown=given(found),
        )
    return found


def household_on(
    *,
    person: int,
    on: date,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
    known_at: datetime | None = None,
) -> HouseholdOn | Hidden | Masked | None:
    """Return the household of a person on a day, or None when no household is known.

    Members under a protection measure are left out unless the opening is for them. Each member
    shown has a line in the record. Raises ``UnableToFindPerson``.
    """
    with _reading(key=key_of(person), occasion=occasion, sees=sees, opening=opening) as (
        number,
        seer,
        _,
    ):
        kinds = seer.kinds() & {"membership"}
        facts = rows.load(person=number, kinds=kinds, known_at=known_at)
        found = _household(facts, seer, on=on, known_at=known_at)
        if isinstance(found, HouseholdOn):
            _record_members(found, "people.household_on", occasion)
        else:
            refused = found is not None
            record(
                act=Act.REFUSE if refused else Act.READ,
                operation="people.household_on",
                occasion=occasion,
                person=number,
                outcome=_code(found),
            )
    return found


def unchecked(*, staff: int, limit: int = 100) -> tuple[Unchecked, ...]:
    """Return the entries of other members of staff that nobody has checked, oldest first.

    Shows no facts and names nobody; what a program entered needs no check.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNCHECKED, [staff, limit])
        found = cursor.fetchall()
    return tuple(
        Unchecked(
            entry=entry,
            operation=operation,
            person=person,
            person_key=key,
            recorded_at=recorded_at,
            recorded_by=recorded_by,
            reason=reason,
            rows=tuple((kind, row) for kind, row in json.loads(written)),
        )
        for entry, operation, person, key, recorded_at, recorded_by, reason, written in found
    )


def number_of(key: UUID) -> int:
    """Return the 宛名番号 that a key stands for; shows nothing and records nothing."""
    return int(_one("SELECT id FROM people_person WHERE key = %s", key))


def key_of(person: int) -> UUID:
    """Return the key that stands for a 宛名番号 in URLs; shows nothing and records nothing."""
    return cast("UUID", _one("SELECT key FROM people_person WHERE id = %s", person))


def _one(query: str, given_: int | UUID) -> Any:  # noqa: ANN401 - one column of one row
    with connection.cursor() as cursor:
        cursor.execute(query, [given_])
        row = cursor.fetchone()
    if row is None:
        raise _nobody()
    return row[0]


def _nobody() -> Refusal:
    return UnableToFindPerson(
        "この人は登録されていません。", fix="検索し直してください。", field="key"
    )


def _code(withheld: object) -> str:
    if isinstance(withheld, Masked):
        return "protected"
    return f"hidden_{withheld.why}" if isinstance(withheld, Hidden) else ""


@contextmanager
def _reading(
    *, key: UUID, occasion: Occasion, sees: Collection[Field], opening: UUID | None
) -> Iterator[tuple[int, Seer, tuple[bool, bool]]]:
    """Read within one transaction, with the opening and the case named to the database."""
    with transaction.atomic(), ExitStack() as stack:
        if opening is not None:
            stack.enter_context(standing(opening, occasion.staff))
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [str(occasion.case or ""), key])
            row = cursor.fetchone()
            if row is None:
                raise _nobody()
            number, covered, opened, _ = row
            # Asked of the wall itself: a case that does not test the person opens nothing.
            cursor.execute("SELECT cases_opens_income(%s)", [number])
            seer = Seer(sees=sees, masked=covered and not opened, case=cursor.fetchone()[0])
            yield number, seer, (covered, opened)
            if occasion.case is not None:
                cursor.execute("SELECT set_config('kokunen.case', '', true)")


def _household(
    facts: dict[str, tuple[Recorded[Value], ...]],
    seer: Seer,
    *,
    on: date,
    known_at: datetime | None,
) -> HouseholdOn | Hidden | Masked | None:
    withheld = seer.withheld("membership")
    if withheld:
        return withheld
    own = rows.current(facts["membership"], on)
    if own is None:
        return None
    number = cast("MembershipValue", own.value).household
    known = "{0}.superseded_at IS NULL" if known_at is None else _KNOWN
    with connection.cursor() as cursor:
        cursor.execute(
            _MEMBERS.format(name=known.format("n"), membership=known.format("m")),
            {"on": on, "household": number, "at": known_at},
        )
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return HouseholdOn(
        number=number,
        on=on,
        members=tuple(
            Member(
                key=key,
                number=person,
                head=head,
                relationship=relationship,
                name=name if Field.NAME in seer.sees else Hidden(),
            )
            for key, person, head, relationship, name in found
        ),
    )


def _record_members(
    household: HouseholdOn, operation: str, occasion: Occasion, *, besides: int | None = None
) -> None:
    for member in household.members:
        if member.number != besides:
            named = {Field.NAME.value} if member.name and isinstance(member.name, str) else set()
            record(
                act=Act.READ,
                operation=operation,
                occasion=occasion,
                person=member.number,
                shown={Field.HOUSEHOLD.value, *named},
            )
