"""What is asked at the counter: what happened, and the few things that decide what is to be done.

Pure. Of each question the answer may stay unknown (`UNKNOWN`); the guidance then says both ways or
whom to ask, and never guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN: Final = ""
"""The answer that is not known."""


class Event(Code):
    """What happened."""

    LEFT_JOB = "left_job", "会社を辞めた"
    GOT_JOB = "got_job", "就職した・働き方が変わった"
    CANNOT_PAY = "cannot_pay", "保険料を納めるのが難しい"
    STUDENT = "student", "学生で、納められない"
    TURNED_20 = "turned_20", "20歳になった"
    TURNED_60 = "turned_60", "60歳になった"
    PENSION_AGE = "pension_age", "老齢年金を受けたい"
    MOVED_IN = "moved_in", "市外から引っ越してきた"
    MOVED_OUT = "moved_out", "国内の市外へ引っ越す"
    ABROAD = "abroad", "海外へ引っ越す"
    FROM_ABROAD = "from_abroad", "海外から来た・戻った"
    MARRIED = "married", "結婚した"
    DIVORCED = "divorced", "離婚した"
    SPOUSE_LEFT_JOB = "spouse_left_job", "配偶者が会社を辞めた"
    PREGNANCY = "pregnancy", "妊娠した"
    BIRTH = "birth", "子が生まれた・養子を迎えた"
    DEATH = "death", "家族が亡くなった"
    ILLNESS = "illness", "病気やけがで障害がある"
    ASSISTANCE_BEGINS = "assistance_begins", "生活保護が始まった"
    ASSISTANCE_ENDS = "assistance_ends", "生活保護が終わった"
    NAME_CHANGED = "name_changed", "氏名が変わった"
    LOST_NOTICE = "lost_notice", "年金手帳・番号の通知書をなくした"
    MORE_PENSION = "more_pension", "年金を増やしたい"
    VIOLENCE = "violence", "配偶者などから身を守りたい"
    OTHER = "other", "このどれでもない"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question with the codes and words of its answers; ``said`` stands before the sentence."""

    code: str
    label: str
    choices: tuple[tuple[str, str], ...]

    def word(self, answer: str) -> str:
        """Return the word for an answer; 「分からない」 for one that is not known."""
        return dict(self.choices).get(answer, "分からない")


_YES_NO: Final = (("yes", "はい"), ("no", "いいえ"))

QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        question.code: question
        for question in (
            Question(
                code="age",
                label="今の年齢",
                choices=(
                    ("under_20", "20歳未満"),
                    ("20_59", "20歳から59歳"),
                    ("60_64", "60歳から64歳"),
                    ("65_69", "65歳から69歳"),
                    ("70_over", "70歳以上"),
                ),
            ),
            Question(
                code="category",
                label="今(その出来事の前まで)の年金",
                choices=(
                    ("category_1", "第1号(自分で納める)"),
                    ("category_2", "第2号(厚生年金)"),
                    ("category_3", "第3号(配偶者の扶養)"),
                    ("voluntary", "任意加入"),
                    ("none", "入っていない"),
                ),
            ),
            Question(
                code="nation",
                label="国籍",
                choices=(("japanese", "日本"), ("foreign", "日本以外")),
            ),
            Question(code="resident", label="日本に住民票があるか", choices=_YES_NO),
            Question(
                code="exempt",
                label="今、保険料の免除・猶予を受けているか",
                choices=(
                    ("none", "受けていない"),
                    ("statutory", "法定免除"),
                    ("applied", "申請免除・納付猶予・学生納付特例"),
                    ("family", "産前産後・育児の免除"),
                ),
            ),
            Question(code="additional", label="付加保険料を納めているか", choices=_YES_NO),
            Question(code="head", label="その人が世帯主か", choices=_YES_NO),
            Question(
                code="work",
                label="これからの働き方・扶養",
                choices=(
                    ("own", "自分が厚生年金に入る"),
                    ("spouse", "厚生年金に入る配偶者の扶養に入る"),
                    ("neither", "どちらでもない(自営・無職など)"),
                ),
            ),
            Question(code="dependant", label="扶養していた20歳から59歳の配偶者", choices=_YES_NO),
            Question(code="can_pay", label="保険料を納められそうか", choices=_YES_NO),
            Question(code="student", label="学生か", choices=_YES_NO),
            Question(code="renamed", label="氏名も変わったか", choices=_YES_NO),
            Question(
                code="parent",
                label="届け出る人",
                choices=(("mother", "産む(産んだ)母"), ("other", "父・養親")),
            ),
            Question(code="receiving", label="亡くなった人は年金を受けていたか", choices=_YES_NO),
            Question(
                code="left_behind",
                label="遺族",
                choices=(
                    ("child", "18歳になる年度の末までの子(障害のある子は20歳未満)がいる"),
                    ("wife", "子はなく、婚姻10年以上の妻がいる"),
                    ("others", "そのほかの家族(配偶者・子・父母など)"),
                ),
            ),
            Question(
                code="paid",
                label="亡くなった人が第1号として納めた期間",
                choices=(
                    ("120", "10年以上"),
                    ("36", "3年以上10年未満"),
                    ("less", "3年未満"),
                ),
            ),
            Question(
                code="first_visit",
                label="その病気やけがで初めて医師にかかった日の年金",
                choices=(
                    ("before_20", "20歳になる前"),
                    ("category_1", "第1号・任意加入"),
                    ("category_2", "第2号(厚生年金)"),
                    ("category_3", "第3号(配偶者の扶養)"),
                    ("60_64", "60歳から64歳で日本に住み、入っていなかった"),
                    ("optional_then", "任意だった時代の学生・会社員の配偶者で、入っていなかった"),
                    ("none", "入るべきだったが入っていなかった"),
                ),
            ),
            Question(
                code="assistance",
                label="保護の種類",
                choices=(("living", "生活扶助を受ける"), ("other", "医療扶助などだけ")),
            ),
            Question(
                code="career",
                label="今までに入った年金",
                choices=(("only_1", "国民年金の第1号だけ"), ("others", "厚生年金や第3号もある")),
            ),
        )
    }
)

ASKS: Final[Mapping[Event, tuple[str, ...]]] = MappingProxyType(
    {
        Event.LEFT_JOB: ("age", "category", "work", "dependant", "can_pay", "student"),
        Event.GOT_JOB: ("category", "work", "additional"),
        Event.CANNOT_PAY: ("age", "category", "student", "exempt", "additional", "head"),
        Event.STUDENT: ("age", "category", "exempt"),
        Event.TURNED_20: ("work", "resident", "student", "can_pay"),
        Event.TURNED_60: ("category", "resident", "nation"),
        Event.PENSION_AGE: ("age", "career"),
        Event.MOVED_IN: ("age", "category"),
        Event.MOVED_OUT: ("category",),
        Event.ABROAD: ("category", "nation"),
        Event.FROM_ABROAD: ("age", "work", "category", "can_pay"),
        Event.MARRIED: ("category", "work", "renamed", "exempt"),
        Event.DIVORCED: ("category", "work", "renamed", "can_pay"),
        Event.SPOUSE_LEFT_JOB: ("age", "category", "work", "can_pay"),
        Event.PREGNANCY: ("category", "parent"),
        Event.BIRTH: ("category", "parent"),
        Event.DEATH: ("category", "receiving", "left_behind", "paid"),
        Event.ILLNESS: ("first_visit", "category", "exempt"),
        Event.ASSISTANCE_BEGINS: ("category", "nation", "assistance"),
        Event.ASSISTANCE_ENDS: ("category", "exempt", "can_pay"),
        Event.NAME_CHANGED: ("category",),
        Event.LOST_NOTICE: ("category",),
        Event.MORE_PENSION: ("age", "category", "resident", "nation", "exempt", "additional"),
        Event.VIOLENCE: ("category",),
        Event.OTHER: (),
    }
)
"""The codes of the questions that an event asks, in their order."""


def questions(event: Event) -> tuple[Question, ...]:
    """Return the questions that decide what follows from an event, in their order."""
    return tuple(QUESTIONS[code] for code in ASKS[event])
