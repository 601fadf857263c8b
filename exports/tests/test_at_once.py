"""Two at once at one export, in earnest: threads against the database."""

import datetime
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from accounts.access.models import AccessLog
from accounts.models import User
from approvals.actions import Actor
from common.errors import Refused
from exports.flows.export import actions
from exports.flows.export.tests import kit
from exports.making import make_file
from exports.models import Export, ExportState
from processes.audit.verify import verify_trail
from processes.engine.jobs import sweep

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PEOPLE = 5


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def stored(tmp_path) -> Callable[[], int]:
    return lambda: sum(path.is_file() for path in (tmp_path / "exports").rglob("*"))


def together(work: list[Callable[[], Any]]) -> list[Any]:
    """Everything at once; what each gave or raised."""
    found: list[Any] = []
    ready = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> None:
        try:
            ready.wait()
            found.append(one())
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def taking(export: Export, act: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: act(export.pk, Actor(User.objects.get(pk=export.asker_id)))


def once(found: list[Any]) -> Any:
    """The one that was not refused."""
    refused = [each for each in found if isinstance(each, Refused)]
    others = [each for each in found if each not in refused]
    assert (len(others), len(refused)) == (1, len(found) - 1), found
    return others[0]


def lines(action: str) -> int:
    return AccessLog.objects.filter(object_type="exports.export", action=action).count()


def test_two_downloads_at_once_give_the_file_once(stored):
    export = kit.ask(kit.school(2))
    word = actions.read_password(export.pk, Actor(export.asker))
    content = once(together([taking(export, actions.take)] * PEOPLE))
    assert kit.read(content, word).worksheets[1].max_row == 4
    export.refresh_from_db()
    assert (export.state, lines("file"), stored()) == (ExportState.TAKEN, 1, 0)
    assert verify_trail().fault is None


def test_password_is_shown_once_to_whoever_asks_at_once():
    export = kit.ask(kit.school(2))
    word = once(together([taking(export, actions.read_password)] * PEOPLE))
    assert (word, lines("reveal")) == (export.password, 1)


def test_download_and_end_of_the_time_at_once_leave_one_of_them(stored):
    export = kit.ask(kit.school(2))
    late = export.expires_at + datetime.timedelta(seconds=1)
    found = together([taking(export, actions.take), lambda: sweep(late)])
    export.refresh_from_db()
    taken = any(isinstance(each, bytes) for each in found)
    assert (export.state, lines("file")) == ((ExportState.TAKEN, 1) if taken else (ExportState.EXPIRED, 0))
    assert stored() == 0


def test_two_workers_at_once_leave_one_file_and_its_password(stored):
    export = kit.ask(kit.school(2))
    Export.objects.filter(pk=export.pk).update(state=ExportState.MAKING)
    now = timezone.now()
    together([lambda: make_file(Export.objects.get(pk=export.pk), now)] * 2)
    export.refresh_from_db()
    with export.file.open("rb") as file:
        assert kit.read(file.read(), export.password).worksheets[1].max_row == 4
    assert stored() == 1


def test_file_made_for_an_export_that_was_ended_meanwhile_is_not_kept(stored):
    export = kit.ask(kit.school(2), columns=["name", "id_no"])
    with pytest.raises(Refused):
        make_file(export, timezone.now())
    assert (stored(), Export.objects.get(pk=export.pk).file.name) == (0, "")
