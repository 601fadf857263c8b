"""What lint finds, as an administrator reads it: on which step, what is wrong, how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language

from design.problem_words import WORDS
from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import Problem
from processes.bpmn.parts import BPMN, QC
from processes.bpmn.reader import parse
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
    return said(problems, draft.text)


def said(problems: Iterable[Problem], text: str) -> list[SaidProblem]:
    """Problems of *text* in words, with the names that their elements have in it."""
    problems = list(problems)
    names = _names(text) if problems else {}
    return [_said(problem, names) for problem in problems]


def _said(problem: Problem, names: dict[str, str]) -> SaidProblem:
    words = told(problem)
    detail = " ".join(part for part in (problem.message, problem.hint) if part)
    where = names.get(problem.element_id) or problem.element_id
    return SaidProblem(where, str(words.text), str(words.mend), detail, problem.element_id)


def _names(text: str) -> dict[str, str]:
    """Id -> name in the reader's language, also of what is not run; a flow without one: its ends."""
    try:
        root = parse(text)
    except BpmnError:
        return {}
    english, names = (get_language() or "").startswith("en"), {}
    for node in root.iter(f"{BPMN}*"):
        names[node.get("id", "")] = (english and node.get(f"{QC}nameEn")) or node.get("name", "")
    for flow in root.iter(f"{BPMN}sequenceFlow"):
        ends = (names.get(flow.get(end, ""), "") or "?" for end in ("sourceRef", "targetRef"))
        names[flow.get("id", "")] = names[flow.get("id", "")] or " → ".join(ends)
    return names
