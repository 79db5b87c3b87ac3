"""What must hold of a receipt, a step or the tested people before anything is written."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from kokunen.cases import catalogue
from kokunen.cases.catalogue.kinds import Filer, ItemKind
from kokunen.cases.domain import OVER, Channel, UnableToTakeStep, state_of
from kokunen.cases.particulars import UnableToReceive
from kokunen.dates.errors import Refusal
from kokunen.people.operations import UnableToReachSealed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from kokunen.cases.catalogue.kinds import Filing
    from kokunen.cases.domain import Receipt, Step

_LONGEST_REASON: Final = 400
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_ROLES: Final = frozenset({"insured", "spouse", "head"})


class UnableToTest(Refusal):
    """These people cannot be the ones whose incomes the case is about."""

    code = "not_testable"


def receivable(receipt: Receipt, *, branches: Collection[str], today: date) -> Filing:
    """Return the filing that a receipt is of, when its channel, filer, branch and days fit."""
    filing = catalogue.FILINGS.get(receipt.filing)
    if filing is None:
        raise UnableToReceive(
            "この種類の届出は受け付けていません。",
            fix="届出の種類を選び直してください。",
            field="filing",
        )
    ex_officio = receipt.filer is Filer.OFFICE and receipt.channel is Channel.OFFICE
    if receipt.filer not in filing.filers and not ex_officio:
        raise UnableToReceive(
            f"「{filing.name}」は「{receipt.filer.label}」からは受け付けられません。",
            fix="届出人を確かめてください。",
            field="filer",
        )
    if receipt.branch and receipt.branch not in branches:
        raise UnableToReceive(
            "受付支所が登録されていません。", fix="支所を選び直してください。", field="branch"
        )
    if receipt.received_on > today:
        raise UnableToReceive(
            "受付日が今日より後です。", fix="受付印の日付を確かめてください。", field="received_on"
        )
    return filing


def reachable(person: int) -> None:
    """Pass when the person is registered and what stands on their filings is not sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT protection_covers(id) AND NOT openings_stand(id, 'protected')"
            " FROM people_person WHERE id = %s",
            [person],
        )
        found = cursor.fetchone()
    if found is None:
        raise UnableToReceive(
            "この人は登録されていません。",
            fix="先に宛名を登録するか、検索し直してください。",
            field="person",
        )
    if found[0]:
        raise UnableToReachSealed(
            "支援措置の対象者の届出の記載事項は封じられています。",
            fix="開示を申請し、別の職員の承認を受けてから処理してください。",
        )


def registered(filing: Filing, data: Mapping[str, Any]) -> None:
    """Pass when everybody whom the particulars name is in the register."""
    named = {
        data[item.name]: item
        for item in filing.items
        if item.kind is ItemKind.PERSON and item.name in data
    }
    if not named:
        return
    unknown = set(named) - known(named)
    if unknown:
        item = named[min(unknown)]
        raise UnableToReceive(
            f"「{item.label}」の宛名番号は登録されていません。",
            fix="番号を確かめてください。",
            field=item.name,
        )


def known(people: Collection[int]) -> set[int]:
    """Return who of these people is in the register."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_person WHERE id = ANY(%s)", [list(people)])
        return {int(row[0]) for row in cursor.fetchall()}


def dated(*, on: date, received_on: date, today: date) -> None:
    """Pass when the day of a step lies between the receipt and today."""
    if not received_on <= on <= today:
        raise UnableToTakeStep(
            "処理の日が、受付日より前か今日より後です。",
            fix="日付を確かめてください。",
            field="on",
        )


def written(*, reason: str, detail: Mapping[str, Any] = _NOTHING) -> None:
    """Pass when the reason fits and the days of a detail can be read: neither is changed later."""
    if len(reason) > _LONGEST_REASON:
        raise UnableToTakeStep(
            f"理由が{_LONGEST_REASON}字を超えています。",
            fix=f"{_LONGEST_REASON}字以内で書いてください。",
            field="reason",
        )
    days = [(key, detail[key]) for key in ("answer_by", "event_on") if detail.get(key)]
    days += [("limits", day) for day, _, _ in detail.get("limits", ())]
    for key, day in days:
        try:
            date.fromisoformat(day)
        except (TypeError, ValueError):
            raise UnableToTakeStep(
                "日付として読めません。", fix="日付を確かめてください。", field=key
            ) from None


def testable(
    *, person: int, steps: Sequence[Step], people: Sequence[tuple[int, str]], reason: str
) -> None:
    """Pass when these may be the tested people of an open case of this person."""
    written(reason=reason)
    if state_of(steps) in OVER:
        raise UnableToTest(
            "完結または取下げの案件では、所得を審査する人を登録できません。",
            fix="所得を見る必要がある申請の案件を開いてください。",
            field="case",
        )
    numbers = [each for each, _ in people]
    roles = [role for _, role in people]
    if len(set(numbers)) < len(numbers) or not _ROLES.issuperset(roles) or not numbers:
        raise UnableToTest(
            "審査する人が選ばれていないか、同じ人が二度選ばれています。",
            fix="本人・配偶者・世帯主から、一人ずつ選んでください。",
            field="people",
        )
    if [each for each, role in people if role == "insured"] not in ([], [person]):
        raise UnableToTest(
            "「本人」は、この案件の届出の本人でなければなりません。",
            fix="案件の対象者を確かめてください。",
            field="people",
        )
    if known(numbers) != set(numbers):
        raise UnableToTest(
            "審査する人に、登録されていない人がいます。",
            fix="宛名番号を確かめてください。",
            field="people",
        )
