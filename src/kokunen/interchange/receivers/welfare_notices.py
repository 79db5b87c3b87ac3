"""What a notice of 生活扶助 or of a disability pension means for 法定免除. Pure.

法89条1項1号: whoever has the right to a disability pension of grade 1 or 2; it lasts until three
years have passed without even grade 3. 2号: whoever receives 生活扶助, not another kind of aid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.domain import UnableToApplyRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

_PENSIONS: Final = frozenset({"basic", "employees", "mutual_aid"})
_FOUNDING: Final = frozenset({"1", "2"})
_UNUSED: Final = date(1, 1, 1)


class UnableToReadNotice(UnableToApplyRecord):
    """The notice lacks what decides: its day, or the grade of the pension."""

    code = "notice_incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a notice says to the law: the exemption ``begins`` or ends ``on`` a day.

    ``nothing`` is a code where it says nothing, and ``says`` why; ``ground`` names the source for
    the step of the case, ``particulars`` are those of the filing.
    """

    ground: str
    begins: bool = False
    on: date = _UNUSED
    particulars: Mapping[str, Any] = field(default_factory=dict)
    nothing: str = ""
    says: str = ""

    @property
    def filing(self) -> str:
        """The code of the filing that the notice raises."""
        return "statutory_on" if self.begins else "statutory_off"


def of_assistance(values: Mapping[str, Any]) -> Notice:
    """Read a notice of public assistance. Raises `UnableToReadNotice` without its day."""
    ground = "生活保護の開始・廃止"
    if values["aid"] != "livelihood":
        return Notice(
            ground=ground,
            nothing="not_livelihood",
            says="生活扶助ではないため、法定免除には当たりません(法89条1項2号)。ほかの扶助は申請免除の理由です"
            "(法90条1項2号)。",
        )
    begins = values["kind"] in ("start", "resumption")
    said: dict[str, Any] = {"cause": "livelihood_assistance"}
    said |= {"proof": "register"} if begins else {"ended_cause": "assistance"}
    return Notice(ground=ground, begins=begins, on=_day(values, begins=begins), particulars=said)


def of_disability(values: Mapping[str, Any]) -> Notice:
    """Read a notice of a disability pension. Raises `UnableToReadNotice` as `of_assistance`.

    The certificate is still to be seen by a clerk: the case lacks its proof.
    """
    ground = "障害年金の受給"
    if values["benefit"] not in _PENSIONS:
        return Notice(
            ground=ground,
            nothing="not_founding_benefit",
            says="障害基礎年金・障害厚生年金等ではないため、法定免除には当たりません(法89条1項1号)。",
        )
    said: dict[str, Any] = {"cause": "disability_grade_1_2"}
    if values["kind"] == "end":
        said["ended_cause"] = values["ended_cause"] or "other"
        return Notice(ground=ground, begins=False, on=_day(values, begins=False), particulars=said)
    if values["grade"] is None:
        raise _missing("grade", "等級がありません。")
    if values["grade"] not in _FOUNDING:
        changed = values["kind"] == "grade"
        return Notice(
            ground=ground,
            nothing="grade_keeps" if changed else "grade_not_enough",
            says="1級・2級から3級に下がっても、3級にも当たらなくなって3年たつまで法定免除は続きます"
            "(法89条1項1号)。"
            if changed
            else "初めから3級か障害手当金の人は、法定免除には当たりません(法89条1項1号)。",
        )
    return Notice(ground=ground, begins=True, on=_day(values, begins=True), particulars=said)


def _day(values: Mapping[str, Any], *, begins: bool) -> date:
    name = "started_on" if begins else "ended_on"
    day = values[name]
    if not isinstance(day, date):
        raise _missing(name, "始まりの日がありません。" if begins else "終わりの日がありません。")
    return day


def _missing(name: str, what: str) -> UnableToReadNotice:
    return UnableToReadNotice(what, fix="通知元に確かめてください。", field=name)
