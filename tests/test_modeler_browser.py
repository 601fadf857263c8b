"""The diagram editor in a browser, by somebody who never drew a process."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import Role
from destinations.flows.filing.forms import version
from processes.actions import load_definitions
from processes.bpmn.reader import read
from processes.evolve.models import Draft
from tests.desk import open_desk
from tests.looking import CHINESE, ENGLISH, look, wrong_with

PAGE = "/design/destination_filing/draft/diagram/"


@pytest.fixture
def officer(transactional_db) -> User:
    person = User.objects.create_user("T001", "刘老师", "correct-horse-7")
    appoint(person, Role.CAREER_CENTER_DIRECTOR, add_unit(None, UnitKind.UNIVERSITY, "启程大学"))
    load_definitions()
    version()
    return person


@pytest.fixture
def drawing(desktop, live_server, officer) -> Page:
    open_desk(desktop, live_server, officer, PAGE)
    expect(desktop.locator(".mod-ready")).to_be_visible()
    return desktop


def text() -> str:
    return Draft.objects.get().text


def test_page_looks_right(drawing):
    look(drawing, "modeler")


def test_page_looks_right_chosen(drawing):
    drawing.locator('[data-field=chosen]').select_option("university_review")
    look(drawing, "modeler-chosen")
    drawing.locator("[data-make=task]").click()
    drawing.wait_for_timeout(3000)
    look(drawing, "modeler-added")
    drawing.locator('[data-field=chosen]').select_option("to_freelance")
    drawing.get_by_role("button", name="选择条件").click()
    drawing.wait_for_timeout(1000)
    look(drawing, "modeler-condition")
    drawing.emulate_media(color_scheme="dark")
    drawing.set_viewport_size({"width": 1920, "height": 1080})
    drawing.locator('[data-field=chosen]').select_option("make_effective")
    look(drawing, "modeler-dark")
