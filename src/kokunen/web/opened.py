"""A case as it is opened on a screen: its purpose is its filing's, so nothing is asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kokunen.access import queries as access
from kokunen.access.domain import Permission
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import ItemKind
from kokunen.cases.domain import OPEN_TO, StepKind
from kokunen.cases.particulars import asked
from kokunen.dates.month import Month
from kokunen.dates.wareki import format_wareki_month
from kokunen.people import search as people
from kokunen.people.domain import Hidden, Masked
from kokunen.web import acting, case_forms, purposes
from kokunen.web.templatetags.office import both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest

    from kokunen.audit.domain import Occasion
    from kokunen.cases.catalogue.kinds import Filing, Item
    from kokunen.cases.domain import Receipt, Step
    from kokunen.cases.queries import Case
    from kokunen.people.search import Hit

EXAMINER: Final = frozenset(
    {
        StepKind.EXAMINED,
        StepKind.SENT_BACK,
        StepKind.FORWARDED,
        StepKind.GRANTED,
        StepKind.REFUSED,
        StepKind.RETURNED,
    }
)
"""The steps of whoever examines; all others are the counter's, too."""
RESULTS: Final = frozenset({StepKind.GRANTED, StepKind.REFUSED, StepKind.RETURNED})
CONTENT: Final = frozenset({StepKind.COMPLETED, StepKind.CORRECTED})
ONWARD: Final = frozenset(
    {
        StepKind.COMPLETED,
        StepKind.EXAMINED,
        StepKind.FORWARDED,
        StepKind.GRANTED,
        StepKind.NOTIFIED,
        StepKind.CLOSED,
    }
)
"""The steps by which a case goes its usual way."""
_DOING: Final[Mapping[StepKind, str]] = {
    StepKind.TAKEN: "自分が担当する",
    StepKind.ASKED: "補正を求める",
    StepKind.COMPLETED: "補正を受け付ける",
    StepKind.CORRECTED: "内容を訂正する",
    StepKind.EXAMINED: "審査を終える",
    StepKind.SENT_BACK: "受付に差し戻す",
    StepKind.FORWARDED: "年金機構に進達する",
    StepKind.GRANTED: "承認・処理済を登録する",
    StepKind.REFUSED: "却下・不支給を登録する",
    StepKind.RETURNED: "返戻を登録する",
    StepKind.NOTIFIED: "本人への通知を記録する",
    StepKind.CLOSED: "完結する",
    StepKind.WITHDRAWN: "取下げを受ける",
}
ROLES: Final = {"insured": "本人", "spouse": "配偶者", "head": "世帯主"}
"""Whose income is assessed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case, the occasion in its purpose, and the opening asked for its person."""

    case: Case
    occasion: Occasion
    opening: UUID | None

    @property
    def sealed(self) -> bool:
        """Whether what stands on the filing is withheld."""
        return isinstance(self.case.particulars, Masked | Hidden)

    @property
    def particulars(self) -> Mapping[str, Any]:
        """What stands on the filing; nothing of what is sealed."""
        return self.case.readable

    def receipt(self) -> Receipt:
        """Return the filing as it was received, with the newest particulars."""
        return self.case.receipt(particulars=self.particulars)


def opened(request: HttpRequest, number: int) -> Opened:
    """Open a case and state its purpose for its person; raises UnableToFindCase."""
    # What it is about comes before anything of it is shown: the purpose stands in the record.
    of = cases.heading(number)
    key, purpose = of.person_key, of.filing.purpose
    purposes.state(request, key=key, purpose=purpose, reason="", case=number)
    occasion = acting.occasion(request).because(purpose=purpose, case=number)
    opening = purposes.opening(request, key)
    case = cases.one(
        case=number, occasion=occasion, sees=acting.actor(request).sees, opening=opening
    )
    return Opened(case=case, occasion=occasion, opening=opening)


def people_of(request: HttpRequest, found: Opened) -> dict[int, Hit]:
    """Return how the person and those tested are called."""
    case = found.case
    numbers = dict.fromkeys((case.person, *(person for person, _, _ in case.tested)))
    return people.named(
        people=list(numbers),
        operation="cases.people",
        occasion=found.occasion,
        sees=acting.actor(request).sees,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One line of what stands on a filing."""

    label: str
    text: str


def said(items: tuple[Item, ...], kept: Mapping[str, Any]) -> tuple[Said, ...]:
    """Return what stands on a filing in words."""
    return tuple(
        Said(label=item.label, text=written(item, kept[item.name]))
        for item in items
        if item.name in kept and asked(item, kept)
    )


def written(item: Item, value: object) -> str:  # noqa: PLR0911 - one line for each kind
    """Write what was given for one item."""
    words = dict(item.choices)
    match item.kind, value:
        case _, None:
            return "書かれていない"
        case ItemKind.YES_NO, bool():
            return "はい" if value else "いいえ"
        case ItemKind.DATE, _:
            return both(case_forms.day(str(value)))
        case ItemKind.MONTH, _:
            return format_wareki_month(Month.parse(str(value)))
        case ItemKind.CHOICES, list():
            return "、".join(words.get(str(each), str(each)) for each in value)
        case ItemKind.CHOICE, _:
            return words.get(str(value), str(value))
        case ItemKind.YEN, int():
            return f"{value:,}円"
        case ItemKind.PERSON, _:
            return f"宛名番号 {value}"
        case _:
            return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step in words; ``staff`` is empty for a program."""

    step: Step
    staff: str


def told(steps: tuple[Step, ...]) -> tuple[Told, ...]:
    """Return the steps with the names of whoever took them."""
    names = access.named({step.staff for step in steps if step.staff})
    return tuple(Told(step=step, staff=names.get(step.staff, "")) for step in steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be done next: ``barred`` says why not (empty: it can)."""

    kind: StepKind
    label: str
    barred: str = ""


def actions(found: Opened, actor: acting.Actor) -> Iterator[Action]:
    """Yield the steps that are open in the state and to the role, the likeliest first."""
    case = found.case
    for kind in _LIKELY:
        if kind not in OPEN_TO[case.state] or not may_take(kind, actor):
            continue
        if kind is StepKind.TAKEN and case.steps[-1].staff == actor.staff:
            continue
        if kind is StepKind.REFUSED and not case.filing.decided:
            continue
        yield Action(kind=kind, label=label(kind, case.filing), barred=_barred(kind, case, actor))


def label(kind: StepKind, filing: Filing) -> str:
    """Return what a step is called for a filing: a 届出 is processed, not granted."""
    if kind is StepKind.GRANTED:
        return "承認を登録する" if filing.decided else "処理済を登録する"
    return _DOING[kind]


def may_take(kind: StepKind, actor: acting.Actor) -> bool:
    """Whether the role may take a step."""
    return kind not in EXAMINER or Permission.EXAMINE in actor.may


def _barred(kind: StepKind, case: Case, actor: acting.Actor) -> str:
    if kind is StepKind.EXAMINED and case.maker == actor.staff:
        return "自分が入力した届は、自分で審査できません。別の職員が審査します。"
    return ""


_LIKELY: Final[tuple[StepKind, ...]] = (
    StepKind.COMPLETED,
    StepKind.EXAMINED,
    StepKind.FORWARDED,
    StepKind.GRANTED,
    StepKind.REFUSED,
    StepKind.NOTIFIED,
    StepKind.CLOSED,
    StepKind.RETURNED,
    StepKind.ASKED,
    StepKind.CORRECTED,
    StepKind.SENT_BACK,
    StepKind.TAKEN,
    StepKind.WITHDRAWN,
)
