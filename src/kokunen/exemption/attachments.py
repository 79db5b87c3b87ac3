"""The documents that belong to a filing, why, and what is taken in their stead. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.cases.catalogue.kinds import Item
    from kokunen.cases.domain import Receipt

_NOT_DOCUMENTS: Final = frozenset({"later", "not_seen", "not_needed"})
_SPECIAL: Final[Mapping[str, tuple[str, str]]] = {
    "job_loss": ("job_loss_proof", "失業・廃業した人の所得を審査から外すため(規則77条の7)"),
    "disaster": ("disaster_proof", "財産のおおむね2分の1以上の損害を確かめるため(規則77条の7)"),
    "other_assistance": ("assistance_proof", "扶助を受けていることを確かめるため(法90条1項2号)"),
    "special_disability_benefit": ("benefit_proof", "受給を確かめるため(規則77条の7)"),
}


def attachments(*, receipt: Receipt) -> tuple[Attachment, ...]:
    """Return the documents of a filing; one already seen is not needed any more."""
    return tuple(_of(receipt))


def _of(receipt: Receipt) -> Iterator[Attachment]:
    given = receipt.particulars
    items = {item.name: item for item in FILINGS[receipt.filing].items}
    yield _one(items["identity"], given, "窓口に来た人の本人確認", "本人確認書類")
    if receipt.filer in (Filer.PROXY, Filer.HEAD) and "authority" in items:
        yield _one(items["authority"], given, "代理で手続きするため", "代理権を示すもの")
    for claim, (proof, why) in _SPECIAL.items():
        if given.get(claim):
            yield _one(items[proof], given, why, _first(items[proof]))
    if given.get("violence") in ("claimed", "unclear"):
        yield _one(
            items["violence_proof"],
            given,
            "配偶者の所得を審査しないため(2回目からは要らない)",
            _first(items["violence_proof"]),
        )
    if "proof" in items or "school_proof" in items:
        yield _of_the_fact(receipt, items.get("proof") or items["school_proof"])


def _of_the_fact(receipt: Receipt, item: Item) -> Attachment:
    """Return the proof of what the filing is about, which is sometimes not needed."""
    given = receipt.particulars
    why, needless = {
        "student": (
            "在学を確かめるため",
            "はがき形式の申請書なので要らない" if given.get("card") else "",
        ),
        "childbirth": (
            "出産予定日を確かめるため",
            "出産の後は市が出生の記録で確かめるので、原則として要らない"
            if given.get("born_on")
            else "",
        ),
    }.get(receipt.filing, ("届出の事実を確かめるため", ""))
    found = _one(item, given, why, _first(item))
    return replace(found, why=needless, needed=False) if needless else found


def _first(item: Item) -> str:
    return item.choices[0][1]


def _one(item: Item, given: Mapping[str, object], why: str, name: str) -> Attachment:
    words = [word for code, word in item.choices if code not in _NOT_DOCUMENTS]
    seen = given.get(item.name)
    return Attachment(
        name=name,
        why=why,
        instead=tuple(word for word in words if word != name),
        needed=seen is None or seen in _NOT_DOCUMENTS,
    )
