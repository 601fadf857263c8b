"""The nodes of a compiled flow, one class for each element of BPMN that the engine runs."""

from processes.engine.nodes.activities import BusinessRuleNode, CallNode, ServiceTaskNode, SubProcessNode
from processes.engine.nodes.base import BpmnNode, node_name
from processes.engine.nodes.events import BoundaryNode, CatchNode, EndNode, StartNode
from processes.engine.nodes.gateways import (
    EventGatewayNode,
    ExclusiveGatewayNode,
    InclusiveGatewayNode,
    ParallelGatewayNode,
)
from processes.engine.nodes.people import UserTaskActivation, UserTaskNode

__all__ = [
    "BoundaryNode",
    "BpmnNode",
    "BusinessRuleNode",
    "CallNode",
    "CatchNode",
    "EndNode",
    "EventGatewayNode",
    "ExclusiveGatewayNode",
    "InclusiveGatewayNode",
    "ParallelGatewayNode",
    "ServiceTaskNode",
    "StartNode",
    "SubProcessNode",
    "UserTaskActivation",
    "UserTaskNode",
    "node_name",
]
