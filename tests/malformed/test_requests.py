"""More than a thousand malformed requests and files: refused, without a fault, without a change."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote
from uuid import uuid4

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from kokunen.access.domain import Role
from kokunen.access.personnel import COLUMNS
from kokunen.web.routes import API, ROUTES
from tests.malformed.spoiling import NO_DAY, ODD, SHEETS, UNKNOWN, Sheet, spoilt
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.malformed.watching import Watch

pytestmark = pytest.mark.xdist_group("malformed")

LEAST: Final = {"forms": 650, "bodies": 120, "paths": 200, "files": 60, "api": 150}
"""How many requests each family makes at the least."""


def drawn(count: int) -> settings:
    """Return how a family draws: always the same, as often as said, with one office for all."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        # What is found is told as it was drawn: making it smaller would take minutes of requests.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def finish(watch: Watch, family: str, before: int) -> None:
    made = watch.made - before
    print(f"{family}: {made} requests; by status so far {dict(sorted(watch.statuses.items()))}")  # noqa: T201 - the figure that the report asks for
    assert made >= LEAST[family]


def test_the_families_make_more_than_a_thousand_requests() -> None:
    assert sum(LEAST.values()) >= 1_000


@st.composite
def spoilt_fillings(draw: st.DrawFn, sheet: Sheet) -> dict[str, Any]:
    """Draw a filling with at least one field that cannot be taken, and some that nobody asked."""
    filling = sheet.filled()
    odd = draw(st.dictionaries(st.sampled_from(UNKNOWN), st.sampled_from(ODD), max_size=2))
    for name in draw(st.sets(st.sampled_from(sheet.spoilable), min_size=1, max_size=3)):
        values = spoilt(sheet.form.base_fields[name])
        assert values is not None
        value = draw(values)
        # Sent twice, the last one counts: what cannot be taken.
        twice = draw(st.booleans()) and name in filling
        filling[name] = [filling[name], value] if twice else value
    return filling | odd


def test_spoilt_forms(watch: Watch) -> None:
    before = watch.made
    with watch.unchanged():
        for sheet in SHEETS:
            _spoil(watch, sheet)
    finish(watch, "forms", before)


def _spoil(watch: Watch, sheet: Sheet) -> None:
    client, where = watch.browser(sheet.role), sheet.path(watch.seeded)

    @drawn(26)
    @given(filling=spoilt_fillings(sheet), partly=st.booleans())
    def send(filling: dict[str, Any], partly: bool) -> None:  # noqa: FBT001 - drawn
        headers = {"HX-Request": "true"} if partly else {}
        response = client.post(where, filling, headers=headers)
        watch.check(response, role=sheet.role, what=(sheet.name, filling))
        assert response.status_code >= 400, (sheet.name, response.status_code, filling)

    send()


def test_a_day_at_the_end_of_time_is_no_fault(watch: Watch) -> None:
    """Days that a calendar has and an office never sees: at both ends of what a date can be."""
    ends = ("9999-12-31", "0001-01-01", "9999-12-30", "0001-01-02", "R7981.12.31", "1868-01-25")
    clerk = watch.browser(Role.COUNTER)
    with watch.unchanged():
        for day in ends:
            for key in watch.seeded.keys.values():
                for where in (f"/people/{key}/", f"/api/v1/people/{key}"):
                    response = clerk.get(where, {"known_on": day})
                    watch.check(response, role=Role.COUNTER, what=(where, day))
            auditor = watch.browser(Role.AUDITOR)
            for where in ("/record/", "/record/review/"):
                response = auditor.post(where, {"since": day, "until": day})
                watch.check(response, role=Role.AUDITOR, what=(where, day))
            for name in ("since", "until"):
                body = json.dumps({name: f"{day}T00:00:00+14:00"})
                response = auditor.post("/api/v1/record", body, content_type="application/json")
                watch.check(response, role=Role.AUDITOR, what=("api record", name, day))


def test_a_step_of_a_measure_at_the_end_of_time_is_no_fault(watch: Watch) -> None:
    supervisor = watch.browser(Role.SUPERVISOR)
    proper = {"evidence": "application", "evidence_ref": "第1号", "ground": "dv"}
    places = (
        f"/protection/{watch.seeded.measure}/renew/",
        f"/people/{watch.seeded.keys['ordinary']}/protection/",
    )
    with watch.unchanged():
        for where in places:
            for day in ("9999-12-31", "0001-01-01", "R90.1.1"):
                response = supervisor.post(where, proper | {"on": day})
                watch.check(response, role=Role.SUPERVISOR, what=(where, day))


@pytest.mark.parametrize(
    "members", ["9" * 30, "-5", "0", "1 2 " * 40, f"{2**63}", "40001\0", "９ｘ"]
)
def test_members_that_cannot_be_people_are_refused(watch: Watch, members: str) -> None:
    where = f"/people/{watch.seeded.keys['ordinary']}/protection/"
    filling = {
        "evidence": "application", "evidence_ref": "第1号", "ground": "dv", "on": "R8.11.1",
        "members": members,
    }  # fmt: skip
    with watch.unchanged():
        response = watch.browser(Role.SUPERVISOR).post(where, filling)
        watch.check(response, role=Role.SUPERVISOR, what=members)


def test_what_belongs_to_another_is_not_reached(watch: Watch) -> None:
    seeded = watch.seeded
    clerk = watch.browser(Role.COUNTER)
    sheet = next(each for each in SHEETS if each.name == "correct phone")
    own, other = seeded.keys["ordinary"], seeded.rows["shielded", "phone"]
    tries = [
        (clerk, f"/people/{own}/correct/phone/{other}/", sheet.filled()),
        (clerk, f"/people/{own}/correct/phone/{2**63 - 1}/", sheet.filled()),
        (clerk, f"/people/{own}/correct/phone/{2**64}/", sheet.filled()),
        (clerk, f"/people/{uuid4()}/enter/phone/", sheet.filled()),
        (clerk, f"/people/{seeded.keys['shielded']}/enter/phone/", sheet.filled()),
    ]
    supervisor = watch.browser(Role.SUPERVISOR)
    tries += [
        (supervisor, f"/checks/{uuid4()}/", {}),
        (supervisor, f"/openings/{uuid4()}/", {"answer": "grant"}),
        (supervisor, f"/protection/{uuid4()}/end/", {"on": "R8.11.1"}),
        (supervisor, f"/protection/checks/{uuid4()}/", {"answer": "grant"}),
        (watch.browser(Role.ADMINISTRATOR), f"/staff/{2**63}/leave/", {"on": "R8.12.1"}),
        (watch.browser(Role.ADMINISTRATOR), "/staff/999999/password/", {}),
    ]
    with watch.unchanged():
        for client, where, filling in tries:
            response = client.post(where, filling)
            role = Role.COUNTER if client is clerk else Role.SUPERVISOR
            watch.check(response, role=role, what=where)
            assert response.status_code >= 300, where


def test_a_form_sent_again_changes_nothing_again(watch: Watch) -> None:
    sheet = next(each for each in SHEETS if each.name == "enter phone")
    client, where = watch.browser(sheet.role), sheet.path(watch.seeded)
    filling = sheet.filled()
    assert client.post(where, filling).status_code == 302
    with watch.unchanged():
        for number in range(10):
            response = client.post(where, filling | {"number": f"090-0000-{number:04d}"})
            watch.check(response, role=sheet.role)
            watch.check(client.post(where, filling), role=sheet.role)


def bodies() -> Iterator[tuple[str, bytes, str]]:
    """Yield bodies with their content types that are not what they say they are."""
    boundary = "XyZ"
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n職員番号"
    ).encode()
    multipart = f"multipart/form-data; boundary={boundary}"
    form = "application/x-www-form-urlencoded"
    yield "cut multipart", part, multipart
    yield "cut header", part[:30], multipart
    yield "no boundary", part, "multipart/form-data"
    yield "wrong boundary", part, "multipart/form-data; boundary=other"
    yield "endless boundary", part, f"multipart/form-data; boundary={'b' * 5000}"
    yield "bad charset", b"reason=%8e%91", f"{form}; charset=shift_jis"
    yield "no charset", b"reason=a", f"{form}; charset=no-such"
    yield "cp932", "reason=理由".encode("cp932"), form
    yield "utf-16", "reason=理由".encode("utf-16"), form
    yield "broken percents", b"reason=%zz%8&purpose=%ff%fe", form
    yield "noise", bytes(range(256)) * 8, form
    yield "nul", b"\0" * 4096, form
    yield "too many fields", b"&".join(b"a%d=1" % number for number in range(1_500)), form
    yield "too large", b"reason=" + b"x" * 3_000_000, form
    yield "json", b'{"reason": "x"}', "application/json"
    yield "deep json", b"[" * 50_000, "application/json"
    yield "surrogate", b'{"text": "\\ud800", "purpose": "consultation"}', "application/json"
    yield "huge number", b'{"person": 1' + b"0" * 5_000 + b"}", "application/json"
    yield "not a number", b'{"person": NaN}', "application/json"
    yield "bom", '\ufeff{"text": "x"}'.encode("utf-16"), "application/json"
    yield "xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "application/xml"
    yield "no type", b"reason=x", ""
    yield "long type", b"reason=x", "a/" + "b" * 9_000


def test_bodies_that_are_not_what_they_say(watch: Watch) -> None:
    before = watch.made
    key = watch.seeded.keys["ordinary"]
    places = (
        (Role.COUNTER, f"/people/{key}/enter/phone/"),
        (Role.COUNTER, "/api/v1/search"),
        (Role.COUNTER, f"/api/v1/people/{key}/purpose"),
        (Role.SUPERVISOR, f"/people/{key}/protection/"),
        (Role.AUDITOR, "/api/v1/record"),
        (Role.ADMINISTRATOR, "/staff/upload/"),
    )
    with watch.unchanged():
        for role, where in places:
            for name, body, kind in bodies():
                response = watch.browser(role).generic("POST", where, body, content_type=kind)
                watch.check(response, role=role, what=(where, name))
    finish(watch, "bodies", before)


ODD_PARTS: Final = (
    "%00", "%0d%0aSet-Cookie:%20a=b", "..%2f..%2fetc%2fpasswd", "%c0%af", "%ff%fe", "%ed%a0%80",
    "0", "-1", "9" * 40, "00000000-0000-0000-0000-000000000000", "x" * 3_000, "%F0%9F%80%84", "",
    "'%20OR%201=1", "{key}", "null", "%25%30%30", "a;b=c", "~", "日本",
)  # fmt: skip
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "PROPFIND")


def test_wrong_paths_and_methods(watch: Watch) -> None:
    before = watch.made
    known = [route.path for route in (*ROUTES, *API)]
    role = Role.COUNTER
    client = watch.browser(role)

    @drawn(200)
    @given(
        path=st.sampled_from(known),
        part=st.sampled_from(ODD_PARTS),
        method=st.sampled_from(METHODS),
        query=st.sampled_from(("", "known_on=%00", "next=//x.invalid", "a[]=1&a[]=2", "%", "=&=")),
    )
    def ask(path: str, part: str, method: str, query: str) -> None:
        steps = [part if "<" in step else step for step in path.split("/")]
        where = "/" + "/".join(steps if "<" in path else [*steps[:-1], part])
        if where.startswith(("/sign-out", "/ended", "/me/")):
            where = f"/x{where}"
        response = client.generic(method, quote(where, safe="/%"), QUERY_STRING=query)
        watch.check(response, role=role, what=(method, where, query))

    with watch.unchanged():
        ask()
        for route in (*ROUTES, *API):
            where = "/" + route.path.replace("<uuid:key>", str(watch.seeded.keys["ordinary"]))
            if "<" in where or where.startswith(("/sign-out", "/ended", "/me/")):
                continue
            for method in ("PUT", "DELETE", "PATCH"):
                response = client.generic(method, where)
                watch.check(response, role=role, what=(method, where))
                assert response.status_code in {401, 403, 405}, (method, where)
    finish(watch, "paths", before)


HEADING: Final = ",".join(COLUMNS)
ROW: Final = "Z00001,架空 一,カクウ イチ,pension,,窓口,2026-04-01,,採用"


def files() -> Iterator[tuple[str, bytes]]:
    """Yield files that are no personnel file: not one line of any of them may be carried out."""
    good = f"{HEADING}\r\n{ROW}\r\n"
    yield "empty", b""
    yield "a mark alone", b"\xef\xbb\xbf"
    yield "heading alone twice", f"{HEADING}\r\n{HEADING}\r\n".encode()
    yield "utf-16", good.encode("utf-16")
    yield "utf-16 without mark", good.encode("utf-16-le")
    yield "utf-7", b"+" + good.encode("utf-7")
    yield "euc-jp", good.encode("euc_jp")
    yield "cp932 noise", good.encode("cp932") + b"\x81\xff\xfc\x80"
    yield "half a character", good.encode("cp932") + b"\x8e"
    yield "nul", good.encode() + b"\0\0,\0"
    yield "archive", b"PK\x03\x04" + bytes(range(256)) * 20
    yield "workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000
    yield "open quote", f'{HEADING}\r\n"Z1,{ROW}'.encode()
    yield "one endless line", f"{HEADING}\r\nZ1,{'あ' * 200_000}".encode()
    yield "many columns", f"{HEADING}\r\nZ1{',' * 300_000}".encode()
    yield "many lines", f"{HEADING}\r\n".encode() + b"Z1,,,,,,,,\r\n" * 20_000
    yield "quotes", f"{HEADING}\r\n".encode() + b'"' * 100_001
    yield "too large", f"{HEADING}\r\n".encode() + b"x" * 5_000_001
    yield "formula", f"{HEADING}\r\n=cmd|'/c calc'!A1,,,,,,,,".encode()
    yield "wrong heading", f"{HEADING[1:]}\r\n{ROW}".encode()
    yield "heading twice in a line", f"{HEADING},職員番号\r\n{ROW},1".encode()
    yield "semicolons", good.replace(",", ";").encode()
    yield "tabs", good.replace(",", "\t").encode()
    yield "json", json.dumps({"職員番号": "Z1"}).encode()
    cells = ROW.split(",")
    wrong: Iterable[tuple[int, str]] = (
        *((place, "") for place in (0, 3, 5, 6)),
        *((place, "x" * 500) for place in range(9)),
        *((place, "\ufffd") for place in (0, 3, 5, 6, 8)),
        *((6, day) for day in NO_DAY[:12]),
        *((7, day) for day in ("2026-01-01", "x", "R8.2.30")),
        (5, "市長"), (3, "NOWHERE"), (8, "解雇"), (0, "Z 1"), (4, "no-branch"),
    )  # fmt: skip
    for place, cell in wrong:
        spoilt_row = [*cells[:place], cell, *cells[place + 1 :]]
        yield (
            f"{COLUMNS[place]} {cell[:9]}",
            f"{HEADING}\r\n{ROW}\r\n{','.join(spoilt_row)}".encode(),
        )


def test_files_that_are_no_personnel_file(watch: Watch) -> None:
    before = watch.made
    client = watch.browser(Role.ADMINISTRATOR)
    for name, content in files():
        with watch.unchanged():
            for file_name in (f"{name[:4]}.csv",):
                sent = SimpleUploadedFile(file_name, content, content_type="text/csv")
                response = client.post("/staff/upload/", {"file": sent})
                watch.check(response, role=Role.ADMINISTRATOR, what=name)
                assert response.status_code == 422, name
    finish(watch, "files", before)


def _office(watch: Watch, role: Role) -> Callable[..., Any]:
    """Return the program as a server calls it, within the stay of a role."""
    client = watch.browser(role)
    client.get("/search/")
    cookies = "; ".join(f"{name}={each.value}" for name, each in client.cookies.items())
    handler = WSGIHandler()

    def serve(environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 - of the WSGI protocol
        environ |= {"REMOTE_ADDR": rooms.HERE, "HTTP_HOST": "testserver"}
        # The client of the library keeps cookies of its own, and would drop these.
        environ |= {"HTTP_COOKIE": cookies, "HTTP_X_CSRFTOKEN": client.cookies["csrftoken"].value}
        environ["wsgi.errors"] = io.StringIO()
        return handler(environ, start)

    return serve


@pytest.mark.parametrize("role", [Role.COUNTER, Role.AUDITOR])
def test_the_addresses_for_programs(watch: Watch, role: Role) -> None:
    before = watch.made
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _office(watch, role))
    keys = [str(key) for key in watch.seeded.keys.values()]
    with watch.unchanged():
        for operation in schema.get_all_operations():
            assert isinstance(operation, Ok)
            found = operation.ok()
            for mode in schemathesis.GenerationMode:
                _draw(watch, role, found, mode, keys)
    finish(watch, "api", before)


def _draw(
    watch: Watch,
    role: Role,
    operation: schemathesis.APIOperation[Any, Any, Any, Any],
    mode: schemathesis.GenerationMode,
    keys: list[str],
) -> None:
    @drawn(25)
    @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
    def call(case: schemathesis.Case[Any], real: bool) -> None:  # noqa: FBT001 - drawn
        if real and case.path_parameters:
            case.path_parameters = {"key": keys[len(str(case.body)) % 2]}
        response = case.call()
        watch.check(response, role=role, what=(case.method, case.path, case.body))
        if response.status_code >= 400:
            assert set(response.json()) >= {"code", "message", "fix"}

    call()


def test_who_has_not_signed_in_gets_no_further_with_noise(watch: Watch) -> None:
    stranger = Client(REMOTE_ADDR="10.9.9.9", raise_request_exception=False)
    with watch.unchanged():
        for word in ODD:
            response = stranger.post("/sign-in/", {"login": word[:2_000], "password": word})
            watch.check(response, role=None, what=word[:20])
            response = stranger.post("/sign-in/code/", {"code": word})
            watch.check(response, role=None, what=word[:20])
            response = stranger.post("/api/v1/search", word, content_type="application/json")
            watch.check(response, role=None, what=word[:20])
            assert response.status_code == 401
