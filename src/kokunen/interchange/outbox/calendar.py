"""What is due to whom, and on which day: pure, from rules.

A rule without an official day is the office's own or a third party's word and says so
(``official`` False); what was done stands in the ledger and is joined in ``queries.due``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kokunen.dates.business import next_business_day, previous_business_day
from kokunen.dates.month import Month
from kokunen.interchange.domain import Partner
from kokunen.interchange.outbox.transfers import TRANSFERS, Rhythm

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

FORWARDING: Final = "agency_forwarding"
LONGEST_CLOSURE: Final = timedelta(days=14)
"""No day is further from the next business day than this."""
_ONE_DAY: Final = timedelta(days=1)
_MARCH: Final = 3
_JULY: Final = 7
_OWN: Final = "kokunen の既定(公式の期日は確かめられていない)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something due on a day. ``partner`` None: of the office itself; ``layout`` "": no file.

    ``file`` is the file that did it; ``late`` that it was not done by the day, as known ``today``.
    ``month`` is the month that a monthly file tells of.
    """

    on: date
    partner: Partner | None
    what: str
    basis: str
    official: bool
    layout: str = ""
    month: Month | None = None
    file: int | None = None
    late: bool = False


def first_business_day(month: Month) -> date:
    """Return the day on which the monthly transfers of the month before are made."""
    return next_business_day(month.first_day)


def forwarded_by(forwarded_on: date) -> date:
    """Return by when a case forwarded on a day is to leave: the next business day.

    「申請→送付 当日〜翌営業日」stands in a third party's reading of the standard specification
    (practice.md §1.2) and is flagged.
    """
    return next_business_day(forwarded_on + _ONE_DAY)


def due(*, since: date, until: date, leaving: Iterable[date] = ()) -> tuple[Due, ...]:
    """Return what is due from ``since`` to ``until``, both included, in the order of the days.

    ``leaving`` are the days by which forwarded cases are to leave (`forwarded_by`).
    """
    months = Month.range(Month.of(since), Month.of(until))
    found = [each for month in months for rule in _RULES for each in rule(month)]
    found += _forwardings(set(leaving))
    return tuple(
        sorted(
            (each for each in found if since <= each.on <= until),
            key=lambda each: (each.on, each.partner or "", each.layout, each.what),
        )
    )


def _forwardings(days: Collection[date]) -> Iterator[Due]:
    for on in days:
        yield Due(
            on=on,
            partner=Partner.AGENCY,
            what="進達データと届書等の送付",
            basis="国民年金法第12条第4項。期日(翌営業日)は第三者の資料による",
            official=False,
            layout=FORWARDING,
        )


def _transfers(month: Month) -> Iterator[Due]:
    for transfer in TRANSFERS:
        if Rhythm.MONTHLY in transfer.rhythms:
            yield Due(
                on=first_business_day(month),
                partner=transfer.partner,
                what=f"移転先{transfer.number} 月次の移転",
                basis=f"{transfer.basis}。月次(評価書Ⅱ5⑦)。日は {_OWN}",
                official=False,
                layout=transfer.layout,
                month=month - 1,
            )


def _agency_lists(month: Month) -> Iterator[Due]:
    for layout, what in (
        ("agency_insured", "被保険者一覧の受信"),
        ("agency_pensioners", "受給権者一覧の受信"),
    ):
        yield Due(
            on=previous_business_day(month.last_day),
            partner=Partner.AGENCY,
            what=what,
            basis=_OWN,
            official=False,
            layout=layout,
            month=month,
        )


def _yearly(month: Month) -> Iterator[Due]:
    if month.month == _JULY:
        on = first_business_day(month)
        yield Due(
            on=on,
            partner=Partner.TAX,
            what="継続審査の対象者の所得の照会",
            basis=f"国民年金法施行規則第77条の2第1項ただし書。日は {_OWN}",
            official=False,
            layout="tax_request",
            month=month,
        )
        yield Due(
            on=on,
            partner=None,
            what="免除等の新年度(7月〜翌年6月)の申請の案内",
            basis=f"国民年金法第90条。日は {_OWN}",
            official=False,
        )
    if month.month == _MARCH:
        yield Due(
            on=previous_business_day(month.last_day),
            partner=None,
            what="個人情報保護評価書の記載どおりの運用の自己点検(年1回)",
            basis="特定個人情報保護評価書Ⅳ1",
            official=True,
        )


_RULES: Final[tuple[Callable[[Month], Iterator[Due]], ...]] = (_transfers, _agency_lists, _yearly)
