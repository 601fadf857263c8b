"""Applicants of every flow with pages of its own ask whoever has the case to hurry, once a day."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from messaging.models import Notice
from processes.models import Case, Event
from processes.queries import cases_on
from processes.registry import all_flows
from tests.test_subjects import SAMPLES, afresh  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db

#: Where the applicant follows the case; another WeChat is asked for by whoever cannot sign in yet.
PAGES: dict[str, Callable[[Any], str]] = {
    "campus_talk": lambda talk: reverse("talks:own", args=[talk.pk]),
    "data_request": lambda own: reverse("privacy:request", args=[own.pk]),
    "destination_filing": lambda _destination: reverse("destinations:me"),
    "employer_vetting": lambda _employer: reverse("employers:home"),
    "sensitive_export": lambda found: reverse("exports:export", args=[found.pk]),
}


def test_every_flow_is_tried():
    assert set(PAGES) | {"wechat_rebinding"} == {flow.key for flow in all_flows()}


def _handed_in(flow: str) -> tuple[Case, str, Client]:
    """A case in review, its applicant's page, and the applicant's browser."""
    subject = SAMPLES[flow].hand_in()
    case = cases_on(subject)[0]
    client = Client()
    client.force_login(case.initiator)
    return case, PAGES[flow](subject), client


@pytest.mark.parametrize("flow", sorted(PAGES))
def test_applicant_urges_once_a_day_from_the_page_of_the_case(flow):
    case, page, client = _handed_in(flow)
    address = reverse("approvals:urge", args=[case.pk])
    assert f'action="{address}"' in client.get(page).content.decode()
    answer = client.post(address, headers={"referer": f"http://testserver{page}"})
    assert (answer.status_code, answer["location"]) == (302, page)
    assert Event.objects.filter(case=case, kind="urged").count() == 1
    assert Notice.objects.filter(kind="task_urged").exists()
    client.get(page)  # says so once, as a message
    text = client.get(page).content.decode()
    assert f'action="{address}"' not in text
    assert "已催办，明天可以再催。" in text
    assert client.post(address).status_code == 409
    assert Event.objects.filter(case=case, kind="urged").count() == 1
