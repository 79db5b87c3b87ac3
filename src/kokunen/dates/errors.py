"""The one shape of every refusal: what is wrong, where, and what to do about it."""

from __future__ import annotations


class Refusal(Exception):
    """Something was asked that cannot be answered; nothing was guessed and nothing was done.

    ``code`` is a stable identifier for programs, ``message`` says in Japanese what is wrong and
    why (with its article where there is one), ``fix`` says what to do, ``field`` names the input
    at fault (empty while the caller does not know it yet).
    """

    code = "refused"

    def __init__(self, message: str, *, fix: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.field = field
