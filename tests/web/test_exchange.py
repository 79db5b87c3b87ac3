"""The screens of the exchange: the morning, what came, what is decided, checked and released."""

from __future__ import annotations

import hashlib
import html
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kokunen.access.domain import Role
from kokunen.access.openings.models import Opening
from kokunen.audit.domain import Occasion
from kokunen.cases.domain import State
from kokunen.dates.tokyo import day_of
from kokunen.interchange import folders, lifecycle, models
from kokunen.interchange import layout as layouts
from kokunen.interchange.domain import Direction, FileState, UnableToReceiveFile
from kokunen.interchange.inbox import operations as inbox
from kokunen.interchange.outbox import making
from kokunen.people.queries import key_of
from kokunen.postgres.roles import Role as DatabaseRole
from kokunen.web import exchange_forms, exchange_words
from kokunen.web.templatetags.office import short
from tests.interchange import agency, residents
from tests.interchange import test_online as online
from tests.people.protected import protect
from tests.stories import night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client

    from tests.web.rooms import Office

STARTED = {
    "notice": "N1",
    "action": "new",
    "person": 99_999,
    "kind": "start",
    "aid": "medical",
    "started_on": date(2026, 11, 1),
}
TOLD, GUESSED, ABSENT, SHELTERED = 31001, 31002, 31003, 31004
KANA = {
    TOLD: "カクウ　イチ",
    GUESSED: "ソウテイ　ニ",
    ABSENT: "ミホン　サン",
    SHELTERED: "レイ　シ",
}


@dataclass(frozen=True)
class Morning:
    """The office after a night: the cases that waited, and the file of the agency's answers."""

    office: Office
    file: int
    cases: dict[int, int]
    occasion: Occasion

    def browser(self, role: Role = Role.EXAMINER, which: int = 1) -> Client:
        return self.office.browser(role, which=which)


@pytest.fixture
def morning(
    rooms_of_the_office: Office,
    occasion: Occasion,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Morning]:
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path))
    with override_settings(KOKUNEN_OFFICE={"municipality_code": agency.CITY}):
        yield _after_a_night(rooms_of_the_office, occasion)


def _after_a_night(office: Office, occasion: Occasion) -> Morning:
    # The screens ask the clock, so the night before them was a real one.
    at = timezone.now() - timedelta(hours=2)
    today, occasion = day_of(at), replace(occasion, at=at)
    cases = {}
    for person in (TOLD, GUESSED, ABSENT, SHELTERED):
        agency.somebody(person, occasion, kana=KANA[person])
        cases[person] = agency.forwarded(person, occasion, received_on=today)
    protect(SHELTERED, occasion)
    said = {"received_on": today, "decided_on": today}
    file = agency.send(
        office.database,
        occasion,
        agency.result(1, TOLD, kana=KANA[TOLD], sex="female", **said),
        agency.result(2, GUESSED, kana=KANA[GUESSED], basic_number=None, **said),
        agency.result(3, 99999, name="架空　だれか", kana="ベツノ　ヒト", **said),
        agency.result(4, SHELTERED, kana=KANA[SHELTERED], basic_number=None, **said),
        made_on=today,
    )
    return Morning(office=office, file=file, cases=cases, occasion=occasion)


def words(client: Client, name: str, *parts: object, **query: str) -> str:
    answer = client.get(reverse(name, args=parts), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def send(client: Client, name: str, *parts: object, **said: str) -> int:
    given = {"request_id": str(uuid4()), **said}
    return client.post(reverse(name, args=parts), given).status_code


def today(morning: Morning) -> date:
    return day_of(morning.occasion.at)


def dropped(
    morning: Morning, layout: str, content: bytes, *, attached: dict[str, bytes] | None = None
) -> int:
    """Let a file come in by night, and return its number, also that of one that is refused."""
    path = folders.incoming(layout) / f"{layout}-{uuid4()}"
    path.write_bytes(content)
    if attached:
        beside = path.with_name(f"{path.name}.attachments")
        beside.mkdir()
        for name, held in attached.items():
            (beside / name).write_bytes(held)
    program = agency.nightly(morning.occasion)
    with morning.office.database.django_as(DatabaseRole.BATCH), suppress(UnableToReceiveFile):
        file = inbox.receive(layout=layout, path=path, occasion=program)
        if lifecycle.state(file) is FileState.APPLYING:
            inbox.apply(file=file, occasion=program)
    return models.File.objects.latest("pk").pk


def collected(morning: Morning) -> dict[str, int]:
    """Let the files that go out be made by night, and return the newest of each layout."""
    at = timezone.now() - timedelta(hours=2)
    program = Occasion(
        at=at, staff=None, staff_number="kokunen nightly", department="pension",
        terminal="", purpose="reception", reason="送付",
    )  # fmt: skip
    with morning.office.database.django_as(DatabaseRole.BATCH):
        files = making.collect(on=day_of(at), occasion=program)
    return {row.layout: row.pk for row in models.File.objects.filter(pk__in=files)}


def number_of(morning: Morning, outcome: str, person: int | None = None) -> int:
    rows = models.Record.objects.filter(file=morning.file, outcome=outcome)
    found = {row.number for row in rows if person is None or person == row.person_id}
    return min(found)


def test_the_morning_says_what_is_to_be_done(morning: Morning) -> None:
    client = morning.browser()
    page = words(client, "exchange")
    assert "突合候補あり" in page
    assert "夜間処理は行われていません" in page
    assert "処理結果一覧" in words(client, "exchange_in")
    shown = words(client, "exchange_file", morning.file)
    assert "突合一致 1" in shown
    assert "架空" in shown


def test_a_person_decides_which_case_a_result_belongs_to(morning: Morning) -> None:
    client = morning.browser()
    page = words(client, "exchange_probable")
    assert "合う" in page
    assert str(morning.cases[GUESSED]) in page
    number = next(
        match.number for match in models.Match.objects.filter(case_id=morning.cases[GUESSED])
    )
    answer = send(
        client, "exchange_record_act", morning.file, number, "decide",
        case=str(morning.cases[GUESSED]),
    )  # fmt: skip
    assert answer == 302, answer
    assert agency.state(morning.cases[GUESSED]) is State.DECIDED
    # Decided once: nothing is left to do with it, and the bytes are no longer shown.
    page = words(client, "exchange_record", morning.file, number)
    assert "突合一致" in page
    assert "受信したままの内容" not in page


def test_what_belongs_to_no_case_is_set_aside_with_a_reason(morning: Morning) -> None:
    client = morning.browser()
    number = number_of(morning, "unmatched")
    page = words(client, "exchange_record", morning.file, number)
    assert "架空 だれか" in page
    assert send(client, "exchange_record_act", morning.file, number, "set_aside") == 422
    assert (
        send(
            client, "exchange_record_act", morning.file, number, "set_aside",
            reason="他市の人。機構に照会済み",
        )
        == 302
    )  # fmt: skip
    assert "取止め" in words(client, "exchange_record", morning.file, number)


def test_a_protected_person_stays_masked_in_what_came(morning: Morning) -> None:
    client = morning.browser()
    number = next(
        match.number for match in models.Match.objects.filter(case_id=morning.cases[SHELTERED])
    )
    page = words(client, "exchange_record", morning.file, number)
    assert "支援措置のため非表示" in page
    assert f"{SHELTERED:010d}" not in page
    assert "支援措置のため非表示" in words(client, "exchange_probable")


def test_a_difference_is_shown_with_both_sides_and_cleared(morning: Morning) -> None:
    client = morning.browser()
    page = words(client, "exchange_differences")
    assert "性別" in page
    assert "女" in page
    difference = models.Difference.objects.get(person_id=TOLD).pk
    assert send(client, "exchange_settle", difference, reason="") == 422
    assert send(client, "exchange_settle", difference, reason="性別訂正届を進達する") == 302
    assert models.Settlement.objects.get(difference=difference).reason == "性別訂正届を進達する"
    assert "処理を待っている相違はありません" in words(client, "exchange_differences")


def test_what_was_never_answered_is_listed_by_age(morning: Morning) -> None:
    page = morning.browser().get(reverse("exchange_unanswered")).content.decode()
    assert f'href="/cases/{morning.cases[ABSENT]}/"' in page
    assert f'href="/cases/{morning.cases[TOLD]}/"' not in page


def test_a_file_is_checked_by_one_and_released_by_another(morning: Morning) -> None:
    file = collected(morning)["agency_forwarding"]
    first, second = morning.browser(), morning.browser(which=2)
    page = words(first, "exchange_sent", file)
    assert "内容確認待ち" in page
    assert f"案件 {morning.cases[ABSENT]}" in page
    paper = re.search(
        r'papers/([^"]+)"', first.get(reverse("exchange_sent", args=[file])).content.decode()
    )
    assert paper is not None
    shown = first.get(reverse("exchange_paper", args=[file, paper[1].rstrip("/")]))
    assert shown.headers["Content-Type"] == "application/pdf"
    assert send(first, "exchange_act", file, "check") == 302
    own = first.post(reverse("exchange_act", args=[file, "release"]), {"request_id": str(uuid4())})
    assert own.status_code == 422
    assert "自分の入力を確認できません" in own.content.decode()
    answer = second.post(
        reverse("exchange_act", args=[file, "release"]), {"request_id": str(uuid4())}
    )
    found = re.search(r'id="password">([^<]+)<', answer.content.decode())
    assert found is not None
    assert len(found[1]) >= 12
    # Shown once, and nowhere else: not on the next page, not in the record.
    assert found[1] not in words(second, "exchange_sent", file)
    assert send(second, "exchange_act", file, "told", how="telephone") == 302
    now = day_of(timezone.now())
    for on, reference, answered in (
        (now, "", 422),
        (now + timedelta(days=1), "受-12", 422),
        (now, "受-12", 302),
    ):
        said = {"on": short(on), "reference": reference}
        assert send(second, "exchange_act", file, "acknowledge", **said) == answered
    assert "受領済" in words(second, "exchange_out")


def test_the_calendar_says_what_is_due_and_on_what_ground(morning: Morning) -> None:
    client = morning.browser()
    page = words(client, "exchange_calendar", since="R8.11.1", until="R8.12.31")
    assert "移転先" in page
    assert "公式の期日ではない" in page
    wrong = client.get(reverse("exchange_calendar"), {"since": "きのう"})
    assert wrong.status_code == 422


def test_only_who_examines_sees_the_exchange(morning: Morning) -> None:
    clerk = morning.browser(Role.COUNTER)
    for name in ("exchange", "exchange_in", "exchange_out", "exchange_probable"):
        assert clerk.get(reverse(name)).status_code == 403
    assert clerk.get(reverse("exchange_file", args=[morning.file])).status_code == 403


def test_a_number_that_is_none_leads_nowhere(morning: Morning) -> None:
    client = morning.browser()
    for name, parts in (
        ("exchange_file", [10**9]),
        ("exchange_sent", [10**9]),
        ("exchange_record", [morning.file, 10**9]),
    ):
        assert client.get(reverse(name, args=parts)).status_code == 404
    assert client.post(reverse("exchange_act", args=[morning.file, "dance"])).status_code == 404
    far = 10**15
    assert send(client, "exchange_act", far, "check") == 404
    assert send(client, "exchange_file_act", far, "set_aside", reason="x") == 404
    assert send(client, "exchange_record_act", far, far, "retry") == 404
    assert send(client, "exchange_settle", far, reason="x") == 404
    assert (
        client.get(reverse("exchange_file", args=[morning.file]), {"after": "x"}).status_code == 200
    )


def test_home_says_what_waits(morning: Morning) -> None:
    page = words(morning.browser(), "home")
    assert "夜間処理の後の仕事" in page
    assert "突合候補あり 2" in page
    assert "夜間処理の後の仕事" not in words(morning.browser(Role.COUNTER), "home")


def test_a_refused_file_says_where_it_is_wrong_and_shows_the_record(morning: Morning) -> None:
    client = morning.browser()
    lines = night.written("welfare_status", [STARTED, STARTED | {"notice": "N2"}], today(morning))
    file = dropped(morning, "welfare_status", b"".join(lines.splitlines(keepends=True)[:2]))
    page = words(client, "exchange_file", file)
    assert "受取拒否" in page
    assert "何も反映していません" in page
    # A record that the file has and of which nothing is wrong has no page.
    assert client.get(reverse("exchange_record", args=[file, 77])).status_code == 404
    empty = dropped(morning, "welfare_status", b"")
    assert "ファイル全体" in words(client, "exchange_file", empty)
    assert client.get(reverse("exchange_record", args=[empty, 0])).status_code == 404
    short = b"".join(each for n, each in enumerate(lines.splitlines(keepends=True)) if n != 2)
    file = dropped(morning, "welfare_status", short)
    page = words(client, "exchange_file", file)
    assert "「データ件数」: 件数が違います(実際は1件)" in page
    assert "count" not in page
    page = words(client, "exchange_record", file, 3)
    assert "データ件数 2" in page
    assert "1 33 2c 32" in page
    assert send(client, "exchange_record_act", file, 3, "retry") == 404


def test_a_file_goes_on_without_the_one_before_it(morning: Morning) -> None:
    client = morning.browser()
    on = today(morning)
    first = night.written("welfare_status", [STARTED], on)
    second = night.written("welfare_status", [STARTED | {"notice": "N3"}], on, sequence=3)
    dropped(morning, "welfare_status", first)
    file = dropped(morning, "welfare_status", second)
    page = words(client, "exchange_file", file)
    assert "通番2のファイルを送ったかを、相手(生活保護)に確かめてください" in page
    assert "後から届いても受け取りません" in page
    page = words(client, "exchange")
    assert "前の通番を待っているファイル 1件" in page
    assert "通番2のファイルを待っている" in page
    assert send(client, "exchange_file_act", file, "go_on", reason="") == 422
    assert send(client, "exchange_file_act", file, "go_on", reason="通番2は欠番") == 302
    page = words(client, "exchange_file", file)
    assert "反映中" in page
    assert "前の通番を待たずに反映へ" in page
    assert "確かめてください" not in page
    assert send(client, "exchange_file_act", file, "go_on", reason="もう一度") == 422
    assert send(client, "exchange_file_act", file, "dance", reason="x") == 404


def test_a_sealed_record_is_tried_again_under_an_opening(morning: Morning) -> None:
    on = today(morning)
    name = {"name": "礼　改", "kana": "レイ　アラタ"}
    late = residents.change("name", SHELTERED, on, notice="71", **name)
    early = residents.change(
        "correction", SHELTERED, on, notice="72", refers_to="71", refers_kind="name", **name
    )
    file = dropped(morning, "resident_changes", night.written("resident_changes", [early], on))
    dropped(morning, "resident_changes", night.written("resident_changes", [late], on, sequence=2))
    client = morning.browser()
    page = words(client, "exchange_record", file, 2)
    assert "保留" in page
    assert "アラタ" not in page
    assert send(client, "exchange_record_act", file, 2, "retry") == 422
    key = str(key_of(SHELTERED))
    purpose = {"purpose": "correction", "reason": "訂正の確認"}
    assert client.post(reverse("purpose", args=[key]), purpose).status_code == 302
    asked = client.post(reverse("opening_request", args=[key]), {"reason": "通知の再処理"})
    assert asked.status_code == 302
    (waits,) = Opening.objects.filter(person_id=SHELTERED)
    answer = {"answer": "grant", "reason": "確認した"}
    supervisor = morning.browser(Role.SUPERVISOR)
    given = supervisor.post(reverse("opening_answer", args=[waits.pk]), answer)
    assert given.status_code == 302, given.content.decode()
    assert "レイ アラタ" in words(client, "exchange_record", file, 2)
    assert send(client, "exchange_record_act", file, 2, "retry") == 302
    assert "受信したままの内容" not in words(client, "exchange_record", file, 2)


def test_a_result_of_two_protected_people_is_decided_after_opening_both(morning: Morning) -> None:
    twins, kana = (31011, 31012), "フタゴ　ノゾミ"
    on, cases = today(morning), {}
    for person in twins:
        agency.somebody(person, morning.occasion, name=f"双子　{person}", kana=kana)
        cases[person] = agency.forwarded(person, morning.occasion, received_on=on)
        protect(person, morning.occasion)
    said = agency.result(
        11, twins[0], name="双子　望", kana=kana, basic_number=None, received_on=on, decided_on=on
    )
    file = agency.send(morning.office.database, morning.occasion, said, made_on=on, sequence=2)
    client, supervisor = morning.browser(), morning.browser(Role.SUPERVISOR)

    def open_for(person: int) -> None:
        here = reverse("opening_request", args=[key_of(person)])
        why = {"purpose": "correction", "reason": "結果の突合"}
        # The purpose comes first, and leads on to what was asked for.
        stated = client.post(client.get(here)["Location"], why)
        assert stated["Location"] == here
        asked = client.post(here, {"reason": "どちらの結果か"})
        assert asked.status_code == 302
        assert "承認待ち" in words(client, "exchange_record", file, 2)
        (waits,) = Opening.objects.filter(person_id=person)
        assert (waits.purpose, waits.reason) == ("correction", "どちらの結果か")
        answer = {"answer": "grant", "reason": "確認した"}
        given = supervisor.post(reverse("opening_answer", args=[waits.pk]), answer)
        assert given.status_code == 302

    page = client.get(reverse("exchange_record", args=[file, 2])).content.decode()
    for person in twins:
        assert reverse("opening_request", args=[key_of(person)]) in page
    page = words(client, "exchange_record", file, 2)
    assert "次の人のそれぞれについて閲覧の承認を受けてください" in page
    assert "フタゴ" not in page
    open_for(twins[0])
    # It may be the other's: what came stays sealed, and cannot be decided.
    page = words(client, "exchange_record", file, 2)
    assert "承認済" in page
    assert "フタゴ" not in page
    decide = {"case": str(cases[twins[1]])}
    assert send(client, "exchange_record_act", file, 2, "decide", **decide) == 422
    open_for(twins[1])
    page = words(client, "exchange_record", file, 2)
    assert page.count("承認済") == 2
    assert "フタゴ ノゾミ" in page
    assert send(client, "exchange_record_act", file, 2, "decide", **decide) == 302
    assert agency.state(cases[twins[1]]) is State.DECIDED
    assert agency.state(cases[twins[0]]) is State.FORWARDED


def test_attachments_of_an_online_application_are_shown_at_its_case(morning: Morning) -> None:
    card, on = online.picture(), today(morning)
    said = online.application(
        person=ABSENT, applied_on=on, received_on=on, **online.listing(("a.jpg", card))
    )
    made = night.written("online_applications", [said], on)
    file = dropped(morning, "online_applications", made, attached={"a.jpg": card})
    row = models.Record.objects.get(file=file)
    assert row.case_id is not None, row.says
    client = morning.browser(Role.COUNTER)
    page = client.get(reverse("case", args=[row.case_id])).content.decode()
    assert "添付1.jpg" in page
    digest = hashlib.sha256(card).hexdigest()
    where = reverse("case_attachment", args=[row.case_id, digest])
    assert where in page
    answer = client.get(where)
    assert (answer.status_code, answer.content) == (200, card)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline; filename=")
    assert client.get(where.replace(digest, "0" * 64)).status_code == 400
    with morning.office.database.owner() as owner:
        seen = owner.execute(
            "SELECT person FROM audit_entry WHERE operation = 'interchange.attachment'"
        ).fetchall()
    assert seen == [(ABSENT,)]
    # The counter sees what came with the case; the records of the exchange are the examiner's.
    assert "連携で届いたもの" not in page
    assert "連携で届いたもの" in words(morning.browser(), "case", row.case_id)


def test_a_case_shows_its_answers_and_differences(morning: Morning) -> None:
    page = words(morning.browser(), "case", morning.cases[TOLD])
    assert "処理結果一覧" in page
    assert "日本年金機構との相違" in page
    assert "性別" in page


def test_a_paper_that_a_file_does_not_have_leads_nowhere(morning: Morning) -> None:
    client = morning.browser()
    for file in collected(morning).values():
        assert client.get(reverse("exchange_paper", args=[file, "x"])).status_code == 404


def test_papers_and_codes_are_called_as_in_the_office(morning: Morning) -> None:
    page = words(morning.browser(), "exchange_sent", collected(morning)["agency_forwarding"])
    assert "送付する届書の一覧(PDF)" in page
    assert "届書等(支援措置の対象者)(PDF)" in page
    assert "number_notice" not in page
    assert "届書等の種類(コード) 基礎年金番号通知書再交付申請" in page


@pytest.mark.parametrize("of", layouts.every(), ids=lambda of: of.code)
def test_every_code_that_goes_out_has_its_word(of: layouts.Layout) -> None:
    if of.direction is Direction.IN:
        return
    for field in of.detail.values:
        for code in field.codes.values():
            ((_, word),) = exchange_words.in_words([(field.title, code)])
            assert word != code, (field.title, code)


def test_what_changed_nothing_is_not_called_done(morning: Morning) -> None:
    client = morning.browser()
    number = number_of(morning, "probable", GUESSED)
    case = str(morning.cases[TOLD])
    assert send(client, "exchange_record_act", morning.file, number, "decide", case=case) == 302
    page = words(client, "exchange_probable")
    assert "同じ結果が登録済みです。今の操作で変わった記録はありません。" in page
    assert "この案件の結果として登録しました" not in page


def test_a_record_set_aside_by_somebody_else_is_not_said_to_be_applied(morning: Morning) -> None:
    number = number_of(morning, "probable", GUESSED)
    first, second = morning.browser(), morning.browser(which=2)
    said = {"reason": "他市の人"}
    assert send(first, "exchange_record_act", morning.file, number, "set_aside", **said) == 302
    assert send(second, "exchange_record_act", morning.file, number, "retry") == 302
    page = words(second, "exchange")
    assert "「取止め」です。他市の人" in page
    assert "もう一度反映しました" not in page


def test_the_calendar_takes_a_year_at_most_and_its_days_in_their_order(morning: Morning) -> None:
    client = morning.browser()
    for span, says in (
        ({"since": "R8.11.30", "until": "R8.11.1"}, "「この日から」より前です"),
        ({"until": "R7.1.1"}, "「この日から」より前です"),
        ({"since": "R1.5.1", "until": "R20.5.1"}, "1年分です"),
    ):
        answer = client.get(reverse("exchange_calendar"), span)
        assert (answer.status_code, says in answer.content.decode()) == (422, True), span
    words(client, "exchange_calendar", since="R8.1.1", until="R9.1.1")


def test_a_list_of_files_offers_the_states_of_its_direction(morning: Morning) -> None:
    assert sorted(sum(exchange_forms.STATES.values(), ())) == sorted(FileState)
    client = morning.browser()
    came, goes = words(client, "exchange_in"), words(client, "exchange_out")
    assert "前の通番待ち" in came
    assert "内容確認待ち" not in came
    assert "内容確認待ち" in goes
    assert "前の通番待ち" not in goes
    # What is yet to be checked, or was withdrawn, was not sent.
    assert "送るファイル・送ったファイル" in goes
    wrong = client.get(reverse("exchange_in"), {"state": "to_check"})
    assert wrong.status_code == 422


def test_older_files_are_reached_from_the_list(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kokunen.web.views.exchange._FILES", 1)
    client = morning.browser()
    torn = dropped(morning, "welfare_status", b"torn")

    def listed(**query: str) -> tuple[list[str], list[str]]:
        """Return the files of a page, and where its buttons lead."""
        page = client.get(reverse("exchange_in"), query).content.decode()
        return (
            re.findall(r'href="/exchange/in/(\d+)/"', page),
            [html.unescape(each) for each in re.findall(r'href="(\?[^"]*)"', page)],
        )

    assert listed() == ([f"{torn}"], [f"?state=&after={torn}"])
    assert listed(after=f"{torn}") == ([f"{morning.file}"], ["?state="])
    # The state that was chosen stays.
    again = dropped(morning, "welfare_status", b"torn again")
    assert listed(state="refused") == ([f"{again}"], [f"?state=refused&after={again}"])
    assert listed(state="refused", after=f"{again}") == ([f"{torn}"], ["?state=refused"])
    assert listed(after="x") == listed()
    assert "該当するファイルはありません" in words(client, "exchange_in", after="1")


def test_a_list_that_is_cut_off_says_so(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    client = morning.browser()
    pages = ("exchange_open", "exchange_probable", "exchange_differences")
    assert not any("件までを示しています" in words(client, page) for page in pages)
    monkeypatch.setattr("kokunen.web.views.exchange._LISTED", 1)
    assert all("古い順に1件までを示しています" in words(client, page) for page in pages)


def test_a_file_refused_some_nights_ago_is_not_forgotten(morning: Morning) -> None:
    client = morning.browser()
    dropped(morning, "welfare_status", b"torn")
    page = words(client, "exchange", on=short(today(morning)))
    assert "受け取れなかったファイル 1件" in page
    assert "その前の7日" not in page
    later = short(today(morning) + timedelta(days=3))
    assert "その前の7日に受け取れなかったファイル 1件" in words(client, "exchange", on=later)
    much_later = short(today(morning) + timedelta(days=9))
    assert "受け取れなかったファイル" not in words(client, "exchange", on=much_later)


def test_home_says_which_files_were_refused_and_leads_to_them(morning: Morning) -> None:
    client = morning.browser()
    assert "受け取れなかったファイル" not in words(client, "home")
    week, later = timedelta(days=7), timedelta(days=8)
    file = dropped(morning, "welfare_status", b"torn")
    home = client.get(reverse("home")).content.decode()
    (place, count) = re.findall(
        r'<a href="([^"]+)">受け取れなかったファイル</a>\s*<span class="count">(\d+)<', home
    )[0]
    assert count == "1"
    assert f'href="/exchange/in/{file}/"' in client.get(html.unescape(place)).content.decode()
    # The days are those of the page of the morning.
    for ago, stands in ((week, True), (later, False)):
        with morning.office.database.owner() as owner:
            owner.execute(
                "UPDATE interchange_file SET recorded_at = %s WHERE id = %s",
                [timezone.now() - ago, file],
            )
        assert ("受け取れなかったファイル 1" in words(client, "home")) is stands, ago
        assert ("受け取れなかったファイル 1件" in words(client, "exchange")) is stands, ago
    assert "受け取れなかったファイル" not in words(morning.browser(Role.COUNTER), "home")


def test_whoever_decides_reads_what_follows(morning: Morning) -> None:
    client = morning.browser()
    sent = words(client, "exchange_sent", collected(morning)["agency_forwarding"])
    assert "次の作成で改めて載ります" in sent
    number = number_of(morning, "unmatched")
    assert "元に戻せません" in words(client, "exchange_record", morning.file, number)


def test_a_page_asks_no_more_for_more_rows(morning: Morning) -> None:
    client = morning.browser()
    pages = ("", "in", "out", "open", "unanswered", "probable", "differences", f"in/{morning.file}")

    def asked() -> dict[str, int]:
        found = {}
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/exchange/{page}".rstrip("/") + "/").status_code == 200
            found[page] = len(queries)
        return found

    # An empty list would leave some queries out.
    dropped(morning, "welfare_status", b"torn")
    asked()
    before = asked()
    on, found = today(morning), []
    for number in range(4):
        person, kana = 32001 + number, f"ケンサ　{'アイウエ'[number]}"
        agency.somebody(person, morning.occasion, kana=kana)
        agency.forwarded(person, morning.occasion, received_on=on)
        said = {"kana": kana, "received_on": on, "decided_on": on}
        # Every other one is probable, and every other one fits and differs.
        said |= {"sex": "female"} if number % 2 else {"basic_number": None}
        found.append(agency.result(100 + number, person, **said))
        dropped(morning, "welfare_status", b"torn %d" % number)
    differ = models.Difference.objects.count()
    agency.send(morning.office.database, morning.occasion, *found, made_on=on, sequence=2)
    assert models.Difference.objects.count() == differ + 2
    assert asked() == before


def test_a_file_of_which_more_is_wrong_than_is_shown_says_so(morning: Morning) -> None:
    client = morning.browser()
    many = [STARTED | {"notice": f"N{number}"} for number in range(101)]
    made = night.written("welfare_status", many, today(morning))
    short = b"".join(made.splitlines(keepends=True)[:-2]) + made.splitlines()[-1]
    page = words(client, "exchange_file", dropped(morning, "welfare_status", short))
    assert "受取拒否" in page
    assert "最初の20か所まで" not in page
    all_ = dropped(morning, "welfare_status", made.replace(b",99999,", b",x,"))
    assert "最初の20か所まで" in words(client, "exchange_file", all_)
