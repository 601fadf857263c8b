"""The table of periods with what is due, and the holds that keep data back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import SignedInRequest, roles_required
from accounts.queries import school_roles_of
from accounts.roles import MANAGERS, Role
from common.errors import UserError
from privacy.retention import actions, queries
from privacy.retention.forms import HoldForm
from privacy.retention.models import Hold, LastSweep
from privacy.retention.rows import Deed
from privacy.retention.table import TABLE

_MOST_HOLDS = 100
readers = roles_required(*MANAGERS, Role.SYSADMIN, Role.SECADMIN)
keepers = roles_required(Role.SECADMIN)


@readers
@require_GET
@never_cache
def table(request: SignedInRequest) -> HttpResponse:
    """Every class of data: rule, period, what happens then, how many are due, what the last sweep did."""
    return _page(request, HoldForm())


@keepers
@require_POST
def hold(request: SignedInRequest) -> HttpResponse:
    """Keep back whatever is about one person."""
    form = HoldForm(request.POST)
    if form.is_valid():
        try:
            placed = actions.place_hold(
                form.cleaned_data["username"], form.cleaned_data["reason"], request.user
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Nothing of %(name)s is erased from now on.") % {"name": placed.person.name}
            )
            return redirect("retention:table")
    return _page(request, form, status=422)


@keepers
@require_POST
def lift(request: SignedInRequest, pk: str) -> HttpResponse:
    """Let the periods hold again for somebody."""
    found = Hold.objects.select_related("person").filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.lift_hold(found, request.user)
    messages.success(request, _("The periods hold again for %(name)s.") % {"name": found.person.name})
    return redirect("retention:table")


def _page(request: SignedInRequest, form: HoldForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    due, stay = queries.counts(now)
    swept = LastSweep.objects.in_bulk()
    may_hold = Role.SECADMIN in school_roles_of(request.user)
    context: dict[str, Any] = {
        "lines": [
            {
                "row": row,
                "deed": Deed(row.deed).label,
                "period": "" if row.is_kept else str(row.span()),
                "due": due.get(row.key, 0),
                "stay": stay.get(row.key, 0),
                "last": swept.get(row.key),
            }
            for row in TABLE
        ],
        "next": queries.next_sweep(now),
        "latest": max((each.at for each in swept.values()), default=None),
        "may_hold": may_hold,
        "holds": queries.standing_holds()[:_MOST_HOLDS] if may_hold else (),
        "form": form,
    }
    return render(request, "privacy/retention.html", context, status=status)
