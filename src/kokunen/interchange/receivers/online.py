"""Online applications: each is received as a case of its duty, or waits for a clerk.

Nothing of an application is dropped: what cannot be received stays open with what to do. Where the
same filing came in by another way already, a clerk decides (practice.md §1.5).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from kokunen.access.domain import Field
from kokunen.cases import queries as cases
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty, Filer
from kokunen.cases.domain import Channel, Receipt
from kokunen.cases.duplicates import UnableToReceiveTwice
from kokunen.dates.errors import Refusal
from kokunen.enrolment import operations as enrolment
from kokunen.exemption import operations as exemption
from kokunen.interchange import models
from kokunen.interchange.domain import Effect, RecordOutcome
from kokunen.interchange.receivers.online_attachments import (
    LAYOUT,
    UnableToFindAttachment,
    checked,
    keep,
    row_of,
)
from kokunen.interchange.receivers.online_fields import particulars
from kokunen.interchange.receiving import Receives, one_by_one, refused
from kokunen.people import queries as people
from kokunen.people.arranging import known
from kokunen.people.folding import fold
from kokunen.people.operations import UnableToReachSealed
from kokunen.people.search import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kokunen.interchange.receiving import Context, Incoming
    from kokunen.people.domain import IdentityValue, NameValue, NumberValue, Recorded

ATTACHMENTS: Final = 5
"""Files that a record may name."""
_ELSEWHERE: Final[Mapping[str, str]] = {
    "additional_status": "付加保険料の該当・非該当の届出は市の届出の一覧にありません。"
    "農業者年金の加入・脱退によるものは農業委員会・JAと年金事務所が扱います。",
    "account_transfer": "口座振替の申出は年金事務所か金融機関が受け付けます。",
}
"""The procedures that lead to no filing of the city, and who takes them."""
_SEES: Final = frozenset(Field)
"""A program's eyes: what the law's check of a filing looks at; nothing is shown to anybody."""
_DUTIES: Final = {Duty.ENROLMENT: enrolment.receive, Duty.EXEMPTION: exemption.receive}


def applied(record: Incoming, context: Context) -> Effect:
    """Receive one application with its attachments."""
    said = record.values
    procedure = said["procedure"]
    if procedure in _ELSEWHERE:
        return Effect(
            outcome=RecordOutcome.REFUSED,
            code="not_ours",
            says=_ELSEWHERE[procedure],
            fix="申請者に伝え、申請を取り下げて年金事務所に出してもらってください。",
            fields=("procedure",),
        )
    named = _named(said, context)
    fitting = [person for person in named if _fits(person, said, context)]
    if len(fitting) != 1:
        return Effect(
            outcome=RecordOutcome.HELD,
            person=named[0] if len(named) == 1 else None,
            code="person_unclear",
            says="申請した人を、宛名番号か、基礎年金番号・生年月日・カナで1人に決められません。",
            fix="申請の記載と住民記録を比べて宛名番号を確かめ、申請管理システムの記載を直してもらうか、"
            "案件として入力して取止めにしてください。",
            fields=("person", "basic_number", "birth_date", "kana"),
        )
    (person,) = fitting
    try:
        return _received(said, person, record.number, context)
    except UnableToReceiveTwice as refusal:
        held = refused(refusal, outcome=RecordOutcome.HELD)
        return replace(held, code="duplicate", person=person, case=refusal.earlier)
    except (UnableToFindAttachment, UnableToReachSealed) as refusal:
        return replace(refused(refusal, outcome=RecordOutcome.HELD), person=person)
    except Refusal as refusal:
        return replace(refused(refusal), person=person)


def _received(said: Mapping[str, Any], person: int, number: int, context: Context) -> Effect:
    filing = FILINGS[said["procedure"]]
    receipt = Receipt(
        filing=filing.code,
        person=person,
        channel=Channel.ONLINE,
        received_on=said["received_on"],
        event_on=said["event_on"],
        filer=Filer(said["filer"]),
        particulars=particulars(filing, said),
    )
    file = models.File.objects.get(pk=context.file)
    attached = checked(file=file, listed=tuple(_listed(said)))
    made = _DUTIES[filing.duty](
        receipt=receipt,
        occasion=context.occasion,
        request_id=context.request(number, "case"),
        sees=_SEES,
        opening=context.opening,
        reason=f"オンライン申請({context.source(number)})",
    )
    # Of what is refused before here no file is kept.
    keep(attached)
    return Effect(
        outcome=RecordOutcome.APPLIED,
        person=person,
        case=made.case,
        rows=tuple(row_of(each) for each, _ in attached),
    )


def _listed(said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for number in range(1, ATTACHMENTS + 1):
        name, digest = said[f"file_{number}"], said[f"sha256_{number}"]
        if name is not None or digest is not None:
            yield name or "", digest or ""


def _named(said: Mapping[str, Any], context: Context) -> list[int]:
    """Return whom the application names, be it wrongly: what it says is sealed as they are."""
    number, basic = said["person"], said["basic_number"]
    if number is not None:
        return list(known({number}))
    if basic is None or said["birth_date"] is None or not said["kana"]:
        return []
    hits = find(text=basic, occasion=cases.at_reception(context.occasion), sees=_SEES)
    return [hit.number for hit in hits]


def _fits(person: int, said: Mapping[str, Any], context: Context) -> bool:
    facts = people.facts(
        person=person,
        kinds={"identity", "name", "basic_number"},
        operation="interchange.online_application",
        occasion=cases.at_reception(context.occasion),
        sees=_SEES,
        opening=context.opening,
    )
    identity = cast("tuple[Recorded[IdentityValue], ...]", facts.get("identity", ()))
    names = cast("tuple[Recorded[NameValue], ...]", facts.get("name", ()))
    numbers = cast("tuple[Recorded[NumberValue], ...]", facts.get("basic_number", ()))
    stated: dict[str, set[Any]] = {
        "birth_date": {one.value.birth_date for one in identity},
        "basic_number": {one.value.number for one in numbers},
    }
    kana = {fold(one.value.kana) for one in names}
    return all(said[name] is None or said[name] in those for name, those in stated.items()) and (
        not said["kana"] or fold(said["kana"]) in kana
    )


def _number(values: Mapping[str, Any]) -> str:
    return str(values["notice"])


RECEIVES: Final = (Receives(layout=LAYOUT, apply=one_by_one(applied), notice=_number),)
