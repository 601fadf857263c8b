"""The notice, and the page of one's own consents."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.consents import actions
from accounts.consents.models import Consent
from accounts.consents.purposes import purpose_called
from accounts.consents.queries import consents_of, knows_wording
from accounts.permissions import SignedInRequest
from accounts.security.sessions import digest
from privacy.consents.notice import NOTICE
from privacy.consents.signals import OWED
from wechat.visits import own_page

_MOST = 100


@dataclass(frozen=True)
class Line:
    """One consent on the page, in words; *can_withdraw* when it stands and is the latest of its purpose."""

    consent: Consent
    title: str | Promise
    text: str
    follows: str | Promise
    is_notice: bool
    can_withdraw: bool


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def notice(request: SignedInRequest) -> HttpResponse:
    """The school's notice; who has read it goes on to the page that was asked for."""
    wanted = own_page(request, request.GET.get(REDIRECT_FIELD_NAME, ""))
    if request.method == "POST":
        if not knows_wording(NOTICE, request.user):
            actions.consent_to(NOTICE, request.user).save()
        request.session.pop(OWED, None)
        return redirect(wanted or "home")
    return render(request, "privacy/notice.html", {"notice": NOTICE, "text": NOTICE.text()})


@login_required
@require_GET
@never_cache
def consents(request: SignedInRequest) -> HttpResponse:
    """What the reader agreed to and was told, when, in which words, and what taking it back leads to."""
    context = {"lines": _lines(list(consents_of(request.user)[:_MOST]))}
    return render(request, "privacy/consents.html", context)


@login_required
@require_POST
def withdraw(request: SignedInRequest) -> HttpResponse:
    """Take back what was agreed to for one purpose; a second time changes nothing."""
    purpose = purpose_called(request.POST.get("purpose", ""))
    if purpose is None or purpose.is_notice:
        raise Http404
    if actions.withdraw(purpose, request.user, digest(request.session.session_key or "")):
        messages.success(request, _("Withdrawn. %(follows)s") % {"follows": purpose.follows})
    else:
        messages.info(request, _("There was nothing left to withdraw."))
    return redirect("consents:list")


def _lines(rows: list[Consent]) -> list[Line]:
    seen: set[str] = set()
    return [_line(row, seen) for row in rows]


def _line(row: Consent, seen: set[str]) -> Line:
    purpose = purpose_called(row.purpose)
    if purpose is None:  # a room that is gone
        return Line(row, row.purpose, "", "", is_notice=True, can_withdraw=False)
    stands = row.withdrawn_at is None and not purpose.is_notice and row.purpose not in seen
    if row.withdrawn_at is None:
        seen.add(row.purpose)
    return Line(
        row, purpose.title, purpose.text(row.text_version), purpose.follows, purpose.is_notice, stands
    )
