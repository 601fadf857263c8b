"""The step of the officer: choose venue and time for a talk on a page with the calendar."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from approvals import rules as desk
from approvals.views import DeskRequest, reviewers_only
from approvals.views.task import visible_task
from common.errors import BadInput
from employers.views.access import actor_of
from processes.models import Task
from talks.flows.talk import actions
from talks.forms import OfferForm
from talks.models import Talk
from talks.queries import FLOW_KEY, venues_in_use
from talks.week import Week, offers_for


@reviewers_only
@never_cache
@require_http_methods(["GET", "POST"])
def choose(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Wanted times with the venues that are free then, the calendar of a week, any other time."""
    task = visible_task(request.user, task_id)
    if task.flow_key != FLOW_KEY or task.node_id != actions.CHOOSE:
        raise Http404
    if not task.is_open:
        return redirect("approvals:task", task.pk)
    talk = Talk.objects.select_related("employer", "venue").get(pk=task.process.subject_id)
    return _allocate(request, task, talk) if request.method == "POST" else _page(request, task, talk)


def _allocate(request: DeskRequest, task: Task, talk: Talk) -> HttpResponse:
    offer = request.POST.get("offer", "")
    form = OfferForm(venues_in_use(), OfferForm.offered(offer) if offer else request.POST)
    if not form.is_valid():
        return _page(request, task, talk, form=form, fault=_("Choose a venue, a day and a time."))
    revision = request.POST.get("revision", "")
    try:
        actions.allocate(
            task.pk,
            form.cleaned_data["venue"],
            form.slot,
            actor_of(request),
            revision=int(revision) if revision.isdecimal() else None,
        )
    except BadInput as error:
        return _page(request, task, talk, form=form, fault=str(error))
    words = {"venue": form.cleaned_data["venue"], "slot": form.slot}
    messages.success(request, _("%(venue)s is held for this talk: %(slot)s.") % words)
    return redirect("approvals:inbox")


def _page(
    request: DeskRequest, task: Task, talk: Talk, *, form: OfferForm | None = None, fault: str = ""
) -> HttpResponse:
    now, venues = timezone.now(), list(venues_in_use())
    context = {
        "task": task,
        "talk": talk,
        "wanted": offers_for(talk, venues, now),
        "week": Week(_day(request, talk), venues, now),
        "form": form or OfferForm(venues),
        "may": desk.can_approve(actor_of(request), task),
        "fault": fault,
    }
    return render(request, "talks/desk/choose.html", context, status=422 if fault else 200)


def _day(request: DeskRequest, talk: Talk) -> datetime.date:
    """The day whose week is shown: as asked for, else the first one wanted."""
    return asked_day(request.GET.get("week", "")) or talk.wanted_on or timezone.localdate()


def asked_day(text: str) -> datetime.date | None:
    """A day in an address; None when there is none, or one far from any calendar."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if datetime.date(2000, 1, 10) < day < datetime.date(2199, 12, 20) else None
