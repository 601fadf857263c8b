"""The register of impact assessments: all of them, one, and writing one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest, only_for
from privacy.assessments import actions, queries, rules
from privacy.assessments.forms import AssessmentForm, first_review
from privacy.assessments.models import Assessment
from privacy.assessments.prefilled import PREFILLED

_MOST_SHOWN = 200
readers = only_for(rules.may_read)
writers = only_for(rules.may_write)


@readers
@require_GET
@never_cache
def register(request: SignedInRequest) -> HttpResponse:
    """Every assessment with its next review, and the texts to begin one with."""
    context = {
        "assessments": queries.register()[:_MOST_SHOWN],
        "may_write": rules.may_write(request.user),
        "prefilled": [(key, each.title) for key, each in PREFILLED.items()],
    }
    return render(request, "privacy/assessments/list.html", context)


@readers
@require_GET
@never_cache
def one(request: SignedInRequest, pk: str) -> HttpResponse:
    """What was assessed, who wrote and signed it, and what can be done now."""
    return _page(request, _found(pk))


@writers
@require_http_methods(["GET", "POST"])
@never_cache
def new(request: SignedInRequest) -> HttpResponse:
    """A draft: empty, or from a prefilled text (`template`)."""
    chosen = PREFILLED.get(request.GET.get("template", ""))
    return _draft(request, chosen.words() if chosen else {})


@writers
@require_http_methods(["GET", "POST"])
@never_cache
def replace(request: SignedInRequest, pk: str) -> HttpResponse:
    """A draft that takes the place of an older one as soon as it is signed."""
    older = _found(pk)
    rules.can_replace(older, request.user).require()
    return _draft(request, {name: getattr(older, name) for name in actions.FIELDS}, older)


@writers
@require_http_methods(["GET", "POST"])
@never_cache
def edit(request: SignedInRequest, pk: str) -> HttpResponse:
    """Other words for one's own draft."""
    draft = _found(pk)
    rules.can_edit(draft, request.user).require()
    form = AssessmentForm(request.POST or None, instance=draft)
    if request.method == "POST" and form.is_valid():
        actions.change(draft, form.cleaned_data, request.user)
        messages.success(request, _("The draft is kept. Somebody else reads and signs it."))
        return redirect("assessments:one", pk=draft.pk)
    context = {"form": form, "draft": draft, "older": draft.replaces}
    return render(request, "privacy/assessments/form.html", context, status=422 if form.errors else 200)


@readers
@require_POST
def sign(request: SignedInRequest, pk: str) -> HttpResponse:
    """Sign what somebody else wrote."""
    actions.sign(_found(pk), request.POST.get("seen", ""), request.user)
    messages.success(request, _("Signed. It holds from now on and is not changed any more."))
    return redirect("assessments:one", pk=pk)


def _page(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    context = {
        "assessment": assessment,
        "newer": assessment.newer.order_by("-changed_at").first(),
        "may_edit": rules.can_edit(assessment, request.user),
        "signing": rules.can_sign(assessment, request.user),
        "may_replace": rules.can_replace(assessment, request.user),
    }
    return render(request, "privacy/assessments/one.html", context)


def _found(pk: str) -> Assessment:
    rows = Assessment.objects.select_related("written_by", "signed_by", "replaces")
    return get_object_or_404(rows, pk=pk)


def _draft(request: SignedInRequest, words: dict[str, Any], older: Assessment | None = None) -> HttpResponse:
    form = AssessmentForm(request.POST or None, initial=words | {"next_review": first_review()})
    if request.method == "POST" and form.is_valid():
        draft = actions.begin(form.cleaned_data, request.user, older)
        messages.success(request, _("The draft is kept. Somebody else reads and signs it."))
        return redirect("assessments:one", pk=draft.pk)
    context = {"form": form, "older": older}
    return render(request, "privacy/assessments/form.html", context, status=422 if form.errors else 200)
