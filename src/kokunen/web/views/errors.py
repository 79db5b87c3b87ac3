"""Pages for what went wrong: what happened, what to do, and a number to tell; never a trace."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.http import JsonResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from kokunen.dates.errors import Refusal

_STATUS: Final = {
    "not_permitted": 403,
    "own_work": 403,
    "own_account": 403,
    "opening_own_request": 403,
    "no_person": 404,
    "no_case": 404,
    "no_file": 404,
    "no_record": 404,
    "protection_unknown": 404,
    "opening_answered": 409,
    "not_checkable": 409,
    "step_not_open": 409,
    "received_already": 409,
    "request_used": 409,
}
"""By the code of the refusal; every other refusal is the fault of what was sent (400)."""

_WORDS: Final = {
    400: (
        "送られた内容を読めませんでした",
        "前の画面に戻り、入力を確かめて、もう一度送ってください。",
    ),
    401: ("サインインが済んでいません", "サインインしてから、もう一度行ってください。"),
    403: (
        "この操作はできません",
        "必要なときは、所属の管理監督者を通じて役割の発令を受けてください。断られたことは記録されています。",
    ),
    404: (
        "そのページや記録はありません",
        "アドレスを確かめるか、ホームからもう一度たどってください。",
    ),
    422: (
        "送られた内容に直すところがあります",
        "field の項目の形と長さを確かめて、もう一度送ってください。",
    ),
    405: ("この開き方はできません", "ホームからもう一度たどってください。"),
    409: (
        "ほかの人の操作と重なりました",
        "画面を開き直して、今の内容を確かめてから、もう一度行ってください。",
    ),
    500: (
        "システムの側で問題が起きました",
        "内容は記録されていません。少し待ってからもう一度行い、続くときは下の番号をシステム管理の担当に伝えてください。",
    ),
}


def number() -> str:
    """Return a number that a clerk can read out over the telephone; it says nothing else."""
    digits = f"{secrets.randbelow(10**8):08d}"
    return f"{digits[:4]}-{digits[4:]}"


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that a refusal is answered with."""
    return _STATUS.get(refusal.code, 400)


def _page(
    request: HttpRequest,
    *,
    status: int,
    message: str = "",
    fix: str = "",
    code: str = "",
    number: str = "",
) -> HttpResponse:
    title, advice = _WORDS[status]
    if request.path.startswith("/api/"):
        return problem(request, status=status, message=message, fix=fix, code=code, number=number)
    context = {"title": title, "message": message, "fix": fix or advice, "number": number}
    return render(request, "web/error.html", context, status=status)


def problem(
    request: HttpRequest,  # noqa: ARG001 - as the pages
    *,
    status: int,
    message: str = "",
    fix: str = "",
    code: str = "",
    field: str = "",
    number: str = "",
) -> HttpResponse:
    """Return the same for a program."""
    title, advice = _WORDS.get(status, _WORDS[400])
    told = {
        "code": code or str(status),
        "message": message or f"{title}。",
        "fix": fix or advice,
        "field": field,
    }
    if number:
        told["number"] = number
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})


def refusal(request: HttpRequest, refused: Refusal) -> HttpResponse:
    """Say what was refused, why, and what to do."""
    if request.path.startswith("/api/"):
        return problem(
            request,
            status=status_of(refused),
            message=refused.message,
            fix=refused.fix,
            code=refused.code,
            field=refused.field,
        )
    return _page(
        request,
        status=status_of(refused),
        message=refused.message,
        fix=refused.fix,
        code=refused.code,
    )


def fault(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the system failed, with the number under which it was logged."""
    return _page(request, status=500, number=number)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Handle 400."""
    return _page(request, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Handle 403."""
    return _page(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Handle 404."""
    return _page(request, status=404)


def wrong_method(request: HttpRequest) -> HttpResponse:
    """Handle 405."""
    return _page(request, status=405)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle 500 outside the views; what fails inside them has its number from the middleware."""
    return _page(request, status=500, number=number())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Handle a form without its token: mostly one left open over a log-off."""
    return _page(
        request,
        status=403,
        message="画面が古くなったため、送信を受け付けませんでした。",
        fix="画面を開き直して(必要ならサインインし直して)、もう一度送ってください。",
    )
