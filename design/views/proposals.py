"""Proposing what becomes of a process, and saying yes or no to it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import UserError
from common.verdict import Verdict
from design.forms import RevisionForm, TermsForm
from design.permissions import DesignRequest, actor_of, designers_only
from design.views import definition_or_404, draft_or_404, version_or_404
from design.views.definitions import context_of
from processes.evolve import publication, rules
from processes.evolve.models import Proposal, ProposalKind, ProposalState
from processes.evolve.publication import Terms
from processes.evolve.queries import title_of
from processes.models import Definition

DECISIONS = ("approve", "decline", "withdraw")


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def propose(request: DesignRequest, key: str) -> HttpResponse:
    """Propose the draft for publication."""
    draft = draft_or_404(key)
    seen = RevisionForm(request.POST)
    revision = seen.cleaned_data["revision"] if seen.is_valid() else 0

    def send(terms: Terms) -> Proposal:
        return publication.propose(draft.pk, revision, terms, actor_of(request))

    more = {"revision": draft.revision, "kind": ProposalKind.PUBLISH.value, "draft": draft}
    return _page(request, draft.definition, rules.can_propose(draft), send, more)


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def restore(request: DesignRequest, key: str, number: int) -> HttpResponse:
    """Propose that an older version becomes the next one."""
    version = version_or_404(key, number)

    def send(terms: Terms) -> Proposal:
        return publication.propose_restore(version, terms, actor_of(request))

    more = {"version": version, "kind": ProposalKind.RESTORE.value}
    return _page(request, version.definition, rules.can_restore(version), send, more)


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def retire(request: DesignRequest, key: str) -> HttpResponse:
    """Propose that no new cases begin."""
    found = definition_or_404(key)

    def send(terms: Terms) -> Proposal:
        return publication.propose_retire(found, terms, actor_of(request))

    return _page(request, found, rules.can_retire(found), send, {"kind": ProposalKind.RETIRE.value})


def _page(
    request: DesignRequest,
    found: Definition,
    verdict: Verdict,
    send: Callable[[Terms], Proposal],
    more: dict[str, Any],
) -> HttpResponse:
    """The terms to fill in; sent well, it is proposed and the process's page shows it."""
    form = TermsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            send(form.terms)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Proposed. A colleague who designs processes can approve it now."))
            return redirect("design:definition", key=found.key)
    title = title_of(found)
    context = {"definition": found, "process": title, "form": form, "verdict": verdict} | more
    return render(request, "design/propose.html", context, status=422 if form.is_bound else 200)


@designers_only
@require_POST
def decide(request: DesignRequest, key: str, pk: UUID, name: str) -> HttpResponse:
    """Approve, decline or withdraw; a refusal is shown on the process's page."""
    found = definition_or_404(key)
    get_object_or_404(Proposal, pk=pk, definition=found)
    if name not in DECISIONS:
        raise Http404
    try:
        proposal = _decide(request, pk, name)
    except UserError as error:
        more = {"fault": str(error), "reason": request.POST.get("reason", "")}
        return render(request, "design/definition.html", context_of(request, found, **more), status=422)
    messages.success(request, _said(proposal))
    return redirect("design:definition", key=key)


def _decide(request: DesignRequest, pk: UUID, name: str) -> Proposal:
    by = actor_of(request)
    if name == "approve":
        return publication.approve(pk, by)
    if name == "decline":
        return publication.decline(pk, by, reason=request.POST.get("reason", "")[:500])
    return publication.withdraw(pk, by)


def _said(proposal: Proposal) -> str:
    """What became of it."""
    if proposal.version is not None:
        number = {"number": proposal.version.number}
        return _("Version %(number)s holds now. New cases take it.") % number
    return {
        ProposalState.SCHEDULED: _("Approved. It will hold from its day without anybody doing anything."),
        ProposalState.DONE: _("Retired. No new cases begin; running ones go on."),
        ProposalState.DECLINED: _("Not approved. The draft can be changed and proposed again."),
        ProposalState.WITHDRAWN: _("Withdrawn. Nothing changes."),
    }[ProposalState(proposal.state)]
