"""A program that is killed: `python -m tests.interchange.worker ACT LAYOUTS AT [FILE]`.

ACT is ``apply`` (a file), ``apart`` (the same, but the ledger is committed apart from the effects:
the control) or ``night``. No program of the product is changed: the patch lives here.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kokunen import sites

BETWEEN: Final = 0.05
"""Seconds between the two commits of the control, so that few kills are enough to fall there."""


def main(act: str, layouts: str, at: str, *rest: str) -> None:
    sites.start("batch")
    from django.conf import settings

    from kokunen.audit.domain import Occasion
    from kokunen.dates.tokyo import day_of
    from kokunen.interchange import nightly
    from kokunen.interchange.inbox import operations
    from tests.interchange import exchange

    settings.KOKUNEN_OFFICE = {"municipality_code": exchange.CITY}
    exchange.install(Path(layouts))
    occasion = Occasion(
        at=datetime.fromisoformat(at),
        staff=None,
        staff_number="kokunen nightly",
        department="PENSION",
        terminal="夜間",
        purpose="correction",
    )
    if act == "apart":
        _come_apart()
    print("ready", flush=True)  # noqa: T201 - read by the test
    if act == "night":
        nightly.run(night=day_of(occasion.at), occasion=occasion)
    else:
        operations.apply(file=int(rest[0]), occasion=occasion)
    print("done", flush=True)  # noqa: T201 - as above


def _come_apart() -> None:
    from django.db import transaction

    from kokunen.interchange.inbox import applying, ledger

    together = ledger.write

    def apart(*given: Any, **named: Any) -> None:  # noqa: ANN401 - passed on as given
        def afterwards() -> None:
            time.sleep(BETWEEN)
            with transaction.atomic():
                together(*given, **named)

        transaction.on_commit(afterwards)

    setattr(applying, "write", apart)  # noqa: B010 - not a name that the module hands out


if __name__ == "__main__":
    main(*sys.argv[1:])
