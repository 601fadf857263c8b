"""Versions, drafts, submissions and attachments."""

import copy
import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils.translation import override
from PIL import Image

from accounts.models import User
from common.errors import BadInput, Stale
from forms import actions, queries
from forms.commitments import verify
from forms.models import Attachment, Draft, FormVersion, Submission
from forms.schema import SchemaError
from forms.serving import file_response
from forms.tests.sample import CONTEXT, GOOD, SAMPLE

pytestmark = pytest.mark.django_db

CASE = uuid.UUID(int=1)


@pytest.fixture
def student():
    return User.objects.create_user("20230001", "王晓雨")


@pytest.fixture
def teacher():
    return User.objects.create_user("t1", "陈老师")


@pytest.fixture
def version():
    return actions.current_version("sample", SAMPLE)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


def photo(color="red", name="协议.jpg"):
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), color).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue())


# versions


def test_same_description_stays_the_same_version(version):
    assert actions.current_version("sample", copy.deepcopy(SAMPLE)) == version
    assert (version.number, FormVersion.objects.count()) == (1, 1)


def test_changed_description_becomes_the_next_version(version):
    changed = SAMPLE | {"title": "Other"}
    newer = actions.current_version("sample", changed)
    assert (newer.number, newer.schema["title"]) == (2, "Other")
    assert actions.current_version("sample", changed) == newer
    assert str(queries.schema_of(version).title.en) == "Sample"


def test_faulty_description_is_not_stored():
    with pytest.raises(SchemaError):
        actions.current_version("sample", SAMPLE | {"fields": [{"key": "x"}]})
    assert not FormVersion.objects.exists()


# drafts


def test_draft_keeps_whatever_was_typed(version, student):
    draft = actions.save_draft(CASE, version, {"pay": "不知道", "hidden": 1}, 0, by=student)
    assert draft.revision == 1
    stored = queries.draft_of(CASE)
    assert (stored.values, stored.form_version) == ({"pay": "不知道", "hidden": 1}, version)


def test_draft_is_encrypted_at_rest(version, student):
    actions.save_draft(CASE, version, {"employer": "机密公司"}, 0, by=student)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM forms_draft")
        assert "机密公司" not in str(cursor.fetchall())


def test_each_save_is_the_next_revision(version, student):
    actions.save_draft(CASE, version, {"pay": "1"}, 0, by=student)
    assert actions.save_draft(CASE, version, {"pay": "2"}, 1, by=student).revision == 2
    assert actions.save_draft(CASE, version, {"pay": "3"}, 2, by=student).values == {"pay": "3"}


def test_sending_the_same_again_after_a_lost_answer_changes_nothing(version, student):
    actions.save_draft(CASE, version, {"pay": "1"}, 0, by=student)
    assert actions.save_draft(CASE, version, {"pay": "1"}, 0, by=student).revision == 1
    actions.save_draft(CASE, version, {"pay": "2"}, 1, by=student)
    assert actions.save_draft(CASE, version, {"pay": "2"}, 1, by=student).revision == 2


def test_save_from_an_old_page_is_refused_and_says_who_was_faster(version, student, teacher):
    actions.save_draft(CASE, version, {"pay": "1"}, 0, by=student)
    with override("en"), pytest.raises(Stale, match="another page or phone"):
        actions.save_draft(CASE, version, {"pay": "2"}, 0, by=student)
    with override("en"), pytest.raises(Stale, match="王晓雨 saved this form"):
        actions.save_draft(CASE, version, {"pay": "2"}, 0, by=teacher)
    assert queries.draft_of(CASE).values == {"pay": "1"}


def test_too_much_text_is_refused(version, student):
    with pytest.raises(BadInput):
        actions.save_draft(CASE, version, {"story": "长" * 100_000}, 0, by=student)
    assert not Draft.objects.exists()


# submissions


def submit(version, by, values=GOOD, case=CASE):
    schema = queries.schema_of(version)
    return actions.submit(case, version, schema.validate(values, CONTEXT).values, by=by)


def test_submissions_are_numbered_within_the_case(version, student):
    submit(version, student, case=uuid.UUID(int=2))
    assert [submit(version, student).number for _ in range(2)] == [1, 2]
    assert queries.latest_submission(CASE).number == 2
    assert [submission.number for submission in queries.submissions_of(CASE)] == [1, 2]


def test_digest_commits_to_the_values_without_telling_them(version, student):
    first, second = submit(version, student), submit(version, student)
    assert first.values == second.values
    assert first.digest != second.digest
    assert verify(Submission.objects.get(pk=first.pk))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("values", GOOD | {"pay": "9999.00"}),
        ("number", 7),
        ("salt", "00" * 32),
        ("case_id", uuid.UUID(int=9)),
        ("digest", "00" * 32),
    ],
)
def test_changed_submission_does_not_verify(version, student, column, value):
    submission = submit(version, student)
    Submission.objects.filter(pk=submission.pk).update(**{column: value})
    assert not verify(Submission.objects.get(pk=submission.pk))


# attachments


def test_photo_is_kept_under_a_random_name_with_a_thumbnail(student, media):
    file = actions.attach(CASE, "proof", "agreement", photo(), student)
    assert (file.name, file.content_type, file.kind, file.is_image) == (
        "协议.jpg",
        "image/jpeg",
        "agreement",
        True,
    )
    assert len(media()) == 2
    assert not any("协议" in name for name in media())
    assert list(queries.attachments_of(CASE)) == [file]


def test_same_file_again_is_the_same_attachment(student, media):
    one = actions.attach(CASE, "proof", "agreement", photo(), student)
    assert actions.attach(CASE, "proof", "agreement", photo(name="again.jpg"), student) == one
    assert actions.attach(CASE, "proof", "agreement", photo("blue"), student) != one
    assert len(media()) == 4


def test_file_refused_for_its_kind_leaves_nothing(student, media):
    with pytest.raises(BadInput):
        actions.attach(CASE, "proof", "", SimpleUploadedFile("a.jpg", b"MZ\x90"), student)
    assert (Attachment.objects.count(), media()) == (0, [])


def test_file_whose_row_cannot_be_written_leaves_nothing(student, media, monkeypatch):
    monkeypatch.setattr(Attachment, "save", lambda *_args, **_kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.attach(CASE, "proof", "", photo(), student)
    assert media() == []


def test_form_takes_only_so_much(student, media, settings):
    file = actions.attach(CASE, "proof", "", photo(), student)
    settings.FORM_UPLOAD_MAX_BYTES = file.size + 10
    with pytest.raises(BadInput):
        actions.attach(CASE, "proof", "", photo("blue"), student)
    actions.attach(uuid.UUID(int=2), "proof", "", photo("blue"), student)


def test_removed_file_is_gone(student, media, django_capture_on_commit_callbacks):
    file = actions.attach(CASE, "proof", "", photo(), student)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_attachment(file)
    assert (Attachment.objects.count(), media()) == (0, [])


def test_removed_file_stays_with_the_submission_it_was_handed_in_with(version, student, media):
    file = actions.attach(CASE, "proof", "agreement", photo(), student)
    values = GOOD | {"proof": queries.file_values([file])}
    submission = submit(version, student, values)
    actions.remove_attachment(file)
    assert list(queries.attachments_of(CASE).present()) == []
    assert list(queries.attachments_in(submission)) == [file]
    assert len(media()) == 2
    assert submission.values["proof"][0]["sha256"] == file.sha256


def test_submission_cannot_take_files_of_another_case(version, student, media):
    file = actions.attach(uuid.UUID(int=2), "proof", "", photo(), student)
    submission = submit(version, student, GOOD | {"proof": queries.file_values([file])})
    assert list(queries.attachments_in(submission)) == []


def test_file_is_served_to_be_seen_not_run(student, media):
    file = actions.attach(CASE, "proof", "", photo(), student)
    response = file_response(file)
    assert b"".join(response.streaming_content)[:3] == b"\xff\xd8\xff"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].endswith("sandbox")
    assert response["Cache-Control"].startswith("private")
    assert file_response(file, download=True)["Content-Disposition"].startswith("attachment")


def test_thumbnail_is_served_small(student, media):
    file = actions.attach(CASE, "proof", "", photo(), student)
    content = b"".join(file_response(file, thumbnail=True).streaming_content)
    assert max(Image.open(io.BytesIO(content)).size) <= 320


@pytest.mark.django_db(transaction=True)
def test_two_pages_saving_at_once_have_one_winner(version, student):
    actions.save_draft(CASE, version, {"pay": "0"}, 0, by=student)

    def save(number):
        try:
            return actions.save_draft(CASE, version, {"pay": str(number)}, 1, by=student).values["pay"]
        except Stale:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        winners = [pay for pay in pool.map(save, range(1, 5)) if pay]
    assert len(winners) == 1
    assert queries.draft_of(CASE).values["pay"] == winners[0]
