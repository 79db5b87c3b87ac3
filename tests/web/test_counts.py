"""The screens of the counts: the number and its rows agree, files come out, nobody is published."""

from __future__ import annotations

import html
import random
import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from kokunen.access.domain import Role
from tests.statistics.lives import drawn, write
from tests.web import rooms

if TYPE_CHECKING:
    from tests.web.rooms import Office

LINK = re.compile(r'<a href="(/counts/rows/[^"]+)">([\d,.]+)</a>')


@pytest.fixture
def counted(rooms_of_the_office: Office) -> Office:
    rng = random.Random(3)
    with rooms_of_the_office.database.web() as web:
        write(web, rooms.PERSON, [drawn(rng) for _ in range(70)])
    return rooms_of_the_office


def test_every_number_opens_as_many_rows_as_it_says(counted: Office) -> None:
    client = counted.browser(Role.SUPERVISOR)
    shown = client.get(f"{reverse('counts')}?period=2026").content.decode()
    links = LINK.findall(shown)
    assert len(links) > 20
    for link, number in links[::4]:
        page = client.get(html.unescape(link)).content.decode()
        assert f"{number}件" in page, link
    assert rooms.NAMED in client.get(html.unescape(links[0][0])).content.decode()
    assert [entry for entry in counted.entries() if entry[1] == "statistics.rows"]


def test_a_month_is_shown_by_itself(counted: Office) -> None:
    client = counted.browser(Role.EXAMINER)
    assert client.get(reverse("counts")).status_code == 200
    page = client.get(f"{reverse('counts')}?period=2026-06").content.decode()
    assert "統計 2026年6月" in page
    assert "公表用を見る" not in page
    for wrong in ("2026-13", "june", "12026"):
        answer = client.get(f"{reverse('counts')}?period={wrong}")
        assert answer.status_code == 400


def test_the_published_tables_have_no_small_number_and_no_rows(counted: Office) -> None:
    client = counted.browser(Role.SUPERVISOR)
    shown = client.get(f"{reverse('counts')}?period=2026&public=1").content.decode()
    assert "公表用" in shown
    assert LINK.findall(shown) == []
    assert "×" in shown
    refused = client.get(f"{reverse('counts')}?period=2026-06&public=1")
    assert refused.status_code == 400
    assert "引き算" in refused.content.decode()
    file = client.get(f"{reverse('counts_file', args=['csv'])}?period=2026&public=1")
    assert "×".encode() in file.content


def test_the_files_come_out_and_are_recorded(counted: Office) -> None:
    client = counted.browser(Role.SUPERVISOR)
    for form, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = client.get(f"{reverse('counts_file', args=[form])}?period=2026")
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert f"kokunen-2026.{form}" in answer["Content-Disposition"]
    assert client.get(f"{reverse('counts_file', args=['pdf'])}?period=2026").status_code == 404
    chart = client.get(f"{reverse('counts_chart', args=['channels'])}?period=2026")
    assert chart["Content-Type"] == "image/svg+xml"
    assert chart.content.startswith(b"<svg")
    assert client.get(f"{reverse('counts_chart', args=['pie'])}?period=2026").status_code == 404
    exported = [entry[4] for entry in counted.entries() if entry[0] == "export"]
    assert exported == ["csv 2026-04-01/2027-04-01", "xlsx 2026-04-01/2027-04-01"]


def test_an_auditor_counts_and_sees_nobody(counted: Office) -> None:
    client = counted.browser(Role.AUDITOR)
    page = client.get(f"{reverse('counts_rows')}?period=2026&count=receipts").content.decode()
    assert "件" in page
    assert rooms.NAMED not in page
    assert "この役割には表示しない" in page


def test_the_counter_does_not_count(counted: Office) -> None:
    client = counted.browser(Role.COUNTER)
    assert client.get(reverse("counts")).status_code == 403
    assert client.get(f"{reverse('counts_rows')}?count=receipts").status_code == 403


def test_a_number_that_is_not_counted_is_refused(counted: Office) -> None:
    client = counted.browser(Role.SUPERVISOR)
    assert client.get(f"{reverse('counts_rows')}?count=people").status_code == 400
    empty = client.get(f"{reverse('counts_rows')}?count=exempt&period=2026").content.decode()
    assert "この数に入るものはありません" in empty


@pytest.mark.parametrize(
    "query",
    [
        "period=0001-01",
        "period=0000",
        "period=9999",
        "period=９９９９-１２",
        "period=%00",
        "period=2026&filing=%00&count=receipts",
        "period=2026&branch=%FF&count=receipts",
        "count=exempt&band=x'--",
    ],
)
def test_an_odd_address_is_answered_and_never_a_fault(
    rooms_of_the_office: Office, query: str
) -> None:
    client = rooms_of_the_office.browser(Role.SUPERVISOR)
    for name in ("counts", "counts_rows"):
        assert client.get(f"{reverse(name)}?{query}").status_code in {200, 400}
