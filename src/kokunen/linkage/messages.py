"""Reading messages strictly: what is not written down in ``docs/linkage.md`` is refused. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kokunen.linkage.domain import Code, Function, Refused, Residence, Thing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LONGEST: Final = 262_144
"""Bytes of a message in a body."""
LONGEST_HEADER: Final = 8_192
"""Bytes of a message in a header."""
MOST_ITEMS: Final = 200
_LONGEST_VALUE: Final = 1000

_SYSTEM: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_STAFF: Final = re.compile(r"[0-9A-Za-z-]{1,20}")
_LOCAL: Final = re.compile(r"[0-9A-Za-z-]{1,20}")
_INTEGRATED: Final = re.compile(r"[0-9]{15}")
_CODE: Final = re.compile(r"[0-9A-Za-z_.-]{1,40}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MY_NUMBER: Final = re.compile(r"[0-9]{1,20}")
_NAME: Final = re.compile(r"(?!\.\.?\Z)[^\x00-\x1f\x7f/\\\ud800-\udfff]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a system says: who, when, for which member of staff, and what."""

    id: UUID
    made_at: datetime
    system: str
    staff_number: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An address of the platform: the function it belongs to and the fields of its body."""

    function: Function | None
    fields: Mapping[str, Callable[[Any], Any]]
    optional: frozenset[str] = frozenset()
    method: str = "POST"
    in_header: bool = False


def _like(pattern: re.Pattern[str]) -> Callable[[Any], str]:
    def read(given: Any) -> str:  # noqa: ANN401 - what JSON holds
        if not isinstance(given, str) or not pattern.fullmatch(given):
            raise ValueError
        return given

    return read


def _uuid(given: Any) -> UUID:  # noqa: ANN401 - what JSON holds
    if not isinstance(given, str):
        raise ValueError  # noqa: TRY004 - one exception says "malformed"
    read = UUID(given)
    if str(read) != given:
        raise ValueError
    return read


def _moment(given: Any) -> datetime:  # noqa: ANN401 - what JSON holds
    if not isinstance(given, str):
        raise ValueError  # noqa: TRY004 - one exception says "malformed"
    read = datetime.fromisoformat(given)
    if read.utcoffset() is None:
        raise ValueError
    return read


def _flag(given: Any) -> bool:  # noqa: ANN401 - what JSON holds
    if not isinstance(given, bool):
        raise ValueError  # noqa: TRY004 - as above
    return given


def _size(given: Any) -> int:  # noqa: ANN401 - what JSON holds
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**62:
        raise ValueError
    return given


def _codes(given: Any) -> tuple[str, ...]:  # noqa: ANN401 - what JSON holds
    if not isinstance(given, list) or not 0 < len(given) <= MOST_ITEMS:
        raise ValueError
    read = tuple(map(_like(_CODE), given))
    if len(set(read)) != len(read):
        raise ValueError
    return read


def _received(given: Any) -> tuple[str, ...]:  # noqa: ANN401 - what JSON holds
    return _codes(given) if given != [] else ()


def values(given: Any) -> dict[str, str | int | None]:  # noqa: ANN401 - what JSON holds
    """Return facts by item code; raise ``ValueError`` for anything else."""
    if not isinstance(given, dict) or not 0 < len(given) <= MOST_ITEMS:
        raise ValueError
    for code, value in given.items():
        _like(_CODE)(code)
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            raise ValueError  # noqa: TRY004 - one exception says "malformed"
        if isinstance(value, int) and abs(value) >= 2**62:
            raise ValueError
        if isinstance(value, str):
            if len(value) > _LONGEST_VALUE or "\0" in value:
                raise ValueError
            value.encode()  # half a surrogate pair is no text
    return given


ROUTES: Final[Mapping[str, Route]] = {
    "/v1/numbers": Route(
        function=Function.NUMBERS,
        fields={
            "local_number": _like(_LOCAL),
            "residence": Residence,
            "my_number": _like(_MY_NUMBER),
            "replaces": _flag,
        },
        optional=frozenset({"my_number", "replaces"}),
    ),
    "/v1/gateway": Route(function=Function.GATEWAY, fields={"received": _received}),
    "/v1/provisions": Route(
        function=Function.PROVISION,
        fields={
            "provision": _uuid,
            "integrated_number": _like(_INTEGRATED),
            "basis": _like(_CODE),
            "items": values,
        },
    ),
    "/v1/inquiries": Route(
        function=Function.INQUIRY,
        fields={
            "inquiry": _uuid,
            "integrated_number": _like(_INTEGRATED),
            "basis": _like(_CODE),
            "items": _codes,
        },
    ),
    "/v1/answers": Route(function=Function.INQUIRY, fields={"inquiry": _uuid}),
    "/v1/answers/received": Route(function=Function.INQUIRY, fields={"inquiry": _uuid}),
    "/v1/files": Route(
        function=Function.FILES,
        fields={
            "file": _uuid,
            "to": _like(_SYSTEM),
            "layout": _like(_CODE),
            "name": _like(_NAME),
            "size": _size,
            "digest": _like(_DIGEST),
        },
        in_header=True,
    ),
    "/v1/files/collect": Route(
        function=Function.FILES, fields={"file": _uuid}, method="GET", in_header=True
    ),
    "/v1/files/waiting": Route(function=Function.FILES, fields={}),
    "/v1/files/received": Route(
        function=Function.FILES, fields={"file": _uuid, "digest": _like(_DIGEST)}
    ),
    # Every registered system may ask about what it sent itself.
    "/v1/status": Route(function=None, fields={"thing": Thing, "id": _uuid}),
}
_ENVELOPE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "id": _uuid,
    "made_at": _moment,
    "system": _like(_SYSTEM),
    "staff_number": _like(_STAFF),
    "body": dict,
}


def read(text: bytes, route: Route) -> Message:
    """Read a message to a route; raise ``Refused`` (malformed), naming the field if known."""
    try:
        given = json.loads(text, object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError):
        raise Refused(Code.MALFORMED) from None
    outer = _fields(given, _ENVELOPE, frozenset({"staff_number"}))
    return Message(
        id=outer["id"],
        made_at=outer["made_at"],
        system=outer["system"],
        staff_number=outer.get("staff_number", ""),
        body=_fields(given["body"], route.fields, route.optional),
    )


def _fields(
    given: Any,  # noqa: ANN401 - what JSON holds
    fields: Mapping[str, Callable[[Any], Any]],
    optional: frozenset[str],
) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Refused(Code.MALFORMED)
    missing = fields.keys() - optional - given.keys()
    if missing or given.keys() - fields.keys():
        # A field that is not ours is not repeated: it may be anything.
        raise Refused(Code.MALFORMED, field=min(missing, default=""))
    found = {}
    for name, value in given.items():
        try:
            found[name] = fields[name](value)
        except (TypeError, ValueError, OverflowError):
            raise Refused(Code.MALFORMED, field=name) from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _never(_constant: str) -> None:
    raise ValueError
