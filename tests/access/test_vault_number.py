"""The individual number as a value: verified, and silent about itself."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from base64 import b64encode
from dataclasses import asdict, dataclass

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from hypothesis import given
from hypothesis import strategies as st

from kokunen.access.vault import cipher
from kokunen.access.vault.domain import (
    IndividualNumber,
    UnableToOpenNumber,
    UnableToReadNumber,
    UnableToUseKeys,
)

DIGITS = "621498320257"
HIDDEN = "IndividualNumber(****)"


def check_digit(eleven: str) -> str:
    """The formula of the ministerial ordinance (総務省令5条), written out once more.

    Digits counted from the right of the eleven; weight n+1 up to the sixth, n-5 from the seventh.
    """
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(eleven), 1)
    )
    rest = total % 11
    return str(0 if rest <= 1 else 11 - rest)


@given(st.from_regex("[0-9]{11}", fullmatch=True), st.integers(1, 9))
def test_the_check_digit_is_that_of_the_ordinance(eleven: str, off: int) -> None:
    digit = check_digit(eleven)
    assert IndividualNumber(eleven + digit).reveal() == eleven + digit
    with pytest.raises(UnableToReadNumber):
        IndividualNumber(f"{eleven}{(int(digit) + off) % 10}")


@pytest.mark.parametrize("text", ["6214 9832 0257", "６２１４９８３２０２５７", " 6214-9832-0257 "])
def test_it_is_read_as_people_write_it(text: str) -> None:
    assert IndividualNumber(text) == IndividualNumber(DIGITS)


@pytest.mark.parametrize(
    "text", ["", "62149832025", "6214983202577", "62149832025X", "621498320258"]
)
def test_what_is_no_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UnableToReadNumber) as refused:
        IndividualNumber(text)
    assert not text or text not in f"{refused.value!r} {refused.value.fix}"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@dataclass
class Holder:
    number: IndividualNumber


def test_it_never_shows_itself_by_accident(caplog: pytest.LogCaptureFixture) -> None:
    number = IndividualNumber(DIGITS)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("kokunen.test").warning("%s %r %s", number, number, [number])
    said = [
        repr(number),
        str(number),
        f"{number}",
        f"{number!s:>40}",
        f"{number:>40}",
        "%s" % number,  # noqa: UP031 - one more way of formatting
        repr(Holder(number)),
        caplog.text,
    ]
    assert all(HIDDEN in each for each in said)
    assert not any(DIGITS in each for each in said)
    for encode in (json.dumps, pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError) as refused:
            encode(number)
        assert DIGITS not in str(refused.value)
    with pytest.raises(TypeError):
        json.dumps({"number": number}, cls=DjangoJSONEncoder)
    with pytest.raises(TypeError):
        asdict(Holder(number))
    with pytest.raises(TypeError):
        hash(number)
    with pytest.raises(AttributeError):
        number.digits = "0"


def ring(*names: str) -> cipher.Keyring:
    lines = [f"{name} {b64encode(name.encode().ljust(32, b'.')).decode()}" for name in names]
    return cipher.keyring("\n".join(lines).encode())


def test_a_ciphertext_opens_under_its_own_key_nonce_and_person_alone() -> None:
    number, nonce = IndividualNumber(DIGITS), b"n" * 12
    one, two = ring("k1", "k2").keys
    sealed = one.seal(number, person=5, nonce=nonce)
    assert one.open(sealed, person=5, nonce=nonce) == number
    renamed = cipher.Key(id="k9", _cipher=one._cipher, _index=one._index)
    for key, text, person, given_nonce in (
        (two, sealed, 5, nonce),
        (renamed, sealed, 5, nonce),
        (one, sealed, 6, nonce),
        (one, sealed, 5, b"m" * 12),
        (one, sealed, 5, b""),
        (one, sealed[:-1], 5, nonce),
        (one, b"", 5, nonce),
        *(
            (one, sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], 5, nonce)
            for i in range(28)
        ),
    ):
        with pytest.raises(UnableToOpenNumber, match="書き換え") as refused:
            key.open(text, person=person, nonce=given_nonce)
        assert refused.value.__cause__ is None
        assert DIGITS not in str(refused.value)


def test_keys_and_their_indexes_are_apart_and_the_last_is_current() -> None:
    both = ring("k1", "k2")
    assert both.current.id == "k2"
    number = IndividualNumber(DIGITS)
    assert len(set(both.blinds(number))) == 2
    assert both.blinds(number) == ring("k1", "k2").blinds(number)
    assert all(len(blind) == 32 for blind in both.blinds(number))
    assert len({key._cipher for key in both.keys} | {key._index for key in both.keys}) == 4
    secret = b64encode(both.keys[0]._cipher).decode()
    assert repr(both) == "Keyring(keys=(Key(id='k1'), Key(id='k2')))"
    assert secret not in repr(both)
    with pytest.raises(UnableToOpenNumber, match="k3"):
        both.key("k3")


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"\n\n",
        b"k1",
        b"k1 !!!!",
        b"k1 " + b64encode(b"short"),
        b"k1 " + b64encode(b"x" * 33),
        b"k/1 " + b64encode(b"x" * 32),
        b"k1 " + b64encode(b"x" * 32) + b"\nk1 " + b64encode(b"y" * 32),
        b"\xff " + b64encode(b"x" * 32),
    ],
)
def test_keys_that_cannot_be_read_are_refused_without_showing_them(held: bytes) -> None:
    with pytest.raises(UnableToUseKeys) as refused:
        cipher.keyring(held)
    assert b64encode(b"x" * 32).decode() not in str(refused.value)
