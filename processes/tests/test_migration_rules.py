"""Random definitions changed a bit under cases at random places: the token rules hold there, and on the way back."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from common.errors import BadInput
from processes.actions import publish
from processes.audit.verify import verify_trail
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve.mapping import plan
from processes.evolve.migration import preview, start_migration
from processes.evolve.records import Migration
from processes.evolve.rollback import take_back
from processes.models import Case, CaseState
from processes.tests.generate import KEY, variables
from processes.tests.kit import ScratchFlow
from processes.tests.migrating import rows, waiting_jobs
from processes.tests.test_token_rules import (
    HOW,
    MOVES,
    TEXTS,
    begin,
    forward,
    holds,
    move,
    prepared,
    published,
    slow_but_sure,
)

#: Few moves first, so that most cases are still under way.
EARLY = st.lists(st.tuples(st.integers(0, 11), HOW), min_size=1, max_size=8)
CHANGES = st.lists(st.tuples(st.sampled_from(["insert", "remove", "beside", "beside", "pool", "late"]), st.integers(0, 40)), min_size=1, max_size=3)  # fmt: skip
_FLOW = re.compile(r'<bpmn:sequenceFlow id="(\w+)" sourceRef="(\w+)" targetRef="(\w+)">')
_TASK = re.compile(r'<bpmn:userTask id="(t\d+)"([^>]*)></bpmn:userTask>')


def changed(text: str, changes: Sequence[tuple[str, int]]) -> str:
    """The text with levels inserted, removed, given to others or another deadline; ids of the rest stay."""
    for number, (kind, pick) in enumerate(changes):
        text = _HOW[kind](text, pick, number)
    return text


def _insert(text: str, pick: int, number: int) -> str:
    found = list(_FLOW.finditer(text))
    flow, new = found[pick % len(found)], f"n{number}"
    task = f'<bpmn:userTask id="{new}" qc:role="college_officer" qc:unit="college"></bpmn:userTask>'
    on = f'<bpmn:sequenceFlow id="{new}_on" sourceRef="{new}" targetRef="{flow[3]}"></bpmn:sequenceFlow>'
    into = flow[0].replace(f'targetRef="{flow[3]}"', f'targetRef="{new}"')
    return text[: flow.start()] + task + on + into + text[flow.end() :]


def _remove(text: str, pick: int, _number: int) -> str:
    tasks = list(_TASK.finditer(text))
    if not tasks:
        return text
    task = tasks[pick % len(tasks)]
    into = [flow for flow in _FLOW.finditer(text) if flow[3] == task[1]]
    out = [flow for flow in _FLOW.finditer(text) if flow[2] == task[1]]
    if len(into) != 1 or len(out) != 1 or f'attachedToRef="{task[1]}"' in text:
        return text
    bridged = into[0][0].replace(f'targetRef="{task[1]}"', f'targetRef="{out[0][3]}"')
    text = text.replace(into[0][0], bridged).replace(task[0], "")
    return re.sub(f'<bpmn:sequenceFlow id="{out[0][1]}"[^>]*></bpmn:sequenceFlow>', "", text)


def _pool(text: str, pick: int, _number: int) -> str:
    tasks = [task for task in _TASK.finditer(text) if "qc:role" in task[2]]
    if not tasks:
        return text
    task = tasks[pick % len(tasks)][0]
    other = re.sub(
        'qc:role="[^"]*" qc:unit="[^"]*"', 'qc:role="university_officer" qc:unit="university"', task
    )
    return text.replace(task, other)


def _late(text: str, pick: int, _number: int) -> str:
    tasks = [task for task in _TASK.finditer(text) if "dueWorkdays" not in task[2]]
    if not tasks:
        return text
    task = tasks[pick % len(tasks)]
    return text.replace(task[0], task[0].replace(f'id="{task[1]}"', f'id="{task[1]}" qc:dueWorkdays="5"'))


def _beside(text: str, pick: int, number: int) -> str:
    """A new level at the same time as one that there is."""
    tasks = list(_TASK.finditer(text))
    task = tasks[pick % len(tasks)][1] if tasks else "file"
    into = [flow for flow in _FLOW.finditer(text) if flow[3] == task]
    out = [flow for flow in _FLOW.finditer(text) if flow[2] == task]
    if len(into) != 1 or len(out) != 1 or task == "file":
        return text
    split, join, new = f"gs{number}", f"gj{number}", f"n{number}"
    drawn = f'<bpmn:parallelGateway id="{split}"/><bpmn:parallelGateway id="{join}"/>'
    drawn += f'<bpmn:userTask id="{new}" qc:role="college_officer" qc:unit="college"></bpmn:userTask>'
    for source, target in ((split, task), (split, new), (new, join), (task, join)):
        flow = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
        drawn += f"<bpmn:sequenceFlow {flow}></bpmn:sequenceFlow>"
    text = text.replace(into[0][0], into[0][0].replace(f'targetRef="{task}"', f'targetRef="{split}"'))
    leaving = out[0][0].replace(f'sourceRef="{task}"', f'sourceRef="{join}"')
    return text.replace(out[0][0], drawn + leaving)


_HOW = {"insert": _insert, "remove": _remove, "beside": _beside, "pool": _pool, "late": _late}


def to_somewhere(
    flow: ScratchFlow, text: str, values: dict[str, object], moves: Sequence[tuple[int, int]]
) -> Case:
    """A case of *text*, written after *moves*, that is still under way."""
    published(text)
    with UnitOfWork(Actor(flow.director)) as unit:
        case = begin(flow, values)
        case.save()
        for pick, how in moves:
            move(unit, case, pick, how)
    assume(case.finished is None)
    return Case.objects.get(pk=case.pk)


def migrated(flow: ScratchFlow, text: str, case: Case) -> Migration:
    """The case alone moved to the version that *text* becomes, as the preview said."""
    try:
        target = publish(KEY, text)
    except BadInput:
        assume(False)
    wanted = plan(case.version, target)
    seen = preview(wanted, Actor(flow.director), [case.pk])
    migration = start_migration(wanted, Actor(flow.director), [case.pk])
    told = migration.items.get()
    assert migration.moved == seen.moves
    assert [(each.reason, each.node_id) for each in seen.refused] == [
        (told.reason, told.node_id)
    ] * migration.refused
    assert told.reason != "failed"
    event(f"{told.state} {told.reason}")
    return migration


def on_to_the_end(flow: ScratchFlow, case: Case, moves: Sequence[tuple[int, int]]) -> None:
    """Random moves, the rules looked at after each, then forward."""
    with UnitOfWork(Actor(flow.director)) as unit:
        case = unit.cases.setdefault(case.pk, Case.objects.get(pk=case.pk))
        holds(unit, case)
        for pick, how in moves:
            move(unit, case, pick, how)
            holds(unit, case)
        forward(unit, case)
    assert Case.objects.get(pk=case.pk).state == CaseState.APPROVED
    assert verify_trail().fault is None


@given(text=TEXTS, changes=CHANGES, values=variables(), moves=EARLY, later=MOVES)
@slow_but_sure
def test_case_moved_to_another_version_keeps_the_token_rules(
    flow: ScratchFlow, text: str, changes: Any, values: Any, moves: Any, later: Any
) -> None:
    case = to_somewhere(flow, text, values, moves)
    migrated(flow, changed(text, changes), case)
    on_to_the_end(flow, case, later)


@given(text=TEXTS, other=TEXTS, values=variables(), moves=EARLY, later=MOVES)
@slow_but_sure
def test_case_moved_to_a_chain_that_only_shares_names_keeps_the_token_rules(
    flow: ScratchFlow, text: str, other: str, values: Any, moves: Any, later: Any
) -> None:
    case = to_somewhere(flow, text, values, moves)
    migrated(flow, other, case)
    on_to_the_end(flow, case, later)


@given(text=TEXTS, changes=CHANGES, values=variables(), moves=EARLY, later=MOVES)
@slow_but_sure
def test_case_moved_back_is_what_it_was(
    flow: ScratchFlow, text: str, changes: Any, values: Any, moves: Any, later: Any
) -> None:
    case = to_somewhere(flow, text, values, moves)
    before, jobs, version = rows(case), waiting_jobs(case), case.version_id
    migration = migrated(flow, changed(text, changes), case)
    if migration.refused:
        assert rows(case) == before
    back = take_back(migration, Actor(flow.director))
    assert (back.returned, back.stayed) == (migration.moved, 0)
    assert (rows(case), waiting_jobs(case)) == (before, jobs)
    assert Case.objects.get(pk=case.pk).version_id == version
    on_to_the_end(flow, case, later)


@pytest.fixture
def flow(flow: ScratchFlow) -> Iterator[ScratchFlow]:
    """The scratch flow with a student and numbers for cases."""
    with prepared(flow):
        yield flow
