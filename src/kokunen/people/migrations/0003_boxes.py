"""The same lanes with another key: a number as a box, which the index compares at half the cost.

The core's GiST has no plain numbers. A range of one number must be unpacked at each comparison, and
a fact is compared with hundreds on its way in; a box has a fixed form.
"""

from __future__ import annotations

from importlib import import_module
from typing import ClassVar

from django.db import migrations

LANES = import_module("kokunen.people.migrations.0002_walls").LANES

# Load-bearing: persons and households have at most 15 digits (people_person_number_form,
# people_household_number_form), which a double holds exactly, so that two boxes meet where the
# numbers are the same and nowhere else (tests/people/test_schema.py).
BOXES = {
    f"int8range({number}, {number}, '[]')": f"box(point({number}, {number}), point({number},"
    f" {number}))"
    for number in ("person_id", "household_id")
}


def _boxed(lane: str) -> str:
    for as_range, as_box in BOXES.items():
        lane = lane.replace(as_range, as_box)
    return lane


def _lane(name: str, table: str, lane: str, rows: str) -> str:
    return (
        f"ALTER TABLE {table} DROP CONSTRAINT {name}_at_a_time,"
        f" ADD CONSTRAINT {name}_at_a_time EXCLUDE USING gist ({lane})"
        f" WHERE (superseded_at IS NULL AND {rows}) DEFERRABLE INITIALLY IMMEDIATE"
    )


class Migration(migrations.Migration):
    """Lanes with boxes."""

    dependencies: ClassVar = [("people", "0002_walls")]
    operations: ClassVar = [
        migrations.RunSQL(_lane(name, table, _boxed(lane), rows), _lane(name, table, lane, rows))
        for name, table, lane, rows in LANES
        if _boxed(lane) != lane
    ]
