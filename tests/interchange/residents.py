"""Notices of an invented resident register, and an inbox of few lines to apply them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import connection, transaction

from kokunen.interchange import layout, models
from kokunen.interchange.codec import writing
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.inbox import ledger
from kokunen.interchange.receivers import residents
from kokunen.interchange.receiving import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kokunen.audit.domain import Occasion

FIELDS = tuple(
    field.name
    for field in layout.versions("resident_changes")[-1].detail.fields
    if field.name != "record_kind"
)
_notices = count(1)
OPEN = (RecordOutcome.HELD, RecordOutcome.REFUSED)


def change(kind: str, person: int, on: date, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a record
    """Return the fields of a notice with a number of its own."""
    return dict.fromkeys(FIELDS) | {
        "notice": str(next(_notices)),
        "kind": kind,
        "changed_on": on,
        "person": person,
        **values,
    }


def arrival(person: int, on: date, *, kind: str = "move_in", **values: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Return the notice of somebody who becomes a resident."""
    return change(
        kind,
        person,
        on,
        **{
            "name": f"架空　{person}",
            "kana": "カクウ　タロウ",
            "birth_date": date(1980, 4, 1),
            "sex": "male",
            "residency": "japanese",
            "household": person + 500_000,
            "head": True,
            "relationship": "世帯主",
            "town": "見本町",
            "block": "1番",
            "other_prefecture": "夢見県",
            "other_city": "灯台市",
        }
        | values,
    )


@dataclass(slots=True)
class Inbox:
    """Takes notices a file at a time, keeps the ledger, and tries again what is held."""

    occasion: Occasion
    held: list[tuple[models.File, Incoming, int]] = field(default_factory=list)
    effects: dict[str, Effect] = field(default_factory=dict)

    def file(self) -> models.File:
        return models.File.objects.create(
            request_id=uuid4(),
            direction="in",
            partner="resident_register",
            layout="resident_changes",
            name="r.csv",
            digest=uuid4().hex * 2,
            size=1,
            recorded_at=self.occasion.at,
            recorded_by=0,
        )

    def take(self, *notices: dict[str, Any]) -> list[Effect]:
        """Apply one file, all of it in one chunk."""
        file = self.file()
        found = [
            Incoming(number=number, values=values, raw=b"-", header={})
            for number, values in enumerate(notices, start=2)
        ]
        self.occasion = replace(self.occasion, at=self.occasion.at + timedelta(minutes=1))
        done = set(
            models.Record.objects.filter(
                notice__in=[each.values["notice"] for each in found],
                outcome__in=("applied", "nothing"),
            ).values_list("notice", flat=True)
        )
        return self._apply(file, [each for each in found if each.values["notice"] not in done])

    def again(self) -> None:
        """Try what is held until nothing changes."""
        before = -1
        while self.held and len(self.held) != before:
            before, held = len(self.held), self.held
            self.held = []
            for file, record, attempt in held:
                self._apply(file, [record], attempt=attempt + 1)

    def _apply(
        self, file: models.File, records: list[Incoming], *, attempt: int = 1
    ) -> list[Effect]:
        with transaction.atomic():
            context = ledger.context(file, self.occasion)
            effects = list(residents.receive(records, context))
            ledger.write(
                [
                    ledger.Line(
                        number=record.number,
                        effect=effect,
                        raw=record.raw,
                        notice=record.values["notice"],
                        attempt=attempt,
                    )
                    for record, effect in zip(records, effects, strict=True)
                ],
                file=file,
                occasion=self.occasion,
            )
        for record, effect in zip(records, effects, strict=True):
            self.effects[record.values["notice"]] = effect
            if effect.outcome in OPEN:
                self.held.append((file, record, attempt))
        return effects


TABLES = {
    "name": "name, kana, latin, alias, alias_kana",
    "identity": "birth_date, birth_date_text, sex",
    "register": "residency, arrival, arrived_on, first_on_register, removal, removed_on",
    "foreign": "nationality, nationality_code, status, stay_until",
    "membership": "household_id, head, relationship",
    "address": "kind, postal_code, municipality_code, prefecture, city, town, block, building,"
    " country",
}


def standing(people: Iterable[int]) -> dict[str, list[tuple[Any, ...]]]:
    """Return what stands of people, table by table: periods of the same value as one."""
    found = {}
    with connection.cursor() as cursor:
        for kind, columns in TABLES.items():
            cursor.execute(
                f"SELECT person_id, {columns}, range_agg(valid)::text FROM people_{kind}"  # noqa: S608 - names of our own
                " WHERE superseded_at IS NULL AND person_id = ANY(%s)"
                f" GROUP BY person_id, {columns} ORDER BY 1, 2, {len(columns.split(',')) + 2}",
                [list(people)],
            )
            found[kind] = cursor.fetchall()
    return found


def loaded(number: int) -> dict[str, Any]:
    """Return the record of the initial load of an invented person; two to a household."""
    detail = layout.versions("resident_load")[-1].detail
    gone = number % 50 == 49
    head = number % 2 == 0
    return dict.fromkeys(field.name for field in detail.fields if field.name != "record_kind") | {
        "person": 900_000 + number,
        "household": 700_000 + number // 2,
        "head": head,
        "relationship": "世帯主" if head else "妻",
        "name": f"架空{number % 97}　𠮷子{number % 89}",
        "kana": f"カクウ　ヨシコ{'アイウエオ'[number % 5]}",
        "birth_date": date(1950, 1, 1) + timedelta(days=number % 25_000),
        "sex": "female",
        "residency": "japanese",
        "first_on_register": "架空　一郎",
        "arrival": "moved_in",
        "arrived_on": date(2015, 4, 1),
        "household_since": date(2015, 4, 1),
        "address_since": date(2018, 4, 1),
        "postal_code": "0000001",
        "prefecture": "架空県",
        "city": "澄野市",
        "town": "見本町",
        "block": f"{number // 2}番地",
        "moved_from_city": "灯台市",
        "removal": "moved_out" if gone else None,
        "removed_on": date(2024, 4, 1) if gone else None,
        "moved_to_city": "遠霞市" if gone else None,
    }


def write_load(path: Path, records: Iterable[dict[str, Any]], *, city: str = "999990") -> Path:
    """Write a file of the initial load."""
    with path.open("wb") as stream:
        writing.write(
            stream,
            layout=layout.versions("resident_load")[-1],
            header={"made_on": date(2026, 11, 20)},
            details=records,
            city=city,
        )
    return path
