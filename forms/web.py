"""What pages with a form need of requests: reading answers, replying to the form's own script."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import UserError
from forms.models import Draft
from forms.regions import chosen_region
from forms.rendering import FormPage, Question
from forms.schema import Field
from forms.schema.form import YES_NO

SCRIPT_HEADER = "X-Form-Script"
VALUES, BODY = "values", "body"


def read_answers(fields: Iterable[Field], post: QueryDict) -> dict[str, Any]:
    """What was typed into *fields*, as it was typed. Fields of files are not read; others are all set."""
    return {field.key: _read(field, post) for field in fields if field.type != "files"}


def _read(field: Field, post: QueryDict) -> Any:
    if field.type == "region":
        return chosen_region(post.getlist(field.key))
    if field.type == "bool" and field.widget != YES_NO:
        return field.key in post
    return post.get(field.key, "")


def read_revision(post: QueryDict) -> int:
    """The revision of the draft from which the page was made, 0 when there was none."""
    text = post.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def is_script(request: HttpRequest) -> bool:
    """Whether the form's script sent this: an autosave, an upload or a removal."""
    return SCRIPT_HEADER in request.headers


def is_autosave(request: HttpRequest) -> bool:
    """Whether the form's script wants what is typed so far to be saved."""
    return request.headers.get(SCRIPT_HEADER) in (VALUES, BODY)


def saved_reply(request: HttpRequest, draft: Draft, page: FormPage) -> JsonResponse:
    """The answer to an autosave: the new revision, the time, what cannot be right.

    When an answer decided which questions there are, it holds the questions anew.
    """
    time = timezone.localtime(draft.saved_at).strftime("%H:%M")
    reply: dict[str, Any] = {
        "revision": draft.revision,
        "saved": _("Saved %(time)s") % {"time": time},
        "faults": page.faults(),
    }
    if request.headers.get(SCRIPT_HEADER) == BODY:
        reply["body"] = render_to_string("forms/questions.html", {"form": page}, request)
    return JsonResponse(reply)


def refused_reply(error: UserError) -> JsonResponse:
    """The answer to an autosave or upload that a rule or another page stopped."""
    return JsonResponse({"message": str(error)}, status=409)


def files_reply(request: HttpRequest, question: Question) -> HttpResponse:
    """The answer to an upload or removal: the list of files anew."""
    return HttpResponse(render_to_string("forms/files.html", {"q": question}, request))
