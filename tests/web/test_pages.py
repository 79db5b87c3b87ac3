"""Each page for each role: who passes, what the headers say, what is recorded, what is masked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kokunen.access.domain import MAY, Permission, Role
from kokunen.web.routes import API, ROUTES, Gate, Route
from tests.web import rooms
from tests.web.rooms import NAMED, PERSON, SHIELDED, STREET, TELEPHONE

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.web.rooms import Office

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
NOWHERE = uuid4()


def parts(route: Route, office: Office) -> dict[str, object]:
    """Fill the parts of an address, so that the page of it can be asked for."""
    every: dict[str, object] = {
        "key": office.person,
        "group": "address",
        "what": "address",
        "row": 1,
        "entry": NOWHERE,
        "opening": NOWHERE,
        "measure": NOWHERE,
        "step": "renew" if "slug:step" in route.path else NOWHERE,
        "staff": 1,
        "act": "unlock",
        "case": 999,
        "filing": "exemption",
        "form": "filing",
        "name": "age_20",
        "enquiry": 999,
        "table": "nothing",
        "digest": "0" * 64,
        "file": 999,
        "number": 2,
        "difference": 999,
    }
    return {name: every[name] for name in re.findall(r"<\w+:(\w+)>", route.path)}


def address(route: Route, office: Office) -> str:
    return reverse(route.name, kwargs=parts(route, office))


def state(client: Client, key: UUID) -> None:
    answer = client.post(reverse("purpose", args=[key]), {"purpose": "consultation"})
    assert answer["Location"] == reverse("person", args=[key])


def ask(client: Client, route: Route, office: Office) -> Answer:
    if route.methods[0] == "GET":
        return client.get(address(route, office))
    return client.post(address(route, office), {}, content_type="application/json")


def sent(client: Client, where: str, what: dict[str, str] | str) -> Answer:
    return client.post(where, what, content_type="application/json")


def holds_the_headers(answer: Answer) -> None:
    assert set(answer["Content-Security-Policy"].split("; ")) == CSP
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_its_pages_and_no_others(rooms_of_the_office: Office, role: Role) -> None:
    office = rooms_of_the_office
    client = office.browser(role)
    if Permission.OPEN_PERSON in MAY[role]:
        state(client, office.person)
    for route in (*ROUTES, *API):
        if not isinstance(route.needs, Permission):
            continue
        before = len(office.entries("act = 'refuse' AND outcome = 'not_permitted'"))
        answer = ask(client, route, office)
        refused = office.entries("act = 'refuse' AND outcome = 'not_permitted'")
        holds_the_headers(answer)
        if route.needs in MAY[role]:
            assert answer.status_code < 500, route.name
            assert len(refused) == before, route.name
        elif route.name.startswith("api:") and answer.status_code == 422:
            assert len(refused) == before, route.name  # nothing was asked yet
        else:
            assert answer.status_code == 403, route.name
            assert len(refused) == before + 1, route.name
            assert refused[-1][1] == route.name.replace(":", ".") or refused[-1][1] == (
                f"web.{route.name}"
            )


def test_nobody_sees_a_role_or_a_person_before_the_sign_in(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = Client(REMOTE_ADDR=rooms.HERE)
    for route in (*ROUTES, *API):
        if route.needs is Gate.ANYONE:
            continue
        answer = ask(client, route, office)
        holds_the_headers(answer)
        if route.name.startswith("api:"):
            assert answer.status_code == 401, route.name
        else:
            assert answer.status_code == 302, route.name
            assert answer["Location"].startswith(reverse("account_login")), route.name
    page = client.get(reverse("account_login")).content.decode()
    assert "窓口1" not in page
    assert 'class="nav"' not in page


def test_the_purpose_comes_before_the_person(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    page = reverse("person", args=[office.person])
    assert client.get(page)["Location"] == reverse("purpose", args=[office.person])
    asked = client.get(reverse("purpose", args=[office.person]))
    assert NAMED not in asked.content.decode()
    without = client.post(reverse("purpose", args=[office.person]), {"purpose": "exemption"})
    assert without.status_code == 422
    assert "案件番号が必要です" in without.content.decode()
    state(client, office.person)
    shown = client.get(page).content.decode()
    assert NAMED in shown
    assert STREET in shown
    assert "受付はまだありません" in shown
    assert "法7条1項1号" in shown
    assert office.entries(f"person = {PERSON} AND operation = 'people.person_page'")


def test_every_page_that_shows_the_person_leaves_a_record(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.SUPERVISOR)
    state(client, office.person)
    for name, kwargs in (
        ("person", {}),
        ("history", {"group": "address"}),
        ("protection_register", {}),
    ):
        before = len(office.entries(f"person = {PERSON}"))
        assert client.get(reverse(name, kwargs={"key": office.person, **kwargs})).status_code == 200
        assert len(office.entries(f"person = {PERSON}")) > before, name
    before = len(office.entries(f"person = {PERSON} AND operation = 'people.find'"))
    found = client.post(reverse("search"), {"text": str(PERSON), "purpose": "telephone"})
    assert NAMED in found.content.decode()
    assert len(office.entries(f"person = {PERSON} AND operation = 'people.find'")) == before + 1


def test_a_protected_person_is_masked_until_a_second_one_opens(
    rooms_of_the_office: Office,
) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    key = office.shielded
    hits = client.post(reverse("search"), {"text": str(SHIELDED), "purpose": "reception"})
    assert STREET not in hits.content.decode()
    assert "支援措置" in hits.content.decode()
    state(client, key)
    page = reverse("person", args=[key])
    for where in (page, reverse("history", args=[key, "address"])):
        text = client.get(where).content.decode()
        assert STREET not in text
        assert TELEPHONE not in text
        assert "支援措置のため非表示" in text
    asked = client.post(reverse("opening_request", args=[key]), {"reason": "本人が来庁"})
    assert asked.status_code == 302
    assert STREET not in client.get(page).content.decode()
    second = office.browser(Role.SUPERVISOR)
    listed = second.get(reverse("openings")).content.decode()
    found = re.search(r"/openings/([0-9a-f-]{36})/", listed)
    assert found is not None
    granted = second.post(f"/openings/{found[1]}/", {"answer": "grant", "reason": "確認した"})
    assert granted.status_code == 302
    opened = client.get(page).content.decode()
    assert STREET in opened
    assert TELEPHONE in opened
    assert "承認を受けて表示しています" in opened


def test_a_correction_is_checked_by_another_and_the_day_before_is_kept(
    rooms_of_the_office: Office,
) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.EXAMINER)
    key = office.person
    state(client, key)
    form = client.get(reverse("enter", args=[key, "phone"])).content.decode()
    request_id = re.search(r'name="request_id" value="([^"]+)"', form)
    assert request_id is not None
    sent = {
        "kind": "home",
        "number": "000-111-2222",
        "valid_from": "S64.2.1",
        "valid_to": "",
        "source": "self",
        "source_ref": "",
        "reason": "電話で申出",
        "request_id": request_id[1],
    }
    wrong = client.post(reverse("enter", args=[key, "phone"]), sent)
    assert wrong.status_code == 422
    assert "平成元年2月1日" in wrong.content.decode()
    sent["valid_from"] = "R8.4.1"
    assert client.post(reverse("enter", args=[key, "phone"]), sent).status_code == 302
    # Sent twice, it stands once.
    assert client.post(reverse("enter", args=[key, "phone"]), sent).status_code == 302
    assert "未確認" in client.get(reverse("person", args=[key])).content.decode()
    before = client.get(reverse("person", args=[key]), {"known_on": "R8.4.1"}).content.decode()
    assert "に知られていた内容です" in before
    assert "000-111-2222" not in before
    own = client.post(reverse("check", args=[request_id[1]]))
    assert own.status_code == 403
    second = office.browser(Role.EXAMINER, which=2)
    shown = second.get(reverse("check", args=[request_id[1]])).content.decode()
    assert "000-111-2222" in shown
    assert second.post(reverse("check", args=[request_id[1]])).status_code == 302
    page = client.get(reverse("history", args=[key, "phone"])).content.decode()
    assert "確認済" in page


def test_an_error_tells_what_to_do_and_never_how_it_came(
    rooms_of_the_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kokunen.people import search

    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    assert client.get("/no/such/page").status_code == 404
    wrong = client.put(reverse("search"))
    assert wrong.status_code == 405
    assert wrong["Allow"] == "GET, POST"
    strict = Client(REMOTE_ADDR=rooms.HERE, enforce_csrf_checks=True)
    stale = strict.post(reverse("account_login"), {"login": "x", "password": "y"})
    assert stale.status_code == 403
    assert "開き直して" in stale.content.decode()

    def broken(**_: object) -> None:
        words = "架空　花子 は壊れた"
        raise RuntimeError(words)

    monkeypatch.setattr(search, "find", broken)
    failed = client.post(reverse("search"), {"text": "あ", "purpose": "telephone"})
    assert failed.status_code == 500
    holds_the_headers(failed)
    text = failed.content.decode()
    assert re.search(r"\d{4}-\d{4}", text)
    assert "架空" not in text
    assert "Traceback" not in text


def test_a_problem_of_the_interface_says_what_to_do(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    page = reverse("api:person", args=[office.person])
    assert client.get(page).json()["code"] == "no_purpose"
    wrong = sent(client, "/api/v1/search", "{")
    assert wrong.status_code == 400
    assert set(wrong.json()) == {"code", "message", "fix", "field"}
    odd = sent(client, "/api/v1/search", {"text": "\x00", "purpose": "telephone"})
    assert odd.status_code == 422
    assert odd.json()["field"] == "text"
    found = sent(client, "/api/v1/search", {"text": str(PERSON), "purpose": "telephone"})
    assert found.json()["hits"][0]["key"] == str(office.person)
    where = reverse("api:purpose", args=[office.person])
    assert sent(client, where, {"purpose": "telephone"}).status_code == 204
    assert client.get(page).json()["facts"]["addresses"][0]["value"]["town"] == STREET
    masked = reverse("api:purpose", args=[office.shielded])
    assert sent(client, masked, {"purpose": "telephone"}).status_code == 204
    facts = client.get(reverse("api:person", args=[office.shielded])).json()["facts"]
    assert facts["addresses"] == {"withheld": "protected"}
    assert client.get("/api/v1/openapi.json").json()["info"]["title"]
    assert client.get("/api/v1/docs").status_code == 404


def test_programs_that_change_something_need_the_token(rooms_of_the_office: Office) -> None:
    office = rooms_of_the_office
    client = office.browser(Role.COUNTER)
    client.handler.enforce_csrf_checks = True
    answer = client.post(
        "/api/v1/search", {"text": "1", "purpose": "telephone"}, content_type="application/json"
    )
    assert answer.status_code == 403


def test_health_tells_nothing_else() -> None:
    assert Client().get("/health/live").content == b"ok\n"
