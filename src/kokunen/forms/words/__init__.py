"""The words of notices and leaflets, one file for each language, all with the same keys."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.forms.domain import Language


@cache
def words(language: Language) -> Mapping[str, Any]:
    """Return the words of a language: texts, and mappings of texts, by key."""
    file = files("kokunen.forms.words") / f"{language.value}.yaml"
    return cast("Mapping[str, Any]", yaml.safe_load(file.read_text(encoding="utf-8")))
