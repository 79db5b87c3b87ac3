"""Columns that the models of the register share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from datetime import date

    from kokunen.people.codes import Code


def text(term: str, length: int) -> models.CharField[str, str]:
    """Return a column for text as it was received; empty: none was received."""
    return models.CharField(term, max_length=length, blank=True, default="", db_comment=term)


def code(term: str, codes: type[Code], *, optional: bool = False) -> models.CharField[str, str]:
    """Return a column for one of the codes; empty, where that is allowed: not known."""
    choices = [(each.value, each.label) for each in codes]
    if optional:
        return models.CharField(
            term, max_length=20, choices=choices, blank=True, default="", db_comment=term
        )
    return models.CharField(term, max_length=20, choices=choices, db_comment=term)


def day(term: str) -> models.DateField[date | None, date | None]:
    """Return a column for a day; NULL: not known."""
    return models.DateField(term, null=True, blank=True, db_comment=term)


def yen(term: str) -> models.BigIntegerField[int | None, int | None]:
    """Return a column for yen; NULL: not known, never 0."""
    return models.BigIntegerField(term, null=True, blank=True, db_comment=f"{term}(円)")


def count(term: str) -> models.SmallIntegerField[int | None, int | None]:
    """Return a column for a number of persons; NULL: not known, never 0."""
    return models.SmallIntegerField(term, null=True, blank=True, db_comment=f"{term}(人)")
