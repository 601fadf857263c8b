"""Finding what is wrong with a definition, with the element and the way to mend it."""

from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import (
    automatic,
    events,
    flow,
    gateways,
    names,
    people,
    reach,
    text,
)
from processes.bpmn.lint.problems import ANYTHING, CalledFlow, Catalogue, Check, Problem
from processes.bpmn.lint.tokens import token_problems
from processes.bpmn.model import Model
from processes.bpmn.reader import read

__all__ = ["ANYTHING", "CalledFlow", "Catalogue", "Problem", "lint", "lint_text"]

CHECKS: tuple[Check, ...] = (
    *text.CHECKS,
    *names.CHECKS,
    *flow.CHECKS,
    *reach.CHECKS,
    *gateways.CHECKS,
    *events.CHECKS,
    *people.CHECKS,
    *automatic.CHECKS,
)


def lint_text(text: str | bytes, catalogue: Catalogue = ANYTHING) -> list[Problem]:
    """Every problem of *text*; an unreadable text is one problem. Never raises on bad input."""
    try:
        model = read(text)
    except BpmnError as error:
        return [Problem("unreadable", "", str(error))]
    return lint(model, catalogue)


def lint(model: Model, catalogue: Catalogue = ANYTHING) -> list[Problem]:
    """Every problem of *model*, in document order per check.

    How tokens move is only looked at once everything is connected as it should be.
    """
    excess = text.excess(model)
    if excess is not None:
        return [excess]
    problems = [problem for check in CHECKS for problem in check(model, catalogue)]
    if not any(problem.code in flow.DISCONNECTED for problem in problems):
        problems += token_problems(model)
    return problems
