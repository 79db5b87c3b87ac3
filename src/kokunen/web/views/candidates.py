"""The people whom a duty finds by itself: each is worked off as a case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4, uuid5

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.benefit import queries as benefit
from kokunen.benefit.reports import REPORTS
from kokunen.cases import operations as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.enrolment import operations as enrolment
from kokunen.enrolment import queries as enrolments
from kokunen.enrolment.queries import ListKind
from kokunen.exemption import queries as exemptions
from kokunen.interchange.receivers import welfare_waiting
from kokunen.interchange.receivers.welfare_waiting import CauseList, Waiting
from kokunen.law.exemption.periods import exemption_cycle
from kokunen.people import search
from kokunen.web import acting, purposes
from kokunen.web.desk_forms import CandidateForm, MonthForm
from kokunen.web.forms import beside
from kokunen.web.templatetags.office import both

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.enrolment.candidates import Candidate
    from kokunen.people.search import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """One list: what it is called, and what is to be done with it."""

    name: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Somebody of a list; ``filing`` is to be received, ``known`` if its content is known.

    ``case`` is the one that brought it already.
    """

    hit: Hit
    why: str
    filing: str
    known: bool
    case: int | None = None


_MAKE: Final = "「案件にする」を押すと、職権の案件として受け付け、届の内容を続けて入れられます。"
LISTS: Final[tuple[List, ...]] = (
    *(List(name=kind.value, label=kind.label, hint=_MAKE) for kind in ListKind),
    List(
        name=CauseList.STATUTORY.value,
        label=CauseList.STATUTORY.label,
        hint="生活扶助・障害年金の通知が届いたときは第1号でなく、後で第1号になった人です。理由が続いているかを"
        f"確かめてください。{_MAKE}外国籍の人の生活保護に準じた保護は、免除の申請を受け付けます。",
    ),
    List(
        name="renewal",
        label="7月の継続と再申請",
        hint="6月まで免除・猶予だった人で、今の年度の申請がまだの人です。"
        "継続の人は継続審査、ほかの人は申請を受けます。",
    ),
    List(
        name="reports",
        label="所得状況届(定時届)",
        hint="今年の届が要る人です。届いた人には案件の番号が出ます。",
    ),
)
_WHY: Final = {
    "continued": "継続審査を希望している(全額免除・納付猶予)",
    "wish_unknown": "継続の希望が分からない。日本年金機構に確かめる",
    "not_wished": "継続を希望していない",
    "partial_band": "一部免除は毎年の申請が要る",
    "job_loss": "失業の特例は毎年の申請が要る",
}


def candidates(request: HttpRequest, name: str) -> HttpResponse:
    """Show a list, and make a case of one of it."""
    found = next((each for each in LISTS if each.name == name), None)
    if found is None:
        raise Http404
    month = MonthForm(request.GET or None)
    on = acting.today(request)
    if month.is_bound and month.is_valid() and month.cleaned_data["month"]:
        on = month.cleaned_data["month"].first_day
    form = CandidateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            case = _raise(request, name, form, on) if name in _RAISED else None
        except Refusal as refusal:
            beside(form, refusal)
        else:
            if case is None:
                raise Http404
            messages.success(request, f"案件 {case} を作りました。内容を確かめてください。")
            return redirect("case", case)
    context = {
        "list": found,
        "month": month,
        "form": form,
        "candidates": _READ.get(name, _lines)(request, name, on),
        "request_id": uuid4(),
    }
    status = max(form.status, month.status)
    return render(request, "web/candidates.html", context, status=status)


def _raise(request: HttpRequest, name: str, form: CandidateForm, on: date) -> int | None:
    """Receive, ex officio, what one of the list is to file; None for nobody of the list."""
    asked = form.cleaned_data
    token = uuid5(asked["request_id"], str(asked["person"]))
    before = cases.done(request_id=token)
    if before is not None:
        return before.case
    listed = _listed(request, name, on)
    one = next((each for each in listed if each.person == asked["person"]), None)
    if one is None or not _is_known(one):
        return None
    raise_case = (
        partial(welfare_waiting.raise_case, candidate=one)
        if isinstance(one, Waiting)
        else partial(enrolment.raise_case, candidate=one)
    )
    occasion, sees = _looking(request)
    opening = purposes.opening(request, one.hit.key)
    return raise_case(occasion=occasion, request_id=token, sees=sees, opening=opening).case


def _looking(request: HttpRequest) -> tuple[Occasion, Collection[Field]]:
    occasion = acting.occasion(request).because(purpose="reception", reason="対象者の一覧")
    return occasion, acting.actor(request).sees


def _listed(request: HttpRequest, name: str, on: date) -> Sequence[Candidate | Waiting]:
    """Return who is on a list whose cases are made here."""
    occasion, sees = _looking(request)
    if name == CauseList.STATUTORY:
        return welfare_waiting.waiting(on=on, occasion=occasion, sees=sees)
    return enrolments.candidates(kind=ListKind(name), on=on, occasion=occasion, sees=sees)


def _is_known(one: Candidate | Waiting) -> bool:
    return one.is_report if isinstance(one, Waiting) else True


def _lines(request: HttpRequest, name: str, on: date) -> list[Line]:
    return [
        Line(
            hit=each.hit,
            why=f"{each.why}({each.article})",
            filing=each.filing,
            known=_is_known(each),
        )
        for each in _listed(request, name, on)
    ]


def _renewals(request: HttpRequest, name: str, on: date) -> list[Line]:
    del name
    occasion, sees = _looking(request)
    found = exemptions.renewals(cycle_year=exemption_cycle(Month.of(on)).year, occasion=occasion)
    hits = search.named(
        people=list(dict.fromkeys(each.person for each in found)),
        operation="exemption.renewals",
        occasion=occasion,
        sees=sees,
    )
    return [
        Line(
            hit=hits[each.person],
            why=f"{each.kind.label}:{_WHY[each.why]}",
            filing="exemption",
            known=False,
        )
        for each in found
    ]


def _reports(request: HttpRequest, name: str, on: date) -> list[Line]:
    del name
    occasion, sees = _looking(request)
    found = [
        each
        for filing in REPORTS
        for each in benefit.reports_due(filing=filing, year=on.year, occasion=occasion, sees=sees)
    ]
    return [
        Line(
            hit=each.hit,
            why=f"{FILINGS[each.filing].name} {both(each.due)}まで"
            + ("(期限を過ぎている)" if each.late else "")
            + each.doubt,
            filing=each.filing,
            known=False,
            case=each.case,
        )
        for each in found
    ]


_READ: Final[dict[str, Callable[[HttpRequest, str, date], list[Line]]]] = {
    "renewal": _renewals,
    "reports": _reports,
}
_RAISED: Final = frozenset({*ListKind, *CauseList})
"""The lists whose cases are made here: their content is known."""
