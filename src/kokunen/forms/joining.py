"""Several files of Typst as one, tags and all.

A batch is set in parts, because the memory and the time of a page grow with the document's length.
Typst writes plain objects, each referred to by its number, and one table of them. Joining gives the
objects of each part numbers of their own and puts one page tree and one structure tree above those
of the parts (ISO 32000-1, 7.7.3 and 14.7). No general program for merging keeps the structure tree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENTRY: Final = 20  # bytes of a line of the table of objects
_FREE: Final = b"0000000000 65535 f\r\n"
_TABLE: Final = re.compile(rb"startxref\s+([0-9]+)\s+%%EOF\s*$")
_COUNT: Final = re.compile(rb"xref\s+0 ([0-9]+)\s+")
_TRAILER: Final = re.compile(rb"/Root ([0-9]+) 0 R/Info ([0-9]+) 0 R/ID(\[.*?\])>>", re.DOTALL)
_REFERENCE: Final = re.compile(rb"([0-9]+)(?= 0 R)")
_HEAD_CELL: Final = re.compile(rb"\(U(?=[0-9]+x[0-9]+y)")
_PAGE: Final = re.compile(rb"/StructParents ([0-9]+)")
_PARENTS: Final = re.compile(rb"/ParentTree<</Nums\[(.*?)\]>>")
_PARENT: Final = re.compile(rb"([0-9]+) ([0-9]+ 0 R)")
_IDS: Final = re.compile(rb"/IDTree<</Names\[(.*?)\]>>")
_ID: Final = re.compile(rb"(\([^)]*\))([0-9]+ 0 R)")
_KIDS: Final = re.compile(rb"/K\[(.*?)\]")
_ROLES: Final = re.compile(rb"/RoleMap<<.*?>>")
_PAGES: Final = re.compile(rb"/Pages [0-9]+ 0 R")
_TREE: Final = re.compile(rb"/StructTreeRoot [0-9]+ 0 R")
_OUTLINES: Final = re.compile(rb"/Outlines [0-9]+ 0 R")
_CUT: Final = b"\n%cut%\n"
_NOTHING: Final = b"null\n"
_IN_USE: Final = ord("n")


def join(parts: Sequence[bytes]) -> bytes:
    """Return one file with the pages of all parts in turn; the first says title and language.

    Only for what `typst.render_many` has made: other files may be built otherwise. Parts have no
    bookmarks.
    """
    if len(parts) == 1:
        return parts[0]
    joined = _Joined()
    for part in parts:
        joined.add(part)
    return joined.close()


class _Joined:
    """The file as it grows: 1 is the page tree, 2 the structure tree, then the parts' objects."""

    def __init__(self) -> None:
        self.out = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n")
        self.places: list[int] = [0, 0]
        self.catalog = self.trailer = self.roles = b""
        self.trees: list[bytes] = []
        self.documents: list[bytes] = []
        self.parents: list[bytes] = []
        self.ids: list[bytes] = []
        self.pages = self.keys = 0

    def add(self, part: bytes) -> None:
        """Take the objects of a part, under new numbers."""
        trailer = _TRAILER.search(part, len(part) - 400)
        assert trailer is not None  # noqa: S101 - of our own making
        shift = len(self.places)
        numbers, found, streams = _objects(part)
        catalog = numbers.index(int(trailer[1]))
        structure = int(_find(rb"/StructTreeRoot ([0-9]+)", found[catalog]))
        # All at once: a call for each object would take longer than the work itself.
        heads = _renamed(_CUT.join(found), shift=shift, part=len(self.trees)).split(_CUT)
        pages = int(_find(rb"/Pages ([0-9]+)", heads[catalog]))
        if not self.catalog:
            self.trailer = b"/Info %d 0 R/ID%s" % (int(trailer[2]) + shift, trailer[3])
            self.catalog = _PAGES.sub(b"/Pages 1 0 R", _OUTLINES.sub(b"", heads[catalog]))
            self.catalog = _TREE.sub(b"/StructTreeRoot 2 0 R", self.catalog)
        heads[catalog] = _NOTHING
        self.places += [0] * max(numbers)
        for number, head, stream in zip(numbers, heads, streams, strict=True):
            said = head
            if b"/StructParents " in said:
                said = _PAGE.sub(self._key, said)
            elif number == structure:
                self._structure(said)
                said = _NOTHING
            elif b"/S/Document/P " in said:
                said = said.replace(b"/P %d 0 R" % (structure + shift), b"/P 2 0 R", 1)
            elif number + shift == pages:
                self.pages += int(_find(rb"/Count ([0-9]+)", said))
                self.trees.append(b"%d 0 R" % pages)
                said = said.replace(b"/Type/Pages", b"/Type/Pages/Parent 1 0 R", 1)
            self._write(number + shift, said + stream)
        self.keys = int(_find(rb"([0-9]+) [0-9]+ 0 R$", self.parents[-1])) + 1

    def close(self) -> bytes:
        """Return the file."""
        kids = b" ".join(self.trees)
        self._write(1, b"<</Type/Pages/Count %d/Kids[%s]>>\n" % (self.pages, kids))
        parents = b"/ParentTree<</Nums[%s]>>/ParentTreeNextKey %d" % (
            b" ".join(self.parents),
            self.keys,
        )
        ids = b"/IDTree<</Names[%s]>>" % b"".join(sorted(self.ids)) if self.ids else b""
        documents = b"/K[%s]" % b" ".join(self.documents)
        self._write(2, b"<</Type/StructTreeRoot" + self.roles + documents + parents + ids + b">>\n")
        self.places.append(0)
        root = len(self.places)
        self._write(root, self.catalog)
        table = len(self.out)
        size = root + 1
        self.out += b"xref\n0 %d\n" % size + _FREE
        self.out += b"".join(b"%010d 00000 n\r\n" % place for place in self.places)
        self.out += b"trailer\n<</Size %d/Root %d 0 R" % (size, root) + self.trailer
        self.out += b">>\nstartxref\n%d\n%%%%EOF" % table
        return bytes(self.out)

    def _write(self, number: int, body: bytes) -> None:
        self.places[number - 1] = len(self.out)
        self.out += b"%d 0 obj\n%sendobj\n" % (number, body)

    def _structure(self, said: bytes) -> None:
        """Keep what the structure tree of a part holds, for the one of the whole."""
        self.roles = self.roles or _ROLES.findall(said)[0]
        self.documents.append(_find(_KIDS.pattern, said))
        self.parents.append(
            b" ".join(
                b"%d %s" % (int(key) + self.keys, of)
                for key, of in _PARENT.findall(_find(_PARENTS.pattern, said))
            )
        )
        for names in _IDS.findall(said):
            self.ids += [name + of for name, of in _ID.findall(names)]

    def _key(self, found: re.Match[bytes]) -> bytes:
        return b"/StructParents %d" % (int(found[1]) + self.keys)


def _renamed(heads: bytes, *, shift: int, part: int) -> bytes:
    """Return objects with the references, and the names of head cells, that they have in the whole.

    The titles and alternative texts among them are ours and never look like a reference.
    """
    pieces = _REFERENCE.split(heads)
    numbers = {number: b"%d" % (int(number) + shift) for number in set(pieces[1::2])}
    pieces[1::2] = [numbers[number] for number in pieces[1::2]]
    return _HEAD_CELL.sub(b"(P%05dU" % part, b"".join(pieces))


def _objects(part: bytes) -> tuple[list[int], list[bytes], list[bytes]]:
    """Return the objects: their numbers, what stands before the stream of each, and its stream."""
    at = int(_TABLE.findall(part, len(part) - 64)[0])
    table = _COUNT.match(part, at)
    assert table is not None  # noqa: S101 - of our own making
    lines = part[table.end() : table.end() + _ENTRY * int(table[1])]
    placed = sorted(
        (int(lines[line : line + 10]), line // _ENTRY)
        for line in range(_ENTRY, len(lines), _ENTRY)
        if lines[line + 17] == _IN_USE
    )
    ends = [place for place, _ in placed[1:]] + [at]
    heads, streams = [], []
    for (place, _), end in zip(placed, ends, strict=True):
        body = part[part.index(b"\n", place) + 1 : part.rindex(b"endobj", place, end)]
        head, mark, stream = body.partition(b"stream\n")
        heads.append(head)
        streams.append(mark + stream)
    return [number for _, number in placed], heads, streams


def _find(pattern: bytes, text: bytes) -> bytes:
    found = re.search(pattern, text, re.DOTALL)
    assert found is not None  # noqa: S101 - of our own making
    return found[1]
