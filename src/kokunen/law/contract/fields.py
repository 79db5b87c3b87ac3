"""Reading the fields of one input line, strictly and with messages a clerk can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.dates.wareki import parse_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection

_T = TypeVar("_T")
_MISSING: Final = object()
MOST_YEN: Final = 10**11
"""No person's income or deduction reaches this; larger figures are refused as slips."""


class UnableToReadInput(Refusal):
    """A field of the input is unknown, absent, of the wrong type or out of range."""

    code = "invalid_input"

    def __init__(self, code: str, message: str, *, fix: str, field: str) -> None:
        super().__init__(message, fix=fix, field=field)
        self.code = code


class Fields:
    """One JSON object, read field by field; `done` refuses whatever nobody asked for.

    Each reader takes a ``default``: without one the field must be there. ``path`` is the place of
    the object in the whole input and stands before the names in refusals.
    """

    def __init__(self, given: Any, *, path: str = "") -> None:
        if not isinstance(given, dict):
            raise UnableToReadInput(
                "invalid_type",
                "JSONのオブジェクト({…})ではありません。",
                fix='{"項目": 値} の形で書いてください。',
                field=path,
            )
        self._given = given
        self._path = path
        self._read: set[str] = set()

    def where(self, name: str) -> str:
        """Return the place of a field in the whole input, such as ``insured.incomes``."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """Tell whether a field was given and is not null."""
        self._read.add(name)
        return self._given.get(name) is not None

    def names(self) -> list[str]:
        """Return the names given, for an object whose keys are data; all count as read."""
        self._read.update(self._given)
        return list(self._given)

    def done(self) -> None:
        """Refuse the fields that nobody read."""
        for name in self._given:
            if name not in self._read:
                raise UnableToReadInput(
                    "unknown_field",
                    f"「{name}」という項目はありません。",
                    fix=f"使える項目は {'、'.join(sorted(self._read))} です。",
                    field=self.where(name),
                )

    def _take(self, name: str, default: Any) -> Any:
        self._read.add(name)
        if name in self._given:
            return self._given[name]
        if default is _MISSING:
            raise UnableToReadInput(
                "missing_field",
                f"「{name}」がありません。",
                fix=f"「{name}」を加えてください。",
                field=self.where(name),
            )
        return default

    def _wrong(self, name: str, given: Any, fix: str) -> UnableToReadInput:
        return UnableToReadInput(
            "invalid_type",
            f"「{name}」の値 {given!r} は読めません。",
            fix=fix,
            field=self.where(name),
        )

    def month(self, name: str) -> Month:
        """Read a month ``YYYY-MM``."""
        given = self._take(name, _MISSING)
        if not isinstance(given, str):
            raise self._wrong(name, given, "月は YYYY-MM(例 2026-07)で書いてください。")
        return self._placed(name, lambda: Month.parse(given))

    def date(self, name: str) -> dt.date:
        """Read a date in ISO or wareki form."""
        given = self._take(name, _MISSING)
        if not isinstance(given, str):
            raise self._wrong(name, given, "日付は 2026-11-21 か R8.11.21 の形で書いてください。")
        return self._placed(name, lambda: parse_date(given))

    def optional_date(self, name: str) -> dt.date | None:
        """Read a date, or None when it is absent or null."""
        return self.date(name) if self.has(name) else None

    def optional_month(self, name: str) -> Month | None:
        """Read a month, or None when it is absent or null."""
        return self.month(name) if self.has(name) else None

    def _placed(self, name: str, read: Callable[[], _T]) -> _T:
        try:
            return read()
        except Refusal as refusal:
            refusal.field = self.where(name)
            raise

    def whole(
        self, name: str, *, least: int = 0, most: int = MOST_YEN, default: Any = _MISSING
    ) -> int:
        """Read a whole number within a range (yen, months, a count)."""
        given = self._take(name, default)
        if not isinstance(given, int) or isinstance(given, bool):
            raise self._wrong(name, given, "整数で書いてください。")
        if not least <= given <= most:
            raise UnableToReadInput(
                "out_of_range",
                f"「{name}」の値 {given} は {least} から {most} の範囲にありません。",
                fix="値を確かめてください。",
                field=self.where(name),
            )
        return given

    def flag(self, name: str, *, default: Any = _MISSING) -> bool:
        """Read true or false."""
        given = self._take(name, default)
        if not isinstance(given, bool):
            raise self._wrong(name, given, "true か false で書いてください。")
        return given

    def choice(self, name: str, among: Collection[str], *, default: Any = _MISSING) -> str:
        """Read one of several words."""
        given = self._take(name, default)
        if not isinstance(given, str) or given not in among:
            raise UnableToReadInput(
                "invalid_choice",
                f"「{name}」の値 {given!r} はありません。",
                fix=f"使える値は {'、'.join(among)} です。",
                field=self.where(name),
            )
        return given

    def raw(self, name: str, *, default: Any = _MISSING) -> Any:
        """Give the value as it stands, for a reader that knows its shape."""
        return self._take(name, default)

    def inner(self, name: str) -> Fields:
        """Read an object within this one; an absent one is empty, null is no object."""
        return Fields(self._take(name, {}), path=self.where(name))
