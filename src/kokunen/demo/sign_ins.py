"""The file of the demonstration's sign-ins, and the code of the second factor that holds now."""

from __future__ import annotations

import base64
import os
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from kokunen.dates.errors import Refusal
from kokunen.postgres import home

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class UnableToFindDemoStaff(Refusal):
    """No account of the demonstration has that number."""

    code = "demo_staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What one types to sign in, and for which role; ``key`` is what an authenticator takes."""

    staff_number: str
    password: str
    key: str
    role: str
    room: str


def file() -> Path:
    """Return the file of the sign-ins."""
    return home.folder() / "demo-sign-in.txt"


def read() -> tuple[SignIn, ...]:
    """Return the sign-ins of the file; none when there is no file."""
    try:
        lines = file().read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    names = [field.name for field in fields(SignIn)]
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return tuple(
        SignIn(**dict(zip(names, row, strict=True))) for row in rows if len(row) == len(names)
    )


def write(drawn: tuple[SignIn, ...]) -> None:
    """Write the file, whole or not at all, readable by its owner alone."""
    text = (
        "# 架空の職員のサインイン(このデモだけのもの)\n"
        "# 職員番号\tパスワード\t二要素認証の鍵\t役割\t所属\n"
    )
    text += "".join("\t".join(astuple(one)) + "\n" for one in drawn)
    unfinished = file().with_name(".demo-sign-in")
    unfinished.unlink(missing_ok=True)
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as out:
        out.write(text)
    unfinished.replace(file())


def code(staff_number: str, *, at: datetime) -> str:
    """Return the six digits of the second factor at a time, as an authenticator app shows them.

    Raises `UnableToFindDemoStaff`.
    """
    key = next((one.key for one in read() if one.staff_number == staff_number.upper()), None)
    if key is None:
        raise UnableToFindDemoStaff(
            f"職員番号 {staff_number} のサインイン情報がありません。",
            fix=f"{file()} にある職員番号を指定してください。",
            field="staff_number",
        )
    # SHA-1 is what authenticator apps use (RFC 6238).
    generator = TOTP(base64.b32decode(key), 6, SHA1(), 30)  # noqa: S303 - see above
    return generator.generate(int(at.timestamp())).decode()
