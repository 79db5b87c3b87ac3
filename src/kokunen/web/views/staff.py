"""Accounts and roles: who may act, since when, and what should be put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from kokunen.access import operations, queries
from kokunen.access import stale as staleness
from kokunen.access.domain import ROLE_NAMES, Role
from kokunen.access.personnel import COLUMNS, UnableToApplyPersonnel
from kokunen.dates.errors import Refusal
from kokunen.web import acting
from kokunen.web.forms import AssignForm, EndRoleForm, LeaveForm, UploadForm, beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from kokunen.access.queries import StaffLine
    from kokunen.web.forms import Office


def _one(request: HttpRequest, staff: int) -> StaffLine:
    found = queries.staff_member(staff=staff, at=acting.occasion(request).at)
    if found is None:
        raise Http404
    return found


def staff_list(request: HttpRequest) -> HttpResponse:
    """List every account with what it is today."""
    context = {
        "staff": queries.staff_list(at=acting.occasion(request).at),
        "role_names": ROLE_NAMES,
        "departments": queries.departments(),
    }
    return render(request, "web/staff.html", context)


def stale(request: HttpRequest) -> HttpResponse:
    """Report the accounts that should not be as they are."""
    found = staleness.stale(at=acting.occasion(request).at)
    return render(request, "web/staff_stale.html", {"stale": found, "words": staleness.WORDS})


def one(request: HttpRequest, staff: int) -> HttpResponse:
    """Show one account and what can be done with it."""
    return _shown(request, _one(request, staff))


def _shown(
    request: HttpRequest,
    line: StaffLine,
    *,
    refused: Sequence[Office] = (),
    password: str = "",
) -> HttpResponse:
    given = {type(form): form for form in refused}
    context = {
        "line": line,
        "held": queries.assignments(staff_number=line.staff_number),
        "role_names": ROLE_NAMES,
        "departments": queries.departments(),
        "assign": given.get(AssignForm) or _assign_form(None),
        "end_role": given.get(EndRoleForm) or EndRoleForm(auto_id="end_%s"),
        "leave": given.get(LeaveForm) or LeaveForm(auto_id="leave_%s"),
        "refused": refused[0] if refused else None,
        "password": password,
    }
    status = refused[0].status if refused else 200
    return render(request, "web/staff_one.html", context, status=status)


def _assign_form(data: object) -> AssignForm:
    return AssignForm(
        data, auto_id="assign_%s", departments=queries.departments(), branches=queries.branches()
    )


def assign(request: HttpRequest, staff: int) -> HttpResponse:
    """Give a role."""
    line = _one(request, staff)
    if request.method != "POST":
        return redirect("staff_one", staff)
    form = _assign_form(request.POST)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            operations.assign(
                staff_number=line.staff_number,
                role=Role(asked["role"]),
                department=asked["department"],
                branch=asked["branch"] or None,
                start=asked["start"],
                end=asked["end"],
                occasion=acting.occasion(request),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(request, "役割を記録しました。")
            return redirect("staff_one", staff)
    return _shown(request, line, refused=[form])


def act(request: HttpRequest, staff: int, act: str) -> HttpResponse:
    """End a role or an account, unlock it, or begin its password or second factor anew."""
    line = _one(request, staff)
    if act not in {"end-role", "leave", "unlock", "password", "factor"}:
        raise Http404
    if request.method != "POST":
        return redirect("staff_one", staff)
    if act == "end-role":
        return _end_role(request, line)
    if act == "leave":
        return _leave(request, line)
    number, occasion = line.staff_number, acting.occasion(request)
    if act == "unlock":
        operations.unlock(staff_number=number, occasion=occasion)
        messages.success(request, "解除しました。記録しました。")
    elif act == "factor":
        operations.reset_second_factor(staff_number=number, occasion=occasion)
        messages.success(request, "二つめの確認を白紙にしました。次のサインインで登録し直します。")
    else:
        password = operations.issue_password(staff_number=number, occasion=occasion)
        return _shown(request, _one(request, staff), password=password)
    return redirect("staff_one", staff)


def _end_role(request: HttpRequest, line: StaffLine) -> HttpResponse:
    form = EndRoleForm(request.POST, auto_id="end_%s")
    if form.is_valid():
        try:
            operations.end_role(
                staff_number=line.staff_number,
                role=Role(form.cleaned_data["role"]),
                on=form.cleaned_data["on"],
                occasion=acting.occasion(request),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(request, "役割の終わりを記録しました。")
            return redirect("staff_one", line.id)
    return _shown(request, line, refused=[form])


def _leave(request: HttpRequest, line: StaffLine) -> HttpResponse:
    form = LeaveForm(request.POST, auto_id="leave_%s")
    if form.is_valid():
        try:
            operations.end(
                staff_number=line.staff_number,
                on=form.cleaned_data["on"],
                occasion=acting.occasion(request),
            )
        except Refusal as refusal:
            beside(form, refusal)
        else:
            messages.success(request, "退職を記録しました。")
            return redirect("staff_one", line.id)
    return _shown(request, line, refused=[form])


def upload(request: HttpRequest) -> HttpResponse:
    """Carry out a personnel file, all of it or nothing, with every fault by its line."""
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "columns": COLUMNS}
    if request.method == "POST" and form.is_valid():
        try:
            context["applied"] = operations.apply_personnel(
                content=form.cleaned_data["file"].read(), occasion=acting.occasion(request)
            )
        except UnableToApplyPersonnel as refusal:
            beside(form, refusal, default="file")
            context["faults"] = refusal.faults
        except Refusal as refusal:
            beside(form, refusal, default="file")
    return render(request, "web/staff_upload.html", context, status=form.status)
