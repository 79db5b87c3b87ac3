"""A protected person opens to two pairs of eyes, for a short time, and the auditor sees it all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kokunen.access.domain import Role
from tests.site import FAR_COUNTER, NEXT_COUNTER
from tests.stories import townsfolk
from tests.stories.test_person import when_opening
from tests.stories.test_search import when_searching

if TYPE_CHECKING:
    from tests.site import Member, Site
    from tests.stories.conftest import Sit
    from tests.stories.desk import Desk
    from tests.stories.townsfolk import Resident


def test_a_protected_person_opens_only_to_a_second_pair_of_eyes(the_site: Site, sit: Sit) -> None:
    desk, second, auditors = sit(), sit(NEXT_COUNTER), sit(FAR_COUNTER)
    # The clerk may approve the requests of others, which must not help with an own one.
    clerk = the_site.hire(Role.COUNTER, Role.SUPERVISOR, name="申請 花子")
    supervisor = the_site.hire(Role.SUPERVISOR, name="承認 一郎")
    resident, other = townsfolk.couple_parted(the_site, protector=supervisor.id)

    desk.sign_in(clerk)
    when_searching(desk, resident.number_typed)
    then_only_the_name_is_given(desk, resident)
    when_opening(desk, resident)
    then_the_person_is_masked(desk, resident)
    when_asking_a_second_person(desk)
    then_the_person_is_masked(desk, resident)
    then_the_requester_cannot_approve(the_site, desk, clerk)

    second.sign_in(supervisor)
    when_the_second_person_approves(second, clerk)
    when_coming_back_to(desk, resident)
    then_the_person_is_open(desk, resident)
    when_the_time_is_over(the_site, resident)
    desk.page.reload()
    then_the_person_is_masked(desk, resident)

    then_the_other_party_leads_nowhere(desk, resident, other)
    then_the_auditor_reads_each_step(the_site, auditors, resident, (clerk, supervisor))


def then_only_the_name_is_given(desk: Desk, resident: Resident) -> None:
    row = desk.row(str(resident.number))
    desk.shows(row, resident.name)
    desk.shows(row, "支援措置のため非表示")
    desk.reads_nothing_of(resident.town, resident.phone, resident.kana)
    desk.look("search-protected")


def then_the_person_is_masked(desk: Desk, resident: Resident) -> None:
    desk.heading(resident.name)
    desk.reads("支援措置の対象です")
    desk.reads_nothing_of(resident.town, resident.phone, "坂上町", "緑川　剛", "緑川 剛")
    desk.look("person-masked")


def when_asking_a_second_person(desk: Desk) -> None:
    desk.hands.follow("閲覧の承認を頼む")
    desk.heading("閲覧の承認を頼む")
    desk.look("opening-request")
    desk.hands.write("理由", "本人来庁。通知の送り先の確認")
    desk.hands.push("承認を頼む")
    desk.reads("承認待ち")


def then_the_requester_cannot_approve(the_site: Site, desk: Desk, clerk: Member) -> None:
    here = desk.page.url
    desk.hands.follow("閲覧の承認")
    desk.reads_nothing_of("本人来庁")
    [(opening,)] = the_site.rows(
        "SELECT id FROM openings_opening WHERE requested_by = %s", clerk.id
    )
    desk.goto(f"/openings/{opening}/")
    desk.hands.choose("承認する")
    desk.hands.push("答える")
    desk.reads("自分の申請には自分で答えられません")
    desk.goto(here)


def when_the_second_person_approves(desk: Desk, clerk: Member) -> None:
    desk.look("home-supervisor")
    desk.hands.follow("閲覧の承認")
    desk.look("openings")
    desk.hands.follow(re.compile(f"答える.*{clerk.number}"))
    desk.reads("本人来庁。通知の送り先の確認")
    desk.look("opening-answer")
    desk.hands.choose("認めない")
    desk.hands.push("答える")
    desk.reads("認めない場合は、その理由の記入が必要です")
    desk.hands.choose("承認する")
    desk.hands.push("答える")
    desk.reads("閲覧を承認しました")


def when_coming_back_to(desk: Desk, resident: Resident) -> None:
    when_searching_from_the_top(desk, resident)
    when_opening(desk, resident)


def when_searching_from_the_top(desk: Desk, resident: Resident) -> None:
    desk.hands.follow("探す")
    when_searching(desk, resident.number_typed)
    desk.row(str(resident.number))


def then_the_person_is_open(desk: Desk, resident: Resident) -> None:
    desk.heading(resident.name)
    desk.reads("承認を受けて表示しています")
    desk.reads(resident.town)
    desk.reads(resident.phone)
    desk.look("person-opened")


def when_the_time_is_over(the_site: Site, resident: Resident) -> None:
    the_site.rows(
        "UPDATE openings_opening SET requested_at = requested_at - interval '31 minutes',"
        " until = until - interval '31 minutes' WHERE person_id = %s",
        resident.number,
    )


def then_the_other_party_leads_nowhere(desk: Desk, resident: Resident, other: Resident) -> None:
    when_searching_from_the_top(desk, other)
    when_opening(desk, other)
    desk.heading(other.name)
    desk.reads(other.town)
    desk.reads_nothing_of("さくら", resident.town, resident.phone, str(resident.number))
    desk.hands.follow("世帯の履歴")
    desk.reads(str(other.household))
    desk.reads_nothing_of("さくら", resident.town, str(resident.number))


def then_the_auditor_reads_each_step(
    the_site: Site, desk: Desk, resident: Resident, eyes: tuple[Member, Member]
) -> None:
    desk.sign_in(the_site.hire(Role.AUDITOR, name="監査 三郎"))
    desk.look("home-auditor")
    desk.hands.follow("操作の記録")
    desk.hands.write("宛名番号", str(resident.number))
    desk.hands.push("絞り込む")
    desk.look("record")
    clerk, supervisor = (eye.number for eye in eyes)
    steps = desk.lines_of("tbody tr", "openings.request|openings.answer|people.person_page")
    found = [
        (number, next(word for word in ("拒否", "開示", "閲覧") if word in step))
        for step in reversed(steps)
        for number in (clerk, supervisor)
        if number in step
    ]
    opened = found.index((supervisor, "開示"))
    assert found[0] == (clerk, "閲覧")  # masked
    assert (clerk, "開示") in found[:opened]  # asked
    assert (clerk, "拒否") in found[:opened]  # tried to answer
    assert found[opened + 1] == (clerk, "閲覧")  # opened
    desk.reads_nothing_of(resident.town, resident.phone, resident.name)
    desk.goto("/search/")
    desk.heading("この操作はできません")
    desk.look("forbidden")
