"""The control: the same site, but the line of the record is committed apart from its fact.

`python -m tests.crash.apart PORT` serves it. The fact is committed first, then the record in a
transaction of its own; between the two lies `BETWEEN`, wider than it would be by itself, so that
few kills are enough to fall into it. No program of the product is changed: the patch lives here.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Final
from uuid import UUID, uuid4

from granian import Granian

from kokunen.sites import serving

BETWEEN: Final = 0.15
"""Seconds between the two commits."""


def _come_apart() -> None:
    from django.db import transaction

    from kokunen.audit.operations import record
    from kokunen.people import entering

    def apart(**given: Any) -> UUID:  # noqa: ANN401 - passed on as given
        def afterwards() -> None:
            time.sleep(BETWEEN)
            with transaction.atomic():
                record(**given)

        transaction.on_commit(afterwards)
        return uuid4()

    setattr(entering, "record", apart)  # noqa: B010 - not a name that the module hands out


def main(port: int) -> None:
    setattr(serving, "Granian", _with_this_module)  # noqa: B010 - not a name that it hands out
    serving.serve(port=port)


def _with_this_module(_: str, **options: Any) -> object:  # noqa: ANN401 - passed on as given
    return Granian("tests.crash.apart:application", **options)


if __name__ == "__main__":
    main(int(sys.argv[1]))
else:
    # In a worker of the web server, which imports this module.
    from kokunen.sites.wsgi import application as application  # noqa: PLC0414 - handed on

    _come_apart()
