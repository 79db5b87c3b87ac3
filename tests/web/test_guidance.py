"""The screen of the guidance, with a person open and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from kokunen.access.domain import Role
from kokunen.guidance.questions import Event
from tests.web import rooms

if TYPE_CHECKING:
    from tests.web.rooms import Office


@pytest.mark.parametrize("event", [Event.LEFT_JOB, Event.DEATH, Event.VIOLENCE, Event.OTHER])
def test_without_a_person_everything_is_asked(rooms_of_the_office: Office, event: Event) -> None:
    client = rooms_of_the_office.browser(Role.COUNTER)
    assert "何がありましたか" in client.get(reverse("guidance")).content.decode()
    shown = client.post(reverse("guidance"), {"event": event.value, "on": ""})
    assert shown.status_code == 200
    assert f"「{event.label}」のときにすること" in shown.content.decode()
    assert "この人の" not in shown.content.decode()


def test_each_event_has_its_page(rooms_of_the_office: Office) -> None:
    client = rooms_of_the_office.browser(Role.COUNTER)
    for event in Event:
        shown = client.post(reverse("guidance"), {"event": event.value, "on": "R8.11.9"})
        assert shown.status_code == 200, event
        assert 'class="card"' in shown.content.decode()


def test_with_a_person_what_the_register_knows_is_not_asked(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    where = reverse("guidance_person", args=[office.person])
    assert client.get(where)["Location"] == reverse("purpose", args=[office.person])
    client.post(reverse("purpose", args=[office.person]), {"purpose": "consultation"})
    shown = client.post(
        where, {"event": "cannot_pay", "on": "R8.11.9", "student": "no", "exempt": "none"}
    ).content.decode()
    # 36 years old, category 1, head of the household: of the register, each with its source.
    assert "台帳で分かったこと" in shown
    assert "20歳から59歳" in shown
    assert "住民基本台帳" in shown
    assert 'name="age"' not in shown
    assert 'name="category"' not in shown
    assert 'name="student"' in shown
    assert reverse("receive_one", args=[office.person, "exemption"]) in shown
    assert "本人(世帯主)と配偶者" in shown
    assert rooms.NAMED not in shown
    told = [entry for entry in office.entries() if entry[1] == "guidance.known"]
    assert told == [("read", "guidance.known", "COUNTE1", rooms.PERSON, "")]


def test_what_is_sealed_is_asked_instead(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    client.post(reverse("purpose", args=[office.shielded]), {"purpose": "consultation"})
    shown = client.post(
        reverse("guidance_person", args=[office.shielded]), {"event": "cannot_pay", "on": ""}
    ).content.decode()
    assert 'name="head"' in shown
    assert 'name="age"' not in shown


def test_an_event_that_is_none_is_refused(rooms_of_the_office: Office) -> None:
    client = rooms_of_the_office.browser(Role.COUNTER)
    answer = client.post(reverse("guidance"), {"event": "won_the_lottery", "on": ""})
    assert answer.status_code == 422
    wrong = client.post(reverse("guidance"), {"event": "birth", "on": "昭和64.2.1"})
    assert wrong.status_code == 422
