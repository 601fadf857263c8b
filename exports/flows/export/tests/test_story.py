"""The stories of an export: direct, approved, refused, lost, expired, taken once."""

import datetime
import json

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from msoffcrypto.exceptions import InvalidKeyError

from accounts.access.models import AccessLog
from accounts.actions import appoint
from accounts.models import Appointment, User
from accounts.queries import university
from accounts.roles import Role
from approvals.actions import Actor, decide, take_back, withdraw
from approvals.filters import Filters
from approvals.queries import inbox
from common.errors import BadInput, Refused, TooMany
from destinations.tests.kit import make_student
from exports.flows.export import actions
from exports.flows.export.tests import kit
from exports.log_words import in_words
from exports.models import Export
from forms.queries import attachments_of, submissions_of
from messaging.models import Notice
from privacy.assessments.actions import begin, sign
from privacy.assessments.models import Assessment
from processes.models import Event, Task
from processes.queries import open_tasks
from tests.assessments import signed, words, written

pytestmark = pytest.mark.django_db(transaction=True)
NO_LONGER = "does not hold any more"
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def told(user) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


def waiting_for(user: User) -> list[Task]:
    found = inbox(user, Filters(), timezone.now())
    return [task for section in found.sections for task in section.tasks]


def logged() -> list[tuple[str, str]]:
    lines = AccessLog.objects.filter(object_type="exports.export").order_by("at", "id")
    return list(lines.values_list("action", "detail"))


def take(export: Export) -> bytes:
    return actions.take(export.pk, Actor(export.asker))


def password(export: Export) -> str:
    return actions.read_password(export.pk, Actor(export.asker))


def test_few_rows_without_identity_numbers_go_out_at_once_and_are_logged():
    asker = kit.school(3)
    export = kit.ask(asker)
    assert (export.state, export.made_rows, told(asker)) == ("ready", 3, ["export_ready"])
    word, content = password(export), take(export)
    assert not content.startswith(b"PK")
    note, sheet = kit.read(content, word).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "李老师 (asker)" in rows[0][0]
    assert [row[0] for row in rows[2:]] == ["学生0", "学生1", "学生2"]
    assert [cell.data_type for cell in sheet[3]] == ["s", "s", "s"]
    assert "李老师" in note["A1"].value
    export.refresh_from_db()
    assert (export.state, export.file.name, export.password, kit.case_of(export).state) == (
        "taken", "", "", "approved",
    )  # fmt: skip
    assert logged() == [
        ("export", "3 students: name,student_no,mobile"),
        ("reveal", "password"),
        ("file", "3 students: name,student_no,mobile"),
    ]


def test_access_log_names_the_columns_in_the_reader_s_language():
    take(kit.ask(kit.school(3)))
    line = AccessLog.objects.get(action="file")
    for language, said in (
        ("en", "Students, 3 rows: Name, Student number, Mobile phone"),
        ("zh-hans", "学生，3 行：姓名, 学号, 手机号码"),
    ):
        with translation.override(language):
            assert line.detail_words == said


@pytest.mark.parametrize("detail", ["3 unknown: name", "password", "3 students: "])
def test_details_that_say_something_else_stay_as_they_are(detail):
    assert in_words(detail) == detail


def test_column_that_is_not_offered_any_more_keeps_its_key():
    with translation.override("en"):
        assert in_words("1 students: name,shoe_size") == "Students, 1 rows: Name, shoe_size"


@pytest.mark.parametrize(
    ("students", "changes", "state"),
    [
        (49, {}, "ready"),
        (50, {}, "in_review"),
        (50, {"columns": ["student_no", "name", "student_class"]}, "ready"),
        (1, {"columns": ["name", "id_no"]}, "in_review"),
    ],
)
def test_what_needs_approval(students, changes, state):
    assert kit.ask(kit.school(students), **changes).state == state


def test_limit_is_the_school_s(settings):
    settings.EXPORT_DIRECT_ROWS = 2
    assert kit.ask(kit.school(2)).state == "in_review"


def test_approved():
    asker = kit.school(2)
    export = kit.ask(asker, columns=["name", "id_no"])
    assert (export.state, export.file.name) == ("in_review", "")
    export = kit.review(export)
    assert (export.state, export.made_rows, export.keys) == ("ready", 2, [])
    submitted = Event.objects.get(case=kit.case_of(export), kind="submitted")
    note = json.loads(submitted.data)["note"]
    assert (note["rows"], note["columns"]) == (2, ["name", "id_no"])


def test_only_what_was_asked_for_is_in_the_file_though_more_came_meanwhile():
    asker = kit.school(2)
    export = kit.ask(asker, columns=["name", "id_no"])
    make_student("后来的人")
    assert kit.review(export).made_rows == 2


def test_refused():
    asker = kit.school(2)
    export = kit.review(kit.ask(asker, columns=["name", "id_no"]), kit.REJECT)
    assert (export.state, export.file.name, export.keys, told(asker)) == (
        "rejected", "", [], ["export_rejected"],
    )  # fmt: skip
    with pytest.raises(Refused):
        take(export)


def test_returned_and_handed_in_again():
    asker = kit.school(2)
    export = kit.review(kit.ask(asker, columns=["name", "id_no"]), kit.RETURN)
    assert (export.state, told(asker)) == ("returned", ["export_returned"])
    actions.ask_again(export, kit.wish(asker, columns=["name"]), Actor(asker))
    assert kit.settle(export).state == "ready"


def test_return_that_its_reviewer_takes_back_is_in_review_again():
    asker = kit.school(2)
    export = kit.ask(asker, columns=["name", "id_no"])
    task = open_tasks(kit.case_of(export)).get()
    kit.review(export, kit.RETURN)
    take_back(task.pk, Actor(Task.objects.get(pk=task.pk).decided_by))
    export.refresh_from_db()
    assert export.state == "in_review"


def test_withdrawn_and_given_up():
    asker = kit.school(2)
    export = kit.ask(asker, columns=["name", "id_no"])
    withdraw(kit.case_of(export).pk, Actor(asker))
    export.refresh_from_db()
    assert export.state == "draft"
    actions.give_up(export, Actor(asker))
    export.refresh_from_db()
    assert (export.state, export.keys) == ("cancelled", [])


@pytest.mark.parametrize("officer", [Role.SECADMIN, Role.SYSTEM_AND_SECURITY])
def test_security_administrator_approves_and_nobody_else_does(settings, officer):
    settings.SMALL_SCHOOL = True
    export = kit.ask(kit.school(2, officer=officer), columns=["name", "id_no"])
    person = User.objects.get(username="officer")
    assert [row.process_id for row in waiting_for(person)] == [kit.case_of(export).pk]
    with translation.override("en"), pytest.raises(Refused, match="not in your inbox"):
        kit.review(export, who="director")
    assert kit.review(export).state == "ready"


def test_director_approves_where_nobody_is_security_administrator():
    export = kit.ask(kit.school(2, officer=""), columns=["name", "id_no"])
    assert kit.review(export, who="director").state == "ready"


def test_officers_who_do_no_exports_are_not_asked():
    export = kit.ask(kit.school(2, officer=Role.SYSADMIN), columns=["name", "id_no"])
    assert waiting_for(User.objects.get(username="officer")) == []
    assert kit.review(export, who="director").state == "ready"


def test_director_who_asks_is_approved_by_the_security_administrator():
    kit.school(2)
    export = kit.ask(User.objects.get(username="director"), columns=["name", "id_no"])
    assert kit.review(export).state == "ready"


def test_nobody_approves_what_they_asked_for():
    kit.school(2, officer="")
    director = User.objects.get(username="director")
    export = kit.ask(director, columns=["name", "id_no"])
    task = open_tasks(kit.case_of(export)).get()
    with translation.override("en"), pytest.raises(Refused, match="Nobody reviews their own case"):
        decide(task.pk, kit.APPROVE, Actor(director))
    other = User.objects.create_user("other", "另一位主任", "a long pass phrase")
    appoint(other, "career_center_director", university())
    decide(task.pk, kit.APPROVE, Actor(other))
    assert kit.settle(export).state == "ready"


def lose_scope(asker: User) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Appointment.objects.filter(user=asker).update(starts_on=yesterday, ends_on=yesterday)


def test_scope_lost_before_the_file_is_made_makes_none():
    asker = kit.school(2)
    export = kit.ask(asker, columns=["name", "id_no"])
    lose_scope(asker)
    export = kit.review(export)
    assert (export.state, export.file.name, told(asker), kit.case_of(export).state) == (
        "stopped", "", ["export_stopped"], "rejected",
    )  # fmt: skip


def test_students_who_left_the_scope_are_not_in_the_file():
    asker = kit.school(3)
    export = kit.ask(asker, columns=["name", "id_no"])
    from destinations.tests.kit import make_class
    from students.models import Student

    Student.objects.filter(name="学生1").update(unit=make_class("英语2301班", "外国语学院", "英语"))
    export = kit.review(export)
    assert export.made_rows == 2


def test_scope_lost_after_the_file_was_made_gives_none():
    asker = kit.school(2)
    export = kit.ask(asker)
    lose_scope(asker)
    for act in (take, password):
        with pytest.raises(Refused):
            act(Export.objects.get(pk=export.pk))


def test_expired_after_72_hours():
    asker = kit.school(2)
    export = kit.ask(asker)
    stored = export.file.name
    assert default_storage.exists(stored)
    export = kit.settle(export, export.made_at + 71 * HOUR)
    assert export.state == "ready"
    export = kit.settle(export, export.made_at + 73 * HOUR)
    assert (export.state, export.file.name, export.password) == ("expired", "", "")
    assert (default_storage.exists(stored), told(asker)[-1]) == (False, "export_expired")
    with pytest.raises(Refused):
        take(export)


def test_file_does_not_outlive_the_day_it_is_kept_until():
    asker = kit.school(2)
    export = kit.ask(asker, keep_until=timezone.localdate())
    assert timezone.localdate(export.expires_at) == timezone.localdate()


def test_file_that_is_too_old_is_refused_even_before_it_is_deleted():
    export = kit.ask(kit.school(2))
    late = export.expires_at + HOUR
    for act in (actions.take, actions.read_password):
        with translation.override("en"), pytest.raises(Refused, match="time to download is over"):
            act(export.pk, Actor(export.asker), now=late)


def test_second_download_is_refused_and_nothing_is_left():
    export = kit.ask(kit.school(2))
    stored = export.file.name
    take(export)
    assert not default_storage.exists(stored)
    with translation.override("en"), pytest.raises(Refused, match="works once"):
        take(Export.objects.get(pk=export.pk))


def test_password_is_shown_once_and_opens_the_file_alone():
    export = kit.ask(kit.school(2))
    content, word = take(export), password(export)
    with translation.override("en"), pytest.raises(Refused, match="shown once"):
        password(Export.objects.get(pk=export.pk))
    with pytest.raises(InvalidKeyError):
        kit.read(content, f"{word}x")


def test_other_bodies_need_the_consent_of_the_province():
    asker = kit.school(2)
    with translation.override("en"), pytest.raises(BadInput, match="province's consent"):
        kit.ask(asker, outside=True, recipient="省就业指导中心")
    assert Export.objects.count() == 0


def test_other_bodies_need_a_signed_assessment_which_the_reviewer_reads():
    asker = kit.school(2)
    officer, director = (User.objects.get(username=name) for name in ("officer", "director"))
    draft = written(officer)
    outside = {"outside": True, "recipient": "省就业指导中心"}
    for chosen in ("", str(draft.pk)):
        with translation.override("en"), pytest.raises(BadInput, match="signed impact assessment"):
            kit.ask(asker, **outside, consent=kit.consent(), assessment=chosen)
    assert Export.objects.count() == 0
    sign(draft, draft.seen, director)
    export = kit.ask(asker, **outside, consent=kit.consent(), assessment=str(draft.pk))
    assert (export.state, export.assessment) == ("in_review", draft.pk)
    assert submissions_of(kit.case_of(export).pk).latest("number").values["assessment"] == draft.title


def test_officer_who_decides_reads_the_paper_of_the_province_under_its_name(client):
    asker = kit.school(2)
    held = signed(*(User.objects.get(username=name) for name in ("officer", "director")))
    export = kit.ask(asker, outside=True, consent=kit.consent(), assessment=str(held.pk))
    client.force_login(User.objects.get(username="officer"))
    task = open_tasks(kit.case_of(export)).get()
    page = client.get(reverse("approvals:task", args=[task.pk])).content.decode()
    paper = attachments_of(kit.case_of(export).pk).get()
    assert '<span class="proof-kind">省级主管部门同意文件</span>' in page
    assert client.get(reverse("approvals:file", args=[paper.pk])).status_code == 200


def test_assessment_is_asked_for_anew_when_a_returned_export_turns_outwards():
    asker = kit.school(2)
    held = signed(*(User.objects.get(username=name) for name in ("officer", "director")))
    export = kit.review(kit.ask(asker, columns=["name", "id_no"], assessment=str(held.pk)), kit.RETURN)
    assert export.assessment is None
    outwards = kit.wish(asker, outside=True, consent=kit.consent())
    with translation.override("en"), pytest.raises(BadInput, match="signed impact assessment"):
        actions.ask_again(export, outwards, Actor(asker))


def outwards(asker: User) -> tuple[Export, Assessment]:
    """An export to another body, in review, and the assessment it was handed in under."""
    held = signed(*(User.objects.get(username=name) for name in ("officer", "director")))
    more = {"outside": True, "recipient": "省就业指导中心", "consent": kit.consent()}
    return kit.ask(asker, **more, assessment=str(held.pk)), held


def end(held: Assessment, how: str) -> Assessment:
    """The assessment does not hold any more; gives one that does."""
    officer, director = (User.objects.get(username=name) for name in ("officer", "director"))
    newer = begin(words(title="新的评估"), officer, held if how == "replaced" else None)
    sign(newer, newer.seen, director)
    if how == "overdue":
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        Assessment.objects.filter(pk=held.pk).update(next_review=yesterday)
    return newer


@pytest.mark.parametrize("how", ["replaced", "overdue"])
def test_nothing_is_approved_for_another_body_under_an_assessment_that_ended_meanwhile(how):
    asker = kit.school(2)
    export, held = outwards(asker)
    newer = end(held, how)
    task, browser = open_tasks(kit.case_of(export)).get(), Client(headers={"accept-language": "en"})
    browser.force_login(User.objects.get(username="officer"))
    assert NO_LONGER in browser.get(reverse("approvals:task", args=[task.pk])).content.decode()
    with translation.override("en"), pytest.raises(Refused, match=NO_LONGER):
        kit.review(export)
    assert (Export.objects.get(pk=export.pk).state, open_tasks(kit.case_of(export)).get()) == (
        "in_review", task,
    )  # fmt: skip
    export = kit.review(export, kit.RETURN)
    again = kit.wish(asker, outside=True, recipient="省就业指导中心", assessment=str(newer.pk))
    export = actions.ask_again(export, again, Actor(asker))
    assert kit.review(export).state == "ready"


@pytest.mark.parametrize("how", ["replaced", "overdue"])
def test_file_for_another_body_is_not_taken_once_its_assessment_has_ended(how):
    export, held = outwards(kit.school(2))
    export = kit.review(export)
    end(held, how)
    with translation.override("en"), pytest.raises(Refused, match=NO_LONGER):
        take(export)
    assert default_storage.exists(Export.objects.get(pk=export.pk).file.name)
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(export.asker)
    page = browser.get(reverse("exports:export", args=[export.pk])).content.decode()
    assert (NO_LONGER in page, "Download once" in page) == (True, False)


@pytest.mark.parametrize(
    "changes", [{"keys": []}, {"columns": ["password"]}, {"keep_until": datetime.date(2020, 1, 1)}]
)
def test_nothing_is_asked_for_without_rows_columns_and_an_end(changes):
    with pytest.raises(BadInput):
        kit.ask(kit.school(2), **changes)
    assert Export.objects.count() == 0


def test_asking_too_often_has_to_wait():
    asker = kit.school(1)
    for _number in range(20):
        actions.ask(kit.wish(asker), Actor(asker))
    with pytest.raises(TooMany):
        actions.ask(kit.wish(asker), Actor(asker))
