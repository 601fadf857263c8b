"""Posters: adding, looking at and removing files of an application of one's own employer."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from approvals.draft_files import files_answer, refused_files
from employers.views.access import actor_of
from forms.models import Attachment
from forms.queries import attachments_of
from forms.serving import file_response
from talks.flows.talk import actions
from talks.flows.talk.draft import TalkDraft
from talks.views.access import own_talk


@login_required
@require_POST
def upload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add the files that were sent under the name of their question."""
    talk = own_talk(request, pk)
    field = next(iter(request.FILES), "")
    refused = refused_files(
        request, field, lambda sent: actions.attach_file(talk, field, sent, actor_of(request))
    )
    return refused or files_answer(request, TalkDraft(talk), field)


@login_required
@require_POST
def remove(request: HttpRequest, pk: UUID, file_pk: UUID) -> HttpResponse:
    """Take a file out of the application; submissions it was part of keep it."""
    talk = own_talk(request, pk)
    attachment = get_object_or_404(attachments_of(talk.case.pk), pk=file_pk)
    actions.remove_file(talk, attachment, actor_of(request))
    return files_answer(request, TalkDraft(talk), attachment.field)


@login_required
@require_GET
def show(request: HttpRequest, pk: UUID, file_pk: UUID) -> HttpResponseBase:
    """A file of a talk of one's own employer, as it was uploaded."""
    return file_response(_own_file(request, pk, file_pk))


@login_required
@require_GET
def thumbnail(request: HttpRequest, pk: UUID, file_pk: UUID) -> HttpResponseBase:
    """Its small picture."""
    return file_response(_own_file(request, pk, file_pk), thumbnail=True)


def _own_file(request: HttpRequest, pk: UUID, file_pk: UUID) -> Attachment:
    return get_object_or_404(attachments_of(own_talk(request, pk).case.pk), pk=file_pk)
