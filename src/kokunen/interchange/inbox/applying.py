"""A file that was taken is applied: chunk by chunk, each one transaction with its lines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Count, Max
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record
from kokunen.interchange import folders, lifecycle, models, registry
from kokunen.interchange import layout as layouts
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import (
    Effect,
    EventKind,
    FileState,
    RecordOutcome,
    UnableToHandleFile,
)
from kokunen.interchange.inbox import keeping, ledger, turns
from kokunen.interchange.inbox.ledger import Line, write
from kokunen.interchange.receiving import CHUNK, Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kokunen.audit.domain import Occasion
    from kokunen.interchange.codec.reading import Bad, Good
    from kokunen.interchange.layout import Layout
    from kokunen.interchange.receiving import Context, Receives

TRIES: Final = 4
"""How often a chunk is tried that got into the way of somebody else's transaction."""
_IN_THE_WAY: Final = (DeadlockDetected, SerializationFailure, UniqueViolation)
_ONCE: Final = ("applied", "nothing", "matched")
"""Outcomes after which a notice had its effect."""

Answer = TypeVar("Answer")


def apply(
    *,
    file: int,
    occasion: Occasion,
    tell: Callable[[int], None] = lambda _: None,
) -> Mapping[RecordOutcome, int]:
    """Apply what is not applied yet of a file, and return its records by outcome.

    A chunk (`receiving.CHUNK`) is one transaction: the effects and their lines in the ledger.
    ``tell`` is told how many records were done after each. Called again after a crash it goes on
    behind the last line; of a file that is applied it only counts. Raises `UnableToHandleFile`: the
    file waits, was refused, has an earlier one before it, is being applied by another program, or
    its kept copy is gone or changed.
    """
    of = lifecycle.find(file)
    busy = UnableToHandleFile(
        f"ファイル{file}は、別のプログラムが反映しているところです。",
        fix="終わるまで待ってから、もう一度実行してください。",
        field="file",
    )
    with ledger.alone(f"interchange_file {file}", busy=busy):
        standing = lifecycle.state(file)
        if standing is FileState.APPLYING:
            _in_turn(of)
            context = ledger.context(of, occasion)
            receives = registry.receives(of.layout)
            for chunk in _chunks(of):
                in_the_way(partial(_one, chunk, of, context, receives))
                tell(len(chunk))
            return in_the_way(partial(_close, of, occasion))
        if standing is not FileState.APPLIED:
            raise UnableToHandleFile(
                f"ファイル{file}は「{standing.label}」なので、反映できません。",
                fix="ファイルの経過を開いて、理由を確かめてください。",
                field="file",
            )
        return counted(file)


def _in_turn(of: models.File) -> None:
    before = turns.before(of)
    if before is not None:
        raise UnableToHandleFile(
            f"通番{before.sequence}のファイル(番号{before.pk})がまだ反映されていません。"
            "この様式は通番の順に反映します。",
            fix=f"先にファイル{before.pk}を反映してください。",
            field="file",
        )


def records(of: models.File, *, check: bool) -> Iterator[Good | Bad]:
    """Read the details of a kept file again; ``check`` its digest first."""
    version = version_of(of)
    with keeping.opened(of, check=check) as stream:
        yield from reading.read(stream, layout=version, city=folders.city())


def version_of(of: models.File) -> Layout:
    """Return the layout in the version in which a file was received."""
    for version in layouts.versions(of.layout):
        if version.version == of.version:
            return version
    raise UnableToHandleFile(
        f"ファイル{of.pk}を受信したときの様式「{of.layout}」第{of.version}版が、今はありません。",
        fix="layouts に、その版を戻してください。",
        field="file",
    )


def _chunks(of: models.File) -> Iterator[Sequence[Good | Bad]]:
    last = models.Record.objects.filter(file=of).aggregate(last=Max("number"))["last"] or 0
    group = registry.receives(of.layout).group
    chunk: list[Good | Bad] = []
    before = ""
    for each in records(of, check=True):
        if each.number <= last:
            continue
        own = group(each.values) if isinstance(each, reading.Good) else ""
        if len(chunk) >= CHUNK and not (own and own == before):
            yield chunk
            chunk = []
        chunk.append(each)
        before = own
    if chunk:
        yield chunk


def in_the_way(act: Callable[[], Answer]) -> Answer:
    """Do a transaction again that got into the way of another one."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except (OperationalError, IntegrityError) as error:
            if not isinstance(error.__cause__, _IN_THE_WAY):
                raise
    return act()


def _one(
    chunk: Sequence[Good | Bad], of: models.File, context: Context, receives: Receives
) -> None:
    with transaction.atomic(durable=True):
        write(_lines(chunk, context, receives), file=of, occasion=context.occasion)


def _lines(chunk: Sequence[Good | Bad], context: Context, receives: Receives) -> list[Line]:
    """Return what each record does, in order; the good ones are given to the receiver."""
    lines: list[Line] = []
    pending: list[tuple[Incoming, str]] = []
    notices = {
        each.number: receives.notice(each.values)
        for each in chunk
        if isinstance(each, reading.Good)
    }
    done = had_effect(context.layout, notices.values())

    def flush() -> None:
        taken = [incoming for incoming, _ in pending]
        effects = receives.apply(taken, context) if taken else ()
        for (incoming, notice), effect in zip(pending, effects, strict=True):
            if notice and effect.outcome.value in _ONCE:
                done.add(notice)
            lines.append(
                Line(number=incoming.number, effect=effect, raw=incoming.raw, notice=notice)
            )
        pending.clear()

    for each in chunk:
        if isinstance(each, reading.Bad):
            lines.append(Line(number=each.number, effect=_bad(each), raw=each.raw))
            continue
        notice = notices[each.number]
        if notice and any(notice == other for _, other in pending):
            flush()  # whether the first of the two had its effect decides about the second
        if notice in done:
            lines.append(Line(number=each.number, effect=repeated(), raw=each.raw, notice=notice))
            continue
        incoming = Incoming(
            number=each.number, values=each.values, raw=each.raw, header=each.header
        )
        pending.append((incoming, notice))
    flush()
    return lines


def had_effect(layout: str, notices: Iterable[str]) -> set[str]:
    """Return those of the notices that had their effect, from whatever file of the layout."""
    asked = [notice for notice in notices if notice]
    if not asked:
        return set()
    rows = models.Record.objects.filter(layout=layout, notice__in=asked, outcome__in=_ONCE)
    return set(rows.values_list("notice", flat=True))


def repeated() -> Effect:
    """Return the effect of a notice that had its effect before: none."""
    return Effect(
        outcome=RecordOutcome.REPEATED,
        code="repeated",
        says="この通知番号の通知は、もう反映しています。",
    )


def _bad(record_: Bad) -> Effect:
    first = record_.faults[0]
    return Effect(
        outcome=RecordOutcome.REFUSED,
        code=first.code,
        says=first.what,
        fix=first.fix,
        fields=tuple(dict.fromkeys(fault.field for fault in record_.faults if fault.field)),
    )


def _close(of: models.File, occasion: Occasion) -> Mapping[RecordOutcome, int]:
    with transaction.atomic(durable=True):
        found = counted(of.pk)
        lifecycle.add(
            of.pk,
            EventKind.APPLIED,
            occasion=occasion,
            detail={outcome.value: number for outcome, number in found.items()},
        )
        record(
            act=Act.RUN,
            operation="interchange.apply",
            occasion=occasion,
            changes=[Change(table="interchange_file", row=str(of.pk), field="applied")],
        )
    return found


def counted(file: int) -> Mapping[RecordOutcome, int]:
    """Return how many records of a file had which outcome at their first attempt."""
    rows = models.Record.objects.filter(file=file, attempt=1).values("outcome")
    found = dict(rows.annotate(number=Count("id")).values_list("outcome", "number"))
    return {outcome: found[outcome.value] for outcome in RecordOutcome if outcome.value in found}
