"""What goes to the pension service: the cases forwarded and not sent, as data and on paper.

The desk forwards a case by a step; here the steps are taken that no file holds (pull). A person
under 支援措置 goes out without address, postal code and telephone, and without what was written in
free words or names other people, in the data as on paper: the agency knows the person by the number
(practice.md §7), and the office encloses the paper it received where more is needed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection, transaction

from kokunen.access.domain import SEES, Field, Role
from kokunen.access.protection.queries import covered
from kokunen.cases.catalogue.kinds import ItemKind
from kokunen.dates.errors import Refusal
from kokunen.forms import filled, reading
from kokunen.forms import queries as forms
from kokunen.forms.domain import Filed, Person
from kokunen.forms.reading import Looker
from kokunen.interchange.codec.writing import UnableToWriteRecord
from kokunen.interchange.domain import Sent
from kokunen.interchange.outbox import drafting, laying, ledger
from kokunen.people import queries as people

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from kokunen.audit.domain import Occasion
    from kokunen.cases.values import Case
    from kokunen.people.domain import IdentityValue

LAYOUT: Final = "agency_forwarding"
TO: Final = "日本年金機構"
_SEES: Final = SEES[Role.EXAMINER] - {Field.MY_NUMBER, Field.OLD_NUMBER}
_UNWRITTEN: Final = _SEES - {Field.ENROLMENT, Field.EXEMPTION, Field.CLAIM, Field.INCOME}
"""What the paper of a protected person shows: not what stands on the filing."""
_SEALED_ITEMS: Final = frozenset({ItemKind.TEXT, ItemKind.LINES, ItemKind.PERSON})
_WAITING: Final = """
SELECT o.case_id, c.person_id, step.number, step.on_day
FROM cases_open o
JOIN cases_case c ON c.id = o.case_id
JOIN LATERAL (SELECT kind, number, on_day FROM cases_step
    WHERE case_id = o.case_id AND kind <> 'taken' ORDER BY number DESC LIMIT 1
    ) AS step ON step.kind = 'forwarded'
WHERE NOT EXISTS (SELECT FROM interchange_sent s
    WHERE s.layout = 'agency_forwarding' AND s.withdrawn_at IS NULL
        AND s.key = 'case ' || o.case_id || ' step ' || step.number)
ORDER BY o.case_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A case that was forwarded by a step and stands in no file."""

    case: int
    person: int
    step: int
    on: date

    @property
    def key(self) -> str:
        """What is sent once: this step of this case."""
        return f"case {self.case} step {self.step}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _LeftOut:
    case: int
    code: str
    field: str

    def said(self) -> dict[str, Any]:
        return {"case": self.case, "code": self.code, "field": self.field}


def waiting() -> tuple[Waiting, ...]:
    """Return the forwarded cases that no file holds, by number; shows nobody."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return tuple(
            Waiting(case=case, person=person, step=step, on=on)
            for case, person, step, on in cursor.fetchall()
        )


def make(*, on: date, occasion: Occasion) -> int | None:
    """Make the file of what waits, with its papers; None: nothing waits, or nothing can go.

    A case that cannot be written or printed is left out, named in the MADE event with the reason's
    code, and comes again.
    """
    left: list[_LeftOut] = []
    with transaction.atomic():
        ledger.holding_folders()
        records = _writable(_records(occasion, left), on, left)
        records, papers = _printed(records, on, occasion, left)
        return drafting.make(
            layout=LAYOUT,
            pages=[records],
            on=on,
            occasion=occasion,
            detail={"papers": papers, "left_out": [each.said() for each in left]},
        )


def _records(occasion: Occasion, left: list[_LeftOut]) -> list[Sent]:
    cases = waiting()
    sealed = covered({each.person for each in cases})
    made = []
    for each in cases:
        try:
            made.append(_record(each, protected=each.person in sealed, occasion=occasion))
        except Refusal as refusal:
            left.append(_LeftOut(case=each.case, code=refusal.code, field=refusal.field))
    return made


def _record(waits: Waiting, *, protected: bool, occasion: Occasion) -> Sent:
    of, looker = reading.case_of(waits.case, Looker(occasion=occasion, sees=_SEES))
    person, _ = reading.person_of(of.person, looker, operation="outbox.agency_forwarding")
    values = {
        "case": of.number,
        "filing": of.filing.code,
        "filing_name": of.filing.name,
        "basic_number": person.basic_number or None,
        "name": _line(person.name),
        "kana": _line(person.kana),
        "birth_date": person.birth_date,
        "birth_text": _line(person.birth_text),
        "sex": _sex(of.person, looker),
        "protected": protected,
        "postal_code": None if protected else person.postal_code or None,
        "address": None if protected else _line(person.address),
        "phone": None if protected else _line(person.phone),
        "received_on": of.received_on,
        "event_on": of.event_on,
        "forwarded_on": waits.on,
        "particulars": _line(_particulars(of, looker, protected=protected)),
    }
    return Sent(key=waits.key, person=of.person, values=values, case=of.number)


def _sex(person: int, looker: Looker) -> str | None:
    found = people.facts(
        person=person,
        kinds=("identity",),
        operation="outbox.agency_forwarding",
        occasion=looker.occasion,
        sees=looker.sees,
    ).get("identity", ())
    return cast("IdentityValue", found[-1].value).sex.value if found else None


def _particulars(of: Case, looker: Looker, *, protected: bool) -> str:
    """Return what stands on a filing, item by item as printed; nothing where it is sealed."""
    stated = of.readable
    shown = tuple(
        item for item in of.filing.items if not (protected and item.kind in _SEALED_ITEMS)
    )
    filing = replace(of.filing, items=shown, event=None)
    names = {} if protected else reading.mentioned(of, stated, looker)
    lines = filled.form(
        filing=filing,
        office=reading.office(),
        person=Person(),
        filed=Filed(particulars=stated, names=names),
    )["items"]
    said = ((line["label"], _answer(line)) for line in lines)
    return "；".join(f"{label}：{answer}" for label, answer in said if answer)


def _answer(line: Mapping[str, Any]) -> str:
    if line["ticks"] is None:
        return str(line["text"])
    return "・".join(word for word, chosen in line["ticks"] if chosen)


def _line(text: str) -> str | None:
    """Return a text on one line, or None for none."""
    return " ".join(text.split()) or None


def _writable(records: list[Sent], on: date, left: list[_LeftOut]) -> list[Sent]:
    """Return the records that the layout can hold, found by writing them to nowhere."""
    while records:
        with laying.writing() as (_, out):
            try:
                drafting.tried(out, layout=LAYOUT, records=records, on=on)
            except UnableToWriteRecord as wrong:
                # The header is the first record of a file.
                bad = records.pop(wrong.record - 2)
                left.append(_LeftOut(case=bad.case or 0, code=wrong.code, field=wrong.field))
            else:
                break
    return records


def _printed(
    records: list[Sent], on: date, occasion: Occasion, left: list[_LeftOut]
) -> tuple[list[Sent], list[dict[str, Any]]]:
    """Return the records whose forms can be printed, and the papers, which are kept."""
    open_: list[int] = []
    sealed: list[int] = []
    for record in records:
        (sealed if record.values["protected"] else open_).append(record.case or 0)
    bundles = [
        ("02-forms.pdf", *_bundle(open_, _SEES, occasion, left)),
        ("03-forms-protected.pdf", *_bundle(sealed, _UNWRITTEN, occasion, left)),
    ]
    printed = {case for _, cases, _ in bundles for case in cases}
    records = [record for record in records if record.case in printed]
    if not records:
        return [], []
    cover = forms.forwarding_list(
        case_numbers=[record.case or 0 for record in records],
        to=TO,
        on=on,
        occasion=occasion,
        sees=_SEES,
    )
    papers = [("01-list.pdf", cover), *((name, pdf) for name, _, pdf in bundles if pdf)]
    kept = [(name, laying.keep_bytes(pdf)) for name, pdf in papers]
    return records, [
        {"name": name, "digest": each.digest, "size": each.size} for name, each in kept
    ]


def _bundle(
    cases: list[int], sees: Collection[Field], occasion: Occasion, left: list[_LeftOut]
) -> tuple[list[int], bytes]:
    """Return the cases that can be printed, and their forms as one PDF (empty for none)."""
    if not cases:
        return [], b""
    with suppress(Refusal):
        return cases, forms.many(case_numbers=cases, occasion=occasion, sees=sees)
    able = []
    for case in cases:
        try:
            forms.many(case_numbers=[case], occasion=occasion, sees=sees)
        except Refusal as refusal:
            left.append(_LeftOut(case=case, code=refusal.code, field=refusal.field))
        else:
            able.append(case)
    return able, forms.many(case_numbers=able, occasion=occasion, sees=sees) if able else b""
