"""Keep, as received, the records that differ from the register: both sides have to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.interchange import models

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kokunen.interchange.domain import Effect
    from kokunen.interchange.receiving import Context, Incoming


def keep_differing(
    records: Sequence[Incoming], effects: Sequence[Effect], context: Context
) -> None:
    """Keep the bytes of what was applied and differs; the inbox keeps those that stay open."""
    models.Raw.objects.bulk_create(
        (
            models.Raw(
                file_id=context.file,
                number=record.number,
                person_id=effect.person,
                content=record.raw,
                at=context.occasion.at,
            )
            for record, effect in zip(records, effects, strict=True)
            if effect.differences
        ),
        ignore_conflicts=True,
    )
