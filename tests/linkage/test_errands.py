"""The intermediate server: whatever it does, nothing is lost and nothing is done twice."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kokunen.linkage import certificates, intermediate, settings, wire
from kokunen.linkage.domain import Code, Errand, State, Thing, UnableToUsePlatform
from tests.linkage import city as cities
from tests.linkage.city import CLERK, linked
from tests.linkage.intermediate import sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.linkage.city import City

PROGRAM = Path(__file__).with_name("intermediate.py")
PATIENCE = 40.0


class Outside:
    """The stand-in as the test knows it: its moods and its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def moods(self, *moods: str) -> None:
        (self.folder / "moods.json").write_text(json.dumps(moods))

    def log(self, request: UUID | str = "") -> list[dict[str, Any]]:
        file = self.folder / "log.jsonl"
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        return [line for line in lines if not request or line["request"] == str(request)]


@pytest.fixture(scope="module")
def outside(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """The intermediate server as a program of its own, with its own authority's certificates."""
    folder, its = tmp_path_factory.mktemp("outside"), tmp_path_factory.mktemp("certificates")
    now = cities.occasion().at
    certificates.make_authority(its, at=now)
    certificates.make_server(its, names=[cities.HOST], at=now)
    ours = settings.certificates()
    certificates.make_system(its, system="city", at=now)
    for source, target in (("authority", "intermediate-authority"), ("city", "intermediate")):
        for suffix in (".crt", ".key"):
            if (source, suffix) != ("authority", ".key"):
                (ours / f"{target}{suffix}").write_bytes((its / f"{source}{suffix}").read_bytes())
    program = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(folder), str(its)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    port = int(program.stdout.readline())
    city.stop()
    city.start(intermediate_host=cities.HOST, intermediate_port=port)
    yield Outside(folder)
    program.kill()
    program.wait()
    program.stdout.close()


def eventually(question: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < until, "it does not come about"
        time.sleep(0.1)


def settled(city: City, errand: UUID) -> bool:
    return city.rows("SELECT state FROM linkage_errand WHERE id = %s", errand)[0][0] in {
        "done", "refused",
    }  # fmt: skip


@pytest.fixture
def person(city: City, outside: Outside) -> str:
    """A person whose identifier has been asked for, so that the queue is empty."""
    outside.moods()
    number = linked(city)
    eventually(
        lambda: city.rows("SELECT count(*) FROM linkage_errand WHERE settled_at IS NULL") == [(0,)]
    )
    return number


def inquire(city: City, number: str, *items: str) -> UUID:
    inquiry = uuid4()
    city.system("pension").inquire(
        inquiry=inquiry,
        integrated_number=number,
        basis="19-8-59",
        items=items or ("tax.income",),
        staff_number=CLERK,
    )
    return inquiry


def test_a_new_number_is_registered_and_its_processing_number_goes_to_the_gateway(
    city: City, person: str
) -> None:
    register = city.system("register")
    waiting = register.processing_numbers()
    (processing,) = [key for key, number in waiting.items() if number == person]
    assert register.processing_numbers() == waiting
    assert processing not in register.processing_numbers(received=list(waiting))
    assert register.processing_numbers(received=[processing, "P-unknown"]) == {}
    assert city.rows(
        "SELECT kind, state FROM linkage_errand e JOIN linkage_subject s ON s.id = e.subject_id"
        " WHERE number = %s AND kind IN ('register', 'identifier') ORDER BY made_at",
        person,
    ) == [("register", "done"), ("identifier", "done")]


def test_a_provision_arrives_whole_and_its_content_is_dropped(
    city: City, outside: Outside, person: str
) -> None:
    provision, pension = uuid4(), city.system("pension")
    items = {"pension.category": "1号", "p.none": None}
    for _ in range(2):
        pension.provide(provision=provision, integrated_number=person, basis="19-8-59", items=items)
    eventually(lambda: settled(city, provision))
    assert pension.status(Thing.PROVISION, provision).state is State.DONE
    said = {"provision": str(provision), "integrated_number": person, "basis": "19-8-59"}
    again = city.raw("/v1/provisions", cities.message(said | {"items": items}))
    assert again == (200, b'{"state": "done"}')
    (asked,) = outside.log(provision)
    assert asked["whole"]
    assert asked["body"] == {"integrated_number": person, "basis": "19-8-59", "items": items}
    assert city.rows("SELECT content FROM linkage_errand WHERE id = %s", provision) == [(None,)]
    with pytest.raises(UnableToUsePlatform) as refused:
        pension.provide(
            provision=provision, integrated_number=person, basis="19-8-59",
            items=items | {"pension.category": "3号"},
        )  # fmt: skip
    assert refused.value.reason == Code.TAKEN


def test_an_answer_is_given_until_it_is_safely_there_and_each_look_is_recorded(
    city: City, person: str
) -> None:
    inquiry, pension = inquire(city, person, "tax.income", "tax.none"), city.system("pension")
    eventually(lambda: settled(city, inquiry))
    expected = {"tax.income": "値tax.income", "tax.none": None}
    for _ in range(2):
        answer = pension.answer(inquiry=inquiry, staff_number=CLERK)
        assert (answer.state, answer.code, answer.items) == (State.DONE, "", expected)
    pension.forget(inquiry=inquiry, staff_number=CLERK)
    assert pension.answer(inquiry=inquiry, staff_number=CLERK).items is None
    lines = city.rows(
        "SELECT operation, staff_number, changes::text FROM audit_entry"
        " WHERE changes::text LIKE %s ORDER BY id",
        f"%{inquiry}%",
    )
    assert [(operation, staff) for operation, staff, _ in lines] == [
        ("linkage.inquiries", CLERK),
        ("linkage.inquiry", "kokunen linkage"),
        ("linkage.answers", CLERK),
        ("linkage.answers", CLERK),
        ("linkage.answers_received", CLERK),
        ("linkage.answers", CLERK),
    ]
    assert "値" not in str(lines)
    with pytest.raises(UnableToUsePlatform) as refused:
        city.system("register").status(Thing.INQUIRY, inquiry)
    assert refused.value.reason == Code.UNKNOWN


CODES = {
    "silence": "no_answer",
    "cut": "cut",
    "no_effect_cut": "cut",
    "trickle": "no_answer",
    "trickle_headers": "no_answer",
    "garbage": "unreadable",
    "not_object": "unreadable",
    "nested": "unreadable",
    "huge": "unreadable",
    "digest": "digest_differs",
    "tampered": "digest_differs",
    "other_request": "other_request",
    "earlier": "other_request",
    "other_items": "other_items",
    "strange_result": "unreadable",
    "more_fields": "unreadable",
    "no_code": "unreadable",
    "error": "http_503",
    "busy": "E_BUSY",
}


@pytest.mark.parametrize("mood", CODES)
def test_whatever_goes_wrong_has_a_name_and_is_asked_again_under_the_same_number(
    city: City, outside: Outside, person: str, mood: str
) -> None:
    outside.moods(mood)
    inquiry = inquire(city, person)
    eventually(
        lambda: (
            city.rows("SELECT code FROM linkage_errand WHERE id = %s", inquiry) == [(CODES[mood],)]
        )
    )
    status = city.system("pension").status(Thing.INQUIRY, inquiry)
    assert (status.state, status.code) == (State.WAITING, CODES[mood])
    eventually(lambda: settled(city, inquiry))
    answer = city.system("pension").answer(inquiry=inquiry, staff_number=CLERK)
    assert answer.items == {"tax.income": "値tax.income"}
    asked = outside.log(inquiry)
    assert [one["mood"] for one in asked] == [mood, "well"]
    assert asked[0]["body"] == asked[1]["body"]


def test_a_late_answer_comes_and_a_refusal_ends_the_inquiry(
    city: City, outside: Outside, person: str
) -> None:
    outside.moods("late", "late")
    late = inquire(city, person)
    eventually(
        lambda: city.rows("SELECT state FROM linkage_errand WHERE id = %s", late) == [("pending",)]
    )
    eventually(lambda: settled(city, late))
    assert [one["mood"] for one in outside.log(late)] == ["late", "late", "well"]
    outside.moods("refuse")
    refused = inquire(city, person)
    eventually(lambda: settled(city, refused))
    answer = city.system("pension").answer(inquiry=refused, staff_number=CLERK)
    assert (answer.state, answer.code, answer.items) == (State.REFUSED, "E_NOT_FOUND", None)
    assert len(outside.log(refused)) == 1


def test_a_processing_number_that_somebody_has_is_no_answer(
    city: City, outside: Outside, person: str
) -> None:
    ((taken,),) = city.rows(
        "SELECT processing_number FROM linkage_errand e JOIN linkage_subject s"
        " ON s.id = e.subject_id WHERE number = %s AND kind = 'identifier'",
        person,
    )
    assert taken == "P000000002"
    outside.moods("well", "same_number")
    other = linked(city, local="1002", number=cities.NUMBERS[2])
    eventually(
        lambda: (
            city.rows(
                "SELECT code FROM linkage_errand e JOIN linkage_subject s ON s.id = e.subject_id"
                " WHERE number = %s AND kind = 'identifier'",
                other,
            )
            == [("processing_number_taken",)]
        )
    )
    eventually(
        lambda: city.rows("SELECT count(*) FROM linkage_errand WHERE settled_at IS NULL") == [(0,)]
    )
    assert other in city.system("register").processing_numbers().values()


def test_a_killed_service_goes_on_where_it_was(city: City, outside: Outside, person: str) -> None:
    """Kill -9 while the other side keeps silent; the errand is asked again, under its number."""
    outside.moods("silence")
    provision = uuid4()
    city.system("pension").provide(
        provision=provision, integrated_number=person, basis="19-8-59", items={"p.none": None}
    )
    eventually(lambda: bool(outside.log(provision)))
    city.stop(signal.SIGKILL)
    city.start()
    eventually(lambda: settled(city, provision))
    asked = outside.log(provision)
    assert [one["mood"] for one in asked] == ["silence", "well"]
    assert city.rows(
        "SELECT count(*) FROM audit_entry WHERE operation = 'linkage.provision'"
        " AND changes::text LIKE %s",
        f"%{provision}%",
    ) == [(1,)]


REQUEST = intermediate.Request(
    id=UUID("22222222-2222-4222-8222-222222222222"),
    kind=Errand.INQUIRY,
    integrated_number="1" * 15,
    basis="b",
    content={"items": ["a"]},
)
GOOD = sealed(str(REQUEST.id), "done", "", {"items": {"a": 1}})


@pytest.mark.parametrize("result", ["busy", "refused", "pending"])
@pytest.mark.parametrize("code", [None, 0, False, [], {}, "a b", "x" * 41])
def test_a_code_that_is_none_is_unreadable(result: str, code: object) -> None:
    touched = sealed(str(REQUEST.id), result, "", {}) | {"code": code}
    reply = intermediate.understand(REQUEST, json.dumps(touched).encode())
    assert (reply.state, reply.code) == (State.WAITING, "unreadable")


def test_the_longest_answer_from_outside_reaches_the_system_that_asked() -> None:
    items = {f"i{number}": "é" * 1000 for number in range(200)}
    asked = replace(REQUEST, content={"items": list(items)})
    said = sealed(str(REQUEST.id), "done", "", {"items": items})
    reply = intermediate.understand(asked, json.dumps(said, ensure_ascii=False).encode())
    assert reply.state is State.DONE
    given_on = json.dumps({"state": "done", "code": "", "items": dict(reply.items)}).encode()
    answer: Any = io.BytesIO(given_on)
    assert wire.as_json(answer)["items"] == items


@given(text=st.binary(max_size=400))
def test_noise_is_never_an_answer(text: bytes) -> None:
    assert intermediate.understand(REQUEST, text).state is State.WAITING


@given(
    name=st.sampled_from(sorted(GOOD)),
    value=st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    | st.lists(st.none(), max_size=2) | st.dictionaries(st.text(max_size=3), st.none()),
)  # fmt: skip
def test_an_answer_that_was_touched_is_never_done(name: str, value: object) -> None:
    assert intermediate.understand(REQUEST, json.dumps(GOOD).encode()).state is State.DONE
    touched = GOOD | {name: value}
    reply = intermediate.understand(REQUEST, json.dumps(touched).encode())
    # A code beside a good answer is only a word.
    assert reply.state is not State.DONE or name == "code"
    assert reply.state is not State.PENDING
