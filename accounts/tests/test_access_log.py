"""The access log: what leaves a line, what the chain finds, where old lines go."""

import datetime
import threading
from contextlib import suppress

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, connections
from django.test import Client
from django.utils import timezone, translation

from accounts.access import archive, seals
from accounts.access.actions import log_access
from accounts.access.models import AccessArchive, AccessLog, AccessSeal, Channel, Verb
from accounts.access.origin import Origin, coming_from
from accounts.access.verify import verify_log
from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def write(sql: str, *params) -> None:
    """Behind the application's back."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.fixture
def lines(counselor) -> list[AccessLog]:
    """Four sealed lines in two seals, and one that waits."""
    made = [log_access(counselor, "view", counselor, detail=str(number)) for number in range(3)]
    seals.seal_all()
    made.append(log_access(counselor, "reveal", counselor, words="家访"))
    seals.seal_all()
    return [*made, log_access(None, "command", ("command", "shell"), channel=Channel.SHELL)]


def test_line_says_who_what_for_and_where_from(counselor, graduate):
    with coming_from(Origin(Channel.API, "10.0.0.7", "r-12345678")):
        made = log_access(
            counselor,
            "reveal",
            graduate,
            detail="mobile",
            purpose="contact",
            words="家访",
            acting_for=graduate,
        )
    found = AccessLog.objects.get()
    assert (found.user, found.acting_for, found.action, found.channel) == (
        counselor,
        graduate,
        "reveal",
        "api",
    )
    assert (found.object_type, found.object_id) == ("accounts.user", str(graduate.pk))
    assert (found.ip, found.request_id, found.purpose, found.words) == (
        "10.0.0.7", "r-12345678", "contact", "家访",
    )  # fmt: skip
    assert made.pk == found.pk


def test_untouched_log_is_intact(lines):
    report = verify_log()
    assert (report.lines, report.seals, report.fault) == (5, 2, "")
    assert report.head == f"2:{AccessLog.objects.get(number=4).hash}"
    assert list(AccessLog.objects.exclude(number=None).order_by("at", "id").values_list("number", flat=True)) == [
        1, 2, 3, 4,
    ]  # fmt: skip


TAMPERED = {
    "who": ("UPDATE accounts_accesslog SET user_id = NULL WHERE number = 2", "Line 2 was changed"),
    "what": ("UPDATE accounts_accesslog SET action = 'view' WHERE number = 4", "Line 4 was changed"),
    "words": ("UPDATE accounts_accesslog SET words = '' WHERE number = 4", "Line 4 was changed"),
    "result": ("UPDATE accounts_accesslog SET succeeded = 0 WHERE number = 1", "Line 1 was changed"),
    "not sealed": ("UPDATE accounts_accesslog SET channel = 'page' WHERE number IS NULL", "not sealed yet"),
    "removed": ("DELETE FROM accounts_accesslog WHERE number = 2", "Line 2 is missing (found 3)"),
    "removed last": ("DELETE FROM accounts_accesslog WHERE number = 4", "The chain ends with line 3"),
    "renumbered": ("UPDATE accounts_accesslog SET number = 9 WHERE number = 4", "Line 4 is missing"),
    "hash": ("UPDATE accounts_accesslog SET hash = mac WHERE number = 3", "Line 3 does not follow"),
    "seal": ("UPDATE accounts_accessseal SET last = 5 WHERE number = 2", "The signature of seal 2"),
    "seal gone": ("DELETE FROM accounts_accessseal WHERE number = 1", "Seal 1 is missing"),
}


@pytest.mark.parametrize(("sql", "said"), TAMPERED.values(), ids=TAMPERED.keys())
def test_whatever_is_done_behind_its_back_is_found(lines, sql, said):
    write(sql)
    assert said in verify_log().fault


def test_line_that_somebody_inserted_is_found(lines, counselor):
    AccessLog.objects.bulk_create([AccessLog(user=counselor, action="view", mac="0" * 64)])
    assert "was changed or inserted" in verify_log().fault


def test_end_noted_elsewhere_finds_lines_that_went_with_their_seal(lines):
    head = verify_log().head
    write("DELETE FROM accounts_accesslog WHERE number = 4 OR number IS NULL")
    write("DELETE FROM accounts_accessseal WHERE number = 2")
    assert verify_log().fault == ""
    assert "no longer part of the chain" in verify_log(head).fault


def test_sealing_that_stopped_is_said(lines):
    later = timezone.now() + datetime.timedelta(hours=2)
    assert "Nothing was sealed since" in verify_log(now=later).fault


def test_nobody_changes_or_removes_a_line(lines):
    for forbidden in (
        lambda: AccessLog.objects.update(words=""),
        lambda: AccessLog.objects.all().delete(),
        lambda: lines[0].delete(),
    ):
        with pytest.raises(TypeError):
            forbidden()
    assert AccessLog.objects.count() == 5


def test_command_names_the_fault_and_ends_with_1(lines, capsys):
    call_command("verify_access_log")
    assert "checked 5 lines, 2 seals" in capsys.readouterr().out
    write("DELETE FROM accounts_accesslog WHERE number = 2")
    with pytest.raises(SystemExit):
        call_command("verify_access_log")
    assert "NOT INTACT: Line 2 is missing" in capsys.readouterr().err


# --- keeping ---


def test_lines_of_more_than_a_year_go_to_a_file_and_the_rest_still_holds(
    lines, settings, tmp_path, counselor
):
    settings.MEDIA_ROOT = tmp_path
    later = timezone.now() + archive.HOT + datetime.timedelta(days=1)
    assert archive.archive_old(now=timezone.now()) == 0
    assert archive.archive_old(now=later) == 4
    log_access(counselor, "view", counselor)
    seals.seal_all()
    assert (verify_log().lines, verify_log().fault) == (2, "")
    file = AccessArchive.objects.get().file
    assert counselor.pk.hex.encode() not in file.read()
    file.close()
    (tmp_path / file.name).write_bytes(b"other")
    assert "missing or was changed" in verify_log().fault


def test_files_are_thrown_away_after_three_cold_years(lines, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    later = timezone.now() + archive.HOT + datetime.timedelta(days=1)
    archive.archive_old(now=later)
    assert archive.discard_cold(now=later + archive.COLD - datetime.timedelta(days=1)) == 0
    assert archive.discard_cold(now=later + archive.COLD + datetime.timedelta(days=1)) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert verify_log().fault == ""


# --- many at once ---


@pytest.mark.django_db(transaction=True)
def test_many_writers_and_sealers_at_once_leave_one_whole_chain():
    user = User.objects.create_user("T009", "陈老师")
    failed: list[str] = []

    def work(job) -> None:
        try:
            for _turn in range(10):
                job()
        except Exception as error:
            failed.append(repr(error))
        finally:
            connections.close_all()

    def seal() -> None:
        with suppress(IntegrityError, OperationalError):  # two sealers met: one of them has sealed
            seals.seal_lines()

    jobs = [lambda: log_access(user, "view", user)] * 4 + [seal] * 2
    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    seals.seal_all()
    report = verify_log()
    assert (failed, report.lines, report.fault) == ([], 40, "")
    assert AccessSeal.objects.latest("number").last == 40


# --- what leaves a line ---


def written() -> list[tuple]:
    found = AccessLog.objects.order_by("at", "id").select_related("user")
    return [
        (line.user.username if line.user else "", line.action, line.object_type, line.channel)
        for line in found
    ]


def test_signing_in_and_out_and_failing_leave_lines(counselor):
    client = Client()
    client.post("/account/sign-in/", {"username": "T001", "password": "wrong"})
    client.post("/account/sign-in/", {"username": "my-secret-password", "password": "x"})
    client.post("/account/sign-in/", {"username": "T001", "password": PASSWORD})
    client.post("/account/sign-out/", HTTP_USER_AGENT="... MicroMessenger/8.0")
    assert written() == [
        ("", "sign_in_failed", "accounts.user", "page"),
        ("", "sign_in_failed", "", "page"),
        ("T001", "sign_in", "accounts.user", "page"),
        ("T001", "sign_out", "accounts.user", "wechat"),
    ]
    assert list(AccessLog.objects.filter(succeeded=False).values_list("detail", flat=True)) == ["", ""]


def test_change_that_says_nothing_itself_leaves_a_line(counselor):
    client = Client()
    client.force_login(counselor)
    day = (timezone.localdate() + datetime.timedelta(days=3)).isoformat()
    assert client.get("/account/absence/").status_code == 200
    assert client.post("/account/absence/", {"starts_on": "x"}).status_code == 422
    assert written() == []
    answer = client.post("/account/absence/", {"starts_on": day, "ends_on": day}, REMOTE_ADDR="10.0.0.9")
    line = AccessLog.objects.get()
    assert (line.user, line.action, line.object_type, line.ip) == (
        counselor, "change", "accounts:absence", "10.0.0.9",
    )  # fmt: skip
    assert answer.headers["X-Request-ID"] == line.request_id


def test_admin_leaves_lines_for_looks_and_changes(graduate, counselor):
    client = Client()
    client.force_login(User.objects.create_superuser("dev", "开发者", PASSWORD))
    client.get(f"/admin/accounts/user/{graduate.pk}/change/")
    chosen = {"action": "delete_selected", "_selected_action": [str(graduate.pk)], "post": "yes"}
    assert client.post("/admin/accounts/user/", chosen).status_code == 302
    found = [(line.action, line.object_id, line.channel) for line in AccessLog.objects.order_by("at", "id")]
    assert found == [
        ("admin_view", str(graduate.pk), "admin"),
        ("admin_delete", str(graduate.pk), "admin"),
    ]


def test_command_line_leaves_a_line_and_covers_long_numbers(monkeypatch):
    from accounts.access.shell import note_command

    monkeypatch.setenv("SUDO_USER", "wang")
    monkeypatch.setenv("SSH_CLIENT", "10.1.2.3 555 22")
    note_command(["manage.py", "migrate"])
    note_command(["manage.py", "shell", "-c", "print(330106200503150021)"])
    line = AccessLog.objects.get()
    assert (line.user, line.action, line.object_id, line.channel) == (None, "command", "shell", "shell")
    assert (line.detail, line.ip) == ("wang: shell -c print(******)", "10.1.2.3")


def test_changed_fields_are_told_by_their_names():
    with translation.override("zh-hans"):
        line = AccessLog(action=Verb.CHANGE, object_type="students.student", detail="mobile,something else")
        assert line.detail_words == "手机号码, something else"
