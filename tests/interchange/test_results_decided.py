"""What a person does with the agency's answers, and what the pages of it show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from kokunen.access.domain import Field
from kokunen.cases import rows
from kokunen.cases.domain import State, StepKind
from kokunen.cases.operations import UnableToTakeStep
from kokunen.cases.rows import UnableToFindCase
from kokunen.interchange import models
from kokunen.interchange.domain import (
    DifferenceKind,
    RecordOutcome,
    UnableToApplyRecord,
    UnableToHandleFile,
)
from kokunen.interchange.inbox import queries as inbox
from kokunen.interchange.inbox.again import UnableToReachSealedRecord
from kokunen.interchange.reconciliation import operations, queries
from kokunen.people.domain import Hidden, Masked
from tests.interchange import agency
from tests.interchange.test_results import P, Q, applied, granted, of_wife, renamed
from tests.people.protected import opened, protect
from tests.people.register import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Effect
    from tests.office import Database


pytestmark = pytest.mark.usefixtures("city")


def decide(
    file: int,
    case: int,
    occasion: Occasion,
    *,
    opening: UUID | None = None,
    others: Sequence[UUID] = (),
) -> Effect:
    return operations.decide(
        file=file,
        number=2,
        case=case,
        occasion=replace(occasion, purpose="correction"),
        request_id=uuid4(),
        sees=ALL,
        opening=opening,
        others=others,
    )


def wrong_number(database: Database, occasion: Occasion) -> tuple[int, int]:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P, basic_number="9999999999"))
    return file, case


def test_a_probable_result_is_shown_with_its_case(database: Database, occasion: Occasion) -> None:
    file, case = wrong_number(database, occasion)
    (shown,) = queries.probable(occasion=occasion, sees=ALL)
    assert (shown.file, shown.number, shown.outcome) == (file, 2, RecordOutcome.PROBABLE)
    assert not isinstance(shown.fields, Masked)
    said = dict(shown.fields)
    assert said["基礎年金番号"] == "9999999999"
    assert said["届書等の種類"] == "基礎年金番号通知書再交付申請"
    assert said["処理結果"] == "承認・処理済"
    assert said["生年月日"] == "平成2年4月2日"
    assert "案件番号(進達データの)" not in said
    (candidate,) = shown.candidates
    assert (candidate.case, candidate.score, candidate.state) == (case, 55, State.FORWARDED)
    assert candidate.agrees == ("氏名", "氏名カナ", "生年月日", "届書等の種類", "受付日")
    assert candidate.differs == ("基礎年金番号",)
    assert candidate.hit.name == f"架空　{P}"
    assert candidate.may_be_answered


def test_a_role_sees_no_more_of_a_result_than_of_the_register(
    database: Database, occasion: Occasion
) -> None:
    wrong_number(database, occasion)
    (shown,) = queries.probable(occasion=occasion, sees={Field.NAME})
    assert not isinstance(shown.fields, Masked)
    titles = {title for title, _ in shown.fields}
    assert {"氏名", "処理結果"} <= titles
    assert titles.isdisjoint({"基礎年金番号", "氏名カナ", "生年月日", "性別"})


def test_a_result_that_cannot_be_read_is_assigned_to_nobody(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    content = agency.write("agency_results", [agency.result(1, P)])
    damaged = content.replace(b"19900402", b"19901302")
    file = agency.arrive(database, occasion, damaged, layout="agency_results")
    assert agency.outcomes(file) == [(2, "refused", None)]
    with pytest.raises(UnableToApplyRecord, match=r"レコード2は様式に合わず、読み取れません"):
        decide(file, case, occasion)
    assert agency.outcomes(file) == [(2, "refused", None)]
    assert agency.state(case) is State.FORWARDED


def test_a_person_assigns_it(database: Database, occasion: Occasion) -> None:
    file, case = wrong_number(database, occasion)
    effect = decide(file, case, occasion)
    assert (effect.outcome, effect.case, effect.person) == (RecordOutcome.MATCHED, case, P)
    assert agency.outcomes(file) == [(2, "matched", case)]
    step = rows.newest(case).steps[-1]
    assert (step.kind, step.staff) == (StepKind.GRANTED, occasion.staff)
    assert queries.probable(occasion=occasion, sees=ALL) == ()
    assert decide(file, case, occasion).outcome is RecordOutcome.MATCHED
    assert len(rows.newest(case).steps) == step.number


def test_what_is_assigned_to_another_case_later_is_refused(
    database: Database, occasion: Occasion
) -> None:
    file, case = wrong_number(database, occasion)
    agency.somebody(Q, occasion, born=date(1970, 1, 1))
    other = agency.forwarded(Q, occasion)
    decide(file, case, occasion)
    with pytest.raises(UnableToHandleFile):
        decide(file, other, occasion)
    assert agency.state(other) is State.FORWARDED


def test_an_unmatched_result_is_assigned(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    said = agency.result(1, P, basic_number=None, birth_date=None, received_on=None)
    file = agency.send(database, occasion, said | {"name": "別　人", "kana": None})
    assert agency.outcomes(file) == [(2, "unmatched", None)]
    (shown,) = queries.probable(occasion=occasion, sees=ALL)
    assert shown.candidates == ()
    assert decide(file, case, occasion).outcome is RecordOutcome.MATCHED
    # The agency knows another name: the register's is to be reported.
    ((what, person, raised),) = agency.differences(file)
    assert (what, person) == ("name", P)
    assert rows.case(raised or 0).filing == "name_change"


def test_the_duty_has_the_last_word(database: Database, occasion: Occasion) -> None:
    file, case = wrong_number(database, occasion)
    agency.step(case, StepKind.WITHDRAWN, occasion, reason="届出人の申出")
    with pytest.raises(UnableToTakeStep):
        decide(file, case, occasion)
    with pytest.raises(UnableToFindCase):
        decide(file, case + 100, occasion)
    assert agency.outcomes(file) == [(2, "probable", None)]


def test_of_a_protected_person_nothing_is_shown_or_decided_unopened(
    database: Database, occasion: Occasion
) -> None:
    agency.somebody(P, occasion)
    case = agency.forwarded(P, occasion)
    protect(P, occasion)
    file = agency.send(database, occasion, agency.result(1, P, basic_number="9700000001"))
    (shown,) = queries.probable(occasion=occasion, sees=ALL)
    assert isinstance(shown.fields, Masked)
    assert "9700000001" not in repr(shown)
    assert f"{P:010d}" not in repr(shown)
    assert [each.case for each in shown.candidates] == [case]
    with pytest.raises(UnableToReachSealedRecord):
        decide(file, case, occasion)
    opening = opened(P, occasion)
    assert decide(file, case, occasion, opening=opening).outcome is RecordOutcome.MATCHED


def test_a_result_of_one_of_two_protected_people_is_decided_when_both_are_opened(
    database: Database, occasion: Occasion
) -> None:
    cases = {}
    for person in (P, Q):
        agency.somebody(person, occasion, name="架空　太郎")
        cases[person] = agency.forwarded(person, occasion)
        protect(person, occasion)
    said = agency.result(1, P, name="架空　太郎", basic_number="9999999999")
    file = agency.send(database, occasion, said)
    looks = replace(occasion, purpose="correction")
    record: dict[str, Any] = {"file": file, "number": 2, "occasion": looks, "sees": ALL}
    (line,) = inbox.file(**record).records
    assert {each.number for each in line.seals} == {P, Q}
    assert all(each.protected for each in line.seals)
    mine, other = opened(P, occasion), opened(Q, occasion)
    for one in (mine, other):
        # It may be the other's as well.
        assert isinstance(inbox.raw(**record, opening=one), Masked)
        with pytest.raises(UnableToReachSealedRecord, match="封じられて"):
            decide(file, cases[P], occasion, opening=one)
    shown = inbox.raw(**record, opening=mine, others=[other])
    assert not isinstance(shown, Masked | Hidden)
    assert ("基礎年金番号", "9999999999") in shown.fields
    with database.owner() as owner:
        read = owner.execute(
            "SELECT person, shown_name FROM audit_entry WHERE operation ="
            " 'interchange.raw' ORDER BY id DESC LIMIT 2"
        ).fetchall()
    assert sorted(read) == [(P, True), (Q, True)]
    effect = decide(file, cases[P], occasion, opening=mine, others=[other])
    assert (effect.outcome, effect.case, effect.person) == (RecordOutcome.MATCHED, cases[P], P)
    assert agency.state(cases[Q]) is State.FORWARDED
    # What is done names nobody but whom it was done for.
    (line,) = inbox.file(**record).records
    assert (line.hit and line.hit.number, line.seals) == (P, ())


def test_a_number_for_secrecy_of_nobody_known_is_not_shown(
    database: Database, occasion: Occasion
) -> None:
    said = agency.result(1, P, basic_number="9700000001")
    agency.send(database, occasion, said)
    (shown,) = queries.probable(occasion=occasion, sees=ALL)
    assert "9700000001" not in repr(shown)


def test_both_sides_of_a_band_with_both_reasons(database: Database, occasion: Occasion) -> None:
    case = applied(database, occasion)
    agency.send(database, occasion, of_wife(1, case=case, reason="income", **granted("half")))
    (shown,) = queries.differences(occasion=occasion, sees=ALL)
    assert (shown.what, shown.case, shown.state) == (DifferenceKind.BAND, case, State.DECIDED)
    assert shown.ours == "令和8年7月〜令和9年6月 全額免除"
    assert shown.theirs == "令和8年7月〜令和9年6月 半額免除"
    assert shown.why_theirs == ("承認・処理済(令和8年11月24日)", "所得が基準を超えている")
    (why,) = shown.why_ours
    assert why == (
        "令和8年7月〜令和9年6月 全額免除(本人で決まる): "
        "審査した人の所得が基準額以下です(法90条1項1号等)。"
    )
    (less,) = queries.differences(occasion=occasion, sees=ALL - {Field.INCOME})
    assert less.why_ours == ()


def test_both_sides_of_a_name(database: Database, occasion: Occasion) -> None:
    agency.somebody(P, occasion)
    agency.forwarded(P, occasion)
    renamed(occasion)
    agency.send(database, occasion, agency.result(1, P))
    (shown,) = queries.differences(occasion=occasion, sees=ALL)
    assert (shown.what, shown.ours) == (DifferenceKind.NAME, "想定　花子 ソウテイ　ハナコ")
    assert shown.theirs == f"架空　{P} カクウ　タロウ"
    assert shown.why_theirs == ("処理結果一覧(令和8年11月24日作成)",)
    assert shown.filing is not None
    assert shown.filing.code == "name_change"
    (hidden,) = queries.differences(occasion=occasion, sees={Field.SEX})
    assert "想定" not in str(hidden.ours)
    protect(P, occasion)
    (masked,) = queries.differences(occasion=occasion, sees=ALL)
    assert isinstance(masked.ours, Masked)
    assert isinstance(masked.theirs, Masked)


def test_a_difference_is_cleared_with_a_reason(database: Database, occasion: Occasion) -> None:
    case = applied(database, occasion)
    agency.send(database, occasion, of_wife(1, case=case, **granted("half")))
    (shown,) = queries.differences(occasion=occasion, sees=ALL)

    def settle(reason: str) -> None:
        operations.settle(
            difference=shown.difference, reason=reason, occasion=occasion, request_id=uuid4()
        )

    for reason in ("", "  ", "長" * 401):
        with pytest.raises(UnableToHandleFile):
            settle(reason)
    settle("修正申告で所得が増えていた")
    settle("二度目")
    assert queries.differences(occasion=occasion, sees=ALL) == ()
    (row,) = models.Settlement.objects.all()
    assert (row.reason, row.staff) == ("修正申告で所得が増えていた", occasion.staff)
    with pytest.raises(UnableToHandleFile):
        operations.settle(
            difference=shown.difference + 1, reason="ない", occasion=occasion, request_id=uuid4()
        )


def test_what_was_never_answered_by_age(database: Database, occasion: Occasion) -> None:
    del database
    cases = []
    for person in range(1, 7):
        agency.somebody(person, occasion)
        cases.append(agency.forwarded(person, occasion))
    answered = cases.pop()
    agency.step(answered, StepKind.GRANTED, occasion)

    def after(days: int) -> queries.Unanswered:
        on = agency.TODAY + timedelta(days=days)
        return queries.unanswered(on=on, occasion=occasion, sees=ALL)

    for days, expected in ((0, 0), (30, 0), (31, 1), (60, 1), (90, 2), (120, 3), (121, 4)):
        found = after(days)
        counts = [bucket.count for bucket in found.buckets]
        assert counts == [5 if at == expected else 0 for at in range(5)], days
        assert found.late == (5 if days > 120 else 0)
    assert [(line.case, line.days, line.late) for line in after(121).lines] == [
        (case, 121, True) for case in cases
    ]
    few = queries.unanswered(on=agency.TODAY, occasion=occasion, sees=ALL, limit=2)
    assert ([line.case for line in few.lines], few.more, few.count) == (cases[:2], 3, 5)
    assert [(bucket.least, bucket.most) for bucket in few.buckets] == [
        (0, 30), (31, 60), (61, 90), (91, 120), (121, None),
    ]  # fmt: skip


def test_whoever_is_shown_is_recorded(database: Database, occasion: Occasion) -> None:
    file, case = wrong_number(database, occasion)
    queries.probable(occasion=occasion, sees=ALL)
    queries.unanswered(on=agency.TODAY, occasion=occasion, sees=ALL)
    decide(file, case, occasion)
    with database.owner() as owner:
        found = owner.execute(
            "SELECT operation, person, case_id FROM audit_entry"
            " WHERE operation LIKE 'reconciliation.%' ORDER BY id"
        ).fetchall()
    assert ("reconciliation.probable", P, None) in found
    assert ("reconciliation.result", P, None) in found
    assert ("reconciliation.unanswered", P, None) in found
    assert ("reconciliation.decide", P, case) in found
