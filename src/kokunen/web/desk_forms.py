"""The forms of the desk: a step of a case, a case by its number, the lists and their filters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django import forms

from kokunen.cases.domain import StepKind
from kokunen.web.case_forms import MOST, NUMERIC, MonthField, NumberField
from kokunen.web.forms import REASON_LENGTH, Office, WarekiField

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER: Final = re.compile(r"[0-9]{1,18}")


class StepForm(Office):
    """What every step states: its day, its reason, and what whoever takes it has seen."""

    on = WarekiField(label="日付", required=False)
    event_on = WarekiField(label="事実のあった日", required=False)
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    expected = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class TestedForm(Office):
    """Whose income is assessed beside the person's own, and why it is not as the register says."""

    spouse = NumberField(
        label="配偶者の宛名番号",
        required=False,
        min_value=1,
        max_value=MOST,
        help_text="いないときは空欄",
        widget=forms.TextInput(attrs=NUMERIC),
    )
    head = NumberField(
        label="世帯主の宛名番号",
        required=False,
        min_value=1,
        max_value=MOST,
        help_text="本人が世帯主のときは空欄",
        widget=forms.TextInput(attrs=NUMERIC),
    )
    reason = forms.CharField(
        label="登録と違う人を審査する理由",
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def others(self) -> list[tuple[int, str]]:
        """The people besides the person, with their roles."""
        asked = self.cleaned_data
        return [(asked[role], role) for role in ("spouse", "head") if asked[role]]


class FindForm(Office):
    """The number of a case, typed or scanned."""

    case = forms.IntegerField(
        label="案件番号",
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs=NUMERIC | {"spellcheck": "false"}),
    )


class QueueForm(Office):
    """Which part of the queue is shown."""

    whose = forms.ChoiceField(
        label="だれの",
        required=False,
        choices=[("mine", "自分"), ("team", "自分の課"), ("all", "すべて")],
    )
    state = forms.ChoiceField(label="状態", required=False)
    filing = forms.ChoiceField(label="届の種類", required=False)
    after = forms.IntegerField(
        required=False, min_value=1, max_value=MOST, widget=forms.HiddenInput
    )


class LedgerForm(Office):
    """Between which days, and where, filings were received."""

    since = WarekiField(label="この日から", help_text="例 R8.11.1")
    until = WarekiField(label="この日まで", help_text="例 R8.11.30")
    branch = forms.ChoiceField(label="受け付けた所", required=False)


class ManyForm(Office):
    """A step of several cases at once."""

    on = WarekiField(label="送付した日", help_text="例 R8.11.21")
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class CoverForm(Office):
    """To whom, and on which day, cases are sent."""

    to = forms.CharField(label="送付先", max_length=60)
    on = WarekiField(label="送付した日", help_text="")


class ResultsForm(ManyForm):
    """One answer to several cases."""

    kind = forms.ChoiceField(
        label="結果",
        choices=[
            (StepKind.GRANTED.value, StepKind.GRANTED.label),
            (StepKind.REFUSED.value, StepKind.REFUSED.label),
            (StepKind.RETURNED.value, StepKind.RETURNED.label),
        ],
    )
    on = WarekiField(label="決定・処理の日", help_text="例 R8.11.21")
    reason = forms.CharField(
        label="理由(返戻・却下のとき)", required=False, max_length=REASON_LENGTH
    )
    field_order = ("kind", "on", "reason")


def numbers(texts: Iterable[str]) -> frozenset[int]:
    """Read the numbers of ticked cases; what is no number is no case."""
    return frozenset(int(text) for text in texts if _NUMBER.fullmatch(text))


class MonthForm(Office):
    """Of which month a list is."""

    month = MonthField(label="この月の一覧", required=False, help_text="例 R8.12", max_length=20)


class CandidateForm(Office):
    """One person of a list, of whom a case is made."""

    person = forms.IntegerField(min_value=1, max_value=MOST, widget=forms.HiddenInput)
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class FilterForm(Office):
    """Some letters of a filing's name."""

    q = forms.CharField(
        label="届の名前や条番号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
