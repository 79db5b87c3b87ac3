"""A transfer of the desk, over the real platform, into the hands of the room it is for."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from kokunen.audit.domain import Occasion
from kokunen.interchange import models
from kokunen.interchange.domain import FileState
from kokunen.interchange.outbox import making
from kokunen.postgres.roles import Role
from kokunen.sites import platform
from tests.interchange.outgoing import state
from tests.people.register import register

if TYPE_CHECKING:
    from pathlib import Path

    from tests.linkage.city import City

FIRST = date(2026, 12, 1)


@pytest.mark.parametrize("said", ["host", ":1", "host:", "host:x", "host:0", "host:65536"])
def test_a_place_that_is_none_is_refused_before_the_night(said: str) -> None:
    with pytest.raises(platform.UnableToNamePlatform):
        platform.reaching({"linkage": said})


def test_a_monthly_transfer_is_handed_over_and_has_its_receipt(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOKUNEN_EXCHANGE", str(tmp_path / "exchange"))
    program = Occasion(
        at=datetime(2026, 12, 1, 13, tzinfo=UTC),
        staff=None,
        staff_number="kokunen nightly",
        department="PENSION",
        terminal="",
        purpose="other_office",
        reason="月次の移転",
    )
    office = {"municipality_code": "999990", "linkage": f"127.0.0.1:{city.port}"}
    with (
        city.database.django_as(Role.BATCH),
        override_settings(KOKUNEN_OFFICE=office, KOKUNEN_PLATFORM=platform.reaching(office)),
    ):
        register(32001, program)
        made = making.collect(on=FIRST, occasion=program)
        files = models.File.objects.filter(pk__in=made)
        welfare = {row.request_id: row for row in files if row.layout == "transfer_welfare"}
        assert {state(row.pk) for row in welfare.values()} == {FileState.RECEIVED}
        # With whom nothing was agreed gets nothing, and the file stays where it is.
        children = [row.pk for row in files if row.layout == "transfer_children"]
        assert {state(file) for file in children} == {FileState.TO_SEND}
    at = city.system("welfare")
    waiting = at.waiting()
    assert {each.file_id for each in waiting} == set(welfare)
    assert {(each.sender, each.layout) for each in waiting} == {("pension", "transfer_welfare")}
    for each in waiting:
        into = tmp_path / f"{each.file_id}.csv"
        digest = welfare[each.file_id].digest
        assert at.collect(file_id=each.file_id, into=into) == digest
        assert hashlib.sha256(into.read_bytes()).hexdigest() == digest
        assert at.acknowledge(file_id=each.file_id, digest=digest)
    assert at.waiting() == ()
