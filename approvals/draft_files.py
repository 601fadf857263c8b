"""Adding files to a case that its applicant writes, and answering with those that are there now."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from approvals.case_draft import CaseDraft
from common.errors import UserError
from forms import web
from forms.answers import step_of_field


def refused_files(request: HttpRequest, field: str, add: Callable[[Any], object]) -> HttpResponse | None:
    """Call *add* with every file sent under *field*; the answer to the form's script when one is refused.

    Raises UserError when a page sent it.
    """
    try:
        for sent in request.FILES.getlist(field):
            add(sent)
    except UserError as error:
        if not web.is_script(request):
            raise
        return web.refused_reply(error)
    return None


def files_answer(request: HttpRequest, draft: CaseDraft, field: str) -> HttpResponse:
    """The files of the question *field* for the form's script; else the way back to its page.

    Raises Http404 when a script asks for a question that is not asked.
    """
    step = step_of_field(draft.steps, field)
    if not web.is_script(request):
        return redirect(draft.step_url(step.key if step else draft.next_step()))
    if step is None:
        raise Http404
    form = draft.form(step)
    return web.files_reply(request, next(q for q in form.questions if q.key == field))
