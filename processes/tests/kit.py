"""A small review flow on a person's own record, for tests and benchmarks of the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from accounts.actions import add_unit
from accounts.models import Unit, UnitKind, User
from accounts.roles import Role
from accounts.tests.rights_kit import hold
from processes import compiled
from processes.actions import publish
from processes.engine.context import CaseChange, HandlerContext
from processes.models import Task
from processes.registry import FlowRegistration, SubjectCard, register, unregister

KEY = "scratch_review"

REVIEW = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:qc="https://qicheng.dev/bpmn" id="d" targetNamespace="https://qicheng.dev">
  <bpmn:process id="scratch_review" name="试审" isExecutable="true">
    <bpmn:extensionElements><qc:variable name="short" type="bool"/></bpmn:extensionElements>
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="file" name="填写" qc:initiator="true"/>
    <bpmn:userTask id="class_review" name="班级审核" qc:nameEn="Class review" qc:role="counselor" qc:unit="class"
                   qc:dueWorkdays="2" qc:batch="true"/>
    <bpmn:exclusiveGateway id="is_short" default="f4"/>
    <bpmn:userTask id="college_review" name="学院审核" qc:role="college_officer" qc:unit="college" qc:batch="true"/>
    <bpmn:userTask id="university_review" name="学校审核" qc:role="university_officer" qc:unit="university"
                   qc:canReject="true" qc:batch="true"/>
    <bpmn:serviceTask id="take_effect" name="生效" qc:handler="take_effect"/>
    <bpmn:endEvent id="end"/>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="file"/>
    <bpmn:sequenceFlow id="f2" sourceRef="file" targetRef="class_review"/>
    <bpmn:sequenceFlow id="f3" sourceRef="class_review" targetRef="is_short"/>
    <bpmn:sequenceFlow id="f4" sourceRef="is_short" targetRef="college_review"/>
    <bpmn:sequenceFlow id="f5" sourceRef="is_short" targetRef="take_effect">
      <bpmn:conditionExpression>short</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f6" sourceRef="college_review" targetRef="university_review"/>
    <bpmn:sequenceFlow id="f7" sourceRef="university_review" targetRef="take_effect"/>
    <bpmn:sequenceFlow id="f8" sourceRef="take_effect" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"""


def take_effect(context: HandlerContext) -> None:
    """The applicant's account shows the effect: a name with a mark."""
    context.subject.name = f"{context.subject.name}✓"
    context.save(context.subject, ["name"])


class ScratchFlow:
    """Units, people and a registered flow around the review."""

    def __init__(self) -> None:
        self.changes: list[str] = []
        self.handlers: dict[str, Any] = {"take_effect": take_effect}
        self.university = add_unit(None, UnitKind.UNIVERSITY, "启程大学")
        self.college = add_unit(self.university, UnitKind.COLLEGE, "软件学院")
        major = add_unit(self.college, UnitKind.MAJOR, "软件工程")
        self.student_class = add_unit(major, UnitKind.CLASS, "软件2301")
        self.counselor = self.person("t1", "陈老师", Role.COUNSELOR, self.student_class)
        self.second_counselor = self.person("t4", "孙老师", Role.COUNSELOR, self.student_class)
        self.officer = self.person("t2", "李老师", Role.COLLEGE_OFFICER, self.college)
        self.director = self.person("t3", "王老师", Role.UNIVERSITY_OFFICER, self.university)

    def person(self, username: str, name: str, role: str = "", unit: Unit | None = None) -> User:
        """A person, appointed when a role is given."""
        user = User(username=username, name=name, password="!")
        user.save()
        if unit is not None:
            hold(user, role, unit)
        return user

    def students(self, count: int) -> list[User]:
        """New people who can start a case."""
        people = [
            User(username=f"s{number:05d}", name=f"学生{number}", password="!") for number in range(count)
        ]
        return User.objects.bulk_create(people, batch_size=1000)

    def registration(self) -> FlowRegistration:
        """The flow as a folder would register it."""
        return FlowRegistration(
            key=KEY,
            title="Scratch review",
            subject_model="accounts.User",
            describe=lambda user: SubjectCard(
                user.name, user.username, user.username, self.student_class, 2027
            ),
            variables=lambda user: {"short": user.username.endswith("short")},
            handlers=self.handlers,
            on_change=self._note,
        )

    def reviewer(self, task: Task) -> User:
        """Somebody of the task's pool."""
        return {
            Role.COUNSELOR: self.counselor,
            Role.COLLEGE_OFFICER: self.officer,
            Role.UNIVERSITY_OFFICER: self.director,
        }[Role(task.role)]

    def _note(self, _context: HandlerContext, change: CaseChange) -> None:
        self.changes.append(change.kind)


@contextmanager
def scratch_flow(text: str = REVIEW) -> Iterator[ScratchFlow]:
    """The flow published and registered for the time of a test."""
    compiled.forget()
    flow = ScratchFlow()
    register(flow.registration(), Path())
    try:
        publish(KEY, text)
        yield flow
    finally:
        unregister(KEY)
