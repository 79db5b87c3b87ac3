"""One file that came in, its records, and what a member of staff does with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.access.openings import queries as openings
from kokunen.cases import queries as cases
from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import DONE, FileState, RecordOutcome, UnableToHandleFile
from kokunen.interchange.inbox import operations, queries
from kokunen.interchange.inbox.arriving import MOST_FAULTS
from kokunen.interchange.reconciliation import operations as reconciliation
from kokunen.people.domain import Hidden, Masked
from kokunen.web import acting, exchange_words, purposes
from kokunen.web.exchange_forms import (
    RECORD_ACTS,
    WAITING_ACTS,
    ActForm,
    ReasonForm,
    begun,
    whole,
)
from kokunen.web.forms import beside
from kokunen.web.views.exchange import occasion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from kokunen.access.openings.domain import Opening
    from kokunen.interchange.domain import Effect
    from kokunen.interchange.inbox.queries import FilePage, RawShown, RecordLine
    from kokunen.people.search import Hit

_DONE: Final = {
    "retry": "もう一度反映しました。",
    "decide": "この案件の結果として登録しました。",
    "set_aside": "反映しないと決めました。理由とともに記録しました。",
}
_FILE_DONE: Final = {
    "go_on": "受け入れました。次の夜間処理で反映します。",
    "set_aside": "取り止めたと、理由とともに記録しました。",
}
_MOVED: Final = frozenset({RecordOutcome.APPLIED, RecordOutcome.MATCHED})
"""Outcomes after which something stands where it did not; of the others that must not be said."""
_BY_RESULT: Final = frozenset({RecordOutcome.PROBABLE, RecordOutcome.UNMATCHED})


def file(request: HttpRequest, file: int) -> HttpResponse:
    """Show one file: what is known of it, its events, its records."""
    return _page(request, file)


def file_act(request: HttpRequest, file: int, act: str) -> HttpResponse:
    """Let a file in without the one before it, or decide that it is not to be applied."""
    if act not in WAITING_ACTS:
        raise Http404
    form = ReasonForm(request.POST, auto_id=f"id_{act}_%s")
    if form.is_valid():
        common: dict[str, Any] = {
            "file": file,
            "reason": form.cleaned_data["reason"],
            "occasion": occasion(request),
        }
        try:
            if act == "go_on":
                operations.go_on(**common)
            else:
                request_id = form.cleaned_data["request_id"]
                operations.set_aside(**common, number=None, request_id=request_id)
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(request, _FILE_DONE[act])
            return redirect("exchange_file", file)
    return _page(request, file, refused=(act, form))


def record(request: HttpRequest, file: int, number: int) -> HttpResponse:
    """Show one record as it was received, and why it was not applied."""
    line, page = _line(request, file, number)
    return _record(request, line) if line else _fault(request, page, number)


def record_act(request: HttpRequest, file: int, number: int, act: str) -> HttpResponse:
    """Try a record again, set it aside, or say which case a result belongs to."""
    line, _ = _line(request, file, number)
    if act not in RECORD_ACTS or line is None:
        raise Http404
    form = RECORD_ACTS[act](request.POST, auto_id=f"id_{act}_%s")
    if form.is_valid():
        try:
            effect = _acted(request, line, act, form.cleaned_data)
        except Refusal as refusal:
            beside(form, refusal)
        else:
            if effect is None or effect.outcome in DONE:
                if effect is None or effect.outcome in _MOVED:
                    messages.success(request, f"レコード {file}-{number}: {_DONE[act]}")
                else:
                    messages.warning(
                        request,
                        f"レコード {file}-{number}: 「{effect.outcome.label}」です。{effect.says}"
                        "今の操作で変わった記録はありません。",
                    )
                # Back to the list, for the next one.
                return redirect(
                    "exchange_probable" if line.outcome in _BY_RESULT else "exchange_open"
                )
            form.add_error(None, f"{effect.says} {effect.fix}")
            line = _line(request, file, number)[0] or line
    return _record(request, line, refused=(act, form))


def _acted(request: HttpRequest, line: RecordLine, act: str, said: dict[str, Any]) -> Effect | None:
    common: dict[str, Any] = {
        "file": line.file,
        "number": line.number,
        "occasion": occasion(request),
        "request_id": said["request_id"],
    }
    if act == "set_aside":
        operations.set_aside(**common, reason=said["reason"])
        return None
    others = _openings(request, line)
    if act == "retry":
        own = None if line.hit is None else purposes.opening(request, line.hit.key)
        return operations.retry(**common, opening=own, others=others)
    whose = cases.heading(said["case"]).person_key
    return reconciliation.decide(
        **common,
        case=said["case"],
        sees=acting.actor(request).sees,
        opening=purposes.opening(request, whose),
        others=others,
    )


def _line(request: HttpRequest, file: int, number: int) -> tuple[RecordLine | None, FilePage]:
    """Return what stands of a record (None: nothing, its file was refused), and its file."""
    page = queries.file(
        file=file,
        occasion=occasion(request),
        sees=acting.actor(request).sees,
        number=number,
    )
    return next(iter(page.records), None), page


def _openings(request: HttpRequest, line: RecordLine) -> list[UUID]:
    """Return the openings asked for those who seal a record; the database asks for each."""
    found = (purposes.opening(request, hit.key) for hit in line.seals)
    return [opening for opening in found if opening is not None]


def _seals(request: HttpRequest, line: RecordLine) -> list[tuple[Hit, Opening | None, str]]:
    """Return who seals a record, the opening asked for each, and where that stands."""
    now = occasion(request).at
    found = []
    for hit in line.seals:
        opening = purposes.opening(request, hit.key)
        asked = None if opening is None else openings.one(opening)
        found.append((hit, asked, "" if asked is None else asked.state(now).value))
    return found


def _page(
    request: HttpRequest, number: int, *, refused: tuple[str, ReasonForm] | None = None
) -> HttpResponse:
    outcome = request.GET.get("outcome", "")
    chosen = RecordOutcome(outcome) if outcome in set(RecordOutcome) else None
    page = queries.file(
        file=number,
        occasion=occasion(request),
        sees=acting.actor(request).sees,
        outcome=chosen,
        after=whole(request.GET.get("after", "")),
    )
    waits = page.line.state is FileState.WAITING
    forms = {act: begun(ReasonForm, act) for act in WAITING_ACTS if waits}
    if refused is not None:
        forms[refused[0]] = refused[1]
    context = {
        "page": page,
        "events": exchange_words.told(page.events, layout=page.line.layout),
        "forms": [(act, *WAITING_ACTS[act], form) for act, form in forms.items()],
        "refused": refused[1] if refused else None,
        "most_faults": MOST_FAULTS,
        "chosen": chosen,
        "last": page.records[-1].number if page.records else 0,
    }
    return render(
        request, "web/exchange_file.html", context, status=refused[1].status if refused else 200
    )


def _record(
    request: HttpRequest, line: RecordLine, *, refused: tuple[str, ActForm] | None = None
) -> HttpResponse:
    waits = line.outcome not in DONE
    context: dict[str, object] = {
        "file": line.file,
        "number": line.number,
        "title": line.title,
        "line": line,
        "refused": refused[1] if refused else None,
    }
    if waits:
        acts = ("decide" if line.outcome in _BY_RESULT else "retry", "set_aside")
        forms = {act: begun(RECORD_ACTS[act], act) for act in acts}
        if refused is not None:
            forms[refused[0]] = refused[1]
        context |= _received(request, line.file, line.number, _openings(request, line))
        context |= {"forms": forms, "seals": _seals(request, line)}
    return render(
        request, "web/exchange_record.html", context, status=refused[1].status if refused else 200
    )


def _fault(request: HttpRequest, page: FilePage, number: int) -> HttpResponse:
    """Show a record for which its whole file was refused."""
    events = exchange_words.told(page.events, layout=page.line.layout)
    faults = exchange_words.faults(events, number)
    if not number or not faults:  # what is wrong with the file as a whole is no record's
        raise Http404
    context: dict[str, object] = {
        "file": page.line.id,
        "number": number,
        "title": page.line.title,
        "faults": faults,
        "refused": None,
    }
    context |= _received(request, page.line.id, number, ())
    return render(request, "web/exchange_record.html", context)


def _received(
    request: HttpRequest, file: int, number: int, opened: Sequence[UUID]
) -> dict[str, object]:
    """Return a record as it was received, on the record; or why it cannot be shown."""
    raw: RawShown | Masked | Hidden
    try:
        raw = queries.raw(
            file=file,
            number=number,
            occasion=occasion(request),
            sees=acting.actor(request).sees,
            others=opened,
        )
    except UnableToHandleFile as gone:
        return {"gone": gone}
    if isinstance(raw, Masked | Hidden):
        return {"raw": raw, "sealed": True}
    return {
        "raw": raw,
        "sealed": False,
        "fields": [(title, value) for title, value in raw.fields if value != ""],
        "blank": [title for title, value in raw.fields if value == ""],
    }
