"""What an applicant does with a case of any flow."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import SignedInRequest
from approvals import actions
from common.http import client_ip, page_of
from processes.engine.actor import Actor
from processes.models import Case


@login_required
@require_POST
def urge(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Ask whoever has the case to hurry, and stay on the page. Raises Http404 for other people's cases."""
    case = get_object_or_404(Case, pk=case_id, initiator=request.user)
    actions.urge_case(case.pk, Actor(request.user, ip=client_ip(request)))
    messages.success(request, _("They were asked to hurry. You can ask again tomorrow."))
    return redirect(page_of(request))
