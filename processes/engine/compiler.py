"""From a stored BPMN text to a Viewflow flow class."""

import re
from functools import lru_cache
from typing import Any

from viewflow import this
from viewflow.workflow.base import Flow, Node

from processes.bpmn.lint import lint
from processes.bpmn.model import (
    END_EVENT,
    EXCLUSIVE_GATEWAY,
    SERVICE_TASK,
    START_EVENT,
    USER_TASK,
    Element,
    Model,
)
from processes.bpmn.reader import read
from processes.catalogue import catalogue_for
from processes.engine import nodes
from processes.registry import FlowRegistration, flow_for

COMPILED_MODULE = "processes.compiled"
_NAME = re.compile(r"(?P<key>\w+)_v(?P<number>\d+)")


class CaseFlow(Flow):
    """Base of all compiled flows."""

    model: Model
    version_id: Any = None
    start_node: nodes.StartNode

    @classmethod
    def node_for(cls, element_id: str) -> Node:
        """The node of an element. Raises LookupError when the version has no such element."""
        node = cls.instance.node(nodes.node_name(element_id), no_obsolete=True)
        if node is None:
            raise LookupError(f"{cls.__name__} has no element {element_id!r}.")
        return node


class UnsoundDefinition(ValueError):
    """The text has problems that lint names; it is not run."""


def class_name(key: str, number: int) -> str:
    """The name under which a version's class is found in `processes.compiled`."""
    return f"{key}_v{number}"


def flow_class_named(name: str) -> type[CaseFlow] | None:
    """The flow class of the stored version called *name* (`KEY_vNUMBER`), or None."""
    from processes.models import DefinitionVersion

    match = _NAME.fullmatch(name)
    if match is None:
        return None
    version = DefinitionVersion.objects.filter(
        definition__key=match["key"], number=int(match["number"])
    ).first()
    return None if version is None else compile_flow(name, version.bpmn, match["key"], version.pk)


@lru_cache(maxsize=512)
def compile_flow(name: str, text: str, key: str, version_id: Any) -> type[CaseFlow]:
    """The flow class of a BPMN *text*. Raises UnsoundDefinition when lint finds problems."""
    model, registration = read(text), flow_for(key)
    problems = lint(model, catalogue_for(registration))
    if problems:
        raise UnsoundDefinition("\n".join(map(str, problems)))
    members: dict[str, Any] = {
        nodes.node_name(element.id): _node(model, element, registration)
        for element in model.elements.values()
    }
    start = next(model.of_type(START_EVENT))
    members |= _case_classes() | {
        "__module__": COMPILED_MODULE,
        "model": model,
        "version_id": version_id,
        "process_title": model.name or key,
    }
    flow_class: type[CaseFlow] = type(name, (CaseFlow,), members)
    flow_class.start_node = getattr(flow_class, nodes.node_name(start.id))
    return flow_class


def _case_classes() -> dict[str, Any]:
    from processes.models import Case, Task

    return {"process_class": Case, "task_class": Task}


def _node(model: Model, element: Element, registration: FlowRegistration) -> Node:
    node = _new_node(element, registration)
    node.element = element
    node.task_title = element.name
    flows = model.outgoing(element.id)
    if isinstance(node, nodes.ExclusiveGatewayNode):
        for flow in flows:
            node.add(flow, is_default=len(flows) == 1 or flow.id == element.default)
    elif flows:
        node.Next(getattr(this, nodes.node_name(flows[0].target)))
    return node


def _new_node(element: Element, registration: FlowRegistration) -> Any:
    if element.type == SERVICE_TASK:
        return nodes.ServiceTaskNode(registration.handlers[element.settings["handler"]])
    return _PLAIN_NODES[element.type]()


_PLAIN_NODES: dict[str, type[Node]] = {
    START_EVENT: nodes.StartNode,
    USER_TASK: nodes.UserTaskNode,
    EXCLUSIVE_GATEWAY: nodes.ExclusiveGatewayNode,
    END_EVENT: nodes.EndNode,
}
