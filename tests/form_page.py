"""A page with a form of every type, as a room would build it; its addresses stand beside the real ones."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import path

from common.errors import UserError
from config.urls import urlpatterns as real_urlpatterns
from forms import actions, queries, web
from forms.models import Attachment
from forms.rendering import FileLinks, FormPage
from forms.schema import FormSchema
from forms.serving import file_response
from forms.tests.sample import CONTEXT, SAMPLE

CASE = uuid.UUID(int=77)
SCHEMA = FormSchema.from_dict(SAMPLE)
LINKS = FileLinks("/try/files/", "/try/files/{id}/", "/try/files/{id}/?small=1", "/try/files/{id}/remove/")
TEMPLATE = """
{% extends "base_gate.html" %}{% block title %}Try{% endblock %}
{% block content %}<h1>Try</h1>
<form method="post" novalidate enctype="multipart/form-data" data-form="try">
  {% csrf_token %}<input type="hidden" name="revision" value="{{ revision }}">
  {% include "forms/status.html" with saved_at=draft.saved_at %}
  {% include "forms/questions.html" %}
  <button class="btn btn-primary btn-lg btn-block">Next</button>
</form>
{% endblock %}
"""


def form_page(values, checked=None):
    files = queries.attachments_of(CASE).present()
    return FormPage(SCHEMA, values, CONTEXT, checked=checked, files=files, links=LINKS)


@login_required
def page(request: HttpRequest) -> HttpResponse:
    draft = queries.draft_of(CASE)
    values, checked = draft.values if draft else {}, None
    if request.method == "POST":
        values = web.read_answers(SCHEMA.fields, request.POST)
        version = actions.current_version("sample", SAMPLE)
        revision = web.read_revision(request.POST)
        try:
            draft = actions.save_draft(CASE, version, values, revision, by=request.user)
        except UserError as error:
            return web.refused_reply(error)
        if web.is_autosave(request):
            return web.saved_reply(request, draft, form_page(values))
        checked = SCHEMA.validate(values, CONTEXT)
    context = {
        "form": form_page(values, checked),
        "draft": draft,
        "revision": draft.revision if draft else 0,
    }
    return HttpResponse(engines["django"].from_string(TEMPLATE).render(context, request))


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    try:
        actions.attach(CASE, "proof", "agreement", request.FILES["proof"], request.user)
    except UserError as error:
        return web.refused_reply(error)
    return files(request)


@login_required
def remove(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actions.remove_attachment(get_object_or_404(Attachment, pk=pk))
    return files(request)


def files(request: HttpRequest) -> HttpResponse:
    return web.files_reply(request, next(q for q in form_page({}).questions if q.key == "proof"))


@login_required
def show(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    return file_response(get_object_or_404(Attachment, pk=pk), thumbnail="small" in request.GET)


urlpatterns = [
    path("try/", page),
    path("try/files/", upload),
    path("try/files/<uuid:pk>/", show),
    path("try/files/<uuid:pk>/remove/", remove),
    *real_urlpatterns,
]
