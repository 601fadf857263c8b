"""Signers added to a user task 加签: before or beside its decision, or after it and before the token moves.

A signer is a task of its own, part of (`host`) the one it was added to, with a token below the host's. The
host keeps in its data that it ever had signers (`signed`), how many open ones its decision waits for
(`unanswered`), and who is to be asked after it (`signers_after`).
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from processes.engine.candidates import Candidates
from processes.engine.tokens import child
from processes.engine.unit_of_work import current_unit_of_work

if TYPE_CHECKING:
    from processes.models import Task

BEFORE, BESIDE, AFTER = "before", "beside", "after"


def add(task: "Task", person: UUID, place: str, by: UUID | None, question: str) -> "Task | None":
    """Ask *person* on the step of *task*; gives the signer's task, None when it is asked later."""
    if place == AFTER and task.finished is None:
        asked = {"user": person.hex, "by": by.hex if by else "", "question": question}
        _note(task, signed=True, signers_after=[*task.data.get("signers_after", []), asked])
        return None
    _note(task, signed=True, unanswered=task.data.get("unanswered", 0) + 1)
    return _ask(task, person, {"sign": place, "by": by.hex if by else ""})


def remove(signer: "Task") -> None:
    """Do without *signer*; the token goes on when nobody else is left to be asked after the decision."""
    from processes.engine import scopes

    host = scopes.main_of(signer)
    scopes.cancel(signer)
    answered(signer, host)


def remove_later(task: "Task", person: UUID) -> bool:
    """Do not ask *person* after *task* was decided; gives whether they were to be asked."""
    asked = task.data.get("signers_after", [])
    later = [each for each in asked if each["user"] != person.hex]
    if later == asked:
        return False
    _note(task, signers_after=later)
    return True


def answered(signer: "Task", host: "Task") -> None:
    """A signer has answered or is done without: the host waits for one less, or the token goes on."""
    if host.finished is None:
        _note(host, unanswered=max(0, host.data.get("unanswered", 0) - 1))
    elif not open_signers(host):
        host.flow_task.leave(host.process, host.token)


def reopened(signer: "Task", host: "Task") -> None:
    """A signer took the answer back."""
    if host.finished is None:
        _note(host, unanswered=host.data.get("unanswered", 0) + 1)


def ask_later_ones(task: "Task") -> bool:
    """Ask those who come after the decision of *task*, and tell them; gives whether there are any."""
    from processes.telling import tell

    later = task.data.get("signers_after", [])
    for each in later:
        person = UUID(each["user"])
        signer = _ask(task, person, {"sign": AFTER, "by": each["by"]})
        tell(current_unit_of_work(), [person], "signer_asked", signer, text=each.get("question", ""))
    return bool(later)


def open_signers(host: "Task") -> "list[Task]":
    """The signers of *host* who have not answered yet."""
    return [row for row in current_unit_of_work().live.of(host.process) if row.host_id == host.pk]


def _ask(task: "Task", person: UUID, data: dict[str, Any]) -> "Task":
    from processes.engine.deadlines import set_deadline

    token = child(task.token, current_unit_of_work().step(task.process).name())
    signer: Task = task.flow_task.ask(
        task.process, token, Candidates(task.role, task.unit_id, person), host=task, data=data
    )
    set_deadline(signer)
    return signer


def _note(task: "Task", **values: Any) -> None:
    task.data = task.data | values
    task.save(update_fields=["data"])
