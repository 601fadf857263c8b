"""A college with students, somebody who asks for lists of them, and the officers who decide."""

import datetime
import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.actions import appoint
from accounts.models import Unit, User
from accounts.queries import unit_at, university
from accounts.rights.officers import seat
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from destinations.tests.kit import COHORT, make_class, make_student
from exports.flows.export import actions
from exports.flows.export.actions import Wish
from exports.models import Export
from exports.queries import rows_asked_for
from exports.workbook import opened
from processes.actions import load_definitions
from processes.engine.jobs import sweep
from processes.models import Case
from processes.queries import cases_on, open_tasks

APPROVE = Decision("approve")
RETURN = Decision("return", reason_code="R01", text="请写明用途", fields=("purpose",))
REJECT = Decision("reject", reason_code="R06", text="用途不需要证件号")
QUERY = {"cohort": str(COHORT)}


def school(students: int = 3, role: str = "college_officer", officer: str = Role.SECADMIN) -> User:
    """Somebody appointed to a college with so many students, beside a director and, but for "", an *officer*."""
    load_definitions()
    home = make_class()
    for number in range(students):
        make_student(f"学生{number}", unit=home)
    asker = User.objects.create_user("asker", "李老师", "a long pass phrase")
    appoint(asker, role, unit_at(home, "college"))
    appoint(
        User.objects.create_user("director", "王主任", "a long pass phrase"),
        "career_center_director",
        university(),
    )
    if officer:
        note = "两职一人，审计员监督" if officer == Role.SYSTEM_AND_SECURITY else ""
        seat(
            User.objects.create_user("officer", "安全员", "a long pass phrase"), officer, None, risk_note=note
        )
    return asker


def wish(asker: User, **changes: Any) -> Wish:
    """What is asked for, unless told: number, name and phone of everybody of the cohort, for two weeks."""
    kind = changes.get("kind", "students")
    values: dict[str, Any] = {
        "kind": kind,
        "query": f"cohort={COHORT}",
        "about": "2027 届",
        "keys": rows_asked_for(asker, kind, QUERY),
        "columns": ["student_no", "name", "mobile"],
        "purpose": "通知毕业生领取报到证",
        "recipient": "计算机学院 李老师",
        "outside": False,
        "keep_until": timezone.localdate() + datetime.timedelta(days=14),
    }
    return Wish(**values | changes)


def ask(asker: User, **changes: Any) -> Export:
    """Ask, and let the jobs run that follow at once."""
    export = actions.ask(wish(asker, **changes), Actor(asker))
    return settle(export)


def settle(export: Export, now: datetime.datetime | None = None) -> Export:
    """Do what is due, and read the export anew."""
    sweep(now)
    return Export.objects.get(pk=export.pk)


def consent() -> SimpleUploadedFile:
    """The paper of the province."""
    return SimpleUploadedFile("同意函.png", picture(), "image/png")


def picture() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(buffer, "PNG")
    return buffer.getvalue()


def case_of(export: Export) -> Case:
    return cases_on(export)[0]


def review(export: Export, decision: Decision = APPROVE, who: str = "officer") -> Export:
    """*who* decides, and the jobs that follow run."""
    decide(open_tasks(case_of(export)).get().pk, decision, Actor(User.objects.get(username=who)))
    return settle(export)


def read(content: bytes, password: str) -> openpyxl.Workbook:
    """The workbook behind the password."""
    return openpyxl.load_workbook(io.BytesIO(opened(content, password)))


def college() -> Unit:
    return Unit.objects.get(kind="college")
