"""The address of a file is signed, for one export and for an hour."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exports.flows.export.tests import kit
from exports.models import Export

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(settings, tmp_path) -> Export:
    settings.MEDIA_ROOT = tmp_path
    return kit.ask(kit.school(2))


@pytest.fixture
def asker(export) -> Client:
    client = Client()
    client.force_login(export.asker)
    return client


def address(client: Client, export: Export) -> str:
    """What the page gives to its button."""
    page = client.get(reverse("exports:export", args=[export.pk])).content.decode()
    found = re.search(rf'"([^"]*{export.pk}/file/[^"]+)"', page)
    assert found
    return found[1]


def test_it_opens_once(asker, export):
    url = address(asker, export)
    answer = asker.post(url)
    assert (answer.status_code, answer["Content-Type"].startswith("application/")) == (200, True)


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (61, 409)])
def test_it_ends_after_an_hour_and_nothing_is_used_up(asker, export, minutes, status):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        url = address(asker, export)
    # steps of a person who stays, so that the session does not end by itself
    for passed in range(20, minutes, 20):
        with time_machine.travel(now + datetime.timedelta(minutes=passed), tick=False):
            asker.get(reverse("exports:list"))
    with time_machine.travel(now + datetime.timedelta(minutes=minutes), tick=False):
        assert asker.post(url).status_code == status
    assert bool(Export.objects.get(pk=export.pk).file) is (status != 200)


def test_signature_of_one_export_opens_no_other_and_none_can_be_made(asker, export):
    other = kit.ask(export.asker)
    token = address(asker, export).rstrip("/").rpartition("/")[2]
    for made_up in (token, f"{other.pk.hex}:1:x", token[:-1] + ("a" if token[-1] != "a" else "b")):
        answer = asker.post(reverse("exports:download", args=[other.pk, made_up]))
        assert answer.status_code == 404
    assert Export.objects.get(pk=other.pk).file
