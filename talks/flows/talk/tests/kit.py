"""Talks, venues and officers for tests: everything goes through the actions the pages call."""

import datetime
import itertools
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from employers import actions as gate
from employers.flows.vetting.tests import kit as vetting
from employers.models import Employer, EmployerUser, MembershipState
from forms.models import Attachment
from processes.models import Case, Task
from processes.queries import cases_on, open_tasks
from talks.flows.talk import actions
from talks.models import Talk, Venue
from talks.slots import Slot

APPROVE = Decision("approve")
RETURN = Decision("return", reason_code="R01", text="请写明每个职位的地点和人数", fields=("jobs",))
REJECT = Decision("reject", reason_code="R31", text="本月场地已经排满，请下月再申请")
REFUSE_VENUE = Decision("return", reason_code="R31", text="当天检修音响，不能使用", target="choose")

OFFICERS = {
    "review": Role.TALK_OFFICER,
    "choose": Role.TALK_OFFICER,
    "venue": Role.VENUE_KEEPER,
    "security": Role.CAMPUS_SECURITY,
}
ANSWERS: dict[str, Any] = {
    "title": "启明科技 2027 届校园宣讲会",
    "intro": "介绍公司业务、培养计划与薪酬。",
    "jobs": "测试工程师 杭州 5 人\n算法工程师 杭州 3 人",
    "audience": "计算机类、电子信息类，本科及以上",
    "expected": 80,
    "venue_kind": "1",
    "equipment": "投影、话筒",
    "visitors": 3,
    "contact_name": "孙经理",
    "contact_phone": "0571-88001122",
}
_numbers = itertools.count(1)

by = vetting.by
reviewer = vetting.reviewer


def monday(weeks: int = 2) -> datetime.date:
    """A Monday some weeks ahead, never in this month's way of two talks alone."""
    today = timezone.localdate()
    return today + datetime.timedelta(days=7 * weeks - today.weekday() + 7)


def slot(day: datetime.date | None = None, start: int = 14, end: int = 16) -> Slot:
    """A time on a day, by full hours."""
    return Slot.on(day or monday(), datetime.time(start), datetime.time(end))


def wishes(*slots: Slot) -> dict[str, str]:
    """The answers that name these times."""
    said = {}
    for number, each in enumerate(slots, 1):
        parts = {"date": each.day.isoformat(), "start": f"{each.start:%H:%M}", "end": f"{each.end:%H:%M}"}
        said |= {f"slot{number}_{part}": text for part, text in parts.items()}
    return said


def venue(name: str = "图书馆报告厅", **more: Any) -> Venue:
    """A venue with a hundred seats."""
    values = {
        "campus": "东校区",
        "kind": "1",
        "place": "图书馆一楼",
        "capacity": 100,
        "equipment": "投影、话筒",
    }
    return Venue.objects.create(name=name, **values | more)


def employer(name: str = "杭州启明科技有限公司") -> Employer:
    """An employer in the library, with the officers of the school in their places."""
    made = vetting.admitted(name)
    for role in OFFICERS.values():
        reviewer(role)
    return made


def person(employer: Employer) -> User:
    """Who acts for an employer; a fresh object, as at every request."""
    own = EmployerUser.objects.filter(employer=employer, state=MembershipState.ACTIVE).earliest("asked_at")
    return User.objects.get(pk=own.user_id)


def colleague(employer: Employer, name: str = "郑同事") -> EmployerUser:
    """Somebody else who acts for an employer."""
    wish = gate.ask_to_join(employer.uscc, vetting.person(name), None)
    return gate.decide_join(wish, person(employer), admit=True)


def begin(of: Employer | None = None, by: User | None = None, **answers: Any) -> Talk:
    """A complete draft, ready to be handed in; *by* one of the employer's people, else its owner."""
    of = of or employer(f"杭州启明{next(_numbers)}号有限公司")
    actor = vetting.by(by or person(of))
    talk = actions.start_talk(of, actor)
    actions.save_answers(talk, ANSWERS | wishes(slot()) | answers, actor)
    return talk


def attach_poster(talk: Talk) -> Attachment:
    """The draft gets a poster."""
    return actions.attach_file(talk, "poster_files", vetting.picture("poster.jpg"), by(applicant(talk)))


def hand_in(talk: Talk) -> Talk:
    """Submit a complete draft."""
    return actions.submit_talk(fresh(talk), by(applicant(talk)))


def submit(of: Employer | None = None, **answers: Any) -> Talk:
    """An application that was just handed in."""
    return hand_in(begin(of, **answers))


def fresh(talk: Talk) -> Talk:
    """As it stands in the database now."""
    return Talk.objects.get(pk=talk.pk)


def case_of(talk: Talk) -> Case:
    """Its case, fresh from the database."""
    return cases_on(talk)[0]


def applicant(talk: Talk) -> User:
    """Who applied for it; a fresh object."""
    return User.objects.get(pk=case_of(talk).initiator_id)


def task(talk: Talk, step: str) -> Task:
    """The open task of a step."""
    return open_tasks(case_of(talk)).get(node_id=step)


def steps(talk: Talk) -> list[str]:
    """The steps that wait for somebody."""
    return sorted(open_tasks(case_of(talk)).values_list("node_id", flat=True))


def decide_step(talk: Talk, step: str, decision: Decision = APPROVE, **more: Any) -> None:
    """Whoever has a step decides it."""
    decide(task(talk, step).pk, decision, by(reviewer(OFFICERS[step])), **more)


def allocate(talk: Talk, where: Venue, when: Slot | None = None, **more: Any) -> Talk:
    """The officer gives it a venue and a time."""
    officer = by(reviewer(Role.TALK_OFFICER))
    actions.allocate(task(talk, "choose").pk, where, when or slot(), officer, **more)
    return fresh(talk)


def offered(of: Employer | None = None, where: Venue | None = None, when: Slot | None = None, **answers: Any):
    """A talk whose venue and time the employer has to confirm."""
    talk = submit(of, **answers)
    decide_step(talk, "review")
    allocate(talk, where or venue(), when)
    for step in steps(talk):
        decide_step(talk, step)
    return fresh(talk)


def reply(talk: Talk, answer: str, text: str = "", **more: Any) -> Talk:
    """The employer answers."""
    return actions.reply(fresh(talk), by(applicant(talk)), answer, text, **more)


def published(
    of: Employer | None = None, where: Venue | None = None, when: Slot | None = None, **answers: Any
):
    """A talk everybody may see."""
    return reply(offered(of, where, when, **answers), "confirm")


def actor(user: User) -> Actor:
    """*user* at a browser."""
    return by(user)
