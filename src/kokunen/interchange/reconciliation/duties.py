"""The duty that answers for a filing, by ``Filing.duty``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kokunen.benefit import operations as benefit_operations
from kokunen.benefit import queries as benefit
from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Duty
from kokunen.enrolment import operations as enrolment_operations
from kokunen.enrolment import queries as enrolment
from kokunen.exemption import operations as exemption_operations
from kokunen.exemption import queries as exemption

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kokunen.cases.catalogue.kinds import Item
    from kokunen.cases.operations import Taken

_RESULT: Final[Mapping[Duty, Callable[..., Taken]]] = {
    Duty.ENROLMENT: enrolment_operations.result,
    Duty.EXEMPTION: exemption_operations.result,
    Duty.BENEFIT: benefit_operations.result,
}
_ITEMS: Final[Mapping[Duty, Callable[[str], tuple[Item, ...]]]] = {
    Duty.ENROLMENT: enrolment.result_items,
    Duty.EXEMPTION: exemption.result_items,
    Duty.BENEFIT: benefit.result_items,
}


def result(filing: str, /, **given: Any) -> Taken:  # noqa: ANN401 - as every duty's operation
    """Record an answer through the duty of the filing."""
    return _RESULT[FILINGS[filing].duty](**given)


def asked(filing: str) -> frozenset[str]:
    """Return the names of what the duty asks when an answer is recorded."""
    return frozenset(item.name for item in _ITEMS[FILINGS[filing].duty](filing))
