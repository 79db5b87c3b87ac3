"""Role by address by field: every cell is asserted against a table that is written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from kokunen.access import domain
from kokunen.access.domain import Field, Role
from kokunen.web.routes import API, ROUTES, Gate
from tests.matrix import expecting, marked, walking
from tests.matrix.asks import ASKS, LINES, Place, text
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Callable

Walked = "Callable[[Role], tuple[walking.Step, ...]]"
ROLES = [
    pytest.param(role, id=role.value, marks=pytest.mark.xdist_group(f"matrix-{number % 2}"))
    for number, role in enumerate(Role)
]
FEWEST_CELLS = 50_000


@pytest.mark.parametrize("role", ROLES)
def test_every_cell_is_as_the_table_says(
    role: Role, walked: Callable[[Role], tuple[walking.Step, ...]]
) -> None:
    steps = walked(role)
    print(f"{role.value}: {len(steps)} requests, {len(expecting.cells(steps))} cells")  # noqa: T201 - the figure that the report asks for
    assert "\n".join(expecting.differences(steps)) == ""


@pytest.mark.parametrize("role", ROLES)
def test_who_lacks_the_permission_is_refused_and_the_refusal_recorded(
    role: Role, walked: Callable[[Role], tuple[walking.Step, ...]]
) -> None:
    refused = expecting.table()[role].refused
    for step in walked(role):
        recorded = [line for line in step.lines if line.outcome == "not_permitted"]
        if step.ask.name not in refused:
            assert step.status != 403 or step.ask.name == "error:no_token", step.where
            assert recorded == [], step.where
            continue
        assert step.status == 403, step.where
        route = step.ask.route
        operation = route.replace(":", ".") if route.startswith("api:") else f"web.{route}"
        assert recorded, step.where
        line = recorded[-1]
        assert (line.act, line.operation) == ("refuse", operation), step.where
        assert line.shown == frozenset()
        assert (line.staff_number, line.terminal) == (rooms.number_of(role), "窓口1")
        assert line.department


def test_the_table_speaks_of_every_role_address_and_request() -> None:
    names = {ask.name for ask in ASKS}
    assert len(names) == len(ASKS)
    assert set(expecting.table()) == set(Role)
    for role, given in expecting.table().items():
        assert given.asks == names, role
        assert not given.refused & (given.nothing | given.shown.keys()), role
        assert not given.nothing & given.shown.keys(), role
    asked = {ask.route for ask in ASKS if ask.route}
    assert asked == {route.name for route in (*ROUTES, *API)}


def test_how_many_cells_there_are() -> None:
    states = {
        role: sum(1 if not ask.personal else 3 if Role(role) in _OPENERS else 2 for ask in ASKS)
        for role in Role
    }
    count = sum(states.values()) * len(marked.PEOPLE) * len(Field)
    print(f"{sum(states.values())} requests, {count} cells")  # noqa: T201 - as above
    assert count >= FEWEST_CELLS


_OPENERS = {role for role in Role if domain.Permission.REQUEST_OPENING in domain.may([role])}


@pytest.mark.parametrize(
    ("role", "field"), [(Role.REGISTER, Field.SEX), (Role.HEALTH, Field.CLAIM)]
)
def test_a_role_that_sees_more_than_the_table_says_is_found(
    role: Role, field: Field, seeded: marked.Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    wider = {**domain.SEES, role: domain.SEES[role] | {field}}
    monkeypatch.setattr(domain, "SEES", wider)
    asks = [ask for ask in ASKS if ask.name in {"person", "history:claim", "history:identity"}]
    found = expecting.differences(walking.walk(seeded, role, asks=asks))
    assert f"{role.value} person ordinary: {field.value} of the ordinary person is shown" in found


def test_a_role_that_sees_less_than_the_table_says_is_found(
    seeded: marked.Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {**domain.SEES, Role.REGISTER: domain.SEES[Role.REGISTER] - {Field.BASIC_NUMBER}}
    monkeypatch.setattr(domain, "SEES", fewer)
    asks = [ask for ask in ASKS if ask.name == "person"]
    found = expecting.differences(walking.walk(seeded, Role.REGISTER, asks=asks))
    assert "register person ordinary: basic_number of the ordinary person is missing" in found


def test_who_has_not_signed_in_is_shown_nothing(seeded: marked.Seeded) -> None:
    place = Place(client=Client(REMOTE_ADDR=rooms.HERE), seeded=seeded)
    open_to_all = {route.name for route in ROUTES if route.needs is Gate.ANYONE}
    for ask in ASKS:
        for who in marked.PEOPLE if ask.personal else ("ordinary",):
            response = ask.do(Place(client=place.client, seeded=seeded, who=who))
            where = f"{ask.name} {who} {response.status_code}"
            nothing = dict.fromkeys(marked.PEOPLE, frozenset[Field]())
            assert marked.found(text(response), lists_protected=True) == nothing, where
            if ask.route in open_to_all:
                continue
            if response.status_code == 302:
                assert response.headers["Location"].startswith("/sign-in/"), where
            elif "HX-Redirect" in response.headers:
                assert response.headers["HX-Redirect"].startswith("/sign-in/"), where
            else:
                assert response.status_code in {401, 403, 404, 405}, where
                assert response.status_code not in {404, 405} or ask.name in _WRONG, where


_WRONG = {"error:no_path", "error:api_no_path", "error:method", "error:api_method"}


def test_no_response_shows_a_field_before_the_second_factor(seeded: marked.Seeded) -> None:
    number = rooms.number_of(Role.EXAMINER)
    client = Client(REMOTE_ADDR=rooms.HERE)
    client.post("/sign-in/", {"login": number, "password": rooms.PASSWORD})
    for name in ("person", "api:person", "history:name", "search:number", "api:search:number"):
        (ask,) = (each for each in ASKS if each.name == name)
        response = ask.do(Place(client=client, seeded=seeded))
        assert not any(marked.found(text(response)).values()), name
        assert response.status_code in {302, 401} or "HX-Redirect" in response.headers, name


def test_every_marker_can_be_found() -> None:
    assert set(LINES) >= {ask.route for ask in ASKS if ask.route}
    for field in Field:
        shown = {
            who
            for given in expecting.table().values()
            for states in given.shown.values()
            for state, fields in states.items()
            for who in ("ordinary" if state == "ordinary" else "shielded",)
            if field in fields
        }
        assert shown == set(marked.PEOPLE), field
