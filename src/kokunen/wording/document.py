"""What a page consists of, before it becomes plain text or HTML."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 opens a section, level 3 a part of one."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``kind`` is plain, answer (stands out) or note (an advice, set apart)."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Items:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of a row names it, ``numbers`` are the columns of figures.

    A line break in a cell is kept; ``marked`` are the rows that the reader looks for.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Document:
    """One page: its title and its blocks in the order of reading.

    A title that was given with the case is the office's own, and is neither translated nor glossed.
    """

    title: str
    blocks: tuple[Block, ...]
    is_title_given: bool = False
