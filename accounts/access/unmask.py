"""Covered fields: they are shown for a minute to who says what for, and that is recorded (RL-30)."""

from dataclasses import dataclass

from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from accounts.access.actions import log_access
from accounts.access.models import Purpose, Verb
from accounts.permissions import SignedInRequest

SECONDS_SHOWN = 60
_LONGEST = 200
_FEWEST = 2


@dataclass(frozen=True)
class Secret:
    """A covered field of a record: whose, which, its label, how it looks covered, and in full."""

    target: Model
    field: str
    label: str | Promise
    masked: str
    text: str


def answer(request: SignedInRequest, secret: Secret) -> HttpResponse:
    """GET: the covered field, with `?ask=1` the question what for. POST: its text, once there is a purpose.

    A purpose is one of the list, or the person's own words of at least two characters.
    """
    context = {
        "field": secret.label,
        "text": secret.masked,
        "url": request.path,
        "purposes": [purpose for purpose in Purpose if purpose != Purpose.OTHER],
        "seconds": SECONDS_SHOWN,
    }
    if request.method != "POST":
        page = "components/secret_ask.html" if request.GET.get("ask") else "components/secret.html"
        return render(request, page, context)
    purpose = request.POST.get("purpose", "")
    words = request.POST.get("words", "").replace("\x00", "").strip()[:_LONGEST]
    if purpose not in Purpose or (purpose == Purpose.OTHER and len(words) < _FEWEST):
        return render(request, "components/secret_ask.html", context | {"missing": True}, status=422)
    log_access(request.user, Verb.REVEAL, secret.target, detail=secret.field, purpose=purpose, words=words)
    return render(request, "components/revealed.html", context | {"text": secret.text})
