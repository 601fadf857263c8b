"""A chain that is being changed: every change gives a new text, as sound as the one before.

text = apply(text, lambda draft: levels.move(draft, "dean", gap), catalogue)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from processes.bpmn.chain.conditions import Condition, ConditionError, written
from processes.bpmn.chain.items import Branch, Chain, Gap, Item, Level, Path, Step, Way
from processes.bpmn.chain.reading import view_of
from processes.bpmn.chain.text import ChainText
from processes.bpmn.layout import lay_out
from processes.bpmn.lint import ANYTHING, Catalogue, Problem, lint, lint_text
from processes.bpmn.model import Model
from processes.bpmn.reader import read


class ChainError(ValueError):
    """The change cannot be made. *code* says why in a word, *problems* what lint would say after it."""

    def __init__(
        self, code: str, message: str, problems: tuple[Problem, ...] = (), element: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.problems = problems
        #: Name or id of what stands in the way.
        self.element = element


@dataclass
class Draft:
    """A text, the view of it and the means to change it."""

    model: Model
    text: ChainText

    @cached_property
    def chain(self) -> Chain:
        """The view before the change."""
        return view_of(self.model)

    def gap(self, key: str) -> Gap:
        """The gap of that name. Raises ChainError when the chain has none."""
        found = next((gap for gap in self.chain.gaps() if gap.key == key), None)
        if found is None:
            raise ChainError("no-place", "This place is not there any more.")
        return found

    def step(self, element_id: str) -> Step:
        """The step that shows an element. Raises ChainError when no step does."""
        for path in self.chain.paths():
            for step in path.steps:
                if step.item.element.id == element_id and step.item is self.chain.places.get(element_id):
                    return step
        raise ChainError("no-item", "This step is not there any more.")

    def level(self, element_id: str) -> Level:
        """The level with this id. Raises ChainError when there is none."""
        item = self.step(element_id).item
        if not isinstance(item, Level):
            raise ChainError("no-item", "This is no level.")
        return item

    def branch(self, element_id: str) -> Branch:
        """The branch of this gateway. Raises ChainError when there is none."""
        item = self.step(element_id).item
        if not isinstance(item, Branch):
            raise ChainError("no-item", "This is no branch.")
        return item

    def way(self, flow_id: str) -> tuple[Branch, Way]:
        """The way that begins with this flow, and its branch. Raises ChainError when there is none."""
        for branch in self.chain.branches():
            for way in branch.ways:
                if way.flow.id == flow_id:
                    return branch, way
        raise ChainError("no-item", "This way is not there any more.")

    def out(self, element_id: str) -> str:
        """The id of the only flow that leaves an element."""
        flows = self.model.outgoing(element_id)
        if len(flows) != 1:
            raise ChainError("not-movable", "More than one way leads on from here.")
        return flows[0].id

    def written(self, condition: Condition) -> str:
        """A condition as CEL. Raises ChainError when it is none."""
        try:
            return written(condition, self.model.variables)
        except ConditionError as error:
            raise ChainError("condition", str(error)) from error


Edit = Callable[[Draft], object]


def apply(text: str, edit: Edit, catalogue: Catalogue = ANYTHING) -> str:
    """*text* after a change. A sound text stays sound, and nothing but what is changed is written anew.

    A diagram is drawn anew when elements are connected differently.

    Raises ChainError when the change cannot be made, with lint's problems when it would break the chain, and
    BpmnError when *text* cannot be read or what is written into it is no XML.
    """
    draft = Draft(read(text), ChainText(text))
    edit(draft)
    changed = draft.text.text()
    if "BPMNDiagram" in text and _wiring(read(changed)) != _wiring(draft.model):
        changed = lay_out(changed)
    problems = lint_text(changed, catalogue)
    if problems and not lint(draft.model, catalogue):
        first = problems[0]
        raise ChainError("unsound", first.message, tuple(problems), first.element_id)
    return changed


def _wiring(model: Model) -> set[tuple[str, str, str]]:
    return {(flow.id, flow.source, flow.target) for flow in model.flows.values()}


def ends_of(item: Item) -> tuple[str, str]:
    """The elements at which a step that can be moved is entered and left. Raises ChainError for others."""
    if isinstance(item, Level) and item.gate is not None:
        return item.gate.gateway.id, item.gate.join.id
    if isinstance(item, Branch):
        if item.join is None:
            raise ChainError("not-movable", "The ways of this branch lead to different places.")
        return item.element.id, item.join.id
    return item.element.id, item.element.id


def inside(path: Path) -> set[str]:
    """Keys of the gaps within a path."""
    found = {step.before.key for step in path.steps if step.before} | (
        {path.after.key} if path.after else set()
    )
    for step in path.steps:
        if isinstance(step.item, Branch):
            found |= {key for way in step.item.ways for key in inside(way.path)}
    return found
