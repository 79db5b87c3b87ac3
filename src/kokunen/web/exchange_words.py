"""The events of a file in words: who did what, why a file was refused, and where it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kokunen.access import queries as access
from kokunen.cases.catalogue import FILINGS
from kokunen.dates.wareki import parse_date
from kokunen.interchange.inbox import listing
from kokunen.interchange.outbox.handing import PASSWORD_TOLD
from kokunen.interchange.outbox.passwords import Way
from kokunen.people.codes import Category, ClaimKind, Exemption, Outcome, Sex
from kokunen.web.opened import ROLES
from kokunen.web.templatetags.office import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kokunen.interchange.domain import Event
    from kokunen.people.codes import Code

PROGRAM: Final = "プログラム"


def _labels(codes: type[Code]) -> Mapping[str, str]:
    return {each.value: each.label for each in codes}


_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "性別": _labels(Sex),
    "被保険者種別": _labels(Category),
    "免除種類": _labels(Exemption),
    "免除の処理結果": _labels(Outcome),
    "裁定受付の種類": _labels(ClaimKind),
    "裁定請求の結果": _labels(Outcome),
    "時期": {"event": "異動のつど", "monthly": "月次"},
    "異動の別": {"standing": "現況", "changed": "異動", "cancelled": "取消し"},
    "審査の立場": ROLES,
    "届書等の種類(コード)": {code: filing.name for code, filing in FILINGS.items()},
}
"""How the codes in a file that goes out are said, by 項目名."""
PAPERS: Final[Mapping[str, str]] = {
    "01-list": "送付する届書の一覧",
    "02-forms": "届書等",
    "03-forms-protected": "届書等(支援措置の対象者)",
}
"""How the papers that go with a file are called, by their names without the ending."""
_OF_CODE: Final[Mapping[str, str]] = {
    PASSWORD_TOLD: "パスワードの伝達",
    "without_the_one": "前の通番を待たずに反映へ",
    "its_turn": "前の通番が届いて反映へ",
}
"""What events are called of which the kind alone does not say what happened."""


def in_words(fields: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return the fields of a record that goes out with the words for their codes."""
    return [
        (title, _CODES[title].get(value, value) if isinstance(value, str) else value)
        if title in _CODES
        else (title, value)
        for title, value in fields
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """Where a file is wrong and what to do; ``record`` 0: the file as a whole, ``at`` 0: unknown.

    ``field`` is the name of the field in the layout (項目名), empty where it is about no field.
    """

    record: int
    field: str
    at: int
    what: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event: what it was, who did it, what was said beside it, and the faults it found."""

    event: Event
    label: str
    staff: str
    said: tuple[str, ...]
    faults: tuple[FaultLine, ...]


def told(events: Sequence[Event], *, layout: str) -> tuple[Told, ...]:
    """Return the events of a file of a layout in words, in their order."""
    names = access.named({event.staff for event in events if event.staff})
    titles = listing.fields(layout)
    return tuple(
        Told(
            event=event,
            label=_OF_CODE.get(event.code, event.kind.label),
            staff=names.get(event.staff, "") if event.staff else PROGRAM,
            said=tuple(_said(event.detail)),
            faults=tuple(_fault(each, titles) for each in event.detail.get("faults", ())),
        )
        for event in events
    )


def faults(events: Sequence[Told], number: int) -> tuple[FaultLine, ...]:
    """Return what is wrong with one record of a file that was refused."""
    return tuple(each for one in events for each in one.faults if each.record == number)


def _fault(told: Mapping[str, Any], titles: Mapping[str, str]) -> FaultLine:
    name = told["field"]
    return FaultLine(
        record=told["record"],
        field=titles.get(name, name),
        at=told["at"],
        what=told["what"],
        fix=told["fix"],
    )


def _said(detail: Mapping[str, Any]) -> Iterator[str]:
    if detail.get("fix"):
        yield f"すること: {detail['fix']}"
    if "waits_for" in detail:
        yield f"通番{detail['waits_for']}のファイルを待っています。"
    if detail.get("name"):
        yield f"渡した名前 {detail['name']}"
    if "how" in detail:
        yield f"伝え方 {Way(detail['how']).label}"
    if "on" in detail:
        yield f"受領の日 {both(parse_date(detail['on']))}"
    if detail.get("reference"):
        yield f"受領番号 {detail['reference']}"
