"""Every address stands in the one table, and nobody passes its gate without the right."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

import kokunen.web
from kokunen.access.domain import Permission
from kokunen.dates.errors import Refusal
from kokunen.web.routes import API, ROUTES, Gate, Route
from kokunen.web.views import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

WEB = Path(kokunen.web.__file__).parent
API_ROOT = "api/v1/"


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        # ninja converts keys itself, and says so in its own word.
        path = before + str(each.pattern).replace("<uuidstr:", "<uuid:")
        if isinstance(each, URLResolver):
            yield from addresses(each, path)
        elif isinstance(each, URLPattern):
            yield path, each.name or ""


def test_no_address_exists_without_a_line_in_the_table() -> None:
    known = {route.path for route in (*ROUTES, *API)} | {API_ROOT}
    assert {path for path, _ in addresses(get_resolver())} == known


def test_the_names_are_those_of_the_table() -> None:
    served = {name for _, name in addresses(get_resolver())}
    assert {route.name.removeprefix("api:") for route in (*ROUTES, *API)} | {"api-root"} == served


def test_names_and_paths_are_given_once() -> None:
    every = (*ROUTES, *API)
    assert len({route.name for route in every}) == len(every)
    assert len({route.path for route in every}) == len(every)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_the_view_of_each_line_can_be_called(route: Route) -> None:
    assert callable(import_string(route.view))


def test_whatever_shows_a_person_needs_a_permission() -> None:
    shown = [route for route in (*ROUTES, *API) if route.person]
    assert shown
    assert all(isinstance(route.needs, Permission) for route in shown)


def test_only_the_entrance_is_open_to_anyone() -> None:
    assert {route.name for route in ROUTES if route.needs is Gate.ANYONE} == {
        "health_live",
        "health_ready",
        "account_login",
        "account_logout",
        "account_inactive",
        "mfa_authenticate",
        "ended",
    }


def test_no_address_carries_the_number_of_a_person() -> None:
    assert not [route.path for route in (*ROUTES, *API) if "int:person" in route.path]
    assert not [route.path for route in (*ROUTES, *API) if "str:" in route.path]


def test_every_operation_for_programs_asks_for_its_line() -> None:
    tree = ast.parse((WEB / "api.py").read_text(encoding="utf-8"))
    asked = {
        node.args[1].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_gate"
        and isinstance(node.args[1], ast.Constant)
    }
    assert asked == {route.name for route in API if isinstance(route.needs, Permission)}


def test_every_status_belongs_to_a_refusal_that_exists() -> None:
    def below(kind: type[Refusal]) -> set[type[Refusal]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    assert get_resolver().url_patterns  # every view, and with it what it may be refused
    assert set(errors._STATUS) <= {kind.code for kind in below(Refusal)}
