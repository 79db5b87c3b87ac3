"""The only writer of enquiries. One transaction is the step and its line in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction

from kokunen.access.openings.operations import refusals_recorded
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.enquiries import domain, models, queries
from kokunen.enquiries.domain import Answer, Matter, StepKind, UnableToAsk, Urgency

if TYPE_CHECKING:
    from uuid import UUID

    from kokunen.audit.domain import Occasion


def ask(
    *,
    person: int,
    matter: Matter,
    urgency: Urgency,
    text: str,
    occasion: Occasion,
    request_id: UUID,
    branch: str = "",
) -> int:
    """Ask headquarters about a person (宛名番号) and return the number of the enquiry.

    ``branch`` is the code of the branch that asks ("": the main office); ``text`` has at most
    ``domain.MOST_CHARACTERS``. The purpose of the occasion is the one for which the answer is
    looked up. A repeat with the same ``request_id`` answers the same. Raises `UnableToAsk`.
    """
    operation = "enquiries.ask"
    with refusals_recorded(operation=operation, occasion=occasion, person=person):
        staff = _staff(occasion)
        domain.bounded(text)
        if not occasion.purpose:
            raise UnableToAsk(
                "処理事由が述べられていません。",
                fix="処理事由を選んで人を開いてから照会してください。",
            )
        if matter is Matter.OTHER and not text.strip():
            raise UnableToAsk(
                "「その他」だけでは、何を確かめればよいか分かりません。",
                fix="確かめたいことを本文に書いてください。",
                field="text",
            )
        with transaction.atomic():
            _lock(f"enquiries {request_id}")
            before = models.Enquiry.objects.filter(request_id=request_id).first()
            if before is not None:
                if (before.person_id, before.asked_by) != (person, staff):
                    raise _used()
                return int(before.pk)
            made = models.Enquiry.objects.create(
                request_id=request_id,
                person_id=person,
                branch=branch,
                asked_by=staff,
                matter=matter.value,
                urgency=urgency.value,
                purpose=occasion.purpose,
                case_id=occasion.case,
            )
            _step(
                made,
                number=1,
                kind=StepKind.ASKED,
                answer=None,
                text=text,
                occasion=occasion,
                request_id=request_id,
                operation=operation,
            )
    return int(made.pk)


def proceed(
    *,
    enquiry: int,
    kind: StepKind,
    expected: int,
    occasion: Occasion,
    request_id: UUID,
    answer: Answer | None = None,
    text: str = "",
) -> None:
    """Take one step of an enquiry, for the purpose that the asker stated.

    ``expected`` is the number of the last step that whoever acts has seen. A repeat with the same
    ``request_id`` does nothing twice. Raises `UnableToTakeEnquiryStep`, `UnableToAnswerOwnEnquiry`,
    `UnableToAsk` for a text that is too long, and `queries.UnableToFindEnquiry`.
    """
    operation = f"enquiries.{kind.value}"
    held = queries.held(enquiry)
    with refusals_recorded(operation=operation, occasion=occasion, person=held.person):
        staff = _staff(occasion)
        if _done_before(request_id, enquiry=enquiry, kind=kind, staff=staff):
            return
        domain.may_follow(
            enquiry=held, kind=kind, expected=expected, staff=staff, answer=answer, text=text
        )
        try:
            with transaction.atomic():
                _step(
                    models.Enquiry.objects.get(pk=enquiry),
                    number=expected + 1,
                    kind=kind,
                    answer=answer,
                    text=text,
                    occasion=queries.purpose_of(held, occasion),
                    request_id=request_id,
                    operation=operation,
                )
        except IntegrityError:
            if _done_before(request_id, enquiry=enquiry, kind=kind, staff=staff):
                return
            # Two took the step at once: the database let one of them.
            raise domain.overtaken() from None


def _step(
    enquiry: models.Enquiry,
    *,
    number: int,
    kind: StepKind,
    answer: Answer | None,
    text: str,
    occasion: Occasion,
    request_id: UUID,
    operation: str,
) -> None:
    made = models.Step.objects.create(
        enquiry=enquiry,
        number=number,
        kind=kind.value,
        at=occasion.at,
        staff=_staff(occasion),
        asked_by=enquiry.asked_by,
        answer=answer.value if answer else "",
        request_id=request_id,
    )
    if text.strip():
        models.Text.objects.create(step=made, person_id=enquiry.person_id, text=text.strip())
    record(
        act=Act.WRITE,
        operation=operation,
        occasion=occasion,
        person=enquiry.person_id,
        changes=[
            Change(
                table="enquiries_step",
                row=str(made.pk),
                field="answer" if answer else "kind",
                after=answer.value if answer else kind.value,
            )
        ],
    )


def _done_before(request_id: UUID, *, enquiry: int, kind: StepKind, staff: int) -> bool:
    found: Any = models.Step.objects.filter(request_id=request_id).first()
    if found is None:
        return False
    if (found.enquiry_id, found.kind, found.staff) != (enquiry, kind.value, staff):
        raise _used()
    return True


def _staff(occasion: Occasion) -> int:
    if occasion.staff is None:
        raise UnableToAsk(
            "照会と回答は、職員だけができます。", fix="サインインした職員として行ってください。"
        )
    return occasion.staff


def _used() -> UnableToAsk:
    return UnableToAsk(
        "この要求番号は、別の照会で使われています。",
        fix="画面を開き直してから、もう一度行ってください。",
        field="request_id",
    )


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
