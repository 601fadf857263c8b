"""The tale of one case on the scratch flow, told step by step."""

import datetime
from typing import Any

from accounts.models import User
from approvals.actions import Actor, Decision, decide, start_case, submit
from processes.models import Event, Task, TaskType
from processes.tests.kit import KEY, ScratchFlow

START = datetime.datetime(2027, 6, 1, 9, 0, tzinfo=datetime.UTC)


class Tale:
    """A case told step by step; every step checks that the trail and the case agree."""

    def __init__(self, flow: ScratchFlow, student: User, now: datetime.datetime | None = None) -> None:
        self.flow, self.student = flow, student
        self.case = start_case(KEY, student, Actor(student), now=now)

    @property
    def open(self) -> list[str]:
        """What waits, by element, sorted."""
        return sorted(Task.objects.filter(process=self.case, finished=None).values_list("node_id", flat=True))

    @property
    def asked(self) -> list[str]:
        """What waits for people, by element, sorted."""
        rows = Task.objects.filter(process=self.case, finished=None, flow_task_type=TaskType.HUMAN)
        return sorted(rows.values_list("node_id", flat=True))

    def task(self, node: str, who: User | None = None) -> Task:
        rows = Task.objects.filter(
            process=self.case, node_id=node, finished=None, flow_task_type=TaskType.HUMAN
        )
        return (rows.filter(owner=who) if who else rows).get()

    def submit(self, now: datetime.datetime | None = None) -> None:
        submit(self.task("file").pk, Actor(self.student), now=now)

    def say(
        self, node: str, outcome: str, who: User | None = None, target: str = "", now: Any = None
    ) -> None:
        task = self.task(node, who)
        decision = Decision(outcome, "" if outcome == "approve" else "R01", "请补充完整信息", target=target)
        decide(task.pk, decision, Actor(who or self.flow.reviewer(task)), now=now)

    def approve(self, *nodes: str, now: Any = None) -> None:
        for node in nodes:
            self.say(node, "approve", now=now)

    @property
    def state(self) -> str:
        self.case.refresh_from_db()
        return self.case.state

    def variables(self) -> dict[str, Any]:
        self.case.refresh_from_db()
        return self.case.variables

    def path(self) -> list[str]:
        """Every element a token came to, in order."""
        return [
            step for event in Event.objects.filter(case=self.case) for step in event.content.get("path", [])
        ]
