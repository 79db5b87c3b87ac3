"""A stay ends with time, and does not move to another terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from kokunen.access.domain import Role
from tests.site import NEXT_COUNTER

if TYPE_CHECKING:
    from tests.site import Member, Site
    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk


def test_the_screen_warns_can_be_put_off_and_then_empties_itself(the_site: Site, sit: Sit) -> None:
    desk = sit()
    desk.page.clock.install()
    desk.sign_in(the_site.hire(Role.COUNTER))
    desk.heading("ホーム")
    when_nobody_touches_the_screen_for(desk, "12:50")
    then_nothing_is_said(desk)
    when_nobody_touches_the_screen_for(desk, "00:15")
    then_the_end_is_announced(desk)
    desk.look("timer")
    with desk.page.expect_response("**/still-here/"):
        desk.hands.press("続ける")
    then_nothing_is_said(desk)
    with desk.page.expect_navigation(url="**/ended/"):
        when_nobody_touches_the_screen_for(desk, "15:01")
    desk.heading("操作がなかったため、自動で終了しました")
    desk.look("ended")
    desk.goto("/")
    desk.heading("サインイン")


def when_nobody_touches_the_screen_for(desk: Desk, minutes: str) -> None:
    desk.page.clock.fast_forward(minutes)


def then_nothing_is_said(desk: Desk) -> None:
    expect(desk.page.locator("#timer")).to_be_hidden()


def then_the_end_is_announced(desk: Desk) -> None:
    expect(desk.page.get_by_role("alertdialog")).to_be_visible()
    expect(desk.page.get_by_role("alertdialog").get_by_role("button")).to_be_focused()


def test_the_server_ends_a_stay_without_any_help_of_the_screen(the_site: Site, sit: Sit) -> None:
    desk = sit()
    clerk = the_site.hire(Role.COUNTER)
    desk.sign_in(clerk)
    desk.heading("ホーム")
    when_a_quarter_of_an_hour_has_passed(the_site, clerk)
    desk.hands.follow("探す")
    desk.heading("サインイン")
    desk.reads("操作がない時間が続いたため、自動でログオフしました")
    desk.look("sign-in-after-idle")
    assert ended(the_site, clerk) == [("sign_out", "idle")]


def test_a_stay_is_over_after_ten_hours_of_work(the_site: Site, sit: Sit) -> None:
    desk = sit()
    clerk = the_site.hire(Role.COUNTER)
    desk.sign_in(clerk)
    desk.heading("ホーム")
    the_site.rows(
        "UPDATE access_session SET started_at = started_at - interval '10 hours'"
        " WHERE staff_id = %s",
        clerk.id,
    )
    desk.hands.follow("探す")
    desk.reads("連続して使える時間を過ぎたため")
    assert ended(the_site, clerk) == [("sign_out", "too_long")]


def test_a_stay_does_not_move_to_another_terminal(the_site: Site, sit: Sit) -> None:
    desk = sit()
    clerk = the_site.hire(Role.COUNTER)
    desk.sign_in(clerk)
    desk.heading("ホーム")
    when_the_cookies_are_used_at_the_next_terminal(desk)
    desk.heading("サインイン")
    desk.reads("別の端末から操作があったため")
    desk.goto("/")
    desk.heading("サインイン")
    assert ended(the_site, clerk) == [("refuse", "other_terminal")]


def when_a_quarter_of_an_hour_has_passed(the_site: Site, clerk: Member) -> None:
    the_site.rows(
        "UPDATE access_session SET seen_at = seen_at - interval '15 minutes',"
        " started_at = started_at - interval '15 minutes' WHERE staff_id = %s",
        clerk.id,
    )


def when_the_cookies_are_used_at_the_next_terminal(desk: Desk) -> None:
    desk.move_to(NEXT_COUNTER)


def ended(the_site: Site, clerk: Member) -> list[tuple[object, ...]]:
    return the_site.rows(
        "SELECT act, outcome FROM audit_entry WHERE staff_number = %s"
        " AND operation = 'access.sign_out'",
        clerk.number,
    )
