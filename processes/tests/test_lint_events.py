"""Timers, messages, errors, and boundary events."""

import pytest

from processes.tests.lint_kit import (
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

LATER = 'qc:handler="take_effect" qc:run="later"'
CALL = '<callActivity id="h" calledElement="vetting"/>'
RULE = (
    '<businessRuleTask id="h" qc:result="level"><extensionElements><qc:rule value="1"/></extensionElements>'
    "</businessRuleTask>"
)
NEVER_STOPS = 'cancelActivity="false"'


def caught(event: str) -> str:
    return chain(f'<intermediateCatchEvent id="c">{event}</intermediateCatchEvent>')


def started(event: str) -> str:
    return chain(beside=f'<startEvent id="c">{event}</startEvent>{flow("c", "file")}')


def on_task(event: str, more: str = "") -> str:
    return chain(task("t"), beside=boundary("t", event, more=more, key="c"))


DATES = ["2027-06-20", "2027-06-20T18:00:00+08:00", "2027-06-20T10:00:00Z"]
DURATIONS = ["P3D", "PT12H", "P1DT2H3M4S", "PT90M"]


@pytest.mark.parametrize(
    "text",
    [
        caught(message()),
        *(caught(timer(f"<timeDate>{date}</timeDate>")) for date in DATES),
        *(caught(timer(f"<timeDuration>{each}</timeDuration>")) for each in DURATIONS),
        caught(timer("<timeDate>=until</timeDate>")),
        caught(timer("<timeDate>=kind</timeDate>")),
        caught(timer('<timeDate>= until - duration("24h")</timeDate>')),
        caught(timer("", 'qc:workdays="3"')),
        started(timer("<timeDate>2027-06-20</timeDate>")),
        started(timer("<timeCycle>R/P1D</timeCycle>")),
        started(message()),
        on_task(timer("<timeCycle>R3/PT12H</timeCycle>"), NEVER_STOPS),
        on_task(timer("", 'qc:workdays="3"')),
        on_task(message()),
    ],
)
def test_legal_event_is_left_alone(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (caught(""), "no-event"),
        (caught(error()), "no-event"),
        (caught("<terminateEventDefinition/>"), "no-event"),
        (caught("<signalEventDefinition/>"), "unsupported"),
        (caught(timer() + message()), "unsupported"),
        (caught("<messageEventDefinition/>"), "no-message"),
        (caught(message("m3")), "no-message"),
        (caught(message("m9")), "unknown-reference"),
        (started("<messageEventDefinition/>"), "no-message"),
        (on_task("<messageEventDefinition/>"), "no-message"),
        (caught(timer("")), "bad-timer"),
        (caught(timer("<timeDate/>")), "bad-timer"),
        (caught(timer("<timeDate>tomorrow</timeDate>")), "bad-timer"),
        (caught(timer("<timeDate>2027-02-30</timeDate>")), "bad-timer"),
        (caught(timer("<timeDate>=</timeDate>")), "bad-timer"),
        (caught(timer("<timeDate>=soon</timeDate>")), "bad-timer"),
        (caught(timer("<timeDate>=level</timeDate>")), "bad-timer"),
        (caught(timer("<timeDate>=until +</timeDate>")), "bad-timer"),
        (caught(timer("<timeDuration>=until</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>3 days</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>P</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>PT</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>P1DT</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>P0D</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>-P1D</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>P1M</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>P2W</timeDuration>")), "bad-timer"),
        (caught(timer("<timeDuration>P99999D</timeDuration>")), "bad-timer"),
        (caught(timer(f"<timeDuration>P{'9' * 5000}D</timeDuration>")), "bad-timer"),
        (caught(timer("", 'qc:workdays="0"')), "bad-timer"),
        (caught(timer("", 'qc:workdays="soon"')), "bad-timer"),
        (caught(timer("<timeDate>2027-06-20</timeDate>", 'qc:workdays="3"')), "bad-timer"),
        (caught(timer("<timeDuration>P1D</timeDuration>", 'qc:workdays="3"')), "bad-timer"),
        (caught(timer("<timeDate/>", 'qc:workdays="3"')), "bad-timer"),
        (caught(timer("<timeCycle>R/P1D</timeCycle>")), "bad-timer"),
        (on_task(timer("<timeCycle>R/P1D</timeCycle>")), "bad-timer"),
        (started(timer("<timeDate>=until</timeDate>")), "bad-timer"),
        (started(timer("<timeCycle>P1D</timeCycle>")), "bad-timer"),
        (started(timer("<timeCycle>R0/P1D</timeCycle>")), "bad-timer"),
        (started(timer("<timeCycle>R/PT1S</timeCycle>")), "bad-timer"),
        (started(timer("<timeCycle>R/2027-06-20/P1D</timeCycle>")), "bad-timer"),
        (started(timer("<timeCycle>0 9 * * 1</timeCycle>")), "bad-timer"),
    ],
)
def test_illegal_event_is_named(text: str, code: str) -> None:
    assert (code, "c") in faults(text)


@pytest.mark.parametrize(
    "text",
    [
        chain(task("h"), beside=boundary("h", timer(), more=NEVER_STOPS)),
        chain(scope("h"), beside=boundary("h", timer()) + boundary("h", message(), key="b2")),
        chain(CALL, beside=boundary("h", timer()) + boundary("h", error("e2"), key="b2")),
        chain(service("h", LATER), beside=boundary("h", timer()) + boundary("h", message(), key="b2")),
        chain(service("h"), beside=boundary("h", error()) + boundary("h", error("e2"), key="b2")),
        chain(service("h"), beside=boundary("h", error()) + boundary("h", error(""), key="b2")),
        chain(scope("h"), beside=boundary("h", error(""))),
        chain(task("h"), beside=boundary("h", timer()) + boundary("h", timer(), key="b2")),
        chain(
            '<sendTask id="h" qc:handler="take_effect"/>',
            beside=boundary("h", error()),
        ),
    ],
)
def test_legal_boundary_is_left_alone(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (chain(task("h"), beside=boundary("nowhere", timer())), ("boundary-on-nothing", "b")),
        (chain(task("h"), beside=boundary("", timer())), ("boundary-on-nothing", "b")),
        (chain(task("h"), beside=boundary("start", timer())), ("boundary-on-nothing", "b")),
        (chain('<exclusiveGateway id="h"/>', beside=boundary("h", timer())), ("boundary-on-nothing", "b")),
        (chain(scope("s"), beside=boundary("s_task", timer())), ("boundary-on-nothing", "b")),
        (chain(task("h"), beside=boundary("h", "")), ("no-event", "b")),
        (chain(task("h"), beside=boundary("h", "<terminateEventDefinition/>")), ("no-event", "b")),
        (chain(task("h"), beside=boundary("h", "<escalationEventDefinition/>")), ("unsupported", "b")),
        (chain(task("h"), beside=boundary("h", error())), ("boundary-misplaced", "b")),
        (chain(RULE, beside=boundary("h", error())), ("boundary-misplaced", "b")),
        (chain(RULE, beside=boundary("h", timer())), ("boundary-misplaced", "b")),
        (chain(service("h"), beside=boundary("h", timer())), ("boundary-misplaced", "b")),
        (chain(service("h"), beside=boundary("h", message())), ("boundary-misplaced", "b")),
        (chain(service("h", LATER), beside=boundary("h", error(), more=NEVER_STOPS)), ("error-goes-on", "b")),
        (
            chain(service("h"), beside=boundary("h", error()) + boundary("h", error(), key="b2")),
            ("same-error", "b2"),
        ),
        (
            chain(task("h"), beside=boundary("h", message()) + boundary("h", message(), key="b2")),
            ("same-message", "b2"),
        ),
        (chain(task("h"), beside=boundary("h", timer()) + flow("file", "b")), ("boundary-entered", "b")),
        (chain(task("h"), beside=boundary("h", timer()) + flow("b", "file")), ("one-way-out", "b")),
        (chain(task("h"), beside=boundary("h", timer()).replace(flow("b", "end"), "")), ("one-way-out", "b")),
        (chain(task("h"), beside=boundary("h", error("e9"))), ("unknown-reference", "b")),
    ],
)
def test_illegal_boundary_is_named(text: str, expected: tuple[str, str]) -> None:
    assert expected in faults(text)


def throwing(inner_error: str, border: str) -> str:
    """A sub-process with an error end inside another one, and a boundary event on the outer one."""
    inner = scope("u").replace('<endEvent id="u_end"/>', f'<endEvent id="u_end">{inner_error}</endEvent>')
    outer = scope("s", f'<startEvent id="b1"/>{inner}<endEvent id="z"/>{flow("b1", "u")}{flow("u", "z")}')
    return chain(outer, beside=border)


@pytest.mark.parametrize("code", ["e1", ""])
def test_error_may_be_caught_further_out(code: str) -> None:
    assert faults(throwing(error(), boundary("s", error(code)))) == []


def test_error_at_the_level_of_the_process_rejects_the_case() -> None:
    assert faults(chain().replace('<endEvent id="end"/>', f'<endEvent id="end">{error()}</endEvent>')) == []


@pytest.mark.parametrize(
    ("inner_error", "border", "expected"),
    [
        (error(), "", ("uncaught-error", "u_end")),
        (error(), boundary("s", error("e2")), ("uncaught-error", "u_end")),
        (error(), boundary("s", timer()), ("uncaught-error", "u_end")),
        (error(""), boundary("s", error("")), ("no-error", "u_end")),
        (error("e9"), boundary("s", error("")), ("no-error", "u_end")),
        (error("e9"), boundary("s", error("")), ("unknown-reference", "u_end")),
    ],
)
def test_illegal_error_end_is_named(inner_error: str, border: str, expected: tuple[str, str]) -> None:
    assert expected in faults(throwing(inner_error, border))
