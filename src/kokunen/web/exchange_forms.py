"""The forms of the exchange: what a member of staff does with a file, a record, a difference."""

from __future__ import annotations

from typing import Final, TypeVar
from uuid import uuid4

from django import forms

from kokunen.interchange.domain import FileState
from kokunen.interchange.outbox.passwords import Way
from kokunen.web.case_forms import MOST
from kokunen.web.forms import REASON_LENGTH, Office, WarekiField, choices

LONGEST: Final = 9
"""The most digits of the number of a record."""


class ActForm(Office):
    """An act that needs nothing but its request number."""

    request_id = forms.UUIDField(widget=forms.HiddenInput)


class ReasonForm(ActForm):
    """An act that says why."""

    reason = forms.CharField(
        label="理由", max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReceiptForm(ActForm):
    """The receipt that the other side gave for a file."""

    on = WarekiField(label="受領の日", help_text="例 R8.11.21")
    reference = forms.CharField(label="受領番号など", max_length=100)


class ToldForm(ActForm):
    """How the password of a container was told: never in the same way as the file."""

    how = forms.ChoiceField(label="パスワードの伝え方", choices=choices(Way))


class DecideForm(ActForm):
    """The case that a result belongs to."""

    case = forms.IntegerField(label="案件番号", min_value=1, max_value=MOST)


class FilesForm(Office):
    """Which files are listed."""

    state = forms.ChoiceField(
        label="状態", required=False, choices=[("", "すべて"), *choices(FileState)]
    )


class NightForm(Office):
    """The night whose results are shown."""

    on = WarekiField(label="処理日", required=False, help_text="例 R8.11.21")


class SpanForm(Office):
    """From which day to which day the calendar goes."""

    since = WarekiField(label="この日から", required=False, help_text="例 R8.11.1")
    until = WarekiField(label="この日まで", required=False, help_text="例 R8.11.30")


FormT = TypeVar("FormT", bound=ActForm)

WAITING_ACTS: Final = {
    "go_on": "前の通番を待たずに反映する",
    "set_aside": "このファイルを取り止める",
}
"""What is done with a file that waits for the one before it, each with its reason."""
SENT_ACTS: Final[dict[str, type[ActForm]]] = {
    "check": ActForm,
    "release": ActForm,
    "withdraw": ReasonForm,
    "acknowledge": ReceiptForm,
    "resend": ReasonForm,
    "told": ToldForm,
}
"""What is done with a file that goes out."""
RECORD_ACTS: Final[dict[str, type[ActForm]]] = {
    "retry": ActForm,
    "set_aside": ReasonForm,
    "decide": DecideForm,
}
"""What is done with a record that came in."""


def begun(form: type[FormT], name: str = "", **initial: object) -> FormT:
    """Return an empty form with a request number of its own."""
    return form(
        initial={"request_id": uuid4(), **initial},
        auto_id=f"id_{name}_%s" if name else "id_%s",
    )


def whole(text: str) -> int:
    """Read the number of a record from an address; 0 for what is none."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else 0
