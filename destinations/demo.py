"""The demo university: people for every role, graduates, employers, filings at every stage.

Everything goes through the actions the pages call, so what it shows is what the product does.
"""

import csv
import datetime
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import appoint
from accounts.models import Unit, User
from accounts.queries import university
from accounts.rights.officers import officers, seat
from accounts.roles import OFFICERS, Role
from approvals.actions import Actor, Decision, decide
from common.demo import PASSWORD, Clock, SignIn, more_parts, paper
from common.errors import Refused
from destinations.flows.filing import actions, matrix
from destinations.models import Destination
from employers.demo import load_employers
from forms.loading import ensure_code_tables
from processes.actions import load_definitions
from processes.calendar.actions import load_holidays
from processes.calendar.models import CalendarDay
from processes.models import Task
from processes.queries import open_tasks
from students.actions import confirm_record, run_import
from students.models import ImportMode, Student

COHORT = 2027
FOLDER = Path(settings.BASE_DIR) / "fixtures" / "demo"
BEGINNER = "2023010101"
UNCONFIRMED = "2023020207"

APPROVE = Decision("approve")
RETURN = Decision(
    "return",
    reason_code="R03",
    text="协议书第二页的公章看不清，请在光线好的地方重新拍一张。",
    fields=("proof_files",),
)
REJECT = Decision("reject", reason_code="R44", text="经电话核实，单位表示没有录用，请按实际情况重新填报。")

#: Where the file goes, by the code of its disposition.
RECEIVERS = {
    "1": "用人单位人力资源部",
    "3": "生源地公共就业人才服务中心",
    "5": "录取院校研究生院",
    "6": "入伍地人民武装部",
    "7": "项目主管部门",
}


@lru_cache
def _data(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def load_demo() -> list[SignIn]:
    """Make the demo university, or complete what is missing of it; safe to repeat. Gives the sign-ins.

    Raises Refused in production and for the database of another school.
    """
    if settings.PRODUCTION:
        raise Refused("The demo university has known passwords and is not loaded in production.")
    ensure_code_tables()
    if not CalendarDay.objects.exists():
        load_holidays()
    load_definitions()
    students = _students() or _import()
    staff = [_appoint(entry) for entry in _data("staff.json")]
    _open_accounts()
    _confirm(students)
    for plan in _data("filings.json")["filings"]:
        if plan["student"] in students:
            _play(students[plan["student"]], plan)
    employers = list(load_employers())
    more = [sign_in for load in more_parts for sign_in in load()]
    return [*_student_sign_ins(students), *employers, *more, *staff]


def _import() -> dict[str, Student]:
    if Student.objects.exists():
        raise Refused("This database holds other graduates; the demo university stays out of it.")
    batch = run_import(FOLDER / "graduates.csv", cohort=COHORT, mode=ImportMode.INSERT, commit=True)
    if batch.wrong:
        raise LookupError(f"{batch.wrong} rows of the demo file of graduates are wrong.")
    return _students()


def _students() -> dict[str, Student]:
    with (FOLDER / "graduates.csv").open(encoding="utf-8-sig", newline="") as file:
        numbers = [row["学号"] for row in csv.DictReader(file)]
    found = Student.objects.filter(cohort=COHORT, student_no__in=numbers).select_related("user", "unit")
    return {student.student_no: student for student in found}


def _open_accounts() -> None:
    """One hash for all of them: nobody's secret is at stake, and hashing is slow on purpose."""
    names = [entry["username"] for entry in _data("staff.json")]
    people = User.objects.filter(Q(username__in=names) | Q(student__cohort=COHORT))
    closed = [user.pk for user in people if not user.has_usable_password()]
    User.objects.filter(pk__in=closed).update(password=make_password(PASSWORD))


def _appoint(entry: dict[str, Any]) -> SignIn:
    user = User.objects.filter(username=entry["username"]).first()
    user = user or User.objects.create_user(entry["username"], entry["name"])
    units = [_unit(name) for name in entry["units"]]
    if entry["role"] in OFFICERS:
        _seat(user, entry["role"])
    else:
        for unit in units:
            appoint(user, entry["role"], unit, starts_on=datetime.date(2024, 9, 1))
    return SignIn(user.username, user.name, str(Role(entry["role"]).label), "、".join(map(str, units)))


def _seat(user: User, role: str) -> None:
    """Make *user* that officer, unless somebody has given them a seat since."""
    if not officers().filter(user=user).exists():
        seat(user, role, None)


def _unit(name: str) -> Unit:
    """The unit called *name*; empty for the university."""
    unit = Unit.objects.filter(name=name).first() if name else university()
    if unit is None:
        raise Refused(f"There is no unit {name}; this demo university was changed and cannot be completed.")
    return unit


def _confirm(students: dict[str, Student]) -> None:
    for number, student in students.items():
        if number != UNCONFIRMED and not student.is_confirmed and student.user is not None:
            confirm_record(student, student.user)
            student.refresh_from_db()


def _student_sign_ins(students: dict[str, Student]) -> Iterator[SignIn]:
    shown = {
        BEGINNER: _("Graduate, nothing filed yet"),
        UNCONFIRMED: _("Graduate, record not confirmed"),
        "2023010202": _("Graduate, filing returned"),
        "2023010105": _("Graduate, destination in effect"),
    }
    for number, what in shown.items():
        if student := students.get(number):
            yield SignIn(number, student.name, what, str(student.unit))


def _play(student: Student, plan: dict[str, Any]) -> None:
    """Let one filing go as far as its plan says; a graduate who filed before is left alone."""
    if student.destinations.exists():
        return
    clock = Clock(plan["days"])
    actor = Actor(_account(student), ip="127.0.0.1")
    destination = actions.start_filing(student, actor, now=clock.moment)
    actions.choose_category(destination, plan["category"], actor)
    actions.save_answers(destination, _answers(plan, student), actor)
    rule = matrix.proof_rule(plan["category"])
    for page in range(rule.min_files if rule else 0):
        actions.attach_proof(destination, "", paper(int(student.student_no), page, f"佐证{page + 1}"), actor)
    if plan["stage"] == "draft":
        return
    actions.submit_filing(destination, actor, declared=True, now=clock.tick())
    _review(destination, plan["stage"], clock)


def _review(destination: Destination, stage: str, clock: Clock) -> None:
    """Approve until the filing is where the plan wants it, then return or reject if that is the plan."""
    case = actions.case_of(destination)
    while task := open_tasks(case).first():
        last = {"returned": "college_review", "rejected": "university_review"}.get(stage)
        if task.node_id == stage or task.owner_id is not None:
            return
        decision = {"returned": RETURN, "rejected": REJECT}[stage] if task.node_id == last else APPROVE
        decide(task.pk, decision, Actor(_holder(task), ip="127.0.0.1"), now=clock.tick())


def _holder(task: Task) -> User:
    assert task.unit is not None  # noqa: S101 - tasks of reviewers have a pool
    return User.objects.filter(appointments__role=task.role, appointments__unit=task.unit).first() or _nobody(
        task
    )


def _nobody(task: Task) -> User:
    raise LookupError(f"The demo staff has no {task.role} for {task.unit}.")


def _account(student: Student) -> User:
    if student.user is None:
        raise LookupError(f"{student.student_no} has no account.")
    return student.user


def _answers(plan: dict[str, Any], student: Student) -> dict[str, Any]:
    data = _data("filings.json")
    category, today = plan["category"], timezone.localdate()
    answers: dict[str, Any] = dict(data["answers"].get(category, {}))
    if "employer" in plan:
        answers |= data["employers"][plan["employer"]]
        answers["signed_on"] = (today - datetime.timedelta(days=20)).isoformat()
        answers["report_deadline"] = (today + datetime.timedelta(days=200)).isoformat()
    archive = actions.usual_archive(category)
    return answers | plan.get("more", {}) | _receiver(archive) | _household(student)


def _receiver(archive: str) -> dict[str, str]:
    if archive not in RECEIVERS:
        return {"archive_disposition": archive}
    return {
        "archive_disposition": archive,
        "archive_unit": RECEIVERS[archive],
        "archive_address": "市民中心大道 1 号",
        "archive_postcode": "310000",
        "archive_contact": "档案室",
        "archive_phone": "0571-28001000",
    }


def _household(student: Student) -> dict[str, str]:
    if not student.hukou_moved_in:
        return {}
    return {"hukou_disposition": "2", "hukou_address": student.home_address}
