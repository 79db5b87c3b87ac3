"""Results of the agency come in: stories of what each of them does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.cases import rows
from kokunen.cases.domain import State, StepKind
from kokunen.cases.rows import particulars
from kokunen.dates.month import Month
from kokunen.enrolment import operations as enrolment
from kokunen.interchange import models
from kokunen.interchange.inbox import operations as inbox
from kokunen.people import operations as people
from kokunen.people.codes import Sex, Source
from kokunen.people.domain import NameValue
from kokunen.people.periods import Period
from kokunen.people.queries import facts
from kokunen.postgres.roles import Role
from tests.exemption import desk as exemption
from tests.interchange import agency
from tests.people.protected import protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

P, Q = 1001, 1002


pytestmark = pytest.mark.usefixtures("city")


def last(case: int) -> tuple[StepKind, date, str]:
    step = rows.newest(case).steps[-1]
    return step.kind, step.on, step.reason


def attempt(file: int, number: int = 2) -> models.Record:
    return models.Record.objects.filter(file=file, number=number).order_by("-attempt")[0]


def matches(file: int, number: int = 2) -> list[tuple[int, int, list[str]]]:
    found = models.Match.objects.filter(file=file, number=number).order_by("-score", "case_id")
    return [(each.case_id, each.score, each.differs) for each in found]


def test_an_exact_result_is_entered(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P))
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert last(case) == (StepKind.GRANTED, agency.TODAY, "")
    assert rows.newest(case).steps[-1].staff == 0
    assert agency.differences(file) == []
    assert not models.Raw.objects.exists()


def test_variants_of_a_name_are_no_difference(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion, name="髙﨑　邊子", kana="タカサキ　ヘンコ")
    case = agency.forwarded(P, occasion)
    said = agency.result(1, P, name="高崎 辺子", kana="ﾀｶｻｷ ﾍﾝｺ")
    file = agency.send(database, occasion, said)
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert agency.differences(file) == []


def test_a_wrong_number_is_left_to_a_person(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P, basic_number="9999999999"))
    assert agency.outcomes(file) == [(2, "probable", None)]
    assert matches(file) == [(case, 55, ["number"])]
    assert agency.state(case) is State.FORWARDED
    assert models.Raw.objects.get(file=file).person_id == P


def test_a_result_of_nothing_we_sent_has_no_case(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    agency.forwarded(P, occasion)
    agency.somebody(Q, occasion, born=date(1970, 1, 1), kana="ベツ　ジロウ")
    file = agency.send(database, occasion, agency.result(1, Q, birth_date=date(1970, 1, 1)))
    assert agency.outcomes(file) == [(2, "unmatched", None)]
    assert matches(file) == []
    assert models.Raw.objects.filter(file=file).count() == 1


def test_returned_with_its_reason(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    said = agency.result(1, P, outcome="returned", reason="documents")
    file = agency.send(database, occasion, said)
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert last(case) == (StepKind.RETURNED, agency.TODAY, "添付書類の不足・不備")
    assert agency.state(case) is State.RETURNED


def test_refused_takes_the_effects_back(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion, filing="additional_on", fund=False)
    assert additional(occasion) == 1
    file = agency.send(
        database, occasion, agency.result(1, P, filing="additional_on", outcome="refused")
    )
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert last(case) == (
        StepKind.REFUSED,
        agency.TODAY,
        "日本年金機構の処理結果(理由の記載なし)",
    )
    assert additional(occasion) == 0


def additional(occasion: Occasion) -> int:
    held = facts(person=P, kinds={"additional"}, operation="test.look", occasion=occasion, sees=ALL)
    return len(held["additional"])


def applied(database: Database, occasion: Occasion) -> int:
    """Take an application that the city assesses as 全額免除 to the agency."""
    exemption.couple(occasion)
    exemption.declare(database, occasion, exemption.WIFE, total=0)
    exemption.declare(database, occasion, exemption.HUSBAND, total=0)
    case = exemption.received(occasion).case
    exemption.examined(case, occasion)
    exemption.forwarded(case, occasion)
    return case


def of_wife(number: int, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a record
    usual: dict[str, Any] = {
        "basic_number": None,
        "kana": "カクウ",
        "name": f"架空　{exemption.WIFE}",
        "birth_date": date(1990, 4, 2),
        "sex": None,
        "filing": "exemption",
    }
    return agency.result(number, exemption.WIFE, **(usual | said))


def granted(band: str, first: tuple[int, int] = (2026, 7)) -> dict[str, Any]:
    return {"band_1": band, "first_1": Month(*first), "last_1": Month(2027, 6)}


def test_a_band_as_assessed_is_no_difference(database: Database, occasion: Occasion) -> None:
    case = applied(database, occasion)
    file = agency.send(database, occasion, of_wife(1, case=case, **granted("full")))
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert agency.differences(file) == []
    assert exemption.exemptions(exemption.WIFE, occasion) == [
        ("full", date(2026, 7, 1), date(2027, 7, 1), "approved")
    ]


def test_another_band_than_assessed_points_to_the_case(
    database: Database, occasion: Occasion
) -> None:
    case = applied(database, occasion)
    file = agency.send(database, occasion, of_wife(1, case=case, **granted("half")))
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert agency.differences(file) == [("band", exemption.WIFE, case)]
    assert exemption.exemptions(exemption.WIFE, occasion) == [
        ("half", date(2026, 7, 1), date(2027, 7, 1), "approved")
    ]


def test_a_refusal_of_what_was_assessed_differs_too(database: Database, occasion: Occasion) -> None:
    case = applied(database, occasion)
    said = of_wife(1, case=case, outcome="refused", reason="income")
    file = agency.send(database, occasion, said)
    assert agency.differences(file) == [("band", exemption.WIFE, case)]
    assert last(case)[2] == "所得が基準を超えている"


def test_a_grant_without_bands_is_held(database: Database, occasion: Occasion) -> None:
    case = applied(database, occasion)
    file = agency.send(database, occasion, of_wife(1, case=case))
    assert agency.outcomes(file) == [(2, "held", case)]
    assert attempt(file).fields == ["band_1"]
    assert agency.state(case) is State.FORWARDED


def renamed(occasion: Occasion) -> None:
    people.record_fact(
        person=P,
        fact=NameValue(name="想定　花子", kana="ソウテイ　ハナコ"),
        valid=Period(start=date(2026, 10, 1)),
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )


def test_a_former_name_raises_a_change_of_name(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    renamed(occasion)
    file = agency.send(database, occasion, agency.result(1, P))
    assert agency.outcomes(file) == [(2, "matched", case)]
    ((what, person, raised),) = agency.differences(file)
    assert (what, person) == ("name", P)
    assert raised is not None
    assert raised != case
    assert rows.case(raised).filing == "name_change"
    assert rows.case(raised).channel == "office"
    stated = particulars(raised)
    assert stated is not None
    assert stated["name"] == "想定　花子"
    assert models.Raw.objects.get(file=file).person_id == P


def test_the_change_of_name_is_raised_once(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    agency.forwarded(P, occasion)
    agency.forwarded(P, occasion, filing="additional_on", fund=False)
    renamed(occasion)
    file = agency.send(
        database,
        occasion,
        agency.result(1, P),
        agency.result(2, P, filing="additional_on"),
    )
    (_, _, first), (_, _, second) = agency.differences(file)
    assert first == second
    assert rows.case(first or 0).filing == "name_change"


def test_another_sex_is_a_difference(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion, sex=Sex.FEMALE)
    case = agency.forwarded(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P))
    assert agency.outcomes(file) == [(2, "matched", case)]
    # The register is right: the agency is told, by a case of its own.
    ((what, person, raised),) = agency.differences(file)
    assert (what, person) == ("sex", P)
    assert raised not in (None, case)
    assert rows.case(raised or 0).filing == "sex_correction"


def test_another_birth_date_is_never_exact(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P, birth_date=date(1990, 2, 4)))
    assert agency.outcomes(file) == [(2, "probable", None)]
    assert matches(file) == [(case, 70, ["birth_date"])]


def test_other_days_of_the_insurance_differ(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    said = agency.result(1, P, category="category_1", acquired_on=date(2015, 5, 1))
    file = agency.send(database, occasion, said)
    assert agency.differences(file) == [("date", P, case)]


def test_another_category_differs(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    said = agency.result(1, P, category="category_3", acquired_on=date(2015, 4, 1))
    file = agency.send(database, occasion, said)
    assert agency.differences(file) == [("category", P, case)]


def test_two_who_fit_alike_are_left_to_a_person(database: Database, occasion: Occasion) -> None:
    for person in (P, Q):
        agency.somebody(person, occasion, name="架空　同名", basic_number="")
    cases = [agency.forwarded(person, occasion) for person in (P, Q)]
    said = agency.result(1, P, basic_number=None, name="架空　同名")
    file = agency.send(database, occasion, said)
    assert agency.outcomes(file) == [(2, "probable", None)]
    assert matches(file) == [(case, 55, []) for case in cases]
    assert models.Raw.objects.get(file=file).person_id is None


def test_the_number_of_the_case_decides_between_them(
    database: Database, occasion: Occasion
) -> None:
    for person in (P, Q):
        agency.somebody(person, occasion, name="架空　同名", basic_number="")
    first, second = [agency.forwarded(person, occasion) for person in (P, Q)]
    said = agency.result(1, P, basic_number="1234567890", name="架空　同名", case=second)
    file = agency.send(database, occasion, said)
    assert agency.outcomes(file) == [(2, "matched", second)]
    assert agency.state(first) is State.FORWARDED
    # The number that the agency gave is recorded, as it was not known.
    ((kind, row),) = attempt(file).rows
    held = facts(
        person=Q, kinds={"basic_number"}, operation="test.look", occasion=occasion, sees=ALL
    )
    (fact,) = held["basic_number"]
    assert (kind, row, fact.source) == ("basic_number", fact.id, Source.AGENCY)


def test_a_number_that_another_has_is_told_and_not_recorded(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion, basic_number="")
    agency.somebody(Q, occasion, born=date(1970, 1, 1))
    case = agency.forwarded(P, occasion)
    said = agency.result(1, P, basic_number=f"{Q:010d}", case=case)
    file = agency.send(database, occasion, said)
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert attempt(file).rows == []
    assert "別の人" in attempt(file).says


def test_the_agency_may_change_its_answer(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion, filing="additional_on", fund=False)
    first = agency.result(1, P, filing="additional_on")
    agency.send(database, occasion, first)
    changed = agency.result(2, P, filing="additional_on", outcome="refused", reason="other")
    file = agency.send(database, occasion, changed, sequence=2)
    assert agency.outcomes(file) == [(2, "matched", case)]
    assert last(case)[0] is StepKind.REFUSED
    assert additional(occasion) == 0


def test_two_answers_in_one_file_are_taken_in_their_order(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    file = agency.send(
        database,
        occasion,
        agency.result(1, P),
        agency.result(2, P, outcome="refused", reason="requirements"),
    )
    assert agency.outcomes(file) == [(2, "matched", case), (3, "matched", case)]
    assert [step.kind for step in rows.newest(case).steps[-2:]] == [
        StepKind.GRANTED,
        StepKind.REFUSED,
    ]


def test_the_same_result_again_does_nothing(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    agency.send(database, occasion, agency.result(1, P))
    steps = len(rows.newest(case).steps)
    again = agency.send(database, occasion, agency.result(1, P), agency.result(2, P), sequence=2)
    assert [outcome for _, outcome, _ in agency.outcomes(again)] == ["repeated", "nothing"]
    assert len(rows.newest(case).steps) == steps


def test_a_result_for_a_withdrawn_case_waits(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    enrolment.withdraw(
        case=case,
        expected=rows.newest(case).steps[-1].number,
        reason="届出人の申出",
        occasion=replace(occasion, case=case),
        request_id=uuid4(),
        sees=ALL,
    )
    file = agency.send(database, occasion, agency.result(1, P))
    assert agency.outcomes(file) == [(2, "probable", None)]
    assert matches(file) == [(case, 85, ["state"])]
    assert attempt(file).code == "case_over"


def test_another_kind_is_never_exact(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P, filing="name_change"))
    assert agency.outcomes(file) == [(2, "probable", None)]
    assert matches(file) == [(case, 75, ["filing"])]


def test_a_number_changed_for_secrecy_leads_to_nobody(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    protect(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P, basic_number="9700000001"))
    assert agency.outcomes(file) == [(2, "probable", None)]
    assert matches(file) == [(case, 55, ["number"])]
    held = facts(
        person=P, kinds={"basic_number"}, operation="test.look", occasion=occasion, sees=ALL
    )
    assert "9700000001" not in repr(held)


def test_what_the_duty_refuses_is_held_in_its_words(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    agency.somebody(Q, occasion, name="架空　次郎")
    case, other = agency.forwarded(P, occasion), agency.forwarded(Q, occasion)
    tomorrow = agency.TODAY + timedelta(days=1)
    file = agency.send(
        database,
        occasion,
        agency.result(1, P, decided_on=tomorrow),
        agency.result(2, Q, name="架空　次郎"),
    )
    assert agency.outcomes(file) == [(2, "held", case), (3, "matched", other)]
    assert (attempt(file).says, attempt(file).person_id) == (
        "処理の日が、受付日より前か今日より後です。",
        P,
    )
    assert agency.state(case) is State.FORWARDED
    with database.django_as(Role.BATCH):
        held = agency.nightly(replace(occasion, at=occasion.at + timedelta(days=1)))
        assert inbox.retry_held(occasion=held) == 1
    assert agency.outcomes(file)[0] == (2, "matched", case)
