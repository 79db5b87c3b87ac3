"""Small phrases every page needs: money, days, months, persons, bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki, format_wareki_month, format_year
from kokunen.wording.citation import cite

if TYPE_CHECKING:
    from datetime import date

    from kokunen.wording.words import Words

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Phrases:
    """The phrases of one language."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self._english = words.lang == "en"

    def say(self, key: str, **values: object) -> str:
        """Return the text of a key with its places filled."""
        return self.words.say(key, **values)

    def yen(self, amount: int | None) -> str:
        """Write an amount; a dash where it is not known."""
        return "-" if amount is None else self.say("yen", amount=f"{amount:,}")

    def day(self, day: date) -> str:
        """Write a day in both calendars, in English in the western one."""
        if self._english:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return f"{day.year}年{day.month}月{day.day}日({format_wareki(day)})"

    def month(self, month: Month) -> str:
        """Write a month in the western calendar."""
        if self._english:
            return f"{_MONTHS[month.month - 1]} {month.year}"
        return f"{month.year}年{month.month}月"

    def months(self, first: Month, last: Month) -> str:
        """Write a stretch of months in both calendars, in English in the western one."""
        western = self._span(self.month(first), self.month(last))
        if self._english:
            return western
        return f"{western}\n({self._span(format_wareki_month(first), format_wareki_month(last))})"

    def _span(self, first: str, last: str) -> str:
        return first if first == last else self.say("span", first=first, last=last)

    def year(self, year: int) -> str:
        """Write a calendar year in both calendars."""
        if self._english:
            return str(year)
        return f"{year}年({format_wareki_month(Month(year, 12)).removesuffix('12月')})"

    def fiscal_year(self, year: int) -> str:
        """Write a fiscal year."""
        return f"fiscal {year}" if self._english else format_year(year)

    def who(self, role: str) -> str:
        """Name a person by the role."""
        return self.say(f"role.{role}")

    def band(self, band: str) -> str:
        """Name a band."""
        return self.say(f"band.{band}")

    def short(self, band: str) -> str:
        """Name a band where it was named in full before."""
        return self.say(f"short.{band}")

    def cite(self, source: str) -> str:
        """Cite an article."""
        return cite(source, self.words.lang)
