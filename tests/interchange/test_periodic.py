"""The agency's periodic lists: what agrees does nothing, what differs is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.interchange import models
from kokunen.interchange.domain import UnableToHandleFile
from kokunen.interchange.reconciliation import queries
from kokunen.people import operations as people
from kokunen.people.codes import ClaimKind, Outcome, Source
from kokunen.people.domain import ClaimValue
from kokunen.people.periods import Period
from kokunen.people.queries import facts
from tests.interchange import agency
from tests.people.protected import protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.audit.domain import Occasion
    from kokunen.people.domain import Recorded, Value
    from tests.office import Database

P, Q, R = 1001, 1002, 1003


pytestmark = pytest.mark.usefixtures("city")


def insured(person: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a record
    usual = {"category": "category_1", "acquired_on": date(2015, 4, 1), "lost_on": None}
    return agency.line(person, **(usual | said))


def listed(
    database: Database, occasion: Occasion, *details: Mapping[str, Any], scope: str = "full"
) -> int:
    return agency.send(database, occasion, *details, layout="agency_insured", scope=scope)


def code(file: int, number: int = 2) -> tuple[str, str]:
    row = models.Record.objects.get(file=file, number=number)
    return row.outcome, row.code


def held(person: int, kind: str, occasion: Occasion) -> tuple[Recorded[Value], ...]:
    return facts(
        person=person, kinds={kind}, operation="test.look", occasion=occasion, sees=ALL
    ).get(kind, ())


def test_what_agrees_does_nothing(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    file = listed(database, occasion, insured(P))
    assert code(file) == ("nothing", "agrees_in_full_list")
    assert agency.differences(file) == []
    assert not models.Raw.objects.exists()


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"category": "category_3"}, "category"),
        ({"acquired_on": date(2015, 5, 1)}, "date"),
        ({"lost_on": date(2025, 4, 1)}, "date"),
        ({"acquired_on": date(2000, 4, 1), "lost_on": date(2001, 4, 1)}, "missing_here"),
        ({"sex": "female"}, "sex"),
        ({"name": "別　花子", "kana": None}, "name"),
    ],
    ids=lambda said: said if isinstance(said, str) else "",
)
def test_what_differs_is_told_and_changes_nothing(
    database: Database, occasion: Occasion, said: dict[str, Any], what: str
) -> None:
    agency.somebody(P, occasion)
    before = held(P, "enrolment", occasion)
    file = listed(database, occasion, insured(P, **said))
    assert code(file) == ("applied", "differs")
    assert agency.differences(file) == [(what, P, None)]
    assert held(P, "enrolment", occasion) == before
    (shown,) = queries.differences(occasion=occasion, sees=ALL)
    assert shown.what == what
    assert shown.ours != shown.theirs


def test_a_number_that_lacks_is_recorded(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion, basic_number="")
    file = listed(database, occasion, insured(P))
    assert code(file) == ("applied", "number_recorded")
    (fact,) = held(P, "basic_number", occasion)
    assert fact.source is Source.AGENCY
    assert fact.source_ref == f"連携{file}-2"


def test_not_where_two_bear_the_name(database: Database, occasion: Occasion) -> None:
    for person in (P, Q):
        agency.somebody(person, occasion, name="架空　同名", basic_number="")
    file = listed(database, occasion, insured(P, name="架空　同名"))
    assert code(file) == ("unmatched", "nobody")
    assert held(P, "basic_number", occasion) == held(Q, "basic_number", occasion) == ()


def test_nor_where_the_city_knows_another(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    protect(P, occasion)
    file = listed(database, occasion, insured(P, basic_number="9700000001"))
    assert code(file) == ("unmatched", "nobody")
    assert models.Record.objects.get(file=file).person_id is None


def test_who_is_missing_there(database: Database, occasion: Occasion) -> None:
    for person in (P, Q):
        agency.somebody(person, occasion)
    agency.somebody(R, occasion, insured=False)
    file = listed(database, occasion, insured(P))
    (line,) = queries.missing_there(file=file, occasion=occasion, sees=ALL)
    assert line.hit.number == Q


def test_a_list_of_changes_cannot_tell_who_is_missing(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion)
    file = listed(database, occasion, insured(P), scope="changed")
    assert code(file) == ("nothing", "agrees")
    with pytest.raises(UnableToHandleFile):
        queries.missing_there(file=file, occasion=occasion, sees=ALL)


def claim(person: int, occasion: Occasion, **said: Any) -> None:  # noqa: ANN401 - parts of a claim
    usual: dict[str, Any] = {
        "kind": ClaimKind.OLD_AGE,
        "claimed_on": date(2026, 4, 1),
        "claim_type": "old_age",
        "outcome": Outcome.APPROVED,
    }
    people.record_fact(
        person=person,
        fact=ClaimValue(**(usual | said)),
        valid=Period(start=date(2026, 4, 1)),
        source=Source.APPLICATION,
        occasion=occasion,
        request_id=uuid4(),
    )


def pensioners(database: Database, occasion: Occasion, **said: Any) -> int:  # noqa: ANN401 - values
    usual = {"kind": "old_age", "pension_code": "1150", "certificate_number": "第12号"}
    return agency.send(
        database, occasion, agency.line(P, **(usual | said)), layout="agency_pensioners"
    )


def codes(occasion: Occasion) -> list[tuple[str, str]]:
    found = held(P, "claim", occasion)
    values = [each.value for each in found]
    return [
        (each.pension_code, each.certificate_number)
        for each in values
        if isinstance(each, ClaimValue)
    ]


def test_the_code_of_a_known_claim_is_recorded(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    claim(P, occasion)
    file = pensioners(database, occasion)
    assert code(file) == ("applied", "recorded")
    assert codes(occasion) == [("1150", "")]
    again = agency.send(
        database,
        occasion,
        agency.line(P, kind="old_age", pension_code="1150", sex=None),
        layout="agency_pensioners",
        sequence=2,
    )
    assert code(again) == ("nothing", "agrees")


def test_of_the_old_age_welfare_pension_the_certificate(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion)
    claim(P, occasion, kind=ClaimKind.OLD_AGE_WELFARE, claim_type="old_age_welfare")
    pensioners(database, occasion, kind="old_age_welfare", pension_code=None)
    assert codes(occasion) == [("", "第12号")]


@pytest.mark.parametrize(
    "known",
    [{"kind": ClaimKind.DISABILITY}, {"outcome": Outcome.REJECTED}, {"pension_code": "5350"}],
    ids=("another kind", "rejected", "another code"),
)
def test_a_claim_that_is_not_known_is_told(
    database: Database, occasion: Occasion, known: dict[str, Any]
) -> None:
    agency.somebody(P, occasion)
    claim(P, occasion, **known)
    before = codes(occasion)
    file = pensioners(database, occasion)
    assert code(file) == ("applied", "differs")
    assert agency.differences(file) == [("missing_here", P, None)]
    assert codes(occasion) == before
    (shown,) = queries.differences(occasion=occasion, sees=ALL)
    assert shown.theirs == "老齢の受給権者"


def test_a_list_for_the_counter(database: Database, occasion: Occasion) -> None:
    for person in (P, Q, R):
        agency.somebody(person, occasion, born=date(1955, 4, 2), insured=False)
    born = date(1955, 4, 2)
    file = agency.send(
        database,
        occasion,
        agency.line(P, birth_date=born, kind="old_age", standing="to_claim"),
        agency.line(Q, birth_date=born, kind="old_age", standing="receiving"),
        agency.line(R, birth_date=born, kind="disability", standing="to_claim"),
        agency.line(9, kind="old_age", standing="to_claim"),
        layout="agency_support_benefit",
    )
    assert [outcome for _, outcome, _ in agency.outcomes(file)] == [
        "applied", "applied", "applied", "unmatched",
    ]  # fmt: skip
    listed_ = queries.support_candidates(occasion=occasion, sees=ALL)
    assert [(line.hit.number, line.kind, line.case) for line in listed_] == [
        (P, "old_age", None),
        (R, "disability", None),
    ]
    agency.send(
        database,
        occasion,
        agency.line(R, birth_date=born, kind="disability", standing="ended"),
        layout="agency_support_benefit",
        sequence=2,
    )
    listed_ = queries.support_candidates(occasion=occasion, sees=ALL)
    assert [line.hit.number for line in listed_] == [P]
