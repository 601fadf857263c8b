"""People with data, the officer who answers, and what they do with a request."""

from typing import Any

from accounts.actions import appoint
from accounts.models import User
from accounts.queries import university
from approvals.actions import Actor, Decision, decide
from destinations.tests.kit import make_student
from privacy.flows.requests import actions
from privacy.flows.requests.actions import Wish
from privacy.models import DataRequest
from processes.actions import load_definitions
from processes.models import Case, Task
from processes.queries import cases_on, open_tasks
from students.models import Student

RETURN = Decision("return", reason_code="R01", text="请写明是哪一项", fields=("said",))
REJECT = Decision("reject", reason_code="R63", text="内容涉及其他同学")
ANSWER = "已按你的请求办理"


def school(*roles: str, **fields: Any) -> Student:
    """A student, and somebody in each of these *roles* at the university, called after it."""
    load_definitions()
    found = make_student(**fields)
    for role in roles or ("university_officer", "career_center_director"):
        appoint(User.objects.create_user(role, role, "a long pass phrase"), role, university())
    return found


def ask(who: Student | User, kind: str, about: str = "", **more: str) -> DataRequest:
    """A request that was just handed in."""
    user = who if isinstance(who, User) else who.user
    said = more.pop("said", "请按法律规定办理我的请求")
    return actions.ask(Wish(kind, said, about, **more), Actor(user))


def task_of(request: DataRequest) -> Task:
    return open_tasks(case_of(request)).get()


def case_of(request: DataRequest) -> Case:
    """Its case, fresh from the database."""
    return cases_on(request)[0]


def answer(request: DataRequest, text: str = ANSWER, who: str = "university_officer") -> str:
    """Whoever is called *who* answers; the state of the request after that."""
    actions.answer(task_of(request).pk, text, Actor(User.objects.get(username=who)))
    request.refresh_from_db()
    return request.state


def review(request: DataRequest, decision: Decision, who: str = "university_officer") -> str:
    """The officer returns or refuses; the state of the request after that."""
    decide(task_of(request).pk, decision, Actor(User.objects.get(username=who)))
    request.refresh_from_db()
    return request.state
