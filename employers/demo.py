"""Employers of the demo university: one in the library, two in review, one that has to correct something.

Everything goes through the actions the pages call, so what it shows is what the product does.
"""

import datetime
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders
from approvals.actions import Actor, Decision, decide
from common.demo import PASSWORD, Clock, SignIn, paper
from employers import actions as gate
from employers.actions import Person
from employers.flows.vetting import actions
from employers.flows.vetting.form_fields import AGENCY
from employers.models import Employer
from employers.queries import by_uscc
from processes.queries import open_tasks

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "employers.json"
PAPERS = {"licence_files": "营业执照", "authorization_files": "授权书", "permit_files": "人力资源服务许可证"}

APPROVE = Decision("approve")
RETURN = Decision(
    "return",
    reason_code="R13",
    text="授权书上的公章盖住了经办人姓名，请重新盖章后再拍一张。",
    fields=("authorization_files",),
)


@lru_cache
def _plans() -> list[dict[str, Any]]:
    plans: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["employers"]
    return plans


def load_employers() -> Iterator[SignIn]:
    """Make the demo's employers, or leave those alone that are there; gives their sign-ins."""
    for plan in _plans():
        if by_uscc(plan["uscc"]) is None:
            _play(plan)
        stage = {
            "approved": _("Employer in the library"),
            "returned": _("Employer, application returned"),
        }.get(plan["stage"])
        if stage:
            yield SignIn(plan["person"]["email"], plan["person"]["name"], stage, plan["name"])


def _play(plan: dict[str, Any]) -> None:
    """Let one application go as far as its plan says."""
    clock = Clock(plan["days"])
    own = gate.register(plan["name"], plan["uscc"], _person(plan["person"]), None, now=clock.moment)
    actor, employer = Actor(own.user, ip="127.0.0.1"), own.employer
    answers = _answers(plan["answers"])
    actions.save_answers(employer, answers, actor)
    for page, (field, name) in enumerate(PAPERS.items()):
        if field != "permit_files" or answers["org_type"] == AGENCY:
            actions.attach_paper(
                employer, field, paper(len(plan["name"]) * 7 + plan["days"], page, name), actor
            )
    actions.submit_application(employer, actor, promised=True, now=clock.tick())
    _review(employer, plan["stage"], clock)
    if "asks" in plan:
        gate.ask_to_join(plan["uscc"], _person(plan["asks"]), None)


def _person(entry: dict[str, str]) -> Person:
    return Person(**entry, password=PASSWORD)


def _answers(entry: dict[str, Any]) -> dict[str, Any]:
    """The answers with days relative to today made real."""
    today, answers = timezone.localdate(), dict(entry)
    for key, field, sign in (
        ("founded_days_ago", "founded_on", -1),
        ("permit_days_left", "permit_valid_to", 1),
        ("licence_days_left", "licence_valid_to", 1),
    ):
        if key in answers:
            answers[field] = (today + sign * datetime.timedelta(days=answers.pop(key))).isoformat()
    return answers


def _review(employer: Employer, stage: str, clock: Clock) -> None:
    """Approve or return until the application is where the plan wants it."""
    while stage != "review" and (task := open_tasks(employer.case).first()):
        if task.owner_id is not None or task.unit is None:
            return
        reviewer: User | None = holders(task.role, task.unit).first()
        if reviewer is None:
            raise LookupError(f"The demo staff has no {task.role}.")
        decision = RETURN if stage == "returned" else APPROVE
        decide(task.pk, decision, Actor(reviewer, ip="127.0.0.1"), now=clock.tick())
