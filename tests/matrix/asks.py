"""What is asked of every address of the site: the requests of the matrix and of the walk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse

from kokunen.web.routes import API, ROUTES
from kokunen.web.views.candidates import LISTS
from tests.matrix import marked
from tests.matrix.exchanged import RECORDS
from tests.matrix.marked import CASE, PEOPLE, Seeded
from tests.web import rooms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from kokunen.access.domain import Field

NOBODY: Final = UUID("00000000-0000-4000-8000-000000000000")
KINDS: Final = (
    "name", "identity", "register", "stop", "foreign", "membership", "address", "phone",
    "basic_number", "enrolment", "additional", "exemption", "claim", "income",
)  # fmt: skip
CORRECTABLE: Final = ("name", "identity", "address", "phone", "membership")
PURPOSE: Final = {"purpose": "claim", "case": str(CASE), "reason": "裁定請求の受付"}
SEARCH: Final = {"purpose": "consultation", "reason": "", "text": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request goes: the browser, the office, and the name of the person it is about."""

    client: Client
    seeded: Seeded
    who: str = "ordinary"

    @property
    def person(self) -> marked.Person:
        return PEOPLE[self.who]

    @property
    def key(self) -> UUID:
        return self.seeded.keys[self.who]

    def get(self, name: str, *parts: object, **query: str) -> HttpResponse:
        return _of(self.client.get(reverse(name, args=parts), query))

    def send(self, name: str, *parts: object, **data: object) -> HttpResponse:
        return _of(self.client.post(reverse(name, args=parts), data))

    def part(self, name: str, **data: object) -> HttpResponse:
        """Send as htmx does: the answer does not repeat what was typed."""
        given = self.client.post(reverse(name), data, headers={"HX-Request": "true"})
        return _of(given)

    def json(self, name: str, *parts: object, **data: object) -> HttpResponse:
        where = reverse(name, args=parts)
        return _of(self.client.post(where, json.dumps(data), content_type="application/json"))


def _of(response: Any) -> HttpResponse:  # noqa: ANN401 - the test client adds to the response
    answer: HttpResponse = response
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request: ``route`` is its line in the table of routes, ``personal`` if for each person.

    ``protected_list``: its page speaks of protected people alone, so that a number is enough.
    ``repeats``: the reason of a hit says again what was typed, which shows nothing.
    """

    name: str
    route: str
    do: Callable[[Place], HttpResponse]
    personal: bool = False
    protected_list: bool = False
    repeats: bool = False

    def shown(self, response: HttpResponse) -> dict[str, frozenset[Field]]:
        """Return the fields that the response shows, by person."""
        words = text(response)
        if self.repeats:
            words = _REASON.sub("", words)
        return marked.found(words, lists_protected=self.protected_list)


_REASON: Final = re.compile(
    r'<td data-label="見つかった理由">[^<]*</td>|"why": "[^"]*"|<input[^>]*name="text"[^>]*>'
)


def text(response: HttpResponse) -> str:
    """Return the words of a response, with what JSON escapes undone."""
    words = response.content.decode(errors="replace")  # a PDF is no text
    if words and response.headers.get("Content-Type", "").startswith("application/json"):
        return json.dumps(json.loads(words), ensure_ascii=False)
    return words


Do = Callable[[Place], "HttpResponse"]


def _got(name: str, *parts: str) -> Do:
    return lambda place: place.get(name, *parts)


def _sent(name: str, **data: str) -> Do:
    return lambda place: place.send(name, **data)


def _of_person(name: str, kind: str) -> Do:
    return lambda place: place.get(name, place.key, kind)


def _correcting(kind: str, **data: str) -> Do:
    def ask(place: Place) -> HttpResponse:
        parts = (place.key, kind, place.seeded.rows[place.who, kind])
        return place.send("correct", *parts, **data) if data else place.get("correct", *parts)

    return ask


def _searching(word: Callable[[marked.Person], str], *, program: bool = False) -> Do:
    def ask(place: Place) -> HttpResponse:
        data = SEARCH | {"text": word(place.person)}
        return place.json("api:search", **data) if program else place.part("search", **data)

    return ask


def state_purpose(place: Place) -> None:
    """State for what the person will be looked at, with a case so that incomes are shown."""
    place.send("purpose", place.key, **PURPOSE)


def _open_pages() -> Iterator[Ask]:
    for name in (
        "health_live", "health_ready", "account_login", "mfa_authenticate", "account_logout",
        "account_inactive", "account_reauthenticate", "mfa_reauthenticate",
        "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp",
        "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "keys",
    ):  # fmt: skip
        yield Ask(name=name, route=name, do=_got(name))
    yield Ask(name="home", route="home", do=lambda place: place.get("home"), personal=True)
    yield Ask(name="still_here", route="still_here", do=lambda place: place.send("still_here"))


def _search() -> Iterator[Ask]:
    yield Ask(name="search", route="search", do=lambda place: place.get("search"))
    yield Ask(
        name="search:page",
        route="search",
        do=lambda place: place.send("search", **SEARCH | {"text": str(place.person.number)}),
        personal=True,
    )
    typed: dict[str, Callable[[marked.Person], str]] = {
        "number": lambda one: str(one.number),
        "name": lambda one: one.begins,
        "kana": lambda one: one.begins_kana,
        "latin": lambda one: one.latin,
        "birth_date": lambda one: f"{one.begins} {one.born.isoformat()}",
        "basic_number": lambda one: one.basic_number,
        "phone": lambda one: one.phone,
        "old_number": lambda one: one.old_number,
    }
    for how, word in typed.items():
        repeats = how in {"kana", "birth_date"}
        yield Ask(
            name=f"search:{how}",
            route="search",
            do=_searching(word),
            personal=True,
            repeats=repeats,
        )
        yield Ask(
            name=f"api:search:{how}",
            route="api:search",
            do=_searching(word, program=True),
            personal=True,
            repeats=repeats,
        )


def _person() -> Iterator[Ask]:
    def personal(name: str, route: str, do: Callable[[Place], HttpResponse]) -> Ask:
        return Ask(name=name, route=route, do=do, personal=True)

    yield personal("purpose", "purpose", lambda place: place.get("purpose", place.key))
    yield personal(
        "purpose:wrong", "purpose", lambda place: place.send("purpose", place.key, purpose="x")
    )
    yield personal("person", "person", lambda place: place.get("person", place.key))
    yield personal(
        "person:known_on",
        "person",
        lambda place: place.get("person", place.key, known_on="2035-01-01"),
    )
    yield personal(
        "person:known_before",
        "person",
        lambda place: place.get("person", place.key, known_on="H13.1.1"),
    )
    yield personal(
        "person:wrong_day",
        "person",
        lambda place: place.get("person", place.key, known_on="昭和99年13月40日"),
    )
    yield personal("person:no_purpose", "person", lambda place: place.get("person", uuid4()))
    for kind in KINDS:
        yield personal(
            f"history:{kind}",
            "history",
            _of_person("history", kind),
        )
    for kind in CORRECTABLE:
        yield personal(
            f"correct:{kind}",
            "correct",
            _correcting(kind),
        )
        yield personal(
            f"correct:{kind}:wrong",
            "correct",
            _correcting(kind, reason=""),
        )
        yield personal(
            f"enter:{kind}",
            "enter",
            _of_person("enter", kind),
        )
    # The row of another person: neither is shown.
    yield personal(
        "correct:other",
        "correct",
        lambda place: place.get(
            "correct",
            place.key,
            "phone",
            place.seeded.rows["shielded" if place.who == "ordinary" else "ordinary", "phone"],
        ),
    )
    yield personal("my_number", "my_number", lambda place: place.get("my_number", place.key))
    yield personal(
        "my_number:shown",
        "my_number",
        lambda place: place.send("my_number", place.key, **PURPOSE),
    )
    yield personal(
        "my_number:no_case",
        "my_number",
        lambda place: place.send("my_number", place.key, **PURPOSE | {"case": ""}),
    )
    yield personal(
        "api:purpose", "api:purpose",
        lambda place: place.json("api:purpose", place.key, **PURPOSE | {"case": CASE}),
    )  # fmt: skip
    yield personal("api:person", "api:person", lambda place: place.get("api:person", place.key))
    yield personal(
        "api:person:known_on",
        "api:person",
        lambda place: place.get("api:person", place.key, known_on="2035-01-01"),
    )
    yield personal(
        "api:person:no_purpose", "api:person", lambda place: place.get("api:person", uuid4())
    )


def _second_persons() -> Iterator[Ask]:
    yield Ask(name="checks", route="checks", do=lambda place: place.get("checks"))
    yield Ask(
        name="check",
        route="check",
        do=lambda place: place.get("check", place.seeded.entries[place.who]),
        personal=True,
    )
    yield Ask(name="check:unknown", route="check", do=lambda place: place.send("check", NOBODY))
    yield Ask(
        name="opening_request",
        route="opening_request",
        do=lambda place: place.get("opening_request", place.key),
        personal=True,
    )
    for name, do in (
        ("openings", lambda place: place.get("openings")),
        ("opening_answer", lambda place: place.get("opening_answer", place.seeded.waiting)),
        (
            "opening_answer:wrong",
            lambda place: place.send("opening_answer", place.seeded.waiting, answer="x"),
        ),
        ("protection", lambda place: place.get("protection")),
        (
            "protection_step:renew",
            lambda place: place.get("protection_step", place.seeded.measure, "renew"),
        ),
        (
            "protection_step:end",
            lambda place: place.get("protection_step", place.seeded.measure, "end"),
        ),
        (
            "protection_step:wrong",
            lambda place: place.send("protection_step", place.seeded.measure, "end", on="x"),
        ),
        ("protection_check", lambda place: place.get("protection_check", place.seeded.step)),
        (
            "protection_check:wrong",
            lambda place: place.send("protection_check", place.seeded.step, answer="x"),
        ),
    ):
        yield Ask(name=name, route=name.partition(":")[0], do=do, protected_list=True)
    yield Ask(
        name="protection_register",
        route="protection_register",
        do=lambda place: place.get("protection_register", place.key),
        personal=True,
    )
    yield Ask(
        name="protection_register:wrong",
        route="protection_register",
        do=lambda place: place.send("protection_register", place.key, on="x"),
        personal=True,
    )


def _office() -> Iterator[Ask]:
    for name in ("staff", "staff_stale", "staff_upload", "record", "record_review"):
        yield Ask(name=name, route=name, do=_got(name))
    yield Ask(
        name="record_disclosure",
        route="record_disclosure",
        do=lambda place: place.get("record_disclosure"),
    )
    yield Ask(name="staff_one", route="staff_one", do=lambda place: place.get("staff_one", 1))
    yield Ask(
        name="staff_assign", route="staff_assign", do=lambda place: place.send("staff_assign", 1)
    )
    yield Ask(
        name="staff_act",
        route="staff_act",
        do=lambda place: place.send("staff_act", 1, "leave", on="x"),
    )
    yield Ask(
        name="staff_upload:empty",
        route="staff_upload",
        do=lambda place: place.send("staff_upload"),
    )
    yield Ask(
        name="record:person",
        route="record",
        do=lambda place: place.send("record", person=str(place.person.number)),
        personal=True,
    )
    yield Ask(
        name="record_review:month",
        route="record_review",
        do=lambda place: place.send("record_review", since="R7.1.1", until="R30.1.1"),
    )
    yield Ask(
        name="record_disclosure:person",
        route="record_disclosure",
        do=lambda place: place.send(
            "record_disclosure", person=str(place.person.number), reason="開示請求 第3号"
        ),
        personal=True,
    )
    yield Ask(
        name="api:record",
        route="api:record",
        do=lambda place: place.json("api:record", person=place.person.number),
        personal=True,
    )
    yield Ask(
        name="api:openapi-json",
        route="api:openapi-json",
        do=lambda place: place.get("api:openapi-json"),
    )


def _wrong() -> Iterator[Ask]:
    """Pages for what went wrong; they come after a purpose was stated for both people."""

    def wrong(name: str, route: str, do: Callable[[Place], HttpResponse]) -> Ask:
        return Ask(name=f"error:{name}", route=route, do=do, personal=True)

    yield wrong("nobody", "history", _nobody)
    yield wrong("no_group", "history", lambda place: place.get("history", place.key, "nothing"))
    yield wrong("no_row", "correct", lambda place: place.get("correct", place.key, "name", 2**62))
    yield wrong("no_kind", "correct", lambda place: place.get("correct", place.key, "income", 1))
    yield wrong(
        "method",
        "person",
        lambda place: _of(place.client.delete(reverse("person", args=[place.key]))),
    )
    yield wrong("no_path", "", lambda place: _of(place.client.get(f"/people/{place.key}/nothing/")))
    yield wrong(
        "api_no_path", "", lambda place: _of(place.client.get(f"/api/v1/people/{place.key}/x"))
    )
    yield wrong(
        "api_method",
        "api:person",
        lambda place: _of(place.client.put(reverse("api:person", args=[place.key]))),
    )
    yield wrong(
        "api_body",
        "api:search",
        lambda place: _of(
            place.client.post(reverse("api:search"), "{", content_type="application/json")
        ),
    )
    yield wrong("no_token", "search", _without_token)
    yield wrong("nul", "search", lambda place: place.send("search", **SEARCH | {"text": "\0"}))


def _nobody(place: Place) -> HttpResponse:
    place.send("purpose", NOBODY, **PURPOSE)
    return place.get("history", NOBODY, "name")


def _without_token(place: Place) -> HttpResponse:
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR=rooms.HERE)
    strict.cookies = place.client.cookies
    given = strict.post(reverse("search"), SEARCH | {"text": str(place.person.number)})
    return _of(given)


def _of_case(name: str, *parts: object, **data: object) -> Do:
    """Ask for a page of the person's case; with data, send it."""

    def ask(place: Place) -> HttpResponse:
        where = (place.seeded.cases[place.who], *parts)
        return place.send(name, *where, **data) if data else place.get(name, *where)

    return ask


RECEIPT: Final = {
    "received_on": "R8.11.20",
    "channel": "counter",
    "filer": "self",
    "request_id": str(NOBODY),
    "act": "check",
}


def _cases() -> Iterator[Ask]:
    """The cases; opening one states its purpose for its person, so they come after the others."""

    def personal(name: str, route: str, do: Do) -> Ask:
        return Ask(name=name, route=route, do=do, personal=True)

    for name in ("cases", "case_find", "case_next", "ledger", "forwarding", "results"):
        yield Ask(name=name, route=name, do=_got(name))
    yield Ask(name="cases:wrong", route="cases", do=lambda place: place.get("cases", state="lost"))
    yield Ask(
        name="case_find:wrong",
        route="case_find",
        do=lambda place: place.send("case_find", case="x"),
    )
    for name in ("forwarding", "results"):
        yield Ask(name=f"{name}:wrong", route=name, do=_sent(name, on="x"))
    for one in LISTS:
        yield Ask(
            name=f"candidates:{one.name}",
            route="candidates",
            do=_got("candidates", one.name),
        )
    yield Ask(
        name="forwarding_paper:none",
        route="forwarding_paper",
        do=_sent("forwarding_paper", on="x"),
    )
    yield personal("receive", "receive", lambda place: place.get("receive", place.key))
    for filing in ("exemption", "name_change", "old_age"):
        yield personal(
            f"receive_one:{filing}",
            "receive_one",
            _of_person("receive_one", filing),
        )
    yield personal(
        "receive_one:check",
        "receive_one",
        lambda place: place.send(
            "receive_one", place.key, "exemption", **RECEIPT | {"item-cycles": "2026"}
        ),
    )
    yield personal(
        "receive_one:wrong",
        "receive_one",
        lambda place: place.send("receive_one", place.key, "exemption", act="check"),
    )
    yield personal("case", "case", _of_case("case"))
    yield personal("case_paper:none", "case_paper", _of_case("case_paper", "nothing"))
    yield personal("case_tested", "case_tested", _of_case("case_tested"))
    yield personal("case_tested:wrong", "case_tested", _of_case("case_tested", reason=""))
    for step in ("asked", "corrected", "examined", "granted", "notified"):
        yield personal(f"case_step:{step}", "case_step", _of_case("case_step", step))
    yield personal(
        "case_step:wrong", "case_step", _of_case("case_step", "asked", expected="1", reason="")
    )


def _beside() -> Iterator[Ask]:
    """The enquiries, the guidance and the counts, which show nobody before there is something."""

    def unknown(name: str, step: str = "") -> Do:
        return lambda place: place.send(name, 999, step) if step else place.get(name, 999)

    def about(name: str) -> Do:
        return lambda place: place.get(name, place.key)

    for name in ("enquiries", "guidance", "counts", "counts_rows"):
        yield Ask(name=name, route=name, do=_got(name))
    for name, step in (
        ("enquiry", ""),
        ("enquiry_clock", ""),
        ("enquiry_answer", "taken"),
        ("enquiry_close", "read"),
    ):
        yield Ask(name=f"{name}:unknown", route=name, do=unknown(name, step))
    for name, part in (("counts_file", "csv"), ("counts_chart", "nothing")):
        yield Ask(name=name, route=name, do=_got(name, part))
    for name in ("enquiry_ask", "guidance_person"):
        yield Ask(name=name, route=name, do=about(name), personal=True)


def _exchange() -> Iterator[Ask]:
    """What crossed the wall about both; a file speaks of both at once, a record of one."""

    def of_both(name: str, do: Do) -> Ask:
        return Ask(name=name, route=name.partition(":")[0], do=do)

    def of_one(name: str, do: Do) -> Ask:
        return Ask(name=name, route=name.partition(":")[0], do=do, personal=True)

    for name in (
        "exchange", "exchange_in", "exchange_out", "exchange_calendar", "exchange_open",
        "exchange_probable", "exchange_differences", "exchange_unanswered",
    ):  # fmt: skip
        yield of_both(name, _got(name))
    yield of_both("exchange_in:wrong", lambda place: place.get("exchange_in", state="lost"))
    yield of_both(
        "exchange_calendar:wrong", lambda place: place.get("exchange_calendar", since="x")
    )
    yield of_both(
        "exchange_settle:wrong",
        lambda place: place.send("exchange_settle", place.seeded.crossed.difference, reason=""),
    )
    yield of_both(
        "exchange_file", lambda place: place.get("exchange_file", place.seeded.crossed.changes)
    )
    yield of_both(
        "exchange_file:results",
        lambda place: place.get("exchange_file", place.seeded.crossed.results),
    )
    yield of_both(
        "exchange_file_act:wrong",
        lambda place: place.send(
            "exchange_file_act", place.seeded.crossed.changes, "set_aside", reason=""
        ),
    )
    yield of_both(
        "exchange_sent", lambda place: place.get("exchange_sent", place.seeded.crossed.outgoing)
    )
    yield of_both(
        "exchange_paper",
        lambda place: place.get(
            "exchange_paper", place.seeded.crossed.outgoing, place.seeded.crossed.paper
        ),
    )
    yield of_both(
        "exchange_act:wrong",
        lambda place: place.send(
            "exchange_act", place.seeded.crossed.outgoing, "withdraw", reason=""
        ),
    )
    for name in ("changes", "results"):
        yield of_one(f"exchange_record:{name}", _of_record(name))
        yield of_one(f"exchange_record_act:{name}:wrong", _of_record(name, reason=""))
    yield of_one("case_attachment:none", _of_case("case_attachment", "0" * 64))


def _of_record(name: str, **data: str) -> Do:
    """Ask for the record about the person in a file; with data, set it aside."""

    def ask(place: Place) -> HttpResponse:
        where = (getattr(place.seeded.crossed, name), RECORDS[place.who])
        if data:
            return place.send("exchange_record_act", *where, "set_aside", **data)
        return place.get("exchange_record", *where)

    return ask


ASKS: Final[tuple[Ask, ...]] = (
    *_open_pages(),
    *_search(),
    *_person(),
    *_second_persons(),
    *_office(),
    *_wrong(),
    *_beside(),
    *_cases(),
    *_exchange(),
    # The last one: it ends the stay.
    Ask(name="ended", route="ended", do=lambda place: place.get("ended")),
)
LINES: Final = {route.name: route for route in (*ROUTES, *API)}
