"""What is to be brought for a filing: from the duty that takes it in, before anything is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.benefit import attachments as of_benefit
from kokunen.benefit.known import Known, Someone
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty
from kokunen.cases.domain import Channel, Receipt
from kokunen.enrolment import papers as of_enrolment
from kokunen.exemption import attachments as of_exemption
from kokunen.guidance.questions import Event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.cases.domain import Attachment

_STATED: Final[Mapping[tuple[Event, str], Mapping[str, Any]]] = {
    (Event.LEFT_JOB, "exemption"): {"job_loss": True},
    (Event.SPOUSE_LEFT_JOB, "exemption"): {"job_loss": True},
    (Event.VIOLENCE, "exemption"): {"violence": "claimed"},
    (Event.TURNED_20, "acquisition"): {"cause": "age_20"},
    (Event.FROM_ABROAD, "acquisition"): {"cause": "arrival"},
    (Event.LEFT_JOB, "acquisition"): {"cause": "left_category_2"},
    (Event.LEFT_JOB, "category_change"): {"cause": "left_category_2"},
    (Event.DIVORCED, "category_change"): {"cause": "left_category_3"},
    (Event.SPOUSE_LEFT_JOB, "category_change"): {"cause": "left_category_3"},
    (Event.ABROAD, "loss"): {"cause": "abroad"},
    (Event.DEATH, "loss"): {"cause": "death"},
}
"""What the event already says of a filing."""


def papers(
    *, event: Event, filing: str, on: date, happened_on: date | None = None
) -> tuple[Attachment, ...]:
    """Return the documents that a filing (a code of the catalogue) needs after an event.

    As for somebody of whom the register answers nothing; what is answered drops out at receipt.
    """
    receipt = Receipt(
        filing=filing,
        person=0,
        channel=Channel.COUNTER,
        received_on=on,
        event_on=happened_on,
        particulars=_STATED.get((event, filing), {}),
    )
    duty = FILINGS[filing].duty
    if duty is Duty.ENROLMENT:
        found = of_enrolment.attachments(receipt, {})
    elif duty is Duty.EXEMPTION:
        found = of_exemption.attachments(receipt=receipt)
    else:
        found = of_benefit.attachments(receipt=receipt, known=Known(person=Someone(number=0)))
    return tuple(each for each in found if each.needed)
