import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.views.generic import View

from accounts.permissions import RolesRequiredMixin, roles_required
from accounts.roles import REVIEWERS, Role


@roles_required(*REVIEWERS)
def function(request):
    return HttpResponse("in")


class Class(RolesRequiredMixin, View):
    roles = REVIEWERS

    def get(self, request):
        return HttpResponse("in")


@pytest.fixture(params=[function, Class.as_view()], ids=["decorator", "mixin"])
def view(request):
    return request.param


def ask(view, rf, user):
    request = rf.get("/desk/?q=1")
    request.user = user
    return view(request)


def test_holder_of_a_role_comes_in(view, rf, counselor):
    assert ask(view, rf, counselor).content == b"in"


def test_other_roles_find_no_such_page(view, rf, counselor):
    counselor.appointments.update(role=Role.DATA_OFFICER)
    with pytest.raises(Http404):
        ask(view, rf, counselor)


def test_student_finds_no_such_page(view, rf, graduate):
    with pytest.raises(Http404):
        ask(view, rf, graduate)


def test_ended_appointment_opens_nothing(view, rf, counselor):
    counselor.appointments.update(starts_on="2020-01-01", ends_on="2020-12-31")
    with pytest.raises(Http404):
        ask(view, rf, counselor)


def test_stranger_signs_in_and_comes_back(view, rf, db):
    assert ask(view, rf, AnonymousUser()).headers["Location"] == "/account/sign-in/?next=/desk/%3Fq%3D1"
