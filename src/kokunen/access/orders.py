"""What the orders of a personnel file make of the accounts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kokunen.access.assignments import Held, already, cut, transferred
from kokunen.access.personnel import Fault, Line, Order, UnableToApplyPersonnel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of an account: its names, its days (half-open), what it holds."""

    name: str
    kana: str
    start: date
    end: date | None
    held: frozenset[Held]


def carried_out(lines: Iterable[Line], accounts: Mapping[str, Account]) -> dict[str, Account]:
    """Return the accounts that the orders change, as they then are.

    The order of the lines does not matter. Raises UnableToApplyPersonnel for orders that do not
    fit each other or what is known.
    """
    faults: list[Fault] = []
    changed: dict[str, Account] = {}
    by_staff = groupby(sorted(lines, key=_sorting), key=lambda one: one.staff_number)
    for number, orders in by_staff:
        known = accounts.get(number)
        account = _account(list(orders), known, faults)
        if account is not None and account != known:
            changed[number] = account
    if faults:
        raise UnableToApplyPersonnel(sorted(faults, key=lambda one: (one.line, one.field)))
    return changed


def _sorting(line: Line) -> tuple[str, date, str]:
    return (
        line.staff_number,
        line.end if _leaves(line) and line.end else line.day,
        line.role or "",
    )


def _leaves(line: Line) -> bool:
    return line.order is Order.LEAVE


def _account(orders: list[Line], known: Account | None, faults: list[Fault]) -> Account | None:
    """Carry out the orders of one member of staff in the order of their days."""
    account = known
    days = {line.day for line in orders}
    names = {(line.name, line.kana) for line in orders}
    if len(names) > 1:
        faults.append(
            _fault(orders[-1], "氏名", "同じ職員番号に違う氏名があります。", "そろえてください。")
        )
        return None
    leaving = [line for line in orders if _leaves(line)]
    for day, group in groupby((one for one in orders if not _leaves(one)), key=lambda one: one.day):
        together = list(group)
        wrong = _misfit(together, account, day=day, days=days)
        if wrong is not None:
            faults.append(wrong)
            return None
        account = _ordered(together, account, day=day)
    if leaving:
        return _left(leaving, account, faults)
    return account


def _given(together: list[Line], day: date) -> frozenset[Held]:
    return frozenset(
        Held(role=one.role, department=one.department, branch=one.branch, start=day, end=one.end)
        for one in together
        if one.role is not None
    )


def _misfit(
    together: list[Line], account: Account | None, *, day: date, days: set[date]
) -> Fault | None:
    """Say why the orders of one day cannot be carried out, or None."""
    kinds = {one.order for one in together}
    roles = [one.role for one in together]
    if len(kinds) > 1 or len(set(roles)) < len(roles) or (None in roles and len(roles) > 1):
        return _fault(
            together[-1],
            "役割",
            "同じ日の発令が重なっています。",
            "同じ職員の同じ日は、区分をそろえ、役割ごとに1行にしてください。",
        )
    first = together[0]
    if account is None:
        if first.order is Order.NEW:
            return None
        return _fault(first, "職員番号", "登録のない職員です。", "区分を新規にしてください。")
    if already(account.held, day=day, given=_given(together, day)):
        return None
    return _untimely(first, account, days)


def _untimely(line: Line, account: Account, days: set[date]) -> Fault | None:
    """Say why an order does not fit the days of the account, or None."""
    ended = account.end is not None and account.end <= line.day
    if line.order is Order.NEW and not ended:
        return _fault(line, "区分", "すでに在職の職員です。", "区分を異動にしてください。")
    if line.order is Order.TRANSFER and (ended or line.day < account.start):
        return _fault(
            line, "発令日", "在職していない日です。", "再任用なら区分を新規にしてください。"
        )
    if any(one.start > line.day and one.start not in days for one in account.held):
        return _fault(
            line,
            "発令日",
            "この日より後の発令がすでにあります。",
            "後の発令の行も同じファイルに入れてください。",
        )
    return None


def _left(leaving: list[Line], account: Account | None, faults: list[Fault]) -> Account | None:
    """Close an account after its last day."""
    line = leaving[0]
    end = line.end
    if len(leaving) > 1 or account is None or end is None or end <= account.start:
        faults.append(
            _fault(
                line,
                "区分",
                "退職の対象が決まりません。",
                "在職の職員の退職を1行だけ置いてください。",
            )
        )
        return None
    if any(one.start >= end for one in account.held):
        faults.append(
            _fault(
                line,
                "終了日",
                "退職より後の発令があります。",
                "退職の日か、後の発令の行を確かめてください。",
            )
        )
        return None
    return Account(
        name=line.name,
        kana=line.kana,
        start=account.start,
        end=end,
        held=cut(account.held, end),
    )


def _ordered(together: list[Line], account: Account | None, *, day: date) -> Account:
    first = together[0]
    given = _given(together, day)
    if account is None:
        return Account(name=first.name, kana=first.kana, start=day, end=None, held=given)
    if already(account.held, day=day, given=given):
        return Account(
            name=first.name,
            kana=first.kana,
            start=account.start,
            end=account.end,
            held=account.held,
        )
    again = first.order is Order.NEW
    return Account(
        name=first.name,
        kana=first.kana,
        start=account.start,
        end=None if again else account.end,
        held=transferred(account.held, day=day, given=given),
    )


def _fault(line: Line, field: str, what: str, fix: str) -> Fault:
    return Fault(line=line.line, field=field, what=what, fix=fix)
