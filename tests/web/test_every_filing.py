"""Every filing goes its whole way: received, examined, forwarded, answered, notified, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from kokunen.cases import operations as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, State, StepKind, Weight
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import day_of
from kokunen.web import duties
from tests.people.register import ALL
from tests.stories.papers import papers, register

if TYPE_CHECKING:
    from datetime import date

    from kokunen.audit.domain import Occasion
    from kokunen.cases.catalogue.kinds import Filing
    from tests.office import Database
    from tests.stories.papers import Paper

K = StepKind


def test_every_filing_has_a_paper(occasion: Occasion) -> None:
    assert set(papers(day_of(occasion.at))) == set(FILINGS)


def test_every_filing_goes_its_whole_way(database: Database, occasion: Occasion) -> None:
    today = day_of(occasion.at)
    stuck = {}
    for number, (code, paper) in enumerate(papers(today).items(), start=60_001):
        register(number, paper, database=database, occasion=occasion, today=today)
        try:
            end = whole_way(FILINGS[code], number, paper, occasion, today)
        except Refusal as refusal:
            stuck[code] = f"{refusal.field}: {refusal.message}"
        else:
            if end is not State.CLOSED:
                stuck[code] = end.label
    assert stuck == {}


def whole_way(filing: Filing, person: int, paper: Paper, occasion: Occasion, today: date) -> State:
    work = duties.of(filing)
    receipt = Receipt(
        filing=filing.code,
        person=person,
        channel=Channel.COUNTER,
        received_on=today,
        event_on=None if paper.ago is None else today - timedelta(days=paper.ago),
        filer=Filer(paper.filer) if paper.filer else filing.filers[0],
        particulars=paper.says,
    )
    receiving = occasion.because(purpose="reception")
    advice = work.queries.advise(receipt=receipt, case=None, occasion=receiving, sees=ALL)
    for finding in advice.findings:
        if finding.weight is Weight.STOP:
            raise Refusal(finding.message, fix=finding.fix, field=finding.item)
    taken = work.operations.receive(
        receipt=receipt, occasion=receiving, request_id=uuid4(), sees=ALL
    )
    examiner = replace(
        occasion.because(purpose=filing.purpose, case=taken.case), staff=(occasion.staff or 0) + 1
    )

    def next_step(kind: StepKind, expected: int) -> int:
        return cases.take(
            case=taken.case, kind=kind, expected=expected, occasion=examiner, request_id=uuid4()
        ).number

    seen = work.operations.examine(
        case=taken.case, expected=taken.number, occasion=examiner, request_id=uuid4(), sees=ALL
    ).number
    seen = next_step(K.FORWARDED, seen)
    seen = work.operations.result(
        case=taken.case,
        kind=K.GRANTED,
        expected=seen,
        on=today,
        reason="",
        particulars=paper.granted,
        occasion=examiner,
        request_id=uuid4(),
        sees=ALL,
    ).number
    seen = next_step(K.NOTIFIED, seen)
    return cases.take(
        case=taken.case, kind=K.CLOSED, expected=seen, occasion=examiner, request_id=uuid4()
    ).state
