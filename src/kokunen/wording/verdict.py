"""The part of the page on one stretch of months: what decided, who was tested, what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kokunen.law.exemption.decision import UNDECIDABLE
from kokunen.law.month_counts import PARTIAL_BANDS
from kokunen.wording.document import Heading, Items, Paragraph, Table
from kokunen.wording.reasons import LINES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kokunen.law.exemption.assess import MonthAssessment
    from kokunen.law.exemption.facts import Application
    from kokunen.rulekit.explain import Tried
    from kokunen.wording.document import Block
    from kokunen.wording.phrases import Phrases
    from kokunen.wording.report import Stretch

_INCOME = "income_within_limit"
_FLAT = "flat_limit"
_FLAT_GROUP = ("disabled_ordinary", "disabled_special", "widow", "single_parent")
_HEADS = ("line", "income", "limit", "margin", "result", "source")


def stretch_blocks(
    application: Application, stretch: Stretch, say: Phrases, *, is_one_of_several: bool
) -> Iterator[Block]:
    """Give the blocks on one stretch; its months stand in the heading where there are several."""
    months = say.months(stretch.first, stretch.last).replace("\n", "")
    title = say.say("why.title_of", months=months) if is_one_of_several else say.say("why.title")
    yield Heading(2, title)
    found = stretch.found
    if found is None:
        yield Paragraph(say.say(f"reason.{stretch.reason}"), "answer")
        return
    yield Paragraph(_decided(found, say), "answer")
    yield Paragraph(
        say.say("why.income_year", year=say.year(found.income_year), who=_tested(found, say))
    )
    if application.separated_by_violence and application.spouse is not None:
        yield Paragraph(say.say("why.apart"))
    yield from _missing(found, say)
    yield from _better(found, say)
    for role in found.examined:
        if any(role in tried.roles for tried in found.bands):
            facts = application.people()[role].facts(
                month=found.month, income_year=found.income_year
            )
            yield from _person(found, role, say, of_flat_group=any(map(facts.get, _FLAT_GROUP)))
            yield from _sums(found, role, say, facts=facts)


def _tested(found: MonthAssessment, say: Phrases) -> str:
    roles = [role for role in found.examined if any(role in one.roles for one in found.bands)]
    return say.say("and").join(say.who(role) for role in roles)


def _line(found: MonthAssessment, role: str, band: str, code: str) -> Tried | None:
    lines = found.examined[role].tried[band]
    return next((line for line in lines if line.code == code), None)


def _decided(found: MonthAssessment, say: Phrases) -> str:
    band, role, reason = found.decision.band, found.decision.decided_by, found.decision.reason
    who = say.who(role)
    if reason is None or reason not in (*LINES, "unknown_fact", "nothing_examined"):
        return _over(found, role, str(reason).removeprefix("over_").removesuffix("_limit"), say)
    if reason not in LINES:
        return say.say(f"decided.{reason}", who=who)
    line = _line(found, role, band, reason)
    if reason == _INCOME and line is not None:
        return say.say(
            "decided.within",
            who=who,
            income=_income(band, say),
            value=say.yen(line.value),
            band=say.band(band),
            limit=say.yen(line.limit),
            margin=say.yen(line.margin),
            source=say.cite(line.source),
        )
    return say.say(
        "decided.route",
        who=who,
        line=say.say(f"line.{reason}"),
        band=say.band(band),
        source="" if line is None else say.cite(line.source),
    )


def _over(found: MonthAssessment, role: str, better: str, say: Phrases) -> str:
    line = _line(found, role, better, _INCOME)
    granted = found.decision.band
    outcome = say.say("decided.none") if granted == "none" else say.band(granted)
    return say.say(
        "decided.over",
        who=say.who(role),
        income=_income(better, say),
        value=say.yen(line and line.value),
        better=say.band(better),
        limit=say.yen(line and line.limit),
        over=say.yen(None if line is None or line.margin is None else -line.margin),
        source=say.cite(line.source) if line else "",
        band=outcome,
    )


def _income(band: str, say: Phrases) -> str:
    return say.say(f"income.{_basis(band)}")


def _basis(band: str) -> str:
    return "after_deductions" if _deducts(band) else "total"


def _deducts(band: str) -> bool:
    return band in (*PARTIAL_BANDS, "student")


def _missing(found: MonthAssessment, say: Phrases) -> Iterator[Block]:
    if not found.missing:
        return
    items = []
    for place in found.missing:
        role, _, fact = place.partition(".")
        name, _, year = fact.partition(".")
        shown = say.year(int(year)) if year else ""
        items.append(say.say(f"missing.{name}", who=say.who(role), year=shown))
    yield Heading(3, say.say("missing.title"))
    yield Items(tuple(items))


def _better(found: MonthAssessment, say: Phrases) -> Iterator[Block]:
    if found.decision.band == UNDECIDABLE or not found.bands:
        return
    if found.decision.band == found.bands[0].band:
        return
    yield Heading(3, say.say("better.title"))
    change = found.better
    if change is None:
        yield Paragraph(say.say("better.nobody"))
        return
    line = _line(found, change.role, change.band, _INCOME)
    by_income = line is not None and line.margin == change.by
    deducts = by_income and _deducts(change.band)
    yield Paragraph(
        say.say(
            "better.deductions" if deducts else "better.income",
            who=say.who(change.role),
            by=say.yen(-change.by),
            band=say.band(change.band),
        )
    )


def _person(
    found: MonthAssessment, role: str, say: Phrases, *, of_flat_group: bool
) -> Iterator[Block]:
    """Give the table of the lines that concern a person, and a sentence with the others."""
    examined = found.examined[role].tried
    bands = [tried.band for tried in found.bands if role in tried.roles]
    by_income = [(band, _line(found, role, band, _INCOME)) for band in bands]
    shown = [(_limit_of(band, say), line, band) for band, line in by_income if line is not None]
    others = [line for line in examined[bands[0]] if line.code != _INCOME]
    concern = [
        line
        for line in others
        if line.passed is not False or (line.code == _FLAT and of_flat_group)
    ]
    shown += [(say.say(f"line.{line.code}"), line, line.code) for line in concern]
    decisive = _decisive(found) if role == found.decision.decided_by else ""
    yield Table(
        say.say("person.caption", who=say.who(role)),
        tuple(say.say(f"person.{head}") for head in _HEADS),
        tuple(_row(line, label, say) for label, line, _ in shown),
        numbers=frozenset({1, 2, 3}),
        marked=frozenset(at for at, (_, _, name) in enumerate(shown) if name == decisive),
    )
    rest = [line for line in others if line not in concern]
    if rest:
        listed = [f"{say.say(f'line.{line.code}')} ({say.cite(line.source)})" for line in rest]
        yield Paragraph(
            say.say("person.rest", who=say.who(role), lines=say.say("comma").join(listed)), "note"
        )


def _limit_of(band: str, say: Phrases) -> str:
    basis = say.say(f"basis.{_basis(band)}")
    return say.say("line.income", band=say.short(band), income=basis)


def _sums(
    found: MonthAssessment, role: str, say: Phrases, *, facts: Mapping[str, int | None]
) -> Iterator[Block]:
    """Say what the income after deductions and the limits are made of."""
    total = facts["total"]
    bands = [one.band for one in found.bands if role in one.roles and _deducts(one.band)]
    line = _line(found, role, bands[0], _INCOME) if bands else None
    if line is not None and line.value is not None and total is not None and line.value < total:
        yield Paragraph(
            say.say(
                "person.deducted",
                who=say.who(role),
                total=say.yen(total),
                deducted=say.yen(total - line.value),
                value=say.yen(line.value),
            )
        )
    counts = {kind: facts[kind] or 0 for kind in ("general", "elderly", "specified")}
    if any(counts.values()):
        number = sum(counts.values())
        yield Paragraph(say.say("person.dependants", who=say.who(role), number=number, **counts))


def _decisive(found: MonthAssessment) -> str:
    """Return the band by whose income limit, or the line by which, the answer was decided."""
    reason = str(found.decision.reason)
    if reason == _INCOME:
        return found.decision.band
    return reason.removeprefix("over_").removesuffix("_limit") if reason not in LINES else reason


def _row(line: Tried, label: str, say: Phrases) -> tuple[str, ...]:
    result = say.say({True: "passed", False: "failed", None: "unknown"}[line.passed])
    source = "\n".join(say.cite(line.source).split(say.say("and_articles")))
    if line.code not in (_INCOME, _FLAT):
        return (label, "-", "-", "-", result, source)
    sign = "+" if line.margin is not None and line.margin > 0 else ""
    amounts = (say.yen(line.value), say.yen(line.limit), sign + say.yen(line.margin))
    return (label, *amounts, result, source)
