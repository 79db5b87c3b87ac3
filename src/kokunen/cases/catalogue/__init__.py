"""Every filing that the desk takes in, by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import benefit, enrolment, exemption

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.cases.catalogue.kinds import Filing

FILINGS: Final[Mapping[str, Filing]] = {
    filing.code: filing for part in (enrolment, exemption, benefit) for filing in part.FILINGS
}
