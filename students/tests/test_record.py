"""The student's own record: read it, confirm it, know whom to ask."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Unit
from accounts.roles import Role
from common.errors import Refused
from students import actions
from students.models import Student
from students.tests.kit import graduate, graduates, id_no, load, staff, student

pytestmark = pytest.mark.django_db
RECORD = "/me/record/"


@pytest.fixture
def client(tmp_path) -> Client:
    load(tmp_path, graduate(1), graduate(2))
    client = Client()
    client.force_login(student(1).user)
    return client


def test_own_record_is_shown_in_words_with_the_number_masked(client):
    text = client.get(RECORD).content.decode()
    for words in ("王晓雨", "软件2301", "浙江省杭州市西湖区", "13800000000", "330******"):
        assert words in text
    assert id_no(1) not in text
    assert reverse("students:confirm") in text


def test_reason_of_hardship_is_for_staff_only(client):
    Student.objects.update(hardship_category="1", hardship_reason="父亲重病")
    assert "父亲重病" not in client.get(RECORD).content.decode()
    officer = Client()
    officer.force_login(staff("T1"))
    url = reverse("students:detail", args=[student(1).pk])
    line = next(
        line
        for section in officer.get(url).context["sections"]
        for line in section.lines
        if line.field == "hardship_reason"
    )
    assert line.is_masked
    assert "父亲重病" not in officer.get(url).content.decode()
    assert (
        "父亲重病" in officer.post(f"{url}reveal/hardship_reason/", {"purpose": "contact"}).content.decode()
    )
    assert AccessLog.objects.get(action="reveal").detail == "hardship_reason"


def test_confirming_opens_the_filing_and_is_done_once(client):
    answer = client.post(RECORD + "confirm/")
    assert answer.url == reverse("destinations:me")
    mine = student(1)
    assert (mine.is_confirmed, mine.verified_by, mine.verified_at is not None) == (True, mine.user, True)
    first = mine.verified_at
    assert client.post(RECORD + "confirm/").url == RECORD
    assert student(1).verified_at == first
    assert reverse("students:confirm") not in client.get(RECORD).content.decode()


def test_nobody_confirms_for_somebody_else(client):
    with pytest.raises(Refused):
        actions.confirm_record(student(2), student(1).user)
    assert not student(2).is_confirmed


def test_counselors_are_named_else_the_officer_of_the_college(client):
    assert "所在学院" in client.get(RECORD).content.decode()
    college = Unit.objects.get(name="计算机学院")
    officer = staff("T1", Role.COLLEGE_OFFICER, college)
    assert list(client.get(RECORD).context["contacts"]) == [officer]
    counselor = staff("T2", Role.COUNSELOR, Unit.objects.get(name="软件2301"))
    assert client.get(RECORD).context["contacts"] == [counselor]
    page = client.get(RECORD).content.decode()
    assert (counselor.name in page, reverse("privacy:ask", args=["correction"]) in page) == (True, True)


def test_staff_have_no_record_and_strangers_sign_in(db):
    client = Client()
    assert client.get(RECORD).status_code == 302
    client.force_login(staff("T1"))
    assert client.get(RECORD).status_code == 404
    assert client.post(RECORD + "confirm/").status_code == 404
    assert client.get(RECORD + "confirm/").status_code == 405


@pytest.mark.parametrize("count", [3, 300])
def test_record_needs_the_same_queries_at_every_size(tmp_path, count, django_assert_num_queries):
    load(tmp_path, *graduates(count))
    client = Client()
    client.force_login(student(1).user)
    with django_assert_num_queries(8):
        client.get(RECORD)
