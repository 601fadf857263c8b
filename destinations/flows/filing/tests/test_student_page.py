"""The staff's page of a student says where the filing is, to whom it is or was asked of, and to nobody else."""

import pytest
from django.urls import reverse

from approvals.actions import Actor, delegate
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_class, make_student

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing():
    return kit.submit(make_student("王晓雨", unit=make_class()))


def page_for(client, person, filing) -> str:
    client.force_login(person)
    return client.get(reverse("students:detail", args=[filing.student.pk])).content.decode()


def test_counselor_finds_the_filing_and_who_has_it_also_when_it_is_lent(client, filing):
    people = kit.reviewers_of(filing.student)
    counselor, officer = people["counselor_review"], people["college_review"]
    task = kit.open_task(filing)
    link = reverse("approvals:task", args=[task.pk])
    page = page_for(client, counselor, filing)
    assert (f'href="{link}"' in page, "辅导员审核 · 辅导员 · " in page) == (True, True)
    delegate(task.pk, officer.pk, Actor(counselor), text="公章看不清，请您看看")
    page = page_for(client, counselor, filing)
    assert (f'href="{link}"' in page, f"辅导员审核 · {officer.name}" in page) == (True, True)
    assert "收回征求" in client.get(link).content.decode()


def test_officer_who_is_not_asked_yet_sees_the_student_and_no_case(client, filing):
    officer = kit.reviewers_of(filing.student)["college_review"]
    page = page_for(client, officer, filing)
    assert ("王晓雨" in page, "QX-" in page) == (True, False)
    kit.review(filing)
    assert kit.case_of(filing).number in page_for(client, officer, filing)
