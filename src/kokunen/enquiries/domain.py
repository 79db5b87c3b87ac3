"""The life of an enquiry and its clock. Pure: no Django, no clock of its own.

A branch asks headquarters to confirm a record while the resident waits; the clock counts the
minutes during which the office is open. Steps are rows; the state is what the last of them makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kokunen.dates.business import is_business_day
from kokunen.dates.errors import Refusal
from kokunen.dates.tokyo import TOKYO, day_of
from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

MOST_CHARACTERS: Final = 400


class UnableToAsk(Refusal):
    """The enquiry lacks something, or its request was used for another."""

    code = "enquiry_incomplete"


class UnableToTakeEnquiryStep(Refusal):
    """The step does not follow from the state, or another took one meanwhile."""

    code = "enquiry_step_not_open"


class UnableToAnswerOwnEnquiry(Refusal):
    """Whoever asked wanted to answer."""

    code = "enquiry_own"


class Matter(Code):
    """What is to be confirmed."""

    ENROLMENT = "enrolment", "資格の記録"
    EXEMPTION = "exemption", "免除・猶予の記録"
    NUMBER = "number", "基礎年金番号"
    ADDITIONAL = "additional", "付加保険料の記録"
    CLAIM = "claim", "裁定請求の受付"
    FILING = "filing", "届出・申請の処理状況"
    OTHER = "other", "その他"


class Urgency(Code):
    """Who waits for the answer, and how."""

    WAITING = "waiting", "来庁者が待っている"
    PHONE_BACK = "phone_back", "住民に電話で折り返す"
    AGAIN = "again", "住民は後日また来る"


class StepKind(Code):
    """One step in the life of an enquiry."""

    ASKED = "asked", "照会"
    TAKEN = "taken", "担当"
    SENT = "sent", "年金事務所へ照会"
    ANSWERED = "answered", "回答"
    READ = "read", "回答を確認"
    WITHDRAWN = "withdrawn", "取下げ"


class Answer(Code):
    """What headquarters found."""

    AS_STATED = "as_stated", "照会のとおり"
    DIFFERENT = "different", "照会と違う"
    NOT_FOUND = "not_found", "記録がない"
    OTHER = "other", "その他(本文)"


class State(Code):
    """Where an enquiry stands."""

    WAITING = "waiting", "担当待ち"
    TAKEN = "taken", "確認中"
    SENT = "sent", "年金事務所に照会中"
    ANSWERED = "answered", "回答あり"
    READ = "read", "確認済み"
    WITHDRAWN = "withdrawn", "取下げ"


MAKES: Final[Mapping[StepKind, State]] = MappingProxyType(
    {
        StepKind.ASKED: State.WAITING,
        StepKind.TAKEN: State.TAKEN,
        StepKind.SENT: State.SENT,
        StepKind.ANSWERED: State.ANSWERED,
        StepKind.READ: State.READ,
        StepKind.WITHDRAWN: State.WITHDRAWN,
    }
)
OPEN_TO: Final[Mapping[State, frozenset[StepKind]]] = MappingProxyType(
    {
        State.WAITING: frozenset({StepKind.TAKEN, StepKind.WITHDRAWN}),
        # Taken again: a colleague goes on with it.
        State.TAKEN: frozenset(
            {StepKind.TAKEN, StepKind.SENT, StepKind.ANSWERED, StepKind.WITHDRAWN}
        ),
        State.SENT: frozenset({StepKind.TAKEN, StepKind.ANSWERED, StepKind.WITHDRAWN}),
        State.ANSWERED: frozenset({StepKind.READ}),
        State.READ: frozenset(),
        State.WITHDRAWN: frozenset(),
    }
)
"""The steps that may follow in each state."""

BY_ASKER: Final = frozenset({StepKind.READ, StepKind.WITHDRAWN})
"""Steps of whoever asked; headquarters takes the others."""
RUNNING: Final = frozenset({State.WAITING, State.TAKEN, State.SENT})
"""The states in which the clock runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When the office is open, on business days. The city's own figure (to be set)."""

    opens: time = time(8, 30)
    closes: time = time(17, 0)


HOURS: Final = Hours()
TARGETS: Final[Mapping[Urgency, int]] = MappingProxyType(
    {Urgency.WAITING: 10, Urgency.PHONE_BACK: 60, Urgency.AGAIN: 510}
)
"""Open minutes within which an answer is wanted; the city's own choice, in no law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. ``number`` counts from 1 (the question); ``staff`` is access_staff.id."""

    number: int
    kind: StepKind
    at: datetime
    staff: int
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """One enquiry with its steps in their order (at least the question).

    ``person`` is the 宛名番号, ``branch`` the code of the branch that asks ("": the main office).
    ``purpose`` and ``case`` are those for which the asker has the person open.
    """

    number: int
    person: int
    person_key: UUID
    branch: str
    matter: Matter
    urgency: Urgency
    purpose: str
    case: int | None
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.steps)

    @property
    def asked_by(self) -> int:
        """Whoever asked (access_staff.id)."""
        return self.steps[0].staff

    @property
    def taken_by(self) -> int | None:
        """Whoever took it last, or None while nobody has."""
        return next(
            (each.staff for each in reversed(self.steps) if each.kind is StepKind.TAKEN), None
        )

    def waited(self, *, at: datetime, hours: Hours = HOURS) -> int:
        """Return the open minutes from the question to the answer or withdrawal, or until now."""
        end = next((each.at for each in self.steps if MAKES[each.kind] not in RUNNING), at)
        return open_minutes(since=self.steps[0].at, until=end, hours=hours)


def state_of(steps: Sequence[Step]) -> State:
    """Return the state that the steps (at least one) make."""
    return MAKES[steps[-1].kind]


def open_minutes(*, since: datetime, until: datetime, hours: Hours = HOURS) -> int:
    """Return the whole minutes between two aware moments during which the office was open.

    0 where ``until`` is not after ``since``. Raises UnableToTellBusinessDay outside 1989–2099.
    """
    total = timedelta()
    day, last = day_of(since), day_of(until)
    while day <= last:
        if is_business_day(day):
            begin = max(since, datetime.combine(day, hours.opens, tzinfo=TOKYO))
            end = min(until, datetime.combine(day, hours.closes, tzinfo=TOKYO))
            total += max(end - begin, timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds() // 60)


def may_follow(
    *, enquiry: Enquiry, kind: StepKind, expected: int, staff: int, answer: Answer | None, text: str
) -> None:
    """Pass when the step may be taken, or raise what is wrong with it.

    ``expected`` is the number of the last step that whoever takes this one has seen.
    """
    if expected != enquiry.steps[-1].number:
        raise overtaken()
    if kind not in OPEN_TO[enquiry.state]:
        raise UnableToTakeEnquiryStep(
            f"「{enquiry.state.label}」の照会に「{kind.label}」はできません。",
            fix="照会を開き直し、今の状態を確かめてください。",
        )
    own = staff == enquiry.asked_by
    if kind in BY_ASKER and not own:
        raise UnableToTakeEnquiryStep(
            f"「{kind.label}」ができるのは、照会した職員だけです。",
            fix="照会した職員に伝えてください。",
        )
    if kind not in BY_ASKER and own:
        raise UnableToAnswerOwnEnquiry(
            "自分の照会に自分で答えることはできません。記録の確認は別の職員が行います。",
            fix="本庁の別の職員に頼んでください。",
        )
    if kind in {StepKind.SENT, StepKind.ANSWERED} and staff != enquiry.taken_by:
        raise UnableToTakeEnquiryStep(
            "この照会は、別の職員が担当しています。",
            fix="続きを引き受けるときは、先に「担当する」を押してください。",
        )
    if (kind is StepKind.ANSWERED) != (answer is not None):
        raise UnableToTakeEnquiryStep(
            "回答の区分がありません。", fix="回答を選択肢から選んでください。", field="answer"
        )
    if answer in {Answer.DIFFERENT, Answer.OTHER} and not text.strip():
        raise UnableToTakeEnquiryStep(
            f"「{answer.label}」だけでは、窓口で住民に説明できません。" if answer else "",
            fix="何がどう違うのか、本文に書いてください。",
            field="text",
        )
    bounded(text)


def bounded(text: str) -> None:
    """Pass when a text is short enough, or raise UnableToAsk."""
    if len(text) > MOST_CHARACTERS:
        raise UnableToAsk(
            f"本文が{MOST_CHARACTERS}字を超えています。",
            fix=f"{MOST_CHARACTERS}字以内で書いてください。",
            field="text",
        )


def overtaken() -> Refusal:
    """Return the refusal of a step that another was quicker with."""
    return UnableToTakeEnquiryStep(
        "この照会は、画面を開いた後に別の職員が処理しました。まだ何も記録していません。",
        fix="照会を開き直し、今の状態を見てからもう一度行ってください。",
        field="expected",
    )
