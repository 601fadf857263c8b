"""Papers: adding, looking at and removing files of one's own application."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from approvals.draft_files import files_answer, refused_files
from employers.flows.vetting import actions
from employers.flows.vetting.draft import ApplicationDraft
from employers.queries import own_attachments
from employers.views.access import actor_of, open_application, person_of
from forms.models import Attachment
from forms.queries import attachments_of
from forms.serving import file_response


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Add the files that were sent under the name of their question."""
    employer = open_application(request)
    field = next(iter(request.FILES), "")
    refused = refused_files(
        request, field, lambda sent: actions.attach_paper(employer, field, sent, actor_of(request))
    )
    return refused or files_answer(request, ApplicationDraft(employer), field)


@login_required
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file out of the application; submissions it was part of keep it."""
    employer = open_application(request)
    attachment = get_object_or_404(attachments_of(employer.case.pk), pk=pk)
    actions.remove_paper(employer, attachment, actor_of(request))
    return files_answer(request, ApplicationDraft(employer), attachment.field)


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
    return get_object_or_404(own_attachments(person_of(request).user), pk=pk)
