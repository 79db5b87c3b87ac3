"""The same filing received twice: at another counter, by post, or online besides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.cases.domain import Channel
from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import format_wareki

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.cases.catalogue.kinds import Filing
    from kokunen.cases.domain import Receipt


class UnableToReceiveTwice(Refusal):
    """The filing is here already; ``earlier`` is the number of that case."""

    code = "received_already"

    def __init__(self, message: str, *, fix: str, earlier: int) -> None:
        super().__init__(message, fix=fix, field="again")
        self.earlier = earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A case that may be the same filing; ``branch`` is its code ("": the main office)."""

    case: int
    channel: Channel
    branch: str
    received_on: date
    over: bool


# Not withdrawn, and either not over, or about the same day, or with the very same content. What
# asks for years (cycles) is another filing when it asks for others.
_EARLIER: Final = """
SELECT c.id, c.channel, c.branch, c.received_on, made.kind = 'closed'
FROM cases_case c
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON true
LEFT JOIN LATERAL (SELECT data FROM cases_particulars WHERE case_id = c.id
    ORDER BY number DESC LIMIT 1) AS says ON true
WHERE c.person_id = %(person)s AND c.filing = %(filing)s AND made.kind <> 'withdrawn'
    AND (made.kind <> 'closed' OR c.event_on = %(event)s
        OR (c.event_on IS NULL AND %(event)s::date IS NULL
            AND says.data = %(data)s::jsonb AND says.data <> '{}'))
    AND (NOT (says.data ? 'cycles' AND %(data)s::jsonb ? 'cycles')
        OR says.data -> 'cycles' ?| ARRAY(SELECT jsonb_array_elements_text(
            jsonb_path_query_array(%(data)s::jsonb, '$.cycles[*]'))))
ORDER BY c.id DESC LIMIT 1
"""


def earlier(*, receipt: Receipt, data: Mapping[str, Any]) -> Earlier | None:
    """Return the newest case that this receipt may repeat, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            _EARLIER,
            {
                "person": receipt.person,
                "filing": receipt.filing,
                "event": receipt.event_on,
                "data": json.dumps(data),
            },
        )
        found = cursor.fetchone()
    if found is None:
        return None
    case, channel, branch, received_on, over = found
    return Earlier(
        case=case, channel=Channel(channel), branch=branch, received_on=received_on, over=over
    )


def refuse(
    found: Earlier,
    *,
    filing: Filing,
    branches: Mapping[str, str],
    acknowledged: object,
    reason: str,
) -> None:
    """Pass when the clerk knows of the earlier case and says why there is another, or raise."""
    if acknowledged == str(found.case) and reason.strip():
        return
    where = "本庁" if not found.branch else branches.get(found.branch, found.branch)
    how = "完結しています" if found.over else "処理中です"
    raise UnableToReceiveTwice(
        f"この人の「{filing.name}」は、{format_wareki(found.received_on)}に"
        f"{found.channel.label}({where})で受け付けています(案件{found.case})。{how}。",
        fix="その案件を開いて確かめてください。"
        "別の届出として受け付けるときは、案件番号と理由を書いてください。",
        earlier=found.case,
    )
