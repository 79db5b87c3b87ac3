"""Migrate an empty office and seed it: clerks with both factors, each with people of their own.

A program of its own, `python -m tests.crash.seeding CLERKS PEOPLE`: it prints JSON, a list of
{"number", "seed", "people": [[宛名番号, key], …]}. Everybody is invented.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from kokunen import sites

TERMINAL = "127.0.0.1"
PASSWORD = "Kaki-no-ha.2026"  # noqa: S105 - of invented people


def main(clerks: int, each: int) -> list[dict[str, Any]]:
    sites.start("owner")
    from allauth.mfa.totp.internal import auth as totp

    from kokunen.access import operations as staff
    from kokunen.access import place_operations as places
    from kokunen.access.domain import Kind, Role
    from kokunen.access.models import Staff
    from kokunen.access.session_operations import change_password
    from kokunen.audit.domain import Occasion
    from kokunen.people import operations as people
    from kokunen.people.codes import Sex, Source
    from kokunen.people.domain import IdentityValue, NameValue, PhoneValue
    from kokunen.people.periods import Period
    from kokunen.people.queries import key_of
    from kokunen.sites import migrating

    migrating.prepare()
    migrating.migrate(verbosity=0)
    at = Occasion(
        at=datetime.now(tz=UTC) - timedelta(days=2),
        staff=None,
        staff_number="seeding",
        department="",
        terminal="",
    )
    start = date(2020, 4, 1)
    places.set_department(code="NENKIN", name="国民年金課", kind=Kind.PENSION, occasion=at)
    places.set_terminal(name="窓口1", address=TERMINAL, occasion=at)
    made = []
    for index in range(clerks):
        number = f"K{index:05d}"
        pk = staff.create(
            staff_number=number, name="窓口 花子", kana="マドグチ ハナコ", start=start, occasion=at
        )
        staff.assign(
            staff_number=number, role=Role.COUNTER, department="NENKIN", start=start, occasion=at
        )
        change_password(staff=pk, password=PASSWORD, occasion=at)
        seed = totp.generate_totp_secret()
        totp.TOTP.activate(Staff.objects.get(pk=pk), seed)
        served = []
        for one in range(each):
            person = 700_001 + index * each + one
            people.register_person(
                number=person,
                facts=[
                    people.Stated(fact=NameValue(name="架空　花子", kana="カクウ　ハナコ")),
                    people.Stated(fact=IdentityValue(birth_date=start, sex=Sex.FEMALE)),
                    people.Stated(
                        fact=PhoneValue(number=f"090-0000-{person % 10_000:04d}"),
                        valid=Period(start=start),
                    ),
                ],
                source=Source.RESIDENT_REGISTER,
                occasion=at,
                request_id=uuid4(),
            )
            served.append([person, str(key_of(person))])
        made.append({"number": number, "seed": seed, "people": served})
    return made


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201 - read by the test
