"""Handing over what needs no second person: through the linkage platform, or laid for collection.

Where the office has no linkage platform a file is laid into the partner's folder, and acknowledged
by hand. How the platform is reached, its site says (``KOKUNEN_PLATFORM``, a function), because the
platform asks for the present time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction

from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.dates.errors import Refusal
from kokunen.interchange import lifecycle
from kokunen.interchange.domain import EventKind, FileState, Partner, state_of
from kokunen.interchange.outbox import laying, ledger
from kokunen.interchange.outbox.transfers import TRANSFERS, Method

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.domain import Event
    from kokunen.interchange.models import File
    from kokunen.linkage.client import Platform

CHECKED_BY_TWO: Final = frozenset(
    {
        "agency_forwarding",
        *(each.layout for each in TRANSFERS if each.method is Method.FLASH_MEMORY),
    }
)
"""Layouts of which a person checks the content and a second one releases the file (004, Ⅲ5).

What leaves on a medium does so in an encrypted container alone: the forwarding data, and the
transfers for which the founding document names フラッシュメモリ (004, Ⅱ5 移転先4・5 ⑥).
"""
PASSWORD_TOLD: Final = "password_told"  # noqa: S105 - the code of an event, not a password
"""The code of the event that says how the password of a container was told."""
_GIVEN: Final = frozenset({EventKind.SENT, EventKind.RESENT})


def hand_over_all(*, occasion: Occasion) -> None:
    """Release and hand over every file that needs nobody; what fails stays for the next time."""
    for file in ledger.unfinished():
        state = lifecycle.state(file.id)
        if file.layout in CHECKED_BY_TWO or state not in {FileState.TO_CHECK, FileState.TO_SEND}:
            continue
        with transaction.atomic():
            ledger.locked(file.id)
            if lifecycle.state(file.id) is FileState.TO_CHECK:
                lifecycle.add(file.id, EventKind.RELEASED, occasion=occasion)
        _hand_over(file.id, occasion)


def make_up() -> None:
    """Give what the ledger has as sent its name, and remove what it knows nothing of.

    Whoever stages a file holds the lock of the folders (`ledger.holding_folders`) until then.
    """
    last = set()
    for file in ledger.unfinished():
        *earlier, name = [
            "",
            *(each.detail["name"] for each in times_given(lifecycle.events(file.id))),
        ]
        last.add((Partner(file.partner), name))
        for before in filter(None, earlier):
            laying.take_back(Partner(file.partner), before)
    for partner in Partner:
        for name in laying.all_staged(partner):
            if (partner, name) in last:
                laying.show(partner, name)
            else:
                laying.staged(partner, name).unlink(missing_ok=True)


def lay(
    *,
    file: File,
    source: Path,
    name: str,
    kind: EventKind,
    occasion: Occasion,
    detail: Mapping[str, Any],
    reason: str = "",
) -> None:
    """Stage a file, say that it was sent, and show it once that is committed."""
    partner = Partner(file.partner)
    laying.stage(source, partner=partner, name=name)
    given(file=file, kind=kind, occasion=occasion, reason=reason, detail={**detail, "name": name})
    transaction.on_commit(lambda: _show(partner, name))


def given(
    *, file: File, kind: EventKind, occasion: Occasion, detail: Mapping[str, Any], reason: str = ""
) -> None:
    """Say in the ledger and in the record that a file was given away; ``occasion.at`` is when."""
    lifecycle.add(file.id, kind, occasion=occasion, detail=detail, reason=reason)
    record(
        act=Act.EXPORT,
        operation=f"outbox.{kind.value}",
        occasion=occasion,
        outcome=f"file {file.id} layout {file.layout} via {detail['via']}",
    )


def _show(partner: Partner, name: str) -> None:
    laying.show(partner, name)


def _hand_over(number: int, occasion: Occasion) -> None:
    with transaction.atomic():
        file = ledger.locked(number)
        found = lifecycle.events(number)
        if state_of(found) is not FileState.TO_SEND:
            return
        platform = _platform()
        if platform is None:
            ledger.holding_folders()
            lay(
                file=file,
                source=laying.made(file.digest),
                name=file.name,
                kind=EventKind.SENT,
                occasion=occasion,
                detail={"via": "folder"},
            )
            return
        try:
            receipt = platform.hand_over(
                laying.made(file.digest),
                to=file.partner,
                layout=file.layout,
                file_id=file.request_id,
                name=file.name,
            )
        except Refusal as refusal:
            # It stays released, with the reason, and is tried again by the next collection.
            if found[-1].code != refusal.code:
                lifecycle.add(number, EventKind.RELEASED, occasion=occasion, code=refusal.code)
            return
        given(
            file=file,
            kind=EventKind.SENT,
            occasion=occasion,
            detail={"via": "linkage", "name": file.name},
        )
        lifecycle.add(
            number,
            EventKind.ACKNOWLEDGED,
            occasion=occasion,
            detail={"reference": receipt},
        )
        forget(file, found)


def times_given(found: tuple[Event, ...]) -> tuple[Event, ...]:
    """Return the events with which a file was given away."""
    return tuple(each for each in found if each.kind in _GIVEN and each.code != PASSWORD_TOLD)


def last_name(found: tuple[Event, ...]) -> str:
    """Return the name under which a file was given away last; empty before that."""
    given_ = times_given(found)
    return str(given_[-1].detail["name"]) if given_ else ""


def forget(file: File, found: tuple[Event, ...]) -> None:
    """Remove what is kept of a file or lies for its partner, once this is committed."""
    digests, name = ledger.digests_of(file, found), last_name(found)
    transaction.on_commit(lambda: laying.forget(digests))
    if name:
        transaction.on_commit(lambda: laying.take_back(Partner(file.partner), name))


def _platform() -> Platform | None:
    """Return the platform, or None where the office has none."""
    reach: Callable[[], Platform] | None = getattr(settings, "KOKUNEN_PLATFORM", None)
    return None if reach is None else reach()
