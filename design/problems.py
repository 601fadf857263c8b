"""What lint finds, as an administrator reads it: on which step, what is wrong, how to mend it."""

from dataclasses import dataclass

from django.utils.translation import get_language

from design.problem_words import WORDS
from processes.bpmn.lint import Problem
from processes.bpmn.reader import BpmnError, read
from processes.evolve import queries
from processes.evolve.models import Draft


@dataclass(frozen=True)
class SaidProblem:
    """A problem in words; *detail* is what lint itself says, with the names and values it is about."""

    where: str
    what: str
    mend: str
    detail: str
    element_id: str


def said_problems(draft: Draft) -> list[SaidProblem]:
    """Everything that keeps the draft from being published, in the order of the text."""
    problems = queries.problems_of(draft.definition, draft.text)
    names = _names(draft.text) if problems else {}
    return [_said(problem, names) for problem in problems]


def _said(problem: Problem, names: dict[str, str]) -> SaidProblem:
    what, mend = WORDS.get(problem.code, (problem.message, problem.hint))
    detail = " ".join(part for part in (problem.message, problem.hint) if part)
    where = names.get(problem.element_id) or problem.element_id
    return SaidProblem(where, str(what), str(mend), detail, problem.element_id)


def _names(text: str) -> dict[str, str]:
    """Element -> its name, in the reader's language where the text has both."""
    try:
        model = read(text)
    except BpmnError:
        return {}
    english = (get_language() or "").startswith("en")
    return {
        each.id: (english and each.settings.get("nameEn", "")) or each.name
        for each in model.elements.values()
    }
