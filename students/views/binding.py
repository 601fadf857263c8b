"""Binding the own WeChat step by step, and unbinding a student's at the desk (flows 12)."""

import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import BINDING_STAFF
from accounts.security import limits
from accounts.security.rules import kind_at
from approvals.actions import Actor
from approvals.parcel import correction_of
from common.errors import UserError
from common.http import client_ip
from forms import web
from forms.rendering import FormPage
from processes.models import CaseState
from processes.queries import cases_on
from students import actions, queries, rules
from students.flows.rebinding import actions as rebinding
from students.flows.rebinding.forms import SCHEMA
from students.forms import BindForm, FirstPasswordForm
from students.models import Student
from wechat import visits
from wechat.forms import ConsentForm
from wechat.queries import binding_of, binding_to, history_of, is_on, openid_key

_PROVEN, _QUESTION = "bind_proven", "bind_question"
_PROOF_SECONDS = 600


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@never_cache
def bind(request: HttpRequest) -> HttpResponse:
    """First step, inside WeChat: who are you?"""
    openid, wanted = _phone_of(request), _wanted(request)
    if not openid and not visits.is_inside(request):
        return render(request, "students/bind/outside.html")
    if not openid or binding_to(openid):
        return redirect(f"{reverse('wechat:enter')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
    waiting = queries.request_from(openid)
    case = cases_on(waiting)[0] if waiting else None
    if case is not None and case.state == CaseState.IN_REVIEW:
        contacts = queries.contacts_of(waiting.student) if waiting else []
        return render(request, "students/bind/asked.html", {"case": case, "contacts": contacts})
    data = request.POST if request.method == "POST" else None
    form, problem = BindForm(settings.WECHAT_PROOF, _question(request, openid), data), ""
    if request.method == "POST" and form.is_valid():
        problem = _problem_with(request, form.cleaned_data, openid)
        if not problem:
            return redirect(f"{reverse('students:bind_finish')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
        again = {name: form.cleaned_data.get(name) for name in ("student_no", "name")}
        form = BindForm(settings.WECHAT_PROOF, _question(request, openid), initial=again)
    context = {"form": form, "problem": problem, "correction": correction_of(case) if case else None}
    wrong = problem or form.errors
    return render(request, "students/bind/who.html", context, status=422 if wrong else 200)


def _phone_of(request: HttpRequest) -> str:
    if not is_on():
        raise Http404
    return visits.openid_of(request)


def _wanted(request: HttpRequest) -> str:
    return visits.own_page(request, request.GET.get(REDIRECT_FIELD_NAME, ""))


def _question(request: HttpRequest, openid: str) -> tuple[int, int] | None:
    """The sum to be answered after two wrong claims; it stays until it is."""
    if not rules.has_to_answer(openid_key(openid)):
        return None
    if _QUESTION not in request.session:
        request.session[_QUESTION] = [secrets.randbelow(9) + 1, secrets.randbelow(9) + 1]
    one, other = request.session[_QUESTION]
    return one, other


def _problem_with(request: HttpRequest, said: Mapping[str, Any], openid: str) -> str:
    """Why the claim does not hold; "" when it does, which the session then knows. Each takes a sum."""
    request.session.pop(_QUESTION, None)
    claim = actions.Claim(**{name: said[name] for name in actions.Claim._fields if name in said})
    ip = client_ip(request)
    limit = kind_at("binding", ip)
    try:
        limits.may(limit, ip).require()
        student = actions.prove(claim, openid)
    except UserError as error:
        limits.count(limit, ip)
        return str(error)
    request.session[_PROVEN] = [student.pk.hex, openid_key(openid), time.time()]
    return ""


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@never_cache
def finish(request: HttpRequest) -> HttpResponse:
    """Second step: agree, choose the first password; or say why another WeChat shall take the place."""
    openid, wanted = _phone_of(request), _wanted(request)
    student = _student_proven(request, openid)
    if student is None or student.user is None:
        return redirect(f"{reverse('students:bind')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
    if binding_of(student.user):
        return _ask(request, student, openid)
    data = request.POST if request.method == "POST" else None
    consent = ConsentForm(data)
    password = FirstPasswordForm(student.user, data) if rules.needs_password(student.user) else None
    if request.method == "POST" and _all_valid(consent, password):
        chosen = password.cleaned_data["new_password1"] if password else ""
        try:
            actions.bind_student(student, openid, actions.proof_in_use(), chosen)
        except UserError as error:
            consent.add_error(None, str(error))
        else:
            del request.session[_PROVEN]
            visits.sign_in(request, student.user, openid)
            messages.success(request, _("Bound. From now on WeChat opens your pages by itself."))
            return redirect(wanted or "home")
    context = {"student": student, "form": consent, "password": password}
    wrong = consent.errors or (password and password.errors)
    return render(request, "students/bind/finish.html", context, status=422 if wrong else 200)


def _all_valid(consent: ConsentForm, password: FirstPasswordForm | None) -> bool:
    valid = [consent.is_valid(), password is None or password.is_valid()]
    return all(valid)


def _student_proven(request: HttpRequest, openid: str) -> Student | None:
    """Whom this WeChat has proven to be, within the last ten minutes."""
    key, phone, at = request.session.get(_PROVEN, ["", "", 0])
    if not openid or phone != openid_key(openid) or time.time() - at > _PROOF_SECONDS:
        return None
    return Student.objects.select_related("user", "unit").filter(pk=key, user__is_active=True).first()


def _ask(request: HttpRequest, student: Student, openid: str) -> HttpResponse:
    """Another WeChat opens the account: the counselor decides."""
    values: dict[str, Any] = {}
    consent, checked = ConsentForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST":
        values = web.read_answers(SCHEMA.fields, request.POST)
        checked = SCHEMA.validate(values, {})
        if consent.is_valid() and checked.ok:
            try:
                by = Actor(queries.account_of(student), ip=client_ip(request), channel="wechat")
                rebinding.ask(student, openid, actions.proof_in_use(), values, by)
            except UserError as error:
                consent.add_error(None, str(error))
            else:
                del request.session[_PROVEN]
                return redirect("students:bind")
    context = {
        "student": student,
        "form": FormPage(SCHEMA, values, {}, checked=checked),
        "consent": consent,
        "contacts": queries.contacts_of(student),
    }
    wrong = consent.errors or (checked is not None and not checked.ok)
    return render(request, "students/bind/other.html", context, status=422 if wrong else 200)


@roles_required(*BINDING_STAFF)
@require_http_methods(["GET", "POST"])
@never_cache
def release(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Which WeChat opens a student's account since when; unbind it with a reason."""
    seen = queries.bindable_students(request.user).select_related("user", "unit")
    student = get_object_or_404(seen, pk=pk)
    reason, problem = request.POST.get("reason", ""), ""
    if request.method == "POST":
        try:
            actions.release(student, request.user, reason)
        except UserError as error:
            problem = str(error)
        else:
            messages.success(request, _("Unbound. The student was told why."))
            return redirect("students:release", pk)
    context = {
        "student": student,
        "binding": binding_of(student.user) if student.user else None,
        "history": history_of(student.user)[:50] if student.user else [],
        "reason": reason[:200],
        "problem": problem,
        "without_proof": settings.WECHAT_PROOF == "none",
    }
    return render(request, "students/release.html", context, status=422 if problem else 200)
