"""What the filings of 強制加入 need of the person: acquisition, change, loss, departure. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.domain import note, stop
from kokunen.enrolment import life
from kokunen.enrolment.days import acquired_on, item, lost_on
from kokunen.enrolment.effects import ENDABLE, already_recorded, ended
from kokunen.enrolment.finding import birth_unknown, dead
from kokunen.enrolment.life import ONE_DAY, enrolments, on_day, said
from kokunen.people.codes import Category

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kokunen.cases.domain import Finding, Receipt
    from kokunen.enrolment.life import Facts, Held
    from kokunen.people.domain import EnrolmentValue


def acquisition(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    """Check 資格取得届 and 種別変更届."""
    cause = item(receipt, "cause")
    twenty, sixty = life.at_age(facts, 20), life.at_age(facts, 60)
    start = acquired_on(receipt, facts)
    if twenty is None or sixty is None:
        yield birth_unknown()
    if start is None:
        return
    yield from dead(start, facts)
    if start > receipt.received_on:
        yield stop(
            "not_20",
            f"20歳に達する日は{said(twenty)}です。まだ第1号被保険者になりません。",
            "20歳に達する日(誕生日の前日)以後に受け付けてください。",
            "法7条1項1号・8条",
            "event_on",
        )
    elif receipt.event_on is not None and start != receipt.event_on:
        yield note(
            "acquired_at_20",
            f"資格取得日は、20歳に達する日(誕生日の前日)の{said(start)}です。",
            "届書の日付と違うことを届出人に説明してください。",
            "法8条・年齢計算ニ関スル法律",
            "event_on",
        )
    if sixty is not None and start >= sixty:
        yield stop(
            "over_60",
            f"{said(sixty)}に60歳に達しているので、第1号被保険者になりません。",
            "65歳未満なら任意加入ができるかを案内してください。",
            "法7条1項1号・法附則5条1項2号",
            "event_on",
        )
    if life.resident(facts, start) is False:
        yield stop(
            "not_resident",
            f"{said(start)}は、住民票が国外転出で消除されている間です。",
            "転入の届出を先に確かめてください。日本国籍の人は任意加入ができます。",
            "法7条1項1号・法附則5条1項3号",
            "event_on",
        )
    yield from _before(receipt, facts, start, cause)


_LEFT: Final = {"left_category_2": Category.CATEGORY_2, "left_category_3": Category.CATEGORY_3}


def _before(receipt: Receipt, facts: Facts, start: date, cause: str) -> Iterator[Finding]:
    holds = on_day(enrolments(facts), start)
    left = _LEFT.get(cause)
    if holds is not None:
        category = holds.value.category
        returns = cause == "arrival" and category is Category.VOLUNTARY
        if (category is not left and not returns) or holds.valid.start == start:
            yield stop(
                "already_insured",
                f"{said(start)}には、既に{category.label}です({said(holds.valid.start)}取得)。",
                "取得日を確かめてください。種別が変わったなら、変わった日と前の種別で届け出ます。",
                "法7条1項・8条",
                "event_on",
            )
        elif left is not None and receipt.filing == "acquisition":
            yield note(
                "category_change",
                f"登録では前日まで{left.label}なので、種別変更として登録されます。",
                "届書の様式は同じです。種別変更日が資格取得日の欄に入ります。",
                "法11条の2、規則6条の2",
            )
        return
    day_before = on_day(enrolments(facts), start - ONE_DAY)
    if left is not None and (day_before is None or day_before.value.category is not left):
        yield note(
            "before_unknown",
            f"前日まで{left.label}だったことが、登録から分かりません。",
            "資格喪失証明書・離職票などで日付を確かめてください。",
            "法8条・11条の2",
            "cause",
        )


def loss(receipt: Receipt, facts: Facts) -> Iterator[Finding]:
    """Check 資格喪失届, 任意加入喪失申出 and the loss in 国外転出."""
    cause = "abroad" if receipt.filing == "departure" else item(receipt, "cause")
    lost = lost_on(receipt, facts)
    if lost is None:
        if cause.startswith("age_") and life.born(facts) is None:
            yield birth_unknown()
        return
    recorded = already_recorded(receipt, facts)
    if recorded is not None:
        yield _recorded(recorded, lost)
        return
    known = enrolments(facts)
    fact = ended(receipt, facts)
    if fact is None:
        if any(each.valid.start is not None and each.valid.start >= lost for each in known):
            yield stop(
                "loss_before_acquisition",
                f"喪失日({said(lost)})が、資格取得日より前か同じ日です。",
                "取得日と喪失日を確かめてください。取得が誤りなら、取得の届出を取り下げます。",
                "法8条・9条",
                "event_on",
            )
        else:
            yield stop(
                "not_insured",
                f"{said(lost - ONE_DAY)}に、喪失する資格がありません(既に喪失しています)。"
                if known
                else "資格の記録がないので、喪失の届出はできません。",
                "人違いでないか、資格の記録を確かめてください。",
                "法9条",
                "event_on",
            )
        return
    category = fact.value.category
    endable = ENDABLE - (
        {Category.CATEGORY_1} if receipt.filing == "voluntary_end" else frozenset()
    )
    if category not in endable:
        yield stop(
            "not_ours",
            f"その日は{category.label}です。"
            + (
                "任意加入の喪失の届出はできません。"
                if receipt.filing == "voluntary_end"
                else "市に喪失を届け出る資格ではありません。"
            ),
            "第1号なら資格喪失届、第2号・第3号なら勤め先を通じた届出を案内してください。",
            "法9条・12条5項・法附則5条5項",
            "cause",
        )
    if fact.valid.end == lost:
        yield stop(
            "already_lost",
            f"{said(lost)}の喪失は、既に登録されています。",
            "登録された喪失事由を確かめてください。誤りなら照合・訂正で直します。",
            "法9条",
            "event_on",
        )
    yield from _after_loss(receipt, facts, lost, cause)


def _recorded(fact: Held[EnrolmentValue], lost: date) -> Finding:
    ours = fact.valid.end == lost
    what = (
        f"{said(lost)}の喪失({fact.value.lost_cause or '事由の記録なし'})"
        if ours
        else f"{said(fact.valid.start)}からの{fact.value.category.label}"
    )
    return note(
        "already_recorded",
        f"{what}は、既に登録されています。審査しても登録は変わりません。",
        "日付と事由が届書と合うかを確かめ、審査して進達してください。違えば年金事務所に照会します。",
        "法12条1項",
        "event_on",
    )


def _after_loss(receipt: Receipt, facts: Facts, lost: date, cause: str) -> Iterator[Finding]:
    later = [each for each in enrolments(facts) if each.valid.start and each.valid.start >= lost]
    if later and cause == "death":
        yield stop(
            "enrolled_after",
            f"喪失日({said(lost)})の後に、{later[0].value.category.label}の記録があります"
            f"({said(later[0].valid.start)}取得)。",
            "日付を確かめてください。後の記録が誤りなら、先に訂正してください。",
            "法9条1号",
            "event_on",
        )
    age = lost if cause.startswith("age_") else None
    if age is not None and receipt.event_on not in (None, age):
        yield note(
            "lost_at_age",
            f"喪失日は、その年齢に達する日(誕生日の前日)の{said(age)}です。",
            "届書の日付と違うことを届出人に説明してください。",
            "法9条3号・年齢計算ニ関スル法律",
            "event_on",
        )
    if age is not None and age > receipt.received_on:
        yield stop(
            "age_not_attained",
            f"その年齢に達するのは{said(age)}です。まだ喪失していません。",
            "届出はいりません。その日に資格を失います。",
            "法9条3号・法附則5条6項",
            "event_on",
        )
    if cause == "abroad" and life.resident(facts, lost):
        yield note(
            "register_not_updated",
            "住民票では、まだ国内に住所があります。",
            "国外転出の届出が済んでいるかを、住民記録の担当に確かめてください。",
            "法9条2号",
            "event_on",
        )
    if cause == "death" and life.died_on(facts) is None:
        yield note(
            "death_not_registered",
            "住民票に、まだ死亡の記載がありません。",
            "戸籍の死亡届か死亡診断書の写しで死亡日を確かめてください。",
            "法9条1号・105条4項",
            "event_on",
        )
