"""The life of a filing: its steps, the state they make, and who may take which. Pure.

Steps are rows and are never changed; the state is what the last of them makes of the case
(founding document 004, Ⅰ1: 受理, 審査, 日本年金機構への送付, 処理結果の登録).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kokunen.cases.catalogue.kinds import Filer
from kokunen.dates.errors import Refusal
from kokunen.people.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime


class UnableToTakeStep(Refusal):
    """The step does not follow from the state of the case, or another was taken meanwhile."""

    code = "step_not_open"


class Channel(Code):
    """How a filing came in."""

    COUNTER = "counter", "窓口"
    POST = "post", "郵送"
    ONLINE = "online", "オンライン"
    AGENCY = "agency", "年金事務所に提出"
    OFFICE = "office", "職権"


class StepKind(Code):
    """One step in the life of a case."""

    RECEIVED = "received", "受付"
    TAKEN = "taken", "担当"
    ASKED = "asked", "補正依頼"
    COMPLETED = "completed", "補正"
    CORRECTED = "corrected", "訂正"
    EXAMINED = "examined", "審査"
    SENT_BACK = "sent_back", "差戻し"
    FORWARDED = "forwarded", "進達"
    GRANTED = "granted", "承認・処理済"
    REFUSED = "refused", "却下・不支給"
    RETURNED = "returned", "返戻"
    NOTIFIED = "notified", "通知"
    CLOSED = "closed", "完結"
    WITHDRAWN = "withdrawn", "取下げ"


class State(Code):
    """Where a case stands, and so what is to be done next."""

    RECEIVED = "received", "審査待ち"
    INCOMPLETE = "incomplete", "補正待ち"
    SENT_BACK = "sent_back", "差戻し"
    EXAMINED = "examined", "進達待ち"
    FORWARDED = "forwarded", "結果待ち"
    RETURNED = "returned", "返戻"
    DECIDED = "decided", "通知待ち"
    NOTIFIED = "notified", "完結待ち"
    CLOSED = "closed", "完結"
    WITHDRAWN = "withdrawn", "取下げ"


MAKES: Final[Mapping[StepKind, State | None]] = MappingProxyType(
    {
        StepKind.RECEIVED: State.RECEIVED,
        StepKind.TAKEN: None,
        StepKind.ASKED: State.INCOMPLETE,
        StepKind.COMPLETED: State.RECEIVED,
        StepKind.CORRECTED: State.RECEIVED,
        StepKind.EXAMINED: State.EXAMINED,
        StepKind.SENT_BACK: State.SENT_BACK,
        StepKind.FORWARDED: State.FORWARDED,
        StepKind.GRANTED: State.DECIDED,
        StepKind.REFUSED: State.DECIDED,
        StepKind.RETURNED: State.RETURNED,
        StepKind.NOTIFIED: State.NOTIFIED,
        StepKind.CLOSED: State.CLOSED,
        StepKind.WITHDRAWN: State.WITHDRAWN,
    }
)
"""The state that each step makes; None: it leaves the state as it is."""

_CONTENT: Final = frozenset({StepKind.COMPLETED, StepKind.CORRECTED})
_ANY: Final = frozenset({StepKind.TAKEN, StepKind.WITHDRAWN})
OPEN_TO: Final[Mapping[State, frozenset[StepKind]]] = MappingProxyType(
    {
        State.RECEIVED: _ANY
        | {StepKind.ASKED, StepKind.CORRECTED, StepKind.EXAMINED, StepKind.SENT_BACK},
        State.INCOMPLETE: _ANY | _CONTENT | {StepKind.ASKED},
        State.SENT_BACK: _ANY | {StepKind.ASKED, StepKind.CORRECTED},
        State.EXAMINED: _ANY | {StepKind.CORRECTED, StepKind.FORWARDED, StepKind.SENT_BACK},
        State.FORWARDED: _ANY
        | {StepKind.CORRECTED, StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED},
        State.RETURNED: _ANY | {StepKind.ASKED, StepKind.CORRECTED},
        # The agency may change its answer; the newest stands.
        State.DECIDED: frozenset(
            {
                StepKind.TAKEN,
                StepKind.CORRECTED,
                StepKind.GRANTED,
                StepKind.REFUSED,
                StepKind.RETURNED,
                StepKind.NOTIFIED,
            }
        ),
        State.NOTIFIED: frozenset({StepKind.TAKEN, StepKind.CORRECTED, StepKind.CLOSED}),
        State.CLOSED: frozenset({StepKind.CORRECTED}),
        State.WITHDRAWN: frozenset(),
    }
)
"""The steps that may follow in each state."""

NEEDS_REASON: Final = frozenset(
    {StepKind.ASKED, StepKind.CORRECTED, StepKind.SENT_BACK, StepKind.RETURNED, StepKind.WITHDRAWN}
)
"""Steps that say why (400 characters at most)."""

OVER: Final = frozenset({State.CLOSED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. ``number`` counts the steps of the case from 1; ``on`` is the day it is about.

    ``staff`` is access_staff.id, or 0 for a program. ``detail`` holds codes, row ids and days,
    never a name, an address or a number of a person.
    """

    number: int
    kind: StepKind
    at: datetime
    on: date
    staff: int
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is received: a filing of a person, with what stands on it.

    ``particulars`` maps the names of the filing's items to JSON values (`ItemKind`). ``person`` is
    the 宛名番号, ``branch`` the code of the branch ("": the main office), ``event_on`` the day the
    filing is about.
    """

    filing: str
    person: int
    channel: Channel
    received_on: date
    branch: str = ""
    event_on: date | None = None
    filer: Filer = Filer.SELF
    particulars: Mapping[str, Any] = field(default_factory=dict)


class Weight(Code):
    """How much a finding weighs."""

    STOP = "stop", "受け付けられない"
    LACKS = "lacks", "補正が必要"
    NOTE = "note", "確認"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the check of a filing against law and register found, in Japanese, with its article."""

    code: str
    weight: Weight
    message: str
    fix: str = ""
    article: str = ""
    item: str = ""

    @property
    def cited(self) -> str:
        """The message with its article."""
        return f"{self.message}({self.article})" if self.article else self.message


def stop(code: str, message: str, fix: str, article: str = "", item: str = "") -> Finding:
    """Return a finding with which the filing cannot be received."""
    return Finding(
        code=code, weight=Weight.STOP, message=message, fix=fix, article=article, item=item
    )


def lacks(code: str, message: str, fix: str, article: str = "", item: str = "") -> Finding:
    """Return a finding that the applicant has to put right."""
    return Finding(
        code=code, weight=Weight.LACKS, message=message, fix=fix, article=article, item=item
    )


def note(code: str, message: str, fix: str, article: str = "", item: str = "") -> Finding:
    """Return a finding to be told and looked into."""
    return Finding(
        code=code, weight=Weight.NOTE, message=message, fix=fix, article=article, item=item
    )


def refused(refusal: Refusal) -> Finding:
    """Return a refusal as what an advice finds."""
    return stop(refusal.code, refusal.message, refusal.fix, item=refusal.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that belongs to a filing: why, and what is taken in its stead."""

    name: str
    why: str
    instead: tuple[str, ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an advice: a label, what it says, and its tone ("", good, bad, doubt)."""

    label: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some lines under a heading."""

    heading: str
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a filing does to the register, before and after, in words."""

    label: str
    before: str
    after: str
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the law says beside a filing: findings, documents, effects, explanations."""

    findings: tuple[Finding, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    effects: tuple[Effect, ...] = ()
    sections: tuple[Section, ...] = ()


def state_of(steps: Sequence[Step]) -> State:
    """Return the state that the steps (in their order, at least one) make."""
    made = [MAKES[step.kind] for step in steps]
    return next(state for state in reversed(made) if state is not None)


def may_follow(*, steps: Sequence[Step], kind: StepKind, expected: int, reason: str) -> None:
    """Pass when the step may be taken now, or raise `UnableToTakeStep`.

    ``expected`` is the number of the last step that whoever takes this one has seen.
    """
    state = state_of(steps)
    if expected != steps[-1].number:
        raise UnableToTakeStep(
            "この案件は、画面を開いた後に別の職員が処理しました。まだ何も記録していません。",
            fix="案件を開き直し、今の状態を見てからもう一度入力してください。",
            field="expected",
        )
    if kind not in OPEN_TO[state]:
        raise UnableToTakeStep(
            f"「{state.label}」の案件に「{kind.label}」はできません。",
            fix="案件の状態を確かめ、できる処理から選んでください。",
            field="kind",
        )
    if kind in NEEDS_REASON and not reason.strip():
        raise UnableToTakeStep(
            f"「{kind.label}」の理由がありません。",
            fix="何を見て、なぜそうするのかを書いてください。",
            field="reason",
        )


def lacking(
    findings: Iterable[Finding], refusal: type[Refusal], *, cited: bool = False
) -> list[str]:
    """Return the codes of what a filing lacks, or raise the refusal for what stops it first.

    ``cited``: the refusal names the article, too.
    """
    codes = []
    for each in findings:
        if each.weight is Weight.STOP:
            raise refusal(each.cited if cited else each.message, fix=each.fix, field=each.item)
        if each.weight is Weight.LACKS:
            codes.append(each.code)
    return codes
