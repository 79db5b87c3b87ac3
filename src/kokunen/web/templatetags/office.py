"""How the office writes dates, periods and codes, and how a form's field stands on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django import template
from django.forms import CheckboxSelectMultiple, RadioSelect
from django.utils import timezone
from django.utils.html import format_html

from kokunen.dates.wareki import UnableToWriteWareki, format_wareki
from kokunen.interchange.inbox import telling
from kokunen.people.domain import Hidden, Masked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms import BaseForm, BoundField
    from django.utils.safestring import SafeString

register = template.Library()
_PER_LINE: Final = 10
"""Bytes on a line of a dump: a place that is told in decimal is found by counting."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the summary above a form, leading to its field."""

    target: str
    label: str
    message: str


@dataclass(frozen=True, slots=True)
class Only:
    """The name of the field on whose answer another depends, and the answers under which."""

    name: str
    codes: str


@register.filter
def wareki(day: object) -> str:
    """Write 令和8年11月21日; the ISO form for a day without an era, nothing for no day."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    if not isinstance(day, date):
        return ""
    try:
        return format_wareki(day)
    except UnableToWriteWareki:
        return day.isoformat()


@register.filter
def both(day: object) -> str:
    """Write 令和8年11月21日(2026-11-21)."""
    written = wareki(day)
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return f"{written}({day:%Y-%m-%d})" if isinstance(day, date) else written


@register.filter
def short(day: object) -> str:
    """Write R8.11.21, for tables."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    if not isinstance(day, date):
        return ""
    try:
        return format_wareki(day, style="short")
    except UnableToWriteWareki:
        return day.isoformat()


@register.filter
def moment(at: object) -> str:
    """Write 令和8年11月21日 14:05, in the time of the office."""
    if not isinstance(at, datetime):
        return ""
    local = timezone.localtime(at)
    return f"{format_wareki(local.date())} {local:%H:%M}"


@register.filter
def stamp(at: object) -> str:
    """Write R8.11.21 14:05:09, for the record of access."""
    if not isinstance(at, datetime):
        return ""
    local = timezone.localtime(at)
    return f"{format_wareki(local.date(), style='short')} {local:%H:%M:%S}"


@register.filter
def fours(text: str) -> str:
    """Set a key in groups of four, as it is read out and typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@register.simple_tag
def access_keys() -> SafeString:
    """Name the keys that go with an access key in the browsers of the office."""
    return format_html("<kbd>{}</kbd>", "Alt")


@register.simple_tag
def labels(form: BaseForm, **words: str) -> str:
    """Name the fields of a library's form in the words of the office; writes nothing."""
    for name, label in words.items():
        form.fields[name].label = label
        form[name].label = label  # made before, where the form was filled in and refused
    return ""


@register.inclusion_tag("web/part/errors.html")
def errors(*forms: BaseForm | None) -> dict[str, list[Line]]:
    """Sum up what is wrong with the forms of a page, each line leading to its field."""
    lines = []
    for form in forms:
        if form is None or not form.is_bound:
            continue
        lines += [Line("", "", str(message)) for message in form.non_field_errors()]
        for bound in form:
            lines += [
                Line(bound.id_for_label or f"{bound.auto_id}_0", str(bound.label), str(message))
                for message in bound.errors
            ]
    return {"lines": lines}


@register.inclusion_tag("web/part/field.html")
def field(
    field: BoundField,
    *,
    hint: str = "",
    short: bool = False,
    focus: bool = False,
    plain: bool = False,
) -> dict[str, object]:
    """Set one field: label, hint, errors and, unless plain, whether it must be filled in."""
    said = hint or str(field.help_text)
    described = [f"{field.auto_id}_helptext"] if said else []
    described += [f"{field.auto_id}_error"] if field.errors else []
    attributes: dict[str, str | bool] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if focus:
        attributes["autofocus"] = True
    # allauth puts its (English) labels into placeholders, which vanish as one types.
    field.field.widget.attrs.pop("placeholder", None)
    return {
        "field": field,
        "label": field.label,
        "hint": said,
        "short": short,
        "plain": plain,
        "wanted": getattr(field.field, "wanted", False),
        "only": _only(field),
        "grouped": isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple),
        "widget": field.as_widget(attrs=attributes),
    }


def _only(field: BoundField) -> Only | None:
    """Return under which answer to another field this one is asked."""
    only_if = getattr(field.field, "only_if", None)
    if only_if is None:
        return None
    name, codes = only_if
    return Only(name=field.form.add_prefix(name), codes=" ".join(sorted(codes)))


@register.simple_tag
def given(value: object) -> SafeString | str:
    """Write what is given of a person; say plainly what is withheld, and by what."""
    if isinstance(value, Masked):
        return format_html('<span class="masked">{}</span>', "支援措置のため非表示")
    if isinstance(value, Hidden):
        words = "案件があるときだけ表示" if value.why == "case" else "この役割には表示しない"
        return format_html('<span class="hidden-value">{}</span>', words)
    if value is None or value == "":
        return format_html('<span class="hidden-value">{}</span>', "記録なし")
    return both(value) if isinstance(value, date) else str(value)


@register.filter
def pairs(counts: Mapping[object, object]) -> list[tuple[object, object]]:
    """Return keys and values; a template would ask a Counter for the count of the word 'items'."""
    return list(counts.items())


@register.filter
def titled(text: str, layout: str) -> str:
    """Write the names of fields, as the codec quotes them, as the layout's 項目名."""
    return telling.titled(text, layout)


@register.filter
def dump(content: bytes) -> str:
    """Write bytes in sixteens, ten to a line, each line with the number of its first, from 1."""
    return "\n".join(
        f"{start + 1:>5} {content[start : start + _PER_LINE].hex(' ')}"
        for start in range(0, len(content), _PER_LINE)
    )


@register.simple_tag
def received(value: object) -> SafeString | str:
    """Write a value that came or goes in a file; an empty one is empty there, not unknown."""
    if value is None or value == "":
        return "(空欄)"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return given(value)


@register.simple_tag
def word(words: Mapping[str, str], code: object) -> str:
    """Write the word for a code; the code itself for one that is not known."""
    return str(words.get(str(code), code))


@register.simple_tag
def word_at(words: Mapping[str, tuple[str, ...]], code: object, at: int) -> str:
    """Write one of the words for a code; the code itself for one that is not known."""
    found = words.get(str(code))
    return found[at] if found else str(code)


_TONES: Final = {"good": ("○", "checked"), "bad": ("×", "stop"), "doubt": ("要確認", "unchecked")}


@register.simple_tag
def tone(code: str) -> SafeString | str:
    """Write the tone of a line as a sign: never by colour alone."""
    if code not in _TONES:
        return ""
    sign, kind = _TONES[code]
    return format_html('<span class="sign sign--{}">{}</span>', kind, sign)
