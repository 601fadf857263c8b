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
from privacy.checks.items import Finding, items
from privacy.checks.models import YearCheck

readers = only_for(rules.may_read)
writers = only_for(rules.may_write)


@readers
@require_GET
@never_cache
def now(request: SignedInRequest) -> HttpResponse:
    """What the machine finds at this moment, with the notes and ticks of this year."""
    year = timezone.localdate().year
    return _page(request, _of(year) or YearCheck(year=year))


@readers
@require_GET
@never_cache
def past(request: SignedInRequest, year: int) -> HttpResponse:
    """A year that was signed off, as it was found then."""
    check = _of(year)
    if check is None or not check.signed_at:
        raise Http404
    return _page(request, check)


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


def _of(year: int) -> YearCheck | None:
    return YearCheck.objects.select_related("signed_by").filter(year=year).first()


def _page(request: SignedInRequest, check: YearCheck) -> HttpResponse:
    years = YearCheck.objects.exclude(signed_at=None).exclude(pk=check.pk).order_by("-year")
    context = {
        "check": check,
        "lines": _lines(check),
        "may_write": rules.may_write(request.user) and not check.signed_at,
        "years": years.values_list("year", flat=True)[:20],
        "longest": actions.LONGEST_NOTE,
    }
    return render(request, "privacy/checks/year.html", context)


def _lines(check: YearCheck) -> list[dict[str, Any]]:
    """Each item with what was noted, and what was found: at the signature, or else now."""
    moment, lines = timezone.now(), []
    for item in items():
        said = check.lines.get(item.key, {})
        if not check.signed_at:
            lines.append({"item": item, "said": said, "found": item.find(moment)})
        elif said:
            lines.append({"item": item, "said": said, "found": Finding(said["good"], said["number"])})
    return lines
