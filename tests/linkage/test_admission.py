"""Who gets in: both sides known by certificate, one message once, in time, with a right."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from cheroot import errors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kokunen.linkage import gate
from kokunen.linkage import settings as settings_
from kokunen.linkage.domain import (
    CODE_WORDS,
    Code,
    Residence,
    UnableToReachPlatform,
    UnableToTrustPlatform,
    UnableToUsePlatform,
)
from kokunen.linkage.handshake import Adapter
from kokunen.linkage.messages import LONGEST, LONGEST_HEADER, MOST_ITEMS, ROUTES
from tests.linkage.city import CLERK, HOST, NUMBERS, City, linked, message

if TYPE_CHECKING:
    from collections.abc import Mapping


def ask(city: City, **certificates: str) -> None:
    """The harmless question that everybody who gets in is answered."""
    folder = settings_.certificates()
    other = certificates.get("certificate", "pension")
    city.system(
        certificates.get("system", "pension"),
        certificate=folder / f"{other}.crt",
        key=folder / f"{other}.key",
        tries=1,
    ).waiting()


def test_a_registered_system_gets_in_and_leaves_no_refusal(city: City) -> None:
    before = city.count("linkage_refusal")
    ask(city)
    assert city.count("linkage_refusal") == before


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        ("foreign", Code.UNTRUSTED),
        ("expired", Code.EXPIRED),
        ("not_yet", Code.NOT_YET),
        ("server", Code.UNTRUSTED),
    ],
)
def test_a_bad_certificate_ends_the_handshake_and_leaves_a_record(
    city: City, certificate: str, code: Code
) -> None:
    before, lines = city.count("linkage_refusal"), city.count("audit_entry")
    messages = city.count("linkage_message")
    with pytest.raises(UnableToTrustPlatform):
        ask(city, certificate=certificate)
    assert city.refusals(before) == [("", "", code)]
    assert city.count("audit_entry") == lines + 1
    assert city.rows(
        "SELECT act, operation, outcome, terminal FROM audit_entry ORDER BY id DESC LIMIT 1"
    ) == [("refuse", "linkage.connection", code, f"linkage {HOST}")]
    assert city.count("linkage_message") == messages


def test_no_certificate_leaves_a_record(city: City) -> None:
    before = city.count("linkage_refusal")
    with pytest.raises((ssl.SSLError, OSError)):
        city.raw("/v1/files/waiting", message({}), certificate="")
    assert city.refusals(before) == [("", "", Code.NO_CERTIFICATE)]


def test_plain_http_and_an_old_protocol_leave_a_record(city: City) -> None:
    before = city.count("linkage_refusal")
    plain = http.client.HTTPConnection(HOST, city.port, timeout=10)
    plain.request("POST", "/v1/status", b"{}")
    with pytest.raises((http.client.HTTPException, OSError)):
        plain.getresponse()
    plain.close()
    assert city.refusals(before) == [("", "", Code.PLAIN)]
    with socket.create_connection((HOST, city.port), timeout=10) as bare:
        # A client hello of TLS 1.1 and nothing newer.
        hello = bytes.fromhex("0302") + bytes(32) + bytes.fromhex("00 0002 002f 01 00 0000")
        body = b"\x01" + len(hello).to_bytes(3, "big") + hello
        bare.sendall(b"\x16\x03\x01" + len(body).to_bytes(2, "big") + body)
        bare.recv(100)
    assert city.refusals(before + 1) == [("", "", Code.TOO_OLD)]


@pytest.mark.parametrize(
    ("certificate", "system", "code"),
    [
        ("unregistered", "pension", Code.UNREGISTERED),
        ("revoked", "pension", Code.REVOKED),
        ("closed", "closed", Code.UNREGISTERED),
        ("welfare", "pension", Code.OTHER_SYSTEM),
    ],
)
def test_the_right_authority_is_not_enough(
    city: City, certificate: str, system: str, code: Code
) -> None:
    before = city.count("linkage_refusal")
    messages = city.count("linkage_message")
    with pytest.raises(UnableToUsePlatform) as refused:
        ask(city, certificate=certificate, system=system)
    assert refused.value.reason == code
    known = certificate if code == Code.OTHER_SYSTEM else ""
    assert city.refusals(before) == [(known, "/v1/files/waiting", code)]
    assert city.count("linkage_message") == messages


def test_a_certificate_that_is_revoked_is_refused_from_the_next_message_on(city: City) -> None:
    ask(city, certificate="welfare", system="welfare")
    with city.database.owner() as owner:
        owner.execute("UPDATE linkage_certificate SET revoked_at = now() WHERE system_id='welfare'")
    with pytest.raises(UnableToUsePlatform) as refused:
        ask(city, certificate="welfare", system="welfare")
    assert refused.value.reason == Code.REVOKED
    with city.database.owner() as owner:
        owner.execute("UPDATE linkage_certificate SET revoked_at = null WHERE system_id='welfare'")
    ask(city, certificate="welfare", system="welfare")


def test_the_platform_itself_must_be_of_the_authority_and_of_the_name(city: City) -> None:
    folder = settings_.certificates()
    with pytest.raises(UnableToTrustPlatform):
        city.system("pension", authority=folder / "foreign" / "authority.crt").waiting()
    with pytest.raises(UnableToReachPlatform):
        replace(city.system("pension"), port=1, tries=1).waiting()
    with pytest.raises(UnableToTrustPlatform):
        city.system("pension", key=folder / "nothing.key").waiting()


def test_a_replayed_message_gets_nothing(city: City) -> None:
    linked(city)
    said = message({"local_number": "1001", "residence": "resident", "my_number": NUMBERS[0]})
    status, first = city.raw("/v1/numbers", said)
    assert status == 200
    before, lines = city.count("linkage_refusal"), city.count("linkage_message")
    status, second = city.raw("/v1/numbers", said)
    assert (status, json.loads(second)) == (403, {"code": "replayed", "field": "id"})
    assert json.loads(first)["integrated_number"].encode() not in second
    assert city.refusals(before) == [("pension", "/v1/numbers", Code.REPLAYED)]
    # The id is spent whoever says it, and wherever.
    elsewhere = message({}, system="register", id=said["id"])
    status, third = city.raw("/v1/files/waiting", elsewhere, certificate="register")
    assert (status, json.loads(third)["code"]) == (403, Code.REPLAYED)
    assert city.count("linkage_message") == lines


def test_a_message_that_was_refused_cannot_be_replayed_when_the_right_has_come(
    city: City,
) -> None:
    said = message({"inquiry": str(uuid4())}, staff_number="K00102")
    assert json.loads(city.raw("/v1/answers", said)[1])["code"] == Code.NO_RIGHT
    assert json.loads(city.raw("/v1/answers", said)[1])["code"] == Code.REPLAYED


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
def test_a_message_of_another_time_is_refused(city: City, minutes: int) -> None:
    made_at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    before = city.count("linkage_refusal")
    status, answer = city.raw("/v1/files/waiting", message({}, made_at=made_at))
    assert (status, json.loads(answer)) == (403, {"code": "time_off", "field": "made_at"})
    assert city.refusals(before) == [("pension", "/v1/files/waiting", Code.OFF_TIME)]


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_clock_may_be_a_little_off(city: City, minutes: int) -> None:
    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=minutes)

    assert city.system("pension", clock=clock).waiting() == ()


FORGED = "999999999999999"


def _inquiry(number: str, **more: object) -> dict[str, Any]:
    return {
        "inquiry": str(uuid4()),
        "integrated_number": number,
        "basis": "19-8-59",
        "items": ["tax.income"],
    } | more


def test_a_forged_number_and_somebody_elses_are_refused_alike(city: City) -> None:
    theirs = city.system("register").integrate(
        local_number="R-9", residence=Residence.RESIDENT, my_number=NUMBERS[1]
    )
    assert theirs is not None
    before, errands = city.count("linkage_refusal"), city.count("linkage_errand")
    answers = [
        city.raw("/v1/inquiries", message(_inquiry(number), staff_number=CLERK))
        for number in (FORGED, theirs)
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 403
    assert json.loads(answers[0][1]) == {"code": "number_unknown", "field": "integrated_number"}
    assert city.refusals(before) == [("pension", "/v1/inquiries", Code.NUMBER)] * 2
    assert city.count("linkage_errand") == errands


@pytest.mark.parametrize(
    ("system", "address", "body", "staff", "code"),
    [
        ("welfare", "/v1/numbers", {"local_number": "1", "residence": "resident"}, "",
         Code.NO_FUNCTION),
        ("pension", "/v1/gateway", {"received": []}, "", Code.NO_FUNCTION),
        ("pension", "/v1/inquiries", _inquiry(FORGED), "", Code.NO_STAFF),
        ("pension", "/v1/inquiries", _inquiry(FORGED), "K00103", Code.NO_RIGHT),
        ("pension", "/v1/inquiries", _inquiry(FORGED), "K00102", Code.NO_RIGHT),
        ("pension", "/v1/numbers", {"local_number": "1", "residence": "resident"}, CLERK,
         Code.NO_RIGHT),
        ("pension", "/v1/inquiries", _inquiry(FORGED, basis="19-8-1"), CLERK, Code.NOT_LISTED),
        ("pension", "/v1/inquiries", _inquiry(FORGED, items=["tax.income", "tax.debts"]), CLERK,
         Code.NOT_LISTED),
        ("pension", "/v1/provisions", {"provision": str(uuid4()), "integrated_number": FORGED,
         "basis": "19-8-59", "items": {"tax.income": 1}}, "", Code.NOT_LISTED),
    ],
)  # fmt: skip
def test_without_a_right_nothing_happens(
    city: City, system: str, address: str, body: Mapping[str, Any], staff: str, code: Code
) -> None:
    before, errands = city.count("linkage_refusal"), city.count("linkage_errand")
    more = {"staff_number": staff} if staff else {}
    status, answer = city.raw(address, message(body, system=system, **more), certificate=system)
    assert (status, json.loads(answer)["code"]) == (403, code)
    assert city.refusals(before) == [(system, address, code)]
    assert city.rows("SELECT staff_number FROM audit_entry ORDER BY id DESC LIMIT 1") == [
        (f"system {system}",)
    ]
    assert city.count("linkage_errand") == errands


@pytest.mark.parametrize(
    ("method", "address"),
    [("GET", "/v1/numbers"), ("POST", "/v1/files/collect"), ("POST", "/v2/numbers"),
     ("DELETE", "/v1/files"), ("POST", "/v1/numbers?x=1"), ("POST", "/v1/numbers/")],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(city: City, method: str, address: str) -> None:
    before = city.count("linkage_refusal")
    status, answer = city.raw(address, message({}), method=method)
    assert (status, json.loads(answer)["code"]) == (404, Code.NO_ROUTE)
    assert [code for _, _, code in city.refusals(before)] == [Code.NO_ROUTE]


def test_a_message_that_is_too_long_is_refused_before_it_is_read(city: City) -> None:
    before = city.count("linkage_refusal")
    status, answer = city.raw("/v1/numbers", b" " * (LONGEST + 1))
    assert (status, json.loads(answer)["code"]) == (413, Code.TOO_LARGE)
    status, answer = city.raw("/v1/files", b"x" * (LONGEST_HEADER + 1), body=b"")
    assert (status, json.loads(answer)["code"]) == (413, Code.TOO_LARGE)
    assert [code for _, _, code in city.refusals(before)] == [Code.TOO_LARGE] * 2
    status, _ = city.raw("/v1/files", b"x" * 5 * LONGEST_HEADER, body=b"")
    assert status == 413
    assert city.refusals(before + 2) == [("", "", Code.MALFORMED)]


GOOD = {"local_number": "1", "residence": "resident"}


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b"1" * 10_000,
        json.dumps(message({})).encode(),
        json.dumps(message(GOOD | {"extra": 1})).encode(),
        json.dumps(message(GOOD) | {"extra": 1}).encode(),
        json.dumps(message(GOOD | {"local_number": 1})).encode(),
        json.dumps(message(GOOD | {"local_number": "1\u0000"})).encode(),
        json.dumps(message(GOOD | {"local_number": "x" * 21})).encode(),
        json.dumps(message(GOOD | {"residence": "both"})).encode(),
        json.dumps(message(GOOD | {"replaces": 1})).encode(),
        json.dumps(message(GOOD | {"my_number": 123456789018})).encode(),
        json.dumps(message(GOOD, id="1")).encode(),
        json.dumps(message(GOOD, id=str(uuid4()).upper())).encode(),
        json.dumps(message(GOOD, made_at="2026-11-21T10:00:00")).encode(),
        json.dumps(message(GOOD, made_at=1)).encode(),
        json.dumps(message(GOOD, staff_number="")).encode(),
        json.dumps(message(GOOD, system="pension ")).encode(),
        json.dumps(message(GOOD)).replace('"body"', '"body": {}, "body"').encode(),
        json.dumps(message(GOOD | {"replaces": float("nan")})).encode(),
    ],
    ids=range(25),
)  # fmt: skip
def test_what_is_not_written_down_is_refused(city: City, text: bytes) -> None:
    before, spent = city.count("linkage_refusal"), city.count("linkage_message")
    status, answer = city.raw("/v1/numbers", text)
    assert (status, json.loads(answer)["code"]) == (400, Code.MALFORMED)
    assert city.refusals(before) == [("pension", "/v1/numbers", Code.MALFORMED)]
    assert city.count("linkage_message") == spent


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_is_sent_makes_a_fault(city: City, data: st.DataObject) -> None:
    address = data.draw(st.sampled_from(sorted(ROUTES)))
    route = ROUTES[address]
    names = [*route.fields, "unknown"]
    body = data.draw(st.dictionaries(st.sampled_from(names), json_values, max_size=6))
    said: dict[str, Any] = message(body, staff_number=CLERK)
    for name in data.draw(st.lists(st.sampled_from(sorted(said)), max_size=1)):
        said[name] = data.draw(json_values)
    if route.in_header:
        status, answer = city.raw(address, said, method=route.method, body=b"")
    else:
        status, answer = city.raw(address, data.draw(st.sampled_from([
            json.dumps(said).encode(), json.dumps(said).encode()[:-3],
        ])))  # fmt: skip
    assert status in {200, 400, 403, 413}, answer


@pytest.mark.parametrize("address", sorted(ROUTES))
def test_every_address_answers_every_field_with_care(city: City, address: str) -> None:
    route = ROUTES[address]
    for name in route.fields:
        strangers: list[object] = [{"a": {}}, ["x"] * (MOST_ITEMS + 1), "\ud800", 2**70, "../../x"]
        for strange in strangers:
            said = message({name: strange}, staff_number=CLERK)
            body = b"" if route.in_header else None
            status, answer = city.raw(address, said, method=route.method, body=body)
            assert (status, json.loads(answer)["code"]) == (400, Code.MALFORMED)


def test_the_fault_of_a_header_is_no_fault_of_the_server(city: City) -> None:
    before = city.count("linkage_refusal")
    for number, length in enumerate(("-1", "x", "1e3")):
        with city.connection("pension") as connection:
            connection.putrequest("POST", "/v1/files/waiting")
            connection.putheader("Content-Length", length)
            connection.endheaders()
            assert connection.getresponse().status == 400
        assert [code for _, _, code in city.refusals(before + number)] == [Code.MALFORMED]
    with city.connection("pension") as connection:
        connection.request(
            "POST", "/v1/files/waiting", body=iter([b"{}"]), encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        )  # fmt: skip
        assert connection.getresponse().status == 400
    assert [code for _, _, code in city.refusals(before + 3)] == [Code.MALFORMED]
    ask(city)


def test_who_connects_and_says_nothing_holds_up_nobody_and_leaves_a_record(city: City) -> None:
    before = city.count("linkage_refusal")
    with socket.create_connection((HOST, city.port)), socket.create_connection((HOST, city.port)):
        started = time.monotonic()
        ask(city)
        assert time.monotonic() - started < 2
        assert {code for _, _, code in city.refusals(before)} == {Code.HANDSHAKE}


def test_every_code_has_words() -> None:
    assert set(CODE_WORDS) == set(Code)


def test_the_log_holds_no_value(city: City) -> None:
    held = city.log.read_text()
    assert not [number for number in NUMBERS if number in held]
    assert "Traceback" not in held


def test_a_resumed_session_gets_nothing(city: City) -> None:
    """Under TLS 1.2 a session could be taken up without its certificate being looked at."""
    del city
    folder = settings_.certificates()
    refused: list[Code] = []
    adapter = Adapter(folder, refused=lambda code, _: refused.append(code), wait=5)
    context = ssl.create_default_context(cafile=str(folder / "authority.crt"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / "pension.crt", folder / "pension.key")
    with socket.create_server((HOST, 0)) as server, ThreadPoolExecutor(1) as beside:

        def hear() -> None:
            made, _ = adapter.wrap(server.accept()[0])
            with made:
                made.recv_into(bytearray(10))
                with suppress(OSError):
                    made.unwrap()

        session = None
        first, second = beside.submit(hear), beside.submit(hear)
        for heard in (first, second):
            with (
                suppress(OSError),
                socket.create_connection(server.getsockname(), timeout=10) as bare,
                context.wrap_socket(bare, server_hostname=HOST, session=session) as line,
            ):
                line.sendall(b"x")
                session = line.session
                line.unwrap()
            heard.exception()
        with pytest.raises(errors.FatalSSLAlert):
            second.result()
    assert refused == [Code.HANDSHAKE]


def _line(city: City, certificate: str = "pension") -> ssl.SSLSocket:
    folder = settings_.certificates()
    context = ssl.create_default_context(cafile=str(folder / "authority.crt"))
    context.load_cert_chain(folder / f"{certificate}.crt", folder / f"{certificate}.key")
    bare = socket.create_connection((HOST, city.port), timeout=30)
    return context.wrap_socket(bare, server_hostname=HOST)


def test_an_address_that_no_parser_takes_is_refused_and_no_fault(city: City) -> None:
    before = city.count("linkage_refusal")
    with _line(city) as line:
        line.sendall(b"POST //[ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(1000).startswith(b"HTTP/1.1 400")
    assert city.refusals(before) == [("", "", Code.MALFORMED)]


@pytest.mark.parametrize("body", [b"", b'{"id"'])
def test_a_message_that_breaks_off_is_no_fault_of_the_platform(city: City, body: bytes) -> None:
    before, faults = city.count("linkage_refusal"), city.log.read_text().count('"raised"')
    with _line(city) as line:
        line.sendall(b"POST /v1/numbers HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n" + body)
        assert line.recv(1000).startswith(b"HTTP/1.1 400")
    assert city.refusals(before) == [("pension", "/v1/numbers", Code.MALFORMED)]
    assert city.log.read_text().count('"raised"') == faults


@pytest.mark.parametrize(
    ("certificate", "start"),
    [
        ("pension", b"POST /v1/files/waiting HTTP/1.1\r\nX: "),
        ("pension", b"POST /v1/numbers HTTP/1.1\r\nContent-Length: 200000\r\n\r\n"),
        ("revoked", b"POST /v1/numbers HTTP/1.1\r\nContent-Length: 200000\r\n\r\n"),
    ],
)
def test_who_speaks_little_by_little_is_not_listened_to_for_ever(
    city: City, certificate: str, start: bytes
) -> None:
    """Three waits of three seconds in all, here, however often a byte comes."""
    before, began = city.count("linkage_refusal"), time.monotonic()
    with _line(city, certificate) as line, suppress(OSError):
        line.sendall(start)
        line.settimeout(0.5)
        answer = b""
        while time.monotonic() - began < 20 and not answer:
            line.sendall(b"x")
            with suppress(TimeoutError):
                answer = line.recv(1000) or b"gone"
        if certificate == "revoked":
            # It is told at once; then what it goes on to say is dropped, for so long.
            assert b"certificate_revoked" in answer + line.recv(1000)
            while time.monotonic() - began < 20:
                line.sendall(b"x")
                time.sleep(0.3)
    assert time.monotonic() - began < 15
    assert len(city.refusals(before)) == 1


def test_more_silent_connections_than_threads_hold_up_nobody(city: City) -> None:
    before = city.count("linkage_refusal")
    with ExitStack() as held:
        for _ in range(12):
            held.enter_context(socket.create_connection((HOST, city.port)))
        began = time.monotonic()
        ask(city)
        assert time.monotonic() - began < 1
        until = time.monotonic() + 10
        while city.count("linkage_refusal") < before + 12 and time.monotonic() < until:
            time.sleep(0.1)
    assert city.refusals(before) == [("", "", Code.HANDSHAKE)] * 12


def test_a_flood_from_one_address_is_turned_away_and_recorded_once_a_minute(city: City) -> None:
    del city
    refused: list[tuple[Code, str]] = []
    adapter = Adapter(
        settings_.certificates(),
        refused=lambda code, peer: refused.append((code, peer)),
        wait=1,
    )
    with socket.create_server((HOST, 0)) as server, ExitStack() as held:

        def wrapped() -> ssl.SSLSocket:
            held.enter_context(socket.create_connection(server.getsockname()))
            made, _ = adapter.wrap(server.accept()[0])
            return held.enter_context(made)

        first = wrapped()
        for _ in range(gate.MOST_OF_ONE - 1):
            wrapped()
        for _ in range(3):
            with pytest.raises(errors.FatalSSLAlert):
                wrapped()
        assert refused == [(Code.TOO_MANY, HOST)]
        first.close()
        wrapped()


def test_an_address_that_fails_too_often_waits_for_the_next_minute() -> None:
    now = [0.0]
    made = gate.Gate(lambda: now[0])
    for _ in range(gate.MOST_BAD):
        assert made.admits("a")
        made.failed("a")
    assert not made.admits("a")
    assert made.admits("b")
    assert [made.first("a"), made.first("a")] == [True, False]
    now[0] = gate.MINUTE
    assert made.admits("a")
    assert made.first("a")
