"""What the page of a play shows and takes: the scene, the moves as buttons, where the case stands."""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind, User
from accounts.queries import holders
from accounts.roles import Role
from approvals.diagram_page import DiagramPage
from common.errors import BadInput
from design.chain.menus import Variable
from processes.evolve.play import APPLICANT, CALL_ENDS, MOST_MOVES, Play
from processes.models import CaseState, Task, TaskType
from processes.queries import Step, steps_of

#: The longest state of a play that is read.
MOST_CHARACTERS = 60_000
_LISTED = (TaskType.HUMAN, TaskType.JOB, TaskType.CALL)


@dataclass
class State:
    """A play as the page carries it: the unit, the values, the moves so far. Nothing of it is stored."""

    unit: int
    values: dict[str, Any] = field(default_factory=dict)
    moves: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> "State":
        """The state that a page sent. Raises BadInput when it is none."""
        wrong = BadInput(_("This play cannot be read. Begin a new one."))
        if len(text) > MOST_CHARACTERS:
            raise wrong
        try:
            given = json.loads(text)
            unit, values, moves = given["unit"], given["values"], given["moves"]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise wrong from None
        sound = isinstance(unit, int) and isinstance(values, dict) and isinstance(moves, list)
        if not sound or isinstance(unit, bool) or not all(isinstance(move, dict) for move in moves):
            raise wrong
        return cls(unit, values, moves[:MOST_MOVES])

    def text(self) -> str:
        """The state, as the page carries it."""
        return json.dumps({"unit": self.unit, "values": self.values, "moves": self.moves}, ensure_ascii=False)


def values_from(data: Mapping[str, str], variables: Mapping[str, Variable]) -> dict[str, Any]:
    """The values chosen for the variables of a case. Raises BadInput with the name of what does not fit."""
    found = {}
    for name, variable in variables.items():
        text = data.get(f"value-{name}", "").strip()
        if text:
            found[name] = _value(variable, text)
    return found


def _value(variable: Variable, text: str) -> Any:
    try:
        match variable.kind:
            case "bool":
                return text == "true"
            case "int":
                return int(text)
            case "double":
                return float(text)
            case "timestamp":
                return timezone.make_aware(datetime.datetime.fromisoformat(text)).isoformat()
            case "list":
                return [each.strip() for each in text.split(",") if each.strip()]
    except (ValueError, OverflowError):
        words = _("“%(value)s” does not fit “%(name)s”.") % {"value": text, "name": variable.label}
        raise BadInput(words) from None
    return text[:200]


@dataclass(frozen=True)
class Asked:
    """A variable as a field: its menu if it has one, and the present value."""

    variable: Variable
    value: Any

    @property
    def text(self) -> str:
        """The value as the field shows it."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, list):
            return ", ".join(map(str, self.value))
        if self.variable.kind == "timestamp" and isinstance(self.value, str):
            return self.value[:16]
        return "" if self.value is None else str(self.value)

    @property
    def input_type(self) -> str:
        """What kind of field asks for it."""
        return {"int": "number", "double": "number", "timestamp": "datetime-local"}.get(
            self.variable.kind, "text"
        )


def asked(variables: Mapping[str, Variable], values: Mapping[str, Any]) -> list[Asked]:
    """The variables as fields."""
    return [Asked(each, values.get(name)) for name, each in variables.items()]


def classes() -> list[tuple[int, str]]:
    """One class of every college, named after the college: whose case it may be."""
    rows = Unit.objects.filter(is_active=True).order_by("path").values_list("pk", "path", "kind", "name")
    found: dict[str, tuple[int, str]] = {}
    college: tuple[str, str] | None = None
    for pk, path, kind, name in rows:
        if kind == UnitKind.COLLEGE:
            college = path, name
        elif kind == UnitKind.CLASS and college is not None and path.startswith(college[0]):
            found.setdefault(college[0], (pk, f"{college[1]} · {name}"))
    return list(found.values())


def move_from(data: Mapping[str, str]) -> dict[str, Any]:
    """The move that a button stands for, with what was chosen beside it. Raises BadInput when it is none."""
    try:
        move = json.loads(data.get("move", "")[:1000])
    except (ValueError, RecursionError):
        move = None
    if not isinstance(move, dict):
        raise BadInput(_("This move is not known."))
    number = move.get("task")
    who, target = data.get(f"as-{number}", "")[:36], data.get(f"target-{number}", "")[:80]
    if who:
        move["as"] = who
    if target and move.get("outcome") == "return":
        move["target"] = target
    return move


@dataclass(frozen=True)
class Button:
    """A move that can be made: what the button says, what it sends, how it looks."""

    label: str
    move: str
    look: str = ""


@dataclass(frozen=True)
class Waiting:
    """A step that waits: for whom, who may stand in for them, and what they may do."""

    number: int
    name: str
    who: str
    people: list[tuple[str, str]]
    buttons: list[Button]
    targets: list[tuple[str, str]]
    due: datetime.datetime | None
    is_empty: bool


class PlayPage:
    """A play in the reader's language."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.language = get_language() or ""

    @property
    def state(self) -> str:
        """Where the case stands."""
        return str(CaseState(self.play.case.state).label)

    @property
    def is_over(self) -> bool:
        """Whether the case has ended."""
        return not self.play.case.is_open

    @property
    def clock(self) -> datetime.datetime:
        """The time in the play."""
        return self.play.unit.now

    @cached_property
    def diagram(self) -> "PlayedDiagram":
        """The diagram with the token, and the way as a list."""
        return PlayedDiagram(self.play)

    @cached_property
    def waiting(self) -> list[Waiting]:
        """Every step that waits for somebody, in the order in which they opened."""
        if not self.diagram.tasks:  # reads the people and units of all that waits
            return []
        rows = enumerate(self.play.rows)
        return [self._waiting(n, task) for n, task in rows if task.is_open and task.flow_task_type in _LISTED]

    @property
    def events(self) -> list[Button]:
        """Timers and messages that can come."""
        elements, found = self.play.flow_class.model.elements, []
        for number, job in enumerate(self.play.timers if not self.is_over else ()):
            when = timezone.localtime(job.run_at).strftime("%Y-%m-%d %H:%M")
            label = elements[job.node_id].label(self.language) or _("Timer")
            found.append(Button(f"{label} · {when}", _move(do="timer", timer=number)))
        for name in self.play.messages if not self.is_over else ():
            said = _("The message “%(name)s” comes") % {"name": name}
            found.append(Button(said, _move(do="message", name=name)))
        return found

    def _waiting(self, number: int, task: Task) -> Waiting:
        element = task.element
        people = self._people(task) if task.is_human else []
        targets = self.play.targets(task) if task.is_human and task.host_id is None else []
        return Waiting(
            number,
            element.label(self.language) or element.id,
            self._who(task),
            [(user.pk.hex, user.name) for user in people],
            self._buttons(number, task, bool(targets)),
            [(each.id, each.label(self.language)) for each in targets],
            task.due_at,
            task.is_human and not people,
        )

    def _people(self, task: Task) -> list[User]:
        if task.owner is not None:
            return [task.owner]
        return list(holders(task.role, task.unit)) if task.unit is not None else []

    def _who(self, task: Task) -> str:
        if task.element.is_initiators:
            return _("The applicant")
        if task.is_human and task.role in Role.values:
            return f"{Role(task.role).label} · {task.unit}"
        return "" if task.is_human else _("the system")

    def _buttons(self, number: int, task: Task, may_return: bool) -> list[Button]:
        if task.flow_task_type == TaskType.JOB:
            ends = [Button(_("It is done"), _move(do="automatic", task=number), "btn-primary")]
            return ends + [
                Button(_("Error: %(code)s") % {"code": code}, _move(do="automatic", task=number, code=code))
                for code in self.play.error_codes(task)
            ]
        if task.flow_task_type == TaskType.CALL:
            return [
                Button(str(CaseState(end).label), _move(do="called", task=number, end=end))
                for end in CALL_ENDS
            ]
        return [
            Button(_LABELS[each](), _move(do="decide", task=number, outcome=each), _LOOKS.get(each, ""))
            for each in self._outcomes(task, may_return)
        ]

    def _outcomes(self, task: Task, may_return: bool) -> list[str]:
        if task.element.is_initiators:
            return ["submit"]
        if task.host_id is not None:
            return ["approve", "object"]
        more = ["return"] if may_return else []
        return ["approve", *more, *(["reject"] if task.element.flag("canReject") else [])]


class PlayedDiagram(DiagramPage):
    """The diagram of a case that is played."""

    def __init__(self, play: Play) -> None:
        super().__init__(play.case)
        self._play = play

    @cached_property
    def text(self) -> str:
        """The text that is played."""
        return self._play.scene.text

    @cached_property
    def steps(self) -> list[Step]:
        """What happened so far."""
        return steps_of(self._play.events, self._play.flow_class.model.elements)

    @cached_property
    def tasks(self) -> list[Task]:
        """What waits, with the people it waits for."""
        rows = [task for task in self._play.rows if task.is_open and not self._play.case.finished]
        people = User.objects.in_bulk({task.owner_id for task in rows if task.owner_id})
        units = Unit.objects.in_bulk({task.unit_id for task in rows if task.unit_id})
        for task in rows:
            if task.owner_id:
                task.owner = people.get(task.owner_id) or _of_the_mind(task.owner_id)
            if task.unit_id:
                task.unit = units[task.unit_id]
        return rows


def _of_the_mind(key: UUID) -> User:
    """Somebody who is nobody: the applicant of a play, or who decided where nobody is appointed."""
    return User(pk=key, name=_("The applicant") if key == APPLICANT else _("Somebody"))


def _move(**move: Any) -> str:
    return json.dumps(move)


_LABELS = {
    "submit": lambda: _("Submit"),
    "approve": lambda: _("Approve"),
    "object": lambda: _("Object"),
    "return": lambda: _("Return"),
    "reject": lambda: _("Reject"),
}
_LOOKS = {"submit": "btn-primary", "approve": "btn-primary"}
