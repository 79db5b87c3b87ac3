"""Every cell of who sees what and who may do what, written out: a change of a wall changes here."""

from __future__ import annotations

import pytest

from kokunen.access.domain import (
    HELD_IN,
    KIND_NAMES,
    MAY,
    NEEDS_CASE,
    NEEDS_REASON,
    PURPOSES,
    ROLE_NAMES,
    SEES,
    Field,
    Kind,
    Permission,
    Role,
    UnableToActWithoutPermission,
    UnableToCheckOwnWork,
    UnableToOpenWithoutPurpose,
    may,
    may_check,
    permitted,
    sees,
    stated,
)

# Columns in this order; x = yes, . = no.
FIELDS = [
    "name",
    "kana",
    "sex",
    "birth_date",
    "address",
    "phone",
    "register",
    "household",
    "foreign",
    "basic_number",
    "old_number",
    "enrolment",
    "additional",
    "exemption",
    "claim",
    "income",
    "my_number",
    "protection",
]
SEEN = {
    #                n k s b a p r h f b o e a e c i m p
    "counter":       "x x x x x x x x x x . x x x x . . x",
    "examiner":      "x x x x x x x x x x x x x x x x x x",
    "supervisor":    "x x x x x x x x x x x x x x x x x x",
    "administrator": ". . . . . . . . . . . . . . . . . .",
    "auditor":       ". . . . . . . . . . . . . . . . . .",
    "register":      "x . . x . . . . . x . x . . . . . .",
    "welfare":       "x . . x . . . . . . . x . x x . . .",
    "children":      "x . . x . . . . . . . x . x x . . .",
    "health":        "x . . x . . . . . . . x . . . . . .",
    "collection":    "x . . x . . . . . . . x . . . . . .",
    "self_reliance": "x . . . . . . . . . . . . x . . . .",
}  # fmt: skip
PERMISSIONS = [
    "search",
    "open_person",
    "correct",
    "check",
    "receive",
    "examine",
    "count",
    "request_opening",
    "approve_opening",
    "protect",
    "open_my_number",
    "manage_staff",
    "read_record",
    "review_record",
    "see_stale",
]
DONE = {
    #                s o c c r e c r a p m m r r s
    "counter":       "x x x . x . . x . . . . . . .",
    "examiner":      "x x x x x x x x . x x . . . .",
    "supervisor":    "x x x x x x x x x x x . . x x",
    "administrator": ". . . . . . . . . . . x . . x",
    "auditor":       ". . . . . . x . . . . . x x x",
    "register":      "x x . . . . . . . . . . . . .",
    "welfare":       "x x . . . . . . . . . . . . .",
    "children":      "x x . . . . . . . . . . . . .",
    "health":        "x x . . . . . . . . . . . . .",
    "collection":    "x x . . . . . . . . . . . . .",
    "self_reliance": "x x . . . . . . . . . . . . .",
}  # fmt: skip


def test_the_tables_name_every_role_field_and_permission() -> None:
    assert [field.value for field in Field] == FIELDS
    assert [permission.value for permission in Permission] == PERMISSIONS
    assert list(SEEN) == list(DONE) == [role.value for role in Role]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("field", Field)
def test_a_role_sees_a_field(role: Role, field: Field) -> None:
    cell = SEEN[role].split()[FIELDS.index(field)]
    assert (field in SEES[role]) == (cell == "x")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may(role: Role, permission: Permission) -> None:
    cell = DONE[role].split()[PERMISSIONS.index(permission)]
    assert (permission in MAY[role]) == (cell == "x")


def test_several_roles_add_up_and_no_role_is_nothing() -> None:
    assert sees([]) == frozenset()
    assert may([]) == frozenset()
    assert sees([Role.HEALTH, Role.SELF_RELIANCE]) == {
        Field.NAME,
        Field.BIRTH_DATE,
        Field.ENROLMENT,
        Field.EXEMPTION,
    }
    assert Permission.MANAGE_STAFF in may([Role.COUNTER, Role.ADMINISTRATOR])


def test_what_is_not_permitted_is_refused() -> None:
    permitted(Permission.SEARCH, [Role.COUNTER])
    with pytest.raises(UnableToActWithoutPermission) as refusal:
        permitted(Permission.READ_RECORD, [Role.COUNTER])
    assert refusal.value.fix


def test_every_role_is_held_in_some_department_and_has_a_name() -> None:
    assert frozenset().union(*HELD_IN.values()) == frozenset(Role)
    assert set(ROLE_NAMES) == set(Role)
    assert set(HELD_IN) == set(KIND_NAMES) == set(Kind)
    for kind in set(Kind) - {Kind.PENSION, Kind.SYSTEMS, Kind.AUDIT}:
        assert HELD_IN[kind] == {Role(kind.value)}


def test_whoever_enters_may_not_check() -> None:
    may_check(1, 2)
    with pytest.raises(UnableToCheckOwnWork):
        may_check(7, 7)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_purpose_is_stated_with_what_it_needs(purpose: str) -> None:
    stated(purpose=purpose, reason="届出の内容を確かめる", case=12)
    if purpose in NEEDS_CASE:
        for case in (None, 0, -1):
            with pytest.raises(UnableToOpenWithoutPurpose) as refusal:
                stated(purpose=purpose, reason="理由", case=case)
            assert refusal.value.field == "case"
    if purpose in NEEDS_REASON:
        with pytest.raises(UnableToOpenWithoutPurpose) as refusal:
            stated(purpose=purpose, reason=" \u3000", case=12)
        assert refusal.value.field == "reason"
    if purpose not in NEEDS_CASE | NEEDS_REASON:
        stated(purpose=purpose)


@pytest.mark.parametrize("purpose", ["", "curiosity", "免除申請"])
def test_without_a_known_purpose_nothing_opens(purpose: str) -> None:
    with pytest.raises(UnableToOpenWithoutPurpose) as refusal:
        stated(purpose=purpose, reason="理由", case=1)
    assert refusal.value.field == "purpose"
