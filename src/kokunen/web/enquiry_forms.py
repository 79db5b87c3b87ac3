"""The forms of the enquiries."""

from __future__ import annotations

from django import forms

from kokunen.enquiries.domain import MOST_CHARACTERS, Answer, Matter, Urgency
from kokunen.web.forms import Office, choices


class _Text(forms.CharField):
    """A few lines, which need not be written."""

    def __init__(self, *, label: str, help_text: str) -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=MOST_CHARACTERS,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=help_text,
        )


class AskForm(Office):
    """A question to headquarters."""

    matter = forms.ChoiceField(label="確かめたいこと", choices=choices(Matter))
    urgency = forms.ChoiceField(
        label="急ぎの度合い", choices=choices(Urgency), widget=forms.RadioSelect
    )
    text = _Text(
        label="本文",
        help_text="確かめたい期間や、住民の言うことなど。支援措置の人の本文は、承認がなければ表示されません。",
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class StepForm(Office):
    """A step without an answer."""

    expected = forms.IntegerField(widget=forms.HiddenInput)
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class SendForm(StepForm):
    """A question passed on to the pension office."""

    text = _Text(label="年金事務所に確かめること", help_text="照会した職員にも見えます。")


class AnswerForm(StepForm):
    """An answer."""

    answer = forms.ChoiceField(label="回答", choices=choices(Answer), widget=forms.RadioSelect)
    text = _Text(
        label="本文",
        help_text="「照会と違う」「その他」のときは必ず書きます。窓口の職員が住民に説明できる言葉で。",
    )
