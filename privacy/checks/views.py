"""The check list of this year, and those of years that were signed off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import SignedInRequest, only_for
from common.errors import Refused
from privacy.assessments import rules
from privacy.checks import actions
from privacy.checks.items import Finding, found_at, items
from privacy.checks.models import YearCheck

readers = only_for(rules.may_read)
writers = only_for(rules.may_write)


@readers
@require_GET
@never_cache
def now(request: SignedInRequest) -> HttpResponse:
    """What the machine finds at this moment, with the notes and ticks of this year."""
    year, kept = timezone.localdate().year, _kept()
    return _page(request, next((each for each in kept if each.year == year), YearCheck(year=year)), kept)


@readers
@require_GET
@never_cache
def past(request: SignedInRequest, year: int) -> HttpResponse:
    """A year that was signed off, as it was found then."""
    kept = _kept()
    check = next((each for each in kept if each.year == year and each.signed_at), None)
    if check is None:
        raise Http404
    return _page(request, check, kept)


@writers
@require_POST
def keep(request: SignedInRequest) -> HttpResponse:
    """Keep notes and ticks of this year."""
    actions.keep(request.POST.dict(), request.user)
    messages.success(request, _("Notes and ticks are kept."))
    return redirect("checks:now")


@writers
@require_POST
def sign(request: SignedInRequest) -> HttpResponse:
    """Keep notes and ticks, then sign this year off or say what is missing."""
    actions.keep(request.POST.dict(), request.user)
    try:
        actions.sign_off(request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("This year is signed off."))
    return redirect("checks:now")


def _kept() -> list[YearCheck]:
    """The lists of all years, the latest first."""
    return list(YearCheck.objects.select_related("signed_by").order_by("-year"))


def _page(request: SignedInRequest, check: YearCheck, kept: list[YearCheck]) -> HttpResponse:
    context = {
        "check": check,
        "lines": _lines(check),
        "may_write": rules.may_write(request.user) and not check.signed_at,
        "years": [each.year for each in kept if each.pk != check.pk and each.signed_at],
        "longest": actions.LONGEST_NOTE,
    }
    return render(request, "privacy/checks/year.html", context)


def _lines(check: YearCheck) -> list[dict[str, Any]]:
    """Each item with what was noted, and what was found: at the signature, or else now."""
    found = _found_then(check) if check.signed_at else found_at(timezone.now())
    lines = [(item, check.lines.get(item.key, {})) for item in items() if item.key in found]
    return [{"item": item, "said": said, "found": found[item.key]} for item, said in lines]


def _found_then(check: YearCheck) -> dict[str, Finding]:
    """What was found when the year was signed off."""
    return {key: Finding(line["good"], line["number"]) for key, line in check.lines.items()}
