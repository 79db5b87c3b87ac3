"""What the law and the register say to a filing of 免除 or 猶予 at the desk. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.catalogue.kinds import Filer
from kokunen.cases.domain import Channel, Finding, Weight, lacks
from kokunen.exemption import applied, notified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kokunen.cases.domain import Receipt
    from kokunen.exemption.application import Register

_CHECKS: Final[Mapping[str, Callable[[Receipt, Register], Iterator[Finding]]]] = {
    "exemption": applied.exemption,
    "student": applied.student,
    "exemption_cancel": applied.cancellation,
    "statutory_on": notified.statutory_on,
    "statutory_off": notified.statutory_off,
    "payment_wish": notified.payment_wish,
    "childbirth": notified.childbirth,
    "childcare": notified.childcare,
}
APPLIED: Final = frozenset({"exemption", "student"})
"""The applications that are assessed month by month."""


def check(*, receipt: Receipt, register: Register) -> tuple[Finding, ...]:
    """Return what is wrong with a filing, what it lacks, and what is to be noted, in this order.

    ``register`` is what is known of the insured. Incomes are not part of it: they are looked at
    within a case (`explanation.of_incomes`).
    """
    found = [*_CHECKS[receipt.filing](receipt, register), *_who_files(receipt)]
    order = list(Weight)
    return tuple(sorted(found, key=lambda finding: order.index(finding.weight)))


def _who_files(receipt: Receipt) -> Iterator[Finding]:
    given = receipt.particulars
    if receipt.channel is Channel.COUNTER and given.get("identity") in (None, "not_seen"):
        yield lacks(
            "identity_not_seen",
            "窓口に来た人の本人確認がまだです。",
            "個人番号カードなど顔写真付き1点か、資格確認書・年金証書など2点を見てください。",
            article="番号法16条",
            item="identity",
        )
    # The head of the household files notifications for its members; an application is one's own.
    decided = FILINGS[receipt.filing].decided
    acts = receipt.filer is Filer.PROXY or (decided and receipt.filer is Filer.HEAD)
    if acts and given.get("authority") in (None, "not_needed", "later"):
        yield lacks(
            "authority_not_shown",
            "代理人の代理権が確認できていません。",
            "委任状か、法定代理人の戸籍・登記事項証明書を受けてください。同じ世帯の家族は聞き取りで確かめます。",
            article="番号法16条" if not decided else "法12条2項は届出に限る",
            item="authority",
        )
