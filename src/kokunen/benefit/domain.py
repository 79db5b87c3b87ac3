"""The duty 給付: what the checks find, which documents belong, what a claim leaves behind. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from kokunen.benefit import attachments as documents
from kokunen.benefit import bereaved, disability, estimates, living, surviving
from kokunen.benefit.counts import problems
from kokunen.benefit.findings import day_of
from kokunen.benefit.phrases import day_text
from kokunen.benefit.reports import REPORTS
from kokunen.cases.catalogue.benefit_items import KIN
from kokunen.cases.catalogue.kinds import Filer, Item, ItemKind
from kokunen.cases.domain import Advice, Effect, Weight, lacks, stop
from kokunen.dates.errors import Refusal
from kokunen.people.codes import ClaimKind, Outcome
from kokunen.people.domain import ClaimValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from kokunen.benefit.known import Held, Known
    from kokunen.cases.domain import Finding, Receipt, Section

AFTER_DEATH: Final = frozenset(
    {"survivor", "widow", "unpaid", "death_lump_sum", "support_unpaid", "death_report"}
)
"""The filings whose person is somebody who died."""
KEPT_AS: Final[Mapping[str, ClaimKind]] = {
    "old_age": ClaimKind.OLD_AGE,
    "disability": ClaimKind.DISABILITY,
    "survivor": ClaimKind.SURVIVOR,
    "widow": ClaimKind.SURVIVOR,
    "death_lump_sum": ClaimKind.SURVIVOR,
    "old_age_welfare": ClaimKind.OLD_AGE_WELFARE,
}
"""The claims that 004, 別添2 keeps as a receipt (老齢・障害・遺族・老齢福祉裁定受付).

A widow's pension and a lump sum on death are 裁定 (法16条) that turn on a death and have a
claimant, as 遺族裁定受付 alone records them; ``claim_type`` tells which. What is unpaid is paid
without 裁定 (法19条), 特別障害給付金 and 給付金 are not pensions: they leave no fact.
"""
_OWN: Final = frozenset({ClaimKind.OLD_AGE, ClaimKind.DISABILITY, ClaimKind.OLD_AGE_WELFARE})
_CHECKS: Final[Mapping[str, Callable[[Receipt, Known], Iterable[Finding]]]] = {
    "old_age": living.old_age,
    "disability": disability.pension,
    "survivor": bereaved.survivor,
    "widow": bereaved.widow,
    "unpaid": surviving.unpaid,
    "death_lump_sum": surviving.lump_sum,
    "old_age_welfare": living.old_age_welfare,
    "old_age_welfare_report": living.report,
    "special_disability": disability.special,
    "special_disability_report": living.report,
    "support_benefit": living.support_benefit,
    "support_unpaid": surviving.unpaid,
    "revision": disability.revision,
    "bank_change": living.bank_change,
    "death_report": surviving.death_report,
}


class UnableToReceiveClaim(Refusal):
    """The check found what cannot be received; ``field`` names the item."""

    code = "claim_not_receivable"


class UnableToKeepClaim(Refusal):
    """Another receipt of the same kind stands on the same day."""

    code = "claim_not_kept"


def check(*, receipt: Receipt, known: Known) -> tuple[Finding, ...]:
    """Return what law and register find in a filing, the gravest first."""
    found = list(_anyone(receipt, known))
    if receipt.filing in AFTER_DEATH:
        found += surviving.anyone(receipt, known)
    found += _CHECKS[receipt.filing](receipt, known)
    weights = list(Weight)
    return tuple(sorted(found, key=lambda each: weights.index(each.weight)))


def _anyone(receipt: Receipt, known: Known) -> Iterator[Finding]:
    given = receipt.particulars
    if receipt.filing not in AFTER_DEATH and known.person.died_on is not None:
        yield stop(
            "person_died",
            f"この人は{day_text(known.person.died_on)}に亡くなっています。",
            "受給権者死亡届か未支給年金の請求を選んでください。",
            article="法29条・法35条・法19条",
        )
    if given.get("identity") == "not_seen":
        yield lacks(
            "identity_not_seen",
            "窓口に来た人の本人確認をしていません。",
            "本人確認書類を見せてもらってください。",
            article="番号法16条",
            item="identity",
        )
    if receipt.filer is Filer.PROXY and given.get("authority") not in ("letter", "legal"):
        yield lacks(
            "authority_missing",
            "代理人の権限を確かめていません。",
            "委任状か、法定代理人であることの証明を出してもらってください。",
            item="authority",
        )
    if given.get("account_seen") == "later":
        yield lacks(
            "account_not_seen",
            "受取口座の名義と番号を確かめていません。",
            "通帳かキャッシュカードの写しを出してもらってください。",
            item="account_seen",
        )
    if given.get("guardian_proof") == "later":
        yield lacks(
            "guardian_not_proven",
            "後見人等であることを確かめていません。",
            "登記事項証明書を出してもらってください。",
            item="guardian_proof",
        )
    for name in problems(given):
        yield lacks(
            "months_impossible",
            "月数が多すぎます(付加保険料の月数は納付済の月数を超えません)。",
            "記録照会回答票の月数を写し直してください。",
            article="法87条の2",
            item=name,
        )


def limits(*, receipt: Receipt, known: Known) -> tuple[tuple[str, str, str], ...]:
    """Return the statutory last days beside the filing's own: (ISO day, what, article)."""
    found = []
    given, old = receipt.particulars, known.person.reaches(65)
    if receipt.filing in REPORTS and isinstance(given.get("report_year"), str):
        yearly = REPORTS[receipt.filing]
        last = yearly.window(int(given["report_year"]))[1]
        found.append((last.isoformat(), "定時届の提出期限" + yearly.doubt, yearly.article))
    article = {"special_disability": "特別障害給付金法6条2項"}.get(receipt.filing, "")
    if receipt.filing == "disability" and given.get("claim") == "later":
        article = "法30条の2第1項"
    if article and old is not None:
        found.append(((old - timedelta(days=1)).isoformat(), "65歳に達する日の前日", article))
    entitled = day_of(given.get("entitled_on"))
    if receipt.filing == "support_benefit" and entitled is not None:
        last = living.support_until(entitled)
        found.append((last.isoformat(), "さかのぼれる請求の期限", "年金生活者支援給付金法6条"))
    return tuple(found)


def claimed(*, receipt: Receipt, claimant_name: str = "") -> ClaimValue | None:
    """Return what the register keeps of a claim that has been examined; None: nothing.

    ``claimant_name`` is the name of a claimant of the register; one who is not in it stands on the
    filing.
    """
    kind = KEPT_AS.get(receipt.filing)
    if kind is None:
        return None
    given = receipt.particulars
    value = ClaimValue(kind=kind, claimed_on=receipt.received_on, claim_type=receipt.filing)
    if receipt.filing in AFTER_DEATH:
        return replace(
            value,
            claimant_name=claimant_name or str(given.get("claimant_name") or ""),
            claimant_relationship=_relation(given),
            died_on=receipt.event_on,
        )
    if kind is ClaimKind.DISABILITY:
        return replace(
            value,
            diagnosis_form=documents.forms_of(given.get("illness") or ()),
            diagnosed_on=day_of(given.get("diagnosed_on")),
            first_seen_on=day_of(given.get("first_seen_on")),
        )
    return value


def _relation(given: Mapping[str, Any]) -> str:
    return dict(KIN).get(str(given.get("relation")), "")


def answered(
    value: ClaimValue,
    *,
    outcome: Outcome,
    on: date,
    forwarded_on: date | None,
    particulars: Mapping[str, Any],
) -> ClaimValue:
    """Return a kept claim with the agency's answer."""
    return replace(
        value,
        outcome=outcome,
        outcome_on=on,
        forwarded_on=forwarded_on,
        pension_code=str(particulars.get("pension_code") or ""),
        certificate_number=str(particulars.get("certificate_number") or ""),
    )


def own(*, receipt: Receipt, known: Known) -> Held[ClaimValue] | None:
    """Return the kept claim that this filing left, found by its kind, day and filing."""
    kind = KEPT_AS.get(receipt.filing)
    for held in known.claims:
        value = held.value
        if (value.kind, value.claimed_on, value.claim_type) == (
            kind,
            receipt.received_on,
            receipt.filing,
        ):
            return held
    return None


def refuse_another(*, receipt: Receipt, known: Known) -> None:
    """Raise `UnableToKeepClaim` where another receipt would be written over.

    Two receipts of one kind on one day are told apart by their 年金コード alone, which is not known
    before the agency's answer.
    """
    kind = KEPT_AS[receipt.filing]
    for held in known.claims:
        value = held.value
        if (value.kind, value.claimed_on, value.pension_code) == (kind, receipt.received_on, ""):
            raise UnableToKeepClaim(
                f"同じ日に受け付けた{kind.label}の裁定受付が、結果待ちで登録されています。",
                fix="先の案件の結果(年金コード)を登録してから審査してください。",
                field="received_on",
            )


def deaths(*, receipt: Receipt, known: Known) -> tuple[tuple[Held[ClaimValue], ClaimValue], ...]:
    """Return the kept claims to which a death report adds 死亡情報, each with what it becomes."""
    if receipt.filing != "death_report" or receipt.event_on is None:
        return ()
    return tuple(
        (held, replace(held.value, died_on=receipt.event_on, death_filed_on=receipt.received_on))
        for held in known.claims
        if held.value.kind in _OWN and held.value.died_on is None
    )


def deaths_undone(
    *, receipt: Receipt, known: Known
) -> tuple[tuple[Held[ClaimValue], ClaimValue], ...]:
    """Return the kept claims from which a death report is taken back."""
    return tuple(
        (held, replace(held.value, died_on=None, death_filed_on=None))
        for held in known.claims
        if held.value.kind in _OWN and held.value.death_filed_on == receipt.received_on
    )


def effects(*, receipt: Receipt, known: Known) -> tuple[Effect, ...]:
    """Say what the filing does to the register, before and after."""
    kind = KEPT_AS.get(receipt.filing)
    if kind is not None:
        kept = own(receipt=receipt, known=known)
        before = "なし" if kept is None else _claim_text(kept.value)
        after = before if kept is not None else "受付(結果待ち)"
        return (Effect(label=f"{kind.label}裁定受付", before=before, after=after),)
    return tuple(
        Effect(
            label=f"{held.value.kind.label}裁定受付の死亡情報",
            before="なし",
            after=day_text(value.died_on),
            article="法105条4項",
        )
        for held, value in deaths(receipt=receipt, known=known)
    )


def _claim_text(value: ClaimValue) -> str:
    answer = "結果待ち" if value.outcome is None else value.outcome.label
    return f"{day_text(value.claimed_on)}受付({answer})"


def prefilled(*, known: Known, on: date) -> dict[str, Any]:
    """Return the values of items that the register answers, and what is usual on the day.

    Children are those of the household who are under 18 at the end of the March before; whose they
    are is confirmed by 戸籍.
    """
    young = [each for each in known.children if bereaved.is_child(each.birth_date, on)]
    found: dict[str, Any] = {"record": "not_seen", "payments": "not_confirmed"}
    if young:
        found |= {"has_children": True, "children_count": len(young), "children_register": True}
    at_60, at_65 = known.person.reaches(60), known.person.reaches(65)
    if at_60 is not None and at_65 is not None and on >= at_60:
        found["start"] = "early" if on < at_65 else "at_65"
    return found


def advise(*, receipt: Receipt, known: Known) -> Advice:
    """Return everything the law says beside a filing."""
    sections: tuple[Section, ...] = ()
    if receipt.filing in ("disability", "special_disability"):
        sections = disability.sections(receipt, known)
    elif receipt.filing in AFTER_DEATH:
        sections = surviving.sections(receipt, known)
    return Advice(
        findings=check(receipt=receipt, known=known),
        attachments=documents.attachments(receipt=receipt, known=known),
        effects=effects(receipt=receipt, known=known),
        sections=(*sections, *estimates.sections(receipt=receipt, known=known)),
    )


def result_items(filing: str) -> tuple[Item, ...]:
    """Return what is asked when a result is recorded: the codes of a kept claim.

    The numbers of 別添2 alone: a certificate number is kept of the old-age welfare pension only.
    """
    kind = KEPT_AS.get(filing)
    if kind is None:
        return ()
    if kind is ClaimKind.OLD_AGE_WELFARE:
        return (Item(name="certificate_number", label="証書番号", kind=ItemKind.TEXT, most=20),)
    return (Item(name="pension_code", label="年金コード", kind=ItemKind.TEXT, most=4),)
