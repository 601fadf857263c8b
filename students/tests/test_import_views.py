"""The import in the browser, page by page."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from accounts.actions import add_unit
from accounts.models import AccessLog, UnitKind
from accounts.roles import Role
from common.crypto import encrypt_bytes
from common.errors import Refused
from common.spreadsheet.reading import open_table
from students import actions
from students.importing import headers
from students.importing.columns import COLUMNS, MUST_BE_FILLED
from students.importing.problems import MESSAGES, restored
from students.models import ImportBatch, ImportState, Student
from students.tests.kit import graduate, graduates, id_no, school, staff, student, write_csv

pytestmark = pytest.mark.django_db(transaction=True)
IMPORT = "/desk/students/import/"


@pytest.fixture
def officer():
    return staff("T1")


@pytest.fixture
def client(officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def upload(client: Client, folder, *rows, cohort=2027, mode="upsert", fields=None) -> str:
    """Upload a file; the address of the import."""
    content = write_csv(folder / "毕业生.csv", rows, fields).read_bytes()
    data = {"file": SimpleUploadedFile("毕业生.csv", content), "cohort": cohort, "mode": mode}
    answer = client.post(IMPORT, data)
    assert answer.status_code == 302
    return answer.url.removesuffix("columns/")


def columns_of(client: Client, url: str, **changes) -> dict[str, str]:
    form = client.get(url + "columns/").context["form"]
    return (
        {name: form[name].value() or "" for name in form.fields if name.startswith("column-")}
        | {"mode": "upsert"}
        | changes
    )


def test_from_upload_to_undo(client, officer, tmp_path):
    url = upload(client, tmp_path, *graduates(3), graduate(4, id_no="1"))
    page = client.get(url, follow=True)
    assert page.redirect_chain[0][0] == url + "columns/"
    assert "13800000000" not in page.content.decode()
    answer = client.post(url + "columns/", columns_of(client, url))
    assert answer.url == url
    checked = client.get(url)
    batch = checked.context["batch"]
    assert (batch.state, batch.created, batch.wrong, Student.objects.count()) == (
        ImportState.CHECKED,
        3,
        1,
        0,
    )
    text = checked.content.decode()
    assert str(MESSAGES["bad_id_no"]).split("%")[0][:1] in text
    assert "计算机学院 / 软件工程 / 软件2301" in text
    client.post(url + "commit/")
    assert Student.objects.count() == 3
    assert url + "undo/" in client.get(url).content.decode()
    client.post(url + "undo/")
    assert (Student.objects.count(), ImportBatch.objects.get().state) == (0, ImportState.UNDONE)
    assert "已全部撤销" in client.get(url).content.decode()
    assert "毕业生.csv" in client.get(IMPORT).content.decode()


def test_report_is_downloaded_and_that_is_recorded(client, officer, tmp_path):
    url = upload(client, tmp_path, graduate(1), graduate(2, mobile="1"))
    client.post(url + "columns/", columns_of(client, url))
    answer = client.get(url + "report/")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert (sheet.max_row, sheet["A2"].value) == (2, "3")
    line = AccessLog.objects.get(action="export")
    for language, words in (("en", "Rows to correct"), ("zh-hans", "待更正的行")):
        with translation.override(language):
            assert line.detail_words == words


def test_bad_file_is_refused_beside_the_field_and_nothing_is_kept(client):
    data = {"file": SimpleUploadedFile("f.xlsx", b"%PDF-1.7"), "cohort": 2027, "mode": "upsert"}
    answer = client.post(IMPORT, data)
    assert answer.status_code == 422
    assert "PDF" in answer.context["form"].errors["file"][0]
    assert not ImportBatch.objects.exists()


def test_empty_upload_form_says_what_is_missing(client):
    answer = client.post(IMPORT, {})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"file", "cohort", "mode"})


def test_wrong_matching_keeps_the_page_and_starts_nothing(client, tmp_path):
    url = upload(client, tmp_path, graduate(1))
    data = columns_of(client, url) | {"column-2": "student_no"}
    answer = client.post(url + "columns/", data)
    assert answer.status_code == 422
    assert "学号" in answer.context["failure"]
    assert ImportBatch.objects.get().state == ImportState.UPLOADED


def test_without_a_worker_it_says_so_and_runs_nothing(client, tmp_path, settings):
    from celery import current_app

    url = upload(client, tmp_path, graduate(1))
    data = columns_of(client, url)
    eager, current_app.conf.task_always_eager = current_app.conf.task_always_eager, False
    old, current_app.conf.broker_url = current_app.conf.broker_url, "redis://127.0.0.1:1/0"
    try:
        answer = client.post(url + "columns/", data)
    finally:
        current_app.conf.task_always_eager, current_app.conf.broker_url = eager, old
    assert answer.status_code == 422
    assert "后台任务没有运行" in answer.content.decode()
    assert ImportBatch.objects.get().state == ImportState.UPLOADED


def test_swapped_columns_show_no_identity_numbers(client, tmp_path):
    number, phone = id_no(1), "13812345678"
    swapped = graduate(1, name=number, student_class=number, id_no=phone, qq=phone)
    url = upload(client, tmp_path, swapped, graduate(2, college=number, major=phone))
    data = columns_of(client, url)
    ImportBatch.objects.update(mapping={})
    pages = client.get(url + "columns/").content.decode()
    client.post(url + "columns/", data)
    pages += client.get(url).content.decode()
    batch = ImportBatch.objects.get()
    messages = [problem.message for row in batch.rows.all() for problem in restored(row.problems)]
    assert (batch.wrong, batch.created, len(batch.new_units)) == (1, 1, 1)
    assert "330******" in pages
    for text in (pages, str(messages), str(batch.new_units)):
        assert number not in text
        assert phone not in text


def test_progress_is_shown_until_the_job_ends(client, tmp_path):
    url = upload(client, tmp_path, *graduates(3))
    ImportBatch.objects.update(
        state=ImportState.CHECKING, done=2, queued_at=timezone.now(), progress_at=timezone.now()
    )
    text = client.get(url + "progress/").content.decode()
    assert 'value="2" max="3"' in text
    assert 'hx-trigger="every 1s"' in text
    ImportBatch.objects.update(state=ImportState.CHECKED)
    assert client.get(url + "progress/").headers["HX-Refresh"] == "true"


def test_file_that_is_still_being_read_says_so_and_shows_no_number(client, tmp_path):
    url = upload(client, tmp_path, *graduates(3))
    now = timezone.now()
    ImportBatch.objects.update(state=ImportState.COMMITTING, done=0, queued_at=now, progress_at=now)
    text = client.get(url + "progress/").content.decode()
    assert "正在读取文件" in text
    assert "<progress ></progress>" in text


def test_dead_job_can_be_carried_on(client, tmp_path):
    url = upload(client, tmp_path, *graduates(3))
    long_ago = timezone.now() - timezone.timedelta(minutes=5)
    ImportBatch.objects.update(state=ImportState.COMMITTING, queued_at=long_ago, progress_at=long_ago)
    assert f'action="{url}commit/"' in client.get(url).content.decode()
    client.post(url + "commit/")
    assert (ImportBatch.objects.get().state, Student.objects.count()) == (ImportState.COMMITTED, 3)


def test_job_that_fails_says_why(client, tmp_path):
    url = upload(client, tmp_path, *graduates(3))
    batch = ImportBatch.objects.get()
    with open(batch.file.path, "wb") as file:
        file.write(encrypt_bytes(b"%PDF"))
    client.post(url + "columns/", columns_of(client, url))
    batch.refresh_from_db()
    assert (batch.state, batch.is_stalled) == (ImportState.CHECKING, True)
    assert "PDF" in client.get(url).content.decode()


def test_second_start_of_a_running_job_is_refused(client, tmp_path):
    url = upload(client, tmp_path, *graduates(3))
    ImportBatch.objects.update(
        state=ImportState.COMMITTING, queued_at=timezone.now(), progress_at=timezone.now()
    )
    for verb in ("check", "commit", "undo", "discard"):
        client.post(f"{url}{verb}/")
    assert (ImportBatch.objects.get().state, Student.objects.count()) == (ImportState.COMMITTING, 0)


def test_second_click_while_the_first_loads_is_refused_and_destroys_nothing(client, tmp_path, monkeypatch):
    url = upload(client, tmp_path, *graduates(3))
    client.post(url + "columns/", columns_of(client, url))
    clicks = []

    def other_click_meanwhile():
        clicks.append(1)
        if len(clicks) == 1:
            client.post(url + "commit/")

    monkeypatch.setattr("students.actions.imports.require_worker", other_click_meanwhile)
    client.post(url + "commit/")
    batch = ImportBatch.objects.get()
    assert (len(clicks), batch.state, batch.created, batch.done) == (2, ImportState.COMMITTED, 3, 3)
    assert (batch.file.name, batch.committed_at is not None) == ("", True)


def test_late_change_of_columns_or_discard_leaves_a_loaded_import_alone(client, officer, tmp_path):
    url = upload(client, tmp_path, *graduates(3))
    client.post(url + "columns/", columns_of(client, url))
    stale = ImportBatch.objects.get()
    client.post(url + "commit/")
    with pytest.raises(Refused):
        actions.match_columns(stale, stale.columns, mode="upsert", by=officer)
    stale.state, stale.committed_at = ImportState.CHECKED, None
    with pytest.raises(Refused):
        actions.discard_import(stale)
    assert ImportBatch.objects.get().state == ImportState.COMMITTED
    ImportBatch.objects.all().delete()
    with pytest.raises(Refused):
        actions.discard_import(stale)


def test_upload_can_be_thrown_away(client, tmp_path):
    url = upload(client, tmp_path, graduate(1))
    assert client.post(url + "discard/").url == IMPORT
    assert client.get(url).status_code == 404


def test_template_comes_back_as_a_file_that_needs_only_rows(client, tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(client.get(IMPORT + "template/").content)
    with open_table(path) as table:
        (header,) = table
    mapping = headers.match(header.cells)
    assert [mapping[index] for index in range(len(header.cells))] == [column.field for column in COLUMNS]
    assert [cell.endswith("*") for cell in header.cells] == [
        column.field in MUST_BE_FILLED for column in COLUMNS
    ]


def test_imports_of_others_are_seen_by_the_university_only(client, tmp_path):
    url = upload(client, tmp_path, graduate(1))
    college = add_unit(school(), UnitKind.COLLEGE, "计算机学院")
    for user, status in (
        (staff("T2"), 200),
        (staff("T3", unit=college), 404),
        (staff("T4", Role.COUNSELOR), 404),
    ):
        other = Client()
        other.force_login(user)
        assert other.get(url + "columns/").status_code == status
        assert (other.post(url + "discard/", follow=False).status_code == 404) == (
            status == 404
        ) or status == 200
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("count", [3, 300])
def test_pages_of_an_import_need_the_same_queries_at_every_size(
    client, tmp_path, count, django_assert_num_queries
):
    url = upload(client, tmp_path, *[graduate(number, gender="1") for number in range(1, count + 1)])
    with django_assert_num_queries(5):
        client.get(url + "columns/")
    client.post(url + "columns/", columns_of(client, url))
    with django_assert_num_queries(8):
        client.get(url)
    client.post(url + "commit/")
    with django_assert_num_queries(8):
        client.get(url)
    with django_assert_num_queries(6):
        client.get(IMPORT)
    assert student(1).gender == "1"
