"""The program with its sealing turned off: the control that shows what sealing is good for.

Run as a program, as ``python -m kokunen`` is.
"""

from __future__ import annotations

import sys

from cryptography.hazmat.primitives.ciphers import aead


class Unsealed:
    """Has the form of AES-GCM, and leaves what it is given as it is."""

    generate_key = staticmethod(aead.AESGCM.generate_key)

    def __init__(self, _key: bytes) -> None:
        """Need no key."""

    def encrypt(self, _nonce: bytes, data: bytes, _bound: bytes | None) -> bytes:
        return data + bytes(16)

    def decrypt(self, _nonce: bytes, data: bytes, _bound: bytes | None) -> bytes:
        return data[:-16]


if __name__ == "__main__":
    aead.AESGCM = Unsealed  # type: ignore[assignment]  # the control of a test

    from kokunen.cli import main

    sys.exit(main())
