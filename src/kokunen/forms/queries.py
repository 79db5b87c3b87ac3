"""Every sheet of paper that the desk prints: the only way from the register to a PDF.

Each print is recorded as an export with the fields that stand on it. What is printed is what the
role sees (``sees``), under the purpose of the filing and with its case; ``occasion.at`` is the
moment the file states as its creation.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from kokunen.access import queries as access
from kokunen.access.domain import Field
from kokunen.audit.domain import Act
from kokunen.audit.operations import record
from kokunen.benefit import queries as benefit
from kokunen.cases import queries as cases
from kokunen.cases.catalogue.kinds import Duty
from kokunen.cases.domain import State, StepKind
from kokunen.dates.wareki import format_wareki
from kokunen.enrolment import queries as enrolment
from kokunen.exemption import queries as exemption
from kokunen.forms import filled, leaving, notices, reading, typst
from kokunen.forms.domain import Filed, Language, LedgerRow, Notice, Paper, Tested, Told
from kokunen.forms.reading import Looker

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from kokunen.audit.domain import Occasion
    from kokunen.cases.values import Case

_ADVISE: Final = {
    Duty.ENROLMENT: enrolment.advise,
    Duty.EXEMPTION: exemption.advise,
    Duty.BENEFIT: benefit.advise,
}
_SHOWN_BY: Final[Mapping[Duty, Field]] = {
    Duty.ENROLMENT: Field.ENROLMENT,
    Duty.EXEMPTION: Field.EXEMPTION,
    Duty.BENEFIT: Field.CLAIM,
}
_TESTED_ON: Final = frozenset({"exemption", "student"})
"""Forms with the incomes of the persons tested (founding document 004, Ⅰ2 機能4②)."""

_ROLES: Final[Mapping[str, str]] = {"insured": "本人", "spouse": "配偶者", "head": "世帯主"}
_TELLS: Final[Mapping[StepKind, Notice]] = {
    StepKind.RECEIVED: Notice.RECEIVED,
    StepKind.ASKED: Notice.LACKS,
    StepKind.GRANTED: Notice.GRANTED,
    StepKind.REFUSED: Notice.REFUSED,
    StepKind.RETURNED: Notice.RETURNED,
    StepKind.WITHDRAWN: Notice.WITHDRAWN,
}


_DECIDES: Final[Mapping[Notice, StepKind]] = {
    Notice.GRANTED: StepKind.GRANTED,
    Notice.REFUSED: StepKind.REFUSED,
    Notice.RETURNED: StepKind.RETURNED,
}


def filing_form(
    *, case: int, occasion: Occasion, sees: Collection[Field], opening: UUID | None = None
) -> bytes:
    """Return the filing of a case as a filled form, with the documents that belong to it.

    Where persons are tested their incomes stand on it, as far as the case opens them to the role.
    Raises ``cases.queries.UnableToFindCase``, `typst.UnableToPrint`,
    `glyphs.UnableToPrintCharacter`.
    """
    looker = Looker(occasion=occasion, sees=sees, opening=opening)
    with transaction.atomic():
        of, form = _form(case, looker, operation="forms.filing_form", with_papers=True)
    return typst.render(_template(of), form, title=of.filing.name, language="ja", made=occasion.at)


def many(
    *,
    case_numbers: Sequence[int],
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> bytes:
    """Return the forms of many cases in one file, in the order given.

    All are printed on the sheet of the first one's kind: with the incomes if that has them. Without
    the lists of documents, which are for the counter. Raises as `filing_form`; then nothing is
    printed and nothing recorded.
    """
    looker = Looker(occasion=occasion, sees=sees, opening=opening)
    with transaction.atomic():
        made = [
            _form(number, looker, operation="forms.many", with_papers=False)
            for number in case_numbers
        ]
    template = "exemption" if any("incomes" in form for _, form in made) else "filing"
    forms = [{"incomes": None, **form} for _, form in made]
    return typst.render_many(
        template, forms, title="国民年金 届書等", language="ja", made=occasion.at
    )


def notice(
    *,
    case: int,
    kind: Notice,
    language: Language,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
    due: date | None = None,
    lacking: Sequence[str] | None = None,
) -> bytes:
    """Return a notice to the resident, on one sheet.

    ``due`` is the day by which an answer is asked for (None: that of the case, while it waits for
    one), ``lacking`` what is: codes of the words or texts in Japanese (None: what the case says it
    lacks). Raises as `filing_form`.
    """
    looker = Looker(occasion=occasion, sees=sees, opening=opening)
    with transaction.atomic():
        of, looker = reading.case_of(case, looker)
        person, given = reading.person_of(of.person, looker, operation="forms.notice", letter=True)
        _record(of, looker, operation="forms.notice", shown=given, outcome=f"{kind} {language}")
    told = Told(
        kind=kind,
        case=of.number,
        filing=of.filing.code,
        received_on=of.received_on,
        decided_on=of.last_day(_DECIDES[kind]) if kind in _DECIDES else None,
        due=_due(of) if due is None and kind is Notice.LACKS else due,
        lacking=_lacking(of) if lacking is None else tuple(lacking),
    )
    shown = notices.notice(
        told, language=language, person=person, office=reading.office(), on=looker.day
    )
    return _letter("notice", shown, language, occasion)


def leaflet(
    *,
    case: int,
    language: Language,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> bytes:
    """Return the leaflet for whoever leaves Japan, with the amounts of the case where known.

    ``case`` is a filing of 国外転出. Raises as `filing_form`.
    """
    looker = Looker(occasion=occasion, sees=sees, opening=opening)
    with transaction.atomic():
        of, looker = reading.case_of(case, looker)
        person, given = reading.person_of(of.person, looker, operation="forms.leaflet", letter=True)
        departure = leaving.departure_of(of, looker)
        _record(of, looker, operation="forms.leaflet", shown=given, outcome=language.value)
        shown = notices.leaflet(
            language=language,
            departure=departure,
            person=person,
            office=reading.office(),
            case=of.number,
            on=looker.day,
        )
    return _letter("leaflet", shown, language, occasion)


def ledger(
    *, since: date, until: date, occasion: Occasion, sees: Collection[Field], branch: str = ""
) -> bytes:
    """Return the 受付処理簿 of the days ``since`` to ``until``, both included."""
    with transaction.atomic():
        lines = cases.ledger(since=since, until=until, occasion=occasion, sees=sees, branch=branch)
        _record_list("forms.ledger", occasion, count=len(lines))
        branches = access.branches()
    rows = filled.listed(
        LedgerRow(
            case=line.number,
            received_on=line.received_on,
            filing=line.filing.name,
            name=line.name if isinstance(line.name, str) else "",
            channel=line.channel.label,
            branch=branches.get(line.branch, line.branch),
            forwarded_on=line.forwarded_on,
            outcome=line.outcome,
            closed_on=line.closed_on,
        )
        for line in lines
    )
    title = "国民年金 受付処理簿"
    shown = {
        "title": title,
        "office": _named_office(),
        "span": f"{format_wareki(since)}から{format_wareki(until)}まで",
        "rows": rows,
    }
    return typst.render("ledger", shown, title=title, language="ja", made=occasion.at)


def forwarding_list(
    *,
    case_numbers: Sequence[int],
    to: str,
    on: date,
    occasion: Occasion,
    sees: Collection[Field],
    opening: UUID | None = None,
) -> bytes:
    """Return the 進達送付書: the cases in the order given, and how many there are of each kind.

    ``to`` is whom it is sent to, ``on`` the day of sending.
    """
    asking = Looker(occasion=occasion, sees=sees, opening=opening)
    rows = []
    with transaction.atomic():
        for number in case_numbers:
            of, looker = reading.case_of(number, asking)
            person, given = reading.person_of(of.person, looker, operation="forms.forwarding_list")
            shown = given & {"name", "basic_number", "birth_date"}
            _record(of, looker, operation="forms.forwarding_list", shown=shown)
            rows.append(
                LedgerRow(
                    case=of.number,
                    received_on=of.received_on,
                    filing=of.filing.name,
                    name=person.name,
                    basic_number=person.basic_number,
                    birth_date=person.birth_date,
                )
            )
    title = "国民年金届書等 進達送付書"
    data = {
        "title": title,
        "office": _named_office(),
        "to": to,
        "on": format_wareki(on),
        "rows": filled.listed(rows),
        "counts": [[name, count] for name, count in Counter(row.filing for row in rows).items()],
    }
    return typst.render("forwarding", data, title=title, language="ja", made=occasion.at)


def offered(case: Case) -> tuple[Notice, ...]:
    """Return the notices that fit what has happened in a case, the newest first."""
    told = [_TELLS[step.kind] for step in reversed(case.steps) if step.kind in _TELLS]
    if case.state is State.WITHDRAWN:
        return (Notice.WITHDRAWN,)
    return tuple(dict.fromkeys(told))


def _form(
    number: int, looker: Looker, *, operation: str, with_papers: bool
) -> tuple[Case, dict[str, Any]]:
    of, looker = reading.case_of(number, looker)
    stated = of.readable
    person, given = reading.person_of(of.person, looker, operation=operation)
    form = filled.form(
        filing=of.filing,
        office=reading.office(),
        person=person,
        filed=Filed(
            particulars=stated,
            names=reading.mentioned(of, stated, looker),
            event_on=of.event_on,
            filer=of.filer,
            on=of.received_on,
        ),
        stamp=reading.stamp_of(of),
        papers=_papers(of, stated, looker) if with_papers and stated else (),
    )
    shown = given | ({_SHOWN_BY[of.filing.duty].value} if stated else set())
    if of.filing.code in _TESTED_ON:
        tested = _tested(of, looker) if stated else ()
        form["incomes"] = filled.incomes(tested)
        shown |= {Field.INCOME.value} if any(each.income for each in tested) else set()
    _record(of, looker, operation=operation, shown=shown)
    return of, form


def _template(case: Case) -> str:
    return "exemption" if case.filing.code in _TESTED_ON else "filing"


def _tested(case: Case, looker: Looker) -> tuple[Tested, ...]:
    data = exemption.application_data(
        case=case.number, occasion=looker.occasion, sees=looker.sees, opening=looker.opening
    )
    return tuple(
        Tested(
            role=_ROLES[each.role],
            name=each.name,
            year=each.income_year,
            income=each.income,
            is_open=each.is_income_open,
        )
        for people in data.tested.values()
        for each in people
    )


def _papers(case: Case, stated: Mapping[str, Any], looker: Looker) -> tuple[Paper, ...]:
    advice = _ADVISE[case.filing.duty](
        receipt=case.receipt(particulars=stated),
        case=case.number,
        occasion=looker.occasion,
        sees=looker.sees,
        opening=looker.opening,
    )
    return tuple(
        Paper(name=each.name, instead="、".join(each.instead) or each.why)
        for each in advice.attachments
        if each.needed
    )


def _due(case: Case) -> date | None:
    return case.due.on if case.state is State.INCOMPLETE and case.due else None


def _lacking(case: Case) -> tuple[str, ...]:
    labels = {item.name: item.label for item in case.filing.items}
    known = notices.codes()
    return tuple(
        code if code in known else labels[code]
        for code in case.lacks
        if code in known or code in labels
    )


def _letter(template: str, shown: dict[str, Any], language: Language, occasion: Occasion) -> bytes:
    return typst.render(
        template,
        shown,
        title=notices.title_of(shown),
        language=language.value,
        made=occasion.at,
    )


def _named_office() -> str:
    office = reading.office()
    return f"{office.name}\u3000{office.department}".strip("\u3000")


def _record(
    case: Case,
    looker: Looker,
    *,
    operation: str,
    shown: Collection[str],
    outcome: str = "",
) -> None:
    record(
        act=Act.EXPORT,
        operation=operation,
        occasion=looker.occasion,
        person=case.person,
        shown=shown,
        outcome=outcome,
    )


def _record_list(operation: str, occasion: Occasion, *, count: int) -> None:
    record(act=Act.EXPORT, operation=operation, occasion=occasion, outcome=f"rows {count}")
