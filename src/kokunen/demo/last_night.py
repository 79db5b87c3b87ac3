"""The night before the desk's morning: what partners sent has come in, and there is work from it.

Two nights are run as `kokunen nightly` runs them: one a week ago, after which what had been
forwarded was checked, released and confirmed, and the last one. It refused files, could not decide
three of the agency's answers, holds a record back, found somebody who left Japan, and made a file
that is to be checked and released.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.access.domain import Role, sees
from kokunen.audit.domain import Occasion
from kokunen.cases import operations as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Receipt, StepKind
from kokunen.dates.business import next_business_day, previous_business_day
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import TOKYO
from kokunen.demo import grants, ledger, load, paper
from kokunen.demo import partners_agency as agency
from kokunen.demo.desk import open_desk, request
from kokunen.demo.living import Failure
from kokunen.demo.partners import Partners, Told
from kokunen.demo.partners_agency import Fit
from kokunen.demo.partners_files import Dropped, written
from kokunen.enrolment import operations as enrolment
from kokunen.interchange import folders, models, nightly
from kokunen.interchange.domain import Phase
from kokunen.interchange.outbox import operations as outbox
from kokunen.postgres.roles import Role as Owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from kokunen.demo.city import City
    from kokunen.demo.load import Connection
    from kokunen.demo.townsfolk import Townsman

_STORY: Final = "last night"
_AGO: Final = 5
"""Days before the last working day on which the first of the two nights was run."""
_FITS: Final = (Fit.EXACT, Fit.EXACT, Fit.NAME, Fit.NO_NUMBER, Fit.OTHER_DAY)
"""How the answers of the last night fit: of the five three are for a person to decide."""
_FORWARDED: Final = """
SELECT c.id AS "case", c.filing, c.received_on, n.name, n.kana, i.birth_date, i.sex,
    b.number AS basic_number
FROM cases_open AS o JOIN cases_case AS c ON c.id = o.case_id
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON made.kind = 'forwarded'
JOIN people_name AS n ON n.person_id = c.person_id AND n.superseded_at IS NULL
    AND upper_inf(n.valid)
JOIN people_identity AS i ON i.person_id = c.person_id AND i.superseded_at IS NULL
JOIN people_basic_number AS b ON b.person_id = c.person_id AND b.superseded_at IS NULL
    AND b.kind = 'current'
JOIN interchange_sent AS s ON s.case_id = c.id AND s.layout = 'agency_forwarding'
ORDER BY c.filing <> 'exemption', c.id
"""
_EXAMINED: Final = """
SELECT c.id, c.filing, last.number FROM cases_open AS o JOIN cases_case AS c ON c.id = o.case_id
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = c.id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON made.kind = 'examined'
JOIN LATERAL (SELECT number FROM cases_step WHERE case_id = c.id
    ORDER BY number DESC LIMIT 1) AS last ON true
ORDER BY c.id LIMIT 2
"""
_TO_CHECK: Final = """
SELECT f.id FROM interchange_file AS f WHERE f.direction = 'out'
    AND (SELECT count(*) FROM interchange_event AS e WHERE e.file_id = f.id) = 1
"""


def prepare(*, scale: Fraction, seed: int) -> tuple[Failure, ...]:
    """Let the two nights pass, once, after the morning's cases were made; return what went wrong.

    Needs Django on the loaded city. A start that was interrupted is gone on with.
    """
    with closing(load.connect()) as connection:
        day = load.marked_day(connection)
        city = load.mark(connection, day=day, scale=scale, seed=seed)
        ledger.as_role(Owner.BATCH)
        if _is_over(day):
            return ()
        last = previous_business_day(day - timedelta(days=1))
        first = previous_business_day(last - timedelta(days=_AGO))
        scene = _Scene(city, connection, first, last, Partners(city, first))
        try:
            scene.play(seed)
        except Refusal as refusal:
            return (Failure("夜間処理", f"{refusal.code}: {refusal}"),)
        finally:
            ledger.as_web()
    return ()


def _is_over(night: date) -> bool:
    done = models.RunPhase.objects.filter(run__night=night).values_list("phase", flat=True)
    return set(done) == set(Phase)


@dataclass(frozen=True, slots=True)
class _Scene:
    city: City
    connection: Connection
    first: date
    last: date
    partners: Partners

    def play(self, seed: int) -> None:
        """Live through the first night, what the desk did after it, and the last night."""
        ordinary = list(self._ordinary(1, self.first))
        self._night(self.first, time(20), ordinary)
        ledger.as_web()
        gone = self._leaving()
        self._send(seed)
        self._work(seed, gone[0])
        ledger.as_role(Owner.BATCH)
        tonight = list(self._ordinary(2, self.city.day))
        files = [*tonight, *self._mistakes(ordinary, tonight), *self._register(gone)]
        files += self._answers()
        self._night(self.city.day, time(0, 1), files)

    def _ordinary(self, number: int, day: date) -> Iterator[Dropped]:
        """Give what comes every night; the agency's answers are the scene's own."""
        for each in self.partners.night(number, day=day, told=Told()):
            if not each.layout.startswith("agency"):
                yield each

    def _night(self, night: date, at: time, files: list[Dropped]) -> None:
        known = set(models.File.objects.values_list("name", flat=True))
        for each in files:
            if each.name not in known:
                each.put(folders.incoming(each.layout))
        occasion = Occasion(
            at=datetime.combine(night, at, TOKYO),
            staff=None,
            staff_number="kokunen nightly",
            department="",
            terminal="",
        )
        nightly.run(night=night, occasion=occasion)

    def _mistakes(self, before: list[Dropped], tonight: list[Dropped]) -> list[Dropped]:
        """Return a file again under another name, and one that the line broke."""
        return [before[0].again(), tonight[0].cut()]

    def _register(self, gone: list[Townsman]) -> list[Dropped]:
        """Return who left Japan, and a correction of a notice that has not come."""
        abroad = [
            {
                "notice": f"{self.city.day:%Y%m%d}9{at:011d}",
                "kind": "move_abroad",
                "changed_on": self.last,
                "notified_on": self.last,
                "person": one.number,
                "other_country": "ブラジル",
            }
            for at, one in enumerate(gone, start=1)
        ]
        waits = {
            "notice": f"{self.city.day:%Y%m%d}900000000009",
            "kind": "correction",
            "refers_to": f"{self.city.day:%Y%m%d}900000000010",
            "refers_kind": "name",
            "changed_on": self.last,
            "notified_on": self.last,
            "person": gone[0].number,
            "name": gone[0].name,
            "kana": gone[0].kana,
        }
        return [written("resident_changes", [*abroad, waits], day=self.city.day, sequence=3)]

    def _answers(self) -> list[Dropped]:
        """Return the agency's answers to what was sent after the first night."""
        papers = [
            dict(zip(_COLUMNS, row, strict=True))
            for row in self.connection.execute(_FORWARDED.encode()).fetchall()
        ]
        fitting = [one for one in papers if _fits(one)]
        results: list[dict[str, Any]] = [
            agency.answer(one, day=self.city.day, fit=fit) | agency.banded(one, "full")
            for one, fit in zip(fitting, _FITS, strict=False)
        ]
        for at, each in enumerate(results, start=1):
            each["result"] = f"{self.city.day:%Y%m%d}{at:04d}"
        return [written("agency_results", results, day=self.city.day, sequence=1)]

    def _leaving(self) -> list[Townsman]:
        """Return two insured people who live alone or head no household, and have no case."""
        rows = self.connection.execute(
            "SELECT DISTINCT person_id FROM cases_case WHERE filing <> 'departure'"
        )
        busy = {row[0] for row in rows.fetchall()}
        return [
            one
            for one in reversed(self.partners.insured)
            if one.number not in busy and not one.head and not one.foreign
        ][:2]

    def _send(self, seed: int) -> None:
        """Check and release what the first night made, by two people, and have it confirmed."""
        desk = open_desk(_STORY, seed)
        on = next_business_day(self.first + timedelta(days=1))
        for (file,) in self.connection.execute(_TO_CHECK.encode()).fetchall():
            for at, act, one in (
                (time(9, 30), "check", desk.examiners[0]),
                (time(11), "release", desk.examiners[1]),
            ):
                when = datetime.combine(on, at, TOKYO)
                getattr(outbox, act)(
                    file=file,
                    occasion=desk.standing(one, when).because(purpose="reception"),
                    request_id=request(_STORY, file, act),
                )
            when = datetime.combine(on, time(15), TOKYO)
            outbox.acknowledge(
                file=file,
                on=on,
                reference="架空-1",
                occasion=desk.standing(desk.examiners[0], when).because(purpose="reception"),
                request_id=request(_STORY, file, "acknowledge"),
            )
        self.connection.commit()

    def _work(self, seed: int, leaves: Townsman) -> None:
        """Forward two cases on the last working day, and receive a departure with its prepaying."""
        desk = open_desk(_STORY, seed)
        when = datetime.combine(self.last, time(16), TOKYO)
        one = desk.examiners[0]
        filing = FILINGS["departure"]
        april = date(self.last.year - (self.last.month < grants.APRIL), grants.APRIL, 1)
        says = {
            "wish": "refund",
            "prepaid": "account_transfer",
            "prepaid_from": f"{april:%Y-%m}",
            "prepaid_months": 24,
        }
        clerk = desk.at_branch("", _STORY)
        enrolment.receive(
            receipt=Receipt(
                filing=filing.code,
                person=leaves.number,
                channel=Channel.COUNTER,
                received_on=self.last,
                event_on=self.last,
                filer=Filer.SELF,
                particulars=paper.fill(filing.items, says, on=self.last),
            ),
            occasion=desk.standing(clerk, when).because(purpose="reception"),
            request_id=request(_STORY, "departure"),
            sees=sees({Role.COUNTER}),
        )
        if self.connection.execute(_UNSENT.encode()).fetchone() == (0,):
            for case, code, number in self.connection.execute(_EXAMINED.encode()).fetchall():
                cases.take(
                    case=case,
                    kind=StepKind.FORWARDED,
                    expected=number,
                    reason="",
                    occasion=desk.occasion(one, when, FILINGS[code], case),
                    request_id=request(_STORY, case, "forward"),
                )
        self.connection.commit()


_COLUMNS: Final = (
    "case", "filing", "received_on", "name", "kana", "birth_date", "sex", "basic_number",
)  # fmt: skip
_UNSENT: Final = """
SELECT count(*) FROM cases_open AS o
JOIN LATERAL (SELECT kind FROM cases_step WHERE case_id = o.case_id AND kind <> 'taken'
    ORDER BY number DESC LIMIT 1) AS made ON made.kind = 'forwarded'
WHERE NOT EXISTS (SELECT FROM interchange_sent AS s WHERE s.case_id = o.case_id
    AND s.layout = 'agency_forwarding')
"""


def _fits(one: dict[str, Any]) -> bool:
    """Tell whether the agency's character set holds the name, which is then no other one."""
    try:
        one["name"].encode("cp932")
    except UnicodeEncodeError:
        return False
    return bool(one["name"])
