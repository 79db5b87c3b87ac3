"""The list of whoever is exempt by law and has filed nothing: from its line to the case."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from kokunen.access.domain import Role
from kokunen.access.models import Staff
from kokunen.audit.domain import Occasion
from kokunen.interchange import folders
from kokunen.people.codes import Residency
from kokunen.people.queries import key_of
from kokunen.postgres.roles import Role as DatabaseRole
from tests.exemption.desk import MOTHER, WIFE
from tests.interchange.rooms import arrive
from tests.interchange.test_welfare import LAYOUT, notice
from tests.interchange.test_welfare_waiting import AID, employed, out_of_work
from tests.people.protected import protect
from tests.web.rooms import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.web.rooms import Office

FATHER = 20005
EXAMINER = number_of(Role.EXAMINER)


def words(answer: Answer) -> str:
    return answer.content.decode()


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    with override_settings(KOKUNEN_OFFICE={"municipality_code": folders.INVENTED_CITY}):
        yield


@pytest.mark.usefixtures("city")
def test_a_clerk_makes_the_case_from_the_list(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    program = Occasion(
        at=timezone.now(), staff=None, staff_number="t", department="pension", terminal="t"
    ).because(purpose="reception", reason="届出")
    employed(program)
    employed(program, MOTHER, household=99001, residency=Residency.FOREIGN)
    employed(program, FATHER, household=99002)
    protect(FATHER, replace(program, staff=Staff.objects.get(staff_number=EXAMINER).pk))
    with office.database.django_as(DatabaseRole.BATCH):
        notices = [notice(f"H-{person}", person=person, **AID) for person in (WIFE, MOTHER, FATHER)]
        arrive(LAYOUT, notices, program, made_on=timezone.localdate())
    clerk, where = office.browser(Role.COUNTER), reverse("candidates", args=["statutory"])
    assert "今は該当する人はいません" in words(clerk.get(where))
    for person in (WIFE, MOTHER, FATHER):
        out_of_work(program, person)
    page = words(clerk.get(where))
    assert "法定免除に当たり届出のない人" in page
    assert "令和8年4月1日から生活扶助。令和8年8月1日に第1号になった(法89条1項2号・規則75条)" in page
    # Whoever is foreign applies: the list leads to the form.
    assert reverse("receive_one", args=[key_of(MOTHER), "exemption"]) in page
    assert re.findall(r'name="person" value="(\d+)"', page) == [str(WIFE), str(FATHER)]
    sent = {"person": str(WIFE), "request_id": str(uuid4())}
    made = clerk.post(where, sent)
    assert made.status_code == 302, words(made)
    assert clerk.post(where, sent)["Location"] == made["Location"]  # pressed twice: the same case
    assert clerk.post(where, sent | {"request_id": str(uuid4())}).status_code == 404
    assert clerk.post(where, sent | {"person": str(MOTHER)}).status_code == 404
    sealed = clerk.post(where, sent | {"person": str(FATHER)})
    assert sealed.status_code == 422
    assert "支援措置" in words(sealed)
    assert re.findall(r'name="person" value="(\d+)"', words(sealed)) == [str(FATHER)]
