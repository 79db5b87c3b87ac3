"""An application from receipt to the register: who is tested, what is said, what is recorded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.cases import operations as cases
from kokunen.cases.domain import UnableToTakeStep
from kokunen.cases.duplicates import UnableToReceiveTwice
from kokunen.exemption import operations
from kokunen.exemption.assessing import UnableToAssess
from kokunen.exemption.operations import UnableToReceiveExemption
from kokunen.exemption.results import UnableToRecordResult
from tests.exemption import desk
from tests.exemption.desk import HUSBAND, WIFE, K
from tests.people.register import ALL

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.cases.operations import Taken
    from tests.office import Database

FULL_YEAR = (date(2026, 7, 1), date(2027, 7, 1))


def test_a_couple_with_full_exemption(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, WIFE, total=300_000)
    desk.declare(database, occasion, HUSBAND, total=600_000)
    case = desk.received(occasion).case
    assert [(each, role) for each, _, role in desk.shown(case, occasion).tested] == [
        (WIFE, "insured"),
        (HUSBAND, "spouse"),
    ]
    said = desk.advice(case, occasion)
    assert desk.bands(said) == [("令和8年7月〜令和9年6月", "全額免除")]
    assert said.findings == ()
    decided = said.sections[1].lines
    assert decided[0].text == (
        "本人の所得300,000円は「全額免除」の基準額670,000円以下で、370,000円の余裕があります(法90条1項1号・令6条の7)。"
    )
    assert decided[1].text.endswith("審査した人: 本人・配偶者・世帯主。")
    pension = [each for each in said.sections if each.heading.startswith("令和8年度の月の選び方")]
    assert [line.label for line in pension[0].lines if line.tone == "good"] == ["全額免除を受ける"]
    assert said.effects[0].after == "令和8年7月〜令和9年6月分(試算どおりなら)"

    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [("full", *FULL_YEAR, "approved")]
    # What the case itself did to the register is no reason against it.
    assert desk.advice(case, occasion).findings == ()
    assert desk.bands(desk.advice(case, occasion)) == desk.bands(said)


def test_an_income_that_is_not_declared_and_matters(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, WIFE, total=300_000)
    case = desk.received(occasion).case
    said = desk.advice(case, occasion)
    assert desk.bands(said) == [("令和8年7月〜令和9年6月", "要確認(まだ決められません)")]
    assert "income_undeclared" in [finding.code for finding in said.findings]
    asked = [finding for finding in said.findings if finding.code == "income_undeclared"]
    assert asked[0].message == (
        "配偶者の2025年(令和7年)分の所得が分からず、それによって2026年度の結果が変わります。"
    )
    assert "簡易申告書" in asked[0].fix
    with pytest.raises(UnableToAssess) as refused:
        desk.examined(case, occasion)
    assert refused.value.message == asked[0].message
    assert desk.exemptions(WIFE, occasion) == []


def test_an_income_that_is_not_declared_and_does_not_matter(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, WIFE, total=5_000_000)
    case = desk.received(occasion).case
    said = desk.advice(case, occasion)
    assert desk.bands(said)[0][1].startswith("該当なし(全額を納付)")
    messages = [f.message for f in said.findings if f.code == "income_does_not_matter"]
    assert messages[0] == (
        "配偶者の2025年(令和7年)分の所得は分かりませんが、2026年度の結果は変わりません。"
    )
    desk.examined(case, occasion)


def test_deductions_not_known_do_not_count_as_none(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=900_000, medical=None)
    said = desk.advice(desk.received(occasion).case, occasion)
    assert desk.bands(said) == [("令和8年7月〜令和9年6月", "要確認(まだ決められません)")]
    assert desk.says(said, "income_undeclared").startswith(
        "本人の2025年(令和7年)分の所得が分からず"
    )


def test_deductions_not_known_do_not_matter_below_every_limit(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=500_000, medical=None)
    said = desk.advice(desk.received(occasion).case, occasion)
    assert desk.bands(said) == [("令和8年7月〜令和9年6月", "全額免除")]
    assert "結果は変わりません" in desk.says(said, "income_does_not_matter")


def test_who_turns_50_in_the_cycle(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion, born=date(1977, 2, 10))
    desk.person(desk.MOTHER, occasion, household=88002)
    desk.declare(database, occasion, WIFE, total=300_000)
    desk.declare(database, occasion, HUSBAND, total=300_000)
    case = desk.received(occasion, wanted=["deferral"]).case
    said = desk.advice(case, occasion)
    assert desk.says(said, "turns_50") == (
        "令和9年2月に50歳に達するため、納付猶予は令和9年1月分までです。"
    )
    assert [(months, band[:4]) for months, band in desk.bands(said)] == [
        ("令和8年7月〜令和9年1月", "納付猶予"),
        ("令和9年2月〜令和9年6月", "該当なし"),
    ]


def test_the_boxes_ticked_limit_what_is_assessed(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    said = desk.advice(desk.received(occasion, wanted=["half", "one_quarter"]).case, occasion)
    assert desk.bands(said)[0][1].startswith("半額免除(令和8年7月から月")
    # Without the boxes the same income gets the best band, and nothing would better it.
    (better,) = [
        section
        for section in desk.advice(
            desk.received(occasion, again=1, wanted=["full", "half"], violence="none").case,
            occasion,
        ).sections
        if section.heading == "試算の結果"
    ]
    assert better.lines[0].text == "全額免除"


def test_two_cycles_on_one_form(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0, year=2025)
    desk.declare(database, occasion, WIFE, total=1_000_000, year=2026)
    case = desk.received(occasion, cycles=["2025", "2026"]).case
    said = desk.advice(case, occasion)
    assert [band[:6] for _, band in desk.bands(said)] == ["全額免除", "半額免除(令"]
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("full", date(2025, 7, 1), date(2026, 7, 1), "approved"),
        ("half", *FULL_YEAR, "approved"),
    ]


def test_months_run_off_after_25(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0, year=2024)
    said = desk.advice(desk.received(occasion, cycles=["2024"]).case, occasion)
    assert desk.says(said, "months_run_off") == (
        "2024年度のうち令和6年7月〜令和6年9月分は納期限から2年を過ぎ、免除になりません。"
    )
    assert desk.bands(said) == [
        (
            "令和6年7月〜令和6年9月",
            "納期限から2年を過ぎた月のため、申請できません(法90条1項、法102条4項)。",
        ),
        ("令和6年10月〜令和7年6月", "全額免除"),
    ]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"cycles": ["2023"]}, "2023年度はすべての月が納期限から2年を過ぎ、申請できません。"),
        ({"cycles": ["2027"]}, "2027年度の申請は7月からで、まだ受け付けられません。"),
        ({"student": True}, "学生等である月は、免除・納付猶予を申請できません(法90条1項)。"),
    ],
)
def test_what_cannot_be_received(
    database: Database, occasion: Occasion, said: dict[str, object], message: str
) -> None:
    desk.person(WIFE, occasion)
    with pytest.raises(UnableToReceiveExemption) as refused:
        desk.received(occasion, **said)
    assert refused.value.message == message
    assert refused.value.fix
    with database.owner() as owner:
        assert owner.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)


def test_an_answer_other_than_the_assessment_stands_beside_it(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, band_1="half", first_1="2026-07", last_1="2027-06")
    assert desk.says(desk.advice(case, occasion), "assessment_differs") == (
        "結果が市の試算と違います。試算: 令和8年7月〜令和9年6月 全額免除。"
        "結果: 令和8年7月〜令和9年6月 半額免除。"
    )
    # The agency may change its answer; the newest stands.
    desk.answered(case, occasion, K.REFUSED)
    assert desk.exemptions(WIFE, occasion) == [("full", *FULL_YEAR, "rejected")]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"band_1": "full", "first_1": "2026-06", "last_1": "2027-06"},
            "令和8年6月〜令和9年6月は、申請した年度の月ではありません。",
        ),
        (
            {
                "band_1": "full", "first_1": "2026-07", "last_1": "2026-12",
                "band_2": "half", "first_2": "2026-12", "last_2": "2027-06",
            },
            "令和8年12月が2つの区分に入っています。",
        ),
    ],
)  # fmt: skip
def test_an_answer_must_fit_the_application(
    database: Database, occasion: Occasion, said: dict[str, str], message: str
) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    with pytest.raises(UnableToRecordResult) as refused:
        desk.answered(case, occasion, **said)
    assert refused.value.message == message
    assert desk.exemptions(WIFE, occasion) == []


def test_a_correction_takes_an_answer_back(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    desk.changed(case, occasion, wanted=["half"])
    assert desk.exemptions(WIFE, occasion) == []
    assert desk.bands(desk.advice(case, occasion))[0][1].startswith("半額免除")


def test_an_answer_for_months_with_another_band_shortens_that(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = None
    for said in (
        {"band_1": "half", "first_1": "2026-07", "last_1": "2027-06"},
        {"band_1": "full", "first_1": "2026-10", "last_1": "2027-06"},
    ):
        case = desk.received(occasion, wanted=[said["band_1"]], again=case).case
        desk.examined(case, occasion)
        desk.forwarded(case, occasion)
        desk.answered(case, occasion, **said)
    assert desk.exemptions(WIFE, occasion) == [
        ("half", date(2026, 7, 1), date(2026, 10, 1), "approved"),
        ("full", date(2026, 10, 1), date(2027, 7, 1), "approved"),
    ]


def test_the_smallest_change_that_helps_is_said(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=900_000)
    said = desk.advice(desk.received(occasion).case, occasion)
    assert desk.bands(said)[0][1].startswith("半額免除(")
    lines = [line.text for section in said.sections for line in section.lines]
    assert (
        "本人の所得があと20,000円少ないか、控除があと20,000円多ければ、4分の3免除になります。"
        in lines
    )


def test_the_same_request_again_does_nothing_and_an_old_screen_is_told(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    request = uuid4()

    def receive() -> Taken:
        return operations.receive(
            receipt=desk.receipt(), occasion=occasion, request_id=request, sees=ALL
        )

    taken = receive()
    assert receive() == taken
    again = uuid4()

    def examine(request_id: UUID) -> Taken:
        return operations.examine(
            case=taken.case,
            expected=1,
            occasion=desk.second(occasion),
            request_id=request_id,
            sees=ALL,
        )

    assert examine(again) == examine(again)
    with pytest.raises(UnableToTakeStep) as refused:
        examine(uuid4())
    assert refused.value.message == (
        "この案件は、画面を開いた後に別の職員が処理しました。まだ何も記録していません。"
    )
    with database.owner() as owner:
        counted = owner.execute("SELECT count(*) FROM exemption_assessment").fetchone()
    assert counted == (1,)


def test_returned_corrected_granted_and_closed(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion, wanted=["half"]).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, K.RETURNED)
    assert desk.exemptions(WIFE, occasion) == []
    desk.changed(case, occasion, wanted=["full"])
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    for kind in (K.NOTIFIED, K.CLOSED):
        cases.take(
            case=case,
            kind=kind,
            expected=desk.shown(case, occasion).last,
            occasion=occasion,
            request_id=uuid4(),
        )
    assert desk.exemptions(WIFE, occasion) == [("full", *FULL_YEAR, "approved")]
    # The incomes are closed with the case; what was assessed stands in its step.
    (section,) = desk.advice(case, occasion).sections
    assert section.heading == "審査した時の試算"
    assert [(line.label, line.text) for line in section.lines] == [
        ("令和8年7月〜令和9年6月", "全額免除")
    ]


def test_an_application_for_another_year_is_no_repetition(
    database: Database, occasion: Occasion
) -> None:
    del database
    desk.couple(occasion)
    first = desk.received(occasion, cycles=["2025"])
    assert desk.received(occasion, cycles=["2026"]).case != first.case
    with pytest.raises(UnableToReceiveTwice) as refused:
        desk.received(occasion, cycles=["2025", "2026"])
    assert refused.value.earlier > first.case
