"""The forms about the record of access; all are sent by POST."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from kokunen.audit.domain import Act
from kokunen.web.forms import REASON_LENGTH, Office, WarekiField

if TYPE_CHECKING:
    from collections.abc import Mapping

ACT_WORDS: Final = {
    Act.READ: "閲覧",
    Act.WRITE: "更新",
    Act.REFUSE: "拒否",
    Act.OPEN: "開示",
    Act.SIGN_IN: "サインイン",
    Act.SIGN_OUT: "サインアウト",
    Act.RUN: "一括処理",
    Act.EXPORT: "出力",
}


class TrailForm(Office):
    """What part of the record is shown; sent by POST, so that no number stands in an address."""

    person = forms.IntegerField(
        label="宛名番号",
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    staff_number = forms.CharField(label="職員番号", required=False, max_length=20)
    department = forms.ChoiceField(label="部署", required=False)
    act = forms.ChoiceField(
        label="操作", required=False, choices=[("", "すべて"), *ACT_WORDS.items()]
    )
    since = WarekiField(label="この日から", required=False, help_text="例 R8.11.21")
    until = WarekiField(label="この日まで", required=False, help_text="例 R8.11.24")
    after = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    field_order = ("person", "staff_number", "department", "act", "since", "until")

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments, passed on
        departments: Mapping[str, str],
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
        field.choices = [("", "すべて"), *departments.items()]

    def clean_after(self) -> tuple[datetime, UUID] | None:
        """Read after which entry the page begins; what is no such place is refused."""
        text = str(self.cleaned_data["after"])
        if not text:
            return None
        at, _, entry = text.rpartition(" ")
        try:
            moment, number = datetime.fromisoformat(at), UUID(entry)
        except ValueError:
            moment, number = None, None
        if moment is None or number is None or moment.tzinfo is None:
            raise ValidationError("続きの場所が読めません。最初から表示してください。")
        return moment, number


class ReviewForm(Office):
    """Between which days the record is reviewed."""

    since = WarekiField(label="この日から")
    until = WarekiField(label="この日まで")


class DisclosureForm(Office):
    """For whom the list of look-ups is printed."""

    person = forms.IntegerField(
        label="宛名番号",
        min_value=0,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="開示の請求",
        max_length=REASON_LENGTH,
        help_text="例 令和8年11月24日 保有個人情報開示請求 第3号",
    )
