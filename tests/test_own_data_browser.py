"""A student looks at what is kept, takes a copy, asks for a correction on the phone; an officer answers at a desk."""

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from privacy.flows.requests.tests import kit
from privacy.models import DataRequest
from processes import compiled
from students.models import Student
from tests.looking import look
from tests.test_story_browser import sign_in
from wechat.actions import bind
from wechat.models import Binding, Proof

PASSWORD = "a long pass phrase"


@pytest.fixture
def student(transactional_db, settings, tmp_path: Path) -> Student:
    settings.MEDIA_ROOT = tmp_path
    compiled.forget()
    found = kit.school(name="王晓雨", mobile="13912345678")
    found.user.set_password(PASSWORD)
    found.user.save()
    return found


def test_student_takes_a_copy_and_has_the_phone_number_corrected(
    phone: Page, desktop: Page, student: Student, tmp_path: Path
):
    sign_in(phone, student.user)
    _read(phone)
    _take_copy(phone, student, tmp_path)
    _ask(phone)
    _answer(desktop)
    student.refresh_from_db()
    assert student.mobile == "13988887777"
    phone.reload()
    expect(phone.locator("main")).to_contain_text("已改成新手机号")
    look(phone, "own-data-answered")


def test_student_reads_the_notice_first_and_takes_a_consent_back(phone: Page, student: Student, settings):
    settings.PRIVACY_NOTICE = True
    bind(student.user, "o1", Proof.SIGNED_IN)
    sign_in(phone, student.user)
    phone.wait_for_url(re.compile("/me/notice/"))
    look(phone, "own-data-notice")
    phone.get_by_role("button", name="我已阅读").click()
    phone.wait_for_url(lambda address: "/notice/" not in address)
    phone.locator(".account-menu summary").click()
    phone.get_by_role("link", name="我的同意").click()
    phone.wait_for_url(re.compile("/me/consents/$"))
    look(phone, "own-data-consents")
    phone.get_by_role("button", name="撤回").click()
    question = phone.get_by_role("dialog")
    expect(question).to_be_visible()
    question.get_by_role("button", name="取消").click()
    assert Binding.objects.exists()
    phone.get_by_role("button", name="撤回").click()
    look(phone, "own-data-withdraw")
    question.get_by_role("button", name="撤回同意").click()
    expect(phone.locator("main")).to_contain_text("已撤回")
    assert not Binding.objects.exists()
    look(phone, "own-data-withdrawn")


def _read(phone: Page) -> None:
    phone.locator(".account-menu summary").click()
    phone.get_by_role("link", name="我的个人信息").click()
    phone.wait_for_url(re.compile("/me/data/$"))
    expect(phone.get_by_role("heading", name="学生档案")).to_be_visible()
    look(phone, "own-data")


def _take_copy(phone: Page, student: Student, folder: Path) -> None:
    phone.get_by_role("link", name="下载副本").click()
    phone.get_by_label("当前密码").fill(PASSWORD)
    look(phone, "own-data-copy")
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="下载副本").click()
    coming.value.save_as(folder / "own.zip")
    found = json.loads(zipfile.ZipFile(folder / "own.zip").read("data.json"))
    assert student.id_no in json.dumps(found, ensure_ascii=False)


def _ask(phone: Page) -> None:
    phone.goto("/me/data/")
    phone.get_by_role("link", name="更正信息").click()
    phone.get_by_label("哪个字段有误").select_option("mobile")
    phone.get_by_label("应改为").fill("13988887777")
    phone.get_by_label("请具体说明").fill("我换了手机号")
    phone.get_by_label("当前密码").fill(PASSWORD)
    look(phone, "own-data-ask")
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_url(re.compile("/me/data/requests/"))
    look(phone, "own-data-request")


def _answer(desktop: Page) -> None:
    sign_in(desktop, User.objects.get(username="university_officer"))
    task = kit.task_of(DataRequest.objects.get())
    desktop.goto(f"/desk/tasks/{task.pk}/")
    look(desktop, "own-data-task")
    desktop.goto(f"/desk/data-requests/{task.pk}/")
    look(desktop, "own-data-answer")
    desktop.get_by_label("给申请人的答复").fill("已改成新手机号 13988887777")
    desktop.get_by_role("button", name="答复并办结").click()
    desktop.wait_for_url(re.compile("/desk/"))
    expect(desktop.locator(".alert, .toast").first).to_be_visible()
