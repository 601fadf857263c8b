"""The story of another WeChat: granted, asked back and answered, refused, in the way of somebody else."""

import pytest
from django.utils import translation

from accounts.actions import appoint
from accounts.consents.models import Consent
from accounts.models import Appointment, Unit, User
from accounts.security.sessions import SessionStore
from approvals.actions import Actor, decide
from common.errors import BadInput, Refused
from destinations.tests.kit import make_student
from messaging.models import Notice
from processes.queries import open_tasks
from students import notices
from students.flows.rebinding.tests import kit
from students.models import RebindRequest
from wechat import visits
from wechat.actions import bind, unbind
from wechat.models import Binding, BindingEvent, Proof
from wechat.queries import binding_of, binding_to

pytestmark = pytest.mark.django_db


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def test_granted():
    student = kit.student()
    request = kit.ask(student)
    assert (binding_of(student.user).openid, told(student.user)) == (kit.OLD, [notices.ASKED.key])
    asked = (kit.OLD, notices.asked_words())
    assert kit.letters() == {asked}
    assert kit.review(request) == "approved"
    binding = binding_of(student.user)
    assert (binding.openid, binding.proof, Binding.objects.count()) == (kit.NEW, Proof.COUNSELOR, 1)
    assert (binding_to(kit.OLD), binding_to(kit.NEW).user) == (None, student.user)
    assert kit.letters() == {
        asked,
        (kit.OLD, notices.replaced_words()),
        (kit.NEW, notices.bound_words()),
    }
    assert told(student.user) == [notices.ASKED.key, notices.REBOUND.key]
    last = BindingEvent.objects.latest("id")
    assert (last.kind, last.by.username) == ("replaced", "counselor")
    assert Consent.objects.filter(user=student.user).count() == 2
    assert (request.openid, request.open_for_id, request.closed_at is not None) == ("", None, True)


def test_class_without_a_counselor_is_looked_at_by_the_career_center():
    student = kit.student()
    Appointment.objects.filter(role="counselor").delete()
    officer = User.objects.create_user("officer", "王老师", "a long pass phrase")
    appoint(officer, "university_officer", Unit.objects.get_root(student.unit))
    request = kit.ask(student)
    decide(open_tasks(kit.case_of(request)).get().pk, kit.APPROVE, Actor(officer))
    assert binding_of(student.user).openid == kit.NEW


def test_old_phone_is_signed_out_and_the_desk_is_not(rf, django_capture_on_commit_callbacks):
    student = kit.student()
    phone, desk = rf.get("/"), rf.get("/")
    for request, openid in ((phone, kit.OLD), (desk, "")):
        request.session = SessionStore()
        visits.sign_in(request, student.user, openid)
        request.session.save()
    asked = kit.ask(student)
    with django_capture_on_commit_callbacks(execute=True):
        kit.review(asked)
    assert [each.session.exists(each.session.session_key) for each in (phone, desk)] == [False, True]


def test_granted_after_the_old_one_was_unbound():
    student = kit.student()
    request = kit.ask(student)
    unbind(student.user, student.user)
    assert kit.review(request) == "approved"
    assert binding_of(student.user).openid == kit.NEW
    assert BindingEvent.objects.latest("id").kind == "bound"


def test_asked_back_and_answered():
    student = kit.student()
    request = kit.ask(student)
    assert kit.review(request, kit.RETURN) == "returned"
    assert (kit.NEW, notices.question_words()) in kit.letters()
    assert kit.ask(student, reason="旧手机丢了，已补办新号") == request
    assert kit.review(request) == "approved"


def test_refused():
    student = kit.student()
    request = kit.ask(student)
    assert kit.review(request, kit.REJECT) == "rejected"
    assert binding_of(student.user).openid == kit.OLD
    assert (kit.NEW, notices.refused_words()) in kit.letters()
    assert (request.openid, request.open_for_id) == ("", None)
    assert kit.review(kit.ask(student)) == "approved"


def test_asked_once_and_from_one_phone():
    student = kit.student()
    kit.ask(student)
    for openid, words in ((kit.NEW, "You have asked already"), ("oThird", "Another WeChat has asked")):
        with translation.override("en"), pytest.raises(Refused, match=words):
            kit.ask(student, openid)
    assert RebindRequest.objects.count() == 1


def test_nothing_is_asked_without_a_reason_or_from_a_phone_in_use():
    student = kit.student()
    with pytest.raises(BadInput):
        kit.ask(student, reason="")
    with pytest.raises(Refused):
        kit.ask(student, kit.OLD)
    assert (RebindRequest.objects.count(), kit.letters()) == (0, set())


def test_phone_that_was_bound_elsewhere_meanwhile_is_not_taken_from_there():
    student = kit.student()
    request = kit.ask(student)
    other = make_student("李明")
    bind(other.user, kit.NEW, Proof.NAME_ID)
    with translation.override("en"), pytest.raises(Refused, match="bound to another account meanwhile"):
        kit.review(request)
    assert (binding_to(kit.NEW).user, binding_of(student.user).openid) == (other.user, kit.OLD)
