"""What the rules of several events share: one function for each event. Pure.

Articles without a law's name are of 国民年金法; 規則 is 国民年金法施行規則.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.guidance.results import Desk, Result, Told, choice, desk, file

if TYPE_CHECKING:
    from collections.abc import Iterator

_FROM_90: Final = "法90条・90条の2・平26改正法附則14条"


def to_category_1(told: Told, why: str) -> Iterator[Result]:
    """Enrol somebody who is in no other pension from now on."""
    if told.says("category", "none"):
        yield file("acquisition", f"{why}、第1号被保険者になります。", "法7条1項1号・8条・12条1項")
    else:
        yield file("category_change", f"{why}、第1号被保険者に変わります。", "法7条1項1号・12条1項")


def unpaid(told: Told, *, lost_job: bool = False) -> Iterator[Result]:
    """Prompt for what helps who cannot pay (exemptions are to be prompted at the counter)."""
    if not told.may_be("can_pay", "no"):
        return
    if told.says("student", "yes"):
        yield choice(
            "student",
            "学生本人の所得だけで審査し、納付を先に延ばせます。",
            "法90条の3・10年以内の追納は法94条",
        )
        return
    special = "離職票などを添えると、辞めた人の所得を除いて審査します。" if lost_job else ""
    yield choice(
        "exemption",
        f"納めるのが難しいときは免除・納付猶予を申請できます。未納のままより有利です。{special}",
        _FROM_90,
    )
    if told.unknown("student"):
        yield choice("student", "学生のときは、免除ではなくこちらです。", "法90条の3")


def insured_at_work(told: Told) -> Iterator[Result]:
    """Answer for those whose next pension is through an employer."""
    if told.may_be("work", "own"):
        yield desk(
            Desk.EMPLOYER,
            "厚生年金に入る届出は勤務先がします。ここへの届出は要りません。",
            "厚生年金保険法27条",
        )
    if told.may_be("work", "spouse"):
        yield desk(
            Desk.EMPLOYER,
            "扶養に入る(第3号)届出は、配偶者の勤務先を通じてします。",
            "法7条1項3号・12条5項・6項",
        )


def name_changed(told: Told) -> Iterator[Result]:
    """Somebody's name changed."""
    if told.may_be("category", "category_1", "voluntary"):
        yield file(
            "name_change",
            "基礎年金番号に個人番号が結び付いている人は、氏名の届出が要りません。いない人は届け出ます。",
            "法12条1項",
        )
    if told.may_be("category", "category_2", "category_3"):
        yield desk(
            Desk.EMPLOYER, "第2号・第3号は、氏名の変更も勤務先を通じます。", "法12条5項・6項"
        )
    if told.may_be("category", "none"):
        yield desk(
            Desk.AGENCY, "年金を受けている人の氏名変更は、年金事務所が受け付けます。", "法105条3項"
        )


def renamed(told: Told) -> Iterator[Result]:
    """Answer for a name that changed with it."""
    if told.may_be("renamed", "yes"):
        yield from name_changed(told)
