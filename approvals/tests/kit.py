"""Tasks for the tests of the desk."""

import base64
import datetime

from django.core.files.base import ContentFile

from accounts.models import User
from approvals.actions import Actor, Decision, decide, start_case, start_many, submit
from forms.actions import current_version
from forms.actions import submit as forms_submit
from forms.models import Attachment
from forms.queries import latest_submission
from processes.engine import runtime
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task
from processes.tests.kit import KEY, ScratchFlow

#: A Wednesday, so that two workdays are two days.
NOW = datetime.datetime(2027, 6, 2, 1, 0, tzinfo=datetime.UTC)
CLASS_STEP = f"{KEY}.class_review"
COLLEGE_STEP = f"{KEY}.college_review"
FORM = {
    "key": "scratch",
    "title": "Scratch",
    "title_zh": "试填",
    "fields": [
        {"key": "employer", "type": "text(40)", "label": "Employer", "label_zh": "单位名称"},
        {"key": "pay", "type": "int", "label": "Pay", "label_zh": "起薪"},
    ],
}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
RETURN = Decision("return", "R03", "证明看不清，请重拍")


def waiting(flow: ScratchFlow, count: int, *, now: datetime.datetime = NOW) -> list[Task]:
    """*count* tasks at the counselor's, submitted together."""
    people = flow.students(count)
    cases = start_many(KEY, [(person, person) for person in people], Actor(flow.counselor), now=now)
    with UnitOfWork(Actor(flow.counselor), now=now) as unit:
        tasks = list(Task.objects.filter(process__in=cases).select_related("process"))
        unit.cases.update({task.process_id: task.process for task in tasks})
        for task in tasks:
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit"))
    return list(open_tasks(cases=cases))


def submitted(
    flow: ScratchFlow, username: str, name: str = "王晓雨", *, now: datetime.datetime = NOW
) -> Task:
    """One task at the counselor's, of a student of that name."""
    student = flow.person(username, name)
    case = start_case(KEY, student, Actor(student), now=now)
    submit(open_task(case).pk, Actor(student), now=now)
    return open_task(case)


def open_task(case):
    """The task a case waits in."""
    return Task.objects.select_related("process").get(process=case, finished=None)


def open_tasks(cases):
    """The tasks several cases wait in, as the inbox orders them."""
    return (
        Task.objects.filter(process__in=cases, finished=None)
        .select_related("process")
        .order_by("due_at", "pk")
    )


def approved(task: Task, by: User, *, now: datetime.datetime = NOW) -> Task:
    """The task that follows after *by* approved this one."""
    decide(task.pk, Decision("approve"), Actor(by), now=now)
    return open_task(task.process_id)


def hand_in(task: Task, **values: object) -> None:
    """Another submission of the case's form, as if the applicant had filled it with *values*."""
    form = current_version("scratch", FORM)
    forms_submit(task.process_id, form, values, by=task.process.initiator)


def proof(task: Task, *, name: str = "agreement.png", content_type: str = "image/png") -> Attachment:
    """A file handed in with the last submission of the case."""
    file = Attachment(
        case_id=task.process_id,
        field="proof",
        name=name,
        content_type=content_type,
        size=len(PNG),
        sha256="0" * 64,
        uploaded_by=task.process.initiator,
    )
    file.file.save(name, ContentFile(PNG), save=False)
    file.save()
    submission = latest_submission(task.process_id)
    if submission is None:
        hand_in(task, employer="海康", pay=9000)
        submission = latest_submission(task.process_id)
    submission.attachments.add(file)
    return file
