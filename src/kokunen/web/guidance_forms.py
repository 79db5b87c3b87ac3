"""The forms of the guidance: what happened and when, then the few questions that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from kokunen.guidance.questions import UNKNOWN, Event, questions
from kokunen.web.forms import DATE_HINT, Office, WarekiField, choices

if TYPE_CHECKING:
    from collections.abc import Collection


class EventForm(Office):
    """What happened, and when."""

    event = forms.ChoiceField(label="何がありましたか", choices=choices(Event, blank="選ぶ"))
    on = WarekiField(
        label="いつ",
        required=False,
        help_text=f"分からなければ空欄。期限の計算に使います。{DATE_HINT}",
    )


class QuestionsForm(Office):
    """The questions of an event, but for those that are answered already."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments, passed on
        event: Event,
        answered: Collection[str],
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        for question in questions(event):
            if question.code not in answered:
                self.fields[question.code] = forms.ChoiceField(
                    label=question.label,
                    choices=[*question.choices, (UNKNOWN, "分からない")],
                    required=False,
                    widget=forms.RadioSelect,
                )
