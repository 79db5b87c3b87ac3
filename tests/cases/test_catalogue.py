"""Every filing of the catalogue can be shown, received and kept as it is described."""

from __future__ import annotations

import pytest

from kokunen.access.domain import PURPOSES
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filing, ItemKind

pytestmark = pytest.mark.usefixtures("real_catalogue")


@pytest.mark.parametrize("filing", list(FILINGS.values()), ids=lambda filing: filing.code)
def test_a_filing_is_consistent(filing: Filing) -> None:
    assert filing.code.isidentifier()
    assert filing.code.islower()
    assert len(filing.code) <= 40
    assert filing.purpose in PURPOSES
    assert filing.article
    if filing.deadline is not None:
        assert filing.event is not None
        assert (filing.deadline.days > 0) is not (filing.deadline.months > 0)
        assert filing.deadline.article
    seen: dict[str, set[str]] = {}
    for item in filing.items:
        assert item.name not in seen
        assert bool(item.choices) is (item.kind in {ItemKind.CHOICE, ItemKind.CHOICES})
        if item.only_if is not None:
            name, codes = item.only_if
            assert codes <= seen[name], f"{item.name} asks for an earlier item's codes"
        seen[item.name] = (
            {"true", "false"}
            if item.kind is ItemKind.YES_NO
            else {code for code, _ in item.choices}
        )
        assert len(seen[item.name]) == len(item.choices) or item.kind is ItemKind.YES_NO


def test_codes_are_those_of_their_filings() -> None:
    assert all(code == filing.code for code, filing in FILINGS.items())
