"""One file that goes out: its content, checked by one person and released by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.dates.errors import Refusal
from kokunen.interchange.domain import FileState
from kokunen.interchange.outbox import operations, queries
from kokunen.interchange.outbox.passwords import Way
from kokunen.web import acting
from kokunen.web.exchange_forms import SENT_ACTS, ActForm, begun, whole
from kokunen.web.exchange_words import PAPERS, in_words, told
from kokunen.web.forms import beside
from kokunen.web.templatetags.office import short
from kokunen.web.views.case import pdf
from kokunen.web.views.exchange import occasion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from kokunen.interchange.outbox.operations import Released
    from kokunen.interchange.outbox.queries import OutFile

_DONE: Final = {
    "check": "内容を確認したと記録しました。送付は、別の職員が決めます。",
    "withdraw": "取り下げました。載っていた案件や人は、次の作成で改めて載ります。",
    "acknowledge": "受領を記録しました。",
    "told": "パスワードを伝えたことを記録しました。",
}
_PDF: Final = ".pdf"
_WHY: Final = {
    "unwritable_record": "様式に書けない文字か値があります。案件の内容を直してください。",
}
_LEFT: Final = "この案件の内容を読めませんでした。案件を開いて確かめてください。"
_WITHDRAWN_FROM: Final = frozenset({FileState.TO_CHECK, FileState.TO_RELEASE, FileState.TO_SEND})


def file(request: HttpRequest, file: int) -> HttpResponse:
    """Show one file that goes out, with its records for whoever checks them."""
    return _page(request, file)


def paper(request: HttpRequest, file: int, name: str) -> HttpResponse:
    """Show one of the papers that go with a file; all are PDF."""
    found = queries.paper(
        file=file,
        name=f"{name}{_PDF}",
        occasion=occasion(request),
        sees=acting.actor(request).sees,
    )
    return pdf(found, name=name)


def act(request: HttpRequest, file: int, act: str) -> HttpResponse:
    """Do something with a file; a password is shown in the answer alone, and never again."""
    if act not in SENT_ACTS:
        raise Http404
    form = SENT_ACTS[act](request.POST, auto_id=f"id_{act}_%s")
    if not form.is_valid():
        return _page(request, file, refused=(act, form))
    try:
        released = _acted(request, file, act, form.cleaned_data)
    except Refusal as refusal:
        beside(form, refusal)
        return _page(request, file, refused=(act, form))
    if released is not None:
        context = {"released": released, "form": begun(SENT_ACTS["told"])}
        return render(request, "web/exchange_password.html", context)
    messages.success(request, _DONE[act])
    return redirect("exchange_sent", file)


def _acted(request: HttpRequest, file: int, act: str, said: Mapping[str, Any]) -> Released | None:
    common: dict[str, Any] = {
        "file": file,
        "occasion": occasion(request),
        "request_id": said["request_id"],
    }
    match act:
        case "release":
            return operations.release(**common)
        case "resend":
            return operations.resend(**common, reason=said["reason"])
        case "check":
            operations.check(**common)
        case "withdraw":
            operations.withdraw(**common, reason=said["reason"])
        case "acknowledge":
            operations.acknowledge(**common, on=said["on"], reference=said["reference"])
        case _:
            operations.password_told(**common, how=Way(said["how"]))
    return None


def _page(
    request: HttpRequest, number: int, *, refused: tuple[str, ActForm] | None = None
) -> HttpResponse:
    found = queries.file(file=number)
    forms = {each: begun(SENT_ACTS[each], each) for each in _open(found)}
    if "acknowledge" in forms:
        forms["acknowledge"].initial["on"] = short(acting.today(request))
    if refused is not None:
        forms[refused[0]] = refused[1]
    context: dict[str, object] = {
        "found": found,
        "events": told(found.events, layout=found.layout),
        "papers": [
            (name, PAPERS.get(name, name))
            for name in (each.removesuffix(_PDF) for each in found.papers)
        ],
        "left_out": [(case, _WHY.get(code, _LEFT)) for case, code, _ in found.left_out],
        "forms": forms,
        "refused": refused[1] if refused else None,
    }
    if found.kept:
        content = queries.content(
            file=number,
            occasion=occasion(request),
            sees=acting.actor(request).sees,
            after=whole(request.GET.get("after", "")),
        )
        context |= {
            "content": content,
            "records": [(each, in_words(each.fields)) for each in content.records],
            "last": content.records[-1].number if content.records else 0,
        }
    return render(
        request, "web/exchange_sent.html", context, status=refused[1].status if refused else 200
    )


def _open(found: OutFile) -> tuple[str, ...]:
    acts = [found.follows] if found.follows else []
    if found.state in _WITHDRAWN_FROM:
        acts.append("withdraw")
    if found.release_opens is not None and found.state is FileState.AWAITING_RECEIPT:
        acts += ["resend"] if found.password_told else ["told", "resend"]
    return tuple(acts)
