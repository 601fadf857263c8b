"""Playing a text: a case of the mind, moved by the real engine in a dry run, so that nothing is written.

A play is a scene and the moves made so far. Each time all moves are made again from the beginning, which
takes milliseconds; taking one back is leaving it out. No code of the flow's folder runs: automatic tasks and
called processes wait until somebody says how they end.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Unit, User
from common.errors import BadInput, UserError
from common.expressions import ExpressionError
from processes.bpmn.model import CALL_ACTIVITY, ERROR, MESSAGE, SEND_TASK, SERVICE_TASK, Element
from processes.engine import errors, nodes, runtime, walk
from processes.engine.actor import SYSTEM, Actor, Agent
from processes.engine.compiler import CaseFlow, build_flow, named, node_of, require_sound
from processes.engine.context import Decision
from processes.engine.nodes.base import close
from processes.engine.nodes.events import arm
from processes.engine.timing import rearm
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Event, Job, JobKind, JobState, Task, TaskType
from processes.queries import return_targets
from processes.registry import FlowRegistration, SubjectCard, flow_for, standing_in

#: More moves than any case takes.
MOST_MOVES = 200
#: The applicant of a play, and whoever decides where nobody is appointed: people of the mind.
APPLICANT, SOMEBODY = uuid.UUID(int=1), uuid.UUID(int=2)
#: How a called process may end.
CALL_ENDS = ("approved", "rejected", "cancelled")
Move = Mapping[str, Any]


class PlayedTask(nodes.ServiceTaskNode):
    """An automatic task that waits until somebody says how it ends."""

    def __init__(self) -> None:
        super().__init__(lambda _context: None)

    def enter(self, case: Case, token: str, flow_id: str = "") -> None:
        """Wait."""
        arm(self.open(case, token))


class PlayedCall(nodes.CallNode):
    """A called process that waits until somebody says how it ends."""

    def enter(self, case: Case, token: str, flow_id: str = "") -> None:
        """Wait."""
        arm(self.open(case, token))


@dataclass(frozen=True)
class Scene:
    """What is played: a text of a process, on a case in *unit* with these variables."""

    key: str
    text: str
    unit: Unit
    variables: Mapping[str, Any] = field(default_factory=dict)


class Play:
    """The moves made in a scene, and where the case stands behind them.

    *fault* says why the last move could not be made; it is not among the *moves* then. Raises
    UnsoundDefinition when the text cannot be run, BadInput when the case cannot even begin.
    """

    def __init__(self, scene: Scene, moves: Sequence[Move] = ()) -> None:
        self.scene = scene
        self.moves: list[Move] = []
        self.fault = ""
        #: How many events there were behind the start and behind each move.
        self.marks: list[int] = []
        self.flow = _standing_in_for(scene)
        self.unit = UnitOfWork(SYSTEM, dry_run=True)
        with standing_in(self.flow), self.unit:
            self.flow_class = _played(scene.key, scene.text)
            self._begin()
            for move in moves[:MOST_MOVES]:
                if not self._make(move):
                    break
            if len(moves) > MOST_MOVES and not self.fault:
                most = {"most": MOST_MOVES}
                self.fault = _("A play has at most %(most)s moves. Take some back, or begin anew.") % most

    @property
    def events(self) -> list[Event]:
        """What happened, oldest first."""
        return self.unit.events

    @property
    def rows(self) -> list[Task]:
        """Every activation of the case, open or closed, in the order in which they opened."""
        return self.unit.live.known(self.case)

    @property
    def timers(self) -> list[Job]:
        """The timers that wait, in the order in which they were set."""
        return [
            job
            for job in self.unit.kept(Job)
            if job.kind == JobKind.TIMER and job.state == JobState.WAITING and job.task and job.task.is_open
        ]

    @property
    def messages(self) -> list[str]:
        """The messages that something waits for."""
        model, names = self.flow_class.model, {}
        for row in self.rows if self.case.is_open else ():
            for element in (row.element, *model.boundaries(row.node_id)) if row.is_open else ():
                if element.event is not None and element.event.kind == MESSAGE:
                    names[element.event.name] = True
        return list(names)

    def targets(self, task: Task) -> list[Element]:
        """The earlier steps to which a task may be returned."""
        rows = [row for row in self.rows if row.flow_task_type in (TaskType.HUMAN, TaskType.GROUP)]
        return return_targets(task, rows)

    def error_codes(self, task: Task) -> list[str]:
        """The errors of an automatic task that the chain catches."""
        boundaries = self.flow_class.model.boundaries(task.node_id)
        return [each.event.name for each in boundaries if each.is_event(ERROR) and each.event]

    def _begin(self) -> None:
        subject, applicant = self.flow.subject_class(), User(pk=APPLICANT, name=_("The applicant"))
        try:
            self.case = runtime.start(
                self.flow, subject, applicant, "", values=self.scene.variables, flow_class=self.flow_class
            )
        except (UserError, ExpressionError, LookupError) as error:
            raise BadInput(_said(error)) from error
        self.marks.append(len(self.events))

    def _make(self, move: Move) -> bool:
        self.unit.actor = _actor(move)
        try:
            with self.unit.attempt(self.case):
                _MAKERS.get(str(move.get("do", "")), Play._unknown)(self, move)
        except (UserError, ExpressionError, LookupError, ValueError) as error:
            self.fault = _said(error)
        else:
            self.moves.append(move)
            self.marks.append(len(self.events))
        return not self.fault

    def _unknown(self, _move: Move) -> None:
        raise BadInput(_("This move is not known."))

    def _task(self, move: Move, *types: str) -> Task:
        number, rows = move.get("task"), self.rows
        if not isinstance(number, int) or not 0 <= number < len(rows):
            raise BadInput(_("This move is not known."))
        task = rows[number]
        if not task.is_open or task.flow_task_type not in types:
            raise BadInput(_("This step does not wait any more."))
        return task

    def _decide(self, move: Move) -> None:
        task = self._task(move, TaskType.HUMAN)
        outcome = str(move.get("outcome", ""))
        if outcome in ("submit", "approve", "object"):
            runtime.complete(task, Decision(outcome))
        elif outcome == "return":
            runtime.send_back(task, Decision(outcome, target=str(move.get("target", ""))))
        elif outcome == "reject":
            runtime.close(task, Decision(outcome))
        else:
            raise BadInput(_("This move is not known."))

    def _automatic(self, move: Move) -> None:
        task, code = self._task(move, TaskType.JOB), str(move.get("code", ""))
        if code:
            runtime.fail_job(task, code)
        else:
            runtime.finish_job(task, {})

    def _called(self, move: Move) -> None:
        task, end = self._task(move, TaskType.CALL), str(move.get("end", ""))
        if end not in CALL_ENDS:
            raise BadInput(_("This move is not known."))
        self.unit.step(self.case)
        if end == "approved":
            close(task, "done")
            task.flow_task.leave(self.case, task.token)
        else:
            errors.throw(self.case, task.element, task.token, end, host=task)
        walk.run()
        runtime.record(self.unit, self.case, "job_done" if end == "approved" else "job_error", task, None)

    def _timer(self, move: Move) -> None:
        number, timers = move.get("timer"), self.timers
        if not isinstance(number, int) or not 0 <= number < len(timers):
            raise BadInput(_("This timer does not wait any more."))
        job = timers[number]
        task = job.task
        if task is None:
            raise BadInput(_("This timer does not wait any more."))
        self.unit.now = max(self.unit.now, job.run_at)
        runtime.fire(task, self.flow_class.model.elements[job.node_id], "timer")
        if not (job.repeat and task.is_open and rearm(job, self.unit.now)):
            job.state = JobState.DONE

    def _message(self, move: Move) -> None:
        if not runtime.deliver(self.case, str(move.get("name", "")), {}):
            raise BadInput(_("The case does not wait for this message."))

    def _set(self, move: Move) -> None:
        values = move.get("values")
        if not isinstance(values, dict):
            raise BadInput(_("This move is not known."))
        self.case.variables = self.case.variables | values
        self.flow_class.model.typed(self.case.variables)
        self.unit.record(self.case, "variable_changed")


_MAKERS = {
    "decide": Play._decide,
    "automatic": Play._automatic,
    "called": Play._called,
    "timer": Play._timer,
    "message": Play._message,
    "set": Play._set,
}


def _standing_in_for(scene: Scene) -> FlowRegistration:
    """The registration of the flow without any code of its folder."""
    real = flow_for(scene.key)
    card = SubjectCard(_("A case that is played"), "", "", scene.unit)
    return FlowRegistration(
        key=real.key,
        title=real.title,
        subject_model=real.subject_model,
        handlers=dict.fromkeys(real.handlers, _nothing),
        describe=lambda _subject: card,
    )


@lru_cache(maxsize=32)
def _played(key: str, text: str) -> type[CaseFlow]:
    require_sound(text, key)
    return build_flow(f"{key}_play", text, key, None, _played_node)


def _played_node(element: Element, registration: FlowRegistration) -> nodes.BpmnNode:
    if element.type in (SERVICE_TASK, SEND_TASK):
        return named(PlayedTask(), element)
    return named(PlayedCall(), element) if element.type == CALL_ACTIVITY else node_of(element, registration)


def _actor(move: Move) -> Agent:
    """Who makes a move: the person it names, somebody where nobody is appointed, the system by itself."""
    if move.get("do") != "decide":
        return SYSTEM
    try:
        return Actor(User(pk=uuid.UUID(str(move["as"]))))
    except (KeyError, ValueError):
        return Actor(User(pk=SOMEBODY))


def _nothing(_context: Any) -> None:
    return None


def _said(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    return _("The conditions cannot be worked out with these values: %(error)s") % {"error": error}
