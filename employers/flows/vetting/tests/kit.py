"""Employers, applications and reviewers for tests: everything goes through the actions the pages call."""

import datetime
import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.actions import appoint
from accounts.models import Unit, UnitKind, User
from accounts.queries import university
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from common.stdnums import uscc_check_char
from employers import actions as gate
from employers.actions import Person
from employers.flows.vetting import actions
from employers.models import Employer, EmployerUser
from processes.actions import load_definitions
from processes.models import Case, Task
from processes.queries import cases_on, open_tasks

APPROVE = Decision("approve")
RETURN = Decision(
    "return", reason_code="R13", text="授权书没有盖章，请补盖后重新拍照", fields=("authorization_files",)
)
REJECT = Decision("reject", reason_code="R11", text="信用代码与名称不符，且无法说明原因")

PASSWORD = "a long pass phrase, 7 words"
ANSWERS: dict[str, Any] = {
    "org_type": "1",
    "legal_person": "周启明",
    "nature": "39",
    "industry": "34",
    "scale": "3",
    "registered_capital": 500,
    "founded_on": "2015-03-01",
    "licence_long_term": True,
    "region": "330106",
    "address": "文三路199号",
    "operator_email": "hr@qiming.example.com",
    "operator_id_last4": "123X",
    "intro": "为制造企业开发质量检测软件。",
}
AGENCY = {"org_type": "6", "permit_no": "浙人社许可0001号", "permit_valid_to": "2099-12-31"}
PAPERS = ("licence_files", "authorization_files")
_numbers = itertools.count(1)


def uscc(number: int | None = None) -> str:
    """A valid credit code registered in 西湖区, another one each time."""
    first = f"91330106MA2{(number or next(_numbers)) % 1_000_000:06}"
    return first + uscc_check_char(first)


def picture(name: str = "licence.jpg") -> SimpleUploadedFile:
    """A small photograph, different every time."""
    number, content = next(_numbers), io.BytesIO()
    Image.new("RGB", (60, 40), (number * 37 % 256, number * 11 % 256, number % 256)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def school() -> Unit:
    """The university, made once."""
    load_definitions()
    return university() or Unit.objects.add_root({"kind": UnitKind.UNIVERSITY, "name": "启程大学"})


def person(name: str = "孙经理", **more: str) -> Person:
    """Somebody who registers or asks to join, with another mail address each time."""
    number = next(_numbers)
    values = {
        "name": name,
        "email": f"hr{number}@example.com",
        "phone": f"0571-8{number:07}",
        "position": "人事经理",
        "password": PASSWORD,
    }
    return Person(**values | more)


def by(user: User) -> Actor:
    """*user* at a browser."""
    return Actor(user, ip="203.0.113.7")


def register(name: str = "杭州启明科技有限公司", code: str = "", **more: str) -> EmployerUser:
    """Somebody has registered an employer; nothing is filled in yet."""
    school()
    return gate.register(name, code or uscc(), person(**more), None, ip="203.0.113.7")


def applicant(employer: Employer) -> User:
    """Who opened the latest application; a fresh object, as at every request."""
    return User.objects.get(pk=case_of(employer).initiator_id)


def write(name: str = "杭州启明科技有限公司", code: str = "", **answers: Any) -> Employer:
    """A complete draft, ready to be handed in."""
    return fill(register(name, code).employer, **answers)


def fill(employer: Employer, **answers: Any) -> Employer:
    """Answer everything and add the papers."""
    employer = fresh(employer)
    actor = by(applicant(employer))
    actions.save_answers(employer, ANSWERS | answers, actor)
    agency = answers.get("org_type") == "6"
    for field in (*PAPERS, "permit_files") if agency else PAPERS:
        actions.attach_paper(employer, field, picture(), actor)
    return employer


def hand_in(employer: Employer) -> Employer:
    """Submit a complete draft."""
    return actions.submit_application(fresh(employer), by(applicant(employer)), promised=True)


def submit(name: str = "杭州启明科技有限公司", code: str = "", **answers: Any) -> Employer:
    """An application that was just handed in."""
    return hand_in(write(name, code, **answers))


def admitted(name: str = "杭州启明科技有限公司", code: str = "", **answers: Any) -> Employer:
    """An employer in the library."""
    employer = submit(name, code, **answers)
    approve_all(employer)
    return fresh(employer)


def fresh(employer: Employer) -> Employer:
    """As it stands in the database now."""
    return Employer.objects.get(pk=employer.pk)


def case_of(employer: Employer) -> Case:
    """The latest case, fresh from the database."""
    return cases_on(employer)[0]


def reviewer(role: str = Role.EMPLOYER_REVIEWER, number: int = 1) -> User:
    """Somebody who holds *role* for the university, found or made."""
    username = f"{role}-{number}"
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(username, f"{Role(role).label}{number}", PASSWORD)
        appoint(user, role, school(), starts_on=datetime.date(2020, 1, 1))
    return user


REVIEWERS = {"review": Role.EMPLOYER_REVIEWER, "second_review": Role.EMPLOYER_SECOND_REVIEWER}


def open_task(employer: Employer) -> Task:
    """The one task that waits."""
    return open_tasks(case_of(employer)).get()


def review(employer: Employer, decision: Decision = APPROVE) -> str:
    """Whoever has the case decides; the id of the step where that was."""
    task = open_task(employer)
    decide(task.pk, decision, by(reviewer(REVIEWERS[task.node_id])))
    return task.node_id


def approve_all(employer: Employer) -> list[str]:
    """Everybody approves until the case is done; the steps in order."""
    steps = []
    while case_of(employer).is_open:
        steps.append(review(employer))
    return steps
