"""One's own copy: everything that is kept, nobody else, codes by name, taken by its owner alone."""

import io
import json
import zipfile

import openpyxl
import pytest
from django.apps import apps
from django.utils import translation

from accounts.access.actions import log_access
from accounts.access.models import AccessLog, Purpose, Verb
from accounts.models import User
from common.errors import TooMany
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_student
from employers.flows.vetting.tests import kit as vetting_kit
from messaging.actions import notice
from messaging.models import Notice
from privacy import actions, notices
from privacy.holdings import HOLDINGS, NO_PART, kinds_held
from students.models import Student

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"


@pytest.fixture
def student() -> Student:
    found = make_student("欧阳知远", home_address="四川省成都市武侯区一环路9号", hardship_reason="父亲病重")
    found.user.set_password(PASSWORD)
    found.user.save()
    return found


def parts(content: bytes) -> tuple[dict, openpyxl.Workbook]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    return json.loads(archive.read("data.json")), openpyxl.load_workbook(
        io.BytesIO(archive.read("data.xlsx"))
    )


def take(user: User) -> tuple[dict, openpyxl.Workbook]:
    return parts(actions.take_copy(user))


def table(found: dict, key: str) -> list[dict[str, str]]:
    return next((each["rows"] for each in found["tables"] if each["key"] == key), [])


def test_every_model_with_personal_fields_is_in_the_copy_or_says_why_not():
    declared = {
        model._meta.label_lower
        for model in apps.get_models()
        if getattr(getattr(model, "Privacy", None), "personal", None)
    }
    held = [label for each in HOLDINGS for label in each.models]
    assert len(held) == len(set(held))
    assert not set(held) & set(NO_PART)
    assert set(held) | set(NO_PART) == declared


def test_record_stands_in_the_copy_in_full_with_labels_and_names_of_codes(student):
    with translation.override("zh-hans"):
        found, book = take(student.user)
    values = {row["field"]: row["value"] for row in table(found, "record")}
    assert values["身份证号"] == student.id_no
    assert values["手机号码"] == student.mobile
    assert values["性别"] in ("男", "女")
    assert values["家庭地址"] == "四川省成都市武侯区一环路9号"
    assert (found["format"], found["of"]) == (1, student.user.username)
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert student.id_no in cells
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds.isdisjoint({"f", "n", "d"})


def test_destination_and_every_answer_are_in_it(student):
    kit.submit(student)
    with translation.override("zh-hans"):
        found, _book = take(student.user)
    (filed,) = table(found, "destinations")
    assert "（" not in filed["category"]
    assert not filed["category"].isdigit()
    assert len(table(found, "destination_answers")) > 5
    assert [row["state"] for row in table(found, "cases")] == ["审核中"]


def test_nobody_else_is_in_the_copy(student):
    other = make_student("司徒景行", home_address="陕西省西安市碑林区友谊路7号")
    filed = kit.submit(student)
    kit.submit(other)
    kit.review(filed, kit.RETURN)
    reviewers = set(User.objects.exclude(pk=student.user_id).values_list("name", flat=True))
    content = json.dumps(take(student.user)[0], ensure_ascii=False)
    assert Notice.objects.filter(recipient=student.user).exists()
    for text in (*reviewers, other.id_no, other.mobile, other.student_no, other.home_address):
        assert text not in content, text


def test_secrets_and_notes_of_the_staff_are_not_in_it(student):
    content = json.dumps(take(student.user)[0], ensure_ascii=False)
    assert student.hardship_reason not in content
    assert student.user.password not in content


def test_notices_of_staff_come_without_words_that_name_others(student):
    staff = User.objects.create_user("staff", "李老师", PASSWORD)
    for person in (staff, student.user):
        notice(person, notices.DONE, answer=student.id_no).save()
    assert student.id_no in table(take(student.user)[0], "notices")[0]["body"]
    content = take(staff)[0]
    assert len(table(content, "notices")) == 1
    assert student.id_no not in json.dumps(content, ensure_ascii=False)


def test_taking_it_leaves_a_line_in_the_access_log(student):
    take(student.user)
    line = AccessLog.objects.get(action=Verb.EXPORT)
    assert (line.user, line.object_id, line.channel) == (student.user, str(student.user.pk), "export")
    rows = "".join(sign for sign in line.detail if sign.isdigit())
    assert int(rows) > 0
    said = {"en": f"Copy of the own data, {rows} rows", "zh-hans": f"本人数据副本，{rows} 行"}
    for language, words in said.items():
        with translation.override(language):
            assert line.detail_words == words


def test_looks_are_told_by_time_and_purpose_without_a_name(student):
    reader = User.objects.create_user("staff", "李老师", PASSWORD)
    log_access(reader, Verb.REVEAL, student, detail="id_no", purpose=Purpose.MATERIALS)
    found, _book = take(student.user)
    (look,) = table(found, "looks")
    assert set(look) == {"at", "field", "purpose"}
    assert "李老师" not in json.dumps(found, ensure_ascii=False)


def test_copy_is_taken_five_times_an_hour(student):
    for _number in range(5):
        take(student.user)
    with pytest.raises(TooMany):
        take(student.user)


def test_who_holds_nothing_gets_an_account_alone():
    person = User.objects.create_user("nobody", "无名氏", PASSWORD)
    assert [kind.key for kind, _number in kinds_held(person)] == ["account"]
    assert [each["key"] for each in take(person)[0]["tables"]] == ["account"]


class TestPage:
    URL = "/me/data/copy/"

    def test_copy_takes_the_present_password(self, client, student):
        client.force_login(student.user)
        wrong = client.post(self.URL, {"password": "guessed"})
        assert wrong.status_code == 422
        assert not AccessLog.objects.filter(action=Verb.EXPORT).exists()
        right = client.post(self.URL, {"password": PASSWORD})
        assert right["Content-Type"] == "application/zip"
        assert "no-store" in right["Cache-Control"]
        assert table(parts(right.content)[0], "record")

    def test_session_left_open_guesses_no_password(self, client, student):
        client.force_login(student.user)
        for _number in range(5):
            client.post(self.URL, {"password": "guessed"})
        assert client.post(self.URL, {"password": PASSWORD}).status_code == 422

    def test_page_inside_wechat_says_how_to_get_the_file(self, client, student):
        client.force_login(student.user)
        inside, outside = (
            client.get(self.URL, headers={"User-Agent": agent, "Accept-Language": "en"}).content.decode()
            for agent in ("MicroMessenger", "Firefox")
        )
        assert "WeChat saves no files" in inside
        assert "WeChat saves no files" not in outside

    def test_page_tells_the_kinds_and_how_often_covered_fields_were_read(self, client, student):
        reader = User.objects.create_user("staff", "李老师", PASSWORD)
        log_access(reader, Verb.REVEAL, student, detail="id_no", purpose=Purpose.MATERIALS)
        client.force_login(student.user)
        page = client.get("/me/data/", headers={"Accept-Language": "en"}).content.decode()
        assert "uncovered 1 time" in page
        assert "李老师" not in page
        assert student.id_no not in page

    def test_bar_is_the_reader_s_own_and_marks_no_other_page(self, client, student):
        vetting_kit.school()
        client.force_login(vetting_kit.register().user)
        page = client.get("/me/data/", headers={"Accept-Language": "en"}).content.decode()
        assert "My organisation" in page
        assert "My destination" not in page
        assert "uncovered" not in page
        client.force_login(student.user)
        page = client.get("/me/data/").content.decode()
        assert 'aria-current="page"' not in page
