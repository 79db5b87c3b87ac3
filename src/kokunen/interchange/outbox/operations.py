"""The only writer of what becomes of a file that goes out, once it was made.

A file for the pension service is checked by one member of staff and released by another, and not
before the time for checking and mending is over (founding document 004, Ⅲ5: 内容確認・修正等を行う
期間). Made, reported and received are events with their times, which is the log that the document
promises (報告データ作成日時・報告日時).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from kokunen.access import queries as access
from kokunen.access.domain import may_check
from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.dates.tokyo import day_of
from kokunen.interchange import lifecycle, models
from kokunen.interchange.domain import EventKind, FileState, Partner, UnableToHandleFile
from kokunen.interchange.outbox import container, handing, laying, ledger, passwords
from kokunen.interchange.outbox.changes import UnableToReadSetting
from kokunen.interchange.outbox.passwords import Way
from kokunen.postgres import secrets

__all__ = [
    "Released",
    "UnableToReleaseYet",
    "Way",
    "acknowledge",
    "check",
    "password_told",
    "release",
    "resend",
    "withdraw",
]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Event

CHECK_HOURS: Final = "exchange_check_hours"
"""The setting of ``office.json``: hours between making and release (0 and above, default 1)."""
KEY: Final = "exchange_key"
"""The secret with which passwords that were used are known again."""
_UNSENT: Final = (FileState.TO_CHECK, FileState.TO_RELEASE, FileState.TO_SEND)


class UnableToReleaseYet(UnableToHandleFile):
    """The time for checking and mending the content is not over."""

    code = "too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """What was given away: the container's name in the agency's folder, and its password.

    The password is shown to whoever released, this once; it is kept nowhere.
    """

    file: int
    name: str
    password: str = field(repr=False)


def check(*, file: int, occasion: Occasion, request_id: UUID) -> None:
    """Record that a member of staff has looked through the content (`queries.content`).

    Raises `UnableToHandleFile`, and ``UnableToCheckOwnWork`` for whoever made the file.
    """
    with _acting(file, "outbox.check", occasion) as (row, found):
        if ledger.done(found, request_id):
            return
        _by_hand(row)
        ledger.state_must_be(found, FileState.TO_CHECK)
        may_check(ledger.made_of(found).staff, _person(occasion))
        lifecycle.add(file, EventKind.CHECKED, occasion=occasion, request_id=request_id)


def release(*, file: int, occasion: Occasion, request_id: UUID) -> Released:
    """Put a checked file into an encrypted container and lay it out to be sent; now it is reported.

    By another member of staff than the one who checked it, and not before the time for checking is
    over. Raises ``UnableToCheckOwnWork``, `UnableToReleaseYet`, `UnableToHandleFile`.
    """
    with _acting(file, "outbox.release", occasion) as (row, found):
        _by_hand(row)
        ledger.state_must_be(found, FileState.TO_RELEASE)
        may_check(_checker(found), _person(occasion))
        opens = release_opens(found)
        if occasion.at < opens:
            raise UnableToReleaseYet(
                "内容を確認・修正する時間がまだ終わっていません(個人情報保護評価書Ⅲ5)。",
                fix=f"作成から{check_hours()}時間たってから送付を決定してください。",
                field="file",
            )
        lifecycle.add(file, EventKind.RELEASED, occasion=occasion, request_id=request_id)
        return _packed(row, found, EventKind.SENT, occasion)


def resend(*, file: int, reason: str, occasion: Occasion, request_id: UUID) -> Released:
    """Make a new container with a new password of a file that was sent and not acknowledged.

    Also when a password was lost or came to be known: the container that still lies in the folder
    is taken away; a medium that is out has to be recovered (founding document 003, ⑥ なお書き).
    """
    with _acting(file, "outbox.resend", occasion) as (row, found):
        _by_hand(row)
        _reasoned(reason)
        ledger.state_must_be(found, FileState.AWAITING_RECEIPT)
        if ledger.done(found, request_id):
            raise UnableToHandleFile(
                "この再送は済んでいます。パスワードは一度しか表示しません。",
                fix="パスワードを控えていないときは、もう一度再送してください。",
                field="file",
            )
        _person(occasion)
        before = handing.last_name(found)
        transaction.on_commit(lambda: laying.take_back(Partner(row.partner), before))
        return _packed(row, found, EventKind.RESENT, occasion, reason, request_id)


def withdraw(*, file: int, reason: str, occasion: Occasion, request_id: UUID) -> None:
    """Withdraw a file before it is given away: what it told is unsent again, and comes anew."""
    with _acting(file, "outbox.withdraw", occasion) as (row, found):
        if ledger.done(found, request_id):
            return
        _reasoned(reason)
        ledger.state_must_be(found, *_UNSENT)
        _person(occasion)
        models.Sent.objects.filter(file_id=file, withdrawn_at=None).update(withdrawn_at=occasion.at)
        lifecycle.add(
            file,
            EventKind.WITHDRAWN,
            occasion=occasion,
            reason=reason,
            request_id=request_id,
        )
        handing.forget(row, found)


def acknowledge(
    *, file: int, on: date, reference: str, occasion: Occasion, request_id: UUID
) -> None:
    """Record that the partner has the file: the day, and the reference of the receipt.

    What was kept of the file, and lies for the partner, is removed; the ledger keeps its digest and
    whom it told of. Raises `UnableToHandleFile`, also for a day to come or before it was made.
    """
    with _acting(file, "outbox.acknowledge", occasion) as (row, found):
        if ledger.done(found, request_id):
            return
        ledger.state_must_be(found, FileState.AWAITING_RECEIPT)
        if not reference.strip():
            raise UnableToHandleFile(
                "受領の番号(授受書の番号など)がありません。",
                fix="受領の番号を入れてください。",
                field="reference",
            )
        if not day_of(ledger.made_of(found).at) <= on <= day_of(occasion.at):
            raise UnableToHandleFile(
                "受領の日が、ファイルを作った日より前か、今日より後です。",
                fix="相手が受け取った日を入れてください。記録した受領は取り消せません。",
                field="on",
            )
        _person(occasion)
        lifecycle.add(
            file,
            EventKind.ACKNOWLEDGED,
            occasion=occasion,
            detail={"on": on.isoformat(), "reference": reference},
            request_id=request_id,
        )
        handing.forget(row, found)


def password_told(*, file: int, how: Way, occasion: Occasion, request_id: UUID) -> None:
    """Record how the password was told: by another way than the medium; never the password."""
    with _acting(file, "outbox.password_told", occasion) as (row, found):
        if ledger.done(found, request_id):
            return
        _by_hand(row)
        ledger.state_must_be(found, FileState.AWAITING_RECEIPT)
        _person(occasion)
        # The file stays sent: the last event says what state it is in.
        lifecycle.add(
            file,
            EventKind.SENT,
            occasion=occasion,
            code=handing.PASSWORD_TOLD,
            detail={"how": how.value, "name": handing.last_name(found)},
            request_id=request_id,
        )


def release_opens(found: tuple[Event, ...]) -> datetime:
    """Return from when on a file may be released. Raises ``UnableToReadSetting``."""
    return ledger.made_of(found).at + timedelta(hours=check_hours())


def check_hours() -> int:
    """Return how many hours the office leaves for checking. Raises ``UnableToReadSetting``."""
    said = str(settings.KOKUNEN_OFFICE.get(CHECK_HOURS, "1"))
    if not said.isascii() or not said.isdecimal():
        raise UnableToReadSetting(
            f"office.json の {CHECK_HOURS} が時間数(0以上の整数)として読めません。",
            fix=f"{CHECK_HOURS} に 1 のように書いてください。",
            field=CHECK_HOURS,
        )
    return int(said)


@contextmanager
def _acting(
    file: int, operation: str, occasion: Occasion
) -> Iterator[tuple[models.File, tuple[Event, ...]]]:
    """Act on a file that nobody else changes meanwhile, and record the act with it."""
    with transaction.atomic():
        ledger.holding_folders()
        row = ledger.locked(file)
        yield row, lifecycle.events(file)
        record(act=Act.WRITE, operation=operation, occasion=occasion, outcome=f"file {file}")


def _packed(
    row: models.File,
    found: tuple[Event, ...],
    kind: EventKind,
    occasion: Occasion,
    reason: str = "",
    request_id: UUID | None = None,
) -> Released:
    times = 1 + len(handing.times_given(found))
    name = f"{row.name}-{times:02d}.zip"
    password = _new_password(row, occasion)
    with laying.writing() as (path, _):
        entries = {f"{row.name}.dat": laying.made(row.digest)} | {
            each["name"]: laying.made(each["digest"])
            for each in ledger.made_of(found).detail.get("papers", ())
        }
        packed = container.pack(path, entries=entries, password=password)
        handing.lay(
            file=row,
            source=path,
            name=name,
            kind=kind,
            occasion=occasion,
            detail={"via": "medium", "digest": packed.digest, "size": packed.size}
            | ({} if request_id is None else {"request": str(request_id)}),
            reason=reason,
        )
    return Released(file=row.id, name=name, password=password)


def _new_password(row: models.File, occasion: Occasion) -> str:
    """Draw a password that nobody guesses and nobody had before; keep only its keyed digest."""
    key = secrets.read(KEY)
    words = [
        *map(str, settings.KOKUNEN_OFFICE.values()),
        *access.departments().values(),
        *access.named([occasion.staff or lifecycle.PROGRAM]).values(),
        occasion.staff_number,
        row.name,
        row.layout,
    ]
    while True:
        drawn = passwords.draw()
        blind = passwords.blind(drawn, key=key)
        if passwords.problem(drawn, words=words) is None and not _was_used(blind):
            break
    models.Password.objects.create(file_id=row.id, blind=blind, at=occasion.at)
    return drawn


def _was_used(blind: str) -> bool:
    return models.Password.objects.filter(blind=blind).exists()


def _checker(found: tuple[Event, ...]) -> int:
    return next(each.staff for each in reversed(found) if each.kind is EventKind.CHECKED)


def _person(occasion: Occasion) -> int:
    """Return the member of staff who acts: a program neither checks nor releases."""
    if occasion.staff is None:
        raise UnableToHandleFile(
            "この操作は職員が行います。プログラムにはできません。",
            fix="職員として操作してください。",
            field="staff",
        )
    return occasion.staff


def _by_hand(row: models.File) -> None:
    if row.layout not in handing.CHECKED_BY_TWO:
        raise UnableToHandleFile(
            "このファイルは、内容の確認と送付の決定を要しません(庁内連携システムによる移転)。",
            fix="送る前であれば、取下げができます。",
            field="file",
        )


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise UnableToHandleFile("理由がありません。", fix="理由を書いてください。", field="reason")
