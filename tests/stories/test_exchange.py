"""The morning after a night: a refused file, three probable results, somebody who left Japan."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from kokunen.access.domain import Role
from kokunen.cases.domain import State, StepKind
from kokunen.dates.month import Month
from kokunen.postgres import home
from tests import office, site
from tests.interchange import agency
from tests.site import NEXT_COUNTER
from tests.stories import night
from tests.stories.night import (
    ELDER,
    NAMES,
    NAMESAKE,
    PAIR,
    PAIR_KANA,
    SHELTERED_NAME,
    SURE,
    WAITS,
    YOUNGER,
)
from tests.stories.test_filings import when_taking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk
    from tests.stories.night import Morning

OFFICE: Final = {"municipality_code": agency.CITY, "exchange_check_hours": "0"}

_PRESSES_TWICE: Final = """() => {
    const form = document.getElementById("release").form;
    const press = () => form.dispatchEvent(
        new SubmitEvent("submit", { bubbles: true, cancelable: true }));
    const went = [press(), press()];
    window.dispatchEvent(new Event("pageshow"));
    return went;
}"""
"""Whether each of two presses went through; then the page is as if it had been opened anew."""


@pytest.fixture
def the_site(
    template: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[site.Site]:
    """A site with an exchange of its own: each telling has a night, and so an office."""
    del template
    folder = tmp_path_factory.mktemp("exchange-site")
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(folder / "exchange"))
    said = home.folder() / "office.json"
    said.write_text(json.dumps(OFFICE), encoding="utf-8")
    try:
        with (
            override_settings(KOKUNEN_OFFICE=OFFICE),
            office.fresh() as database,
            site.running(database, home=folder) as made,
        ):
            yield made
    finally:
        said.unlink()


def test_the_morning_after_a_night(the_site: site.Site, sit: Sit) -> None:
    morning = night.over(the_site)
    first, second = sit(), sit(NEXT_COUNTER)
    first.sign_in(the_site.hire(Role.SUPERVISOR, name="監督 朝子"))
    second.sign_in(the_site.hire(Role.EXAMINER, name="審査 二葉"))
    when_looking_at_the_morning(first, morning)
    then_the_refused_file_says_why_and_what_to_do(first)
    then_the_file_that_waits_says_what_follows(first)
    then_a_protected_person_stays_sealed(first)
    when_opening_each_of_two_protected_people(second, first)
    then_the_answer_is_read_and_decided(second, the_site, morning)
    when_deciding_the_three_results(first, morning)
    then_each_result_is_where_it_belongs(the_site, morning)
    when_making_a_case_of_who_left(first, morning)
    when_checking_what_is_forwarded(first, morning)
    when_releasing_it(second)
    then_the_other_pages_stand(first)


def when_looking_at_the_morning(desk: Desk, morning: Morning) -> None:
    desk.reads("夜間処理の後の仕事")
    desk.look("home-exchange")
    desk.hands.follow("連携")
    desk.heading(re.compile("夜間の結果"))
    desk.reads("受け取れなかったファイル 1件")
    desk.reads("突合候補あり 4件")
    desk.reads(f"内容を確認するファイル {morning.to_check}件")
    desk.look("exchange-morning")


def then_the_refused_file_says_why_and_what_to_do(desk: Desk) -> None:
    desk.hands.follow_in(desk.row("生活保護の開始・廃止"))
    desk.heading("生活保護の開始・廃止")
    desk.reads("データ件数")
    desk.reads("直したファイルを受け取ってください")
    desk.reads("何も反映していません")
    desk.look("exchange-refused")
    desk.hands.follow_in(desk.row("データ件数"))
    desk.reads("受信したままの内容")
    desk.look("exchange-refused-record")
    desk.hands.follow("夜間の結果")


def then_the_file_that_waits_says_what_follows(desk: Desk) -> None:
    desk.hands.follow_in(desk.row("前の通番待ち"))
    desk.reads("通番2のファイルを待っています")
    desk.hands.toggle(desk.page.locator("summary").filter(has_text="前の通番を待たずに"))
    desk.reads("後から届いても受け取りません")
    desk.look("exchange-waiting")
    desk.hands.follow("夜間の結果")


def then_a_protected_person_stays_sealed(desk: Desk) -> None:
    desk.hands.follow(re.compile("^保留"))
    desk.heading("判断待ちのレコード")
    name, kana = SHELTERED_NAME
    desk.shows(desk.row(name), "支援措置")
    desk.look("exchange-held")
    desk.hands.follow_in(desk.row(name))
    desk.reads("支援措置のため非表示")
    desk.reads("閲覧の承認")
    desk.reads_nothing_of(kana, "礼　改")
    desk.look("exchange-sealed")
    desk.hands.follow("夜間の結果")


def when_opening_each_of_two_protected_people(desk: Desk, supervisor: Desk) -> None:
    when_looking_for_the_answer(desk)
    desk.reads("次の人のそれぞれについて閲覧の承認を受けてください")
    desk.reads_nothing_of(PAIR_KANA, "のぞみ")
    desk.look("exchange-sealed-by-two")
    for name, left in zip(PAIR.values(), (1, 0), strict=True):
        desk.hands.follow(re.compile(r"閲覧の承認を頼む\s*\(" + name.replace("　", r"\s")))
        desk.heading("何のために見ますか")
        desk.hands.choose("照合・訂正")
        desk.hands.push("開く")
        desk.heading("閲覧の承認を頼む")
        desk.hands.write("理由", "処理結果がどちらの人のものか確かめる")
        desk.hands.push("承認を頼む")
        desk.reads("承認待ち")
        supervisor.hands.follow("閲覧の承認")
        supervisor.hands.follow(re.compile("答える"))
        supervisor.hands.choose("承認する")
        supervisor.hands.push("答える")
        supervisor.reads("閲覧を承認しました")
        when_looking_for_the_answer(desk)
        expect(desk.page.get_by_text("閲覧の承認を頼む")).to_have_count(left)
        if left:
            desk.reads_nothing_of(PAIR_KANA, "のぞみ")
            desk.look("exchange-opened-one")


def when_looking_for_the_answer(desk: Desk) -> None:
    desk.hands.follow("連携")
    desk.hands.follow("突合候補あり")
    card = desk.page.locator("section.card").filter(has_text="支援措置のため非表示")
    for name in PAIR.values():
        desk.shows(card, name)
    desk.hands.follow_in(card)


def then_the_answer_is_read_and_decided(desk: Desk, site_: site.Site, morning: Morning) -> None:
    desk.reads("双葉　のぞみ")
    desk.reads(PAIR_KANA)
    desk.look("exchange-opened-both")
    chosen, other = (morning.cases[person] for person in PAIR)
    desk.hands.write("案件番号", str(chosen))
    desk.hands.push("この案件の結果にする")
    desk.reads("この案件の結果として登録しました")
    with site_.desk():
        assert [agency.state(case) for case in (chosen, other)] == [
            State.DECIDED, State.FORWARDED,
        ]  # fmt: skip


def when_deciding_the_three_results(desk: Desk, morning: Morning) -> None:
    desk.hands.follow("連携")
    desk.hands.follow("突合候補あり")
    desk.heading("突合の候補")
    desk.look("exchange-probable")
    desk.hands.push(_belongs_to(morning.cases[SURE]))
    desk.reads("この案件の結果として登録しました")
    twins = desk.page.locator("section.card").filter(has_text=NAMES[YOUNGER][0])
    desk.shows(twins, str(morning.cases[ELDER]))
    desk.hands.push(_belongs_to(morning.cases[YOUNGER]))
    desk.reads("この案件の結果として登録しました")
    desk.hands.follow_in(desk.page.locator("section.card"))
    desk.reads(NAMES[NAMESAKE][1])
    desk.look("exchange-record")
    desk.hands.toggle(desk.page.locator("summary").filter(has_text="取り止める"))
    desk.hands.write("理由", "同姓同名の別人。基礎年金番号も違うため年金事務所に連絡済み")
    desk.hands.push("反映しないと決める")
    desk.reads("決めるものはありません")


def _belongs_to(case: int) -> re.Pattern[str]:
    return re.compile(rf"この案件の結果にする\s*\(案件 {case}\)")


def then_each_result_is_where_it_belongs(site_: site.Site, morning: Morning) -> None:
    with site_.desk():
        states = {person: agency.state(case) for person, case in morning.cases.items()}
    assert states[SURE] is states[YOUNGER] is State.DECIDED
    assert states[ELDER] is states[NAMESAKE] is State.FORWARDED


def when_making_a_case_of_who_left(desk: Desk, morning: Morning) -> None:
    desk.hands.follow("夜間の結果")
    desk.reads("新しく 1人")
    desk.hands.follow("国外転出した第1号の人")
    row = desk.row(str(morning.left.number))
    desk.shows(row, "国外へ転出したが、第1号のまま")
    desk.look("candidates-abroad")
    desk.hands.push(re.compile(rf"案件にする\s*\(宛名番号 {morning.left.number}\)"))
    desk.reads("を作りました")
    april = Month.of(morning.left_on).fiscal_year
    says = {
        "wish": "refund",
        "prepaid": "cash",
        "prepaid_from": str(Month(april, 4)),
        "prepaid_months": 12,
    }
    when_taking(desk, StepKind.CORRECTED, says, "departure", reason="本人から国際電話で聞いた")
    desk.reads("還付(目安)")
    desk.reads("任意加入を続ける")
    desk.reads("資格取得日")
    desk.look("case-departure")


def when_checking_what_is_forwarded(desk: Desk, morning: Morning) -> None:
    desk.hands.follow("連携")
    desk.hands.follow_in(desk.row("進達データ"))
    desk.reads("内容確認待ち")
    desk.reads(NAMES[WAITS][0])
    desk.reads(str(morning.cases[WAITS]))
    desk.look("exchange-to-check")
    desk.hands.push("内容を確認した")
    desk.reads("送付決定待ち")
    desk.hands.push("送付を決める")
    desk.reads("自分の入力を確認できません")


def when_releasing_it(desk: Desk) -> None:
    desk.hands.follow("連携")
    desk.hands.follow_in(desk.row("進達データ"))
    # A second press would lose the password: it is in the answer to the first alone.
    assert desk.page.evaluate(_PRESSES_TWICE) == [True, False]
    desk.hands.push("送付を決める")
    desk.heading("パスワードは今だけ表示します")
    password = desk.page.locator("#password").inner_text()
    assert len(password) >= 12
    desk.look("exchange-password")
    desk.hands.select("パスワードの伝え方", "電話")
    desk.hands.push("伝えたと記録する")
    desk.reads("受領待ち")
    desk.reads_nothing_of(password)
    desk.hands.write("受領番号など", "受-815")
    desk.look("exchange-sent")
    desk.hands.push("受領を記録する")
    desk.reads("受領済")
    desk.look("exchange-received")
    desk.hands.follow("送信")
    desk.shows(desk.row("-000002"), "受領済")


def then_the_other_pages_stand(desk: Desk) -> None:
    for name, says in (
        ("in", "処理結果一覧"),
        ("out", "年金情報(生活保護)"),
        ("open", SHELTERED_NAME[0]),
        ("probable", "決めるものはありません"),
        ("differences", "性別"),
        ("unanswered", NAMES[ELDER][0]),
        ("calendar", "済んだか"),
    ):
        desk.goto(f"/exchange/{name}/")
        desk.reads(says)
        desk.look(f"exchange-{name}")
    desk.goto("/exchange/in/?after=9")
    desk.reads("住民異動データ")
    desk.look("exchange-in-older")
    desk.hands.follow("いちばん新しいファイルへ")
    desk.reads("処理結果一覧")
