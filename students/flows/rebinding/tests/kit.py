"""A student with a counselor, an old and a new WeChat."""

from accounts.actions import appoint
from accounts.models import User
from approvals.actions import Actor, Decision, decide
from destinations.tests.kit import make_student
from processes.actions import load_definitions
from processes.models import Case
from processes.queries import cases_on, open_tasks
from students.flows.rebinding import actions
from students.models import RebindRequest, Student
from wechat.actions import bind
from wechat.models import Letter, Proof

OLD, NEW = "oOldWeChat", "oNewWeChat"
APPROVE = Decision("approve")
RETURN = Decision("return", reason_code="R01", text="请写清楚为什么换绑", fields=("reason",))
REJECT = Decision("reject", reason_code="R52", text="本人说没有申请换绑")


def student(bound_to: str = OLD) -> Student:
    """A student whose account the old WeChat opens, with a counselor."""
    load_definitions()
    found = make_student()
    appoint(User.objects.create_user("counselor", "陈老师", "a long pass phrase"), "counselor", found.unit)
    bind(found.user, bound_to, Proof.NAME_ID)
    return found


def ask(student: Student, openid: str = NEW, reason: str = "换了新手机号") -> RebindRequest:
    by = Actor(student.user, channel="wechat")
    return actions.ask(student, openid, Proof.NAME_ID, {"reason": reason}, by)


def case_of(request: RebindRequest) -> Case:
    return cases_on(request)[0]


def review(request: RebindRequest, decision: Decision = APPROVE) -> str:
    """The counselor decides; the state of the case after that."""
    decide(open_tasks(case_of(request)).get().pk, decision, Actor(User.objects.get(username="counselor")))
    request.refresh_from_db()
    return case_of(request).state


def letters() -> set[tuple[str, str]]:
    """Who is written to, and what."""
    return {(letter.openid, letter.text) for letter in Letter.objects.all()}
