"""What a page of a form answers when its applicant sends it."""

from collections.abc import Callable
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from approvals.case_draft import CaseDraft
from common.errors import Stale, UserError
from forms import web
from forms.answers import Step
from forms.models import Draft

Save = Callable[[dict[str, Any], int], Draft]


class Draw(Protocol):
    """Draws the page again: *checked* with what is wrong on it, *warning* with words on top."""

    def __call__(self, *, checked: bool = False, warning: str = "") -> HttpResponse:
        """The page."""


def answer_step(
    request: HttpRequest, draft: CaseDraft, here: Step, save: Save, draw: Draw
) -> HttpResponseBase:
    """Keep what was typed; go on when this page is right, stay and say what is not otherwise."""
    fields = [draft.schema.by_key[key] for key in here.fields]
    answers, revision = web.read_answers(fields, request.POST), web.read_revision(request.POST)
    try:
        saved = save(answers, revision)
    except UserError as error:
        return _not_saved(request, draft, answers, error, draw)
    draft.take(saved)
    if web.is_autosave(request):
        return web.saved_reply(request, saved, draft.form(here))
    if "later" not in request.POST and draft.form(here, show_faults=True).faulty:
        return draw(checked=True)
    return redirect(draft.step_url(draft.after(here.key)))


def _not_saved(
    request: HttpRequest, draft: CaseDraft, answers: dict[str, Any], error: UserError, draw: Draw
) -> HttpResponse:
    """Another page saved meanwhile: what was typed stays on the page and can be sent again."""
    if web.is_autosave(request):
        return web.refused_reply(error)
    if not isinstance(error, Stale):
        raise error
    draft.values |= answers
    return draw(warning=_("%(what)s Look through it and send it again.") % {"what": error})
