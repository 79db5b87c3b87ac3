"""What the agency sends: results, and its periodic lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.receivers import agency_insured, agency_pensioners, agency_support
from kokunen.interchange.receiving import Receives
from kokunen.interchange.reconciliation.receiving import receive as results

if TYPE_CHECKING:
    from collections.abc import Mapping


def _result_number(values: Mapping[str, Any]) -> str:
    return str(values["result"])


RECEIVES: Final[tuple[Receives, ...]] = (
    Receives(layout="agency_results", apply=results, notice=_result_number),
    Receives(layout="agency_insured", apply=agency_insured.receive),
    Receives(layout="agency_pensioners", apply=agency_pensioners.receive),
    Receives(layout="agency_support_benefit", apply=agency_support.receive),
)
