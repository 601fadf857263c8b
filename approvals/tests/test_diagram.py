"""The diagram of a case: its own version, the way taken, where it is, with people and times."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import add_unit
from accounts.models import UnitKind
from accounts.roles import Role
from approvals.actions import Actor, Decision, copy_to, decide, submit
from approvals.diagram_page import DiagramPage
from approvals.models import CarbonCopy
from approvals.tests.kit import RETURN, open_task, submitted
from processes.actions import publish
from processes.models import Case
from processes.tests.draw import definition, end, flows, user
from processes.tests.kit import KEY, ScratchFlow

pytestmark = pytest.mark.django_db


def marks(case: Case) -> dict[str, dict]:
    return DiagramPage(Case.objects.get(pk=case.pk)).data["marks"]


def client(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_passed_elements_and_flows_are_marked_and_the_present_step(flow: ScratchFlow):
    task = submitted(flow, "s1")
    found = marks(task.process)
    assert found["file"]["state"] == "passed"
    assert found["file"]["lines"][0] == "王晓雨"
    assert found["class_review"]["state"] == "current"
    assert "软件2301" in found["class_review"]["lines"][0]
    assert "take_effect" not in found


def test_who_decided_and_when_stands_at_the_step(flow: ScratchFlow):
    task = submitted(flow, "s1")
    decide(task.pk, Decision("approve"), Actor(flow.counselor))
    mark = marks(task.process)["class_review"]
    assert (mark["state"], mark["lines"][0]) == ("passed", flow.counselor.name)


def test_a_running_case_keeps_the_drawing_of_its_own_version(flow: ScratchFlow):
    task = submitted(flow, "s1")
    publish(KEY, definition(user("brand_new"), end(), flows("file > brand_new > end")))
    assert "brand_new" not in DiagramPage(Case.objects.get(pk=task.process_id)).data["bpmn"]


def test_how_often_the_case_was_at_a_step_stands_at_it(flow: ScratchFlow):
    task = submitted(flow, "s1")
    decide(task.pk, RETURN, Actor(flow.counselor))
    again = open_task(task.process)
    submit(again.pk, Actor(again.owner))
    assert marks(task.process)["file"]["sign"] == "×2"


def test_diagram_is_for_who_operates_the_case(flow: ScratchFlow):
    task = submitted(flow, "s1")
    url = reverse("cases:diagram", args=[task.process_id])
    away = add_unit(flow.university, UnitKind.COLLEGE, "外国语学院")
    own = flow.person("t6", "赵老师", Role.UNIVERSITY_OFFICER, flow.college)
    other = flow.person("t7", "周老师", Role.UNIVERSITY_OFFICER, away)
    assert (client(own).get(url).status_code, client(other).get(url).status_code) == (200, 404)


def test_diagram_of_a_copy_is_for_its_recipient(flow: ScratchFlow):
    task = submitted(flow, "s1")
    copy_to(task.pk, [flow.officer.pk], Actor(flow.counselor))
    url = reverse("approvals:copy_diagram", args=[CarbonCopy.objects.get().pk])
    assert client(flow.officer).get(url).status_code == 200
    assert client(flow.counselor).get(url).status_code == 404


def test_the_page_holds_drawing_and_list(flow: ScratchFlow):
    task = submitted(flow, "s1")
    url = reverse("approvals:task_diagram", args=[task.pk])
    whole = client(flow.counselor).get(url).content.decode()
    part = client(flow.counselor).get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    data = json.loads(re.search(r'<script id="case-diagram" type="application/json">(.*?)</script>', part)[1])
    assert "BPMNShape" in data["bpmn"]
    assert 'aria-current="step"' in part
    assert "王晓雨" in part


def test_a_colleague_without_the_task_finds_nothing(flow: ScratchFlow):
    task = submitted(flow, "s1")
    assert client(flow.officer).get(reverse("approvals:task_diagram", args=[task.pk])).status_code == 404
