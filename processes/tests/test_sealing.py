"""Columns that were plain and are encrypted by a migration; personal remarks are encrypted at rest."""

import datetime
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from common.crypto import decrypt
from common.fields import EncryptedTextField
from common.sealing import sealing
from processes.models import Incident, Job, JobKind

pytestmark = pytest.mark.django_db
MOMENT = datetime.datetime(2027, 6, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("talks.Talk", "reply_text"),
        ("talks.Talk", "called_off_text"),
        ("employers.EmployerUser", "remark"),
        ("processes.Incident", "error"),
        ("processes.Incident", "reason"),
        ("processes.Job", "error"),
    ],
)
def test_what_people_write_freely_is_encrypted(model: str, name: str) -> None:
    found = apps.get_model(model)
    assert isinstance(found._meta.get_field(name), EncryptedTextField)
    assert name in found.Privacy.personal


def _stored(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {connection.ops.quote_name(name)} FROM processes_incident")
        return str(cursor.fetchone()[0])


def test_what_was_plain_is_sealed_and_plain_again_backwards() -> None:
    job = Job.objects.create(kind=JobKind.START, run_at=MOMENT)
    incident = Incident.objects.create(job=job, kind=JobKind.START, first_failed_at=MOMENT, failed_at=MOMENT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE processes_incident SET error = %s", ["打不开 a.com"])
    step = sealing({"processes_incident": ["error", "reason"]})
    editor = SimpleNamespace(connection=connection)
    step.code(apps, editor)
    assert decrypt(_stored("error"), "processes_incident.error") == "打不开 a.com"
    assert (Incident.objects.get(pk=incident.pk).error, _stored("reason")) == ("打不开 a.com", "")
    step.reverse_code(apps, editor)
    assert _stored("error") == "打不开 a.com"
