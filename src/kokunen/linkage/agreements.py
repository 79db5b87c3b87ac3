"""What the city agreed on: systems, functions, items, hand-overs; certificates; rights of staff.

Written by the owner's role alone (`kokunen linkage`). What is no longer in a file ends on the day
the file is read; nothing is deleted.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import yaml
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction

from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.linkage.certificates import fingerprint
from kokunen.linkage.domain import Function
from kokunen.linkage.models import Certificate, HandOver, Item, Permission, Right, System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from cryptography import x509
    from django.db.models import Model

    from kokunen.audit.domain import Occasion

COLUMNS: Final = ("職員番号", "機能", "開始日", "終了日")
_SYSTEM: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE: Final = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_STAFF: Final = re.compile(r"[0-9A-Za-z-]{1,20}")


class _Once(yaml.SafeLoader):
    """Refuses a key that stands twice: which of the two was agreed would be a guess."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the signature is the library's
        """Return the mapping; raise ``ValueError`` for a repeated key."""
        found = super().construct_mapping(node, deep)
        if len(found) != len(node.value):
            raise ValueError
        return found


class UnableToAgree(Refusal):
    """The file of agreements or rights has a fault; nothing of it was taken."""

    code = "linkage_agreements"


def load(path: Path, *, occasion: Occasion) -> int:
    """Take the agreements from a YAML file as a whole; return how many rows began or ended."""
    try:
        systems, rows = _read(yaml.load(path.read_text(encoding="utf-8"), _Once))  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnableToAgree(
            f"連携定義のファイルを読めません({type(error).__name__})。",
            fix="docs/linkage.md の「連携定義」の形に直してください。",
            field=path.name,
        ) from None
    today = day_of(occasion.at)
    with transaction.atomic():
        changes: list[Change] = []
        held = set(System.objects.filter(until=None).values_list("code", flat=True))
        for code, title in systems.items():
            System.objects.update_or_create(
                code=code,
                defaults={"title": title, "until": None},
                create_defaults={"title": title, "since": today},
            )
            if code not in held:
                # One that had ended and comes back is let in again: as much of a change.
                changes.append(
                    Change(table="linkage_system", row=code, field="since", after=str(today))
                )
        ended = System.objects.filter(until=None).exclude(code__in=systems)
        changes += [
            Change(table="linkage_system", row=one.code, field="until", after=str(today))
            for one in ended
        ]
        ended.update(until=today)
        for model, wanted in rows.items():
            changes += _replace(model, wanted, today=today)
        _record("linkage.load_agreements", occasion, changes)
    return len(changes)


def load_rights(path: Path, *, occasion: Occasion) -> int:
    """Take the rights of staff from the personnel office's CSV; return how many began or ended.

    終了日 is the last day with the right and may be empty.
    """
    wanted: list[dict[str, Any]] = []
    seen: set[tuple[str, str, date | None]] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise ValueError  # noqa: TRY301 - one place says what is wrong with the file
            for line in reader:
                wanted.append(_right(line, seen))  # noqa: PERF401 - how many says which line is wrong
    except (OSError, ValueError, TypeError, OverflowError, csv.Error) as error:
        raise UnableToAgree(
            f"権限のファイルの{len(wanted) + 2}行目を読めません({type(error).__name__})。",
            fix=f"見出しを「{','.join(COLUMNS)}」とし、日付を 2026-04-01 の形で、"
            "同じ職員と機能に、開始日の同じ行や終わりのない行を2つ書かないでください。",
            field=path.name,
        ) from None
    today = day_of(occasion.at)
    left = {(one["staff_number"], one["function"], one["since"]): one for one in wanted}
    with transaction.atomic():
        changes = []
        for right in Right.objects.order_by("id"):
            kept = left.pop((right.staff_number, right.function, right.since), None)
            ended = today if right.until is None else min(today, right.until)
            until = ended if kept is None else kept["until"]
            if until != right.until:
                right.until = until
                right.save(update_fields=["until"])
                changes.append(_change(right, "until", str(until or "")))
        changes += [
            _change(Right.objects.create(**one), "since", str(one["since"]))
            for one in left.values()
        ]
        _record("linkage.load_rights", occasion, changes)
    return len(changes)


def require_system(code: str) -> None:
    """Raise ``UnableToAgree`` when no system of that code is registered."""
    if not System.objects.filter(code=code).exists():
        raise UnableToAgree(
            f"システム「{code}」は登録されていません。",
            fix="kokunen linkage system FILE.yaml で連携定義を先に読み込んでください。",
            field="system",
        )


def register(made: x509.Certificate, *, system: str, occasion: Occasion) -> str:
    """Register a system's certificate for its period and return its fingerprint."""
    require_system(system)
    print_ = fingerprint(made.public_bytes(Encoding.DER))
    with transaction.atomic():
        Certificate.objects.create(
            fingerprint=print_,
            system_id=system,
            valid_from=made.not_valid_before_utc,
            valid_until=made.not_valid_after_utc,
        )
        _record(
            "linkage.register_certificate",
            occasion,
            [Change(table="linkage_certificate", row=print_, field="system", after=system)],
        )
    return print_


def revoke(print_: str, *, occasion: Occasion) -> None:
    """Revoke a certificate from this moment on; raise ``UnableToAgree`` when there is none."""
    with transaction.atomic():
        if not Certificate.objects.filter(fingerprint=print_, revoked_at=None).update(
            revoked_at=occasion.at
        ):
            raise UnableToAgree(
                "その指紋の、失効していない証明書はありません。",
                fix="kokunen linkage status で指紋を確かめてください。",
                field="fingerprint",
            )
        _record(
            "linkage.revoke_certificate",
            occasion,
            [Change(table="linkage_certificate", row=print_, field="revoked_at")],
        )


def _right(line: Mapping[str, str], seen: set[tuple[str, str, date | None]]) -> dict[str, Any]:
    # A row that was cut off must not become a right without an end.
    if line.keys() != set(COLUMNS) or None in line.values():
        raise ValueError
    staff, function, since, until = (line[name] for name in COLUMNS)
    begins = date.fromisoformat(since)
    ends = _after(date.fromisoformat(until)) if until else None
    once = {(staff, function, begins), (staff, function, begins if ends else None)}
    if (ends is not None and ends <= begins) or seen & once:
        raise ValueError
    seen |= once
    return {
        "staff_number": _like(_STAFF, staff),
        "function": Function(function).value,
        "since": begins,
        "until": ends,
    }


_Rows = dict[type[Permission | Item | HandOver], "list[dict[str, Any]]"]


def _read(given: Mapping[str, Any]) -> tuple[dict[str, str], _Rows]:
    _known(given, "systems", "items", "hand_overs")
    systems = {
        _like(_SYSTEM, code): str(_known(one, "title", "functions")["title"])
        for code, one in given["systems"].items()
    }
    permissions = [
        {
            "system_id": code,
            "function": Function(function).value,
            "by_staff": _flag(_known(terms or {}, "by_staff").get("by_staff", False)),
        }
        for code, one in given["systems"].items()
        for function, terms in (one.get("functions") or {}).items()
    ]
    items = [
        {
            "system_id": _one_of(systems, row["system"]),
            "function": Function(row["function"]).value,
            "basis": _like(_CODE, row["basis"]),
            "item": _like(_CODE, item),
        }
        for row in given.get("items") or ()
        for item in _known(row, "system", "function", "basis", "items")["items"]
    ]
    hand_overs = [
        {
            "sender_id": _one_of(systems, row["from"]),
            "receiver_id": _one_of(systems, row["to"]),
            "layout": _like(_CODE, row["layout"]),
        }
        for row in given.get("hand_overs") or ()
        if _known(row, "from", "to", "layout")
    ]
    return systems, {Permission: permissions, Item: items, HandOver: hand_overs}


def _replace(
    model: type[Permission | Item | HandOver], wanted: Sequence[dict[str, Any]], *, today: date
) -> list[Change]:
    changes = []
    left = {tuple(sorted(one.items())) for one in wanted}
    for row in model._default_manager.filter(until=None):  # noqa: SLF001 - the model is an argument
        key = tuple(sorted((name, getattr(row, name)) for name in (wanted[0] if wanted else ())))
        if key in left:
            left.discard(key)
            continue
        row.until = today
        row.save(update_fields=["until"])
        changes.append(_change(row, "until", str(today)))
    for one in sorted(left):
        row = model._default_manager.create(since=today, **dict(one))  # noqa: SLF001 - as above
        changes.append(_change(row, "since", str(today)))
    return changes


def _record(operation: str, occasion: Occasion, changes: Iterable[Change]) -> None:
    record(act=Act.WRITE, operation=operation, occasion=occasion, changes=list(changes))


def _change(row: Model, field: str, after: str) -> Change:
    return Change(table=row._meta.db_table, row=str(row.pk), field=field, after=after)  # noqa: SLF001 - Django's public way to a model's table


def _known(given: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    # A misspelt ``by_staff`` that is passed over would let everybody in.
    if given.keys() - set(names):
        raise ValueError
    return given


def _like(pattern: re.Pattern[str], given: object) -> str:
    if not isinstance(given, str) or not pattern.fullmatch(given):
        raise ValueError
    return given


def _one_of(systems: Mapping[str, str], given: object) -> str:
    if given not in systems:
        raise ValueError
    return str(given)


def _flag(given: object) -> bool:
    if not isinstance(given, bool):
        raise ValueError  # noqa: TRY004 - one exception says "this file"
    return given


def _after(last: date) -> date:
    return date.fromordinal(last.toordinal() + 1)
