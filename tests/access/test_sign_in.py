"""Two factors, lock-out, one terminal, log-off by time: each through the doors a browser uses."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from kokunen.access import acting, operations, place_operations, queries
from kokunen.access.domain import Field, Kind, Permission, Role
from kokunen.access.middleware import ALWAYS, CHANGING, SETTING_UP, SignedIn
from kokunen.access.sessions import Ending
from kokunen.audit.domain import Occasion
from tests.access import doors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest, HttpResponse
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from tests.office import Database

MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
PROGRAM = Occasion(at=MORNING, staff=None, staff_number="test", department="", terminal="test")
HERE, THERE, NOWHERE = "10.1.0.1", "10.1.0.2", "10.9.9.9"
PASSWORD = "Kawa-no-Nagare7"  # noqa: S105 - an invented one, for an invented person


class Clock:
    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **how: float) -> None:
        self.at += timedelta(**how)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(acting, "now", made)
    return made


@pytest.fixture
def office(database: Database, clock: Clock) -> Iterator[Database]:
    del clock
    with override_settings(**doors.SETTINGS):
        yield built(database)


def built(database: Database) -> Database:
    for code, kind in (("P", Kind.PENSION), ("S", Kind.SYSTEMS)):
        place_operations.set_department(code=code, name=code, kind=kind, occasion=PROGRAM)
    for name, address in (("窓口1", HERE), ("窓口2", THERE)):
        place_operations.set_terminal(name=name, address=address, occasion=PROGRAM)
    hire("K00001", Role.COUNTER)
    return database


def hire(number: str, role: Role, department: str = "P") -> str:
    start = date(2026, 4, 1)
    operations.create(
        staff_number=number, name="年金 花子", kana="ネンキン ハナコ", start=start, occasion=PROGRAM
    )
    operations.assign(
        staff_number=number, role=role, department=department, start=start, occasion=PROGRAM
    )
    return number


def browser(address: str = HERE) -> Client:
    return Client(REMOTE_ADDR=address)


def type_password(
    client: Client, password: str, number: str = "K00001", headers: dict[str, str] | None = None
) -> Answer:
    return client.post(
        reverse("account_login"), {"login": number, "password": password}, headers=headers
    )


def code_of(secret: str, *, ahead: int = 0) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def set_up(client: Client) -> tuple[str, Answer]:
    """Set up the second factor; return the secret that the picture shows, and the answer."""
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    secret = client.session["mfa.totp.secret"]
    return secret, client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})


def first_day(client: Client, number: str = "K00001") -> tuple[str, str]:
    """Sign in for the first time; return the secret of the codes and the page of the codes."""
    initial = operations.issue_password(staff_number=number, occasion=PROGRAM)
    assert type_password(client, initial, number).status_code == 302
    changed = client.post(
        reverse("account_change_password"),
        {"oldpassword": initial, "password1": PASSWORD, "password2": PASSWORD},
    )
    assert changed.status_code == 302
    secret, done = set_up(client)
    assert done["Location"] == reverse("mfa_view_recovery_codes")
    return secret, client.get(done["Location"]).content.decode()


def sign_in(client: Client, secret: str, number: str = "K00001", *, ahead: int = 1) -> Answer:
    assert type_password(client, PASSWORD, number)["Location"] == reverse("mfa_authenticate")
    return client.post(reverse("mfa_authenticate"), {"code": code_of(secret, ahead=ahead)})


def inside(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code == 200


def refusals(database: Database) -> list[tuple[str, str, str]]:
    with database.owner() as owner:
        return owner.execute(
            "SELECT operation, staff_number, outcome FROM audit_entry WHERE act = 'refuse'"
            " ORDER BY id"
        ).fetchall()


def acts(database: Database, act: str) -> list[tuple[str, str, str, str]]:
    with database.owner() as owner:
        return owner.execute(
            "SELECT staff_number, department, terminal, outcome FROM audit_entry"
            " WHERE act = %s ORDER BY id",
            [act],
        ).fetchall()


def test_the_first_day_changes_the_password_and_sets_up_the_second_factor(
    office: Database,
) -> None:
    client = browser()
    initial = operations.issue_password(staff_number="K00001", occasion=PROGRAM)
    type_password(client, initial)
    assert client.get("/")["Location"] == reverse("account_change_password")
    client.post(
        reverse("account_change_password"),
        {"oldpassword": initial, "password1": PASSWORD, "password2": PASSWORD},
    )
    assert client.get("/")["Location"] == reverse("mfa_activate_totp")
    set_up(client)
    assert inside(client)
    assert acts(office, "sign_in") == [("K00001", "P", "窓口1", "")]


@pytest.mark.usefixtures("office")
def test_without_the_second_factor_nothing_else_is_reachable() -> None:
    client = browser()
    initial = operations.issue_password(staff_number="K00001", occasion=PROGRAM)
    type_password(client, initial)
    for reachable, where in (
        (ALWAYS | CHANGING, "account_change_password"),
        (ALWAYS | SETTING_UP, "mfa_activate_totp"),
    ):
        tried = 0
        for door in doors.urlpatterns:
            if door.name in reachable:
                continue
            answer = client.get(reverse(door.name))
            assert (answer.status_code, answer["Location"]) == (302, reverse(where)), door.name
            tried += 1
        assert tried >= 9
        client.post(
            reverse("account_change_password"),
            {"oldpassword": initial, "password1": PASSWORD, "password2": PASSWORD},
        )


def test_later_both_factors_are_asked_and_the_password_alone_opens_nothing(
    office: Database,
) -> None:
    secret, _ = first_day(browser())
    client = browser()
    assert type_password(client, PASSWORD)["Location"] == reverse("mfa_authenticate")
    assert not inside(client)
    assert len(acts(office, "sign_in")) == 1
    assert sign_in(client, secret).status_code == 302
    assert inside(client)
    assert len(acts(office, "sign_in")) == 2


def test_recovery_codes_are_shown_once_and_each_opens_once(office: Database) -> None:
    import re

    client = browser()
    _, page = first_day(client)
    codes = re.findall(r"\b\d{8}\b", page)
    assert len(codes) == 10
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(code in again for code in codes)
    for expected in (True, False):
        other = browser()
        type_password(other, PASSWORD)
        other.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert inside(other) is expected
    assert ("access.second_factor", "K00001", "wrong_code") in refusals(office)


def test_the_seed_of_the_codes_is_not_in_the_database_in_clear(office: Database) -> None:
    secret, page = first_day(browser())
    with office.owner() as owner:
        rows = owner.execute("SELECT data::text FROM mfa_authenticator").fetchall()
    assert len(rows) == 2
    assert not any(secret in text for (text,) in rows)
    assert page


@pytest.mark.parametrize(
    "password",
    [
        "short-A1",
        "alllowercase-1",
        "NoDigitsHere--",
        "NoPunctuation12",
        "x-K00001-Abcdef",
        PASSWORD,
    ],
)
@pytest.mark.usefixtures("office")
def test_a_weak_or_former_password_is_not_taken(password: str) -> None:
    client = browser()
    first_day(client)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert type_password(browser(), PASSWORD)["Location"] == reverse("mfa_authenticate")


@pytest.mark.usefixtures("office")
def test_a_password_from_the_past_is_not_taken_either() -> None:
    client = browser()
    first_day(client)
    other = "Yama-no-Kaze-88"
    for old, new in ((PASSWORD, other), (other, PASSWORD)):
        client.post(
            reverse("account_change_password"),
            {"oldpassword": old, "password1": new, "password2": new},
        )
    assert type_password(browser(), other)["Location"] == reverse("mfa_authenticate")


def test_five_failures_lock_the_number_and_an_administrator_unlocks(office: Database) -> None:
    first_day(browser())
    for _ in range(4):
        assert type_password(browser(), "Wrong-Word-123").status_code == 200
    assert type_password(browser(), "Wrong-Word-123").status_code == 429
    assert type_password(browser(THERE), PASSWORD).status_code == 429
    (line,) = queries.staff_list(at=datetime.now(tz=UTC))
    assert line.locked
    operations.unlock(staff_number="K00001", occasion=PROGRAM)
    assert type_password(browser(THERE), PASSWORD).status_code == 302
    outcomes = [outcome for _, number, outcome in refusals(office) if number == "K00001"]
    assert outcomes == ["wrong_password"] * 4 + ["locked"] * 2


def test_the_lock_ends_by_itself_and_trying_does_not_prolong_it(
    office: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_day(browser())
    for _ in range(7):
        type_password(browser(), "Wrong-Word-123")
    assert type_password(browser(THERE), PASSWORD).status_code == 429
    with office.owner() as owner:
        owner.execute(
            "UPDATE axes_accessattempt SET attempt_time = attempt_time - interval '31 minutes'"
        )
    assert type_password(browser(THERE), PASSWORD).status_code == 302
    del monkeypatch


@pytest.mark.usefixtures("office")
def test_five_failures_at_a_terminal_lock_the_terminal() -> None:
    for number in range(5):
        type_password(browser(), "Wrong-Word-123", f"K9000{number}")
    assert type_password(browser(), "Wrong-Word-123").status_code == 429
    assert type_password(browser(THERE), "Wrong-Word-123").status_code == 200
    place_operations.unlock_terminal(terminal="窓口1", occasion=PROGRAM)
    assert type_password(browser(), "Wrong-Word-123").status_code == 200


def test_an_unknown_name_and_a_password_are_stored_nowhere(office: Database) -> None:
    typed, password = "himitsu-no-kotoba", "Wrong-Word-123"
    type_password(browser(), password, typed)
    with office.owner() as owner:
        stored = owner.execute(
            "SELECT axes_accessattempt::text FROM axes_accessattempt"
            " UNION ALL SELECT audit_entry::text FROM audit_entry"
            " UNION ALL SELECT convert_from(decode(split_part(session_data, ':', 1), 'escape'),"
            " 'UTF8') FROM django_session"
        ).fetchall()
    assert stored
    assert not any(typed in text or password in text for (text,) in stored)
    assert refusals(office)[-1] == ("access.sign_in", "", "unknown_name")


def test_wrong_codes_are_counted_like_wrong_passwords(office: Database) -> None:
    secret, _ = first_day(browser())
    client = browser()
    type_password(client, PASSWORD)
    wrong = f"{(int(code_of(secret)) + 500_000) % 1_000_000:06d}"
    answers = [client.post(reverse("mfa_authenticate"), {"code": wrong}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret, ahead=1)})
    assert not inside(client)
    assert type_password(browser(THERE), PASSWORD).status_code == 429
    outcomes = [outcome for operation, _, outcome in refusals(office) if "second" in operation]
    assert outcomes == ["wrong_code"] * 4 + ["locked"]


def test_an_unregistered_terminal_is_refused_before_the_password(office: Database) -> None:
    first_day(browser())
    answer = type_password(browser(NOWHERE), PASSWORD)
    assert answer.status_code == 200
    assert "登録されていない" in answer.content.decode()
    assert refusals(office)[-1] == ("access.sign_in", "K00001", "unknown_terminal")
    place_operations.set_terminal(name="窓口1", address=HERE, active=False, occasion=PROGRAM)
    assert type_password(browser(), PASSWORD).status_code == 200


@pytest.mark.usefixtures("office")
def test_a_header_does_not_move_a_terminal() -> None:
    first_day(browser())
    answer = type_password(browser(NOWHERE), PASSWORD, headers={"X-Forwarded-For": HERE})
    assert answer.status_code == 200


def test_an_account_without_a_role_today_is_refused_like_a_wrong_password(
    office: Database, clock: Clock
) -> None:
    first_day(browser())
    operations.end_role(
        staff_number="K00001", role=Role.COUNTER, on=date(2026, 11, 25), occasion=PROGRAM
    )
    assert type_password(browser(), PASSWORD).status_code == 302
    clock.passes(days=1)
    assert type_password(browser(), PASSWORD).status_code == 200
    assert refusals(office)[-1] == ("access.sign_in", "K00001", "wrong_password")


def test_a_request_from_another_terminal_ends_the_stay_and_is_recorded(office: Database) -> None:
    client = browser()
    first_day(client)
    assert inside(client)
    answer = client.get("/", REMOTE_ADDR=THERE)
    assert answer["Location"] == reverse("account_login")
    assert not inside(client)
    assert refusals(office)[-1] == ("access.sign_out", "K00001", Ending.OTHER_TERMINAL)


@pytest.mark.parametrize(
    ("step", "count", "ending"),
    [
        (timedelta(minutes=15), 1, Ending.IDLE),
        (timedelta(minutes=14), 43, Ending.TOO_LONG),
        (timedelta(seconds=-1), 1, Ending.TOO_LONG),
    ],
)
def test_time_ends_a_stay(
    office: Database, clock: Clock, step: timedelta, count: int, ending: Ending
) -> None:
    client = browser()
    first_day(client)
    for left in range(count, 0, -1):
        assert inside(client)
        clock.at += step
        assert left
    assert not inside(client)
    assert acts(office, "sign_out") == [("K00001", "P", "窓口1", ending)]


def test_a_stay_left_alone_is_ended_by_the_night_job(office: Database, clock: Clock) -> None:
    from dataclasses import replace

    from kokunen.access.session_operations import end_overdue

    client = browser()
    first_day(client)
    clock.passes(minutes=14)
    assert end_overdue(occasion=replace(PROGRAM, at=clock.at)) == 0
    clock.passes(minutes=2)
    assert end_overdue(occasion=replace(PROGRAM, at=clock.at)) == 1
    assert acts(office, "sign_out")[-1][-1] == Ending.IDLE
    assert not inside(client)


def test_a_second_sign_in_replaces_the_first(office: Database) -> None:
    first, second = browser(), browser(THERE)
    secret, _ = first_day(first)
    sign_in(second, secret)
    assert inside(second)
    assert not inside(first)
    assert acts(office, "sign_out")[-1][-1] == Ending.REPLACED


def test_a_role_taken_away_or_given_ends_the_stay_at_once(office: Database) -> None:
    client = browser()
    secret, _ = first_day(client)
    operations.assign(
        staff_number="K00001",
        role=Role.EXAMINER,
        department="P",
        start=date(2026, 11, 24),
        occasion=PROGRAM,
    )
    assert not inside(client)
    sign_in(client, secret)
    assert inside(client)
    for role in (Role.EXAMINER, Role.COUNTER):
        operations.end_role(
            staff_number="K00001", role=role, on=date(2026, 11, 24), occasion=PROGRAM
        )
    assert not inside(client)
    assert acts(office, "sign_out")[-1][-1] == Ending.ROLES_CHANGED


def test_a_role_that_ends_at_midnight_ends_the_stay_without_any_operation(
    office: Database, clock: Clock
) -> None:
    operations.end_role(
        staff_number="K00001", role=Role.COUNTER, on=date(2026, 11, 25), occasion=PROGRAM
    )
    clock.at = datetime(2026, 11, 24, 14, 55, tzinfo=UTC)
    client = browser()
    first_day(client)
    clock.passes(minutes=4)
    assert inside(client)
    clock.passes(minutes=1)
    assert not inside(client)
    assert acts(office, "sign_out")[-1][-1] == Ending.ROLES_CHANGED


@pytest.mark.parametrize(
    "act", [operations.issue_password, operations.reset_second_factor], ids=["password", "factor"]
)
@pytest.mark.usefixtures("office")
def test_what_an_administrator_resets_ends_the_stay(act: Callable[..., object]) -> None:
    client = browser()
    first_day(client)
    act(staff_number="K00001", occasion=PROGRAM)
    assert not inside(client)


def test_signing_out_is_recorded_once(office: Database) -> None:
    client = browser()
    first_day(client)
    client.post(reverse("account_logout"))
    assert not inside(client)
    assert acts(office, "sign_out") == [("K00001", "P", "窓口1", Ending.SIGN_OUT)]


def test_nobody_takes_the_own_second_factor_away(office: Database) -> None:
    from allauth.mfa.totp.views import deactivate_totp

    client = browser()
    first_day(client)
    client.post(reverse("mfa_deactivate_totp"))
    with office.owner() as owner:
        kept = owner.execute("SELECT count(*) FROM mfa_authenticator").fetchone()
    assert kept == (2,)
    assert callable(deactivate_totp)


@pytest.mark.usefixtures("office")
def test_a_view_is_told_who_acts_with_what_rights() -> None:
    client = browser()
    first_day(client)
    request = RequestFactory().get("/", REMOTE_ADDR=HERE)
    request.session = client.session
    from kokunen.access.models import Staff

    request.user = Staff.objects.get(staff_number="K00001")
    seen: list[HttpRequest] = []

    def view(given: HttpRequest) -> HttpResponse:
        from django.http import HttpResponse

        seen.append(given)
        return HttpResponse()

    SignedIn(view)(request)
    given: Any = seen[0]
    assert given.occasion == Occasion(
        at=MORNING,
        staff=request.user.pk,
        staff_number="K00001",
        department="P",
        terminal="窓口1",
    )
    assert given.roles == {Role.COUNTER}
    assert Field.NAME in given.sees
    assert Field.MY_NUMBER not in given.sees
    assert given.may(Permission.SEARCH)
    assert not given.may(Permission.MANAGE_STAFF)


@pytest.mark.usefixtures("office")
def test_a_part_of_a_page_is_led_to_the_entrance_as_a_whole(clock: Clock) -> None:
    client = browser()
    first_day(client)
    clock.passes(minutes=16)
    answer = client.get("/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("account_login")
