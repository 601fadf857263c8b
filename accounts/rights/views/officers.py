"""The three officers: who sits, asking for a seat, asking for one to be taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import SignedInRequest, roles_required
from accounts.queries import roles_of
from accounts.rights import officers as actions
from accounts.rights.forms import ReasonForm, SeatForm
from accounts.roles import TWO_IN_ONE, Role
from common.errors import UserError
from common.http import client_ip

secadmins_only = roles_required(Role.SECADMIN)
DUTIES: dict[str, str | Promise] = {
    Role.SYSADMIN: gettext_lazy(
        "Keeps accounts, settings and jobs. Gives no roles, sees no cases and no records."
    ),
    Role.SECADMIN: gettext_lazy(
        "Gives roles and rights, unlocks accounts. Makes no accounts and does no business."
    ),
    Role.AUDITOR: gettext_lazy("Reads the records of what the others did. Changes nothing."),
    Role.SYSTEM_AND_SECURITY: gettext_lazy("Both in one, for a small school, with the risk on record."),
}


@roles_required(*TWO_IN_ONE)
@require_GET
def officer_list(request: SignedInRequest) -> HttpResponse:
    """Who sits where, and what each may do."""
    held = list(actions.officers())
    seats = [
        {"role": role, "duty": DUTIES[role], "holders": [each for each in held if each.role == role]}
        for role in actions.SEATS
        if role in actions.open_seats() or any(each.role == role for each in held)
    ]
    context = {"seats": seats, "may_seat": Role.SECADMIN in roles_of(request.user)}
    return render(request, "accounts/rights/officers.html", context)


@secadmins_only
@require_http_methods(["GET", "POST"])
def seat(request: SignedInRequest) -> HttpResponse:
    """Ask for somebody to be seated; a second person confirms it."""
    form = SeatForm(request.POST or None, initial={"role": request.GET.get("role", "")[:30]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.ask_to_seat(
                given["person"],
                given["role"],
                request.user,
                reason=given["reason"],
                risk_note=given.get("risk_note", ""),
                ip=client_ip(request),
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Asked for. It is done once a second person confirms it."))
            return redirect("rights:operations")
    status = 422 if form.errors else 200
    return render(request, "accounts/rights/seat.html", {"form": form}, status=status)


@secadmins_only
@require_http_methods(["GET", "POST"])
def unseat(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask for a seat to be taken back."""
    found = get_object_or_404(actions.officers(), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.ask_to_unseat(found, request.user, reason=reason, ip=client_ip(request))
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Asked for. It is done once a second person confirms it."))
            return redirect("rights:operations")
    context = {"form": form, "seat": found, "verdict": actions.can_be_unseated(found)}
    return render(request, "accounts/rights/seat.html", context, status=422 if form.errors else 200)
