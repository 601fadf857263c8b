"""The pages of requests: who asks types the password, what stands in the way is said, the officer answers."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from privacy.duties import kept_until
from privacy.flows.requests.tests import kit
from privacy.holdings import HOLDINGS
from privacy.models import DataRequest
from privacy.retention.actions import place_hold
from students.models import Student

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
SAID = {"said": "我想看老师写的说明", "password": PASSWORD}


@pytest.fixture
def student(client) -> Student:
    found = kit.school(qq="12345678")
    found.user.set_password(PASSWORD)
    found.user.save()
    client.force_login(found.user)
    return found


def url(kind: str) -> str:
    return reverse("privacy:ask", args=[kind])


def test_request_takes_the_present_password(client, student):
    wrong = client.post(url("access"), SAID | {"password": "guessed"})
    assert wrong.status_code == 422
    assert not DataRequest.objects.exists()
    asked = client.post(url("access"), SAID)
    assert asked.status_code == 302
    page = client.get(asked.url).content.decode()
    assert SAID["said"] in page


def test_kind_that_is_none_is_no_page(client, student):
    assert client.get(url("anything")).status_code == 404


def test_same_thing_twice_leads_to_the_open_request(client, student):
    first = client.post(url("access"), SAID).url
    again = client.post(url("access"), SAID)
    assert again.status_code == 409
    assert first in again.content.decode()


def test_deletion_says_what_of(client, student):
    assert client.post(url("deletion"), SAID).status_code == 422
    assert client.post(url("deletion"), SAID | {"about": "no such thing"}).status_code == 422
    assert client.post(url("deletion"), SAID | {"about": "contact"}).status_code == 302
    assert DataRequest.objects.get().about == "contact"


def test_correction_that_cannot_be_read_is_marked_at_its_field(client, student):
    wrong = client.post(url("correction"), SAID | {"field": "mobile", "wanted": "new"})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors["wanted"]
    assert client.post(url("correction"), SAID | {"field": "mobile"}).status_code == 422
    asked = client.post(url("correction"), SAID | {"field": "mobile", "wanted": "13988887777"})
    assert asked.status_code == 302


def test_field_of_the_staff_is_not_offered(client, student):
    offered = dict(client.get(url("correction")).context["form"].fields["field"].choices)
    assert "mobile" in offered
    assert "hardship_reason" not in offered


def test_people_without_a_record_ask_in_own_words(client, student):
    client.force_login(User.objects.get(username="career_center_director"))
    assert "field" not in client.get(url("correction")).context["form"].fields
    assert client.post(url("correction"), SAID).status_code == 302
    assert DataRequest.objects.get().about == "account"


def test_others_find_no_request(client, student):
    request = kit.ask(student, "access")
    client.force_login(User.objects.get(username="university_officer"))
    for name in ("request", "change"):
        assert client.get(reverse(f"privacy:{name}", args=[request.pk])).status_code == 404


def test_what_is_with_the_officer_is_not_changed(client, student):
    request = kit.ask(student, "access")
    assert client.get(reverse("privacy:change", args=[request.pk])).status_code == 409


def test_returned_request_is_handed_in_again(client, student):
    request = kit.ask(student, "deletion", "contact")
    kit.review(request, kit.RETURN)
    page = reverse("privacy:change", args=[request.pk])
    assert kit.RETURN.text in client.get(page).content.decode()
    assert client.post(page, SAID | {"said": "请删除我的 QQ"}).status_code == 302
    request.refresh_from_db()
    assert (request.state, request.said, request.about) == ("in_review", "请删除我的 QQ", "contact")


def test_officer_answers_on_a_page_that_says_what_the_law_has_kept(client, student):
    request = kit.ask(student, "deletion", "destinations")
    client.force_login(User.objects.get(username="university_officer"))
    page = reverse("privacy:answer", args=[kit.task_of(request).pk])
    assert f"{student.cohort + 3}年12月31日" in client.get(page).content.decode()
    assert client.post(page, {"answer": "好"}).status_code == 422
    assert client.post(page, {"answer": kit.ANSWER}).status_code == 302
    request.refresh_from_db()
    assert request.state == "restricted"
    client.force_login(student.user)
    told = client.get(reverse("privacy:request", args=[request.pk])).content.decode()
    assert f"{student.cohort + 3}年12月31日" in told


def test_officer_sees_that_a_legal_hold_stands(client, student):
    request = kit.ask(student, "deletion", "contact")
    officer = User.objects.get(username="university_officer")
    place_hold(student.user.username, "诉讼 2026-17", officer)
    client.force_login(officer)
    said = client.get(
        reverse("privacy:answer", args=[kit.task_of(request).pk]), headers={"accept-language": "en"}
    )
    assert "A legal hold stands on this person" in said.content.decode()


@pytest.mark.parametrize(("years", "until"), [(3, 3), (5, 5)])
def test_proof_is_kept_as_long_as_the_school_says(student, settings, years, until):
    settings.EVIDENCE_YEARS = years
    assert kept_until(student.user, "files") == datetime.date(student.cohort + until, 12, 31)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("employer", "5 years after you stopped acting for it."),
        ("notices", "1 year after they were written."),
        ("door", "200 days after each sign-in."),
        ("wechat", "Until you unbind it, at most 30 months after you graduate."),
    ],
)
def test_my_data_says_how_long_by_the_table_of_periods(settings, kind, words):
    settings.EVIDENCE_YEARS, settings.SIGN_IN_LOG_DAYS, settings.WECHAT_KEEP_MONTHS = 5, 200, 30
    with translation.override("en"):
        assert next(str(each.how_long) for each in HOLDINGS if each.key == kind) == words


def test_officer_answers_a_sight_that_is_too_old_and_is_told(client, student):
    request = kit.ask(student, "access")
    task = kit.task_of(request)
    client.force_login(User.objects.get(username="university_officer"))
    page = reverse("privacy:answer", args=[task.pk])
    assert client.post(page, {"answer": kit.ANSWER, "revision": task.revision + 5}).status_code == 409
    request.refresh_from_db()
    assert (request.state, request.answer) == ("in_review", "")
