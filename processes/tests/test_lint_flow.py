"""Starts, ends, what leads where, and loops nobody stops."""

import pytest

from processes.tests.lint_kit import (
    ROLE,
    boundary,
    chain,
    error,
    faults,
    flow,
    message,
    scope,
    service,
    task,
    timer,
)

MESSAGE_START = f'<startEvent id="s2">{message()}</startEvent>'
EXCLUSIVE = '<exclusiveGateway id="x"/>'
LOOP_END = '<exclusiveGateway id="y" default="y-end"/>'
SPLIT = '<exclusiveGateway id="x" default="x-end"/>'


@pytest.mark.parametrize(
    "text",
    [
        chain(),
        chain(task("t"), service("a"), scope("s")),
        chain(beside=MESSAGE_START + flow("s2", "file")),
        chain(task("t")).replace(
            '<startEvent id="start"/>', f'<startEvent id="start">{message()}</startEvent>'
        ),
        chain(
            beside=f'<startEvent id="s2">{timer("<timeCycle>R/P1D</timeCycle>")}</startEvent>{flow("s2", "file")}'
        ),
        chain(
            scope(
                "s", f'<startEvent id="b1"/>{scope("u")}<endEvent id="z1"/>{flow("b1", "u")}{flow("u", "z1")}'
            )
        ),
        chain(service("a")).replace('<endEvent id="end"/>', f'<endEvent id="end">{error()}</endEvent>'),
        chain().replace('<endEvent id="end"/>', '<endEvent id="end"><terminateEventDefinition/></endEvent>'),
        chain().replace(
            '<process id="scratch"', '<process id="scratch" qc:called="true" qc:nameEn="Scratch"'
        ),
        # a start that nobody makes needs no task of the initiator at its beginning
        chain(task("t"), beside=MESSAGE_START + flow("s2", "t")),
        # a called process has no applicant
        chain(task("t"))
        .replace('<process id="scratch"', '<process id="scratch" qc:called="true"')
        .replace('qc:initiator="true"', ROLE),
        # loops in which something is waited for
        chain(
            EXCLUSIVE,
            task("t"),
            LOOP_END,
            beside=flow("y", "x", "short"),
        ),
        chain(
            EXCLUSIVE,
            f'<intermediateCatchEvent id="c">{timer()}</intermediateCatchEvent>',
            '<exclusiveGateway id="y" default="y-end"/>',
            beside=flow("y", "x", "short"),
        ),
        chain(
            EXCLUSIVE,
            scope("s"),
            '<exclusiveGateway id="y" default="y-end"/>',
            beside=flow("y", "x", "short"),
        ),
        chain(
            EXCLUSIVE,
            '<callActivity id="c" calledElement="vetting"/>',
            '<exclusiveGateway id="y" default="y-end"/>',
            beside=flow("y", "x", "short"),
        ),
        # the error comes after a task inside
        chain(
            EXCLUSIVE,
            scope(
                "s",
                f'<startEvent id="b1"/>{task("t")}{service("a")}<endEvent id="z1"/>'
                f"{flow('b1', 't')}{flow('t', 'a')}{flow('a', 'z1')}",
            ),
            beside=boundary("s", error(), "x"),
        ),
    ],
)
def test_legal_connections_are_left_alone(text: str) -> None:
    assert faults(text) == []


def without(text: str, *parts: str) -> str:
    for part in parts:
        assert part in text
        text = text.replace(part, "")
    return text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (without(chain(), '<startEvent id="start"/>'), ("no-start", "scratch")),
        (chain(beside='<startEvent id="s2"/>' + flow("s2", "file")), ("several-starts", "s2")),
        (chain(beside=flow("file", "start")), ("start-entered", "start")),
        (
            chain(beside=f'<startEvent id="s2">{error()}</startEvent>{flow("s2", "file")}'),
            ("unsupported", "s2"),
        ),
        (
            chain(beside=f'<startEvent id="s2"><terminateEventDefinition/></startEvent>{flow("s2", "file")}'),
            ("unsupported", "s2"),
        ),
        (
            chain(
                beside=MESSAGE_START
                + flow("s2", "file")
                + MESSAGE_START.replace("s2", "s3")
                + flow("s3", "file")
            ),
            ("same-message", "s3"),
        ),
        (chain(scope("s", '<endEvent id="z1"/>')), ("no-start", "s")),
        (chain(scope("s", '<startEvent id="b1"/>')), ("no-end", "s")),
        (
            chain(scope("s")).replace(
                '<startEvent id="s_start"/>', f'<startEvent id="s_start">{message()}</startEvent>'
            ),
            ("unsupported", "s_start"),
        ),
        (
            chain(scope("s")).replace(
                '<startEvent id="s_start"/>',
                '<startEvent id="s_start"/><startEvent id="b2"/>' + flow("b2", "s_task"),
            ),
            ("several-starts", "b2"),
        ),
        (without(chain(), '<endEvent id="end"/>'), ("no-end", "scratch")),
        (chain(beside=flow("end", "file")), ("end-left", "end")),
        (
            chain().replace('<endEvent id="end"/>', f'<endEvent id="end">{message()}</endEvent>'),
            ("unsupported", "end"),
        ),
        (
            chain().replace('<endEvent id="end"/>', f'<endEvent id="end">{timer()}</endEvent>'),
            ("unsupported", "end"),
        ),
        (chain(beside=flow("nowhere", "end")), ("dangling", "nowhere-end")),
        (chain(beside=flow("file", "nowhere")), ("dangling", "file-nowhere")),
        (chain(scope("s"), beside=flow("s_task", "end")), ("crosses-scope", "s_task-end")),
        (chain(scope("s"), beside=flow("file", "s_task")), ("crosses-scope", "file-s_task")),
        (chain(task("t"), beside=flow("t", "file")), ("one-way-out", "t")),
        (without(chain(task("t")), flow("t", "end")), ("one-way-out", "t")),
        (without(chain(EXCLUSIVE), flow("x", "end")), ("one-way-out", "x")),
        (without(chain(scope("s")), flow("s", "end")), ("one-way-out", "s")),
        (without(chain(service("a")), flow("a", "end")), ("one-way-out", "a")),
        (without(chain(), flow("start", "file")), ("one-way-out", "start")),
        (without(chain(scope("s")), flow("s_start", "s_task")), ("one-way-out", "s_start")),
        (chain(task("t", ROLE + ' default="t-end"')), ("default-outside-gateway", "t")),
        (chain('<parallelGateway id="p" default="p-end"/>'), ("default-outside-gateway", "p")),
        (
            chain(task("t")).replace(flow("t", "end"), flow("t", "end", "short")),
            ("condition-outside-gateway", "t-end"),
        ),
        (
            chain('<parallelGateway id="p"/>').replace(flow("p", "end"), flow("p", "end", "short")),
            ("condition-outside-gateway", "p-end"),
        ),
        (
            chain(EXCLUSIVE).replace(flow("x", "end"), flow("x", "end", "short")),
            ("condition-on-only-way", "x-end"),
        ),
        (
            chain('<inclusiveGateway id="x"/>').replace(flow("x", "end"), flow("x", "end", "short")),
            ("condition-on-only-way", "x-end"),
        ),
        (chain(beside=task("t") + flow("t", "end")), ("unreachable", "t")),
        (chain(scope("s"), beside=scope("u") + flow("u", "end")), ("unreachable", "u_task")),
        (chain(EXCLUSIVE, beside=task("t") + flow("x", "t", "short") + flow("t", "t")), ("no-way-out", "t")),
        (
            chain(task("t")).replace('id="file" qc:initiator="true"', f'id="file" {ROLE}'),
            ("first-task", "file"),
        ),
        (
            chain(service("a"))
            .replace(flow("start", "file"), flow("start", "a"))
            .replace(flow("file", "a"), ""),
            ("first-task", "a"),
        ),
        (
            chain(task("t"))
            .replace('<startEvent id="start"/>', f'<startEvent id="start">{message()}</startEvent>')
            .replace('qc:initiator="true"', ROLE),
            ("no-initiator-task", "scratch"),
        ),
        (
            chain().replace('<process id="scratch"', '<process id="scratch" qc:called="yes"'),
            ("flag", "scratch"),
        ),
        (
            chain().replace('<process id="scratch"', '<process id="scratch" qc:caled="true"'),
            ("unknown-setting", "scratch"),
        ),
        (chain(scope("s", more='qc:handler="take_effect"')), ("unknown-setting", "s")),
        (
            chain().replace('<sequenceFlow id="start-file"', '<sequenceFlow id="start-file" qc:name="a"'),
            ("unknown-setting", "start-file"),
        ),
        # loops that nothing stops
        (chain(EXCLUSIVE, LOOP_END, beside=flow("y", "x", "short")), ("endless-loop", "x")),
        (chain(EXCLUSIVE, service("a"), LOOP_END, beside=flow("y", "x", "short")), ("endless-loop", "a")),
        (
            chain(
                EXCLUSIVE,
                service("a", 'qc:handler="take_effect" qc:run="later"'),
                LOOP_END,
                beside=flow("y", "x", "short"),
            ),
            ("endless-loop", "a"),
        ),
        (
            chain(
                EXCLUSIVE, task("t", ROLE + ' qc:onEmpty="skip"'), LOOP_END, beside=flow("y", "x", "short")
            ),
            ("endless-loop", "t"),
        ),
        (
            chain(
                EXCLUSIVE,
                scope("s").replace(task("s_task"), service("s_task")),
                LOOP_END,
                beside=flow("y", "x", "short"),
            ),
            ("endless-loop", "s_task"),
        ),
        (chain(EXCLUSIVE, service("a"), beside=boundary("a", error(), "x")), ("endless-loop", "b")),
        (
            chain(
                EXCLUSIVE,
                scope("s").replace(task("s_task"), service("s_task")),
                beside=boundary("s", error(), "x"),
            ),
            ("endless-loop", "s_task"),
        ),
        (
            chain(
                EXCLUSIVE,
                scope(
                    "s",
                    f'<startEvent id="b1"/>{scope("u").replace(task("u_task"), service("u_task"))}<endEvent id="z1"/>'
                    f"{flow('b1', 'u')}{flow('u', 'z1')}",
                ),
                beside=boundary("s", error(), "x"),
            ),
            ("endless-loop", "u_task"),
        ),
    ],
)
def test_illegal_connection_is_named(text: str, expected: tuple[str, str]) -> None:
    assert expected in faults(text)


def test_only_what_lies_on_a_loop_is_called_endless() -> None:
    text = chain(
        service("a"),
        EXCLUSIVE,
        LOOP_END,
        service("c"),
        beside=flow("y", "x", "short"),
    ).replace('default="y-end"', 'default="y-c"')
    assert faults(text) == [("endless-loop", "x"), ("endless-loop", "y")]


def test_flow_to_something_unsupported_is_named_once() -> None:
    assert faults(chain('<scriptTask id="s"/>')) == [("unsupported", "s")]
