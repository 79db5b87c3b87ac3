"""The forms of a filing, made from the items of the catalogue; what they give is JSON."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError

from kokunen.cases.catalogue.kinds import Item, ItemKind
from kokunen.cases.domain import Channel
from kokunen.cases.particulars import asked
from kokunen.dates.errors import Refusal
from kokunen.dates.month import Month
from kokunen.dates.wareki import parse_date
from kokunen.web.forms import REASON_LENGTH, Office, WarekiField
from kokunen.web.templatetags.office import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.cases.catalogue.kinds import Filing

DAY_HINT: Final = "例 R8.11.21"
MONTH_HINT: Final = "例 R8.7、令和8年7月、2026-07"
_SIDE_BY_SIDE: Final = 5
"""So many choices stand as buttons; more of them in a list, where typing finds one."""
MOST: Final = 2**63 - 1
NUMERIC: Final = {"inputmode": "numeric", "autocomplete": "off"}
_BROUGHT: Final = frozenset({"identity", "authority"})
_MONTH: Final = re.compile(r"(.*?\d)[年./\- ](\d{1,2})月?")
_YES_NO: Final = (("true", "はい"), ("false", "いいえ"), ("", "書かれていない"))


class MonthField(forms.CharField):
    """A month in any form an office types; gives `Month`."""

    def to_python(self, value: object) -> Month | None:  # type: ignore[override]  # a CharField that gives a month
        """Return the month, or None for an empty field."""
        text = str(value or "").strip().translate(_FULL_WIDTH)
        if not text:
            return None
        found = _MONTH.fullmatch(text)
        try:
            # A month is read as its last day: so 平成31年4月 and 令和元年5月 are both months.
            return Month.of(parse_date(f"{found[1]}.{found[2]}.28")) if found else _no_month()
        except Refusal as refusal:
            raise ValidationError(
                f"月として読めません。{MONTH_HINT} のように入れてください。"
            ) from refusal

    def run_validators(self, value: object) -> None:
        """Do nothing: a month has been validated by having been read."""


_FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９．／−－　元", "0123456789./-- 1")


def _no_month() -> Month:
    raise ValidationError(f"月として読めません。{MONTH_HINT} のように入れてください。")


class LinesField(forms.CharField):
    """Several lines; browsers end each with two signs, the office keeps one."""

    def to_python(self, value: object) -> str:
        """Return the lines."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class NumberField(forms.IntegerField):
    """A whole number, with or without the marks between thousands."""

    def to_python(self, value: object) -> int | None:
        """Return the number, or None for an empty field."""
        text = str(value if value is not None else "").strip()
        return super().to_python(text.replace(",", "").replace("、", "").replace("円", ""))


class ReceiptForm(Office):
    """How, when and by whom a filing came in."""

    received_on = WarekiField(label="受け付けた日", help_text="郵送は届いた日")
    event_on = WarekiField(label="事実のあった日", required=False)
    channel = forms.ChoiceField(
        label="受付の方法",
        choices=[(each.value, each.label) for each in Channel],
        widget=forms.RadioSelect,
    )
    filer = forms.ChoiceField(label="届け出た人", widget=forms.RadioSelect)
    again = forms.IntegerField(
        label="前の案件を確かめた。別の届として受け付ける",
        required=False,
        min_value=1,
        max_value=MOST,
        widget=forms.TextInput(attrs=NUMERIC),
        help_text="確かめた案件の番号",
    )
    again_reason = forms.CharField(
        label="別の届である理由", required=False, max_length=REASON_LENGTH
    )
    request_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments, passed on
        filing: Filing,
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        if filing.event is None:
            del self.fields["event_on"]
        else:
            self.fields["event_on"].label = filing.event
        choose(self, "filer", [(each.value, each.label) for each in filing.filers])


def choose(form: forms.Form, name: str, choices: Sequence[tuple[str, str]]) -> None:
    """Give a choice its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared
    field.choices = list(choices)


class ItemsForm(Office):
    """The items of a filing or of a result; ``particulars`` gives them as they are kept."""

    items: tuple[Item, ...] = ()

    @property
    def groups(self) -> dict[str, object]:
        """The fields as they stand on a page: what is needed, who came, what concerns a few.

        ``begin`` is the name of the first needed field that is still empty. They go into the
        context of a template by themselves: there a name of the form would be an item's.
        """
        first = _needed(self.items)
        needed = [self[item.name] for item in self.items if item.name in first]
        empty = (bound.name for bound in needed if bound.value() in (None, "", []))
        return {
            "needed": needed,
            "brought": [self[item.name] for item in self.items if item.name in _BROUGHT],
            "others": [self[item.name] for item in self.items if item.name not in first | _BROUGHT],
            "begin": "" if self.is_bound else next(empty, ""),
        }

    def clean(self) -> dict[str, Any]:
        """Leave out what is not asked for under the other answers."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self.items:
            if not asked(item, {name: _kept(value) for name, value in given.items()}):
                given.pop(item.name, None)
                self.errors.pop(item.name, None)
        return given

    @property
    def particulars(self) -> dict[str, Any]:
        """What was typed, as JSON values; what was left empty is not there."""
        found = {name: _kept(value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in found.items() if value not in (None, "", [])}


def _needed(items: tuple[Item, ...]) -> frozenset[str]:
    found: set[str] = set()
    for item in items:
        wanted = item.essential or item.required
        if (
            wanted
            and item.name not in _BROUGHT
            and (item.only_if is None or item.only_if[0] in found)
        ):
            found.add(item.name)
    return frozenset(found)


def items_form(items: tuple[Item, ...]) -> type[ItemsForm]:
    """Return the form of some items; only what is essential must be filled in."""
    words = {item.name: item.label for item in items}
    made = {item.name: _field(item, words) for item in items}
    return type("ItemsForm", (ItemsForm,), {**made, "items": items})


def initial(items: tuple[Item, ...], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return kept particulars as they are typed."""
    return {
        item.name: _typed(item, kept[item.name])
        for item in items
        if item.name in kept and kept[item.name] is not None
    }


def day(text: str) -> date:
    """Read a kept day."""
    return date.fromisoformat(text)


def _kept(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Month) else value


def _typed(item: Item, value: object) -> object:
    match item.kind:
        case ItemKind.DATE:
            return short(day(str(value)))
        case ItemKind.MONTH:
            month = Month.parse(str(value))
            return short(month.last_day).rpartition(".")[0]
        case ItemKind.YES_NO:
            return str(value).lower()
        case _:
            return value


def _field(item: Item, words: Mapping[str, str]) -> forms.Field:
    hint = item.hint
    if item.only_if:
        # Without script every field is there: this says when it is meant.
        hint = f"「{words[item.only_if[0]]}」の答えによって入れます。{hint}"
    field = _bare(item, hint, {"label": item.label, "required": item.essential})
    # What the template of a field reads: without a wanted one the filing comes in incomplete.
    vars(field).update(wanted=item.required and not item.essential, only_if=item.only_if)
    return field


def _bare(item: Item, hint: str, common: dict[str, Any]) -> forms.Field:  # noqa: PLR0911 - one line for each kind
    match item.kind:
        case ItemKind.DATE:
            return WarekiField(**common, help_text=hint or DAY_HINT)
        case ItemKind.MONTH:
            return MonthField(**common, help_text=hint or MONTH_HINT, max_length=20)
        case ItemKind.CHOICE:
            return _choice(item, common, hint)
        case ItemKind.CHOICES:
            return forms.MultipleChoiceField(
                **common,
                help_text=hint,
                choices=list(item.choices),
                widget=forms.CheckboxSelectMultiple,
            )
        case ItemKind.YES_NO:
            return forms.TypedChoiceField(
                **common,
                help_text=hint,
                choices=list(_YES_NO[:2] if item.essential else _YES_NO),
                coerce=lambda text: text == "true",
                empty_value=None,
                widget=forms.RadioSelect,
            )
        case ItemKind.LINES:
            widget = forms.Textarea(attrs={"rows": 3})
            return LinesField(**common, help_text=hint, max_length=item.most, widget=widget)
        case ItemKind.TEXT:
            return forms.CharField(**common, help_text=hint, max_length=item.most)
        case _:
            return _number(item, common, hint)


def _choice(item: Item, common: dict[str, Any], hint: str) -> forms.Field:
    few = len(item.choices) <= _SIDE_BY_SIDE
    first = [] if item.essential else [_YES_NO[-1]]
    if item.essential and not few:
        first = [("", "選んでください")]
    return forms.ChoiceField(
        **common,
        help_text=hint,
        choices=[*first, *item.choices],
        widget=forms.RadioSelect if few else forms.Select,
    )


def _number(item: Item, common: dict[str, Any], hint: str) -> forms.Field:
    person = item.kind is ItemKind.PERSON
    return NumberField(
        **common,
        help_text=hint or ("宛名番号" if person else ""),
        min_value={ItemKind.PERSON: 1, ItemKind.COUNT: 0}.get(item.kind),
        max_value=MOST,
        widget=forms.TextInput(attrs=NUMERIC),
    )
