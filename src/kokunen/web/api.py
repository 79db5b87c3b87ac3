"""The same questions for programs: search, one person, the record. Session and token as in a page.

A purpose is stated for a person before the person is asked for, as on the screens; problems are
``{code, message, fix, field}`` in Japanese.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID  # noqa: TC003 - ninja reads the annotations at run time

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import SessionAuth

from kokunen.access.domain import UnableToOpenWithoutPurpose, stated
from kokunen.audit import queries as audit
from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import parse_date
from kokunen.people import queries as people
from kokunen.people import search
from kokunen.people.domain import Hidden, Masked
from kokunen.people.page import HouseholdOn
from kokunen.web import acting, purposes
from kokunen.web.api_shapes import (
    MOST,
    EntryOut,
    FactOut,
    HitOut,
    HitsOut,
    HouseholdOut,
    MemberOut,
    PersonOut,
    Problem,
    Purpose,
    SearchIn,
    TrailIn,
    TrailOut,
    Withheld,
)
from kokunen.web.guard import permit
from kokunen.web.routes import API, Route
from kokunen.web.views import errors
from kokunen.web.views.person import end_of

if TYPE_CHECKING:
    from kokunen.people.domain import Recorded, Value
    from kokunen.people.page import PersonPage


class SignedIn(SessionAuth):
    """Lets in whoever has signed in with both factors; a changing request needs the token too."""

    def authenticate(self, request: HttpRequest, key: str | None) -> object:
        """Return who acts, or None."""
        del key
        return acting.actor(request) if acting.signed_in(request) else None


def _signed_in_only(view: Any) -> Any:  # noqa: ANN401 - ninja's decorator takes any view
    def behind(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not acting.signed_in(request):
            return errors.problem(request, status=401)
        if request.method not in {"GET", "HEAD"}:
            return errors.problem(request, status=405)
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return behind


api = NinjaAPI(
    title="国年 市の窓口",
    version="1",
    auth=SignedIn(),
    docs_url=None,
    openapi_url="openapi.json",
    docs_decorator=_signed_in_only,
    urls_namespace="api",
)
_REFUSED: Final = dict.fromkeys((400, 401, 403, 404, 409, 422), Problem)


def _gate(request: HttpRequest, name: str) -> None:
    route: Route = next(each for each in API if each.name == name)
    permit(request, route.permission, operation=name.replace(":", "."))


@api.exception_handler(Refusal)
def _refused(request: HttpRequest, refused: Refusal) -> HttpResponse:
    return errors.refusal(request, refused)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    # The words of the library may repeat what was sent; only its place is told.
    places = [str(part) for part in invalid.errors[0].get("loc", ())] if invalid.errors else []
    return errors.problem(request, status=422, field=places[-1] if places else "")


@api.exception_handler(AuthenticationError)
def _stranger(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    return errors.problem(request, status=401)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, wrong: HttpError) -> HttpResponse:
    return errors.problem(request, status=wrong.status_code)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _: Http404) -> HttpResponse:
    return errors.problem(request, status=404)


@api.post("search", response={200: HitsOut, **_REFUSED}, url_name="search")
def find(request: HttpRequest, asked: SearchIn) -> HitsOut:
    """Find people by one text; each one given stands in the record."""
    _gate(request, "api:search")
    stated(purpose=asked.purpose, reason=asked.reason, case=asked.case)
    occasion = acting.occasion(request).because(
        purpose=asked.purpose, reason=asked.reason, case=asked.case
    )
    hits = search.find(text=asked.text, occasion=occasion, sees=acting.actor(request).sees)
    return HitsOut(
        hits=[
            HitOut(
                key=hit.key,
                number=hit.number,
                name=_given(hit.name),
                kana=_given(hit.kana),
                birth_date=_given(hit.birth_date),
                address=_given(hit.address),
                protected=hit.protected,
                why=hit.why,
            )
            for hit in hits
        ],
        more=hits.more,
    )


@api.post("people/{uuid:key}/purpose", response={204: None, **_REFUSED}, url_name="purpose")
def state_purpose(request: HttpRequest, key: UUID, asked: Purpose) -> Status[None]:
    """State for what a person will be looked at; it stands for half an hour."""
    _gate(request, "api:purpose")
    purposes.state(request, key=key, purpose=asked.purpose, reason=asked.reason, case=asked.case)
    return Status(204, None)


@api.get("people/{uuid:key}", response={200: PersonOut, **_REFUSED}, url_name="person")
def person(request: HttpRequest, key: UUID, known_on: str = "") -> PersonOut:
    """Return one person; the purpose has been stated before. ``known_on``: as known on a day."""
    _gate(request, "api:person")
    day = parse_date(known_on) if known_on else None
    occasion = purposes.occasion(request, key)
    if occasion is None:
        raise UnableToOpenWithoutPurpose(
            "この人を見る処理事由が述べられていないか、時間が過ぎました。",
            fix="先に people/{key}/purpose へ処理事由を送ってください。",
            field="purpose",
        )
    page = people.person_page(
        key=key,
        occasion=occasion,
        sees=acting.actor(request).sees,
        opening=purposes.opening(request, key),
        known_at=end_of(day) if day else None,
    )
    return PersonOut(
        key=page.key,
        number=page.number,
        on=page.on,
        known_at=page.known_at,
        protected=page.protected,
        opened=page.opened,
        birth_date=_given(page.birth_date),
        birth_date_text=page.birth_date_text,
        sex=_given(page.sex),
        household=_household(page.household),
        facts=_facts(page),
    )


@api.post("record", response={200: TrailOut, **_REFUSED}, url_name="record")
def record(request: HttpRequest, asked: TrailIn) -> TrailOut:
    """Return the newest entries of the record that match; the reading is recorded in turn."""
    _gate(request, "api:record")
    found = audit.trail(
        filters=audit.Filters(
            person=asked.person,
            staff_number=asked.staff_number,
            department=asked.department,
            act=asked.act,
            since=_aware(asked.since, field="since"),
            until=_aware(asked.until, field="until"),
        ),
        page=audit.Page(size=MOST),
        occasion=acting.occasion(request).because(
            purpose="audit", reason=asked.reason or "操作の記録の閲覧"
        ),
    )
    return TrailOut(
        entries=[
            EntryOut(**{each: getattr(entry, each) for each in EntryOut.model_fields})
            for entry in found.entries
        ],
        more=found.next is not None,
    )


_YEARS: Final = (1900, 2999)
"""Moments beyond these cannot be in the record, and some of them in no database."""


class UnableToReadMoment(Refusal):
    """A moment without its time zone, or far from any that the record can have."""

    code = "invalid_moment"


def _aware(moment: datetime | None, *, field: str) -> datetime | None:
    if moment is not None and not _YEARS[0] <= moment.year <= _YEARS[1]:
        raise UnableToReadMoment(
            f"時刻の年は{_YEARS[0]}年から{_YEARS[1]}年までです。",
            fix="年を確かめてください。",
            field=field,
        )
    if moment is not None and moment.tzinfo is None:
        raise UnableToReadMoment(
            "時刻に時間帯がありません。",
            fix="2026-11-24T09:00:00+09:00 の形で送ってください。",
            field=field,
        )
    # Offsets that Python takes and PostgreSQL does not (beyond 16 hours) end here.
    return None if moment is None else moment.astimezone(UTC)


def _given(value: object) -> Any:  # noqa: ANN401 - a text, or why there is none
    if isinstance(value, Hidden):
        return Withheld(withheld=value.why)
    if isinstance(value, Masked):
        return Withheld(withheld="protected")
    return value.isoformat() if isinstance(value, date) else value


def _household(household: object) -> HouseholdOut | Withheld | None:
    if not isinstance(household, HouseholdOn):
        withheld: Withheld | None = _given(household)
        return withheld
    return HouseholdOut(
        number=household.number,
        members=[
            MemberOut(
                key=member.key,
                number=member.number,
                head=member.head,
                relationship=member.relationship,
                name=_given(member.name),
            )
            for member in household.members
        ],
    )


_GROUPS: Final = (
    "names", "register", "stops", "foreign", "memberships", "addresses", "phones",
    "basic_numbers", "old_numbers", "enrolments", "additionals", "exemptions", "claims", "incomes",
)  # fmt: skip


def _facts(page: PersonPage) -> dict[str, list[FactOut] | Withheld]:
    found: dict[str, list[FactOut] | Withheld] = {}
    for group in _GROUPS:
        facts = getattr(page, group)
        withheld = isinstance(facts, Hidden | Masked)
        found[group] = _given(facts) if withheld else [_fact(each) for each in facts]
    return found


def _fact(fact: Recorded[Value]) -> FactOut:
    return FactOut(
        value={each.name: _plain(getattr(fact.value, each.name)) for each in fields(fact.value)},
        valid_from=fact.valid.start,
        valid_to=fact.valid.end,
        source=fact.source.value,
        recorded_at=fact.recorded_at,
        checked=fact.checked_by is not None,
    )


def _plain(value: object) -> Any:  # noqa: ANN401 - a column holds anything
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)
