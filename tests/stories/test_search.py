"""One box finds a person by whatever is heard or read, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kokunen.access.domain import Role
from tests.stories import townsfolk

if TYPE_CHECKING:
    from tests.site import Site
    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk
    from tests.stories.townsfolk import Resident

Town = dict[str, "Resident"]


@pytest.fixture(scope="module")
def town(the_site: Site) -> Town:
    return {
        "ordinary": townsfolk.ordinary(the_site, family="榎本", kana="エノモト"),
        "foreign": townsfolk.foreign(the_site),
        "rare": townsfolk.rare(the_site),
    }


def test_a_person_is_found_by_any_name_number_or_birth_date(
    the_site: Site, town: Town, sit: Sit
) -> None:
    desk = sit()
    desk.sign_in(the_site.hire(Role.COUNTER))
    desk.heading("ホーム")
    ordinary, foreign, rare = town["ordinary"], town["foreign"], town["rare"]
    for text, found, why in (
        ("榎本太郎", ordinary, "氏名"),
        ("えのもと", ordinary, "カナ"),
        ("enomoto", ordinary, "カナ"),
        (str(ordinary.number), ordinary, "宛名番号の一致"),
        (ordinary.basic_number, ordinary, "基礎年金番号の一致"),
        ("榎本 S55.4.1", ordinary, "生年月日 昭和55年4月1日"),
        ("nguyen", foreign, "旅券の氏名"),
        ("林蘭", foreign, "通称"),
        ("吉野葛子", rare, "氏名"),
    ):
        when_searching(desk, text)
        then_the_person_is_found_because(desk, found, why)
    desk.look("search-results")


def test_a_name_that_nobody_has_is_said_to_be_not_found(the_site: Site, sit: Sit) -> None:
    desk = sit()
    desk.sign_in(the_site.hire(Role.COUNTER))
    when_searching(desk, "存在しない")
    desk.reads("見つかりませんでした")
    desk.look("search-nobody")
    when_searching(desk, "S64.2.1")
    desk.reads("平成元年2月1日")
    desk.look("search-refused")


def when_searching(desk: Desk, text: str) -> None:
    desk.hands.write("探す言葉", text)
    with desk.page.expect_response("**/search/"):
        desk.hands.press("探す")


def then_the_person_is_found_because(desk: Desk, found: Resident, why: str) -> None:
    row = desk.row(str(found.number))
    desk.shows(row, found.name)
    desk.shows(row, why)
