"""Proof: adding, looking at and removing files of one's own filing."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from approvals.draft_files import files_answer, refused_files
from destinations.flows.filing import actions, forms
from destinations.flows.filing.draft import FilingDraft
from destinations.queries import own_attachments
from destinations.views.access import actor_of, open_filing_of, student_of
from forms.models import Attachment
from forms.serving import file_response


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Add the files that were sent under the name of their question."""
    destination = open_filing_of(request)
    field = next(iter(request.FILES), forms.PROOF)
    kind = forms.RELEASE_KIND if field == forms.RELEASE else ""
    refused = refused_files(
        request, field, lambda sent: actions.attach_proof(destination, kind, sent, actor_of(request))
    )
    return refused or files_answer(request, FilingDraft(destination), field)


@login_required
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file out of the filing; submissions it was part of keep it."""
    destination = open_filing_of(request)
    attachment = actions.find_attachment(destination, pk)
    if attachment is None:
        raise Http404
    actions.remove_proof(destination, attachment, actor_of(request))
    return files_answer(request, FilingDraft(destination), attachment.field)


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
