"""What lint finds, as an administrator reads it: on which step, what is wrong, how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language

from design.problem_words import WORDS
from processes.bpmn.lint import Problem
from processes.bpmn.model import Model
from processes.bpmn.reader import BpmnError, read
from processes.evolve import queries
from processes.evolve.models import Draft


@dataclass(frozen=True)
class Told:
    """A problem in plain words, as it stands on a card or an element."""

    text: str | Promise
    mend: str | Promise


@dataclass(frozen=True)
class SaidProblem:
    """A problem in words; *detail* is what lint itself says, with the names and values it is about."""

    where: str
    what: str
    mend: str
    detail: str
    element_id: str


def told(problem: Problem) -> Told:
    """A problem in plain words."""
    return Told(*WORDS.get(problem.code, (problem.message, problem.hint)))


def by_element(problems: Iterable[Problem]) -> dict[str, list[Told]]:
    """Id of an element or flow -> its problems in plain words, each said once."""
    found: dict[str, list[Told]] = {}
    for problem in problems:
        words = told(problem)
        if words not in found.setdefault(problem.element_id, []):
            found[problem.element_id].append(words)
    return found


def said_problems(draft: Draft) -> list[SaidProblem]:
    """Everything that keeps the draft from being published, in the order of the text."""
    problems = queries.problems_of(draft.definition, draft.text)
    return said(problems, _model(draft.text) if problems else None)


def said(problems: Iterable[Problem], model: Model | None) -> list[SaidProblem]:
    """Problems in words, with the names that their elements have in *model*."""
    names = _names(model) if model is not None else {}
    return [_said(problem, names) for problem in problems]


def _said(problem: Problem, names: dict[str, str]) -> SaidProblem:
    words = told(problem)
    detail = " ".join(part for part in (problem.message, problem.hint) if part)
    where = names.get(problem.element_id) or problem.element_id
    return SaidProblem(where, str(words.text), str(words.mend), detail, problem.element_id)


def _model(text: str) -> Model | None:
    try:
        return read(text)
    except BpmnError:
        return None


def _names(model: Model) -> dict[str, str]:
    """Element or flow -> its name in the reader's language; a flow without one is said by its two ends."""
    language = get_language() or ""
    names = {each.id: each.label(language) for each in model.elements.values()}
    for flow in model.flows.values():
        own = (language.startswith("en") and flow.settings.get("nameEn", "")) or flow.name
        ends = (names.get(end, "?") for end in (flow.source, flow.target))
        names[flow.id] = own or " → ".join(ends)
    return names
