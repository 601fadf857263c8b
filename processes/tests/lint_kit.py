"""Small definitions for the tests of lint: a chain of elements, and what stands beside it."""

import re
from itertools import pairwise

from processes.bpmn.lint import CalledFlow, Catalogue, lint_text

CATALOGUE = Catalogue(
    roles=frozenset({"counselor", "college_officer", "auditor"}),
    staff_roles=frozenset({"counselor", "college_officer"}),
    units=("university", "college", "major", "class"),
    handlers=frozenset({"take_effect"}),
    forms={"filing": frozenset({"salary", "employer"})},
    fields=frozenset({"name"}),
    flows={
        "vetting": CalledFlow({"grade": "int", "words": "string"}),
        "timed": CalledFlow({}, can_be_called=False),
        "circle": CalledFlow({}, frozenset({"detour"})),
        "detour": CalledFlow({}, frozenset({"scratch"})),
    },
)
VARIABLES = {
    "short": "bool",
    "kind": "string",
    "level": "int",
    "pay": "double",
    "people": "list",
    "shares": "list",
    "until": "timestamp",
}
ROLE = 'qc:role="counselor" qc:unit="class"'


def chain(*elements: str, beside: str = "", root: str = "", variables: dict[str, str] | None = None) -> str:
    """The text of start, `file`, the *elements* one after another, and `end`, with more put *beside* them.

    Flows of the chain are called `SOURCE-TARGET`. *root* stands beside the process.
    """
    ids = [
        "start",
        "file",
        *(found[1] for each in elements if (found := re.search(r' id="(\w+)"', each))),
        "end",
    ]
    flows = "".join(flow(a, b) for a, b in pairwise(ids))
    declared = "".join(
        f'<qc:variable name="{name}" type="{kind}"/>' for name, kind in (variables or VARIABLES).items()
    )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="https://qicheng.dev/bpmn">'
        '<message id="m1" name="reply"/><message id="m2" name="refusal"/><message id="m3"/>'
        f'<error id="e1" errorCode="refused"/><error id="e2" errorCode="late"/>{root}'
        f'<process id="scratch"><extensionElements>{declared}</extensionElements>'
        f'<startEvent id="start"/><userTask id="file" qc:initiator="true"/>{"".join(elements)}<endEvent id="end"/>'
        f"{flows}{beside}</process></definitions>"
    )


def flow(source: str, target: str, condition: str = "") -> str:
    """A sequence flow, called `SOURCE-TARGET`."""
    inside = condition and f"<conditionExpression>{condition}</conditionExpression>"
    return f'<sequenceFlow id="{source}-{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'


def task(key: str, settings: str = ROLE, inside: str = "") -> str:
    """A user task of the counselor, unless *settings* say otherwise."""
    return f'<userTask id="{key}" {settings}>{inside}</userTask>'


def service(key: str, settings: str = 'qc:handler="take_effect"', inside: str = "") -> str:
    """A service task."""
    return f'<serviceTask id="{key}" {settings}>{inside}</serviceTask>'


def timer(inside: str = "<timeDuration>P1D</timeDuration>", settings: str = "") -> str:
    """The definition of a timer."""
    return f"<timerEventDefinition {settings}>{inside}</timerEventDefinition>"


def message(key: str = "m1") -> str:
    """The definition of a message."""
    return f'<messageEventDefinition messageRef="{key}"/>'


def error(key: str = "e1") -> str:
    """The definition of an error; any error without a key."""
    return f'<errorEventDefinition errorRef="{key}"/>' if key else "<errorEventDefinition/>"


def boundary(host: str, event: str, to: str = "end", more: str = "", key: str = "b") -> str:
    """A boundary event with its flow."""
    return f'<boundaryEvent id="{key}" attachedToRef="{host}" {more}>{event}</boundaryEvent>{flow(key, to)}'


def scope(key: str, inside: str = "", more: str = "") -> str:
    """A sub-process with a start, a task and an end of its own."""
    plain = (
        f'<startEvent id="{key}_start"/>{task(f"{key}_task")}<endEvent id="{key}_end"/>'
        f"{flow(f'{key}_start', f'{key}_task')}{flow(f'{key}_task', f'{key}_end')}"
    )
    return f'<subProcess id="{key}" {more}>{inside or plain}</subProcess>'


def faults(text: str | bytes, catalogue: Catalogue = CATALOGUE) -> list[tuple[str, str]]:
    """Code and element of every problem."""
    return [(problem.code, problem.element_id) for problem in lint_text(text, catalogue)]
