"""Errors of BPMN: thrown by an end event, a handler or a called process, caught by a boundary event."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from processes.bpmn.model import ERROR, Element
from processes.engine import scopes
from processes.engine.tokens import ROOT
from processes.engine.unit_of_work import current_unit_of_work

if TYPE_CHECKING:
    from processes.models import Case, Task


class ProcessError(Exception):
    """Raised by a handler: the work ended in a way the chain knows, named by a *code* (BPMN error)."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class HandlerGone(Refused):
    """A stored version asks for the handler *name*, which the folder of its flow no longer has."""

    def __init__(self, name: str) -> None:
        message = _(
            "The next step is the automatic work “%(name)s”, which this release of the system no longer has. "
            "Nothing was changed. The case can go on when the work is back, or when it is moved to a newer "
            "version of its flow: tell the process managers."
        )
        super().__init__(message % {"name": name})


def throw(case: "Case", element: Element, token: str, code: str, host: "Task | None" = None) -> None:
    """Let the nearest boundary event around *element* catch the error; uncaught, it ends the case.

    The code `cancelled` ends it as cancelled, as it is thrown by a called case that was; others as rejected.
    """
    while True:
        boundary = _catching(case, element, code)
        if boundary is not None:
            _caught(case, boundary, token, host)
            return
        row = scopes.scope_row(case, element, token)
        if row is None:
            break
        element, token, host = row.element, row.token, row
    _uncaught(case, code)


def _catching(case: "Case", element: Element, code: str) -> Element | None:
    errors = [e for e in case.flow_class.model.boundaries(element.id) if e.is_event(ERROR)]
    named = (e for e in errors if e.event and e.event.name == code)
    return next(named, None) or next((e for e in errors if e.event and not e.event.name), None)


def _caught(case: "Case", boundary: Element, token: str, host: "Task | None") -> None:
    node = case.flow_class.node_for(boundary.id)
    if host is not None:
        node.fire(host)
        return
    current_unit_of_work().step(case).path.append(boundary.id)
    node.leave(case, token)


def _uncaught(case: "Case", code: str) -> None:
    from processes.engine.walk import finish
    from processes.models import CaseState

    scopes.end_all(case, ROOT)
    current_unit_of_work().step(case).error = code
    finish(case, CaseState.CANCELLED if code == CaseState.CANCELLED else CaseState.REJECTED)
