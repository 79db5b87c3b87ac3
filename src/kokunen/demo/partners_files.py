"""Files as the partners of the invented city write them, and as they should not have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from kokunen.demo.places import MUNICIPALITY_CODE
from kokunen.interchange.codec import writing
from kokunen.interchange.layout import layout as layout_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

ANOTHER_CITY: Final = "999991"
"""No city has this number either."""
_RECORDS: Final = 4
"""A file that is cut short loses about a record of so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A file that a partner puts into the folder of a layout; ``attached`` lies beside it."""

    layout: str
    name: str
    content: bytes
    attached: tuple[tuple[str, bytes], ...] = ()

    def put(self, folder: Path) -> None:
        """Put the file down, what is attached first."""
        beside = folder / f"{self.name}.attachments"
        for name, content in self.attached:
            beside.mkdir(exist_ok=True)
            (beside / name).write_bytes(content)
        (folder / self.name).write_bytes(self.content)

    def again(self) -> Dropped:
        """Return the same content under another name."""
        return replace(self, name=f"again-{self.name}")

    def cut(self) -> Dropped:
        """Return the file as a broken line leaves it: without its end."""
        end = len(self.content) - len(self.content) // _RECORDS - 1
        return replace(self, name=f"cut-{self.name}", content=self.content[:end])


def written(
    layout: str,
    details: Iterable[Mapping[str, Any]],
    *,
    day: date,
    sequence: int,
    city: str = MUNICIPALITY_CODE,
    **header: Any,  # noqa: ANN401 - fields of a header
) -> Dropped:
    """Return a file of a layout in the version of a day."""
    out = BytesIO()
    of = layout_on(layout, day)
    head = {"made_on": day, "sequence": sequence, **header}
    writing.write(out, layout=of, header=head, details=details, city=city)
    name = f"{layout}-{day:%Y%m%d}-{sequence:06d}.dat"
    return Dropped(layout=layout, name=name, content=out.getvalue())
