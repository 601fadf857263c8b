"""What is kept without use is used by nobody: the student is in no list until it is lifted (flows 33)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access.models import AccessLog, Verb
from accounts.actions import appoint
from accounts.models import User
from accounts.rights.catalogue import Right
from approvals.actions import Actor
from common.errors import BadInput, Refused
from exports.queries import count_asked_for, rows_asked_for
from privacy.flows.requests import actions
from privacy.flows.requests.tests import kit
from privacy.models import DataRequest
from processes.models import Event, Task
from students import queries
from students.models import Student

pytestmark = pytest.mark.django_db
WHY = "本人 6 月 3 日来电要求"


@pytest.fixture
def student() -> Student:
    found = kit.school()
    appoint(User.objects.create_user("near", "近处的老师", "a long pass phrase"), "counselor", found.unit)
    return found


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def user(name: str) -> User:
    return User.objects.get(username=name)


def kept(student: Student, kind: str = "deletion", about: str = "record") -> DataRequest:
    request = kit.ask(student, kind, about)
    kit.answer(request)
    student.refresh_from_db()
    return request


def seen(student: Student) -> list[int]:
    """In the list, its count, the search, the choice of years, exports; and the status of the page."""
    client, filters = browser(user("near")), {"cohort": str(student.cohort)}
    page = client.get(reverse("students:list")).context["page"]
    found = client.get(reverse("students:list"), {"q": student.student_no}).context["page"]
    officer = user("university_officer")
    return [
        len(page.students),
        page.total,
        found.total,
        len(page.cohorts),
        count_asked_for(officer, "students", filters),
        len(rows_asked_for(officer, "students", filters)),
        queries.revealable_students(officer).count(),
        queries.bindable_students(user("near")).count(),
        queries.never_signed_in(student.cohort, student.unit).count(),
        client.get(reverse("students:detail", args=[student.pk])).status_code,
    ]


ALL, NONE = [1] * 9 + [200], [0] * 9 + [404]


def test_kept_without_use_is_in_no_list_until_it_is_lifted(student):
    assert seen(student) == ALL
    request = kept(student)
    assert seen(student) == NONE
    line = AccessLog.objects.get(action=Verb.CHANGE, object_id=str(student.pk))
    assert (line.user, line.detail) == (user("university_officer"), "set_aside_at")
    task = Task.objects.get(process=request.case, node_id="answer")
    officer = browser(user("university_officer"))
    address = reverse("privacy:use_again", args=[task.pk])
    assert address in officer.get(reverse("approvals:task", args=[task.pk])).content.decode()
    assert officer.post(address, {"reason": WHY}).status_code == 302
    assert seen(student) == ALL
    request.refresh_from_db()
    assert request.state == "lifted"
    assert WHY in Event.objects.get(case=request.case, kind="used_again").data
    assert AccessLog.objects.get(object_id=str(student.pk), words=WHY).detail == "set_aside_at"
    assert student.user.notices.filter(kind="data_request_used_again").exists()
    assert address not in officer.get(reverse("approvals:task", args=[task.pk])).content.decode()


def test_my_data_says_so_and_only_as_long_as_it_is(student):
    page = reverse("privacy:own_data")
    before = browser(student.user).get(page)
    request = kept(student)
    during = browser(student.user).get(page)
    actions.use_again(request, WHY, Actor(user("university_officer")))
    after = browser(student.user).get(page)
    assert [each.context["aside_since"] is None for each in (before, during, after)] == [True, False, True]
    assert "保留但不再使用" in during.content.decode()


@pytest.mark.parametrize(
    ("kind", "about", "aside"),
    [
        ("deletion", "record", True),
        ("deletion", "destinations", True),
        ("deletion", "account", True),
        ("deletion", "cases", True),
        ("deletion", "files", True),
        ("restriction", "record", True),
        ("restriction", "notices", False),
        ("deletion", "contact", False),
        ("deletion", "door", False),
        ("access", "", False),
    ],
)
def test_only_what_lists_are_made_of_sets_a_student_aside(student, kind, about, aside):
    kept(student, kind, about)
    assert student.is_set_aside is aside


def test_lifting_takes_a_reason_and_somebody_else(student):
    request = kept(student)
    with pytest.raises(BadInput):
        actions.use_again(request, "  好 ", Actor(user("university_officer")))
    for name in ("near", student.user.username):
        with pytest.raises(Refused):
            actions.use_again(request, WHY, Actor(user(name)))
    student.refresh_from_db()
    assert student.is_set_aside


def test_lifting_one_request_lifts_all_that_set_the_person_aside(student):
    first, second = kept(student), kept(student, about="destinations")
    actions.use_again(first, WHY, Actor(user("university_officer")))
    second.refresh_from_db()
    assert second.state == "lifted"
    with pytest.raises(Refused):
        actions.use_again(second, WHY, Actor(user("university_officer")))


def test_filter_choices_of_a_right_do_not_name_the_year(student):
    kept(student)
    choice = queries.student_choice(user("near"), queries.StudentFilters(), Right.SEE_STUDENTS)
    assert choice.cohorts == []
