"""What came in for a case from outside: attachments, answers, and where both sides differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse

from kokunen.access.domain import Permission
from kokunen.cases.domain import Channel
from kokunen.interchange.inbox import cases
from kokunen.interchange.receivers import online_attachments
from kokunen.interchange.receivers.online_content import Kind
from kokunen.interchange.reconciliation import queries
from kokunen.web import acting
from kokunen.web.opened import opened

if TYPE_CHECKING:
    from django.http import HttpRequest

    from kokunen.web.opened import Opened

_TYPES: Final = {Kind.JPEG: "image/jpeg", Kind.PDF: "application/pdf"}


def attachment(request: HttpRequest, case: int, digest: str) -> HttpResponse:
    """Show a file that was attached to an online application, as it was checked on its way in."""
    found = opened(request, case)
    file, content = online_attachments.content(
        case=case,
        digest=digest,
        occasion=found.occasion,
        sees=acting.actor(request).sees,
        opening=found.opening,
    )
    answer = HttpResponse(content, content_type=_TYPES[file.kind])
    name = f"{case}-{file.digest[:8]}.{file.kind.value}"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def around(request: HttpRequest, found: Opened) -> dict[str, object]:
    """Return what the page of a case says of files and answers from outside."""
    actor = acting.actor(request)
    one = found.case
    context: dict[str, object] = {}
    if one.channel is Channel.ONLINE and not found.sealed:
        context["attachments"] = online_attachments.of_case(
            case=one.number, occasion=found.occasion, sees=actor.sees, opening=found.opening
        )
    if Permission.EXAMINE in actor.may:
        context["records"] = cases.of_case(one.number)
        context["differences"] = queries.differences(
            occasion=found.occasion, sees=actor.sees, case=one.number
        )
    return context
