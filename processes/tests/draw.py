"""Short definitions for tests: one line an element, flows as `a > b > c`."""

from itertools import pairwise

from processes.tests.kit import KEY

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:qc="https://qicheng.dev/bpmn" id="d" targetNamespace="https://qicheng.dev">
{roots}
  <bpmn:process id="{key}" name="试" isExecutable="true"{called}>
    <bpmn:extensionElements>{variables}</bpmn:extensionElements>
{body}
  </bpmn:process>
</bpmn:definitions>
"""

COUNSELOR = 'qc:role="counselor" qc:unit="class"'
COLLEGE = 'qc:role="college_officer" qc:unit="college"'
UNIVERSITY = 'qc:role="university_officer" qc:unit="university"'


def definition(
    *lines: str, key: str = KEY, variables: dict[str, str] | None = None, roots: str = "", file: bool = True
) -> str:
    """The BPMN text of a process; without *file* it does not begin with `start > file` by itself."""
    declared = "".join(f'<qc:variable name="{n}" type="{t}"/>' for n, t in (variables or {}).items())
    called = "" if file else ' qc:called="true"'
    begin = (start("start"), user("file", 'qc:initiator="true"'), flows("start > file")) if file else ()
    return _HEAD.format(
        key=key, called=called, roots=roots, variables=declared, body="\n".join([*begin, *lines])
    )


def start(key: str, inner: str = "") -> str:
    """A start event."""
    return f'<bpmn:startEvent id="{key}">{inner}</bpmn:startEvent>'


def end(key: str = "end", inner: str = "") -> str:
    """An end event."""
    return f'<bpmn:endEvent id="{key}">{inner}</bpmn:endEvent>'


def user(key: str, settings: str = COUNSELOR, inner: str = "") -> str:
    """A user task."""
    return f'<bpmn:userTask id="{key}" name="{key}" {settings}>{inner}</bpmn:userTask>'


def service(key: str = "work", settings: str = 'qc:handler="take_effect"', tag: str = "serviceTask") -> str:
    """A service or send task."""
    return f'<bpmn:{tag} id="{key}" {settings}/>'


def gateway(kind: str, *keys: str, default: str = "") -> str:
    """Gateways of one kind: exclusive, parallel, inclusive, eventBased."""
    attribute = f' default="{default}"' if default else ""
    return "\n".join(f'<bpmn:{kind}Gateway id="{key}"{attribute}/>' for key in keys)


def catch(key: str, inner: str) -> str:
    """An intermediate catch event."""
    return f'<bpmn:intermediateCatchEvent id="{key}">{inner}</bpmn:intermediateCatchEvent>'


def boundary(key: str, host: str, inner: str, *, interrupting: bool = True) -> str:
    """A boundary event."""
    cancel = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{key}" attachedToRef="{host}" cancelActivity="{cancel}">{inner}'
        "</bpmn:boundaryEvent>"
    )


def timer(text: str = "", kind: str = "Duration", workdays: str = "") -> str:
    """A timer event definition."""
    if workdays:
        return f'<bpmn:timerEventDefinition qc:workdays="{workdays}"/>'
    return f"<bpmn:timerEventDefinition><bpmn:time{kind}>{text}</bpmn:time{kind}></bpmn:timerEventDefinition>"


def message(key: str) -> str:
    """A message event definition; `messages(key)` declares it."""
    return f'<bpmn:messageEventDefinition messageRef="m_{key}"/>'


def messages(*keys: str) -> str:
    """Declarations of messages."""
    return "".join(f'<bpmn:message id="m_{key}" name="{key}"/>' for key in keys)


def error(key: str = "") -> str:
    """An error event definition; `errors(key)` declares it. Without a key: any error."""
    return f'<bpmn:errorEventDefinition errorRef="e_{key}"/>' if key else "<bpmn:errorEventDefinition/>"


def errors(*keys: str) -> str:
    """Declarations of errors."""
    return "".join(f'<bpmn:error id="e_{key}" errorCode="{key}"/>' for key in keys)


def sub_process(key: str, *lines: str) -> str:
    """An embedded sub-process."""
    inner = "\n".join(lines)
    return f'<bpmn:subProcess id="{key}">\n{inner}\n</bpmn:subProcess>'


def call(key: str, called: str, inner: str = "") -> str:
    """A call activity with data in and out."""
    return (
        f'<bpmn:callActivity id="{key}" calledElement="{called}"><bpmn:extensionElements>{inner}'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )


def rules(key: str, result: str, *lines: tuple[str, str]) -> str:
    """A business rule task: (when, value) lines."""
    inner = "".join(f"<qc:rule when='{when}' value='{value}'/>" for when, value in lines)
    return (
        f'<bpmn:businessRuleTask id="{key}" qc:result="{result}"><bpmn:extensionElements>{inner}'
        "</bpmn:extensionElements></bpmn:businessRuleTask>"
    )


def several(settings: str, *, sequential: bool = False) -> str:
    """What makes a user task a joint decision."""
    turn = "true" if sequential else "false"
    return f'<bpmn:multiInstanceLoopCharacteristics isSequential="{turn}" {settings}/>'


def flows(*paths: str) -> str:
    """Sequence flows: `a > b > c`; `a > b : CEL` gives the last one a condition. Ids are `a_b`."""
    found = []
    for path in paths:
        way, _colon, condition = path.partition(" : ")
        names = [name.strip() for name in way.split(">")]
        for source, target in pairwise(names):
            last = condition and target == names[-1]
            inner = (
                f"<bpmn:conditionExpression><![CDATA[{condition}]]></bpmn:conditionExpression>"
                if last
                else ""
            )
            found.append(
                f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">{inner}'
                "</bpmn:sequenceFlow>"
            )
    return "\n".join(found)
