"""Wherever somebody is, the navigation says so: on each page of an area."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from kokunen.access.domain import Permission, Role
from kokunen.web import navigation
from kokunen.web.routes import ROUTES, Route

if TYPE_CHECKING:
    from tests.web.rooms import Office

EVERY = frozenset(Permission)
NOWHERE = {"keys"}
"""Pages for whoever has signed in that are below no other."""


def marked(name: str) -> dict[str, str]:
    return {each.label: each.current for each in navigation.main(name, EVERY) if each.current}


def marked_beside(name: str) -> dict[str, str]:
    found = navigation.beside(name, EVERY)
    assert found is not None
    return {each.label: each.current for each in found.items if each.current}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("home", {"ホーム": "page"}),
        ("cases", {"案件": "page"}),
        ("case", {"案件": "true"}),
        ("case_step", {"案件": "true"}),
        ("candidates", {"案件": "true"}),
        ("ledger", {"案件": "true"}),
        ("forwarding", {"案件": "true"}),
        ("results", {"案件": "true"}),
        ("person", {"探す": "true"}),
        ("receive", {"探す": "true"}),
        ("enquiry", {"照会": "true"}),
        ("enquiry_ask", {"照会": "true"}),
        ("guidance_person", {"案内": "true"}),
        ("protection_register", {"支援措置": "true"}),
        ("exchange", {"連携": "page"}),
        ("exchange_record", {"連携": "true"}),
        ("staff_one", {"職員": "true"}),
        ("staff_stale", {"見直す職員番号": "page"}),
        ("record_disclosure", {"操作の記録": "true"}),
        ("record_review", {"記録の点検": "page"}),
        ("counts_rows", {"統計": "true"}),
        ("keys", {}),
        ("", {}),
        ("api:person", {}),
    ],
)
def test_the_area_of_a_page_is_marked(name: str, says: dict[str, str]) -> None:
    assert marked(name) == says


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("exchange", {"夜間の結果": "page"}),
        ("exchange_file", {"受信": "true"}),
        ("exchange_record", {"受信": "true"}),
        ("exchange_sent", {"送信": "true"}),
        ("exchange_probable", {"突合の候補": "page"}),
        ("exchange_settle", {"相違": "true"}),
        ("record_review", {"点検": "page"}),
    ],
)
def test_the_page_beside_is_marked(name: str, says: dict[str, str]) -> None:
    assert marked_beside(name) == says


def test_most_areas_have_no_pages_beside_each_other() -> None:
    assert navigation.beside("case", EVERY) is None
    assert navigation.beside("", EVERY) is None


def test_nothing_is_offered_that_would_be_refused() -> None:
    found = navigation.beside("record", {Permission.READ_RECORD})
    assert found is not None
    assert [each.label for each in found.items] == ["操作の記録", "本人への一覧"]
    assert [each.label for each in navigation.main("", set())] == ["ホーム"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_whoever_needs_a_right_stands_in_an_area(route: Route) -> None:
    if isinstance(route.needs, Permission) and route.name not in NOWHERE:
        assert len(marked(route.name)) == 1, route.path


def test_the_page_says_where_one_is(rooms_of_the_office: Office) -> None:
    page = rooms_of_the_office.browser(Role.EXAMINER).get(reverse("exchange_in")).content.decode()
    current = re.findall(r'aria-current="(\w+)"[^>]*>\s*([^<\s]+)', page)
    assert current == [("true", "連携"), ("page", "受信")]
