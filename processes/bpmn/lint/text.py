"""Faults of the text itself: what the reader could not carry, ids, variables, size."""

from collections.abc import Iterator

from common.expressions import SAMPLES
from processes.bpmn.lint.problems import Catalogue, Check, Problem, on, shown
from processes.bpmn.model import (
    BUSINESS_RULE_TASK,
    CALL_ACTIVITY,
    EVENTS,
    USER_TASK,
    Element,
    Model,
    SequenceFlow,
)

#: What the columns of cases and tasks hold.
MAX_ID_LENGTH = 80
MAX_KEY_LENGTH = 60
#: Characters of all expressions together; more would take long to check.
MAX_EXPRESSIONS = 100_000

_ODDITIES = {
    "unsupported": ("<{0}> is not run by this engine.", "Remove it or use another element."),
    "unsupported-detail": ("{0} is not known to this engine.", "Remove it, or correct its name."),
    "several-processes": ("A second process in one file.", "Keep one process a file."),
    "no-id": ("A {0} has no id.", "Give it one."),
    "duplicate-id": ("The id is used more than once.", "Give every element an id of its own."),
    "bad-variable": (
        "The variable {0!r} has no usable name or is declared twice.",
        "Use a letter, then letters or digits.",
    ),
    "unknown-reference": (
        "It refers to {0!r}, which is no message with a name and no error with a code.",
        "Add the <message> or <error> beside the process, with its name or errorCode.",
    ),
    "condition-language": ("The condition is written in {0!r}.", "Write it in CEL and remove the language."),
}
#: Words for elements in messages.
WORDS = {
    "startEvent": "A start event",
    "endEvent": "An end event",
    "intermediateCatchEvent": "A catch event",
    "boundaryEvent": "A boundary event",
    "userTask": "A user task",
    "serviceTask": "A service task",
    "sendTask": "A send task",
    "businessRuleTask": "A business rule task",
    "exclusiveGateway": "An exclusive gateway",
    "parallelGateway": "A parallel gateway",
    "inclusiveGateway": "An inclusive gateway",
    "eventBasedGateway": "An event-based gateway",
    "subProcess": "A sub-process",
    "callActivity": "A call activity",
}


def excess(model: Model) -> Problem | None:
    """The one problem of a definition with more expressions than can be checked."""
    texts = [flow.condition for flow in model.flows.values()]
    for element in model.elements.values():
        texts += [text for rule in element.rules for text in (rule.when, rule.value)]
        texts += [mapping.source for mapping in element.inputs + element.outputs]
        if element.event is not None and element.event.timer is not None:
            texts.append(element.event.timer.text)
    if sum(map(len, texts)) <= MAX_EXPRESSIONS:
        return None
    message = f"The expressions are longer than {MAX_EXPRESSIONS} characters together."
    return Problem("too-many-expressions", model.id, message, "Call other definitions for parts of it.")


def _oddities(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for oddity in model.oddities:
        message, hint = _ODDITIES[oddity.code]
        words = message.format(oddity.detail[:80])
        yield Problem(oddity.code, oddity.element_id, words, hint, oddity.line)


def _details(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for element in model.elements.values():
        for detail in element.details:
            yield _unsupported(element, detail[:80])
        if element.event is not None and element.type not in EVENTS:
            yield _unsupported(element, f"{element.event.kind}EventDefinition")
        if element.loop is not None and element.type != USER_TASK:
            yield _unsupported(element, "multiInstanceLoopCharacteristics")
        if element.rules and element.type != BUSINESS_RULE_TASK:
            yield _unsupported(element, "qc:rule")
        if (element.inputs or element.outputs) and element.type != CALL_ACTIVITY:
            yield _unsupported(element, "qc:in or qc:out")


def _unsupported(element: Element, what: str) -> Problem:
    message = f"{WORDS[element.type]} with {what} is not run by this engine."
    return on(element, "unsupported", message, "Remove it, or correct its name.")


def _process(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    if len(model.id) > MAX_KEY_LENGTH:
        message = f"The process id is longer than {MAX_KEY_LENGTH} characters."
        yield Problem("long-id", model.id, message, "Shorten it.")
    if not model.id.isidentifier():
        yield Problem(
            "process-id",
            model.id,
            "The process id is the definition's key and must be an identifier.",
            "Use letters, digits and underscores.",
        )
    for name, kind in model.variables.items():
        if kind not in SAMPLES:
            yield Problem(
                "variable-type",
                model.id,
                f"The variable {name!r} has the unknown type {shown(kind)}.",
                f"Use one of {', '.join(SAMPLES)}.",
            )


def _ids(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    items: list[Element | SequenceFlow] = [*model.elements.values(), *model.flows.values()]
    for item in items:
        if len(item.id) > MAX_ID_LENGTH:
            yield on(item, "long-id", f"The id is longer than {MAX_ID_LENGTH} characters.", "Shorten it.")


CHECKS: tuple[Check, ...] = (_oddities, _details, _process, _ids)
