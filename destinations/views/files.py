"""Proof: adding, looking at and removing files of one's own filing."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from common.errors import UserError
from destinations.flows.filing import actions, forms, pages
from destinations.flows.filing.draft import FilingDraft
from destinations.models import Destination
from destinations.queries import own_attachments
from destinations.views.access import actor_of, open_filing_of, student_of
from forms import web
from forms.answers import step_of_field
from forms.models import Attachment
from forms.serving import file_response


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Add the files that were sent under the name of their question."""
    destination = open_filing_of(request)
    field = next(iter(request.FILES), forms.PROOF)
    kind = forms.RELEASE_KIND if field == forms.RELEASE else ""
    try:
        for sent in request.FILES.getlist(field):
            actions.attach_proof(destination, kind, sent, actor_of(request))
    except UserError as error:
        if not web.is_script(request):
            raise
        return web.refused_reply(error)
    return _files(request, destination, field)


@login_required
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file out of the filing; submissions it was part of keep it."""
    destination = open_filing_of(request)
    attachment = actions.find_attachment(destination, pk)
    if attachment is None:
        raise Http404
    actions.remove_proof(destination, attachment, actor_of(request))
    return _files(request, destination, attachment.field)


def _files(request: HttpRequest, destination: Destination, field: str) -> HttpResponse:
    if not web.is_script(request):
        return redirect("destinations:step", pages.PROOF_STEP)
    draft = FilingDraft(destination)
    step = step_of_field(draft.steps, field)
    if step is None:
        raise Http404
    form = draft.form(step)
    return web.files_reply(request, next(q for q in form.questions if q.key == field))


@login_required
@require_GET
def show(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file of one's own, as it was uploaded."""
    return file_response(_own_file(request, pk))


@login_required
@require_GET
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Its small picture."""
    return file_response(_own_file(request, pk), thumbnail=True)


def _own_file(request: HttpRequest, pk: UUID) -> Attachment:
    return get_object_or_404(own_attachments(student_of(request)), pk=pk)
