"""Gateways: which way is taken, and that there always is one."""

import re
from collections.abc import Iterator

from common.expressions import SAMPLES, check_condition, split
from processes.bpmn.lint.problems import Catalogue, Check, Problem, on, shown
from processes.bpmn.model import (
    CATCH_EVENT,
    EVENT_GATEWAY,
    EXCLUSIVE_GATEWAY,
    INCLUSIVE_GATEWAY,
    Element,
    Model,
    SequenceFlow,
)

_EQUAL = re.compile(r"(\w+)\s*==\s*(\S.*)", re.DOTALL)
_EQUAL_TURNED = re.compile(r"(\S.*?)\s*==\s*(\w+)", re.DOTALL)
_ONE_OF = re.compile(r"(\w+)\s+in\s+\[(.*)\]", re.DOTALL)
_CONSTANT = re.compile(r"""-?\d+(?:\.\d+)?|true|false|"[^"\\]*"|'[^'\\]*'""")

#: What a condition holds for, when that is easily told: a variable and the value it has, or a text.
Case = tuple[str, str]


def _deciding(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for gateway in model.of_type(EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY):
        flows = model.outgoing(gateway.id)
        if len(flows) > 1:
            yield from _branches(model, gateway, flows)
        elif gateway.default and gateway.default not in {flow.id for flow in flows}:
            yield _bad_default(gateway)


def _branches(model: Model, gateway: Element, flows: tuple[SequenceFlow, ...]) -> Iterator[Problem]:
    default = next((flow for flow in flows if flow.id == gateway.default), None)
    if default is None and gateway.default:
        yield _bad_default(gateway)
    elif default is None:
        yield on(
            gateway,
            "no-default",
            "The gateway has no default flow, so a case could get stuck.",
            "Mark one outgoing flow as default.",
        )
    elif default.condition:
        yield on(
            default,
            "condition-on-default",
            "The default flow has a condition.",
            "Remove the condition.",
        )
    others = [flow for flow in flows if flow is not default]
    for flow in others:
        yield from _condition(model, flow)
    yield from _repeated(gateway, [flow for flow in others if flow.condition])


def _bad_default(gateway: Element) -> Problem:
    message = f"The default flow {shown(gateway.default)} does not leave the gateway."
    return on(gateway, "no-default", message, "Mark one outgoing flow as default.")


def _condition(model: Model, flow: SequenceFlow) -> Iterator[Problem]:
    if not flow.condition:
        yield on(flow, "no-condition", "A flow that is not the default has no condition.", "Write one.")
        return
    declared = {name: kind for name, kind in model.variables.items() if kind in SAMPLES}
    wrong = check_condition(flow.condition, declared)
    if wrong:
        message = f"The condition `{flow.condition[:80]}` {wrong}."
        yield on(flow, "bad-condition", message, f"Declared variables: {', '.join(declared) or 'none'}.")


def _repeated(gateway: Element, flows: list[SequenceFlow]) -> Iterator[Problem]:
    """Conditions that are written twice or, where only one way is taken, hold together."""
    whole: dict[str, str] = {}
    cases: dict[Case, str] = {}
    for flow in flows:
        text = " ".join(flow.condition.split())
        if text in whole:
            yield _same(gateway, flow, whole[text])
            continue
        whole[text] = flow.id
        ours = _cases(text) if gateway.type == EXCLUSIVE_GATEWAY else set()
        both = sorted(case for case in ours if case in cases)
        if both:
            name, value = both[0]
            example = f"{name} == {value}" if name else value
            yield on(
                flow,
                "overlap",
                f"The condition holds together with the one of {cases[both[0]]}: `{example[:80]}`.",
                "Let exactly one condition hold for every case.",
            )
        for case in ours:
            cases.setdefault(case, flow.id)


def _same(gateway: Element, flow: SequenceFlow, other: str) -> Problem:
    if gateway.type == INCLUSIVE_GATEWAY:
        message = f"The same condition as {other}: both are always taken together."
        return on(flow, "same-condition", message, "Take one flow to a parallel gateway instead.")
    message = f"The same condition as {other}: it can never be taken."
    return on(flow, "same-condition", message, "Change one of them.")


def _cases(condition: str) -> set[Case]:
    """For which values of one variable a condition holds, as far as that is easily told."""
    found: set[Case] = set()
    for way in split(condition, "||"):
        equal, turned, one_of = (p.fullmatch(way) for p in (_EQUAL, _EQUAL_TURNED, _ONE_OF))
        if equal and _CONSTANT.fullmatch(equal[2]):
            found.add((equal[1], _plain(equal[2])))
        elif turned and _CONSTANT.fullmatch(turned[1]):
            found.add((turned[2], _plain(turned[1])))
        elif one_of and all(_CONSTANT.fullmatch(each) for each in split(one_of[2], ",")):
            found |= {(one_of[1], _plain(each)) for each in split(one_of[2], ",")}
        else:
            found.add(("", way))
    return found


def _plain(constant: str) -> str:
    """A constant written in one way."""
    return f'"{constant[1:-1]}"' if constant[0] in "'\"" else constant


def _event_gateways(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for gateway in model.of_type(EVENT_GATEWAY):
        flows = model.outgoing(gateway.id)
        if len(flows) == 1:
            yield on(
                gateway,
                "event-gateway-alone",
                "An event-based gateway with one way out waits for one event only.",
                "Add a second event, or take the gateway away.",
            )
        messages: dict[str, str] = {}
        for flow in flows:
            target = model.elements.get(flow.target)
            if target is not None:
                yield from _awaited(model, target, messages)


def _awaited(model: Model, target: Element, messages: dict[str, str]) -> Iterator[Problem]:
    if target.type != CATCH_EVENT:
        yield on(
            target,
            "event-gateway-target",
            "An event-based gateway leads here, but only events can be waited for.",
            "Put a timer or message catch event between them.",
        )
    elif len(model.incoming(target.id)) > 1:
        yield on(
            target,
            "event-gateway-target",
            "Another sequence flow leads into an event that an event-based gateway waits for.",
            "Give the event-based gateway an event of its own.",
        )
    name = target.event.name if target.event else ""
    if name and name in messages:
        message = f"The same message as {messages[name]}: it can never be the first."
        yield on(target, "same-message", message, "Wait for another message, or take the event away.")
    messages.setdefault(name, target.id)


CHECKS: tuple[Check, ...] = (_deciding, _event_gateways)
