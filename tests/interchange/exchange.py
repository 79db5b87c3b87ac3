"""Files of invented layouts, written by the codec, and receivers that leave a mark.

A record says what is to become of it. What a record does is one line in the record of the office
(`fake.apply` with its key): done twice it would be there twice.
"""

from __future__ import annotations

import io
import shutil
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.interchange import layout as layouts
from kokunen.interchange import registry
from kokunen.interchange.codec import writing
from kokunen.interchange.domain import Effect, RecordOutcome, UnableToApplyRecord
from kokunen.interchange.receiving import Receives, one_by_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kokunen.interchange.receiving import Context, Incoming

CITY: Final = "999990"
MADE_ON: Final = date(2026, 11, 24)
LAYOUT: Final = """
code: {code}
title: {title}
partner: resident_register
direction: in
official: false
source: "試験だけの様式"
sequence: {sequence}
policy: {policy}
tolerance: {tolerance}
versions:
  - version: "1"
    from: 2020-04-01
{body}
  - version: "2"
    from: 2026-11-01
{body}
"""
BODY: Final = """
    encoding: utf-8
    form: delimited
    delimiter: ","
    newline: crlf
    group: false
    records:
      header:
        mark: {record_kind: "1"}
        fields:
          - {name: record_kind, title: レコード区分, type: digits, length: 1}
          - {name: layout, title: レイアウト, type: text, length: 40}
          - {name: version, title: 版, type: text, length: 2}
          - {name: city, title: 市区町村コード, type: digits, length: 6}
          - {name: made_on, title: 作成日, type: date}
          - {name: sequence, title: 通番, type: integer, least: 1, most: 999999999}
      detail:
        mark: {record_kind: "2"}
        fields:
          - {name: record_kind, title: レコード区分, type: digits, length: 1}
          - {name: key, title: 通知番号, type: text, length: 20}
          - name: act
            title: 処理
            type: code
            codes: {"1": apply, "2": refuse, "3": hold, "4": fall}
          - {name: needs, title: 先の通知, type: text, length: 20, optional: true}
          - {name: person, title: 宛名番号, type: integer, least: 1, optional: true}
          - {name: amount, title: 金額, type: integer, least: 0}
      trailer:
        mark: {record_kind: "3"}
        fields:
          - {name: record_kind, title: レコード区分, type: digits, length: 1}
          - {name: count, title: データ件数, type: integer, least: 0}
          - {name: amount, title: 金額合計, type: integer, least: 0}
    checks:
      city: header.city
      layout: header.layout
      version: header.version
      made_on: header.made_on
      sequence: header.sequence
      count: trailer.count
      sums: {trailer.amount: amount}
      sort: [key]
"""
NUMBERED, LOOSE, WHOLE = "fake_numbered", "fake_loose", "fake_whole"
_MADE: Final = {
    NUMBERED: {"title": "試験の通番", "sequence": "true", "policy": "records", "tolerance": 2},
    LOOSE: {"title": "試験の随時", "sequence": "false", "policy": "records", "tolerance": 2},
    WHOLE: {"title": "試験の一括", "sequence": "false", "policy": "whole", "tolerance": 0},
}


def applied(incoming: Incoming, context: Context) -> Effect:
    """Do what a record says."""
    said = incoming.values
    if said["act"] == "refuse":
        raise UnableToApplyRecord(
            "試験の理由で反映できません。", fix="直してください。", field="act"
        )
    if said["act"] == "fall":
        raise RuntimeError("a receiver with a defect")
    if said["act"] == "hold" or (said["needs"] and not marks(said["needs"])):
        return Effect(
            outcome=RecordOutcome.HELD,
            person=said["person"],
            code="before",
            says=f"先の通知{said['needs'] or 'X'}が届いていません。",
            fix="先の通知が届くと、自動で反映します。",
            fields=("needs",),
        )
    record(
        act=Act.WRITE,
        operation="fake.apply",
        occasion=context.occasion,
        person=said["person"],
        changes=[Change(table="fake", row=said["key"], field="done")],
    )
    return Effect(outcome=RecordOutcome.APPLIED, person=said["person"])


def marks(key: str) -> int:
    """How often a key had its effect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE operation = 'fake.apply'"
            " AND changes::text LIKE %s",
            [f'%"{key}"%'],
        )
        return int(cursor.fetchone()[0])


def all_marks() -> dict[str, int]:
    """How often each key had its effect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT changes -> 0 ->> 1, count(*) FROM audit_entry"
            " WHERE operation = 'fake.apply' GROUP BY 1"
        )
        return dict(cursor.fetchall())


def install(folder: Path) -> None:
    """Put the invented layouts beside the product's, and their receivers in place of its own."""
    shutil.copytree(Path(layouts.__file__).with_name("layouts"), folder, dirs_exist_ok=True)
    for code, said in _MADE.items():
        text = LAYOUT.format(code=code, body=BODY, **said)
        (folder / f"{code}.yaml").write_text(text, encoding="utf-8")
    setattr(layouts, "FOLDER", folder)  # noqa: B010 - not a name to be set, but for these tests
    for cached in (layouts.codes, layouts.versions):
        cached.cache_clear()
    made = {
        code: Receives(layout=code, apply=one_by_one(applied), notice=lambda values: values["key"])
        for code in _MADE
    }
    setattr(registry, "every", lambda: made)  # noqa: B010 - as above


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """Have the invented layouts and their receivers for a while."""
    before, every = layouts.FOLDER, registry.every
    install(folder)
    try:
        yield
    finally:
        setattr(layouts, "FOLDER", before)  # noqa: B010 - as above
        setattr(registry, "every", every)  # noqa: B010 - as above
        for cached in (layouts.codes, layouts.versions):
            cached.cache_clear()


def detail(key: str, act: str = "apply", **said: Any) -> dict[str, Any]:  # noqa: ANN401 - values
    return {"key": key, "act": act, "needs": None, "person": None, "amount": 1, **said}


def content(
    details: Sequence[Mapping[str, Any]],
    *,
    layout: str = LOOSE,
    sequence: int = 1,
    made_on: date = MADE_ON,
    city: str = CITY,
) -> bytes:
    """Write a file with the codec."""
    out = io.BytesIO()
    writing.write(
        out,
        layout=layouts.layout(layout, made_on),
        header={"made_on": made_on, "sequence": sequence},
        details=details,
        city=city,
    )
    return out.getvalue()


def keys(count: int, start: int = 1) -> list[dict[str, Any]]:
    return [detail(f"K{number:06d}") for number in range(start, start + count)]


def audited() -> list[tuple[str, str, str]]:
    """Acts, operations and outcomes in the record of the office, in their order."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT act, operation, outcome FROM audit_entry ORDER BY id")
        return list(cursor.fetchall())
