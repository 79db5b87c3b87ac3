"""The personnel file is carried out whole, by whatever chunks it is read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from kokunen.access import queries
from kokunen.access.domain import Kind
from kokunen.access.models import Department
from kokunen.postgres.roles import Role
from tests.interchange import rooms
from tests.interchange.rooms import arrive, said

if TYPE_CHECKING:
    from kokunen.audit.domain import Occasion
    from tests.office import Database

LAYOUT = "personnel"


pytestmark = pytest.mark.usefixtures("city")


def order(number: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "staff_number": number,
        "name": "架空　職員",
        "kana": "カクウ　ショクイン",
        "department": "PENSION",
        "role": "窓口",
        "day": date(2026, 11, 1),
        "order": "新規",
    } | more


def test_orders_open_accounts_across_chunks_and_again_change_nothing(
    database: Database, occasion: Occasion
) -> None:
    Department.objects.get_or_create(
        code="PENSION", defaults={"name": "国民年金課", "kind": Kind.PENSION.value}
    )
    # 60 people, two of them with two roles on the day: a chunk's edge goes through somebody.
    orders = [order(f"S{number:05d}") for number in range(60)]
    orders[49:49] = [order("S00049", role="審査")]
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, orders, occasion)
        assert set(said(file)) == {("applied", "")}
        found = queries.accounts(["S00000", "S00049", "S00059"])
        assert sorted(found) == ["S00000", "S00049", "S00059"]
        assert {held.role.value for held in found["S00049"].held} == {"counter", "examiner"}
        again = arrive(LAYOUT, orders, occasion, sequence=2)
        assert set(said(again)) == {("applied", "")}
        leaving = order(
            "S00000", department=None, role=None, order="退職", last_day=date(2026, 11, 20)
        )
        arrive(LAYOUT, [leaving], occasion, sequence=3)
        assert queries.accounts(["S00000"])["S00000"].end == date(2026, 11, 21)


def test_one_wrong_order_keeps_all_others_back(database: Database, occasion: Occasion) -> None:
    Department.objects.get_or_create(
        code="PENSION", defaults={"name": "国民年金課", "kind": Kind.PENSION.value}
    )
    orders = [order(f"S{number:05d}") for number in range(55)]
    orders[52] = order("S00052", role="大臣")
    with database.django_as(Role.BATCH):
        file = arrive(LAYOUT, orders, occasion)
        found = said(file)
        assert found[52] == ("refused", "personnel_file")
        assert {each for place, each in enumerate(found) if place != 52} == {
            ("refused", "file_faulty")
        }
        assert rooms.lines(file)[52].fields == ["role"]
        assert queries.accounts([f"S{number:05d}" for number in range(55)]) == {}
