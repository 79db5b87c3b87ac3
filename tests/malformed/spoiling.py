"""What is sent to each form: one proper filling, and what spoils it, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from django import forms
from hypothesis import strategies as st

from kokunen.access.domain import Role
from kokunen.cases.catalogue import FILINGS
from kokunen.web import case_forms, desk_forms
from kokunen.web import exchange_forms as exchange
from kokunen.web import forms as office
from kokunen.web import record_forms as record
from tests.matrix.asks import CORRECTABLE
from tests.matrix.marked import ORDINARY, Seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hypothesis.strategies import SearchStrategy

NO_DAY: Final = (
    "令和99年13月40日", "R8.2.30", "2026-02-29", "2026-13-01", "0000-00-00", "9999-99-99",
    "昭和65年1月1日", "大正0年1月1日", "R-1.1.1", "明日", "1e9", "\0", "R8.11.21\0", "9" * 41,
    "令和八年霜月", "२०२६-११-२१", "2026/11/21 10:00", "<b>R8.1.1</b>", "H31.13.1",
)  # fmt: skip
NO_CHOICE: Final = ("x", "' OR 1=1 --", "\0", "🂡" * 50, "COUNTER", "grant\0", "<script>")
NO_NUMBER: Final = (
    "x", "-1", "1.5", "1e3", "9" * 19 + "0", "9" * 5000, "0x10", "NaN", "\0", "1 2", "٣x", "--1",
)  # fmt: skip
NO_UUID: Final = ("", "x", "0", "{", "00000000-0000-0000-0000-00000000000g", "\0", "1" * 400)
ODD: Final = (
    "", " ", "\0", "\x1b[31m", "\u202etxt", "\ufffd", "🀄" * 300, "%00", "../../etc/passwd",
    "'; DROP TABLE audit_entry; --", "{{ 7 * 7 }}", "<script>alert(1)</script>", "=1+1", "\r\nX: y",
    "氏" * 70_000,
)  # fmt: skip
UNKNOWN: Final = ("id", "person", "person_id", "__class__", "roles[]", "next", "é" * 90, "_method")


def spoilt(field: forms.Field) -> SearchStrategy[str] | None:
    """Return values that a field cannot take, or None where it takes everything."""
    if isinstance(field, office.WarekiField):
        return st.sampled_from(NO_DAY)
    if isinstance(field, forms.ChoiceField):
        return st.sampled_from(NO_CHOICE)
    if isinstance(field, forms.IntegerField):
        return st.sampled_from(NO_NUMBER)
    if isinstance(field, forms.UUIDField):
        return st.sampled_from(NO_UUID)
    if isinstance(field, forms.CharField):
        most = field.max_length or 0
        wrong = ["a\0b", "\0", "x" * (most + 1), "氏" * (most + 1), "🀄" * (most + 1)]
        return st.sampled_from([*wrong, "", " ", "\u3000"] if field.required else wrong)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form of an address: who sends it, where, and how it is properly filled in."""

    name: str
    role: Role
    form: type[forms.Form]
    path: Callable[[Seeded], str]
    proper: Mapping[str, str]

    @property
    def spoilable(self) -> tuple[str, ...]:
        return tuple(
            name for name, field in self.form.base_fields.items() if spoilt(field) is not None
        )

    def filled(self) -> dict[str, Any]:
        """Return a proper filling; a form sent twice would say so by its token."""
        return dict(self.proper) | ({"request_id": str(uuid4())} if self._has_token else {})

    @property
    def _has_token(self) -> bool:
        return "request_id" in self.form.base_fields


_STATED: Final = {"source": "self", "reason": "本人の申出", "valid_from": "R8.4.1"}
_FACTS: Final[Mapping[str, tuple[type[forms.Form], dict[str, str]]]] = {
    "name": (office.NameForm, _STATED | {"name": "改名　一", "kana": "カイメイ　イチ"}),
    "identity": (
        office.IdentityForm,
        {"source": "self", "reason": "申出", "birth_date": "S50.1.1", "sex": "unknown"},
    ),
    "address": (office.AddressForm, _STATED | {"kind": "mailing", "town": "改町"}),
    "phone": (office.PhoneForm, _STATED | {"kind": "work", "number": "090-0000-9999"}),
    "membership": (office.MembershipForm, _STATED | {"household": "88", "relationship": "子"}),
}
_MEASURE: Final = {"on": "R8.11.1", "evidence": "application", "evidence_ref": "第1号"}


def _person(tail: str, who: str = "ordinary") -> Callable[[Seeded], str]:
    return lambda seeded: f"/people/{seeded.keys[who]}/{tail}"


def _row(kind: str) -> Callable[[Seeded], str]:
    return lambda seeded: (
        f"/people/{seeded.keys['ordinary']}/correct/{kind}/{seeded.rows['ordinary', kind]}/"
    )


def _step(step: str) -> Callable[[Seeded], str]:
    return lambda seeded: f"/protection/{seeded.measure}/{step}/"


def _facts() -> Iterator[Sheet]:
    for kind in CORRECTABLE:
        form, proper = _FACTS[kind]
        yield Sheet(
            name=f"enter {kind}",
            role=Role.SUPERVISOR,
            form=form,
            path=_person(f"enter/{kind}/"),
            proper=proper,
        )
        yield Sheet(
            name=f"correct {kind}",
            role=Role.COUNTER,
            form=form,
            path=_row(kind),
            proper=proper,
        )


def _others() -> Iterator[Sheet]:
    def sheet(
        name: str,
        role: Role,
        form: type[forms.Form],
        path: str | Callable[[Seeded], str],
        /,
        **proper: str,
    ) -> Sheet:
        where = (lambda _: path) if isinstance(path, str) else path
        return Sheet(name=name, role=role, form=form, path=where, proper=proper)

    counter, supervisor = Role.COUNTER, Role.SUPERVISOR
    administrator, auditor = Role.ADMINISTRATOR, Role.AUDITOR
    yield sheet("search", counter, office.SearchForm, "/search/", text="架空", purpose="reception")
    yield sheet("search narrow", Role.SELF_RELIANCE, office.SearchForm, "/search/", text="架空")
    yield sheet("purpose", counter, office.PurposeForm, _person("purpose/"), purpose="reception")
    yield sheet("opening", counter, office.ReasonForm, _person("opening/", "shielded"), reason="x")
    yield sheet(
        "opening answer",
        supervisor,
        office.AnswerForm,
        lambda seeded: f"/openings/{seeded.waiting}/",
        answer="refuse",
        reason="理由",
    )
    yield sheet(
        "protection",
        supervisor,
        office.RegisterForm,
        _person("protection/"),
        **_MEASURE,
        ground="dv",
        other_name="相手",
    )
    for step in ("renew", "end"):
        yield sheet(
            f"protection {step}",
            supervisor,
            office.MeasureForm,
            _step(step),
            **_MEASURE,
        )
    yield sheet(
        "protection check",
        supervisor,
        office.AnswerForm,
        lambda seeded: f"/protection/checks/{seeded.step}/",
        answer="grant",
    )
    yield sheet(
        "my number",
        supervisor,
        office.MyNumberForm,
        _person("my-number/"),
        purpose="claim",
        case="77",
        reason="裁定請求",
    )
    yield sheet(
        "assign",
        administrator,
        office.AssignForm,
        "/staff/1/assign/",
        role="counter",
        department="pension",
        start="R8.4.1",
    )
    yield sheet(
        "end role",
        administrator,
        office.EndRoleForm,
        "/staff/1/end-role/",
        role="counter",
        on="R8.12.1",
    )
    yield sheet("leave", administrator, office.LeaveForm, "/staff/1/leave/", on="R8.12.1")
    yield sheet("record", auditor, record.TrailForm, "/record/", person=str(ORDINARY.number))
    yield sheet(
        "review", auditor, record.ReviewForm, "/record/review/", since="R8.1.1", until="R8.12.1"
    )
    yield sheet(
        "disclosure",
        auditor,
        record.DisclosureForm,
        "/record/disclosure/",
        person=str(ORDINARY.number),
        reason="請求",
    )


class _Asked(office.Office):
    """補正依頼: what of `desk_forms.StepForm` is asked for it."""

    reason = forms.CharField(max_length=office.REASON_LENGTH)
    expected = forms.IntegerField(min_value=1)
    request_id = forms.UUIDField()


_RECEIPT: Final = {"received_on": "R8.11.20", "channel": "counter", "filer": "self", "act": "check"}
_WISH: Final = case_forms.items_form(FILINGS["payment_wish"].items)
_ITEMS: Final = type(
    "Items", (forms.Form,), {f"item-{name}": field for name, field in _WISH.base_fields.items()}
)


def _cases() -> Iterator[Sheet]:
    def sheet(
        name: str,
        form: type[forms.Form],
        path: Callable[[Seeded], str],
        role: Role = Role.COUNTER,
        /,
        **proper: str,
    ) -> Sheet:
        return Sheet(name=name, role=role, form=form, path=path, proper=proper)

    def of_case(tail: str) -> Callable[[Seeded], str]:
        return lambda seeded: f"/cases/{seeded.cases['ordinary']}/{tail}"

    supervisor = Role.SUPERVISOR
    yield sheet(
        "receive",
        case_forms.ReceiptForm,
        _person("receive/statutory_on/"),
        **_RECEIPT,
        **{"event_on": "R8.11.1", "item-cause": "sanatorium"},
    )
    yield sheet(
        "receive items",
        _ITEMS,
        _person("receive/payment_wish/"),
        **_RECEIPT,
        **{"request_id": str(UUID(int=7)), "item-first_month": "R8.7"},
    )
    yield sheet("case find", desk_forms.FindForm, lambda _: "/cases/find/", case="1")
    yield sheet("case asked", _Asked, of_case("asked/"), expected="1", reason="押印がない")
    yield sheet("case tested", desk_forms.TestedForm, of_case("tested/"), reason="別居の配偶者")
    yield sheet(
        "forwarding", desk_forms.ManyForm, lambda _: "/forwarding/", supervisor, on="R8.11.20"
    )
    yield sheet(
        "results",
        desk_forms.ResultsForm,
        lambda _: "/results/",
        supervisor,
        on="R8.11.20",
        kind="granted",
    )
    yield sheet("candidates", desk_forms.CandidateForm, lambda _: "/candidates/age_20/", person="1")


def _exchange() -> Iterator[Sheet]:
    def sheet(name: str, form: type[forms.Form], path: Callable[[Seeded], str]) -> Sheet:
        proper = {
            "reason": "理由",
            "on": "R8.11.20",
            "reference": "受-1",
            "how": "telephone",
            "case": "1",
        }
        given = {field: said for field, said in proper.items() if field in form.base_fields}
        return Sheet(name=name, role=Role.SUPERVISOR, form=form, path=path, proper=given)

    def acting(root: str, file: str, act: str) -> Callable[[Seeded], str]:
        return lambda seeded: f"/exchange/{root}{getattr(seeded.crossed, file)}/{act}/"

    yield sheet(
        "settle",
        exchange.ReasonForm,
        lambda seeded: f"/exchange/differences/{seeded.crossed.difference}/",
    )
    for act in exchange.WAITING_ACTS:
        yield sheet(f"file {act}", exchange.ReasonForm, acting("in/", "changes", act))
    for act, form in exchange.RECORD_ACTS.items():
        yield sheet(f"record {act}", form, acting("in/", "results", f"records/2/{act}"))
    for act, form in exchange.SENT_ACTS.items():
        yield sheet(f"sent {act}", form, acting("out/", "outgoing", act))


SHEETS: Final = (*_facts(), *_others(), *_cases(), *_exchange())
