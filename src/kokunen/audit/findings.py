"""What a verification can find, each in a sentence: what, why it matters, what to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """The ways in which the record can differ from what was written."""

    UNSIGNED = "unsigned"
    ENTRY_GONE = "entry_gone"
    ENTRY_RESIGNED = "entry_resigned"
    JOURNAL_UNREADABLE = "journal_unreadable"
    ROWS_MISSING = "rows_missing"
    ROWS_EXTRA = "rows_extra"
    ROWS_MOVED = "rows_moved"
    OUTSIDE_SEALS = "outside_seals"
    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    SEAL_BROKEN = "seal_broken"
    ANCHOR_CHANGED = "anchor_changed"
    ANCHOR_GONE = "anchor_gone"
    ANCHOR_DIFFERS = "anchor_differs"


_SAVE: Final = (
    "データベースに触れる作業を止め、控え(バックアップ)と突き合わせて、監査担当に報告してください。"
)

WORDS: Final[Mapping[Kind, tuple[str, str, str]]] = MappingProxyType(
    {
        Kind.UNSIGNED: (
            "記録の行が、書かれたときの署名と一致しません。",
            "行が書き換えられたか、正規の処理を通らずに加えられています。",
            _SAVE,
        ),
        Kind.ENTRY_GONE: (
            "日誌にある記録の行が、データベースにありません。",
            "確定した後に、行が消されています。",
            _SAVE,
        ),
        Kind.ENTRY_RESIGNED: (
            "記録の行の署名が、日誌に残る署名と違います。",
            "行が書き換えられ、署名も作り直されています。署名の鍵が漏れたおそれがあります。",
            _SAVE + "署名の鍵も取り替えてください。",
        ),
        Kind.JOURNAL_UNREADABLE: (
            "日誌の行が読めません。",
            "書き込みが途中で切れたか、日誌が書き換えられています。その行の記録は照合できません。",
            "その日の停電や停止の有無を確かめ、なければ監査担当に報告してください。",
        ),
        Kind.ROWS_MISSING: (
            "封印した範囲の行が、封印したときより少なくなっています。",
            "封印の後に、行が消されたか、ほかの封印へ移されています。",
            _SAVE,
        ),
        Kind.ROWS_EXTRA: (
            "封印した範囲の行が、封印したときより多くなっています。",
            "封印の後に、行が加えられたか、ほかの封印から移されています。",
            _SAVE,
        ),
        Kind.ROWS_MOVED: (
            "封印した範囲の行の数は同じですが、中身か順序が封印したときと違います。",
            "行が入れ替えられたか、取引番号か署名が書き換えられています。",
            _SAVE,
        ),
        Kind.OUTSIDE_SEALS: (
            "封印が済んだはずの範囲に、どの封印にも入らない行があります。",
            "封印が消されたか、行が後から加えられています。",
            _SAVE,
        ),
        Kind.SEAL_CHANGED: (
            "封印が、作られたときの署名と一致しません。",
            "封印が書き換えられたか、正規の処理を通らずに加えられています。",
            _SAVE,
        ),
        Kind.SEAL_MISSING: (
            "封印の番号か範囲が、前の封印から続いていません。",
            "間の封印が消されたか、順序が変えられています。",
            _SAVE,
        ),
        Kind.SEAL_BROKEN: (
            "封印が、前の封印の要約値を受け継いでいません。",
            "前の封印が作り直されたか、順序が変えられています。",
            _SAVE,
        ),
        Kind.ANCHOR_CHANGED: (
            "アンカーのファイルが読めないか、署名と一致しません。",
            "アンカーが書き換えられています。その日の記録全体の書き換えを見つけられません。",
            "紙に控えたアンカーの1行と照らし合わせ、監査担当に報告してください。",
        ),
        Kind.ANCHOR_GONE: (
            "アンカーが指す封印が、データベースにありません。",
            "アンカーを取った後に封印が消されたか、それより古い控えから復元されています。",
            "復元した事実があれば日時を記録に残し、なければ監査担当に報告してください。",
        ),
        Kind.ANCHOR_DIFFERS: (
            "封印の要約値か件数の累計が、アンカーと違います。",
            "アンカーを取った後に、記録の全体が作り直されています。",
            _SAVE + "アンカーの1行を紙の控えでも確かめてください。",
        ),
    }
)
"""For each kind: what was found, why it matters, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One difference; ``where`` is the id of an entry, or the file and line outside."""

    kind: Kind
    seal: int | None = None
    where: str = ""

    def place(self) -> str:
        """Say where it was found."""
        told = [f"封印{self.seal}"] if self.seal is not None else []
        return "・".join([*told, self.where] if self.where else told)

    def text(self) -> str:
        """Return the whole finding in one line."""
        what, why, fix = WORDS[self.kind]
        return f"[{self.place()}] {what}{why}{fix}"


@dataclass(slots=True, kw_only=True)
class Report:
    """What a verification looked at. At most `KEPT` findings of each kind are kept, all counted."""

    entries: int = 0
    seals: int = 0
    unsealed: int = 0
    lines: int = 0
    without_line: int = 0
    anchors: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[Kind] = field(default_factory=Counter)

    def add(self, kind: Kind, *, seal: int | None = None, where: str = "") -> None:
        """Add a finding."""
        self.counts[kind] += 1
        if self.counts[kind] <= KEPT:
            self.findings.append(Finding(kind=kind, seal=seal, where=where))

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.counts


KEPT: Final = 1000
