"""What a filing is: its items, its deadline, its place in the law. Pure data, read by everything.

The form on the screen, the check of what was typed, what is kept of a case and the printed form are
all made from the items of a filing; a filing that is not in the catalogue cannot be received.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kokunen.people.codes import Code


class Duty(Code):
    """Which of the city's duties a filing belongs to."""

    ENROLMENT = "enrolment", "資格・付加"
    EXEMPTION = "exemption", "免除・猶予"
    BENEFIT = "benefit", "給付"


class Filer(Code):
    """Who brings a filing."""

    SELF = "self", "本人"
    HEAD = "head", "世帯主"
    PROXY = "proxy", "代理人"
    SURVIVOR = "survivor", "遺族・未支給の請求者"
    OFFICE = "office", "職権"


class ItemKind(StrEnum):
    """The form of an item and of what is kept for it (in brackets, as JSON)."""

    DATE = "date"
    """A day, typed in any form an office uses [ISO day]."""
    MONTH = "month"
    """A month [YYYY-MM]."""
    CHOICE = "choice"
    """One of the choices [its code]."""
    CHOICES = "choices"
    """Any of the choices [list of codes]."""
    YES_NO = "yes_no"
    """[true, false, or null: not stated, which is neither]."""
    TEXT = "text"
    """One line, as received [text]."""
    LINES = "lines"
    """Several lines [text]."""
    YEN = "yen"
    """[whole number]."""
    COUNT = "count"
    """[whole number, 0 and above]."""
    PERSON = "person"
    """Another person of the register [宛名番号 as a number]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a filing.

    ``only_if`` is (name of an earlier item, the codes for which this one is asked; "true" and
    "false" for yes and no): it is neither asked nor kept otherwise. ``required``: without it the
    filing is incomplete (補正) but is received all the same, unless ``essential``: then not even
    that. ``most`` bounds a text (characters).
    """

    name: str
    label: str
    kind: ItemKind
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    essential: bool = False
    hint: str = ""
    only_if: tuple[str, frozenset[str]] | None = None
    most: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """Within so many days or months of the event, with the article that says so.

    The day of the event is not counted (民法140条); the last day rolls to the next day on which the
    city is open (地方自治法4条の2第4項).
    """

    days: int = 0
    months: int = 0
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One kind of filing or application.

    ``task`` is its number in the founding document 004, Ⅰ1 ② (1 to 5). ``purpose`` is a code of
    ``access.domain.PURPOSES``, under which its people are looked at. ``event`` is the label of the
    day that the filing is about (None: there is no such day). ``decided``: the agency answers with
    a decision (承認・却下); otherwise it is a notification (届出) whose processing is reported.
    ``form`` names the template of the printed form.
    """

    code: str
    name: str
    duty: Duty
    task: int
    article: str
    items: tuple[Item, ...]
    purpose: str = "reception"
    event: str | None = "事実のあった日"
    deadline: Deadline | None = None
    decided: bool = False
    filers: tuple[Filer, ...] = (Filer.SELF, Filer.HEAD, Filer.PROXY)
    form: str = ""
    note: str = ""

    def item(self, name: str) -> Item:
        """Return an item by its name; raises KeyError for a name the filing has not."""
        for each in self.items:
            if each.name == name:
                return each
        raise KeyError(name)
