"""The draft of a process: its problems, its earlier states, files in and out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from common.errors import UserError
from design.error_words import said_error
from design.forms import NumberForm, RevisionForm, UploadForm
from design.permissions import DesignRequest, actor_of, designers_only
from design.problems import said_problems
from design.views import as_file, draft_or_404, version_or_404
from processes.bpmn.errors import BpmnError
from processes.evolve import drafts, queries, rules
from processes.evolve.models import Draft, DraftSave, SaveKind


@designers_only
@require_POST
def begin(request: DesignRequest, key: str) -> HttpResponse:
    """Begin a draft from a version."""
    form = NumberForm(request.POST)
    if not form.is_valid():
        raise Http404
    version = version_or_404(key, form.cleaned_data["number"])
    try:
        drafts.begin(version, actor_of(request))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("design:definition", key=key)
    return redirect("design:draft", key=key)


@designers_only
@require_GET
@never_cache
def draft(request: DesignRequest, key: str) -> HttpResponse:
    """What is wrong with the draft and how to mend it, and what can be done with it."""
    return _page(request, draft_or_404(key))


def _page(request: DesignRequest, draft: Draft, upload: UploadForm | None = None) -> HttpResponse:
    problems = said_problems(draft)
    newest = queries.newest_version(draft.definition)
    context = {
        "draft": draft,
        "definition": draft.definition,
        "process": queries.title_of(draft.definition),
        "problems": problems,
        "newest": newest.number if newest else 0,
        "current": rules.is_current(draft),
        "changed": rules.is_changed(draft),
        "change": rules.can_change(draft.definition),
        "upload": upload or UploadForm(initial={"revision": draft.revision}),
        "saves": queries.saves_of(draft),
    }
    return render(request, "design/draft.html", context, status=422 if upload else 200)


@designers_only
@require_GET
def draft_file(request: DesignRequest, key: str) -> HttpResponse:
    """The draft as a `.bpmn` file."""
    return as_file(draft_or_404(key).text, f"{key}-draft")


@designers_only
@require_POST
def upload(request: DesignRequest, key: str) -> HttpResponse:
    """Make a file what the draft says; a file that cannot be read is refused with the reason."""
    found, form = draft_or_404(key), UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form)
    given = form.cleaned_data
    try:
        drafts.save(
            found.pk, given["file"].read(), given["revision"], actor_of(request), kind=SaveKind.IMPORTED
        )
    except BpmnError as error:
        form.add_error("file", said_error(error))
        return _page(request, found, form)
    except UserError as error:
        form.add_error("file", str(error))
        return _page(request, found, form)
    messages.success(request, _("The file is now the draft."))
    return redirect("design:draft", key=key)


@designers_only
@require_POST
def take_back(request: DesignRequest, key: str, pk: UUID) -> HttpResponse:
    """Make an earlier state what the draft says."""
    found = draft_or_404(key)
    if not DraftSave.objects.filter(pk=pk, draft=found).exists():
        raise Http404
    try:
        drafts.take_back(pk, _revision(request), actor_of(request))
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The draft is as it was then."))
    return redirect("design:draft", key=key)


@designers_only
@require_POST
def rebase(request: DesignRequest, key: str) -> HttpResponse:
    """The person says that the draft takes the newest version into account."""
    found, form = draft_or_404(key), NumberForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        drafts.rebase(found.pk, form.cleaned_data["number"], actor_of(request))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("design:draft", key=key)


@designers_only
@require_POST
def discard(request: DesignRequest, key: str) -> HttpResponse:
    """Throw the draft away."""
    found = draft_or_404(key)
    try:
        drafts.discard(found.pk, _revision(request), actor_of(request))
    except UserError as error:
        messages.error(request, str(error))
        return redirect("design:draft", key=key)
    messages.success(request, _("The draft was thrown away."))
    return redirect("design:definition", key=key)


def _revision(request: DesignRequest) -> int:
    """The revision that was sent. Raises Http404 when it is none."""
    form = RevisionForm(request.POST)
    if not form.is_valid():
        raise Http404
    return int(form.cleaned_data["revision"])
