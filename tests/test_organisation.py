"""Units are moved, merged and split: students, cases, tasks and appointments follow, and come back."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Appointment, Unit, User
from accounts.organisation import changes, queries, rules
from accounts.organisation.changes import Wish
from accounts.organisation.models import ChangeKind, ChangeState, UnitChange
from accounts.organisation.preview import preview
from accounts.organisation.trail import events_of
from accounts.personnel.sights import seen_by
from accounts.posts import pools_of
from accounts.queries import grounds_of, unit_at, university
from accounts.rights.catalogue import Right
from accounts.roles import Role
from accounts.tests.rights_kit import officer
from approvals.actions import claim
from approvals.actions.handing_over import hand_over
from approvals.filters import Filters
from approvals.queries.inbox import inbox
from common.errors import Refused
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_class, make_student, make_unit
from messaging.models import Notice
from processes import compiled
from processes.audit.verify import verify_trail
from processes.models import Case, Event, Task
from students.models import Student
from students.queries import students_in_scope
from tests.rights import grouped

pytestmark = pytest.mark.django_db
TOMORROW = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _chains_anew():
    compiled.forget()
    yield
    compiled.forget()


@pytest.fixture
def home() -> Unit:
    return make_class()


@pytest.fixture
def keeper(home) -> User:
    return kit.reviewer(Role.UNIVERSITY_OFFICER, university())


def do(
    keeper: User, kind: str, unit: Unit | None, target: Unit | None = None, on=None, **values
) -> UnitChange:
    wish = Wish(kind, on or timezone.localdate(), "按校发文件调整", unit, target, values)
    return changes.plan(wish, keeper)


def again(user: User) -> User:
    """The same person at the next request."""
    return User.objects.get(pk=user.pk)


def sees(user: User, student: Student) -> bool:
    return students_in_scope(again(user)).filter(pk=student.pk).exists()


def waits_for(user: User) -> int:
    return inbox(again(user), Filters(), timezone.now()).total


def at_college(student: Student):
    """A filing of *student* that waits at the college, approved by the counselor."""
    filing = kit.submit(student)
    kit.review(filing)
    return filing


def test_class_that_moves_takes_its_college_tasks_and_students_along(home, keeper):
    student = make_student("王晓雨")
    filing, waiting = at_college(student), kit.submit(make_student("李明", unit=make_class("软件2302班")))
    away = make_class("英语2301班", "外国语学院", "英语")
    old, new = unit_at(home, "college"), unit_at(away, "college")
    old_officer, new_officer = (
        kit.reviewer(Role.COLLEGE_OFFICER, old),
        kit.reviewer(Role.COLLEGE_OFFICER, new),
    )
    assert (sees(old_officer, student), waits_for(old_officer), waits_for(new_officer)) == (True, 1, 0)

    do(keeper, ChangeKind.MOVE, home, unit_at(away, "major"))

    assert (sees(old_officer, student), sees(new_officer, student)) == (False, True)
    assert (waits_for(old_officer), waits_for(new_officer)) == (0, 1)
    task, case = kit.open_task(filing), kit.case_of(filing)
    assert (task.role, task.unit_id) == (Role.COLLEGE_OFFICER, new.pk)
    moved = Unit.objects.get(pk=home.pk)
    root, major = university(), unit_at(away, "major")
    assert case.units == {"university": root.pk, "college": new.pk, "major": major.pk, "class": home.pk}
    assert Unit.objects.get_parent(moved) == major
    assert kit.open_task(waiting).unit.name == "软件2302班"
    assert Event.objects.filter(kind="rehomed").count() == 1
    assert verify_trail().fault is None
    assert kit.review(filing) == "college_review"
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_decided_task_follows_so_that_the_new_college_opens_the_case(home, keeper):
    from approvals.queries import may_see_case

    filing = at_college(make_student())
    away = make_class("英语2301班", "外国语学院", "英语")
    new_officer = kit.reviewer(Role.COLLEGE_OFFICER, unit_at(away, "college"))
    kit.review(filing)
    assert not may_see_case(new_officer, kit.case_of(filing).pk)
    do(keeper, ChangeKind.MOVE, home, unit_at(away, "major"))
    assert may_see_case(again(new_officer), kit.case_of(filing).pk)


def test_task_somebody_took_goes_back_to_the_pool_when_it_leaves_their_college(home, keeper):
    filing = at_college(make_student())
    away = make_class("英语2301班", "外国语学院", "英语")
    officer = kit.reviewer(Role.COLLEGE_OFFICER, unit_at(home, "college"))
    claim(kit.open_task(filing).pk, kit.by(officer))
    do(keeper, ChangeKind.MOVE, home, unit_at(away, "major"))
    task = kit.open_task(filing)
    assert (task.owner_id, task.status) == (None, "NEW")


def test_colleges_that_merge_join_majors_of_one_name_and_keep_everybody(home, keeper):
    twin = make_unit("college", "软件学院", university())
    major = Unit.objects.add_child(twin, {"kind": "major", "name": "软件工程"})
    other = Unit.objects.add_child(Unit.objects.get(pk=major.pk), {"kind": "class", "name": "软工2301班"})
    student = make_student("王晓雨", unit=other)
    filing = at_college_of(student, twin)
    officer = kit.reviewer(Role.COLLEGE_OFFICER, twin)
    into = unit_at(home, "college")

    change = do(keeper, ChangeKind.MERGE, Unit.objects.get(pk=twin.pk), into)

    rows = {unit.pk: unit for unit in Unit.objects.all()}
    assert not rows[twin.pk].is_active
    assert not rows[major.pk].is_active
    assert Unit.objects.get_parent(rows[other.pk]) == unit_at(home, "major")
    assert kit.open_task(filing).unit_id == into.pk
    assert (sees(officer, student), waits_for(officer)) == (True, 1)
    assert Unit.objects.find_problems() == ([], [], [], [], [])

    changes.undo(change, keeper)
    rows = {unit.pk: unit for unit in Unit.objects.all()}
    assert (rows[twin.pk].is_active, rows[major.pk].is_active) == (True, True)
    assert Unit.objects.get_parent(rows[other.pk]) == rows[major.pk]
    assert kit.open_task(filing).unit_id == twin.pk
    assert list(Appointment.objects.filter(user=officer).values_list("unit", "ends_on")) == [(twin.pk, None)]
    assert UnitChange.objects.get().state == ChangeState.UNDONE
    assert verify_trail().fault is None
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def at_college_of(student: Student, college: Unit):
    filing = kit.submit(student)
    kit.review(filing)
    assert kit.open_task(filing).unit_id == college.pk
    return filing


def test_classes_of_one_name_stand_in_the_way_of_a_merger(home, keeper):
    twin = make_unit("college", "软件学院", university())
    major = Unit.objects.add_child(twin, {"kind": "major", "name": "软件工程"})
    Unit.objects.add_child(Unit.objects.get(pk=major.pk), {"kind": "class", "name": home.name})
    before = list(Unit.objects.order_by("pk").values_list("pk", "path", "is_active"))
    with pytest.raises(Refused):
        do(keeper, ChangeKind.MERGE, Unit.objects.get(pk=twin.pk), unit_at(home, "college"))
    assert list(Unit.objects.order_by("pk").values_list("pk", "path", "is_active")) == before
    assert not UnitChange.objects.exists()


def test_class_that_merges_gives_its_students_and_their_counselor_to_the_other(home, keeper):
    other = make_class("软件2302班")
    student = make_student("王晓雨")
    filing = kit.submit(student)
    counselor, colleague = kit.reviewer(Role.COUNSELOR, home), kit.reviewer(Role.COUNSELOR, other)
    change = do(keeper, ChangeKind.MERGE, home, other)
    student.refresh_from_db()
    assert student.unit_id == other.pk
    assert kit.open_task(filing).unit_id == other.pk
    assert [waits_for(who) for who in (counselor, colleague)] == [1, 1]
    changes.undo(change, keeper)
    student.refresh_from_db()
    assert student.unit_id == home.pk
    assert kit.open_task(filing).unit_id == home.pk
    assert [waits_for(who) for who in (counselor, colleague)] == [1, 0]


def test_students_split_off_take_their_filings_along_and_others_stay(home, keeper):
    going, staying = make_student("王晓雨"), make_student("李明")
    filings = [kit.submit(each) for each in (going, staying)]
    counselor = kit.reviewer(Role.COUNSELOR, home)
    members = {"students": [str(going.pk)]}
    change = do(keeper, ChangeKind.SPLIT, home, name="软件2303班", members=members, copy_posts=False)
    new = Unit.objects.get(name="软件2303班")
    assert [kit.open_task(each).unit_id for each in filings] == [new.pk, home.pk]
    assert [kit.case_of(each).units["class"] for each in filings] == [new.pk, home.pk]
    assert (waits_for(counselor), sees(counselor, going)) == (1, False)
    changes.undo(change, keeper)
    assert [kit.open_task(each).unit_id for each in filings] == [home.pk, home.pk]
    assert not Unit.objects.get(pk=new.pk).is_active


def test_whoever_looks_after_a_class_looks_after_its_split_off_part_when_asked_for(home, keeper):
    going, counselor = make_student("王晓雨"), kit.reviewer(Role.COUNSELOR, home)
    kit.submit(going)
    members = {"students": [str(going.pk)]}
    do(keeper, ChangeKind.SPLIT, home, name="软件2303班", members=members, copy_posts=True)
    assert (waits_for(counselor), sees(counselor, going)) == (1, True)


def test_planned_change_happens_on_its_day_and_not_before(home, keeper):
    day = timezone.localdate() + 3 * TOMORROW
    away = make_class("英语2301班", "外国语学院", "英语")
    change = do(keeper, ChangeKind.MOVE, home, unit_at(away, "major"), on=day)
    assert changes.carry_out_due() == 0
    assert unit_at(Unit.objects.get(pk=home.pk), "college").name == "计算机学院"
    with time_machine.travel(timezone.now() + 3 * TOMORROW, tick=False):
        assert changes.carry_out_due() == 1
        assert changes.carry_out_due() == 0
    assert unit_at(Unit.objects.get(pk=home.pk), "college").name == "外国语学院"
    change.refresh_from_db()
    assert change.state == ChangeState.DONE


def test_planned_change_that_has_become_impossible_says_why(home, keeper):
    day = timezone.localdate() + TOMORROW
    away = make_class("英语2301班", "外国语学院", "英语")
    change = do(keeper, ChangeKind.MOVE, home, unit_at(away, "major"), on=day)
    Unit.objects.filter(pk=unit_at(away, "major").pk).update(is_active=False)
    with time_machine.travel(timezone.now() + TOMORROW, tick=False):
        assert changes.carry_out_due() == 0
    change.refresh_from_db()
    assert (change.state, bool(change.problem)) == (ChangeState.FAILED, True)


def test_unit_with_open_work_is_not_closed(home, keeper):
    filing = kit.submit(make_student())
    with pytest.raises(Refused):
        do(keeper, ChangeKind.CLOSE, home)
    kit.approve_all(filing)
    do(keeper, ChangeKind.CLOSE, home)
    assert not Unit.objects.get(pk=home.pk).is_active


def test_change_below_a_later_change_is_not_undone(home, keeper):
    away = make_class("英语2301班", "外国语学院", "英语")
    first = do(keeper, ChangeKind.MOVE, home, unit_at(away, "major"))
    do(keeper, ChangeKind.MOVE, Unit.objects.get(pk=home.pk), make_unit("major", "软件工程"))
    assert not rules.can_undo(first)
    with pytest.raises(Refused):
        changes.undo(first, keeper)


def test_page_of_a_unit_undoes_the_last_change_alone(client, home, keeper):
    client.force_login(keeper)
    first, last = (
        do(keeper, ChangeKind.RENAME, home, name=name) for name in ("软件2301甲班", "软件2301乙班")
    )
    page = client.get(reverse("organisation:unit", args=[home.pk])).content.decode()
    links = [reverse("organisation:end_change", args=[change.pk, "undo"]) in page for change in (first, last)]
    assert links == [False, True]
    changes.undo(last, keeper)
    page = client.get(reverse("organisation:unit", args=[home.pk])).content.decode()
    assert reverse("organisation:end_change", args=[first.pk, "undo"]) in page


def test_every_change_stands_in_the_trail_of_what_it_touched(home, keeper):
    change = do(keeper, ChangeKind.RENAME, home, name="软件2301卓越班", short_name="", code="")
    assert [event.kind for event in events_of(home)] == ["rename"]
    assert events_of(home)[0].content["reason"] == "按校发文件调整"
    changes.undo(change, keeper)
    assert [event.kind for event in events_of(home)] == ["undone", "rename"]
    assert Unit.objects.get(pk=home.pk).name == "软件2301班"


def test_edited_trail_of_a_unit_is_found(home, keeper):
    do(keeper, ChangeKind.RENAME, home, name="软件2301卓越班")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_dossierevent SET data = '{}'")
    assert verify_trail().fault is not None


def test_graduates_of_a_merged_class_are_put_where_it_went(home, keeper):
    from students.importing.units import Organisation, Place

    other = make_class("软件2302班")
    do(keeper, ChangeKind.MERGE, home, other)
    place = Place("计算机学院", "软件工程", "软件2301班")
    found = Organisation().find(place)
    assert found is not None
    assert found.pk == other.pk
    assert queries.successors() == {home.pk: other.pk}


def test_counselor_who_changes_class_loses_and_gains_tasks_the_next_day(home, keeper):
    """flows X7"""
    other = make_class("软件2302班")
    here, there = kit.submit(make_student("王晓雨")), kit.submit(make_student("李明", unit=other))
    counselor = kit.reviewer(Role.COUNSELOR, home)
    today = timezone.localdate()
    Appointment.objects.filter(user=counselor, unit=home).update(ends_on=today)
    Appointment.objects.create(user=counselor, role=Role.COUNSELOR, unit=other, starts_on=today + TOMORROW)
    assert pools_of(again(counselor)) == {Role.COUNSELOR: [home.pk]}
    with time_machine.travel(timezone.now() + TOMORROW, tick=False):
        assert pools_of(again(counselor)) == {Role.COUNSELOR: [other.pk]}
        waiting = inbox(again(counselor), Filters(), timezone.now()).sections
        assert [task.process_id for part in waiting for task in part.tasks] == [kit.case_of(there).pk]
    assert Task.objects.get(process=kit.case_of(here), finished=None).unit_id == home.pk
    assert Case.objects.count() == 2


def test_task_the_old_counselor_took_is_the_new_ones_the_next_day_and_both_are_told(home, keeper):
    """flows X7"""
    filing, today = kit.submit(make_student()), timezone.localdate()
    old, new = kit.reviewer(Role.COUNSELOR, home), User.objects.create_user("T77", "新辅导员")
    claim(kit.open_task(filing).pk, kit.by(old))
    Appointment.objects.filter(user=old).update(ends_on=today)
    Appointment.objects.create(user=new, role=Role.COUNSELOR, unit=home, starts_on=today + TOMORROW)
    assert hand_over() == 0
    assert kit.open_task(filing).owner_id == old.pk
    with time_machine.travel(timezone.now() + TOMORROW, tick=False):
        assert hand_over() == 1
        assert (waits_for(old), waits_for(new)) == (0, 1)
        assert hand_over() == 0
        claim(kit.open_task(filing).pk, kit.by(again(new)))
        assert hand_over() == 0
    told = Notice.objects.filter(kind__in=["post_begun", "post_ended"]).values_list("recipient", "kind")
    assert sorted(told) == sorted([(old.pk, "post_ended"), (new.pk, "post_begun")])
    assert kit.open_task(filing).owner_id == new.pk
    assert verify_trail().fault is None


def test_task_that_was_handed_to_somebody_without_the_post_stays_with_them(home, keeper):
    filing = kit.submit(make_student())
    guest = User.objects.create_user("T78", "客座老师")
    Task.objects.filter(pk=kit.open_task(filing).pk).update(owner=guest)
    assert hand_over() == 0
    assert kit.open_task(filing).owner_id == guest.pk


def test_who_can_see_a_student_is_who_finds_them_in_the_list(home, keeper):
    student = make_student()
    away = make_class("英语2301班", "外国语学院", "英语")
    for role, unit in (
        (Role.COUNSELOR, home),
        (Role.COUNSELOR, away),
        (Role.COLLEGE_OFFICER, unit_at(home, "college")),
        (Role.COLLEGE_OFFICER, unit_at(away, "college")),
        (Role.VENUE_KEEPER, university()),
        (Role.DATA_OFFICER, university()),
    ):
        kit.reviewer(role, unit)
    grouped(student, keeper)  # of three members one is in the college
    sitting = officer(Role.AUDITOR, "审计")
    Appointment.objects.create(user=sitting, role=Role.COUNSELOR, unit=home)  # rests while the person sits
    yesterday = timezone.localdate() - TOMORROW
    Appointment.objects.filter(role=Role.DATA_OFFICER).update(ends_on=yesterday)
    finding = {person.pk for person in User.objects.all() if sees(person, student)}
    assert {post.user_id for post in grounds_of(Right.SEE_STUDENTS, student.unit)} == finding
    assert len(finding) == 4


def test_what_a_person_sees_is_what_their_lists_hold(home, keeper):
    filing = at_college(make_student())
    make_student("李明")
    officer = kit.reviewer(Role.COLLEGE_OFFICER, unit_at(home, "college"))
    seen = {each.sight.key: each.number for each in seen_by(again(officer))}
    assert seen == {"1-students": 2, "2-inbox": 1}
    kit.review(filing)
    assert {each.sight.key: each.number for each in seen_by(again(officer))} == {
        "1-students": 2,
        "2-inbox": 0,
    }


def test_preview_counts_what_follows_and_changes_nothing(home, keeper):
    at_college(make_student("王晓雨"))
    kit.submit(make_student("李明"))
    away = make_class("英语2301班", "外国语学院", "英语")
    kit.reviewer(Role.COLLEGE_OFFICER, unit_at(away, "college"))
    wish = Wish(ChangeKind.MOVE, timezone.localdate(), "", home, unit_at(away, "major"))
    before = list(Unit.objects.order_by("pk").values_list("pk", "path"))
    found = preview(changes.proposed(wish, keeper))
    numbers = {str(each.icon): each.number for each in found.numbers}
    assert numbers == {"school": 2, "stack-2": 2, "inbox": 2}
    assert [post.unit.name for post in found.gaining] == ["外国语学院"]
    assert {post.unit.name for post in found.losing} == {"计算机学院"}
    assert (found.units, found.obstacles) == (1, [])
    assert list(Unit.objects.order_by("pk").values_list("pk", "path")) == before
