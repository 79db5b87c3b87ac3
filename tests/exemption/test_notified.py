"""Notifications: exempt by law and its end, the wish to pay, a birth, a child; cancelling."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.access.domain import UnableToCheckOwnWork
from kokunen.cases.catalogue.kinds import Filer
from kokunen.exemption import operations, queries
from kokunen.exemption.operations import UnableToReceiveExemption
from kokunen.people.codes import Category, Residency
from tests.exemption import desk
from tests.exemption.desk import WIFE, K
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

pytestmark = pytest.mark.usefixtures("database")

WELFARE: dict[str, Any] = {"cause": "livelihood_assistance", "proof": "assistance"}


def _refused(occasion: Occasion, filing: str, **said: object) -> str:
    with pytest.raises(UnableToReceiveExemption) as refused:
        desk.received(occasion, filing, **said)
    assert refused.value.fix
    return refused.value.message


def _on_welfare(occasion: Occasion, on: date = date(2026, 11, 10), **said: object) -> int:
    case = desk.received(occasion, "statutory_on", event_on=on, **(WELFARE | said)).case
    desk.examined(case, occasion)
    return case


def _full_year(database: Database, occasion: Occasion, band: str) -> None:
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, band_1=band, first_1="2026-07", last_1="2027-06")


def test_exempt_by_law_from_the_month_before_the_event(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    case = _on_welfare(occasion)
    assert desk.exemptions(WIFE, occasion) == [("statutory", date(2026, 10, 1), None, None)]
    assert (
        desk.says(
            queries.advise(
                receipt=desk.receipt("statutory_on", event_on=date(2027, 1, 5), **WELFARE),
                case=None,
                occasion=occasion,
                sees=ALL,
            ),
            "already_statutory",
        )
        == "令和9年1月5日には、すでに法定免除の記録があります。"
    )
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [("statutory", date(2026, 10, 1), None, "approved")]


def test_whoever_received_it_does_not_examine_it(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    taken = desk.received(occasion, "statutory_on", event_on=date(2026, 11, 10), **WELFARE)
    with pytest.raises(UnableToCheckOwnWork):
        operations.examine(
            case=taken.case, expected=1, occasion=occasion, request_id=uuid4(), sees=ALL
        )
    assert desk.exemptions(WIFE, occasion) == []


def test_a_returned_notification_is_taken_back_and_examined_again(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    case = _on_welfare(occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, K.RETURNED)
    assert desk.exemptions(WIFE, occasion) == [("statutory", date(2026, 10, 1), None, "returned")]
    desk.changed(case, occasion, "statutory_on", event_on=date(2026, 10, 10), **WELFARE)
    desk.examined(case, occasion)
    standing = [each for each in desk.exemptions(WIFE, occasion) if each[3] is None]
    assert standing == [("statutory", date(2026, 9, 1), None, None)]


def test_a_foreign_national_on_assistance_applies_instead(occasion: Occasion) -> None:
    desk.person(WIFE, occasion, residency=Residency.FOREIGN)
    message = _refused(occasion, "statutory_on", event_on=date(2026, 11, 10), **WELFARE)
    assert message == "外国籍の人が生活保護に準じた保護を受けるときは、法定免除ではありません。"


def test_exempt_by_law_within_a_partial_exemption_is_a_choice(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    _full_year(database, occasion, "half")
    said = queries.advise(
        receipt=desk.receipt("statutory_on", event_on=date(2026, 11, 10), **WELFARE),
        case=None,
        occasion=occasion,
        sees=ALL,
    )
    assert desk.says(said, "partial_choice_lacks") == (
        "一部免除が承認されている月と重なります。どちらにするかを本人が選びます。"
    )
    kept = _on_welfare(occasion, partial_stays="partial")
    half = ("half", date(2026, 7, 1), date(2027, 7, 1), "approved")
    assert desk.exemptions(WIFE, occasion) == [half, ("statutory", date(2027, 7, 1), None, None)]
    desk.changed(kept, occasion, "statutory_on", **(WELFARE | {"partial_stays": "statutory"}))
    assert desk.exemptions(WIFE, occasion) == [half]
    desk.examined(kept, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("half", date(2026, 7, 1), date(2026, 10, 1), "approved"),
        ("statutory", date(2026, 10, 1), None, None),
    ]
    operations.withdraw(
        case=kept,
        expected=desk.shown(kept, occasion).last,
        reason="保護の開始が取り消された",
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    assert desk.exemptions(WIFE, occasion) == [half]


def test_the_end_of_an_exemption_by_law(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    assert (
        _refused(
            occasion, "statutory_off", event_on=date(2026, 11, 20), cause="livelihood_assistance"
        )
        == "令和8年11月20日に続いている法定免除の記録がありません。"
    )
    _on_welfare(occasion, date(2026, 5, 10))
    assert queries.prefill(filing="statutory_off", person=WIFE, occasion=occasion, sees=ALL) == {
        "cause": "livelihood_assistance"
    }
    case = desk.received(
        occasion,
        "statutory_off",
        event_on=date(2026, 11, 20),
        cause="livelihood_assistance",
        ended_cause="assistance",
    ).case
    assert desk.says(desk.advice(case, occasion), "statutory_ends") == (
        "法定免除は令和8年11月分までで終わります。"
    )
    before = desk.advice(case, occasion)
    desk.examined(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("statutory", date(2026, 4, 1), date(2026, 12, 1), None)
    ]
    (effect,) = desk.advice(case, occasion).effects
    assert (effect.before, effect.after) == (
        "令和8年4月分から",
        "令和8年4月〜令和8年11月分(結果待ち)",
    )
    assert desk.advice(case, occasion) == before


def test_the_wish_to_pay_leaves_a_gap(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    assert _refused(occasion, "payment_wish", first_month="2026-12") == (
        "納付申出ができるのは、法定免除を受けている月だけです。"
    )
    _on_welfare(occasion)
    case = desk.received(occasion, "payment_wish", first_month="2026-12", last_month="2027-03").case
    desk.examined(case, occasion)
    pieces = [
        ("statutory", date(2026, 10, 1), date(2026, 12, 1), None),
        ("statutory", date(2027, 4, 1), None, None),
    ]
    assert desk.exemptions(WIFE, occasion) == pieces
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    assert desk.exemptions(WIFE, occasion) == pieces


def test_a_birth_filed_before_and_after_it(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    case = desk.received(
        occasion, "childbirth", expected_on="2027-01-10", multiple=False, proof="handbook"
    ).case
    assert desk.says(desk.advice(case, occasion), "childbirth_months") == (
        "令和8年12月〜令和9年3月分の4か月が免除され、納付したものとして数えます。"
    )
    desk.examined(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("childbirth", date(2026, 12, 1), date(2027, 4, 1), None)
    ]
    later = desk.received(
        occasion,
        "childbirth",
        expected_on="2026-11-28",
        born_on="2026-10-30",
        multiple=True,
        again=case,
    ).case
    said = desk.advice(later, occasion)
    assert desk.says(said, "birth_date_decides") == (
        "出産の後の届出なので、予定日ではなく出産日で月が決まります。"
    )
    assert desk.says(said, "childbirth_months") == (
        "令和8年7月〜令和8年12月分の6か月が免除され、納付したものとして数えます。"
    )
    handbook = next(each for each in said.attachments if each.name == "母子健康手帳")
    assert not handbook.needed
    desk.examined(later, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("childbirth", date(2026, 7, 1), date(2027, 1, 1), None)
    ]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "出産予定日も出産日もありません。"),
        (
            {"expected_on": "2027-05-25"},
            "産前産後免除の届出は出産予定日の6か月前(令和8年11月25日)からです。",
        ),
        ({"born_on": "2026-11-25"}, "出産日が受付日より後です。"),
        (
            {"born_on": "2019-01-31"},
            "2019-01-31の出産では、産前産後免除が始まった2019-04以後の月がありません(法88条の2)。",
        ),
    ],
)
def test_a_birth_that_cannot_be_received(
    occasion: Occasion, said: dict[str, str], message: str
) -> None:
    desk.person(WIFE, occasion)
    assert _refused(occasion, "childbirth", multiple=False, **said) == message


def test_voluntary_months_are_not_exempt_for_a_birth(occasion: Occasion) -> None:
    desk.person(WIFE, occasion, category=Category.VOLUNTARY)
    assert _refused(occasion, "childbirth", expected_on="2027-01-10", multiple=False) == (
        "令和8年12月〜令和9年3月分に第1号被保険者の月がありません。任意加入の月は対象になりません。"
    )


def test_a_child_born_before_the_law_is_flagged(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    case = desk.received(
        occasion, "childcare", parent="parent", child_born_on="2026-05-05", proof="register"
    ).case
    said = desk.advice(case, occasion)
    assert desk.says(said, "childcare_months") == (
        "令和8年10月〜令和9年4月分の7か月が免除され、納付したものとして数えます。"
    )
    notes = [found for found in said.findings if found.code.startswith("unverified_")]
    assert any("経過措置は確かめられていません" in found.message for found in notes)
    assert {found.fix for found in notes} == {"進達の前に年金事務所に確かめてください。"}
    desk.examined(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("childcare", date(2026, 10, 1), date(2027, 5, 1), None)
    ]


def test_a_child_takes_the_months_of_an_exemption_applied_for(
    database: Database, occasion: Occasion
) -> None:
    desk.person(WIFE, occasion)
    _full_year(database, occasion, "full")
    case = desk.received(
        occasion, "childcare", parent="birth_mother", child_born_on="2026-10-20"
    ).case
    desk.examined(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("full", date(2026, 7, 1), date(2027, 1, 1), "approved"),
        ("childcare", date(2027, 1, 1), date(2027, 10, 1), None),
    ]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"child_born_on": "2026-11-30"}, "子の生年月日が受付日より後です。"),
        (
            {"child_born_on": "2025-09-01"},
            (
                "育児期間免除になる月がありません。免除は2026-10-01以後、"
                "子が1歳に達する日(2026-08-31)までの養育についてです(法88条の3)。"
            ),
        ),
    ],
)
def test_a_child_that_exempts_no_month(
    occasion: Occasion, said: dict[str, str], message: str
) -> None:
    desk.person(WIFE, occasion)
    assert _refused(occasion, "childcare", parent="parent", **said) == message


def test_students_apply_for_the_school_year(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion, born=date(2005, 4, 2))
    desk.declare(database, occasion, WIFE, total=1_000_000)
    case = desk.received(occasion, "student", school_until="2026-12-20").case
    said = desk.advice(case, occasion)
    assert desk.bands(said) == [
        ("令和8年4月〜令和8年12月", "学生納付特例"),
        (
            "令和9年1月〜令和9年3月",
            "在学の期間ではないため、学生納付特例を受けられません(法90条の3)。",
        ),
    ]
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("student", date(2026, 4, 1), date(2027, 1, 1), "approved")
    ]
    filled = queries.prefill(filing="student", person=WIFE, occasion=occasion, sees=ALL)
    assert filled == {
        "cycles": ["2026"],
        "school_name": "架空大学",
        "school_kind": "university",
        "school_until": "2026-12-20",
    }


def test_a_card_needs_no_proof_of_the_school(occasion: Occasion) -> None:
    desk.person(WIFE, occasion, born=date(2005, 4, 2))
    for card, codes in ((False, ["school_proof_lacks"]), (True, [])):
        said = queries.advise(
            receipt=desk.receipt("student", card=card, school_proof="later"),
            case=None,
            occasion=occasion,
            sees=ALL,
        )
        assert [f.code for f in said.findings] == codes


def test_cancelling_begins_with_the_month_before(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    _full_year(database, occasion, "full")
    assert _refused(occasion, "exemption_cancel", first_month="2026-09") == (
        "取り消せるのは申請した月の前月(令和8年10月)分からです。"
    )
    case = desk.received(occasion, "exemption_cancel", first_month="2026-10").case
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("full", date(2026, 7, 1), date(2027, 7, 1), "approved")
    ]
    desk.answered(case, occasion)
    assert desk.exemptions(WIFE, occasion) == [
        ("full", date(2026, 7, 1), date(2026, 10, 1), "approved")
    ]


def test_a_proxy_shows_the_authority_and_everybody_who_they_are(occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    said = queries.advise(
        receipt=desk.receipt(filer=Filer.PROXY, identity="not_seen"),
        case=None,
        occasion=occasion,
        sees=ALL,
    )
    assert desk.says(said, "authority_not_shown") == "代理人の代理権が確認できていません。"
    assert desk.says(said, "identity_not_seen") == "窓口に来た人の本人確認がまだです。"
    assert [each.name for each in said.attachments if each.needed] == [
        "本人確認書類",
        "代理権を示すもの",
    ]
    assert said.sections[0].lines[0].text == (
        "所得は受付の後、案件の中で、審査の職員だけが見ます。"
    )
