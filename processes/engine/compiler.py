"""From a stored BPMN text to a Viewflow flow class."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NoReturn

from viewflow.workflow.base import Edge, Flow

from processes.bpmn.lint import lint
from processes.bpmn.model import (
    BOUNDARY_EVENT,
    BUSINESS_RULE_TASK,
    CALL_ACTIVITY,
    CATCH_EVENT,
    END_EVENT,
    EVENT_GATEWAY,
    EXCLUSIVE_GATEWAY,
    INCLUSIVE_GATEWAY,
    PARALLEL_GATEWAY,
    SEND_TASK,
    SERVICE_TASK,
    START_EVENT,
    SUB_PROCESS,
    USER_TASK,
    Element,
    Model,
)
from processes.bpmn.reader import read
from processes.catalogue import catalogue_for
from processes.engine import nodes
from processes.engine.errors import HandlerGone
from processes.registry import FlowRegistration, flow_for

COMPILED_MODULE = "processes.compiled"
_NAME = re.compile(r"(?P<key>\w+)_v(?P<number>\d+)")


class CaseFlow(Flow):
    """Base of all compiled flows."""

    model: Model
    version_id: Any = None

    @classmethod
    def node_for(cls, element_id: str) -> Any:
        """The node of an element. Raises LookupError when the version has no such element."""
        node = cls.instance.node(nodes.node_name(element_id), no_obsolete=True)
        if node is None:
            raise LookupError(f"{cls.__name__} has no element {element_id!r}.")
        return node


MakeNode = Callable[[Element, FlowRegistration], nodes.BpmnNode]


class UnsoundDefinition(ValueError):
    """The text has problems that lint names; it is not run."""


def class_name(key: str, number: int) -> str:
    """The name under which a version's class is found in `processes.compiled`."""
    return f"{key}_v{number}"


def flow_class_named(name: str) -> type[CaseFlow] | None:
    """The flow class of the stored version called *name* (`KEY_vNUMBER`), or None.

    What lint has learnt since it was published does not matter: its cases run on.
    """
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
    """The flow class of a BPMN *text* that was looked at before, when it was published or tried."""
    return build_flow(name, text, key, version_id, node_of)


def compile_draft(name: str, text: str, key: str, version_id: Any = None) -> type[CaseFlow]:
    """The flow class of a *text* that nobody has published. Raises UnsoundDefinition."""
    require_sound(text, key)
    return compile_flow(name, text, key, version_id)


def require_sound(text: str, key: str) -> None:
    """Raises UnsoundDefinition when lint finds problems in the BPMN *text* for the flow under *key*."""
    problems = lint(read(text), catalogue_for(flow_for(key), calls=False))
    if problems:
        raise UnsoundDefinition("\n".join(map(str, problems)))


def build_flow(name: str, text: str, key: str, version_id: Any, make: MakeNode) -> type[CaseFlow]:
    """The flow class of a BPMN *text* with the nodes that *make* gives."""
    model, registration = read(text), flow_for(key)
    members: dict[str, Any] = {
        nodes.node_name(element.id): make(element, registration) for element in model.elements.values()
    }
    members |= _case_classes() | {
        "__module__": COMPILED_MODULE,
        "model": model,
        "version_id": version_id,
        "process_title": model.name or key,
    }
    flow_class: type[CaseFlow] = type(name, (CaseFlow,), members)
    _connect(flow_class, model)
    return flow_class


def _case_classes() -> dict[str, Any]:
    from processes.models import Case, Task

    return {"process_class": Case, "task_class": Task}


def node_of(element: Element, registration: FlowRegistration) -> nodes.BpmnNode:
    """The node that really does what the element says."""
    if element.type in (SERVICE_TASK, SEND_TASK):
        name = element.settings["handler"]
        node: nodes.BpmnNode = nodes.ServiceTaskNode(registration.handlers.get(name) or partial(_gone, name))
    else:
        node = _PLAIN_NODES[element.type]()
    return named(node, element)


def _gone(name: str, _context: Any) -> NoReturn:
    """In place of a handler that a later release dropped: its cases are read, and wait at this step."""
    raise HandlerGone(name)


def named(node: nodes.BpmnNode, element: Element) -> nodes.BpmnNode:
    """*node* as that of an element."""
    node.element = element
    node.task_title = element.name
    return node


def _connect(flow_class: type[CaseFlow], model: Model) -> None:
    """Tell every node, of the class as Viewflow made it, where its flows lead."""
    by_id = {key: flow_class.node_for(key) for key in model.elements}
    for key, node in by_id.items():
        node.model = model
        node.flows = model.outgoing(key)
        node.targets = {flow.id: by_id[flow.target] for flow in node.flows}
        node._incoming_edges = [Edge(by_id[flow.source], node, "next") for flow in model.incoming(key)]


_PLAIN_NODES: dict[str, type[nodes.BpmnNode]] = {
    START_EVENT: nodes.StartNode,
    END_EVENT: nodes.EndNode,
    CATCH_EVENT: nodes.CatchNode,
    BOUNDARY_EVENT: nodes.BoundaryNode,
    USER_TASK: nodes.UserTaskNode,
    BUSINESS_RULE_TASK: nodes.BusinessRuleNode,
    EXCLUSIVE_GATEWAY: nodes.ExclusiveGatewayNode,
    PARALLEL_GATEWAY: nodes.ParallelGatewayNode,
    INCLUSIVE_GATEWAY: nodes.InclusiveGatewayNode,
    EVENT_GATEWAY: nodes.EventGatewayNode,
    SUB_PROCESS: nodes.SubProcessNode,
    CALL_ACTIVITY: nodes.CallNode,
}
