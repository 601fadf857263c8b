"""Filings and reviewers for tests: everything goes through the actions the pages call."""

import datetime
import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.actions import appoint
from accounts.models import Unit, UnitKind, User
from accounts.queries import unit_at, university
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from destinations.flows.filing import actions
from destinations.models import Destination
from processes.actions import load_definitions
from processes.models import Case, Task
from processes.queries import open_tasks
from students.models import Student

APPROVE = Decision("approve")
RETURN = Decision("return", reason_code="R03", text="公章不清晰，请重新拍照", fields=("proof_files",))
REJECT = Decision("reject", reason_code="R44", text="去向与事实不符，不予认可")

ARCHIVE = {
    "archive_disposition": "3",
    "archive_unit": "杭州市人才服务中心",
    "archive_address": "杭州市西湖区文三路1号",
    "archive_postcode": "310012",
    "archive_contact": "王老师",
    "archive_phone": "0571-88888888",
}
EMPLOYER = {
    "employer_name": "杭州启明科技有限公司",
    "employer_uscc": "91350100M000100Y43",
    "employer_nature": "39",
    "employer_industry": "34",
    "employer_region": "350102",
    "employer_address": "鼓楼区软件大道89号",
    "job_category": "13",
    "start_salary": "9000",
    "employer_contact_name": "李经理",
    "employer_contact_phone": "0591-87654321",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "10": EMPLOYER | {"signed_on": "2026-04-01", "report_deadline": "2027-07-01"},
    "12": EMPLOYER,
    "75.3": {
        "startup_name": "晓雨文创",
        "startup_kind": "7",
        "startup_role": "4",
        "shop_url": "https://shop.example.com/xiaoyu",
    },
    "76": {
        "freelance_kind": "2",
        "freelance_description": "为出版社翻译童书",
        "freelance_region": "330100",
        "freelance_income": "6500",
    },
    "801": {
        "school_name": "浙江大学",
        "school_region": "330100",
        "admit_major": "软件工程",
        "admit_degree": "3",
    },
    "70.1": {"unplaced_reason": "1", "needs_help": True},
}
_pictures = itertools.count(1)


def picture(name: str = "proof.jpg") -> SimpleUploadedFile:
    """A small photograph, different every time."""
    number, content = next(_pictures), io.BytesIO()
    Image.new("RGB", (60, 40), (number * 37 % 256, number * 11 % 256, 90)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def by(person: User | Student) -> Actor:
    """*person* at a browser."""
    return Actor(person if isinstance(person, User) else person.user, ip="203.0.113.7")


def start(student: Student) -> Destination:
    """An open filing with nothing in it."""
    load_definitions()
    return actions.start_filing(student, by(student))


def write(student: Student, category: str = "10", **answers: Any) -> Destination:
    """A complete draft, ready to be handed in."""
    destination = start(student)
    actions.choose_category(destination, category, by(student))
    actions.save_answers(destination, ARCHIVE | ANSWERS[category] | answers, by(student))
    if not category.startswith("7") or category.startswith(("75", "76")):
        for _each in range(2):
            actions.attach_proof(destination, "", picture(), by(student))
    return destination


def submit(student: Student, category: str = "10", **answers: Any) -> Destination:
    """A filing that was just handed in."""
    return hand_in(write(student, category, **answers))


def hand_in(destination: Destination) -> Destination:
    """Submit a complete draft."""
    return actions.submit_filing(destination, by(destination.student), declared=True)


def reviewer(role: str, unit: Unit | None) -> User:
    """Somebody who holds *role* for *unit*, found or made."""
    assert unit is not None
    username = f"{role}-{unit.pk}"
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(username, f"{Role(role).label}老师", "a long pass phrase")
        appoint(user, role, unit, starts_on=datetime.date(2020, 1, 1))
    return user


def reviewers_of(student: Student) -> dict[str, User]:
    """Element id -> who reviews there for *student*."""
    college, school = unit_at(student.unit, UnitKind.COLLEGE), university()
    return {
        "counselor_review": reviewer(Role.COUNSELOR, student.unit),
        "college_review": reviewer(Role.COLLEGE_OFFICER, college),
        "university_review": reviewer(Role.UNIVERSITY_OFFICER, school),
        "college_approval_freelance": reviewer(Role.COLLEGE_DEPUTY_SECRETARY, college),
        "university_approval_freelance": reviewer(Role.CAREER_CENTER_DIRECTOR, school),
    }


def case_of(destination: Destination) -> Case:
    """The case of a filing, fresh from the database."""
    return actions.case_of(destination)


def open_task(destination: Destination) -> Task:
    """The one task that waits."""
    return open_tasks(case_of(destination)).get()


def review(destination: Destination, decision: Decision = APPROVE) -> str:
    """Whoever has the case decides; the id of the step where that was."""
    task = open_task(destination)
    person = reviewers_of(destination.student)[task.node_id]
    decide(task.pk, decision, by(person))
    destination.refresh_from_db()
    return task.node_id


def approve_all(destination: Destination) -> list[str]:
    """Everybody approves until the case is done; the steps in order."""
    steps = []
    while case_of(destination).is_open:
        steps.append(review(destination))
    return steps
