"""The forms of the exchange: what a member of staff does with a file, a record, a difference."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import uuid4

from django import forms

from kokunen.interchange.domain import Direction, FileState
from kokunen.interchange.outbox.passwords import Way
from kokunen.web.case_forms import MOST
from kokunen.web.forms import REASON_LENGTH, Office, WarekiField, choices
from kokunen.web.templatetags.office import short

if TYPE_CHECKING:
    from datetime import date

LONGEST: Final = 9
"""The most digits of the number of a record."""
LONGEST_SPAN: Final = timedelta(days=366)
"""The most that the calendar shows at once: each line of it is looked up in the ledger."""
STATES: Final = {
    Direction.IN: (
        FileState.APPLYING,
        FileState.REFUSED,
        FileState.WAITING,
        FileState.APPLIED,
        FileState.SET_ASIDE,
    ),
    Direction.OUT: (
        FileState.TO_CHECK,
        FileState.TO_RELEASE,
        FileState.TO_SEND,
        FileState.AWAITING_RECEIPT,
        FileState.RECEIVED,
        FileState.WITHDRAWN,
    ),
}
"""Where a file of each direction can stand."""


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
    """Which files of a direction are listed."""

    state = forms.ChoiceField(label="状態", required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments, passed on
        direction: Direction,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        known = [(each.value, each.label) for each in STATES[direction]]
        field.choices = [("", "すべて"), *known]


class NightForm(Office):
    """The night whose results are shown."""

    on = WarekiField(label="処理日", required=False, help_text="例 R8.11.21")


class SpanForm(Office):
    """From which day to which day the calendar goes; a day left empty is the ``usual`` one."""

    since = WarekiField(label="この日から", required=False, help_text="例 R8.11.1")
    until = WarekiField(label="この日まで", required=False, help_text="例 R8.11.30")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments, passed on
        usual: tuple[date, date],
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        first, last = usual
        super().__init__(*args, initial={"since": short(first), "until": short(last)}, **kwargs)
        self.span = usual
        """Both days, included, of a form that is not refused."""

    def clean(self) -> dict[str, Any]:
        """Take the days together: in their order, and not more than a year."""
        said = super().clean() or {}
        if not self.errors:
            since, until = said["since"] or self.span[0], said["until"] or self.span[1]
            if until < since:
                self.add_error("until", "「この日から」より前です。日付を確かめてください。")
            elif until - since > LONGEST_SPAN:
                self.add_error("until", "一度に見られるのは1年分です。期間を短くしてください。")
            self.span = since, until
        return said


FormT = TypeVar("FormT", bound=ActForm)

WAITING_ACTS: Final = {
    "go_on": (
        "前の通番を待たずに反映する",
        "次の夜間処理で反映します。間の通番のファイルは、後から届いても受け取りません。",
    ),
    "set_aside": (
        "このファイルを取り止める",
        "このファイルからは何も反映しません。取止めは元に戻せません。",
    ),
}
"""What is done, with its reason, with a file that waits: its name, and what follows from it."""
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
