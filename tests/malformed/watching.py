"""Looks at every answer to a malformed request, and at every table before and after."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

from kokunen.access.domain import SEES, Field, Role
from kokunen.sites import backups
from tests.matrix import marked
from tests.matrix.asks import PURPOSE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from django.http import HttpResponse
    from django.test import Client

WORST: Final = 499
"""The highest status that an answer to a malformed request may have."""
_TELLING: Final = re.compile(
    r"Traceback|File &quot;|File \"|, line \d+, in |site-packages|psycopg|pydantic|django\."
    r"|\bSELECT\b.+\bFROM\b|INSERT INTO|UPDATE \w+ SET|DETAIL:|kokunen_web(?!_api)|people_\w+_form"
    r"|Exception|<object object|0x[0-9a-f]{8,}"
)
"""What only the inside of the program says: a trace, SQL, the name of a constraint."""
_OWN_WORK: Final = (
    "audit_", "axes_", "django_session", "django_cache", "access_session",
)  # fmt: skip
"""Tables in which a request may leave its traces: the record, failed attempts, stays."""
ROLES: Final = (
    Role.COUNTER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.SELF_RELIANCE,
)  # fmt: skip
_SEALED: Final = frozenset({Field.ADDRESS, Field.PHONE, Field.HOUSEHOLD, Field.OLD_NUMBER})


class Watch:
    """Counts the requests and keeps what was wrong with their answers."""

    def __init__(self, seeded: marked.Seeded) -> None:
        self.seeded = seeded
        self.made = 0
        self.statuses: dict[int, int] = {}

    def __enter__(self) -> Self:
        # A sign-in is no malformed request: it comes before any table is looked at.
        for role in ROLES:
            self.browser(role)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.__dict__.pop("_browsers", None)

    @cached_property
    def _browsers(self) -> dict[Role, Client]:
        return {}

    def browser(self, role: Role) -> Client:
        """Return the browser of a role that has stated a purpose for both people."""
        if role not in self._browsers:
            client = self.seeded.office.browser(role)
            client.raise_request_exception = False
            if Field.NAME in SEES[role]:
                for key in self.seeded.keys.values():
                    client.post(f"/people/{key}/purpose/", PURPOSE)
            self._browsers[role] = client
        return self._browsers[role]

    def check(self, response: HttpResponse | Any, *, role: Role | None, what: object = "") -> None:  # noqa: ANN401 - the answers of two kinds of clients
        """Count an answer, and fail on a fault, a trace, or a field that is not for the role."""
        status = int(response.status_code)
        self.made += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1
        words = bytes(response.content).decode(errors="replace")
        assert status <= WORST, f"{what}: {status}"
        told = _TELLING.search(words)
        assert told is None, f"{what}: {told}"
        may = SEES[role] if role is not None else frozenset[Field]()
        for who, fields in marked.found(words).items():
            sealed = _SEALED if who == "shielded" else frozenset[Field]()
            assert fields <= may - sealed, f"{what}: {who} {sorted(fields - (may - sealed))}"

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Fail when any table but those of the record and the stays has changed meanwhile."""
        before = self._tables()
        yield
        after = self._tables()
        changed = {name for name in before | after if before.get(name) != after.get(name)}
        assert not changed, sorted(changed)

    def _tables(self) -> dict[str, backups.Table]:
        with self.seeded.office.database.owner() as owner:
            return {
                name: table
                for name, table in backups.digests(owner).items()
                if not name.startswith(_OWN_WORK)
            }
