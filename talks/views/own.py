"""An employer's talks: all of them, one on its way, the answer to what was offered, calling off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from approvals import parcel
from approvals.queries.cases import steps_in_hand
from common.errors import BadInput, UserError
from common.paging import BadCursor, page_of_keys
from employers import actions as employer_actions
from employers import rules as employer_rules
from employers.queries import successors
from employers.views.access import actor_of
from forms.answers import submission_sections
from forms.queries import attachments_in, latest_submission
from talks import queries, rules
from talks.flows.talk import actions
from talks.models import Talk, TalkState
from talks.views.access import own_membership, own_talk, text_in

SAID = {
    "confirm": gettext_lazy("Confirmed: your talk is public now."),
    "change": gettext_lazy("The school looks for another time. You hear from it here."),
    "decline": gettext_lazy("Declined. Venue and time are free for others."),
}


@login_required
@require_GET
def talks(request: HttpRequest) -> HttpResponse:
    """The talks of the reader's employer, the newest first."""
    employer = own_membership(request).employer
    rows = queries.talks_of(employer)
    try:
        page = page_of_keys(rows, queries.NEWEST_FIRST, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    found = rows.in_bulk(page.keys)
    context = {"employer": employer, "talks": [found[key] for key in page.keys], "next": page.next}
    return render(request, "talks/own/list.html", context)


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin to apply for a talk."""
    employer = own_membership(request).employer
    talk = actions.start_talk(employer, actor_of(request), _known(employer))
    return redirect("talks:application", talk.pk)


def _known(employer: Any) -> dict[str, Any]:
    """What the form need not be asked again."""
    known = {"contact_name": employer.contact_name, "contact_phone": employer.contact_phone}
    return {key: value for key, value in known.items() if value}


@login_required
@require_GET
@never_cache
def talk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One talk like a parcel: where it is, what to do next."""
    return _page(request, own_talk(request, pk))


def _page(
    request: HttpRequest, talk: Talk, *, fault: str = "", said: str = "", handing: bool = False
) -> HttpResponse:
    user, now, case = request.user, timezone.now(), talk.case
    may_hand_over = employer_rules.can_hand_over(user, case, talk.employer)  # type: ignore[arg-type]
    heirs = list(successors(talk.employer, case)) if may_hand_over else []
    stops = parcel.parcel_line(case, _("Held")) if case.submitted_at and case.is_open else []
    context: dict[str, Any] = {
        "talk": talk,
        "case": case,
        "stops": stops,
        "correction": parcel.correction_of(case),
        "may_reply": rules.can_reply(user, talk),  # type: ignore[arg-type]
        "may_change": rules.can_ask_change(user, talk),  # type: ignore[arg-type]
        "may_call_off": rules.can_call_off(user, talk, now),  # type: ignore[arg-type]
        "may_hand_over": may_hand_over,
        "successors": heirs,
        "conflicts": steps_in_hand(case, [each.user for each in heirs]),
        "is_mine": case.initiator_id == user.pk,
        "is_late": rules.is_late(talk, now),
        "rounds_left": rules.MOST_ROUNDS - talk.rounds,
        "fault": fault,
        "said": said,
        "handing": handing,
    }
    return render(request, "talks/own/talk.html", context, status=422 if fault else 200)


@login_required
@require_GET
def details(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was handed in last, its files and the whole history."""
    talk = own_talk(request, pk)
    submission = latest_submission(talk.case.pk)
    if submission is None:
        return redirect("talks:own", talk.pk)
    context = {
        "talk": talk,
        "case": talk.case,
        "sections": submission_sections(submission),
        "files": attachments_in(submission),
        "stops": parcel.history_line(talk.case),
    }
    return render(request, "talks/own/details.html", context)


@login_required
@require_POST
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm what was offered, ask for another time, or decline."""
    talk = own_talk(request, pk)
    answer, text = request.POST.get("answer", ""), text_in(request.POST, "text")
    try:
        actions.reply(talk, actor_of(request), answer, text)
    except UserError as error:
        if not isinstance(error, BadInput):
            raise
        return _page(request, talk, fault=str(error), said=text)
    messages.success(request, SAID[answer])
    return redirect("talks:own", talk.pk)


@login_required
@require_POST
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A colleague goes on with the talk."""
    talk, text = own_talk(request, pk), text_in(request.POST, "text")
    to, by = request.POST.get("to", ""), actor_of(request)
    try:
        successor = employer_actions.hand_over(talk.case, talk.employer, to, by, text=text)
    except BadInput as error:
        return _page(request, talk, fault=str(error), said=text, handing=True)
    messages.success(
        request, _("%(name)s goes on with this talk and was told.") % {"name": successor.user.name}
    )
    return redirect("talks:own", talk.pk)


@login_required
@require_POST
def call_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The published talk does not take place."""
    talk = own_talk(request, pk)
    text = text_in(request.POST, "text")
    try:
        done = actions.call_off(talk, actor_of(request), text)
    except BadInput as error:
        return _page(request, talk, fault=str(error), said=text)
    assert done.state == TalkState.CALLED_OFF  # noqa: S101 - the action does nothing else
    messages.success(request, _("The talk was called off. Venue and time are free for others."))
    return redirect("talks:own", talk.pk)
