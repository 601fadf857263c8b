"""What is kept on the reader, in plain words, and the copy of it."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import SignedInRequest
from accounts.security.forms import PresentPasswordForm
from common.http import ZIP
from common.http import download as as_file
from privacy import actions, queries
from privacy.holdings import kinds_held
from privacy.models import RequestKind
from privacy.tables import looks_at
from students.queries import student_of
from wechat.visits import is_inside


@login_required
@require_GET
@never_cache
def own_data(request: SignedInRequest) -> HttpResponse:
    """The kinds of data with what each is for, how long it stays and how much of it there is."""
    kinds = kinds_held(request.user)
    has_record = any(kind.key == "record" for kind, _number in kinds)
    looks = looks_at(request.user).order_by() if has_record else None
    student = student_of(request.user) if has_record else None
    context = {
        "kinds": kinds,
        "aside_since": student.set_aside_at if student else None,
        "looks": None if looks is None else looks.aggregate(number=Count("*"), last=Max("at")),
        "asking": RequestKind.choices,
        "requests": queries.requests_of(request.user)[: queries.SHOWN],
    }
    return render(request, "privacy/own_data.html", context)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def copy(request: SignedInRequest) -> HttpResponse:
    """The copy, to whoever types the present password: nobody takes it from a session left open."""
    form = PresentPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = f"own-data-{timezone.localdate():%Y%m%d}.zip"
        return as_file(actions.take_copy(request.user), name, ZIP)
    context = {"form": form, "inside_wechat": is_inside(request)}
    return render(request, "privacy/copy.html", context, status=422 if form.errors else 200)
