"""Going against the chain: taking a decision back, and an operator's jump. Rules are the callers'."""

import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from common.errors import Refused
from processes.bpmn.model import (
    CALL_ACTIVITY,
    INCLUSIVE_GATEWAY,
    PARALLEL_GATEWAY,
    SEND_TASK,
    SERVICE_TASK,
    SUB_PROCESS,
    Element,
)
from processes.engine import conflict, runtime, scopes, signing, walk
from processes.engine.context import CaseChange, Decision
from processes.engine.tokens import ROOT
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.votes import Tally
from processes.models import Case, CaseState, Event, Job, JobState, Task, TaskType

#: What a decision must not have passed if it is to be taken back: it changed the world, or other paths.
_EFFECTS = frozenset({SERVICE_TASK, SEND_TASK, CALL_ACTIVITY})
_TOGETHER = frozenset({PARALLEL_GATEWAY, INCLUSIVE_GATEWAY, SUB_PROCESS})


def take_back(task: Task, event: Event) -> None:
    """Undo the decision on *task* that *event* records: void what it opened, open the task again.

    Raises Refused when it had effects that cannot be undone, or somebody went on with it meanwhile.
    """
    unit, case = current_unit_of_work(), task.process
    said = event.content
    _check_path(case, said.get("path", ()))
    if _closed_at(case, event.at) - {task.pk}:
        raise Refused(_("It ended other people's tasks as well, so it cannot be taken back."))
    _void(case, [UUID(each["task"]) for each in said.get("opened", ())])
    was_with_applicant = case.state == CaseState.RETURNED
    _open_again(task)
    if was_with_applicant:
        case.go_to(CaseState.IN_REVIEW)
        runtime.tell_flow(case, task, CaseChange("resumed"))
    runtime.record(unit, case, "taken_back", task, None)


def jump(case: Case, target: str, decision: Decision) -> None:
    """Void whatever is open and ask at the user task *target*, wherever it lies."""
    unit, before = current_unit_of_work(), case.state
    node = case.flow_class.node_for(target)
    scopes.end_all(case, ROOT)
    data: dict[str, Any] = {"reason_text": decision.text}
    node.reopen(case, _token_inside(case, node.element), data)
    is_back = target == runtime.first_task_id(case.flow_class)
    if is_back and before == CaseState.IN_REVIEW:
        case.go_to(CaseState.RETURNED)
        runtime.tell_flow(case, None, CaseChange("returned", decision))
    elif not is_back and before != CaseState.IN_REVIEW:
        case.go_to(CaseState.IN_REVIEW)
        runtime.tell_flow(case, None, CaseChange("resumed", decision))
    runtime.record(unit, case, "jumped", None, decision)


def hand_over(case: Case, person_id: UUID, reason: str) -> None:
    """Another person is the applicant from now on: the open steps of the applicant move to *person_id*, and
    what that person would have reviewed goes to others (flows X6).
    """
    unit, before = current_unit_of_work(), case.initiator_id
    for row in unit.live.of(case):
        if row.owner_id == before and row.element.is_initiators:
            row.owner_id, row.assigned = person_id, unit.now
            row.save(update_fields=["owner", "assigned"])
    case.initiator_id = person_id
    case.save(update_fields=["initiator"])
    passed_on = conflict.pass_on(case)
    runtime.go_on(case, Decision("object", text=reason))
    people = [person_id.hex]
    more = {"handed_from": before.hex, "text": reason, "passed_on": passed_on}
    runtime.record(unit, case, "handed_over", None, None, people=people, **more)


def go_on(task: Task, decision: Decision, kind: str) -> None:
    """Go on behind an automatic task that never ran; whatever it would have answered is not there."""
    unit, case = current_unit_of_work(), task.process
    unit.step(case)
    task.flow_task.done(task)
    walk.run()
    runtime.record(unit, case, kind, task, decision)


def _token_inside(case: Case, element: Element) -> str:
    """The root token, or the inner one of the sub-processes around *element*, opened anew."""
    around: list[str] = []
    parent = element.parent
    while parent:
        around.insert(0, parent)
        parent = case.flow_class.model.elements[parent].parent
    token = ROOT
    for each in around:
        token = case.flow_class.node_for(each).reopen(case, token).data["inner"]
    return token


def _check_path(case: Case, path: list[str]) -> None:
    elements = [each for each in map(case.flow_class.model.elements.get, path) if each is not None]
    language = get_language() or ""
    for element in elements:
        if element.type in _EFFECTS:
            message = _("It has had its effect already (%(step)s), so it cannot be taken back.")
            raise Refused(message % {"step": element.label(language)})
    if any(element.type in _TOGETHER for element in elements):
        raise Refused(_("Other paths of the case went on with it, so it cannot be taken back."))


def _void(case: Case, keys: list[UUID]) -> None:
    """Void the activations a decision opened. Raises Refused when one of them is no longer as it was."""
    rows = {row.pk: row for row in current_unit_of_work().live.of(case)}
    for key in keys:
        row = rows.get(key)
        if row is None or row.outcome or row.revision:
            raise Refused(_("Somebody has gone on with the case meanwhile, so it cannot be taken back."))
    for key in keys:
        rows[key].data = rows[key].data | {"undone": True}  # as if nobody had come there
        rows[key].save(update_fields=["data"])
        if rows[key].finished is None:
            scopes.cancel(rows[key])


def _open_again(task: Task) -> None:
    unit = current_unit_of_work()
    host = unit.live.host_of(task)
    if host is not None and host.flow_task_type == TaskType.GROUP:
        _uncount(task, host)
    elif host is not None:
        signing.reopened(task, host)
    task.status = STATUS.ASSIGNED if task.owner_id else STATUS.NEW
    task.started = task.finished = task.decided_by_id = None
    task.outcome = ""
    task.revision += 1
    task.save(update_fields=Task.closing_fields)
    unit.live.adopt(task)
    for job in _void_jobs().get(task.pk, []):  # its timers, if swept meanwhile
        job.state, job.finished = JobState.WAITING, None
        unit.keep(job, ["state", "finished"])


def _uncount(task: Task, group: Task) -> None:
    """Take a vote out of a count that goes on."""
    tally = Tally.of(group)
    tally.votes.pop(task.data["member"], None)
    group.data = group.data | {"tally": tally.as_data()}
    group.save(update_fields=["data"])


def _closed_at(case: Case, moment: datetime.datetime) -> set[UUID]:
    """The activations of *case* that were closed at that moment; those of all cases at hand are read once."""
    unit = current_unit_of_work()

    def load() -> dict[tuple[UUID, datetime.datetime], set[UUID]]:
        found: dict[tuple[UUID, datetime.datetime], set[UUID]] = {}
        rows = Task.objects.filter(process__in=list(unit.cases), finished__isnull=False)
        for case_id, pk, finished in rows.values_list("process_id", "pk", "finished"):
            if finished is not None:
                found.setdefault((case_id, finished), set()).add(pk)
        return found

    return unit.remember("closed activations", load).get((case.pk, moment), set())


def _void_jobs() -> dict[UUID, list[Job]]:
    """Jobs found needless, by task, of all cases at hand."""
    unit = current_unit_of_work()

    def load() -> dict[UUID, list[Job]]:
        found: dict[UUID, list[Job]] = {}
        for job in Job.objects.filter(case__in=list(unit.cases), state=JobState.VOID):
            if job.task_id is not None:
                found.setdefault(job.task_id, []).append(job)
        return found

    return unit.remember("void jobs", load)
