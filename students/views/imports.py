"""Importing graduates: upload, match columns, check, load, undo."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.actions import log_access
from accounts.access.models import Channel, Verb
from accounts.permissions import SignedInRequest, rights_required
from accounts.rights.catalogue import Right
from accounts.security import limits
from common.errors import UserError
from common.http import download
from common.spreadsheet.uploaded import on_disk
from students import actions, queries, rules, tasks
from students.actions.undoing import KEPT
from students.forms import ColumnsForm, UploadForm
from students.importing import headers, template
from students.importing.problems import restored
from students.importing.report import write_report
from students.log_words import REPORT
from students.models import ImportBatch, ImportState

_IMPORTS_A_PAGE = 20

importers_only = rights_required(Right.IMPORT_STUDENTS)


@importers_only
@require_http_methods(["GET", "POST"])
def imports(request: SignedInRequest) -> HttpResponse:
    """The upload form and the imports so far."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        batch = _uploaded(request, form)
        if batch is not None:
            return redirect("students:columns", batch.pk)
    page = Paginator(queries.imports_of(request.user), _IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "students/imports.html", context, status=422 if form.errors else 200)


def _uploaded(request: SignedInRequest, form: UploadForm) -> ImportBatch | None:
    """The new import; None when the file is no good, with the reason in the form."""
    upload = form.cleaned_data["file"]
    with on_disk(upload) as path:
        try:
            return actions.start_import(
                path,
                cohort=form.cleaned_data["cohort"],
                mode=form.cleaned_data["mode"],
                name=upload.name or "",
                by=request.user,
            )
        except UserError as error:
            form.add_error("file", str(error))
            return None


@importers_only
@require_GET
def template_file(request: SignedInRequest) -> HttpResponse:
    """The empty spreadsheet to fill in."""
    return download(template.graduates_template(), _("graduates-template.xlsx"))


@importers_only
@require_http_methods(["GET", "POST"])
@never_cache
def columns(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Which column of the file is which field; sending it starts the check."""
    batch = _batch(request, pk)
    if not rules.can_match_columns(batch):
        return redirect("students:batch", batch.pk)
    form = ColumnsForm(batch, request.POST if request.method == "POST" else None)
    failure = ""
    if form.is_valid():
        try:
            mode = form.cleaned_data["mode"]
            actions.match_columns(batch, form.mapping, mode=mode, erase=form.erase, by=request.user)
            actions.start_job(batch, ImportState.CHECKING, tasks.check_import)
            return redirect("students:batch", batch.pk)
        except UserError as error:
            failure = str(error)
    elif request.method == "GET":
        failure = _missing(batch)
    context = {"batch": batch, "form": form, "failure": failure}
    return render(request, "students/columns.html", context, status=422 if request.method == "POST" else 200)


def _missing(batch: ImportBatch) -> str:
    try:
        actions.require_complete(batch.columns, batch.mode)
    except UserError as error:
        return str(error)
    return ""


@importers_only
@require_GET
@never_cache
def batch_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where an import stands: progress, what a check found, what was loaded, what was undone."""
    batch = _batch(request, pk)
    if batch.state == ImportState.UPLOADED:
        return redirect("students:columns", batch.pk)
    context: dict[str, Any] = {"batch": batch} | _progress(batch)
    if not batch.is_running:
        context |= _result(batch)
    return render(request, "students/batch.html", context)


def _result(batch: ImportBatch) -> dict[str, Any]:
    rows = queries.problem_rows(batch)
    return {
        "problem_count": rows.count(),
        "problems": [(row, restored(row.problems)) for row in rows[: queries.PROBLEMS_SHOWN]],
        "kept": [(row, KEPT[row.kept_because]) for row in queries.kept_rows(batch)[: queries.PROBLEMS_SHOWN]],
        "ignored": headers.ignored(batch.headers, batch.columns),
        "good_count": batch.created + batch.updated,
        "can_commit": rules.can_commit(batch),
        "can_undo": rules.can_undo(batch),
    }


@importers_only
@require_GET
@never_cache
def progress(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How far the job is, for the page that waits; when it has ended the page is loaded anew."""
    batch = _batch(request, pk)
    if not batch.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "students/progress.html", {"batch": batch} | _progress(batch))


def _progress(batch: ImportBatch) -> dict[str, Any]:
    total = batch.created + batch.updated + batch.kept if batch.state == ImportState.UNDOING else batch.total
    return {"progress_total": max(total, batch.done, 1)}


@importers_only
@require_GET
def report(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The rows that need a hand, as a spreadsheet."""
    batch = _batch(request, pk)
    limits.spend("export", str(request.user.pk))
    log_access(request.user, Verb.EXPORT, batch, detail=REPORT, channel=Channel.EXPORT)
    return download(write_report(batch), _("rows-to-correct.xlsx"))


def _start(state: str, job: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
    @importers_only
    @require_POST
    def start(request: SignedInRequest, pk: UUID) -> HttpResponse:
        """Start a job and show how it goes; a refusal is shown on the page."""
        batch = _batch(request, pk)
        try:
            actions.start_job(batch, state, job)
        except UserError as error:
            messages.error(request, str(error))
        return redirect("students:batch", batch.pk)

    return start


check = _start(ImportState.CHECKING, tasks.check_import)
commit = _start(ImportState.COMMITTING, tasks.commit_import)
undo = _start(ImportState.UNDOING, tasks.undo_import)


@importers_only
@require_POST
def discard(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Throw an import away that was never loaded."""
    batch = _batch(request, pk)
    try:
        actions.discard_import(batch)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("students:batch", batch.pk)
    messages.success(request, _("The upload was thrown away. Nothing was loaded."))
    return redirect("students:import")


def _batch(request: SignedInRequest, pk: UUID) -> ImportBatch:
    return get_object_or_404(queries.imports_of(request.user), pk=pk)
