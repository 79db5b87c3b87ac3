"""The container: AES-256, opened by its password and by no other."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import pyzipper
from pyzipper.zipfile_aes import WZ_AES

from kokunen.interchange.outbox.container import pack

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "vQ7#mKx4&TpWe9!c"  # noqa: S105 - of this test alone
AES_256 = 3


def made(folder: Path) -> Path:
    data, paper = folder / "data", folder / "paper"
    data.write_bytes("進達".encode("cp932") * 500)
    paper.write_bytes(b"%PDF-1.7 \x00\xff")
    target = folder / "container.part"
    packed = pack(target, entries={"a.dat": data, "01-list.pdf": paper}, password=PASSWORD)
    assert packed.size == target.stat().st_size
    assert packed.digest == hashlib.sha256(target.read_bytes()).hexdigest()
    return target


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    with pyzipper.AESZipFile(made(tmp_path)) as opened:
        opened.setpassword(PASSWORD.encode())
        assert opened.read("a.dat") == "進達".encode("cp932") * 500
        assert opened.read("01-list.pdf") == b"%PDF-1.7 \x00\xff"


def test_every_entry_is_encrypted_with_aes_256(tmp_path: Path) -> None:
    with pyzipper.AESZipFile(made(tmp_path)) as opened:
        for entry in opened.infolist():
            assert entry.flag_bits & 1
            assert entry.wz_aes_strength == AES_256
            assert WZ_AES == "WZ_AES"
    assert "進達".encode("cp932") not in made(tmp_path).read_bytes()


def test_another_password_opens_nothing(tmp_path: Path) -> None:
    with pyzipper.AESZipFile(made(tmp_path)) as opened:
        for wrong in (PASSWORD[:-1], PASSWORD.lower(), ""):
            opened.setpassword(wrong.encode())
            with pytest.raises(RuntimeError):
                opened.read("a.dat")


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    assert made(tmp_path).stat().st_mode & 0o077 == 0


def test_a_container_left_by_an_interrupted_run_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "container.part").write_bytes(b"half")
    assert made(tmp_path).read_bytes()[:2] == b"PK"
