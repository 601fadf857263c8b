"""Random sound definitions for property tests: blocks within blocks, written out as BPMN text.

    @given(definitions(), variables())
    def test_something(text, values): ...

`definitions(kinds=frozenset({"task", "sequence", "parallel"}))` leaves blocks out; `text_of` writes a block put
together by hand: `text_of(block("parallel", block("task"), block("service")))`.

Every loop counts its rounds in the variable `rounds` and ends after three at most. All tasks belong to the
people of `processes.tests.kit`, all automatic work to the handler `take_effect`; the message is `reply`, timers
fire within days. A definition calls those under the keys `CALLED`, which are random themselves (`called_texts`):
each calls only those after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from itertools import pairwise

from hypothesis import strategies as st

KEY = "scratch_review"
CALLED = ("scratch_called", "scratch_called_last")
MESSAGE_NAME = "reply"
ERROR_CODE = "refused"
FIRST_TASK = "file"
VARIABLES: Mapping[str, str] = {
    "short": "bool",
    "kind": "string",
    "level": "int",
    "salary": "double",
    "tags": "list",
    "until": "timestamp",
    "rounds": "int",
    "agreed": "bool",
}

_ROLES = (
    ("counselor", "class"),
    ("college_officer", "college"),
    ("university_officer", "university"),
)
_TASKS: tuple[Mapping[str, str], ...] = (
    {},
    {"batch": "true", "canReject": "true"},
    {"dueWorkdays": "2", "remindWorkdays": "1", "escalateWorkdays": "1"},
    {"onEmpty": "up", "escalateTo": "university_officer"},
    {"onConflict": "up", "escalateTo": "university_officer", "copyTo": "college_officer@college"},
)
_LOOPS: tuple[Mapping[str, str], ...] = (
    {"isSequential": "false", "qc:collection": "members", "qc:complete": "all"},
    {"isSequential": "true", "qc:collection": "members", "qc:complete": "any"},
    {"isSequential": "false", "qc:collection": "members", "qc:complete": "ratio", "qc:ratio": "0.5"},
)
_CONDITIONS = ("short", "level > 1", "salary < 2000.0", '"x" in tags', 'kind.startsWith("a")', "!agreed")
_KINDS_OF_KIND = ("kind == 'a'", "kind == 'b'", "kind in ['c', 'd']")
_TIMERS = (
    ("", ' qc:workdays="1"'),
    ("<bpmn:timeDuration>P1D</bpmn:timeDuration>", ""),
    ("<bpmn:timeDate>=until</bpmn:timeDate>", ""),
    ("<bpmn:timeDate>2027-06-20T18:00:00+08:00</bpmn:timeDate>", ""),
)


@dataclass(frozen=True)
class Block:
    """A piece of a definition with one way in and one way out; *choice* varies its details."""

    kind: str
    inner: tuple["Block", ...] = ()
    choice: int = 0


def block(kind: str, *inner: Block, choice: int = 0) -> Block:
    """A block put together by hand."""
    return Block(kind, inner, choice)


@dataclass
class Drawing:
    """The text of a definition as it grows."""

    parts: list[str] = field(default_factory=list)
    count: int = 0
    #: Keys of the definitions that it may call.
    callable: tuple[str, ...] = CALLED
    #: Whether it begins with a task of the applicant, to whom a case can go back.
    handed_in: bool = True

    def new_id(self, prefix: str) -> str:
        """An id that no other element has."""
        self.count += 1
        return f"{prefix}{self.count}"

    def add(self, tag: str, prefix: str, inside: str = "", **attributes: str) -> str:
        """Draw an element; gives its id. `qc_role` becomes `qc:role`."""
        key = self.new_id(prefix)
        shown = "".join(
            f' {name.replace("qc_", "qc:")}="{escape(value)}"' for name, value in attributes.items()
        )
        self.parts.append(f'<bpmn:{tag} id="{key}"{shown}>{inside}</bpmn:{tag}>')
        return key

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """Draw a sequence flow; gives its id."""
        key = self.new_id("f")
        inside = condition and f"<bpmn:conditionExpression>{escape(condition)}</bpmn:conditionExpression>"
        self.parts.append(
            f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inside}</bpmn:sequenceFlow>'
        )
        return key

    def scope(self, draw: Callable[["Drawing"], None]) -> str:
        """Draw a sub-process with what *draw* puts into it; gives its id."""
        inner = replace(self, parts=[])
        draw(inner)
        self.count = inner.count
        return self.add("subProcess", "s", "".join(inner.parts))


Ends = tuple[str, str]


def _sequence(d: Drawing, b: Block) -> Ends:
    ends = [draw(d, each) for each in b.inner]
    for (_first, left), (entered, _last) in pairwise(ends):
        d.flow(left, entered)
    return ends[0][0], ends[-1][1]


def _task(d: Drawing, b: Block) -> Ends:
    role, unit = _ROLES[b.choice % 3]
    settings = {f"qc_{name}": value for name, value in _TASKS[b.choice % len(_TASKS)].items()}
    key = d.add("userTask", "t", qc_role=role, qc_unit=unit, **settings)
    return key, key


def _own_task(d: Drawing, b: Block) -> Ends:
    """A step of the applicant, or one for the person who did the step before it."""
    if b.choice % 2:
        settings = {"qc_resubmit": "to_returner"} if b.choice % 4 == 1 else {}
        key = d.add("userTask", "t", qc_initiator="true", **settings)
        return key, key
    role, unit = _ROLES[b.choice % 3]
    first = d.add("userTask", "t", qc_role=role, qc_unit=unit)
    again = d.add("userTask", "t", qc_doerOf=first)
    d.flow(first, again)
    return first, again


def _countersign(d: Drawing, b: Block) -> Ends:
    role, unit = _ROLES[b.choice % 3]
    shown = " ".join(f'{name}="{value}"' for name, value in _LOOPS[b.choice % len(_LOOPS)].items())
    extra = {"qc_result": "agreed", "qc_onObjection": "go_on"} if b.choice % 2 or not d.handed_in else {}
    loop = f"<bpmn:multiInstanceLoopCharacteristics {shown}/>"
    key = d.add("userTask", "t", loop, qc_role=role, qc_unit=unit, **extra)
    return key, key


def _service(d: Drawing, b: Block) -> Ends:
    tag = "sendTask" if b.choice % 3 == 2 else "serviceTask"
    key = d.add(tag, "a", qc_handler="take_effect", qc_run="later" if b.choice % 2 else "now")
    return key, key


def _rule(d: Drawing, b: Block) -> Ends:
    rules = '<qc:rule when="short" value="\'a\'"/><qc:rule when="level &gt; 2" value="kind"/>'
    inside = f"<bpmn:extensionElements>{rules}<qc:rule value=\"'b'\"/></bpmn:extensionElements>"
    key = d.add("businessRuleTask", "r", inside, qc_result="kind")
    return key, key


def _timer(d: Drawing, b: Block) -> Ends:
    key = d.add("intermediateCatchEvent", "c", _timer_definition(b.choice))
    return key, key


def _message(d: Drawing, _b: Block) -> Ends:
    key = d.add("intermediateCatchEvent", "c", '<bpmn:messageEventDefinition messageRef="m_reply"/>')
    return key, key


def _timer_definition(choice: int) -> str:
    text, settings = _TIMERS[choice % len(_TIMERS)]
    return f"<bpmn:timerEventDefinition{settings}>{text}</bpmn:timerEventDefinition>"


def _call(d: Drawing, b: Block) -> Ends:
    """A case of another definition, with data in and out; every second one is ready for a rejection."""
    inside = '<qc:in source="level + 1" target="level"/><qc:in source="kind" target="kind"/>'
    inside += '<qc:out source="kind" target="kind"/><qc:out source="level &gt; 2 || short" target="agreed"/>'
    key = d.add(
        "callActivity",
        "k",
        f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>",
        calledElement=d.callable[b.choice % len(d.callable)],
    )
    if b.choice % 4 < 2:
        return key, key
    return _with_boundary(d, key, '<bpmn:errorEventDefinition errorRef="e_rejected"/>', b.choice)


def _exclusive(d: Drawing, b: Block) -> Ends:
    split, join = _gateways(d, "exclusiveGateway")
    conditions = _KINDS_OF_KIND if len(b.inner) > 1 else (_CONDITIONS[b.choice % len(_CONDITIONS)],)
    for condition, each in zip(conditions, b.inner, strict=False):
        _branch(d, split, each, join, condition)
    _default(d, split, join)
    return split, join


def _inclusive(d: Drawing, b: Block) -> Ends:
    split, join = _gateways(d, "inclusiveGateway")
    for number, each in enumerate(b.inner):
        _branch(d, split, each, join, _CONDITIONS[(b.choice + number) % len(_CONDITIONS)])
    _default(d, split, join)
    return split, join


def _parallel(d: Drawing, b: Block) -> Ends:
    split, join = _gateways(d, "parallelGateway")
    for each in b.inner:
        _branch(d, split, each, join)
    if len(b.inner) < 2:
        d.flow(split, join)
    return split, join


def _gateways(d: Drawing, tag: str) -> Ends:
    return d.add(tag, "g"), d.add(tag, "j")


def _branch(d: Drawing, split: str, each: Block, join: str, condition: str = "") -> None:
    entered, left = draw(d, each)
    d.flow(split, entered, condition)
    d.flow(left, join)


def _default(d: Drawing, split: str, join: str) -> None:
    key = d.flow(split, join)
    at = next(i for i, part in enumerate(d.parts) if f'id="{split}"' in part)
    d.parts[at] = d.parts[at].replace(f'id="{split}"', f'id="{split}" default="{key}"', 1)


def _loop(d: Drawing, b: Block) -> Ends:
    join, split = _gateways(d, "exclusiveGateway")
    count = '<bpmn:extensionElements><qc:rule value="rounds + 1"/></bpmn:extensionElements>'
    entered, left = _sequence(d, Block("sequence", (Block("task", choice=b.choice), *b.inner)))
    counted = d.add("businessRuleTask", "r", count, qc_result="rounds")
    out = d.add("serviceTask", "a", qc_handler="take_effect")
    d.flow(join, entered)
    d.flow(left, counted)
    d.flow(counted, split)
    d.flow(split, join, f"rounds < {b.choice % 3 + 1}")
    _default(d, split, out)
    return join, out


def _race(d: Drawing, b: Block) -> Ends:
    split, join = d.add("eventBasedGateway", "g"), d.add("exclusiveGateway", "j")
    for event in (_timer(d, b)[0], _message(d, b)[0]):
        d.flow(split, event)
        d.flow(event, join)
    return split, join


def _scope(d: Drawing, b: Block) -> Ends:
    def inside(inner: Drawing) -> None:
        entered, left = _sequence(inner, Block("sequence", b.inner))
        inner.flow(inner.add("startEvent", "b"), entered)
        inner.flow(left, inner.add("endEvent", "e"))

    key = d.scope(inside)
    return key, key


def _scatter(d: Drawing, b: Block) -> Ends:
    """A sub-process whose paths run side by side to ends of their own; one of them may end the others."""

    def inside(inner: Drawing) -> None:
        split = inner.add("parallelGateway", "g")
        inner.flow(inner.add("startEvent", "b"), split)
        for number, each in enumerate((*b.inner, Block("task", choice=b.choice))):
            entered, left = draw(inner, each)
            terminates = "<bpmn:terminateEventDefinition/>" if b.choice % 2 and not number else ""
            inner.flow(split, entered)
            inner.flow(left, inner.add("endEvent", "e", terminates))

    key = d.scope(inside)
    return key, key


def _guarded(d: Drawing, b: Block) -> Ends:
    """A sub-process that may end in an error, and what is done about it."""

    def inside(inner: Drawing) -> None:
        entered, left = _sequence(inner, Block("sequence", b.inner))
        split = inner.add("exclusiveGateway", "g")
        inner.flow(inner.add("startEvent", "b"), entered)
        inner.flow(left, split)
        wrong = inner.add("endEvent", "e", '<bpmn:errorEventDefinition errorRef="e_refused"/>')
        inner.flow(split, wrong, _CONDITIONS[b.choice % len(_CONDITIONS)])
        _default(inner, split, inner.add("endEvent", "e"))

    key = d.scope(inside)
    named = ' errorRef="e_refused"' if b.choice % 2 else ""
    return _with_boundary(d, key, f"<bpmn:errorEventDefinition{named}/>", b.choice)


def _deadline(d: Drawing, b: Block) -> Ends:
    """A task that is taken away after a time, or by a message."""
    message = '<bpmn:messageEventDefinition messageRef="m_reply"/>'
    event = message if b.choice % 3 == 2 else _timer_definition(b.choice)
    return _with_boundary(d, _task(d, b)[0], event, b.choice)


def _with_boundary(d: Drawing, host: str, event: str, choice: int) -> Ends:
    join = d.add("exclusiveGateway", "j")
    boundary = d.add("boundaryEvent", "v", event, attachedToRef=host)
    instead = _service(d, Block("service", choice=choice))[0]
    d.flow(host, join)
    d.flow(boundary, instead)
    d.flow(instead, join)
    return host, join


def _reminder(d: Drawing, b: Block) -> Ends:
    """A task that goes on while something else is done after a time."""
    host = _task(d, b)[0]
    boundary = d.add(
        "boundaryEvent", "v", _timer_definition(b.choice), attachedToRef=host, cancelActivity="false"
    )
    sent = d.add("sendTask", "a", qc_handler="take_effect")
    d.flow(boundary, sent)
    d.flow(sent, d.add("endEvent", "e"))
    return host, host


_LEAVES: Mapping[str, Callable[[Drawing, Block], Ends]] = {
    "task": _task,
    "own_task": _own_task,
    "countersign": _countersign,
    "service": _service,
    "rule": _rule,
    "timer": _timer,
    "message": _message,
    "call": _call,
    "race": _race,
    "deadline": _deadline,
    "reminder": _reminder,
}
_COMPOUND: Mapping[str, Callable[[Drawing, Block], Ends]] = {
    "sequence": _sequence,
    "exclusive": _exclusive,
    "inclusive": _inclusive,
    "parallel": _parallel,
    "loop": _loop,
    "scope": _scope,
    "scatter": _scatter,
    "guarded": _guarded,
}
#: Everything a random definition may be made of.
KINDS = frozenset(_LEAVES) | frozenset(_COMPOUND)


def draw(d: Drawing, b: Block) -> Ends:
    """Draw a block; gives the ids of the elements at which it is entered and left."""
    return (_LEAVES | _COMPOUND)[b.kind](d, b)


def text_of(body: Block, key: str = KEY) -> str:
    """The BPMN text of start, first task, *body*, a last automatic task and the end.

    Every second one that is only called begins with no first task.
    """
    later = CALLED[CALLED.index(key) + 1 :] if key in CALLED else CALLED
    d = Drawing(callable=later, handed_in=key == KEY or body.choice % 2 == 0)
    entered, left = draw(d, body)
    resubmit = ' qc:resubmit="to_returner"' if body.choice % 2 else ""
    first = f'<bpmn:userTask id="{FIRST_TASK}" name="填写" qc:initiator="true"{resubmit}/>'
    called = ' qc:called="true"' if key in CALLED else ""
    if d.handed_in:
        d.flow("start", FIRST_TASK)
        d.flow(FIRST_TASK, entered)
    else:
        first = ""
        d.flow("start", entered)
    d.flow(left, "take_effect")
    d.flow("take_effect", "end")
    declared = "".join(f'<qc:variable name="{name}" type="{kind}"/>' for name, kind in VARIABLES.items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:qc="https://qicheng.dev/bpmn" id="d" targetNamespace="https://qicheng.dev/bpmn">
  <bpmn:message id="m_reply" name="{MESSAGE_NAME}"/>
  <bpmn:error id="e_refused" errorCode="{ERROR_CODE}"/>
  <bpmn:error id="e_rejected" errorCode="rejected"/>
  <bpmn:process id="{key}" name="试审" isExecutable="true"{called}>
    <bpmn:extensionElements>{declared}</bpmn:extensionElements>
    <bpmn:startEvent id="start"/>
    {first}
    {chr(10).join(d.parts)}
    <bpmn:serviceTask id="take_effect" name="生效" qc:handler="take_effect"/>
    <bpmn:endEvent id="end"/>
  </bpmn:process>
</bpmn:definitions>
"""


def blocks(*, kinds: frozenset[str] = KINDS, leaves: int = 8) -> st.SearchStrategy[Block]:
    """Random blocks of the given kinds with about *leaves* leaves at most."""
    choices = st.integers(0, 11)
    leaf = st.builds(Block, st.sampled_from(sorted(kinds & set(_LEAVES))), st.just(()), choices)
    compound = sorted(kinds & set(_COMPOUND))
    if not compound:
        return leaf

    def around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.builds(Block, st.sampled_from(compound), several, choices)

    return st.recursive(leaf, around, max_leaves=leaves)


def definitions(*, kinds: frozenset[str] = KINDS, leaves: int = 8) -> st.SearchStrategy[str]:
    """BPMN texts of random sound definitions with the key `scratch_review`."""
    return blocks(kinds=kinds, leaves=leaves).map(text_of)


def called_texts(*, leaves: int = 4) -> st.SearchStrategy[dict[str, str]]:
    """Texts of random sound definitions under the keys `CALLED`, the last of which calls nobody."""
    kinds = {key: KINDS - ({"call"} if key == CALLED[-1] else set()) for key in CALLED}
    return st.fixed_dictionaries(
        {key: blocks(kinds=kinds[key], leaves=leaves).map(partial(text_of, key=key)) for key in CALLED}
    )


def variables() -> st.SearchStrategy[dict[str, object]]:
    """Random stored values of the variables; any of them may be missing."""
    return st.fixed_dictionaries(
        {},
        optional={
            "short": st.booleans(),
            "kind": st.sampled_from(["a", "b", "c", "d", "e"]),
            "level": st.integers(0, 4),
            "salary": st.sampled_from([0.0, 1999.5, 2000, 8000.0]),
            "tags": st.lists(st.sampled_from(["x", "y"]), max_size=2),
            "until": st.sampled_from(["2027-06-20T18:00:00+08:00", "2027-06-21"]),
            "agreed": st.booleans(),
        },
    )
