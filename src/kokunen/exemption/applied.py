"""What is checked of an application (免除・納付猶予, 学生納付特例, 取消) before incomes. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import Finding, lacks, note, stop
from kokunen.dates.age import attained_on
from kokunen.dates.month import Month
from kokunen.exemption.application import (
    STANDS,
    covers,
    in_category_1,
    months_of,
    own_reason,
)
from kokunen.exemption.tested import cycle_of
from kokunen.exemption.words import SAY, in_words, span
from kokunen.law.exemption.periods import oldest_month
from kokunen.law.figures import FIGURES
from kokunen.people.codes import Exemption
from kokunen.rulekit.working import Working

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kokunen.cases.domain import Receipt
    from kokunen.exemption.application import Register

DEFERRAL_AGE: Final = 50
APPLIED_KINDS: Final = frozenset(
    {
        Exemption.FULL,
        Exemption.THREE_QUARTERS,
        Exemption.HALF,
        Exemption.ONE_QUARTER,
        Exemption.DEFERRAL,
        Exemption.STUDENT,
    }
)
"""What is granted on application; the others hold by the law itself."""

_PROOFS: Final = (
    (
        "job_loss",
        "job_loss_proof",
        "失業・廃業",
        "離職票、雇用保険受給資格者証、廃業届と申立書など",
    ),
    ("disaster", "disaster_proof", "天災等", "罹災証明書と被災状況届"),
    ("other_assistance", "assistance_proof", "生活扶助以外の扶助", "保護決定通知書など"),
    ("special_disability_benefit", "benefit_proof", "特別障害給付金", "受給資格者証"),
)


def exemption(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check an application for exemption or deferral."""
    given = receipt.particulars
    if given.get("student"):
        yield stop(
            "student_applies_otherwise",
            "学生等である月は、免除・納付猶予を申請できません(法90条1項)。",
            "学生納付特例申請書を受け付けてください。学生でなかった年度だけなら「いいえ」にします。",
            article="法90条1項・90条の3",
            item="student",
        )
    yield from _months(receipt, register)
    yield from _turning_50(receipt, register)
    yield from _undeclared(receipt)
    yield from _proofs(receipt)
    yield from _violence(receipt)
    if given.get("continuation") and given.get("job_loss"):
        yield note(
            "not_continued_for_job_loss",
            "失業・廃業の特例で承認されたときは、翌年度の継続審査の対象になりません。",
            "翌年度は7月にあらためて申請が要ることを伝えてください。",
            article="規則77条の2",
            item="continuation",
        )


def student(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check an application of a student."""
    given = receipt.particulars
    yield from _months(receipt, register)
    yield from _undeclared(receipt)
    yield from _proofs(receipt)
    if not given.get("card") and given.get("school_proof") in (None, "later"):
        yield lacks(
            "school_proof_lacks",
            "在学の証明がありません。",
            "学生証(両面の写し)か在学証明書の原本を受けてください。はがき形式なら要りません。",
            article="規則77条の5",
            item="school_proof",
        )
    if given.get("school_kind") == "other":
        yield note(
            "school_to_be_looked_up",
            "学生納付特例の対象になる学校かどうかを確かめてください。",
            "日本年金機構の「学生納付特例対象校一覧」を見て、なければ免除・納付猶予を案内します。",
            article="令6条の6",
            item="school_kind",
        )


def _months(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check the cycles: open, not run off, and in category 1 for a month at least."""
    is_student = receipt.filing == "student"
    applied = receipt.received_on
    oldest = oldest_month(applied, working=Working(FIGURES), student=is_student)
    open_months: list[Month] = []
    for code in receipt.particulars.get("cycles", ()):
        cycle = cycle_of(code, student=is_student)
        if applied < cycle.apply_from:
            yield stop(
                "cycle_not_open",
                f"{code}年度の申請は{cycle.apply_from.month}月からで、まだ受け付けられません。",
                f"{cycle.apply_from.year}年{cycle.apply_from.month}月1日以後に申請してもらってください。",
                article="規則77条の2",
                item="cycles",
            )
        elif cycle.last < oldest:
            yield stop(
                "cycle_run_off",
                f"{code}年度はすべての月が納期限から2年を過ぎ、申請できません。",
                f"今日申請できるのは{in_words(oldest)}分からです。",
                article="法90条1項・102条4項",
                item="cycles",
            )
        else:
            if cycle.first < oldest:
                yield note(
                    "months_run_off",
                    f"{code}年度のうち{span(cycle.first, oldest - 1)}分は"
                    "納期限から2年を過ぎ、免除になりません。",
                    f"{in_words(oldest)}分からが対象です。翌月になると1か月減ることを伝えてください。",
                    article="法90条1項・102条4項",
                    item="cycles",
                )
            open_months += Month.range(max(cycle.first, oldest), cycle.last)
    if register.birth_date is None:
        yield lacks(
            "birth_date_unknown",
            "本人の生年月日が分からないため、審査の試算ができません。",
            "戸籍か住民票で生年月日を確かめ、先に登録してください。",
            article="法7条",
        )
    elif open_months:
        yield from _some_month(receipt, register, open_months)


def _some_month(receipt: Receipt, register: Register, months: list[Month]) -> Iterator[Finding]:
    if not register.enrolments:
        yield note(
            "enrolment_unknown",
            "資格の記録がないため、すべての月が第1号の月だとみなしています。",
            "年金事務所に資格の記録を確かめてください。",
            article="法7条1項1号",
        )
        return
    if not any(in_category_1(register, month) for month in months):
        yield stop(
            "no_month_in_category_1",
            "申請できる月に第1号被保険者の月がありません。免除は第1号の月に限ります。",
            "資格の記録を確かめてください。種別変更の届出が先に要ることがあります。",
            article="法90条1項",
            item="cycles",
        )
    elif all(own_reason(receipt, register, month) for month in months):
        yield stop(
            "nothing_left_to_exempt",
            "申請できる月は、すでにすべて免除されているか、学生等の扱いと合いません。",
            "免除の記録と、在学の期間・申請の種類を確かめてください。",
            article="法90条1項",
            item="cycles",
        )


def _undeclared(receipt: Receipt) -> Iterator[Finding]:
    """Note whose income is not declared by their own word; whether it matters is for the case."""
    roles = receipt.particulars.get("undeclared", ())
    if roles:
        who = "・".join(SAY.who(role) for role in roles)
        yield note(
            "says_undeclared",
            f"{who}は所得の申告をしていないと申し出ています。所得が分からなければ、"
            "結果が決まらないことがあります。",
            "収入がなくても、税の窓口で申告(簡易申告書)ができることを伝えてください。",
            article="法90条1項1号",
            item="undeclared",
        )


def _turning_50(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Note the end of the deferral: the month before the one in which 50 is attained."""
    wanted = receipt.particulars.get("wanted") or ["deferral"]
    if register.birth_date is None or "deferral" not in wanted:
        return
    attained = Month.of(attained_on(birth_date=register.birth_date, years=DEFERRAL_AGE))
    for code in receipt.particulars.get("cycles", ()):
        cycle = cycle_of(code, student=False)
        if not cycle.first < attained <= cycle.last:
            continue
        yield note(
            "turns_50",
            f"{in_words(attained)}に50歳に達するため、"
            f"納付猶予は{in_words(attained - 1)}分までです。",
            f"{in_words(attained)}分からは免除だけを審査します。",
            article="平26改正法附則14条",
            item="wanted",
        )


def _proofs(receipt: Receipt) -> Iterator[Finding]:
    given = receipt.particulars
    for claim, proof, name, accepted in _PROOFS:
        if given.get(claim) and given.get(proof) in (None, "later"):
            yield lacks(
                f"{proof}_lacks",
                f"{name}の特例を確かめる書類がありません。",
                f"{accepted}のどれかを受けてください。",
                article="規則77条の7",
                item=proof,
            )


def _violence(receipt: Receipt) -> Iterator[Finding]:
    given = receipt.particulars
    if given.get("violence") not in ("claimed", "unclear"):
        return
    yield note(
        "violence_safety",
        "配偶者の所得は審査しません。世帯主の所得は審査することがあります。申出書は年金事務所の扱いです。",
        "通知の送り先と渡し方を本人に確かめ、配偶者には何も知らせないでください。支援措置の有無も確かめます。",
        article="規則77条の7",
        item="violence",
    )
    if given.get("violence_proof") in (None, "later"):
        yield lacks(
            "violence_proof_lacks",
            "配偶者からの暴力による別居を確かめる書類がありません。",
            "女性相談支援センター等の証明書か保護命令決定書を受けてください。2回目からは要りません。",
            article="規則77条の7",
            item="violence_proof",
        )


def cancellation(receipt: Receipt, register: Register) -> Iterator[Finding]:
    """Check an application to cancel what was granted."""
    first = Month.parse(receipt.particulars["first_month"])
    earliest = Month.of(receipt.received_on) - 1
    if first < earliest:
        yield stop(
            "cancelled_too_early",
            f"取り消せるのは申請した月の前月({in_words(earliest)})分からです。",
            "それより前の月を納めたいときは、追納を案内してください。",
            article="法90条3項・94条",
            item="first_month",
        )
    if not any(
        fact.value.kind in APPLIED_KINDS
        and fact.value.outcome in STANDS
        and (covers(fact, first) or months_of(fact)[0] >= first)
        for fact in register.exemptions
    ):
        yield stop(
            "nothing_to_cancel",
            f"{in_words(first)}分以後に、取り消す免除・猶予の記録がありません。",
            "免除の記録を確かめてください。法定免除は取消ではなく、納付申出です。",
            article="法90条3項",
            item="first_month",
        )
