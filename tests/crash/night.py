"""One start of `kokunen nightly` at a given moment; the control commits the ledger apart."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from kokunen.cli import acting, exchange
from tests.crash.seams import Seams, Strike

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from kokunen.audit.domain import Occasion


def run(*, night: date, at: datetime, strike: Strike | None, apart: bool, told: Path) -> None:
    """Run the command to its end, and tell the seams that it passed."""
    seams = Seams(strike)

    def program(command: str, **more: Any) -> Occasion:  # noqa: ANN401 - passed on as given
        from dataclasses import replace

        return replace(acting.program(command, **more), at=at)

    setattr(exchange, "program", program)  # noqa: B010 - the clock of this one program
    if apart:
        come_apart(seams)
    exchange._nightly(Namespace(on=night.isoformat()))
    told.write_text(json.dumps(seams.counts), encoding="utf-8")


def come_apart(seams: Seams) -> None:
    """Let the effects of a chunk be committed first, and its lines in a transaction of their own.

    Between the two lies a seam of its own, so that few kills are enough to fall into it. No program
    of the product is changed: the patch lives here.
    """
    from django.db import transaction

    from kokunen.interchange.inbox import applying, ledger

    def apart(chunk: Sequence[Any], of: Any, context: Any, receives: Any) -> None:  # noqa: ANN401 - as the product's
        with transaction.atomic(durable=True):
            lines = applying._lines(chunk, context, receives)
        seams.pass_by("between")
        with transaction.atomic(durable=True):
            ledger.write(lines, file=of, occasion=context.occasion)

    setattr(applying, "_one", apart)  # noqa: B010 - the control


def counts(told: Path) -> Mapping[str, int]:
    """Return the seams that a night told, once it has come to its end."""
    found: Mapping[str, int] = json.loads(told.read_text(encoding="utf-8"))
    return found
