"""Every layout that comes in has a receiver, and its place in the night."""

from __future__ import annotations

from typing import Final

from kokunen.interchange import layout as layouts
from kokunen.interchange import nightly, registry
from kokunen.interchange.domain import Direction

NOT_OF_A_NIGHT: Final = {"resident_load", "agency_recipients"}
"""The register itself is loaded once, by a command of its own; of the official frame nobody could
read what its details hold, and nothing takes it in."""


def test_every_other_incoming_layout_is_received_in_its_turn() -> None:
    incoming = {each.code for each in layouts.every() if each.direction is Direction.IN}
    assert set(registry.every()) == incoming - NOT_OF_A_NIGHT == set(nightly.ORDER)
