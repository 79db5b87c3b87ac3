"""Which incomes the open cases ask the tax office for, and nothing beyond them.

Founding document 004, Ⅲ2 リスク1: only where an application makes it necessary, and only of whom it
concerns. A record is one person and one 相当年度 for one case; of these three nothing is asked
twice. What nobody asked for is not taken in (``receivers.tax``).

Called by a program (batch role): the web role sees no incomes outside a case, and would ask for
what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.db import connection, transaction

from kokunen.access.domain import Field
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt
from kokunen.dates.errors import Refusal
from kokunen.exemption import operations as exemption
from kokunen.exemption import queries as exemptions
from kokunen.exemption import reading
from kokunen.exemption.domain import APPLIED
from kokunen.exemption.tested import cycle_of, of_cycle
from kokunen.interchange import models
from kokunen.interchange.domain import Draft, EventKind, Sent, UnableToHandleFile
from kokunen.interchange.receiving import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from kokunen.audit.domain import Occasion
    from kokunen.exemption.lists import Renewal

LAYOUT: Final = "tax_request"
MOST: Final = 5000
"""Records of one request, about; more go into further files."""
RENEWAL_NIGHTS: Final = 7
"""The renewals are received and asked for in the first nights of the cycle (1 to 7 July)."""
_SEES: Final = frozenset(Field)
"""A program's eyes: what the law's check of a filing looks at; nothing is shown to anybody."""
_CARRIED: Final = ("wanted", "spouse_apart")
"""What a renewal takes over from the last application."""

_NEWEST: Final = """
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON true
LEFT JOIN LATERAL (SELECT data FROM cases_particulars WHERE case_id = c.id
    ORDER BY number DESC LIMIT 1) AS says ON true
JOIN cases_tested AS t ON t.case_id = c.id AND t.request_id = (SELECT request_id
    FROM cases_tested WHERE case_id = c.id ORDER BY id DESC LIMIT 1)
"""
_UNKNOWN: Final = f"""
SELECT c.id, t.person_id, t.role, cycle.code
FROM cases_open AS o JOIN cases_case AS c ON c.id = o.case_id
{_NEWEST}
CROSS JOIN LATERAL jsonb_array_elements_text(says.data -> 'cycles') AS cycle (code)
WHERE c.filing = ANY(%(filings)s)
    AND c.id > %(after)s AND made.kind = ANY(%(before)s)
    AND (%(channel)s = '' OR c.channel = %(channel)s)
    AND NOT EXISTS (SELECT FROM people_income AS i WHERE i.person_id = t.person_id
        AND i.superseded_at IS NULL AND i.fiscal_year = cycle.code::int AND i.total IS NOT NULL)
    AND NOT EXISTS (SELECT FROM interchange_sent AS s WHERE s.layout = %(layout)s
        AND s.key = format('case %%s person %%s year %%s', c.id, t.person_id, cycle.code)
        AND s.withdrawn_at IS NULL)
ORDER BY c.id, cycle.code, t.id LIMIT %(most)s
"""  # noqa: S608 - constants alone are put together
_BEFORE: Final = (
    "received",
    "asked",
    "completed",
    "corrected",
    "sent_back",
    "examined",
    "returned",
)
"""Newest steps until the application is forwarded: from then on the agency looks at incomes."""
_ASSESSED: Final = f"""
SELECT c.id
FROM cases_open AS o JOIN cases_case AS c ON c.id = o.case_id
{_NEWEST}
WHERE t.person_id = %(person)s AND made.kind = ANY(%(assessed)s)
    AND (says.data IS NULL OR says.data -> 'cycles' ? %(cycle)s)
ORDER BY c.id
"""  # noqa: S608 - as above
_STANDS: Final = ("examined", "forwarded", "granted", "refused", "notified")
"""Newest steps after which an assessment stands; after any other one it is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Need:
    """One income that a case needs: whose, in which role, of which 相当年度."""

    case: int
    person: int
    role: str
    year: int


def key(*, case: int, person: int, year: int) -> str:
    """Return the key under which an income is asked for once."""
    return f"case {case} person {person} year {year}"


def asked(*, case: int, person: int, year: int) -> bool:
    """Tell whether this was asked for, in a request that was released and not withdrawn."""
    found = models.Sent.objects.filter(
        layout=LAYOUT, key=key(case=case, person=person, year=year), withdrawn_at=None
    ).first()
    released = (EventKind.RELEASED, EventKind.SENT, EventKind.RESENT, EventKind.ACKNOWLEDGED)
    return (
        found is not None
        and models.Event.objects.filter(
            file=found.file_id, kind__in=[each.value for each in released]
        ).exists()
    )


def assessed_with(*, person: int, year: int) -> tuple[int, ...]:
    """Return the open cases whose standing assessment looked at a person's 相当年度."""
    with connection.cursor() as cursor:
        cursor.execute(_ASSESSED, {"person": person, "cycle": str(year), "assessed": list(_STANDS)})
        return tuple(case for (case,) in cursor.fetchall())


def tax_requests(*, on: date, occasion: Occasion) -> Iterator[Draft]:
    """Yield requests for the incomes that open applications need and nobody knows.

    A case that was forwarded needs none. Each is to be made before the next is asked for; none is
    yielded where there is nothing to ask. Raises ``UnableToHandleFile`` for the web role.
    """
    return _drafts(on=on, occasion=occasion, channel="", why="case")


def renewal_requests(*, on: date, occasion: Occasion) -> Iterator[Draft]:
    """Receive the applications that are continued (規則77条の2), and ask for their incomes.

    Incomes are for an open case, and a cycle cannot be applied for before its first day: so both
    take place from 1 July on and not in June. On other days than those of `RENEWAL_NIGHTS` nothing
    is done. Left on the list of renewals, for a clerk: who is under a protection measure, whose
    application spoke of violence (to be said anew each year), and whatever is refused.
    """
    opens = cycle_of(str(on.year), student=False).apply_from
    if not opens <= on < opens + timedelta(days=RENEWAL_NIGHTS):
        return
    listed = [
        each
        for each in exemptions.renewals(cycle_year=on.year, occasion=occasion)
        if each.is_continued
    ]
    for start in range(0, len(listed), CHUNK):
        with transaction.atomic():
            for each in listed[start : start + CHUNK]:
                _receive(each, on=on, occasion=occasion)
    yield from _drafts(on=on, occasion=occasion, channel=Channel.OFFICE, why="renewal")


def _receive(renewal: Renewal, *, on: date, occasion: Occasion) -> None:
    carried = _carried(renewal, occasion)
    if carried is None:
        return
    year = str(on.year)
    receipt = Receipt(
        filing="exemption",
        person=renewal.person,
        channel=Channel.OFFICE,
        received_on=on,
        filer=Filer.OFFICE,
        particulars={"cycles": [year], "student": False, "continuation": True, **carried},
    )
    try:
        exemption.receive(
            receipt=receipt,
            occasion=occasion,
            request_id=uuid5(NAMESPACE_URL, f"kokunen renewal {year} {renewal.person}"),
            sees=_SEES,
            reason="継続審査の希望による(規則77条の2)",
        )
    except Refusal:
        # It is recorded by whoever refused, and the person stays on the list for a clerk.
        return


def _carried(renewal: Renewal, occasion: Occasion) -> dict[str, Any] | None:
    """Return what the last application hands on, or None where a clerk has to ask."""
    if renewal.case is None:
        return None
    last = cases.one(
        case=renewal.case, occasion=reading.at_case(occasion, renewal.case), sees=_SEES
    ).particulars
    if not isinstance(last, Mapping) or last.get("violence") in ("claimed", "unclear"):
        return None
    return {name: last[name] for name in _CARRIED if name in last}


def _drafts(*, on: date, occasion: Occasion, channel: str, why: str) -> Iterator[Draft]:
    _refuse_web()
    after = 0
    while page := _unknown(channel, after=after):
        after = page[-1].case
        needs = tuple(_needs(page, occasion))
        if needs:
            yield _draft(needs, on=on, why=why)


def _draft(needs: Sequence[_Need], *, on: date, why: str) -> Draft:
    return Draft(
        layout=LAYOUT,
        made_on=on,
        header={"occasion": why},
        records=tuple(
            Sent(
                key=key(case=need.case, person=need.person, year=need.year),
                person=need.person,
                case=need.case,
                values={
                    "case": need.case,
                    "person": need.person,
                    "fiscal_year": need.year,
                    "role": need.role,
                },
            )
            for need in needs
        ),
    )


def _refuse_web() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = 'kokunen_web'")
        if cursor.fetchone() == (True,):
            raise UnableToHandleFile(
                "所得照会は夜間処理が作ります。画面からは、知られている所得が分からず、"
                "要らない照会をすることになります(特定個人情報保護評価書Ⅲ2)。",
                fix="夜間処理を待つか、kokunen nightly を実行してください。",
            )


def _unknown(channel: str, *, after: int) -> list[_Need]:
    """Return what is not known and not asked for, of whole cases with a number above ``after``.

    Everybody whom a case tests at all is among them, whichever of its cycles it is for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _UNKNOWN,
            {
                "filings": sorted(APPLIED),
                "before": list(_BEFORE),
                "channel": str(channel),
                "layout": LAYOUT,
                "after": after,
                "most": MOST,
            },
        )
        found = [
            _Need(case=case, person=person, role=role, year=int(code))
            for case, person, role, code in cursor.fetchall()
        ]
    if len(found) < MOST:
        return found
    # The last case may go on behind the page.
    return [need for need in found if need.case != found[-1].case]


def _needs(unknown: Sequence[_Need], occasion: Occasion) -> Iterator[_Need]:
    """Leave out who is tested in another cycle of the case alone, or for violence in none."""
    for case, group in groupby(unknown, key=lambda need: need.case):
        listed = list(group)
        if all(need.role == "insured" for need in listed):
            yield from listed
            continue
        tested = _tested(case, occasion)
        yield from (need for need in listed if need.person in tested[str(need.year)])


def _tested(case: int, occasion: Occasion) -> dict[str, frozenset[int]]:
    looking = reading.at_case(occasion, case)
    of = cases.one(case=case, occasion=looking, sees=_SEES)
    receipt = of.receipt()
    found = reading.households(receipt=receipt, occasion=looking, sees=_SEES)
    named = [(person, role) for person, _, role in of.tested]
    tested = {}
    for code in found:
        beside = of_cycle(found, cycle=code, named=named)
        if receipt.particulars.get("violence") == "claimed":
            # The spouse's income is not looked at, not even as that of the head (規則77条の7).
            spouse = beside.pop("spouse", None)
            beside = {role: each for role, each in beside.items() if each != spouse}
        tested[code] = frozenset({of.person, *beside.values()})
    return tested
