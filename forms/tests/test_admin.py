"""Code tables in the admin: official rows can be switched off, own rows edited."""

import pytest
from django.urls import reverse

from accounts.models import User
from forms import codes
from forms.models import Code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("changing_codes")]


@pytest.fixture
def developer(client):
    client.force_login(User.objects.create_superuser("dev", "开发", "correct-horse-7"))
    return client


def test_official_row_can_be_switched_off_and_nothing_else(developer, django_capture_on_commit_callbacks):
    row = Code.objects.get(table="gender", code="1")
    assert codes.choosable("gender", "1")
    with django_capture_on_commit_callbacks(execute=True):
        developer.post(reverse("admin:forms_code_change", args=[row.pk]), {"name": "别的"})
    assert codes.code_name("gender", "1") == "男"
    assert not codes.choosable("gender", "1")


def test_row_that_is_added_is_the_schools_own_and_can_be_edited(developer):
    values = {"table": "gender", "code": "5", "name": "其他", "sort": 9, "is_active": "on"}
    values |= {"valid_from": 0, "valid_to": 9999, "attributes": "{}"}
    developer.post(reverse("admin:forms_code_add"), values)
    row = Code.objects.get(table="gender", code="5")
    assert row.is_local
    developer.post(reverse("admin:forms_code_change", args=[row.pk]), values | {"name": "另一个"})
    assert Code.objects.get(pk=row.pk).name == "另一个"


def test_rows_cannot_be_deleted(developer):
    row = Code.objects.get(table="gender", code="1")
    answer = developer.post(reverse("admin:forms_code_delete", args=[row.pk]), {"post": "yes"})
    assert answer.status_code == 403
    assert Code.objects.filter(pk=row.pk).exists()
