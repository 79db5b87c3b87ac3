"""Who is tested: the household on the right day, corrections, job loss, violence; the wall."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kokunen.access.domain import Role, sees
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel
from kokunen.exemption import operations, queries
from kokunen.exemption.assessing import UnableToAssess
from kokunen.exemption.operations import UnableToCorrectTested
from tests.exemption import desk
from tests.exemption.desk import CHILD, HUSBAND, MOTHER, WIFE
from tests.people.register import ALL

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database


def _tested(case: int, occasion: Occasion) -> list[tuple[int, str]]:
    return [(person, role) for person, _, role in desk.shown(case, occasion).tested]


def test_a_household_split_in_the_middle_of_a_cycle(database: Database, occasion: Occasion) -> None:
    desk.person(MOTHER, occasion)
    desk.person(WIFE, occasion, relationship="子")
    desk.moved(occasion, WIFE, on=date(2026, 9, 1), household=88005, head=True)
    for year in (2025, 2026):
        desk.declare(database, occasion, WIFE, total=0, year=year)
        desk.declare(database, occasion, MOTHER, total=5_000_000, year=year)
    case = desk.received(occasion, cycles=["2025", "2026"], wanted=["full"]).case
    assert _tested(case, occasion) == [(WIFE, "insured"), (MOTHER, "head")]
    said = desk.advice(case, occasion)
    # The last day of the past cycle is before the split, the day of the application after it.
    assert [(months, band[:4]) for months, band in desk.bands(said)] == [
        ("令和7年7月〜令和8年6月", "該当なし"),
        ("令和8年7月〜令和9年6月", "全額免除"),
    ]
    decided = [line.text for section in said.sections for line in section.lines]
    assert any(
        text.startswith("世帯主の所得5,000,000円が「全額免除」の基準額670,000円を4,330,000円超える")
        for text in decided
    )


def test_job_loss_of_the_head_takes_that_income_alone_out(
    database: Database, occasion: Occasion
) -> None:
    desk.person(MOTHER, occasion)
    desk.person(WIFE, occasion, relationship="子")
    desk.declare(database, occasion, WIFE, total=0)
    desk.declare(database, occasion, MOTHER, total=5_000_000)
    lost = {"job_loss": ["head"], "left_job_on_head": "2026-09-30"}
    case = desk.received(occasion, wanted=["full"], **lost).case
    said = desk.advice(case, occasion)
    assert [(months, band[:4]) for months, band in desk.bands(said)] == [
        ("令和8年7月〜令和8年8月", "該当なし"),
        ("令和8年9月〜令和9年6月", "全額免除"),
    ]
    assert desk.says(said, "job_loss_proof_lacks") == "失業・廃業の特例を確かめる書類がありません。"
    assert desk.says(said, "not_continued_for_job_loss") == (
        "失業・廃業の特例で承認されたときは、翌年度の継続審査の対象になりません。"
    )
    paper = next(each for each in said.attachments if "離職票" in each.name)
    assert paper.needed
    assert "雇用保険受給資格者証・受給資格通知" in paper.instead
    desk.examined(case, occasion)
    desk.forwarded(case, occasion)
    desk.answered(case, occasion)
    named = occasion.because(purpose="exemption", case=case)
    listed = queries.renewals(cycle_year=2027, occasion=named)
    assert [(each.person, each.is_continued, each.why) for each in listed] == [
        (WIFE, False, "job_loss")
    ]


def test_violence_takes_the_spouse_out(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion)
    desk.moved(occasion, WIFE, on=date(2026, 8, 1), household=88006, head=True)
    desk.declare(database, occasion, WIFE, total=0)
    desk.declare(database, occasion, HUSBAND, total=9_000_000)
    case = desk.received(
        occasion, spouse_apart=HUSBAND, violence="claimed", violence_proof="order"
    ).case
    said = desk.advice(case, occasion)
    assert desk.bands(said) == [("令和8年7月〜令和9年6月", "全額免除")]
    assert desk.says(said, "violence_safety").startswith("配偶者の所得は審査しません。")
    fix = next(f.fix for f in said.findings if f.code == "violence_safety")
    assert "配偶者には何も知らせないでください" in fix


def test_a_spouse_in_another_household_is_tested(database: Database, occasion: Occasion) -> None:
    desk.person(WIFE, occasion)
    desk.person(HUSBAND, occasion, household=88007)
    desk.declare(database, occasion, WIFE, total=0)
    desk.declare(database, occasion, HUSBAND, total=9_000_000)
    case = desk.received(occasion, spouse_apart=HUSBAND).case
    assert _tested(case, occasion) == [(WIFE, "insured"), (HUSBAND, "spouse")]
    assert desk.bands(desk.advice(case, occasion))[0][1].startswith("該当なし")


def test_who_is_tested_is_corrected_with_a_reason(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion)
    desk.person(MOTHER, occasion, household=88008)
    desk.declare(database, occasion, WIFE, total=0)
    desk.declare(database, occasion, MOTHER, total=5_000_000)
    case = desk.received(occasion, wanted=["full"]).case
    people = [(WIFE, "insured"), (MOTHER, "head")]
    with pytest.raises(UnableToCorrectTested) as refused:
        operations.correct_tested(
            case=case, people=people, reason=" ", occasion=occasion, request_id=uuid4()
        )
    assert refused.value.message == "審査する人を変える理由がないか、本人が入っていません。"
    operations.correct_tested(
        case=case,
        people=people,
        reason="離婚の届出が済み、母の世帯に戻っている",
        occasion=occasion,
        request_id=uuid4(),
    )
    assert _tested(case, occasion) == people
    said = desk.advice(case, occasion)
    assert desk.bands(said)[0][1].startswith("該当なし")
    assert "世帯主の所得5,000,000円" in said.sections[1].lines[0].text
    # A correction of the form does not undo the correction by hand.
    desk.changed(case, occasion, wanted=["full"], continuation=False)
    assert _tested(case, occasion) == people


def test_the_income_of_who_is_not_tested_stays_closed(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.person(CHILD, occasion, relationship="子")
    for number in (WIFE, HUSBAND, CHILD):
        desk.declare(database, occasion, number, total=0)
    case = desk.received(occasion).case
    desk.advice(case, occasion)
    desk.examined(case, occasion)
    with database.web() as web:
        web.execute("SELECT set_config('kokunen.case', %s, false)", [str(case)])
        seen = web.execute("SELECT person_id FROM people_income ORDER BY 1").fetchall()
        assert seen == [(WIFE,), (HUSBAND,)]
    with database.owner() as owner:
        looked = owner.execute(
            "SELECT DISTINCT person FROM audit_entry WHERE operation = 'exemption.income'"
            " AND case_id = %s AND purpose = 'exemption' ORDER BY 1",
            [case],
        ).fetchall()
    assert looked == [(WIFE,), (HUSBAND,)]


def test_an_assessment_is_kept_and_sealed_with_the_incomes(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    for number in (WIFE, HUSBAND):
        desk.declare(database, occasion, number, total=400_000)
    case = desk.received(occasion).case
    desk.examined(case, occasion)
    with database.owner() as owner:
        kept = owner.execute(
            "SELECT number, result, facts, rules, recorded_by FROM exemption_assessment"
        ).fetchall()
    ((number, result, facts, rules, by),) = kept
    assert (number, by) == (1, 202)
    assert result["cycles"][0]["months"] == [
        {
            "first": "2026-07", "last": "2027-06", "reason": "income_within_limit",
            "band": "full", "decided_by": "insured", "missing": [],
        }
    ]  # fmt: skip
    assert facts["2026"]["spouse"]["incomes"]["2025"]["total"] == 400_000
    assert "架空" not in str(result) + str(facts)
    assert rules.endswith("2026-11-21")
    with database.web() as web:
        count = "SELECT count(*) FROM exemption_assessment"
        assert web.execute(count).fetchone() == (0,)
        web.execute("SELECT set_config('kokunen.case', %s, false)", [str(case)])
        assert web.execute(count).fetchone() == (1,)


def test_a_role_that_sees_no_incomes_gets_no_assessment(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, WIFE, total=0)
    case = desk.received(occasion).case
    of = desk.shown(case, occasion)
    said = queries.advise(
        receipt=desk.receipt(), case=case, occasion=occasion, sees=sees([Role.COUNTER])
    )
    assert said.sections[0].lines[0].text == (
        "所得を見る役割の職員が審査すると、ここに区分と月が出ます。"
    )
    with pytest.raises(UnableToAssess) as refused:
        operations.examine(
            case=case,
            expected=of.last,
            occasion=desk.second(occasion),
            request_id=uuid4(),
            sees=sees([Role.COUNTER]),
        )
    assert refused.value.message.startswith("所得を見る役割がないか")


def test_the_data_of_the_printed_application(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion)
    desk.declare(database, occasion, HUSBAND, total=700_000)
    case = desk.received(occasion).case
    data = queries.application_data(case=case, occasion=occasion, sees=ALL)
    listed = [
        (one.role, one.name, one.income_year, one.income and one.income.total)
        for one in data.tested["2026"]
    ]
    assert listed == [
        ("insured", f"架空　{WIFE}", 2025, None),
        ("spouse", f"架空　{HUSBAND}", 2025, 700_000),
        ("head", f"架空　{HUSBAND}", 2025, 700_000),
    ]


def test_the_july_list_names_who_goes_on_and_who_applies_again(
    database: Database, occasion: Occasion
) -> None:
    for number, said in ((WIFE, {"continuation": True}), (HUSBAND, {"continuation": False})):
        desk.person(number, occasion, household=number)
        desk.declare(database, occasion, number, total=0)
        case = desk.received(occasion, person=number, **said).case
        desk.examined(case, occasion)
        desk.forwarded(case, occasion)
        desk.answered(case, occasion)
    listed = queries.renewals(cycle_year=2027, occasion=occasion)
    assert [(each.person, each.is_continued, each.why) for each in listed] == [
        (WIFE, True, "continued"),
        (HUSBAND, False, "not_wished"),
    ]
    july = datetime(2027, 7, 5, 1, 0, tzinfo=UTC)
    renewed = desk.received(
        replace(occasion, at=july),
        received_on=date(2027, 7, 5),
        cycles=["2027"],
        again=listed[0].case,
        channel=Channel.OFFICE,
        filer=Filer.OFFICE,
        identity=None,
    )
    assert desk.shown(renewed.case, occasion).lacks == ()
    rest = queries.renewals(cycle_year=2027, occasion=occasion)
    assert [each.person for each in rest] == [HUSBAND]
