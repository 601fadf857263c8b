"""Our own attributes: which may stand where, so that no misspelt one is passed over."""

from collections.abc import Iterator, Mapping

from processes.bpmn.lint.problems import Catalogue, Check, Problem, meant, on, shown
from processes.bpmn.lint.text import WORDS
from processes.bpmn.model import BUSINESS_RULE_TASK, SEND_TASK, SERVICE_TASK, USER_TASK, Model

#: What everything drawn may have.
_EVERYWHERE = frozenset({"nameEn"})
_AUTOMATIC = frozenset({"handler", "run"})
#: Only called by others, so that it needs no task of an applicant.
_OF_PROCESS = frozenset({"called"})
#: Type -> its settings.
SETTINGS: Mapping[str, frozenset[str]] = {
    USER_TASK: frozenset(
        {
            "initiator",
            "role",
            "unit",
            "doerOf",
            "dueWorkdays",
            "remindWorkdays",
            "escalateWorkdays",
            "escalateTo",
            "canReject",
            "batch",
            "resubmit",
            "returnTo",
            "onEmpty",
            "onSame",
            "onConflict",
            "onObjection",
            "result",
            "copyTo",
            "form",
            "mayEdit",
            "ask",
            "askEn",
        }
    ),
    SERVICE_TASK: _AUTOMATIC,
    SEND_TASK: _AUTOMATIC,
    BUSINESS_RULE_TASK: frozenset({"result"}),
}


def _unknown(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for element in model.elements.values():
        known = _EVERYWHERE | SETTINGS.get(element.type, frozenset())
        for name in sorted(element.settings.keys() - known):
            message = f"{WORDS[element.type]} has no setting qc:{name[:60]}."
            yield on(element, "unknown-setting", message, meant(name, known))
    for flow in model.flows.values():
        for name in sorted(flow.settings.keys() - _EVERYWHERE):
            message = f"A sequence flow has no setting qc:{name[:60]}."
            yield on(flow, "unknown-setting", message, meant(name, _EVERYWHERE))
    for name in sorted(model.settings.keys() - _EVERYWHERE - _OF_PROCESS):
        message = f"A process has no setting qc:{name[:60]}."
        yield Problem("unknown-setting", model.id, message, meant(name, _EVERYWHERE | _OF_PROCESS))
    called = model.settings.get("called", "true")
    if called not in ("true", "false"):
        message = f"qc:called={shown(called)} is neither true nor false."
        yield Problem("flag", model.id, message, "Correct it.")


CHECKS: tuple[Check, ...] = (_unknown,)
