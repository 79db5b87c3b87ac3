"""The only writer of departments, branches and terminals. Each needs MANAGE_STAFF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axes.models import AccessAttempt
from django.db import transaction

from kokunen.access.models import Branch, Department, Terminal
from kokunen.access.writing import UnableToManageStaff, entitled
from kokunen.audit.domain import Act, Change
from kokunen.audit.operations import record

if TYPE_CHECKING:
    from kokunen.access.domain import Kind
    from kokunen.audit.domain import Occasion


def unlock_terminal(*, terminal: str, occasion: Occasion) -> None:
    """Forget the failures counted against a terminal."""
    operation = "access.unlock_terminal"
    entitled(operation, occasion)
    with transaction.atomic():
        place = Terminal.objects.filter(name=terminal, active=True).first()
        if place is None:
            raise UnableToManageStaff(
                "その端末は登録されていません。", fix="端末の名前を確かめてください。"
            )
        AccessAttempt.objects.filter(ip_address=place.address).delete()
        change = Change(table="access_terminal", row=str(place.pk), field="failures", after="0")
        record(act=Act.WRITE, operation=operation, occasion=occasion, changes=[change])


def set_department(*, code: str, name: str, kind: Kind, occasion: Occasion) -> None:
    """Register a department or change its name; its kind is fixed once roles are held in it."""
    operation = "access.set_department"
    entitled(operation, occasion)
    with transaction.atomic():
        known = Department.objects.select_for_update().filter(code=code).first()
        if known is not None and known.kind != kind and known.assignment_set.exists():
            raise UnableToManageStaff(
                "役割が発令された所属の種別は変えられません。",
                fix="新しい所属コードで登録してください。",
                field="kind",
            )
        Department.objects.update_or_create(code=code, defaults={"name": name, "kind": kind})
        change = Change(table="access_department", row=code, field="kind", after=kind)
        record(act=Act.WRITE, operation=operation, occasion=occasion, changes=[change])


def set_branch(*, code: str, name: str, occasion: Occasion) -> None:
    """Register a branch or change its name."""
    operation = "access.set_branch"
    entitled(operation, occasion)
    with transaction.atomic():
        Branch.objects.update_or_create(code=code, defaults={"name": name})
        change = Change(table="access_branch", row=code, field="name", after=name)
        record(act=Act.WRITE, operation=operation, occasion=occasion, changes=[change])


def set_terminal(
    *, name: str, address: str, branch: str | None = None, active: bool = True, occasion: Occasion
) -> None:
    """Register a terminal, move it to another address, or take it out of use."""
    operation = "access.set_terminal"
    entitled(operation, occasion)
    with transaction.atomic():
        taken = Terminal.objects.filter(address=address, active=True).exclude(name=name)
        if active and taken.exists():
            raise UnableToManageStaff(
                "そのアドレスは別の端末が使っています。",
                fix="前の端末を使用停止にするか、アドレスを確かめてください。",
                field="address",
            )
        place, _ = Terminal.objects.update_or_create(
            name=name, defaults={"address": address, "branch_id": branch, "active": active}
        )
        change = Change(
            table="access_terminal", row=str(place.pk), field="active", after=str(active)
        )
        record(act=Act.WRITE, operation=operation, occasion=occasion, changes=[change])
