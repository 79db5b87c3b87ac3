"""Enquiries, guidance and counts in the browser: asked and answered, guided, counted."""

from __future__ import annotations

import random
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kokunen.access.domain import Role
from kokunen.people.codes import Exemption
from tests.site import NEXT_COUNTER
from tests.statistics.lives import drawn, exempt, write
from tests.stories import townsfolk

if TYPE_CHECKING:
    from tests.site import Site
    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk
    from tests.stories.townsfolk import Resident


@pytest.fixture(scope="module")
def resident(the_site: Site) -> Resident:
    made = townsfolk.ordinary(the_site, family="照会", kana="ショウカイ")
    with the_site.database.web() as web:
        rng = random.Random(5)
        write(web, made.number, [drawn(rng) for _ in range(90)])
        exempt(web, made.number, Exemption.FULL, date(2026, 4, 1), date(2027, 7, 1), "approved")
    return made


def when_opening(desk: Desk, resident: Resident) -> str:
    """Open the resident; return the beginning of the addresses of that person."""
    desk.goto("/search/")
    desk.hands.write("探す言葉", resident.number_typed)
    with desk.page.expect_response("**/search/"):
        desk.hands.press("探す")
    desk.hands.follow(resident.name)
    desk.hands.push("開く")
    desk.heading(resident.name)
    return f"/people/{desk.page.url.split('/people/')[1].split('/')[0]}"


def test_a_branch_asks_and_headquarters_answers(
    the_site: Site, resident: Resident, sit: Sit
) -> None:
    branch, hq = sit(), sit(NEXT_COUNTER)
    branch.sign_in(the_site.hire(Role.COUNTER))
    branch.heading("ホーム")
    hq.sign_in(the_site.hire(Role.EXAMINER))
    hq.heading("ホーム")
    branch.goto(f"{when_opening(branch, resident)}/enquiry/")
    branch.look("enquiry-ask")
    branch.hands.write("本文", "平成31年3月の資格を確かめたい")
    branch.hands.push("照会する")
    branch.reads("担当待ち")
    branch.look("enquiry-waiting")
    hq.goto("/enquiries/")
    hq.look("enquiries")
    hq.hands.follow(re.compile("照会[0-9]"))
    hq.hands.push("担当する")
    hq.reads("確認中")
    hq.hands.choose("照会のとおり")
    hq.look("enquiry-answering")
    hq.hands.push("回答する")
    branch.hands.follow("今の状態を確かめる")
    branch.reads("照会のとおり")
    branch.look("enquiry-answered")
    branch.hands.push("回答を確認した")
    branch.reads("確認済み")


def test_a_clerk_is_guided(the_site: Site, resident: Resident, sit: Sit) -> None:
    desk = sit()
    desk.sign_in(the_site.hire(Role.COUNTER))
    desk.heading("ホーム")
    desk.goto("/guidance/")
    desk.look("guidance")
    desk.goto(f"{when_opening(desk, resident)}/guidance/")
    desk.hands.select("何がありましたか", "会社を辞めた")
    desk.hands.push("案内を見る")
    desk.reads("台帳で分かったこと")
    desk.look("guidance-person")


@pytest.mark.usefixtures("resident")
def test_the_counts_are_read_and_opened(the_site: Site, sit: Sit) -> None:
    desk = sit()
    desk.sign_in(the_site.hire(Role.SUPERVISOR))
    desk.heading("ホーム")
    desk.goto("/counts/?period=2026")
    desk.reads("受付から進達までの日数")
    desk.look("counts")
    desk.page.locator("a[href*='counts/rows']").first.click()
    desk.reads("件")
    desk.look("counts-rows")
    desk.goto("/counts/?period=2026&public=1")
    desk.reads("×")
    desk.look("counts-public")
