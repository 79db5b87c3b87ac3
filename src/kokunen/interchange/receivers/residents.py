"""Changes of the resident register (異動) as they come in, day by day.

What a change means for somebody's pension is decided elsewhere: who left Japan or turned 20 is on
the lists of ``enrolment.candidates``. A death has no list, so that the loss of an insured person
is received here as a case, which a person examines (``residents_deaths``).

No 氏名変更届 or 住所変更届 is raised beside the register's own notice: whose individual number is
linked to the basic pension number files neither (法12条1項ただし書; so say the cities, for example
Matsudo, read 2026-11-21; the wording of the ministry's rule was not read). For the others a clerk
receives one by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from kokunen.access.protection.queries import covered
from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.models import Record
from kokunen.interchange.receivers import residents_corrections as corrections
from kokunen.interchange.receivers import residents_deaths as deaths
from kokunen.interchange.receivers import residents_domain as domain
from kokunen.interchange.receivers.residents_domain import Notice
from kokunen.interchange.receivers.residents_groups import CORRECTS, kind_of, repeats, waves
from kokunen.interchange.receivers.residents_lanes import Lanes
from kokunen.interchange.receiving import Receives, refused
from kokunen.people.arranging import (
    Arrangement,
    Arranging,
    Made,
    Row,
    arranging,
    known,
    rows_of,
    source_ref_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from kokunen.interchange.receivers.residents_groups import Group
    from kokunen.interchange.receiving import Context, Incoming

OPERATION: Final = "interchange.resident_changes"
_PROTECTS: Final = frozenset({Notice.PROTECTION_ON, Notice.PROTECTION_OFF})
_DONE: Final = (RecordOutcome.APPLIED, RecordOutcome.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An earlier notice: whom it was about, and the source_ref that its facts go back to.

    ``mends`` tells that it corrected or cancelled another one.
    """

    person: int | None
    root: str
    mends: bool


@dataclass(slots=True, kw_only=True)
class _Chunk:
    """Records under way, with what became of each."""

    context: Context
    effects: dict[int, Effect] = field(default_factory=dict)
    seen: dict[str, _Seen] = field(default_factory=dict)
    died: dict[int, tuple[date | None, date | None]] = field(default_factory=dict)
    """Of each record, the day of the person's death as it stood before and after it."""
    cases: dict[int, int | None] = field(default_factory=dict)
    """The case of each person's death, as the records before left it."""

    def apply(self, groups: Sequence[Group]) -> None:
        """Apply groups at once; where the database refuses, each by itself."""
        seen = dict(self.seen)
        try:
            rows = self._applied(groups)
        except Refusal as refusal:
            self.seen = seen
            if len(groups) > 1:
                for group in groups:
                    self.apply([group])
            else:
                self._refuse(groups[0], refusal)
            return
        for record in (record for group in groups for record in group):
            if self.effects[record.number].outcome is RecordOutcome.APPLIED:
                self._of_death(record, rows[record.values["person"]])

    def _of_death(self, record: Incoming, rows: Sequence[Row]) -> None:
        """Let the case of a death follow what the register now says of it."""
        before, after = self.died[record.number]
        if before == after:
            return
        person, effect = record.values["person"], self.effects[record.number]
        case = None if before is None else self.cases.get(person) or self._case(person)
        if case is not None:
            effect = deaths.mended(record, effect, self.context, case=case, on=after)
        elif after is not None and deaths.insured(rows, on=after):
            effect = deaths.lost(record, effect, self.context, on=after)
        self.effects[record.number] = effect
        self.cases[person] = effect.case

    def _case(self, person: int) -> int | None:
        lines = Record.objects.filter(layout=self.context.layout, person=person)
        return lines.exclude(case=None).order_by("id").values_list("case_id", flat=True).last()

    def _applied(self, groups: Sequence[Group]) -> Mapping[int, tuple[Row, ...]]:
        """Apply groups and return the rows of their people as they were before."""
        people = {record.values["person"] for group in groups for record in group}
        kinds = (*domain.KINDS, "enrolment")
        with arranging(
            operation=OPERATION,
            occasion=self.context.occasion,
            people=people,
            kinds=domain.KINDS,
            opening=self.context.opening,
        ) as act:
            here = known(people)
            corrected = any(kind_of(record) in CORRECTS for group in groups for record in group)
            rows = rows_of(people=people, kinds=kinds, superseded=corrected)
            planned: list[tuple[Incoming, Arrangement]] = []
            for group in groups:
                if repeats(group):
                    self._in_turn(act, group)
                    continue
                try:
                    planned += [(record, self._planned(record, here, rows)) for record in group]
                except Refusal as refusal:
                    if len(groups) == 1:
                        raise
                    self._refuse(group, refusal)
            self._enter(act, planned)
        return rows

    def _in_turn(self, act: Arranging, group: Group) -> None:
        """Apply the records of a group one after the other: somebody is in it twice."""
        for record in group:
            people = {record.values["person"]}
            rows = rows_of(people=people, kinds=domain.KINDS, superseded=True)
            self._enter(act, [(record, self._planned(record, known(people), rows))])

    def _planned(
        self, record: Incoming, here: Collection[int], rows: Mapping[int, tuple[Row, ...]]
    ) -> Arrangement:
        kind, person = kind_of(record), record.values["person"]
        if person not in here and kind not in domain.ARRIVALS:
            raise domain.UnableToFindPerson(
                "この宛名番号の人は登録されていません。",
                fix="先の異動(転入など)か初期データに含まれるはずです。届けば自動で反映します。",
                field="person",
            )
        own = self.context.source(record.number)
        lanes = Lanes(
            corrections.standing(row)
            for row in rows.get(person, ())
            if not row.superseded and row.value.KIND in domain.KINDS
        )
        before = domain.died_on(lanes)
        if kind in CORRECTS:
            own = self._correct(record, lanes, rows[person], own)
        elif kind in _PROTECTS:
            _ask_clerk(person, kind)
        else:
            domain.apply(lanes, kind, record.values, own)
        if person not in here and not lanes.standing(("name",)):
            raise domain.incomplete("name")
        self.died[record.number] = before, domain.died_on(lanes)
        plan = lanes.plan()
        return Arrangement(
            request_id=self.context.request(record.number),
            person=person,
            gone=tuple(
                Row(
                    id=fact.row,
                    value=fact.value,
                    valid=fact.valid,
                    source=fact.source,
                    source_ref=fact.ref,
                )
                for fact in plan.gone
                if fact.row is not None
            ),
            made=tuple(
                Made(
                    value=fact.value,
                    valid=fact.valid,
                    source=fact.source,
                    source_ref=fact.ref,
                    own=fact.ref == own,
                )
                for fact in plan.made
            ),
            new=person not in here,
        )

    def _correct(self, record: Incoming, lanes: Lanes, rows: Sequence[Row], own: str) -> str:
        """Apply a correction or a cancellation; return the source_ref of what it states."""
        kind, refers = kind_of(record), record.values.get("refers_to") or ""
        if kind is Notice.CANCELLATION:
            found = self._notice(refers, record)
            if found.mends:
                raise domain.mends_another()
            corrections.cancel(lanes, found.root, rows)
            return own
        if record.values.get("refers_kind") is None:
            raise domain.incomplete("refers_kind")
        notice = Notice(record.values["refers_kind"])
        if notice in CORRECTS | _PROTECTS:
            raise domain.incomplete("refers_kind")
        if not refers:
            domain.correct_present(lanes, notice, record.values, own)
            return own
        root = self._notice(refers, record).root
        corrections.correct(lanes, notice, record.values, root=root, own=own, rows=rows)
        return corrections.corrected_ref(root, own)

    def _notice(self, refers: str, record: Incoming) -> _Seen:
        found = self.seen.get(refers) or self._in_ledger(refers)
        if found is None:
            raise domain.UnableToFindNotice(
                "訂正・取消しの対象の通知が、まだ反映されていません。",
                fix="対象の通知を反映すると、自動でもう一度試みます。届いていなければ、"
                "住民記録の担当に再送を頼んでください。",
                field="refers_to",
            )
        if found.person != record.values["person"]:
            raise domain.UnableToReadNotice(
                "訂正・取消しの対象の通知は、別の人の通知です。",
                fix="住民記録の担当に、異動番号と宛名番号を確かめてください。",
                field="person",
            )
        return found

    def _in_ledger(self, notice: str) -> _Seen | None:
        found = (
            Record.objects.filter(layout=self.context.layout, notice=notice, outcome__in=_DONE)
            .values("file_id", "number", "person_id", "outcome", "rows")
            .first()
        )
        if found is None:
            return None
        # A correction made its facts in the name of the notice that it corrects.
        first = next(iter(found["rows"]), None)
        there = "" if first is None else source_ref_of(kind=first[0], row=first[1])
        own = replace(self.context, file=found["file_id"]).source(found["number"])
        root = corrections.root_of(there or own)
        # A cancellation states nothing, and a correction in the name of another notice.
        mends = found["outcome"] == RecordOutcome.APPLIED and (not there or root != own)
        return _Seen(person=found["person_id"], root=root, mends=mends)

    def _enter(self, act: Arranging, planned: Sequence[tuple[Incoming, Arrangement]]) -> None:
        doing = [(record, each) for record, each in planned if each.new or each.gone or each.made]
        made = act.enter([each for _, each in doing])
        done = {record.number: facts for (record, _), facts in zip(doing, made, strict=True)}
        for record, each in planned:
            facts = done.get(record.number)
            self.effects[record.number] = Effect(
                outcome=RecordOutcome.NOTHING if facts is None else RecordOutcome.APPLIED,
                person=each.person,
                rows=facts or (),
            )
            own = self.context.source(record.number)
            there = next((fact.source_ref for fact in each.made if fact.own), None)
            root = corrections.root_of(there or own)
            self.seen[record.values["notice"]] = _Seen(
                person=each.person,
                root=root,
                mends=facts is not None and (there is None or root != own),
            )

    def _refuse(self, group: Group, refusal: Refusal) -> None:
        waits = isinstance(refusal, domain.UnableToApplyYet) or refusal.field == "head"
        held = waits or len(group) > 1
        effect = refused(refusal, outcome=RecordOutcome.HELD if held else RecordOutcome.REFUSED)
        here = known({record.values["person"] for record in group})
        for record in group:
            person = record.values["person"]
            self.effects[record.number] = replace(effect, person=person if person in here else None)


def receive(records: Sequence[Incoming], context: Context) -> Sequence[Effect]:
    """Apply a chunk of changes in their order; as many at once as do not touch each other.

    Records of one group (一括異動番号) that follow each other stand or wait together.
    """
    chunk = _Chunk(context=context)
    for wave in waves(records):
        chunk.apply(wave)
    return [chunk.effects[record.number] for record in records]


def _ask_clerk(person: int, kind: Notice) -> None:
    """Pass when a clerk has entered what the notice says, or refuse: no program (un)masks."""
    on = kind is Notice.PROTECTION_ON
    if (person in covered([person])) is on:
        return
    raise domain.UnableToProtect(
        "支援措置の開始の連絡です。プログラムでは登録しません。"
        if on
        else "支援措置の終了の連絡です。プログラムでは終了しません(封じた情報は開きません)。",
        fix="支援措置の画面で、書類を確かめて登録してください。登録すると、この通知は変更なしになります。"
        if on
        else "支援措置の画面で、書類を確かめて終了を入力し、別の職員の確認を受けてください。",
        field="kind",
    )


RECEIVES: Final = (
    Receives(
        layout="resident_changes",
        apply=receive,
        notice=lambda values: str(values["notice"]),
        group=lambda values: str(values["group"] or ""),
    ),
)
