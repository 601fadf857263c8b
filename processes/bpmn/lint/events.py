"""Timers, messages and errors: what is waited for and what catches it."""

import datetime
import re
from collections.abc import Iterator

from common.expressions import SAMPLES, check_value
from processes.bpmn.lint.problems import Catalogue, Check, Problem, on, shown, whole_number
from processes.bpmn.lint.text import WORDS
from processes.bpmn.model import (
    ACTIVITIES,
    BOUNDARY_EVENT,
    BUSINESS_RULE_TASK,
    CALL_ACTIVITY,
    CATCH_EVENT,
    END_EVENT,
    ERROR,
    MESSAGE,
    SEND_TASK,
    SERVICE_TASK,
    START_EVENT,
    SUB_PROCESS,
    TIMER,
    USER_TASK,
    Element,
    Model,
    TimerSpec,
)

#: Days, hours, minutes and seconds; months and years have no fixed length.
_DURATION = re.compile(r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?", re.ASCII)
_CYCLE = re.compile(r"R(\d{0,4})/(.+)", re.ASCII)
MAX_DURATION = datetime.timedelta(days=3660)
#: A timer that fires more often would only flood the trail.
MIN_CYCLE = datetime.timedelta(minutes=1)
_MAX_WORKDAYS = 365

_CAN_FAIL = frozenset({SERVICE_TASK, SEND_TASK, CALL_ACTIVITY, SUB_PROCESS})
_LASTS = frozenset({USER_TASK, CALL_ACTIVITY, SUB_PROCESS})


def _catches(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    for event in model.of_type(CATCH_EVENT):
        kind = event.event.kind if event.event else ""
        if kind not in (TIMER, MESSAGE):
            message = "A catch event has to wait for a timer or a message."
            yield on(event, "no-event", message, "Make it a timer or a message event.")


def _definitions(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    """Every timer, message and error, wherever it stands."""
    for element in model.elements.values():
        event = element.event
        if event is None:
            continue
        if event.timer is not None:
            wrong, hint = _timer_fault(model, element, event.timer)
            if wrong:
                yield on(element, "bad-timer", wrong, hint)
        if event.kind == MESSAGE and not event.name:
            message = "The event names no message."
            yield on(element, "no-message", message, "Set messageRef to a <message> that has a name.")
        if event.kind == ERROR and element.type == END_EVENT:
            yield from _error_end(model, element, event.name)


def _error_end(model: Model, end: Element, code: str) -> Iterator[Problem]:
    if not code:
        message = "The end event names no error."
        yield on(end, "no-error", message, "Set errorRef to an <error> that has an errorCode.")
    scope = end.parent
    while scope in model.elements:
        caught = [b.event.name for b in model.boundaries(scope) if b.event and b.event.kind == ERROR]
        if code in caught or "" in caught:
            return
        scope = model.elements[scope].parent
    if end.parent:
        yield on(
            end,
            "uncaught-error",
            f"No sub-process around it catches the error {shown(code)}.",
            "Put an error event with this code on the border of the sub-process.",
        )


def _timer_fault(model: Model, element: Element, timer: TimerSpec) -> tuple[str, str]:
    """What is wrong with a timer and how to mend it, or two empty texts."""
    if timer.workdays:
        return _workdays_fault(timer)
    if timer.kind == "date":
        return _date_fault(model, element, timer.text)
    if timer.kind == "duration":
        good = duration(timer.text) is not None
        hint = "Write days, hours, minutes or seconds such as P3D or PT12H, or use qc:workdays."
        return ("", "") if good else (f"{shown(timer.text)} is not a duration.", hint)
    if timer.kind == "cycle":
        return _cycle_fault(element, timer.text)
    return "The timer does not say when it fires.", "Add a date, a duration, a cycle or qc:workdays."


def _workdays_fault(timer: TimerSpec) -> tuple[str, str]:
    if timer.text or timer.kind != "duration":
        return "The timer has workdays and a time.", "Keep one of them."
    if whole_number(timer.workdays, _MAX_WORKDAYS) is None:
        words = f"qc:workdays={shown(timer.workdays)} is not a number of workdays from 1 to {_MAX_WORKDAYS}."
        return words, "Correct it."
    return "", ""


def _date_fault(model: Model, element: Element, text: str) -> tuple[str, str]:
    if not text.startswith("="):
        try:
            datetime.datetime.fromisoformat(text)
        except ValueError:
            return f"{shown(text)} is not a date.", "Write it like 2027-06-20T18:00:00+08:00."
        return "", ""
    if element.type == START_EVENT:
        return "A start event has no case yet from which to compute a date.", "Write a date or a cycle."
    declared = {name: kind for name, kind in model.variables.items() if kind in SAMPLES}
    wrong = check_value(text[1:].strip(), declared, "timestamp", "string")
    hint = "It has to give a timestamp or an ISO 8601 text."
    return (f"The date `{text[:80]}` {wrong}.", hint) if wrong else ("", "")


def _cycle_fault(element: Element, text: str) -> tuple[str, str]:
    repeats = element.type == START_EVENT or (element.type == BOUNDARY_EVENT and not element.interrupting)
    if not repeats:
        words = f"{WORDS[element.type]} that fires once has a cycle."
        return words, "Write a duration, or let the boundary event not interrupt."
    found = _CYCLE.fullmatch(text)
    every = duration(found[2]) if found else None
    if found is None or every is None or found[1].strip("0") == "" != found[1]:
        return f"{shown(text)} is not a cycle.", "Write it like R/P1D (for ever) or R3/PT12H (three times)."
    if every < MIN_CYCLE:
        return f"The cycle {shown(text)} is shorter than a minute.", "Let more time pass."
    return "", ""


def duration(text: str) -> datetime.timedelta | None:
    """The time that an ISO 8601 duration of days, hours, minutes and seconds lasts; None if it is none."""
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith("T"):
        return None
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    lasts = datetime.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return lasts if datetime.timedelta() < lasts <= MAX_DURATION else None


def _boundaries(model: Model, _catalogue: Catalogue) -> Iterator[Problem]:
    caught: set[tuple[str, str, str]] = set()
    for event in model.of_type(BOUNDARY_EVENT):
        if model.incoming(event.id):
            message = "A sequence flow leads into the boundary event."
            yield on(event, "boundary-entered", message, "Lead it to the activity instead.")
        host = model.elements.get(event.attached_to)
        if host is None or host.type not in ACTIVITIES or host.parent != event.parent:
            message = f"It sits on {shown(event.attached_to)}, which is no activity beside it."
            yield on(event, "boundary-on-nothing", message, "Attach it to a task, sub-process or call.")
            continue
        yield from _fits(event, host)
        key = (host.id, event.event.kind, event.event.name) if event.event else (host.id, "", "")
        if key[1] in (MESSAGE, ERROR) and key in caught:
            message = "Another boundary event of the activity catches the same."
            yield on(event, f"same-{key[1]}", message, "Keep one of them.")
        caught.add(key)


def _fits(event: Element, host: Element) -> Iterator[Problem]:
    kind = event.event.kind if event.event else ""
    if kind not in (TIMER, MESSAGE, ERROR):
        message = "A boundary event has to catch a timer, a message or an error."
        yield on(event, "no-event", message, "Make it one of these.")
    elif kind == ERROR:
        if host.type not in _CAN_FAIL:
            message = f"{WORDS[host.type]} throws no error that could be caught."
            yield on(event, "boundary-misplaced", message, "Put it on a service task, call or sub-process.")
        if not event.interrupting:
            message = "An error always ends the activity."
            yield on(event, "error-goes-on", message, 'Remove cancelActivity="false".')
    elif host.type in (SERVICE_TASK, SEND_TASK) and not host.runs_later:
        message = "The task runs at once, so there is no time in which the event could come."
        yield on(event, "boundary-misplaced", message, 'Set qc:run="later" on the task, or move the event.')
    elif host.type == BUSINESS_RULE_TASK or host.type not in _LASTS | {SERVICE_TASK, SEND_TASK}:
        message = f"{WORDS[host.type]} lasts no time in which the event could come."
        yield on(event, "boundary-misplaced", message, "Put it on a user task, call or sub-process.")


CHECKS: tuple[Check, ...] = (_catches, _definitions, _boundaries)
