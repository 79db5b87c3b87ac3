"""Articles as each language cites them."""

from __future__ import annotations

import re
from typing import Final

_ACTS: Final = (
    ("平26改正法附則", "2014 Amending Act, Suppl. Art. "),
    ("平16改正法附則", "2004 Amending Act, Suppl. Art. "),
    ("昭60改正法附則", "1985 Amending Act, Suppl. Art. "),
    ("法附則", "Act, Suppl. Art. "),
    ("規則", "Regulation, Art. "),
    ("法", "Act, Art. "),
    ("令", "Order, Art. "),
)
_ARTICLE: Final = re.compile(r"(\d+)条((?:の\d+)*)(?:第?(\d+)項)?(?:(\d+)号)?")


def cite(source: str, lang: str) -> str:
    """Return an article as a language cites it; Japanese ones stand as they are."""
    if lang != "en":
        return source
    return "; ".join(_english(one) for one in source.split("・"))


def _english(one: str) -> str:
    for act, english in _ACTS:
        if one.startswith(act):
            return english + _ARTICLE.sub(_article, one.removeprefix(act))
    return one


def _article(found: re.Match[str]) -> str:
    number, branch, paragraph, item = found.groups()
    text = number + branch.replace("の", "-")
    if paragraph:
        text += f" para. {paragraph}"
    return f"{text} item {item}" if item else text
