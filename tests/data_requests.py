"""Requests about their own data in the small university of the tests: one in review, one returned."""

from dataclasses import dataclass

from accounts.models import User
from approvals.actions import Actor, decide
from privacy.flows.requests import actions
from privacy.flows.requests.actions import Wish
from privacy.flows.requests.tests import kit
from privacy.models import DataRequest
from processes.models import Task
from processes.queries import open_tasks


@dataclass
class DataRequests:
    """What the student asked, and the task of the one that is in review."""

    waiting: DataRequest
    returned: DataRequest
    task: Task


def data_requests_of(person: User, officer: User) -> DataRequests:
    """Ask for a correction and for a deletion; *officer* sends the second one back."""
    by = Actor(person)
    correction = Wish("correction", "我换了手机号", "record", "mobile", "13988887777")
    waiting = actions.ask(correction, by)
    returned = actions.ask(Wish("deletion", "请删除这些信息", "destinations"), by)
    decide(open_tasks(returned.case).get().pk, kit.RETURN, Actor(officer))
    returned = DataRequest.objects.get(pk=returned.pk)
    return DataRequests(waiting, returned, open_tasks(waiting.case).get())
