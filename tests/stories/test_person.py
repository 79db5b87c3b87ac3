"""A person is opened for a purpose, corrected by one, checked by another, and seen as known on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from kokunen.access.domain import Role
from kokunen.dates.tokyo import day_of
from kokunen.dates.wareki import format_wareki
from tests.site import NEXT_COUNTER
from tests.stories import townsfolk
from tests.stories.test_search import when_searching

if TYPE_CHECKING:
    from datetime import date

    from tests.site import Site
    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk
    from tests.stories.townsfolk import Resident


def when_opening(desk: Desk, resident: Resident, *, purpose: str = "窓口相談") -> None:
    desk.hands.follow(resident.name)
    desk.heading("何のために見ますか")
    desk.hands.choose(purpose)
    desk.hands.push("開く")


def when_finding(desk: Desk, resident: Resident) -> None:
    when_searching(desk, resident.number_typed)
    desk.reads("1人見つかりました")


def test_an_ordinary_person_is_opened_for_a_purpose(the_site: Site, sit: Sit) -> None:
    desk = sit()
    resident = townsfolk.ordinary(the_site)
    desk.sign_in(clerk := the_site.hire(Role.COUNTER))
    when_finding(desk, resident)
    desk.hands.follow(resident.name)
    desk.heading("何のために見ますか")
    desk.reads_nothing_of(resident.town, resident.phone)
    desk.look("purpose")
    desk.hands.choose("免除申請")
    desk.hands.push("開く")
    desk.reads("案件番号が必要です")
    desk.look("purpose-refused")
    desk.hands.choose("窓口相談")
    desk.hands.push("開く")
    desk.heading(resident.name)
    for known in (resident.town, resident.phone, resident.basic_number, "半額免除"):
        desk.reads(known)
    desk.reads("昭和55年4月1日")
    desk.reads_nothing_of("4321-98765")  # 旧年金番号 is not for the counter
    desk.look("person")
    then_the_page_fits_the_screen(desk)
    then_the_reading_stands_in_the_record(the_site, resident, clerk.number)


def then_the_page_fits_the_screen(desk: Desk) -> None:
    bottom = desk.property("document.querySelector('.person__grid').getBoundingClientRect().bottom")
    assert bottom <= 768, f"the five parts end at {bottom:.0f} of 768 px"


def then_the_reading_stands_in_the_record(the_site: Site, resident: Resident, staff: str) -> None:
    found = the_site.rows(
        "SELECT purpose, terminal, shown_name, shown_address FROM audit_entry"
        " WHERE person = %s AND staff_number = %s AND operation = 'people.person_page'",
        resident.number,
        staff,
    )
    assert found == [("consultation", "窓口1", True, True)]


def test_a_correction_is_checked_by_another_and_seen_as_known_before_and_after(
    the_site: Site, sit: Sit
) -> None:
    maker, checker = sit(), sit(NEXT_COUNTER)
    resident = townsfolk.ordinary(the_site, family="白波", kana="シラナミ")
    maker.sign_in(the_site.hire(Role.EXAMINER, name="入力 花子"))
    when_finding(maker, resident)
    when_opening(maker, resident, purpose="照合・訂正")
    when_correcting_the_name(maker, to="白浪　太郎")
    maker.heading("白浪 太郎")
    maker.reads("未確認")
    then_ones_own_entry_does_not_wait_for_oneself(maker, resident)

    checker.sign_in(the_site.hire(Role.EXAMINER, name="確認 次郎"))
    when_checking(checker, resident)

    today = day_of(the_site.started_at)
    maker.goto("/")
    when_finding_renamed(maker, resident)
    when_asking_what_was_known_on(maker, today - timedelta(days=1))
    maker.heading(resident.name)
    maker.look("person-known-on")
    when_asking_what_was_known_on(maker, today)
    maker.heading("白浪 太郎")
    then_the_history_has_both(maker)


def when_correcting_the_name(desk: Desk, *, to: str) -> None:
    desk.hands.follow("氏名を訂正・追加")
    desk.look("history")
    desk.hands.follow(re.compile("^訂正する"))
    desk.heading(re.compile("氏名\\s*を訂正する"))
    desk.look("correct")
    desk.hands.write("理由", "")
    desk.hands.push("記録する")
    desk.reads("理由が空です")
    desk.look("correct-refused")
    desk.hands.write("氏名", to)
    desk.hands.write("理由", "戸籍の字との照合")
    desk.hands.push("記録する")


def then_ones_own_entry_does_not_wait_for_oneself(desk: Desk, resident: Resident) -> None:
    desk.hands.follow("確認待ち")
    desk.heading("確認待ち")
    desk.reads_nothing_of(str(resident.number))


def when_checking(desk: Desk, resident: Resident) -> None:
    desk.look("home-examiner")
    desk.hands.follow("確認待ち")
    desk.look("checks")
    desk.hands.follow(re.compile(f"確認する.*{resident.number}"))
    desk.reads("戸籍の字との照合")
    desk.look("check")
    desk.hands.push("書類と合っている")
    desk.reads("確認を記録しました")
    desk.reads_nothing_of(str(resident.number))


def when_finding_renamed(desk: Desk, resident: Resident) -> None:
    when_searching(desk, "白浪")
    desk.row(str(resident.number))
    desk.hands.follow_in(desk.row(str(resident.number)))
    desk.hands.choose("照合・訂正")
    desk.hands.push("開く")
    desk.heading("白浪 太郎")
    desk.reads_nothing_of("未確認")


def when_asking_what_was_known_on(desk: Desk, day: date) -> None:
    desk.hands.write("知られていた日", format_wareki(day, style="short"))
    desk.hands.push("この日に知られていた内容を見る")
    desk.reads("に知られていた内容です")


def then_the_history_has_both(desk: Desk) -> None:
    desk.hands.follow("氏名の履歴")
    desk.reads("白波 太郎")
    desk.reads("白浪 太郎")
    desk.reads("訂正前")
    desk.reads("確認済")
    desk.look("history-corrected")


def test_search_purpose_person_and_correction_work_without_script(the_site: Site, sit: Sit) -> None:
    desk = sit(script=False)
    resident = townsfolk.ordinary(the_site, family="浜辺", kana="ハマベ")
    desk.sign_in(the_site.hire(Role.EXAMINER))
    desk.hands.write("探す言葉", str(resident.number))
    desk.hands.push("探す")
    desk.heading("探す")
    desk.reads("1人見つかりました")
    when_opening(desk, resident, purpose="照合・訂正")
    desk.heading(resident.name)
    when_correcting_the_name(desk, to="濵邊　太郎")
    desk.heading("濵邊 太郎")
    desk.reads("記録しました")
