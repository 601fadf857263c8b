"""Where a case is, told to its applicant like a parcel: who has it, since when, what comes next."""

import datetime
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import holders
from approvals.words import INTERNAL, MOST_NAMES, actor_names, counting, event_label, names
from processes.engine.runtime import first_task_id
from processes.engine.votes import Tally
from processes.models import Case, CaseState, Task
from processes.queries import Step, Stop, history, position, signer_tasks

#: The usual duration is said from this many decided cases on, and looks at this many of the latest.
ENOUGH_CASES = 5
LATEST_CASES = 200


@dataclass(frozen=True)
class Line:
    """One stop as `components/timeline.html` draws it."""

    title: str
    state: str
    who: str = ""
    at: datetime.datetime | None = None
    waited_since: datetime.datetime | None = None
    due_at: datetime.datetime | None = None
    text: str = ""


@dataclass(frozen=True)
class Correction:
    """Why a case came back or was refused: who said it, when, why, and at which fields."""

    who: str
    step: str
    at: datetime.datetime
    reason_code: str
    text: str
    fields: tuple[str, ...]
    is_final: bool


def parcel_line(case: Case, end: str | Promise, stops: list[Stop] | None = None) -> list[Line]:
    """The stops of *case* in order, with names and times; *end* is what its approval brings about.

    *stops* are its position, if the caller has it.
    """
    return [_line(stop, case, end) for stop in (position(case) if stops is None else stops)]


def _line(stop: Stop, case: Case, end: str | Promise) -> Line:
    if stop.element is None:
        return Line(str(end), "done" if stop.state == "done" else "waiting", at=stop.at)
    title = stop.element.label(get_language() or "")
    first = stop.element.id == first_task_id(case.flow_class)
    if stop.state == "done":
        title = _("Submitted") if first else title
        who = stop.person.name if stop.person else names(stop.voted)
        against = _("Not agreed; the case went on.") if stop.is_joint and not stop.agreed else ""
        return Line(title, "done", who, stop.at, text=against)
    if stop.state == "waiting" or stop.task is None:
        return Line(title, "waiting")
    if stop.element.is_initiators and not first:
        return Line(_("With you: %(step)s") % {"step": title}, "current", waited_since=stop.at)
    if stop.element.is_initiators:
        returned = case.state == CaseState.RETURNED
        return Line(_("With you: to be corrected") if returned else _("With you: to be submitted"), "current")
    who, due_at = _who_has(stop.task, stop.people), stop.task.due_at
    remarks = [counting(stop.voted, Tally.of(stop.task).size)] if stop.is_joint else []
    if case.is_suspended:
        remarks.append(_("It stands still for now; the career center lets it go on."))
    return Line(title, "current", who, waited_since=stop.at, due_at=due_at, text="\n".join(remarks))


def _who_has(task: Task, people: tuple[User, ...]) -> str:
    """Who was asked in person, else the people whose inbox a task lies in; nothing when there are many."""
    if people:
        return names(people)
    if task.unit is None:
        return ""
    pool = list(holders(task.role, task.unit)[: MOST_NAMES + 1])
    return "" if len(pool) > MOST_NAMES else names(pool)


def history_line(case: Case) -> list[Line]:
    """Everything that happened to *case*, in order; what staff say to each other is left out."""
    language, steps = get_language() or "", history(case)
    signed = any(step.kind == "signer_added" for step in steps)
    signers = signer_tasks(case) if signed else frozenset[UUID]()
    return [
        Line(
            title=_event_title(step, language),
            state=EVENT_STATES.get(step.kind, "done"),
            who=actor_names(step.person, step.acting_for),
            at=step.at,
            text=step.text,
        )
        for step in steps
        if step.kind not in INTERNAL and step.task_id not in signers
    ]


def _event_title(step: Step, language: str) -> str:
    where = step.element.label(language) if step.element and not step.element.is_initiators else ""
    label = event_label(step.kind, step.people, step.before)
    return f"{where} · {label}" if where else label


EVENT_STATES = {
    "returned": "returned",
    "rejected": "bad",
    "withdrawn": "returned",
    "cancelled": "bad",
    "terminated": "bad",
}


def correction_of(case: Case) -> Correction | None:
    """The return of a case that lies with its applicant, the refusal of one that was refused, or None."""
    if case.state not in (CaseState.RETURNED, CaseState.REJECTED):
        return None
    steps = [step for step in history(case) if step.kind == case.state]
    if not steps:
        return None
    step = steps[-1]
    return Correction(
        who=step.person.name if step.person else "",
        step=step.element.label(get_language() or "") if step.element else "",
        at=step.at,
        reason_code=step.reason_code,
        text=step.text,
        fields=step.fields,
        is_final=case.state == CaseState.REJECTED,
    )


def usual_duration(flow_key: str) -> datetime.timedelta | None:
    """How long a case takes from submission to approval: the median of the latest ones.

    None while there are too few to say.
    """
    spans = [
        (finished - submitted).total_seconds()
        for submitted, finished in Case.objects.filter(flow_key=flow_key, state=CaseState.APPROVED)
        .exclude(submitted_at=None)
        .order_by("-created")
        .values_list("submitted_at", "finished")[:LATEST_CASES]
        if submitted and finished
    ]
    return datetime.timedelta(seconds=median(spans)) if len(spans) >= ENOUGH_CASES else None


def usual_days(flow_key: str) -> int | None:
    """How many days a case usually takes, rounded up; None while too few were decided."""
    usual = usual_duration(flow_key)
    return None if usual is None else max(1, -(-usual // datetime.timedelta(days=1)))
