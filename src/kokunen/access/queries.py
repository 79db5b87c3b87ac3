"""What is known of staff, places and stays; frozen values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, OuterRef, Sum

from kokunen.access.assignments import Held
from kokunen.access.domain import Kind, Role
from kokunen.access.models import Assignment, Branch, Department, Session, Staff, Terminal
from kokunen.access.orders import Account
from kokunen.access.personnel import Office
from kokunen.access.sessions import Stay
from kokunen.dates.tokyo import day_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a member of staff is on a day. No role: the account cannot be used on that day."""

    staff: int
    staff_number: str
    name: str
    department: str
    branch: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A terminal in use."""

    id: int
    name: str
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A stay, and how far its sign-in has come."""

    stay: Stay
    second_factor: bool
    must_change_password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """One member of staff in the list of accounts."""

    id: int
    staff_number: str
    name: str
    kana: str
    department: str
    branch: str
    roles: tuple[Role, ...]
    active_from: date
    active_until: date | None
    last_sign_in: datetime | None
    second_factor: bool
    must_change_password: bool
    locked: bool
    signed_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentLine:
    """A role over its days, as recorded; ``superseded_at`` is None for what stands today."""

    id: int
    role: Role
    department: str
    department_name: str
    branch: str
    start: date
    end: date | None
    source: str
    recorded_at: datetime
    superseded_at: datetime | None


def standing(*, staff: int, day: date) -> Standing | None:
    """Return what a member of staff is on a day, or None for an account not in use on it.

    With roles in several departments, the newest of them gives the department.
    """
    held = list(
        _standing_rows()
        .filter(staff=staff, staff__active__contains=day, valid__contains=day)
        .select_related("staff")
        .order_by("pk")
    )
    # Every request asks this: one query where there is a role, as there nearly always is.
    one = held[0].staff if held else Staff.objects.filter(pk=staff, active__contains=day).first()
    if one is None:
        return None
    newest = max(held, key=lambda row: (row.valid.lower, row.pk), default=None)
    return Standing(
        staff=one.pk,
        staff_number=one.staff_number,
        name=one.name,
        department=newest.department_id if newest else "",
        branch=(newest.branch_id or "") if newest else "",
        roles=frozenset(Role(row.role) for row in held),
    )


def identify(staff_number: str) -> int | None:
    """Return the id of an account, or None."""
    return Staff.objects.filter(staff_number=staff_number).values_list("pk", flat=True).first()


def terminal_at(address: str) -> Place | None:
    """Return the terminal in use at an address, or None."""
    one = Terminal.objects.filter(address=address, active=True).first()
    if one is None:
        return None
    return Place(id=one.pk, name=one.name, branch=one.branch_id or "")


def signed_in(*, session: int, staff: int) -> SignedIn | None:
    """Return the stay of that id if it belongs to that account."""
    one = (
        Session.objects.filter(pk=session, staff=staff)
        .select_related("terminal", "staff")
        .annotate(second=Exists(_second_factors("staff")))
        .first()
    )
    if one is None:
        return None
    return SignedIn(
        stay=_stay(one),
        second_factor=one.second,
        must_change_password=one.staff.must_change_password,
    )


def _stay(row: Session) -> Stay:
    return Stay(
        id=row.pk,
        terminal=row.terminal.name,
        address=row.address,
        department=row.department,
        roles=frozenset(row.roles),
        started_at=row.started_at,
        seen_at=row.seen_at,
        ending=row.ending,
    )


def staff_list(*, at: datetime) -> list[StaffLine]:
    """Return every account with what it is on the day of ``at``, by staff number."""
    return _lines(Staff.objects.all(), at=at)


def staff_member(*, staff: int, at: datetime) -> StaffLine | None:
    """Return one account by its id, or None."""
    return next(iter(_lines(Staff.objects.filter(pk=staff), at=at)), None)


def assignments(*, staff_number: str) -> list[AssignmentLine]:
    """Return every role an account was ever given, superseded ones too, newest record first."""
    rows = Assignment.objects.filter(staff__staff_number=staff_number).select_related("department")
    return [
        AssignmentLine(
            id=row.pk,
            role=Role(row.role),
            department=row.department_id,
            department_name=row.department.name,
            branch=row.branch_id or "",
            start=row.valid.lower,
            end=row.valid.upper,
            source=row.source,
            recorded_at=row.recorded_at,
            superseded_at=row.superseded_at,
        )
        for row in rows.order_by("-recorded_at", "-pk")
    ]


def residents() -> dict[int, int]:
    """Return the 宛名番号 of the members of staff who have one, by their id."""
    known = Staff.objects.filter(person_number__isnull=False)
    return {staff: person for staff, person in known.values_list("id", "person_number") if person}


def named(staff: Collection[int]) -> dict[int, str]:
    """Return names with staff numbers, by access_staff.id; colleagues are no secret in the room."""
    rows = Staff.objects.filter(pk__in=staff).values_list("pk", "name", "staff_number")
    return {pk: f"{name}({number})" for pk, name, number in rows}


def departments() -> dict[str, str]:
    """Return the names of the departments by code."""
    return dict(Department.objects.order_by("code").values_list("code", "name"))


def branches() -> dict[str, str]:
    """Return the names of the branches by code."""
    return dict(Branch.objects.order_by("code").values_list("code", "name"))


def office() -> Office:
    """Return the codes that a personnel file may name."""
    kinds = Department.objects.values_list("code", "kind")
    return Office(
        departments={code: Kind(kind) for code, kind in kinds}, branches=frozenset(branches())
    )


def accounts(numbers: Iterable[str]) -> dict[str, Account]:
    """Return the accounts of these staff numbers with what they hold now and later."""
    found = {}
    for one in Staff.objects.filter(staff_number__in=set(numbers)):
        found[one.staff_number] = Account(
            name=one.name,
            kana=one.kana,
            start=one.active.lower,
            end=one.active.upper,
            held=frozenset(held(row) for row in _standing_rows().filter(staff=one)),
        )
    return found


def held(row: Assignment) -> Held:
    """Return a row of access_assignment as a value."""
    return Held(
        role=Role(row.role),
        department=row.department_id,
        branch=row.branch_id,
        start=row.valid.lower,
        end=row.valid.upper,
    )


def failures(staff_number: str) -> int:
    """Return how many wrong passwords or codes are counted against an account now."""
    counted = AccessAttempt.objects.filter(username=staff_number)
    return counted.aggregate(sum=Sum("failures_since_start"))["sum"] or 0


def _lines(rows: QuerySet[Staff], *, at: datetime) -> list[StaffLine]:
    day = day_of(at)
    annotated = rows.annotate(
        second=Exists(_second_factors("pk")),
        inside=Exists(Session.objects.filter(staff=OuterRef("pk"), ended_at=None)),
    )
    today: dict[int, list[Assignment]] = {}
    for row in _standing_rows().filter(valid__contains=day).order_by("valid", "pk"):
        today.setdefault(row.staff_id, []).append(row)
    since = at - settings.AXES_COOLOFF_TIME
    locked = set(
        AccessAttempt.objects.filter(attempt_time__gte=since)
        .values("username")
        .annotate(sum=Sum("failures_since_start"))
        .filter(sum__gte=settings.AXES_FAILURE_LIMIT)
        .values_list("username", flat=True)
    )
    lines = []
    for one in annotated.order_by("staff_number"):
        roles = today.get(one.pk, [])
        lines.append(
            StaffLine(
                id=one.pk,
                staff_number=one.staff_number,
                name=one.name,
                kana=one.kana,
                department=roles[-1].department_id if roles else "",
                branch=(roles[-1].branch_id or "") if roles else "",
                roles=tuple(sorted(Role(row.role) for row in roles)),
                active_from=one.active.lower,
                active_until=one.active.upper,
                last_sign_in=one.last_login,
                second_factor=one.second,
                must_change_password=one.must_change_password,
                locked=one.staff_number in locked,
                signed_in=one.inside,
            )
        )
    return lines


def _standing_rows() -> QuerySet[Assignment]:
    return Assignment.objects.filter(superseded_at=None)


def _second_factors(account: str) -> QuerySet[Any]:
    # allauth ships no types.
    found: QuerySet[Any] = Authenticator.objects.filter(
        user=OuterRef(account), type=Authenticator.Type.TOTP
    )
    return found
