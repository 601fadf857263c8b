"""Django's admin shows units and appointments and changes none: rules, second person and trail lie elsewhere."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Appointment, Unit, User
from accounts.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def developer() -> Client:
    browser = Client()
    browser.force_login(User.objects.create_superuser("dev", "开发", "x"))
    return browser


@pytest.mark.parametrize("kind", ["unit", "appointment"])
def test_developer_reads_rows_and_changes_none(developer, counselor, kind):
    row = {"unit": Unit, "appointment": Appointment}[kind].objects.latest("pk")
    page = reverse(f"admin:accounts_{kind}_change", args=[row.pk])
    assert developer.get(reverse(f"admin:accounts_{kind}_changelist")).status_code == 200
    assert developer.get(page).status_code == 200
    assert developer.post(page, {"role": Role.AUDITOR}).status_code == 403
    assert developer.get(reverse(f"admin:accounts_{kind}_add")).status_code == 403
    assert developer.post(reverse(f"admin:accounts_{kind}_delete", args=[row.pk])).status_code == 403


def test_nobody_is_appointed_on_the_page_of_a_person(developer, counselor, college):
    page = reverse("admin:accounts_user_change", args=[counselor.pk])
    text = developer.get(page).content.decode()
    assert "appointments-0" in text
    assert 'name="appointments-0-role"' not in text
    assert "appointments-__prefix__" not in text


def test_whoever_may_not_enter_finds_nothing_and_a_stranger_the_door(client, counselor):
    door = client.get("/admin/", follow=True)
    assert door.redirect_chain[-1][0].startswith("/account/sign-in/")
    client.force_login(counselor)
    assert client.get("/admin/", follow=True).status_code == 404
