"""User tasks: who does them, by when, and what they may do; and several people on one task."""

import re
from collections.abc import Iterator, Mapping

from processes.bpmn.alone import steps_above
from processes.bpmn.back import applicants_step, leads_back
from processes.bpmn.lint.problems import (
    Catalogue,
    Check,
    Problem,
    listed,
    meant,
    on,
    shown,
    whole_number,
)
from processes.bpmn.model import ALL, ANY, RATIO, START_EVENT, USER_TASK, WEIGHTED, Element, Loop, Model

#: Everybody in the pool when the task opens (`qc:collection`).
MEMBERS = "members"

_SAY_WHAT_THEN = "Say in qc:onEmpty what happens then: wait, up or skip."
_FLAGS = ("initiator", "canReject", "batch")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "resubmit": ("all_levels", "to_returner"),
    "onEmpty": ("wait", "up", "skip"),
    "onSame": ("ask", "skip"),
    "onConflict": ("next", "up"),
    "onObjection": ("return", "go_on"),
}
_WORKDAYS = ("dueWorkdays", "remindWorkdays", "escalateWorkdays")
_MAX_WORKDAYS = 365
_SHARE = re.compile(r"0?\.\d{1,6}|[01](?:\.\d{1,6})?", re.ASCII)
#: Setting -> what it is of no use without.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "remindWorkdays": ("dueWorkdays",),
    "escalateWorkdays": ("dueWorkdays",),
    "escalateTo": ("escalateWorkdays", "onEmpty", "onConflict"),
    "unit": ("role",),
    "onEmpty": ("role", "doerOf"),
    "onSame": ("role",),
    "onConflict": ("role",),
    "resubmit": ("initiator",),
}
#: What is of no use on a step of the applicant, who submits it and is nobody's substitute.
REVIEWERS_ONLY = ("escalateTo", "canReject", "batch", "copyTo", "returnTo")


def _tasks(model: Model, catalogue: Catalogue) -> Iterator[Problem]:
    after: dict[str, frozenset[str]] = {}
    around: dict[str, frozenset[str]] = {}
    for task in model.of_type(USER_TASK):
        yield from _assignment(task, catalogue)
        if task.doer_of:
            yield from _doer(model, task, after)
            yield from _doer_missing(model, task, around)
        if "returnTo" in task.settings:
            yield from _return_to(model, task)
        yield from _values(task)
        yield from _deadlines(task)
        yield from _without(task)
        yield from _above(model, task, catalogue)
        yield from _names(task, catalogue)
        if task.loop is not None:
            yield from _countersign(model, task, task.loop)


def _assignment(task: Element, catalogue: Catalogue) -> Iterator[Problem]:
    ways = [task.is_initiators, bool(task.role), bool(task.doer_of)]
    named_people = task.loop is not None and task.loop.collection not in ("", MEMBERS)
    if sum(ways) != 1 and not (named_people and not any(ways)):
        yield on(
            task,
            "nobody" if not any(ways) else "several-doers",
            'It must say in one way who does it: qc:initiator="true", qc:role with qc:unit, or qc:doerOf.',
            "Set exactly one of them.",
        )
    if task.role:
        yield from _pool(task, "qc:role", task.role, task.unit_kind, catalogue)


def _pool(task: Element, setting: str, role: str, unit: str, catalogue: Catalogue) -> Iterator[Problem]:
    yield from _role(task, setting, role, catalogue)
    if not unit or (catalogue.units is not None and unit not in catalogue.units):
        known = listed(catalogue.units or ())
        hint = f"Use one of {known}." if catalogue.units else "Name the level at which the role is held."
        yield on(task, "unknown-unit", f"{shown(unit)} is no level of the organisation.", hint)


def _role(task: Element, setting: str, role: str, catalogue: Catalogue) -> Iterator[Problem]:
    if catalogue.roles is not None and role not in catalogue.roles:
        message = f"{setting}: the role {shown(role)} does not exist."
        yield on(task, "unknown-role", message, meant(role, catalogue.roles))
    elif catalogue.staff_roles is not None and role not in catalogue.staff_roles:
        message = f"{setting}: who holds the role {shown(role)} is given no tasks."
        yield on(task, "role-without-tasks", message, f"Use one of {listed(catalogue.staff_roles)}.")


def _doer(model: Model, task: Element, after: dict[str, frozenset[str]]) -> Iterator[Problem]:
    """*after* keeps what comes after a task, for the next one that names it."""
    other = model.elements.get(task.doer_of)
    if other is None or other.type != USER_TASK or other is task:
        message = f"qc:doerOf={shown(task.doer_of)} is no other user task."
        yield on(task, "doer-of", message, "Name the id of an earlier user task.")
    elif other.loop is not None:
        message = f"Several people do {other.id}, so there is no one doer."
        yield on(task, "doer-of", message, "Name a user task that one person does.")
    elif other.is_initiators:
        message = f"The applicant does {other.id}, and nobody reviews their own case."
        hint = 'Set qc:initiator="true" if the applicant does this one too, or name the step of a reviewer.'
        yield on(task, "doer-applicant", message, hint)
    elif task.id not in (after.get(other.id) or after.setdefault(other.id, model.reachable(other.id))):
        message = f"No path leads from {other.id} to this task, so nobody has done it by then."
        yield on(task, "doer-of", message, "Name the id of an earlier user task.")


def _doer_missing(model: Model, task: Element, around: dict[str, frozenset[str]]) -> Iterator[Problem]:
    """The step whose doer is asked may have been skipped or passed by: then somebody else has to be named.

    *around* keeps what can be reached without a task, for the next one that names it.
    """
    other, policy = model.elements.get(task.doer_of), task.settings.get("onEmpty")
    if other is None or other.type != USER_TASK or other is task:
        return
    if policy == "up" and not task.settings.get("escalateTo"):
        message = 'qc:onEmpty="up" does not say whom to ask when nobody did the earlier step.'
        yield on(task, "doer-missing", message, "Name a role in qc:escalateTo.")
    elif policy is None and (skipped := _may_be_skipped(other)):
        message = f"{other.id} may be skipped ({skipped}), and then nobody has done it."
        yield on(task, "doer-missing", message, _SAY_WHAT_THEN)
    elif policy is None and task.id in (
        around.get(other.id) or around.setdefault(other.id, _reached_without(model, other))
    ):
        message = f"A path leads here past {other.id}, and then nobody has done it."
        yield on(task, "doer-missing", message, _SAY_WHAT_THEN)


def _reached_without(model: Model, task: Element) -> frozenset[str]:
    starts = [each.id for each in model.of_type(START_EVENT) if not each.parent]
    return model.reachable(*starts, around=task.id)


def _may_be_skipped(task: Element) -> str:
    """The setting by which *task* is passed without being asked; empty when there is none."""
    return next((f"qc:{name}" for name in ("onEmpty", "onSame") if task.settings.get(name) == "skip"), "")


def _return_to(model: Model, task: Element) -> Iterator[Problem]:
    target = task.settings["returnTo"]
    other = model.elements.get(target)
    if other is None or other.type != USER_TASK or other is task:
        message = f"qc:returnTo={shown(target)} is no other user task."
        yield on(task, "return-to", message, "Name the id of an earlier user task.")
    elif task.id not in model.reachable(target):
        message = f"No path leads from {other.id} to this task, so the case has not been there."
        yield on(task, "return-to", message, "Name the id of an earlier user task.")


def _values(task: Element) -> Iterator[Problem]:
    for name in _FLAGS:
        if task.settings.get(name, "true") not in ("true", "false"):
            message = f"qc:{name}={shown(task.settings[name])} is neither true nor false."
            yield on(task, "flag", message, "Correct it.")
    for name, allowed in _CHOICES.items():
        value = task.settings.get(name, allowed[0])
        if value not in allowed:
            message = f"qc:{name}={shown(value)} is not one of {', '.join(allowed)}."
            yield on(task, "choice", message, meant(value, allowed))


def _deadlines(task: Element) -> Iterator[Problem]:
    numbers: dict[str, int] = {}
    for name in _WORKDAYS:
        days = task.settings.get(name)
        number = None if days is None else whole_number(days, _MAX_WORKDAYS)
        if number is not None:
            numbers[name] = number
        elif days is not None:
            message = f"qc:{name}={shown(days)} is not a number of workdays from 1 to {_MAX_WORKDAYS}."
            yield on(task, "due", message, "Correct it.")
    remind, due = numbers.get("remindWorkdays"), numbers.get("dueWorkdays")
    if remind is not None and due is not None and remind >= due:
        message = f"The reminder {remind} workdays before the end comes before the task, due after {due}."
        yield on(task, "due", message, "Make qc:remindWorkdays less than qc:dueWorkdays.")


def _without(task: Element) -> Iterator[Problem]:
    """Settings that would be passed over because what they belong to is missing."""
    for name, needed in NEEDS.items():
        if name in task.settings and not any(task.settings.get(each) for each in needed):
            wanted = " or ".join(f"qc:{each}" for each in needed)
            message = f"qc:{name} means nothing without {wanted}."
            yield on(task, "setting-without", message, f"Set {wanted}, or remove qc:{name}.")
    for name in REVIEWERS_ONLY if task.is_initiators else ():
        if name in task.settings:
            message = f"qc:{name} means nothing on a step of the applicant."
            yield on(task, "setting-without", message, f"Remove qc:{name}.")
    if task.flag("canReject") and task.loop is not None:
        message = "qc:canReject means nothing where several people vote."
        yield on(task, "setting-without", message, "Remove it, and branch by qc:result to a step that may.")
    for name in ("result", "onObjection"):
        if name in task.settings and task.loop is None:
            message = f"qc:{name} is about the votes of several people, but one person does this task."
            yield on(task, "setting-without", message, f"Remove qc:{name}, or let several people do it.")


def _above(model: Model, task: Element, catalogue: Catalogue) -> Iterator[Problem]:
    """One level up is the role of escalateTo, or else that of a later, higher step: there has to be one."""
    if not task.role or task.settings.get("escalateTo") or catalogue.units is None:
        return
    if next(steps_above(model, task.id, task.unit_kind, catalogue.units), None) is not None:
        return
    for name in ("onEmpty", "onConflict"):
        if task.settings.get(name) == "up":
            message = f'qc:{name}="up" does not say whom to ask: no later step is of a higher level.'
            yield on(task, "nobody-above", message, "Name a role in qc:escalateTo.")


def _names(task: Element, catalogue: Catalogue) -> Iterator[Problem]:
    if "escalateTo" in task.settings:
        yield from _role(task, "qc:escalateTo", task.settings["escalateTo"], catalogue)
    for copy in dict.fromkeys(task.settings.get("copyTo", "").split()):
        role, _at, unit = copy.partition("@")
        yield from _copy(task, copy, role, unit, catalogue)
    form = task.settings.get("form", "")
    if form and catalogue.forms is not None and form not in catalogue.forms:
        message = f"The form {shown(form)} does not exist."
        yield on(task, "unknown-form", message, meant(form, catalogue.forms))
    yield from _editable(task, form, catalogue)


def _copy(task: Element, copy: str, role: str, unit: str, catalogue: Catalogue) -> Iterator[Problem]:
    if not role or not unit:
        message = f"qc:copyTo: {shown(copy)} is not a role at a level."
        yield on(task, "copy", message, "Write them like college_officer@college, with spaces between.")
        return
    if catalogue.roles is not None and role not in catalogue.roles:
        message = f"qc:copyTo: the role {shown(role)} does not exist."
        yield on(task, "unknown-role", message, meant(role, catalogue.roles))
    if catalogue.units is not None and unit not in catalogue.units:
        message = f"qc:copyTo: {shown(unit)} is no level of the organisation."
        yield on(task, "unknown-unit", message, meant(unit, catalogue.units))


def _editable(task: Element, form: str, catalogue: Catalogue) -> Iterator[Problem]:
    known = catalogue.fields
    if form:
        known = (catalogue.forms or {}).get(form)
    for name in dict.fromkeys(task.settings.get("mayEdit", "").split()):
        if known is not None and name not in known:
            message = f"qc:mayEdit: the form has no field {shown(name)}."
            yield on(task, "unknown-field", message, meant(name, known))


def _countersign(model: Model, task: Element, loop: Loop) -> Iterator[Problem]:
    if task.is_initiators or task.doer_of:
        message = "One person does this task, so there is nobody to countersign."
        yield on(task, "loop-alone", message, "Set qc:role and qc:unit, or remove the multi-instance mark.")
    if loop.collection not in ("", MEMBERS) and model.variables.get(loop.collection) != "list":
        message = f"qc:collection={shown(loop.collection)} is neither `members` nor a variable of type list."
        yield on(task, "loop-collection", message, "Declare the variable, or write members.")
    result = task.settings.get("result")
    if result is not None and model.variables.get(result) != "bool":
        message = f"qc:result={shown(result)} is no variable of type bool."
        yield on(task, "result", message, "Declare the variable.")
    known = bool(applicants_step(model)) or model.settings.get("called") == "true"
    if task.settings.get("onObjection") != "go_on" and known and not leads_back(model, task.id):
        message = "Who is against it sends the case back, but no task of the initiator leads here."
        hint = 'Set qc:onObjection="go_on" and branch by qc:result, or let a task of the initiator lead here.'
        yield on(task, "objection-nowhere", message, hint)
    yield from _counting(model, task, loop)


def _counting(model: Model, task: Element, loop: Loop) -> Iterator[Problem]:
    ways = (ALL, ANY, RATIO, WEIGHTED)
    if loop.complete not in ways:
        message = f"qc:complete={shown(loop.complete)} is not one of {', '.join(ways)}."
        yield on(task, "loop-complete", message, meant(loop.complete, ways))
        return
    counts = loop.complete in (RATIO, WEIGHTED)
    if loop.ratio and not counts:
        message = f"qc:ratio means nothing when {loop.complete} have to agree."
        yield on(task, "loop-ratio", message, 'Set qc:complete="ratio", or remove qc:ratio.')
    elif (loop.ratio or loop.complete == RATIO) and not _is_share(loop.ratio):
        message = f"qc:ratio={shown(loop.ratio)} is no share above 0 and up to 1."
        yield on(task, "loop-ratio", message, "Write it like 0.5 or 0.667.")
    weighted = loop.complete == WEIGHTED
    if loop.weights and not weighted:
        message = "qc:weights means nothing when votes count alike."
        yield on(task, "loop-weights", message, 'Set qc:complete="weighted", or remove qc:weights.')
    elif weighted and model.variables.get(loop.weights) != "list":
        message = f"qc:weights={shown(loop.weights)} is no variable of type list."
        yield on(task, "loop-weights", message, "Declare the variable; it holds a number for each person.")
    elif weighted and loop.collection in ("", MEMBERS):
        message = "Weights belong to named people, but qc:collection does not name them."
        yield on(task, "loop-weights", message, "Set qc:collection to a variable of type list.")


def _is_share(text: str) -> bool:
    return bool(_SHARE.fullmatch(text)) and 0 < float(text) <= 1


CHECKS: tuple[Check, ...] = (_tasks,)
