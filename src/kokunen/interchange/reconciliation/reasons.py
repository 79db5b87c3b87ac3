"""Why the agency refused or returned a filing, as the codes of its result say. Pure."""

from __future__ import annotations

from kokunen.people.codes import Code


class ResultReason(Code):
    """The reason that stands on a result (codes of this product: layout ``agency_results``)."""

    INCOME = "income", "所得が基準を超えている"
    INCOME_UNKNOWN = "income_unknown", "所得が確認できない(未申告)"
    PAID = "paid", "保険料が納付済み・前納済みの月"
    NOT_CATEGORY_1 = "not_category_1", "第1号被保険者でない月"
    EXEMPT_ALREADY = "exempt_already", "承認済みの免除・法定免除がある月"
    TOO_LONG_AGO = "too_long_ago", "申請できる期間(2年1か月)より前の月"
    NOT_STUDENT = "not_student", "学生でない、または対象の学校でない"
    REQUIREMENTS = "requirements", "受給・加入などの要件を満たさない"
    DOCUMENTS = "documents", "添付書類の不足・不備"
    ENTRIES = "entries", "記載の不備"
    RECEIVED_TWICE = "received_twice", "同じ届書等を受付済み"
    WRONG_OFFICE = "wrong_office", "管轄・提出先の誤り"
    OTHER = "other", "その他"


def in_words(code: str) -> str:
    """Say a reason; a code that nobody knows is said as it is, none as nothing."""
    if not code:
        return ""
    return ResultReason(code).label if code in list(ResultReason) else f"理由コード{code}"
