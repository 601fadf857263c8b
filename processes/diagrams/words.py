"""What elements are called for people who do not read BPMN."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.bpmn.model import Element, SequenceFlow

TYPES: dict[str, Promise] = {
    "startEvent": _("Start"),
    "endEvent": _("End"),
    "intermediateCatchEvent": _("Waiting for an event"),
    "boundaryEvent": _("Event on a step"),
    "userTask": _("Step of a person"),
    "serviceTask": _("Automatic step"),
    "sendTask": _("Automatic message"),
    "businessRuleTask": _("Rule table"),
    "exclusiveGateway": _("Choice of one way"),
    "parallelGateway": _("All ways at once"),
    "inclusiveGateway": _("Choice of several ways"),
    "eventBasedGateway": _("Whatever comes first"),
    "subProcess": _("Group of steps"),
    "callActivity": _("Another process"),
    "sequenceFlow": _("Arrow"),
    "process": _("The process"),
}


def type_name(kind: str) -> str:
    """An element's type in plain words, in the reader's language."""
    return str(TYPES.get(kind, kind))


def name_of(element: Element, language: str) -> str:
    """An element's name in *language*, or its type in plain words when it has none."""
    return element.label(language) if element.name else type_name(element.type)


def flow_name(flow: SequenceFlow, source: str, target: str) -> str:
    """An arrow by its name, or by what it joins."""
    return " ".join(flow.name.split()) or f"{source} → {target}"
