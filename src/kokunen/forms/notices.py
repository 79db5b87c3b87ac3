"""Notices and the leaflet for residents, in the language that each reads. Pure.

The city informs; the agency decides, and each notice says so. Names stay as they are registered in
every language; 漢字 in やさしい日本語 carry their reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.wareki import format_wareki
from kokunen.forms import barcode
from kokunen.forms.domain import Language, Notice
from kokunen.forms.words import words

if TYPE_CHECKING:
    from datetime import date

    from kokunen.forms.domain import Departure, Office, Person, Told

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ASKS: Final = frozenset({Notice.LACKS, Notice.RETURNED})


def notice(
    told: Told, *, language: Language, person: Person, office: Office, on: date
) -> dict[str, Any]:
    """Return what ``notice.typ`` shows; ``on`` is the day of the notice."""
    said = words(language)
    label = said["label"]
    facts = [
        [label["filing"], said["filing"][told.filing], False],
        [label["case"], str(told.case), False],
        [label["received_on"], _day(told.received_on, language), False],
    ]
    facts += [
        [label[name], _day(day, language), False]
        for name, day in (("decided_on", told.decided_on), ("due", told.due))
        if day is not None
    ]
    return {
        **_letter(language, person=person, office=office, case=told.case, on=on),
        "title": said["title"][told.kind],
        "lead": said["lead"][told.kind],
        "facts": facts,
        "lacking-label": label["lacking"],
        "lacking": [said["lacks"].get(each, each) for each in told.lacking],
        "bring-label": label["bring"],
        "bring": said["bring"] if told.kind in _ASKS else "",
        "next": said["next"][told.kind],
    }


def leaflet(
    *,
    language: Language,
    departure: Departure,
    person: Person,
    office: Office,
    case: int | None,
    on: date,
) -> dict[str, Any]:
    """Return what ``leaflet.typ`` shows: the ways that are open to whoever leaves Japan.

    Voluntary enrolment is for Japanese nationals, the lump sum for everybody else, both where the
    register does not tell; an amount that is not known is left out.
    """
    said = words(language)
    text, label = said["leaflet"], said["label"]

    def yen(name: str, amount: int | None) -> list[list[Any]]:
        if amount is None:
            return []
        return [[label[name], said["value"]["yen"].format(amount=f"{amount:,}"), False]]

    def months(name: str, count: int | None) -> list[list[Any]]:
        if count is None:
            return []
        return [[label[name], said["value"]["months"].format(count=count), False]]

    parts = [
        {
            "title": text["refund_title"],
            "paragraphs": [text["refund"]],
            "facts": months("months", departure.prepaid_months) + yen("amount", departure.refund),
        }
    ]
    if departure.japanese is not False:
        parts.append(
            {"title": text["voluntary_title"], "paragraphs": [text["voluntary"]], "facts": []}
        )
    if departure.japanese is not True:
        parts.append(
            {
                "title": text["lump_sum_title"],
                "paragraphs": [text["lump_sum"], text["caution"]],
                "facts": months("paid_months", departure.paid_months)
                + yen("lump_sum", departure.lump_sum),
            }
        )
    left = departure.left_on
    estimated = departure.refund is not None or departure.lump_sum is not None
    return {
        **_letter(language, person=person, office=office, case=case, on=on),
        "title": text["title"],
        "lead": text["lead"],
        "facts": [[label["left_on"], _day(left, language), False]] if left else [],
        "parts": parts,
        "estimate": text["estimate"] if estimated else "",
    }


def codes() -> frozenset[str]:
    """Return the codes of what may be lacking, which every language has a word for."""
    return frozenset(words(Language.JAPANESE)["lacks"])


def title_of(shown: dict[str, Any]) -> str:
    """Return the title of a letter as plain text, for the document."""
    return plain(shown["title"])


def plain(written: str) -> str:
    """Take the readings out of a text: [年金|ねんきん] becomes 年金."""
    pieces = written.split("[")
    return pieces[0] + "".join(
        piece.partition("|")[0] + piece.partition("]")[2] for piece in pieces[1:]
    )


def _letter(
    language: Language, *, person: Person, office: Office, case: int | None, on: date
) -> dict[str, Any]:
    said = words(language)
    lines = [f"{office.name}\u3000{office.department}", office.address, office.phone, office.hours]
    code = person.postal_code
    return {
        "salutation": said["salutation"].format(name=person.name),
        "postal": f"〒{code[:3]}-{code[3:]}" if code.isdigit() and person.address else "",
        "address": person.address,
        "date": _day(on, language),
        "case": None
        if case is None
        else {"number": str(case), "modules": barcode.modules(case), "label": plain_case(language)},
        "readings": language is Language.PLAIN,
        "contact": said["label"]["contact"],
        "office": "\n".join(line for line in lines if line.strip()),
        "footer": said["footer"],
    }


def plain_case(language: Language) -> str:
    """Return what a case number is called, as plain text."""
    return plain(words(language)["label"]["case"])


def _day(day: date, language: Language) -> str:
    pattern: str = words(language)["date"]
    return pattern.format(
        wareki=format_wareki(day),
        year=day.year,
        month=_MONTHS[day.month - 1],
        month_number=day.month,
        day=day.day,
    )
