"""Both ways of one record, for one version of a layout. Pure.

The quick way assumes that a record is right. Where it is not, the record is gone through again,
field by field, to say what is wrong and where.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kokunen.interchange.codec.delimited import Delimited
from kokunen.interchange.codec.fixed import Fixed

if TYPE_CHECKING:
    from kokunen.interchange.codec.shape import Layout

Records = Delimited | Fixed


@lru_cache(maxsize=256)
def records(layout: Layout) -> Records:
    """Return the two ways of a layout's records, made once."""
    return Fixed(layout) if layout.form == "fixed" else Delimited(layout)
