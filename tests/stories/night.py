"""A night of the exchange for the stories: real files come in, and the forwarding file is made."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.utils import timezone

from kokunen.access.domain import Role
from kokunen.dates.tokyo import day_of, start_of
from kokunen.interchange import folders, models, nightly
from kokunen.interchange import layout as layouts
from kokunen.interchange.codec import writing
from kokunen.interchange.outbox import operations as outbox
from kokunen.people.codes import Sex
from kokunen.postgres.roles import Role as DatabaseRole
from tests import office
from tests.interchange import agency, residents
from tests.people.protected import protect
from tests.site import program
from tests.stories import townsfolk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kokunen.audit.domain import Occasion
    from tests.site import Member, Site
    from tests.stories.townsfolk import Resident

SURE, ELDER, YOUNGER, NAMESAKE, WAITS = 810_001, 810_002, 810_003, 810_004, 810_005
NAMES: Final = {
    SURE: ("架空　花子", "カクウ　ハナコ"),
    ELDER: ("想定　綾", "ソウテイ　アヤ"),
    YOUNGER: ("想定　彩", "ソウテイ　アヤ"),
    NAMESAKE: ("見本　三", "ミホン　サン"),
    WAITS: ("試作　五郎", "シサク　ゴロウ"),
}
"""Four whom the agency answers, not beyond doubt, and one whose filing is to be sent."""
PAIR: Final = {810_007: "双葉　望", 810_008: "双葉　希"}
PAIR_KANA: Final = "フタバ　ノゾミ"
"""Two under a protection measure; by the kana the agency's answer may be about either."""
SHELTERED: Final = 810_006
SHELTERED_NAME: Final = ("礼　志保", "レイ　シホ")
"""Somebody under a protection measure, of whom a correction came before what it corrects."""


@dataclass(frozen=True, kw_only=True)
class Morning:
    """What the nights left: the case of each, who left Japan and when, the file to be checked.

    ``to_check`` says how many are, with the two transfers of each month that leave on a medium.
    """

    cases: Mapping[int, int]
    left: Resident
    left_on: date
    file: int
    to_check: int


def over(site: Site) -> Morning:
    """Let two nights be over; what the first made was sent, what the second made waits."""
    now = timezone.now()
    today = day_of(now)
    at = max(start_of(today) + timedelta(minutes=1), now - timedelta(hours=3))
    desk = replace(
        _as(site.hire(Role.COUNTER, name="受付 一郎"), at - timedelta(days=10)),
        purpose="reception",
        reason="届出",
    )
    seniors = [site.hire(Role.EXAMINER, name=name) for name in ("確認 三", "決定 四")]
    left = townsfolk.ordinary(site, family="渡航", kana="トコウ")
    left_on = today - timedelta(days=3)
    with site.desk():
        cases = {person: _forwarded(person, desk) for person in NAMES if person != WAITS}
        for person, named in PAIR.items():
            agency.somebody(person, desk, name=named, kana=PAIR_KANA)
            cases[person] = agency.forwarded(person, desk, received_on=day_of(desk.at))
            protect(person, desk)
        _night(site, at - timedelta(days=1))
        _sent(_newest(), seniors, at - timedelta(hours=12))
        cases[WAITS] = _forwarded(WAITS, desk)
        _put("agency_results", _results(today), today)
        name, kana = SHELTERED_NAME
        agency.somebody(SHELTERED, desk, name=name, kana=kana)
        protect(SHELTERED, desk)
        early = residents.change(
            "correction", SHELTERED, left_on, refers_to="990071", refers_kind="name", name="礼　改"
        )
        abroad = residents.change("move_abroad", left.number, left_on)
        _put("resident_changes", [abroad, early], today)
        # The file of the day between never came.
        _put("resident_changes", [residents.change("death", SURE, left_on)], today, sequence=3)
        _put_short("welfare_status", today)
        _night(site, at)
        months = {
            (night.year, night.month) for night in (day_of(at - timedelta(days=1)), day_of(at))
        }
        return Morning(
            cases=cases,
            left=left,
            left_on=left_on,
            file=_newest(),
            to_check=1 + 2 * len(months),
        )


def _as(member: Member, at: datetime) -> Occasion:
    return replace(
        program(at),
        staff=member.id,
        staff_number=member.number,
        department="NENKIN",
        terminal="窓口1",
        purpose="correction",
        reason="データ連携の確認",
    )


def _forwarded(person: int, desk: Occasion) -> int:
    name, kana = NAMES[person]
    sex = Sex.MALE if person in (NAMESAKE, WAITS) else Sex.FEMALE
    agency.somebody(person, desk, name=name, kana=kana, sex=sex)
    # Of the twins one came two days later.
    later = replace(desk, at=desk.at + timedelta(days=2 if person == YOUNGER else 0))
    return agency.forwarded(person, later, received_on=day_of(later.at))


def _results(today: date) -> list[dict[str, Any]]:
    """Return answers of which none says beyond doubt whose it is."""
    received_on = today - timedelta(days=10)
    said: dict[str, Any] = {"received_on": received_on, "decided_on": today}

    def answer(number: int, person: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - values
        name, kana = NAMES[person]
        usual: dict[str, Any] = {"name": name, "kana": kana, "basic_number": None}
        return agency.result(number, person, **(usual | said | more))

    return [
        # The agency has the other sex on record: once decided, that is a difference.
        answer(1, SURE),
        # Of the twins the name of the one, and the day on which the other came.
        answer(2, ELDER, received_on=received_on + timedelta(days=2), sex="female"),
        answer(3, NAMESAKE, name="見本　参", basic_number="7777777777"),
        agency.result(
            4, min(PAIR), name="双葉　のぞみ", kana=PAIR_KANA, basic_number=None,
            received_on=received_on, decided_on=today,
        ),
    ]  # fmt: skip


def _put(
    layout: str, details: Sequence[Mapping[str, Any]], today: date, *, sequence: int = 1
) -> None:
    path = folders.incoming(layout) / f"{layout}-{today:%Y%m%d}-{sequence:06d}"
    path.write_bytes(written(layout, details, today, sequence=sequence))


def written(
    layout: str,
    details: Sequence[Mapping[str, Any]],
    today: date,
    **header: Any,  # noqa: ANN401 - of the layout
) -> bytes:
    """Write a file of a layout; what a detail does not say is blank."""
    of = layouts.layout(layout, today)
    known = {field.name for field in of.detail.values} - set(of.detail.mark)
    out = io.BytesIO()
    writing.write(
        out,
        layout=of,
        header={"made_on": today, "sequence": 1, **header},
        details=[
            {name: each.get(name) for name in known - ({"city"} if of.group else set())}
            for each in details
        ],
        city=agency.CITY,
    )
    return out.getvalue()


def _put_short(layout: str, today: date) -> None:
    """Put a file of which a record was lost on its way: its trailer still counts it."""
    usual = {"action": "new", "kind": "start", "aid": "livelihood", "started_on": today}
    details = [usual | {"notice": f"N{number}", "person": number} for number in (SURE, ELDER)]
    lines = written(layout, details, today).splitlines(keepends=True)
    del lines[2]
    (folders.incoming(layout) / f"{layout}-{today:%Y%m%d}.csv").write_bytes(b"".join(lines))


def _night(site: Site, at: datetime) -> None:
    occasion = replace(program(at), staff_number="kokunen nightly", terminal="")
    office.use(site.database.name, DatabaseRole.BATCH)
    nightly.run(night=day_of(at), occasion=occasion)
    office.use(site.database.name, DatabaseRole.WEB)


def _newest() -> int:
    return models.File.objects.filter(layout="agency_forwarding").latest("pk").pk


def _sent(file: int, seniors: Sequence[Member], at: datetime) -> None:
    checks, releases = (_as(member, at) for member in seniors)
    outbox.check(file=file, occasion=checks, request_id=uuid4())
    outbox.release(file=file, occasion=releases, request_id=uuid4())
    outbox.acknowledge(
        file=file, on=day_of(at), reference="受-814", occasion=releases, request_id=uuid4()
    )
