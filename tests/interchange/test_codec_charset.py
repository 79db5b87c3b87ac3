"""Each text has one form in bytes; what another encoder would have written is refused."""

from __future__ import annotations

import threading

import pytest

from kokunen.interchange.codec import charset


def test_what_windows_writes_is_read_and_written() -> None:
    cp932 = charset.named("cp932")
    assert cp932.encode("髙﨑①Ⅲ㈱") == bytes.fromhex("fbfc fab1 8740 8756 878a")
    assert cp932.decode(bytes.fromhex("fbfcfab1")) == "髙﨑"


@pytest.mark.parametrize("raw", ["eee0", "ed95", "8790", "eeef", "81"])
def test_other_bytes_for_the_same_character_are_refused(raw: str) -> None:
    with pytest.raises(UnicodeError):
        charset.named("cp932").decode(bytes.fromhex(raw))


@pytest.mark.parametrize(
    ("name", "text"),
    [("cp932", "−"), ("cp932", "𠮷"), ("jisx0213", "～"), ("jisx0213", "髙"), ("cp930", "∥")],
)
def test_a_character_that_would_be_read_as_another_is_not_written(name: str, text: str) -> None:
    with pytest.raises(UnicodeEncodeError) as refusal:
        charset.named(name).encode(f"ア{text}")
    assert refusal.value.start == 1


@pytest.mark.parametrize("name", ["cp930", "cp939"])
def test_ebcdic_has_shift_bytes_around_double_byte_text(name: str) -> None:
    ebcdic = charset.named(name)
    raw = ebcdic.encode("A澄野1")
    assert raw[0] == 0xC1
    assert (raw[1], raw[-2], raw[-1]) == (0x0E, 0x0F, 0xF1)
    assert len(raw) == 8
    assert ebcdic.decode(raw) == "A澄野1"
    for wrong in ("0e0f", "0e48df0f0e48df0f", "0e48df", "48df", "0e48"):
        with pytest.raises(UnicodeDecodeError):
            ebcdic.decode(bytes.fromhex(wrong))


def test_both_ebcdic_sets_differ_in_single_bytes() -> None:
    assert charset.named("cp930").encode("ｱ") == b"\x81"
    assert charset.named("cp939").encode("a") == b"\x81"


def test_ebcdic_is_converted_by_several_threads_at_once() -> None:
    ebcdic = charset.named("cp939")
    wrong: list[str] = []

    def convert(text: str) -> None:
        wrong.extend(text for _ in range(500) if ebcdic.decode(ebcdic.encode(text)) != text)

    threads = [threading.Thread(target=convert, args=(text,)) for text in ("澄野A", "1ア2", "花")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
