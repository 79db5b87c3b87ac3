"""How the office reaches the linkage platform, where ``office.json`` names one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kokunen.dates.errors import Refusal
from kokunen.postgres import home

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.linkage.client import Platform

SYSTEM: Final = "pension"
"""What the desk's system is called in the agreements (連携定義)."""


class UnableToNamePlatform(Refusal):
    """``linkage`` in ``office.json`` is no host and port."""

    code = "linkage_setting"


def reaching(office: Mapping[str, str]) -> Callable[[], Platform] | None:
    """Return how the platform is reached; None where the office has none.

    ``linkage`` is ``host:port``. The certificates lie in ``secrets/linkage`` of the home, as
    ``kokunen linkage certificate system pension`` made them. Raises `UnableToNamePlatform`.
    """
    said = office.get("linkage", "")
    if not said:
        return None
    host, _, port = said.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65_536:  # noqa: PLR2004 - TCP's
        raise UnableToNamePlatform(
            "office.json の linkage が「ホスト:ポート」の形ではありません。",
            fix="「linkage.example.lg.jp:8443」のように書くか、連携基盤がなければ消してください。",
            field="linkage",
        )

    def reach() -> Platform:
        from kokunen.linkage.client import Platform  # noqa: PLC0415 - TLS for whoever needs it

        folder = home.folder() / "secrets" / "linkage"
        return Platform(
            host=host,
            port=int(port),
            system=SYSTEM,
            authority=folder / "authority.crt",
            certificate=folder / f"{SYSTEM}.crt",
            key=folder / f"{SYSTEM}.key",
            clock=lambda: datetime.now(UTC),
        )

    return reach
