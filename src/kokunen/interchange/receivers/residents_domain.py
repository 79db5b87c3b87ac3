"""What a notice of the resident register (異動) says, as facts. Pure.

The day of a removal (転出, 死亡) is the last of household and residence, as everywhere in the
product: 法9条 counts from the day after it. The former address is not stated again when somebody
moves within the city: it stands in the history of the residence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kokunen.interchange.domain import UnableToApplyRecord
from kokunen.interchange.receivers.residents_lanes import lane_of
from kokunen.interchange.receivers.residents_values import (
    address_of,
    foreign_of,
    identity_of,
    membership_of,
    name_of,
)
from kokunen.people.codes import AddressKind, Arrival, Code, Removal, Residency
from kokunen.people.domain import (
    AddressValue,
    ForeignValue,
    IdentityValue,
    RegisterValue,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.interchange.receivers.residents_lanes import Lane, Lanes
    from kokunen.people.domain import Value


class Notice(Code):
    """異動事由."""

    BIRTH = "birth", "出生"
    DEATH = "death", "死亡"
    MOVE_IN = "move_in", "転入"
    MOVE_OUT = "move_out", "転出"
    MOVE_WITHIN = "move_within", "転居"
    MOVE_ABROAD = "move_abroad", "国外転出"
    FROM_ABROAD = "from_abroad", "国外からの転入"
    NAME = "name", "氏名変更"
    NATURALISED = "naturalised", "帰化・国籍取得"
    NATIONALITY_LOST = "nationality_lost", "国籍喪失"
    RESIDENCE_STATUS = "residence_status", "在留資格等の変更"
    HOUSEHOLD = "household", "世帯変更"
    CORRECTION = "correction", "職権修正・訂正"
    CANCELLATION = "cancellation", "取消し"
    PROTECTION_ON = "protection_on", "支援措置の開始"
    PROTECTION_OFF = "protection_off", "支援措置の終了"


class UnableToApplyYet(UnableToApplyRecord):
    """The record waits: for another notice, or for a person to decide."""


class UnableToFindPerson(UnableToApplyYet):
    """The notice is about somebody who is not registered."""

    code = "person_not_known"


class UnableToFindNotice(UnableToApplyYet):
    """What a correction is about has not been applied."""

    code = "notice_not_seen"


class UnableToFindResident(UnableToApplyYet):
    """By what is known the person did not live in the city on the day of the notice."""

    code = "not_resident"


class UnableToTakeBackNotice(UnableToApplyYet):
    """What the earlier notice stated does not stand any more; a person decides."""

    code = "overtaken"


class UnableToProtect(UnableToApplyYet):
    """A protection measure is entered and ended by a person alone."""

    code = "clerk_protects"


class UnableToReadNotice(UnableToApplyRecord):
    """A field is missing that the kind of change needs."""

    code = "notice_incomplete"


ARRIVALS: Final[Mapping[Notice, Arrival]] = MappingProxyType(
    {
        Notice.BIRTH: Arrival.BIRTH,
        Notice.MOVE_IN: Arrival.MOVED_IN,
        Notice.FROM_ABROAD: Arrival.FROM_ABROAD,
    }
)
"""The notices after which somebody who was not registered is a resident."""
REMOVALS: Final[Mapping[Notice, Removal]] = MappingProxyType(
    {
        Notice.DEATH: Removal.DEATH,
        Notice.MOVE_OUT: Removal.MOVED_OUT,
        Notice.MOVE_ABROAD: Removal.ABROAD,
    }
)
REGISTER: Final[Lane] = ("register",)
MEMBERSHIP: Final[Lane] = ("membership",)
FOREIGN: Final[Lane] = ("foreign",)
RESIDENCE: Final[Lane] = ("address", AddressKind.RESIDENCE)
KINDS: Final = ("name", "identity", "register", "foreign", "membership", "address")
"""The kinds of facts that the register speaks of."""
_ONE_DAY: Final = timedelta(days=1)
_FROM_A_DAY: Final = frozenset({*ARRIVALS, *REMOVALS, Notice.NATURALISED, Notice.NATIONALITY_LOST})
"""The notices that say on which day somebody came, left or became another resident."""
_OF_RESIDENTS: Final = frozenset({Notice.MOVE_WITHIN, Notice.HOUSEHOLD, *REMOVALS})


def stated(notice: Notice, values: Mapping[str, Any], lanes: Lanes) -> tuple[Value, ...]:
    """Return what a notice says to hold from its day on; raises `UnableToReadNotice`."""
    residence = address_of(values, "", AddressKind.RESIDENCE)
    if notice in ARRIVALS:
        _needed(values, "residency")
        register = RegisterValue(
            residency=Residency(values["residency"]),
            arrival=ARRIVALS[notice],
            arrived_on=values["changed_on"],
            first_on_register=values.get("first_on_register") or "",
        )
        _needed(values, "household")
        if residence is None:
            raise incomplete("town")
        found: tuple[Value | None, ...] = (
            name_of(values),
            identity_of(values),
            register,
            foreign_of(values),
            membership_of(values),
            residence,
            address_of(values, "other_", AddressKind.MOVED_FROM),
        )
    elif notice in REMOVALS:
        found = (
            _removed(notice, values, lanes),
            address_of(values, "other_", AddressKind.MOVED_TO),
        )
    else:
        found = _changed(notice, values, lanes, residence)
    return tuple(value for value in found if value is not None)


def _changed(
    notice: Notice, values: Mapping[str, Any], lanes: Lanes, residence: AddressValue | None
) -> tuple[Value | None, ...]:
    if notice is Notice.MOVE_WITHIN:
        if residence is None:
            raise incomplete("town")
        return (residence, membership_of(values))
    if notice is Notice.HOUSEHOLD:
        _needed(values, "household")
        return (membership_of(values),)
    if notice is Notice.RESIDENCE_STATUS:
        if foreign_of(values) is None:
            raise incomplete("status")
        return (foreign_of(values),)
    if notice is Notice.NAME and name_of(values) is None:
        raise incomplete("name")
    return (name_of(values), _registered_anew(notice, values, lanes), _as_foreigner(notice, values))


def _registered_anew(
    notice: Notice, values: Mapping[str, Any], lanes: Lanes
) -> RegisterValue | None:
    day, first = values["changed_on"], values.get("first_on_register") or ""
    if notice is Notice.NATURALISED:
        return RegisterValue(
            residency=Residency.JAPANESE,
            arrival=Arrival.NATURALISED,
            arrived_on=day,
            first_on_register=first,
        )
    if notice is Notice.NATIONALITY_LOST:
        return RegisterValue(residency=Residency.FOREIGN, arrival=Arrival.OTHER, arrived_on=day)
    there = _register_on(lanes, day)
    if not first or there is None:
        return None
    anew = replace(there, first_on_register=first)
    return None if anew == there else anew


def _as_foreigner(notice: Notice, values: Mapping[str, Any]) -> ForeignValue | None:
    return foreign_of(values) if notice is Notice.NATIONALITY_LOST else None


def _removed(notice: Notice, values: Mapping[str, Any], lanes: Lanes) -> RegisterValue:
    """Return the removal alone: when and how somebody came stands in the time before it."""
    there = _register_on(lanes, values["changed_on"])
    known = Residency.NON_RESIDENT if there is None else there.residency
    return RegisterValue(
        residency=Residency(values["residency"]) if values.get("residency") else known,
        removal=REMOVALS[notice],
        removed_on=values["changed_on"],
    )


def _needed(values: Mapping[str, Any], field: str) -> None:
    if values.get(field) is None:
        raise incomplete(field)


def incomplete(field: str) -> UnableToReadNotice:
    """Return the refusal of a record that lacks a field."""
    return UnableToReadNotice(
        "この異動事由に必要な項目がありません。",
        fix="住民記録の担当に、項目を埋めた異動データを送り直してもらってください。",
        field=field,
    )


def apply(
    lanes: Lanes,
    notice: Notice,
    values: Mapping[str, Any],
    ref: str,
    *,
    overtaken: Mapping[Lane, Value] = MappingProxyType({}),
) -> None:
    """Apply a notice to what stands.

    ``overtaken`` has what the notice stated before its correction where another notice of the same
    day has replaced it since: there it may state nothing else. Raises `UnableToFindResident`,
    `UnableToTakeBackNotice` and `UnableToReadNotice`.
    """
    day: date = values["changed_on"]
    if _is_said(lanes, notice, values):
        return
    for value in stated(notice, values, lanes):
        lane = lane_of(value)
        if lane not in overtaken:
            _state(lanes, notice, value, day, ref)
            continue
        there = lanes.on(lane, day)
        if value not in (overtaken[lane], None if there is None else there.value):
            raise overtaken_since()
    if notice in REMOVALS:
        for lane in (MEMBERSHIP, RESIDENCE):
            lanes.end(lane, day + _ONE_DAY)
    elif notice is Notice.NATURALISED:
        lanes.end(FOREIGN, day)


def _is_said(lanes: Lanes, notice: Notice, values: Mapping[str, Any]) -> bool:
    """Tell whether a removal stands as it is said.

    Raises `UnableToFindResident` where by what is known nobody could leave, move or come.
    """
    value = _register_on(lanes, values["changed_on"])
    if notice in _OF_RESIDENTS and (value is None or value.removal):
        if notice in REMOVALS and value == _removed(notice, values, lanes):
            return True
        raise UnableToFindResident(
            "異動日に、この市の住民として記録されていません。",
            fix="先の異動(転入など)が届いているかを確かめてください。届けば自動で反映します。",
            field="changed_on",
        )
    died = died_on(lanes)
    if notice in ARRIVALS and died is not None and died < values["changed_on"]:
        raise UnableToFindResident(
            "異動日より前に、死亡の記録があります。",
            fix="宛名番号の誤りか、死亡の通知の誤りです。住民記録の担当に確かめてください。"
            "死亡の取消しが届けば自動で反映します。",
            field="person",
        )
    return False


def died_on(lanes: Lanes) -> date | None:
    """Return the day on which somebody died by what stands, or None."""
    values = (fact.value for fact in lanes.standing(REGISTER))
    return next(
        (
            value.removed_on
            for value in values
            if isinstance(value, RegisterValue) and value.removal is Removal.DEATH
        ),
        None,
    )


def _state(lanes: Lanes, notice: Notice, value: Value, day: date, ref: str) -> None:
    always = isinstance(value, IdentityValue)
    end = _ends(lanes, lane_of(value), day)
    lanes.change(value, None if always else day, ref, anew=notice in ARRIVALS, end=end)


def _ends(lanes: Lanes, lane: Lane, day: date) -> date | None:
    """Return the first end after a day that another notice is known to have made in a lane."""
    for fact in lanes.standing(REGISTER):
        start, value = fact.valid.start, fact.value
        if start is None or start < day or not isinstance(value, RegisterValue):
            continue
        if lane in (MEMBERSHIP, RESIDENCE) and value.removal is not None:
            return start + _ONE_DAY
        if lane == FOREIGN and start > day and value.arrival is Arrival.NATURALISED:
            return start
    return None


def correct_present(lanes: Lanes, notice: Notice, values: Mapping[str, Any], ref: str) -> None:
    """Correct what stands on a day, where no notice is named that stated it (職権修正).

    Who comes, leaves or changes nationality ex officio does so from that day on. Raises what
    `apply` does, and `UnableToTakeBackNotice` for the day on which a resident came: which notice
    said another one has to be named.
    """
    day: date = values["changed_on"]
    register = _register_on(lanes, day)
    if notice in _FROM_A_DAY and (
        register is None or day not in (register.arrived_on, register.removed_on)
    ):
        if notice in ARRIVALS and register is not None and not register.removal:
            raise UnableToTakeBackNotice(
                "住民となった日の訂正に、元の通知の異動番号がありません。",
                fix="住民記録の担当に、元の異動番号を入れた訂正を送り直してもらうか、"
                "画面で訂正してから取止めにしてください。",
                field="refers_to",
            )
        apply(lanes, notice, values, ref)
        return
    for value in stated(notice, values, lanes):
        there = lanes.on(lane_of(value), day)
        if there is None or isinstance(value, IdentityValue):
            _state(lanes, notice, value, day, ref)
        else:
            lanes.put_instead(there, value, ref)


def _register_on(lanes: Lanes, day: date) -> RegisterValue | None:
    there = lanes.on(REGISTER, day)
    return there.value if there and isinstance(there.value, RegisterValue) else None


def reopen(lanes: Lanes, register: RegisterValue, day: date) -> None:
    """Let go on what a notice had ended that is taken back: ``register`` is what it stated."""
    if register.removal is not None:
        for lane in (MEMBERSHIP, RESIDENCE):
            lanes.reopen(lane, day + _ONE_DAY, end=_ends(lanes, lane, day + _ONE_DAY))
    elif register.arrival is Arrival.NATURALISED:
        lanes.reopen(FOREIGN, day, end=_ends(lanes, FOREIGN, day))


def mends_another() -> UnableToTakeBackNotice:
    """Return the refusal to cancel a correction or a cancellation, which says what then holds."""
    return UnableToTakeBackNotice(
        "訂正・取消しの通知の取消しは、自動では反映しません。何の記録に戻すのかが通知から決まりません。",
        fix="住民記録の担当に今の正しい内容を確かめ、元の通知の訂正を送り直してもらうか、"
        "画面で訂正してから取止めにしてください。",
        field="refers_to",
    )


def overtaken_since() -> UnableToTakeBackNotice:
    """Return the refusal of a correction of what does not stand any more."""
    return UnableToTakeBackNotice(
        "元の通知の記録は、その後の通知か職員の訂正で置き換えられています。",
        fix="訂正・取消しの内容と今の記録を見比べ、必要なら画面で訂正してから、取止めにしてください。",
        field="refers_to",
    )
