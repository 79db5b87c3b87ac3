"""The individual number (個人番号) as a value, and why the vault refuses.

Pure. The number is 12 digits, the last one a check digit (番号法の省令, 平成26年総務省令85号5条).
"""

from __future__ import annotations

import unicodedata
from hmac import compare_digest
from typing import Final, NoReturn, final

from stdnum.exceptions import ValidationError
from stdnum.jp import in_

from kokunen.dates.errors import Refusal

_HIDDEN: Final = "IndividualNumber(****)"


class UnableToReadNumber(Refusal):
    """What was given is no individual number: its length, its characters or its check digit."""

    code = "my_number_invalid"


class UnableToStoreNumber(Refusal):
    """Another person holds the number, or two clerks recorded a number at once."""

    code = "my_number_not_stored"


class UnableToOpenNumber(Refusal):
    """There is no number to open, or its row does not decrypt: damaged, swapped or without key."""

    code = "my_number_not_opened"


class UnableToFindPerson(Refusal):
    """A search by number states no case, or its entry in the record does not cover it."""

    code = "my_number_not_searched"


class UnableToUseKeys(Refusal):
    """The file of the vault's keys is unreadable, or comes from the environment and is fixed."""

    code = "vault_keys"


@final
class IndividualNumber:
    """A verified individual number that does not show itself.

    Its text in messages, logs and formatted strings is ``IndividualNumber(****)``; it is no
    string and no dataclass, so JSON encoders refuse it; it cannot be pickled. ``reveal`` is the
    only way to the digits.
    """

    __slots__ = ("__digits",)
    __digits: str
    __hash__ = None  # type: ignore[assignment]  # a hash would be an index of the numbers

    def __init__(self, text: str) -> None:
        """Read 12 digits, wide or narrow, with or without spaces; raise `UnableToReadNumber`."""
        try:
            digits = in_.validate(unicodedata.normalize("NFKC", text))
        except ValidationError:
            # Neither the text nor the cause goes along: a mistyped number is nearly a number.
            raise UnableToReadNumber(
                "個人番号として正しくありません。12桁の数字で、末尾の検査用数字が合う必要があります。",
                fix="個人番号カードなどを見て、12桁を入れ直してください。",
                field="number",
            ) from None
        object.__setattr__(self, "_IndividualNumber__digits", digits)

    def reveal(self) -> str:
        """Return the 12 digits."""
        return self.__digits

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, IndividualNumber):
            return NotImplemented
        return compare_digest(self.__digits, other.__digits)

    def __repr__(self) -> str:
        return _HIDDEN

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return _HIDDEN

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(_HIDDEN)
