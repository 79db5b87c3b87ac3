"""The screens of the enquiries: asked at a branch, answered at headquarters, read at the branch."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.urls import reverse

from kokunen.access.domain import Role
from kokunen.web.views.enquiries import POLLS
from tests.web import rooms

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from tests.web.rooms import Office

WORDS = "平成31年3月の資格を確かめたい"


def ask(client: Client, key: UUID, **more: str) -> int:
    client.post(reverse("purpose", args=[key]), {"purpose": "consultation"})
    given = {"matter": "enrolment", "urgency": "waiting", "text": WORDS, "request_id": str(uuid4())}
    answer = client.post(reverse("enquiry_ask", args=[key]), given | more)
    assert answer.status_code == 302
    return int(answer["Location"].strip("/").split("/")[-1])


def step(client: Client, enquiry: int, name: str, kind: str, expected: int, **more: str) -> int:
    given = {"expected": str(expected), "request_id": str(uuid4())}
    return client.post(reverse(name, args=[enquiry, kind]), given | more).status_code


def test_a_question_and_its_answer(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    branch, hq = office.browser(Role.COUNTER), office.browser(Role.EXAMINER)
    form = branch.get(reverse("enquiry_ask", args=[office.person]))
    assert form["Location"] == reverse("purpose", args=[office.person])
    number = ask(branch, office.person)
    asked = branch.get(reverse("enquiry", args=[number])).content.decode()
    assert WORDS in asked
    assert "担当待ち" in asked
    assert "担当する" not in asked  # not the own question
    assert f"照会{number}" in hq.get(reverse("enquiries")).content.decode()
    assert "回答する" not in hq.get(reverse("enquiry", args=[number])).content.decode()
    assert step(hq, number, "enquiry_answer", "taken", 1) == 302
    # Whoever takes it has the person open for the purpose that the asker stated.
    assert hq.get(reverse("person", args=[office.person])).status_code == 200
    refused = hq.post(
        reverse("enquiry_answer", args=[number, "answered"]),
        {"expected": "2", "request_id": str(uuid4()), "answer": "different", "text": ""},
    )
    assert refused.status_code == 422
    assert "窓口で住民に説明できません" in refused.content.decode()
    assert (
        step(hq, number, "enquiry_answer", "answered", 2, answer="different", text="4月からです")
        == 302
    )
    read = branch.get(reverse("enquiry", args=[number])).content.decode()
    assert "照会と違う" in read
    assert "4月からです" in read
    assert step(branch, number, "enquiry_close", "read", 3) == 302
    assert "自分が照会したものはありません" in branch.get(reverse("enquiries")).content.decode()


def test_the_state_is_asked_again_and_again_and_shows_nobody(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    branch, hq = office.browser(Role.COUNTER), office.browser(Role.EXAMINER)
    number = ask(branch, office.person)
    page = branch.get(reverse("enquiry", args=[number])).content.decode()
    clock = reverse("enquiry_clock", args=[number])
    assert f'hx-get="{clock}?asked=0"' in page
    before = len(office.entries())
    part = branch.get(f"{clock}?asked=0").content.decode()
    assert f'hx-get="{clock}?asked=1"' in part
    assert rooms.NAMED not in part
    assert WORDS not in part
    assert len(office.entries()) == before
    # A screen left alone stops asking, so that it signs off.
    assert "hx-get" not in branch.get(f"{clock}?asked={POLLS}").content.decode()
    assert "hx-get" not in branch.get(f"{clock}?asked=x").content.decode()
    step(hq, number, "enquiry_answer", "taken", 1)
    step(hq, number, "enquiry_answer", "answered", 2, answer="as_stated")
    part = branch.get(f"{clock}?asked=1").content.decode()
    assert "回答を見る" in part
    assert "hx-get" not in part


def test_a_clerk_sees_no_question_of_others(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    number = ask(office.browser(Role.COUNTER), office.person)
    other = office.browser(Role.COUNTER, which=2)
    for name in ("enquiry", "enquiry_clock"):
        assert other.get(reverse(name, args=[number])).status_code == 403
    assert step(other, number, "enquiry_close", "withdrawn", 1) == 403
    assert step(other, number, "enquiry_answer", "taken", 1) == 403
    assert f"照会{number}" not in other.get(reverse("enquiries")).content.decode()
    assert ("refuse", "web.enquiry", "COUNTE2", None, "not_permitted") in office.entries()


def test_two_take_one_and_the_second_is_told(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    number = ask(office.browser(Role.COUNTER), office.person)
    first, second = office.browser(Role.EXAMINER), office.browser(Role.EXAMINER, which=2)
    assert step(first, number, "enquiry_answer", "taken", 1) == 302
    refused = second.post(
        reverse("enquiry_answer", args=[number, "taken"]),
        {"expected": "1", "request_id": str(uuid4())},
    )
    assert refused.status_code == 422
    assert "別の職員が処理しました" in refused.content.decode()


def test_the_text_about_a_protected_person_is_not_shown(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    branch = office.browser(Role.COUNTER)
    number = ask(branch, office.shielded)
    shown = branch.get(reverse("enquiry", args=[number])).content.decode()
    assert WORDS not in shown
    assert "支援措置のため非表示" in shown
    hq = office.browser(Role.EXAMINER, which=2)
    assert WORDS not in hq.get(reverse("enquiry", args=[number])).content.decode()


def test_what_is_missing_is_said_beside_its_field(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    branch = office.browser(Role.COUNTER)
    branch.post(reverse("purpose", args=[office.person]), {"purpose": "consultation"})
    where = reverse("enquiry_ask", args=[office.person])
    given = {"matter": "other", "urgency": "again", "text": "", "request_id": str(uuid4())}
    answer = branch.post(where, given)
    assert answer.status_code == 422
    assert "確かめたいことを本文に書いてください" in answer.content.decode()
    assert branch.post(where, given | {"matter": "nothing"}).status_code == 422
    number = ask(branch, office.person)
    hq = office.browser(Role.EXAMINER)
    assert step(hq, number, "enquiry_answer", "burnt", 1) == 404
    assert step(hq, number, "enquiry_answer", "read", 1) == 404
    assert hq.post(reverse("enquiry_answer", args=[number, "taken"]), {}).status_code == 422


def test_an_odd_number_is_no_enquiry(rooms_of_the_office: Office) -> None:
    client = rooms_of_the_office.browser(Role.EXAMINER)
    for number in (0, 999, 2**70):
        assert client.get(reverse("enquiry", args=[number])).status_code in {400, 404}
        assert client.get(reverse("enquiry_clock", args=[number])).status_code in {400, 404}
    number = ask(client, rooms_of_the_office.person)
    for asked in ("²", "-1", "9" * 5000):
        part = client.get(f"{reverse('enquiry_clock', args=[number])}?asked={asked}")
        assert part.status_code == 200
