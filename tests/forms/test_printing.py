"""From the register to paper: what stands on it, who may print it, what is recorded."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pypdf
import pytest

from kokunen.access.domain import Field, Role, sees
from kokunen.cases.domain import Channel, Receipt
from kokunen.cases.rows import UnableToFindCase
from kokunen.enrolment import operations as enrolment
from kokunen.forms import queries
from kokunen.forms.domain import Language, Notice
from tests.exemption import desk
from tests.forms import sample
from tests.people.protected import opened, protect
from tests.people.register import ALL, register

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

PERSON = 10001
ADDRESS = "架空県想定市見本町1番1号"
PHONE = "090-0000-1234"
NUMBER = "0 0 0 0 0 1 0 0 0 1"  # each digit in its box


@pytest.fixture
def case(database: Database, occasion: Occasion) -> int:
    """An application for exemption of a registered person."""
    del database
    register(PERSON, occasion)
    return desk.received(occasion, person=PERSON).case


def _exports(database: Database) -> list[tuple[Any, ...]]:
    with database.owner() as connection:
        return connection.execute(
            "SELECT operation, person, case_id, purpose, shown, outcome FROM audit_entry"
            " WHERE act = 'export' ORDER BY at, id"
        ).fetchall()


def test_the_form_of_a_case_is_filled_from_the_register_and_recorded(
    database: Database, occasion: Occasion, case: int
) -> None:
    desk.declare(database, occasion, PERSON, total=1_234_567)
    written = sample.text(queries.filing_form(case=case, occasion=desk.second(occasion), sees=ALL))
    for text in ("架空\u3000花子", "カクウ", ADDRESS, PHONE, NUMBER, "平成2年4月1日"):
        assert text in written
    assert str(case) in written
    assert "1,234,567円" in written
    (line,) = _exports(database)
    assert line[:4] == ("forms.filing_form", PERSON, case, "exemption")
    assert set(line[4]) == {
        "name", "kana", "birth_date", "address", "phone", "basic_number", "exemption", "income",
    }  # fmt: skip


def test_the_counter_prints_no_income_and_nobody_is_called_undeclared(
    database: Database, occasion: Occasion, case: int
) -> None:
    desk.declare(database, occasion, PERSON, total=1_234_567)
    written = sample.text(
        queries.filing_form(case=case, occasion=occasion, sees=sees({Role.COUNTER}))
    )
    assert "1,234,567" not in written
    assert "審査で記入" in written
    assert "未申告" not in written
    assert "income" not in _exports(database)[0][4]


def test_an_income_that_the_register_has_not_is_undeclared(occasion: Occasion, case: int) -> None:
    written = sample.text(queries.filing_form(case=case, occasion=desk.second(occasion), sees=ALL))
    assert "未申告" in written


def test_a_protected_persons_address_is_left_out_until_it_is_opened(
    database: Database, occasion: Occasion, case: int
) -> None:
    protect(PERSON, occasion)
    closed = sample.text(queries.filing_form(case=case, occasion=occasion, sees=ALL))
    assert "架空\u3000花子" in closed
    for text in (ADDRESS, PHONE, "支援措置"):
        assert text not in closed
    assert not {"address", "phone"} & set(_exports(database)[0][4])
    opening = opened(PERSON, occasion)
    written = sample.text(
        queries.filing_form(case=case, occasion=occasion, sees=ALL, opening=opening)
    )
    assert ADDRESS in written
    assert PHONE in written


def test_a_notice_speaks_the_residents_language(
    database: Database, occasion: Occasion, case: int
) -> None:
    pdf = queries.notice(
        case=case,
        kind=Notice.LACKS,
        language=Language.VIETNAMESE,
        occasion=occasion,
        sees=ALL,
        due=date(2026, 12, 8),
        lacking=("identity", "世帯主の所得の申立書"),
    )
    written = sample.text(pdf)
    for text in ("Giấy tờ tùy thân", "世帯主の所得の申立書", "8 tháng 12 năm 2026", ADDRESS):
        assert text in written
    reader: Any = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    (line,) = _exports(database)
    assert (line[0], line[5]) == ("forms.notice", "lacks vi")


def test_what_a_case_lacks_is_named_on_the_notice(database: Database, occasion: Occasion) -> None:
    del database
    register(PERSON, occasion)
    case = desk.received(occasion, person=PERSON, student=None, continuation=None).case
    lacks = desk.shown(case, occasion).lacks
    assert {"student", "continuation"} <= set(lacks)
    pdf = queries.notice(
        case=case, kind=Notice.LACKS, language=Language.ENGLISH, occasion=occasion, sees=ALL
    )
    assert "学生等である" in sample.text(pdf)


def test_the_notices_offered_are_those_of_what_happened(
    database: Database, occasion: Occasion, case: int
) -> None:
    desk.declare(database, occasion, PERSON, total=1_234_567)
    assert queries.offered(desk.shown(case, occasion)) == (Notice.RECEIVED,)
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion, desk.K.REFUSED)
    assert queries.offered(desk.shown(case, occasion)) == (Notice.REFUSED, Notice.RECEIVED)
    refused = queries.notice(
        case=case,
        kind=Notice.REFUSED,
        language=Language.JAPANESE,
        occasion=occasion,
        sees=ALL,
    )
    assert "結果の日 令和8年11月24日" in sample.text(refused)


def test_ledger_and_forwarding_list_count_their_lines(
    database: Database, occasion: Occasion, case: int
) -> None:
    register(PERSON + 1, occasion, household=PERSON + 1)
    other = desk.received(occasion, person=PERSON + 1).case
    ledger = sample.text(
        queries.ledger(
            since=date(2026, 11, 1), until=date(2026, 11, 30), occasion=occasion, sees=ALL
        )
    )
    assert "令和8年11月1日から令和8年11月30日まで" in ledger
    assert "2件" in ledger
    sent = sample.text(
        queries.forwarding_list(
            case_numbers=[other, case],
            to="架空年金事務所長",
            on=date(2026, 11, 24),
            occasion=occasion,
            sees=ALL,
        )
    )
    assert "架空年金事務所長" in sent
    assert "次の2件を進達します" in sent
    assert sent.index("0000-010002") < sent.index("0000-010001")
    assert [line[:2] for line in _exports(database)] == [
        ("forms.ledger", None),
        ("forms.forwarding_list", PERSON + 1),
        ("forms.forwarding_list", PERSON),
    ]


def test_many_forms_are_one_file_and_each_is_recorded(
    database: Database, occasion: Occasion, case: int
) -> None:
    register(PERSON + 1, occasion, household=PERSON + 1)
    other = desk.received(occasion, person=PERSON + 1).case
    pdf = queries.many(case_numbers=[case, other, case], occasion=occasion, sees=ALL)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 3
    assert [line[1] for line in _exports(database)] == [PERSON, PERSON + 1, PERSON]


def test_a_case_that_is_not_there_prints_nothing(database: Database, occasion: Occasion) -> None:
    with pytest.raises(UnableToFindCase):
        queries.many(case_numbers=[999], occasion=occasion, sees=ALL)
    assert _exports(database) == []


def test_whoever_sees_no_address_prints_none(occasion: Occasion, case: int) -> None:
    written = sample.text(
        queries.filing_form(case=case, occasion=occasion, sees=ALL - {Field.ADDRESS})
    )
    assert ADDRESS not in written


def test_the_leaflet_of_a_departure_says_what_comes_back(
    database: Database, occasion: Occasion
) -> None:
    register(PERSON, occasion)
    taken = enrolment.receive(
        receipt=Receipt(
            filing="departure",
            person=PERSON,
            channel=Channel.COUNTER,
            received_on=date(2026, 11, 24),
            event_on=date(2026, 11, 20),
            particulars={
                "wish": "refund",
                "prepaid": "cash",
                "prepaid_from": "2026-10",
                "prepaid_months": 6,
            },
        ),
        occasion=occasion,
        request_id=uuid4(),
        sees=ALL,
    )
    written = sample.text(
        queries.leaflet(case=taken.case, language=Language.ENGLISH, occasion=occasion, sees=ALL)
    )
    # 2026-11 is the month of the loss: of 2026-10 to 2027-03 all but the first come back.
    assert "5 months" in written
    assert "yen" in written
    assert "20 November 2026" in written
    assert _exports(database)[0][0] == "forms.leaflet"


def test_the_file_says_when_it_was_printed(occasion: Occasion, case: int) -> None:
    pdf = queries.filing_form(case=case, occasion=occasion, sees=ALL)
    stated = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert stated is not None
    assert stated.creation_date == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
