"""The palette: what the engine runs and nothing else (docs/reference/definitions.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Label = str | Promise


@dataclass(frozen=True)
class Tool:
    """A thing that can be drawn. *type* and *event* are bpmn-js's names of it; *icon* is one of Tabler's."""

    key: str
    label: Label
    type: str
    event: str = ""
    icon: str = ""


@dataclass(frozen=True)
class ToolGroup:
    """Tools under a heading."""

    title: Label
    tools: Sequence[Tool]


_TIMER, _MESSAGE, _ERROR = (f"bpmn:{name}EventDefinition" for name in ("Timer", "Message", "Error"))
_TERMINATE = "bpmn:TerminateEventDefinition"
_CATCH, _BOUNDARY = "bpmn:IntermediateCatchEvent", "bpmn:BoundaryEvent"

PALETTE: Sequence[ToolGroup] = (
    ToolGroup(
        _("Steps"),
        (
            Tool("task", _("Step of a person"), "bpmn:UserTask", icon="user"),
            Tool("service", _("Done by the system"), "bpmn:ServiceTask", icon="settings"),
            Tool("send", _("Message sent"), "bpmn:SendTask", icon="send"),
            Tool("rule", _("Table of rules"), "bpmn:BusinessRuleTask", icon="table"),
            Tool("call", _("Another process"), "bpmn:CallActivity", icon="external-link"),
            Tool("scope", _("Process within"), "bpmn:SubProcess", icon="box-multiple"),
        ),
    ),
    ToolGroup(
        _("Branches"),
        (
            Tool("exclusive", _("One way"), "bpmn:ExclusiveGateway", icon="arrows-split"),
            Tool("parallel", _("All ways"), "bpmn:ParallelGateway", icon="plus"),
            Tool("inclusive", _("Every way that fits"), "bpmn:InclusiveGateway", icon="circle"),
            Tool("race", _("What happens first"), "bpmn:EventBasedGateway", icon="hourglass"),
        ),
    ),
    ToolGroup(
        _("Waiting"),
        (
            Tool("wait", _("Wait for a time"), _CATCH, _TIMER, icon="clock"),
            Tool("await", _("Wait for a message"), _CATCH, _MESSAGE, icon="mail"),
            Tool("late", _("Time limit on a step"), _BOUNDARY, _TIMER, icon="alarm"),
            Tool("told", _("Message during a step"), _BOUNDARY, _MESSAGE, icon="mail-forward"),
            Tool("failed", _("Error of a step"), _BOUNDARY, _ERROR, icon="alert-triangle"),
        ),
    ),
    ToolGroup(
        _("Beginning and end"),
        (
            Tool("start", _("Beginning"), "bpmn:StartEvent", icon="player-play"),
            Tool("at", _("Begins at a time"), "bpmn:StartEvent", _TIMER, icon="calendar-time"),
            Tool("on", _("Begins on a message"), "bpmn:StartEvent", _MESSAGE, icon="mail-opened"),
            Tool("end", pgettext_lazy("process", "End"), "bpmn:EndEvent", icon="flag"),
            Tool("stop", _("End of everything"), "bpmn:EndEvent", _TERMINATE, icon="player-stop"),
            Tool("error", _("End with an error"), "bpmn:EndEvent", _ERROR, icon="x"),
        ),
    ),
    ToolGroup(_("Notes"), (Tool("note", _("Note"), "bpmn:TextAnnotation", icon="note"),)),
)
