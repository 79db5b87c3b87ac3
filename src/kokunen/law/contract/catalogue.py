"""The calculators of ``kokunen law``: their names, what they answer, their articles."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kokunen.dates.errors import Refusal
from kokunen.law.contract.fields import Fields
from kokunen.law.figures import FIGURES
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Calculator:
    """One calculator: its name, its module and function, a line of Japanese, its articles."""

    name: str
    module: str
    title: str
    articles: str

    def run(self, fields: Fields, working: Working) -> dict[str, Any]:
        """Compute the answer; the module is imported only when it is asked."""
        module = import_module(f"kokunen.law.contract.{self.module}")
        adapter: Callable[[Fields, Working], dict[str, Any]]
        adapter = getattr(module, self.name.replace("-", "_"))
        return adapter(fields, working)


_EXEMPTION = "法90条・法90条の2・法90条の3・平16改正法附則19条・平26改正法附則14条"
_ROWS: Final = (
    (
        "premium",
        "premium",
        "保険料・一部納付額・付加・納期限",
        "法87条・法87条の2・法90条の2・法91条",
    ),
    ("prepayment", "premium", "前納額と割引額", "法93条・令8条"),
    ("early-debit", "premium", "口座振替の早割", "法92条の2・法93条"),
    ("back-payment", "premium", "追納額と加算率", "法94条・令10条"),
    ("late-charge", "premium", "延滞金", "法97条・法附則9条の2の5"),
    ("enforcement", "premium", "強制徴収の対象", "法96条"),
    ("exemption-limits", "exemption", "免除・猶予の所得基準額", "令6条の7〜令6条の9の2"),
    ("assess-exemption", "exemption", "免除・納付猶予・学生納付特例の試算", _EXEMPTION),
    ("exemption-cycle", "exemption", "免除の年度(7月〜6月)", "法90条・規則77条の2"),
    ("student-cycle", "exemption", "学生納付特例の年度(4月〜3月)", "法90条の3・規則77条の2"),
    ("retroactive-limit", "exemption", "さかのぼって申請できる月", "法90条1項・法102条4項"),
    ("unemployment", "exemption", "失業等の特例の期間", "法90条1項4号・規則77条の7"),
    ("employment-income", "tax", "給与所得控除後の金額", "所得税法28条・別表第五"),
    ("enrolment", "enrolment", "第1号被保険者の取得と喪失", "法7条・法8条・法9条・法11条"),
    ("count-months", "enrolment", "被保険者期間の月数", "法11条"),
    ("childbirth", "enrolment", "産前産後期間の免除", "法88条の2"),
    ("childcare", "enrolment", "育児期間の免除", "法88条の3"),
    ("statutory", "enrolment", "法定免除の期間", "法89条"),
    ("old-age-pension", "benefit", "老齢基礎年金と付加年金", "法27条・法28条・法44条"),
    ("disability-pension", "benefit", "障害基礎年金", "法33条・法33条の2"),
    ("support-benefit", "benefit", "年金生活者支援給付金", "年金生活者支援給付金法3条・4条"),
    ("death-lump-sum", "benefit", "死亡一時金", "法52条の2・法52条の4"),
    ("withdrawal-lump-sum", "benefit", "脱退一時金", "法附則9条の3の2"),
    ("contribution-requirement", "benefit", "保険料納付要件", "法30条1項・昭60改正法附則20条"),
)
CALCULATORS: Final = {row[0]: Calculator(*row) for row in _ROWS}


def error_of(refusal: Refusal) -> dict[str, Any]:
    """Return a refusal in the form of the contract."""
    return {
        "error": {
            "code": refusal.code,
            "field": refusal.field,
            "message": refusal.message,
            "fix": refusal.fix,
        }
    }


def answer(name: str, given: Any, *, explain: bool = False) -> dict[str, Any]:
    """Answer one input of a calculator; a bad input gives ``{"error": …}``, never an exception."""
    working = Working(FIGURES, explain=explain)
    try:
        found = CALCULATORS[name].run(Fields(given), working)
    except Refusal as refusal:
        return error_of(refusal)
    found["sources"] = working.sources
    if working.notes:
        found["notes"] = working.notes
    if explain:
        found["explanation"] = [
            {"text": step.text, "value": step.value, "source": step.source}
            for step in working.steps
        ]
    return found
