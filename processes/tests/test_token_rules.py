"""Random sound definitions x random moves: no token is lost or doubled, whatever people do.

Moves are numbers that pick among what waits, so that the same list means the same in a unit of work of its
own for each move, in one for all of them, and in a dry run. A case moves together with those that it calls.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import UserError
from processes import compiled
from processes.actions import publish
from processes.audit.verify import verify_trail
from processes.bpmn.alone import comes_through_alone
from processes.engine import operating, runtime
from processes.engine.actor import Actor
from processes.engine.context import Decision
from processes.engine.returns import earlier_token
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, CaseState, Event, Job, JobKind, Task, TaskType
from processes.registry import flow_for, register, unregister
from processes.tests.generate import (
    CALLED,
    KEY,
    MESSAGE_NAME,
    Block,
    blocks,
    called_texts,
    definitions,
    text_of,
    variables,
)
from processes.tests.kit import ScratchFlow

#: Mostly forward, often back: what a move does is told by its number, see `_do`.
HOW = st.sampled_from([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10])
MOVES = st.lists(st.tuples(st.integers(0, 11), HOW), min_size=6, max_size=20)
#: Definitions of everything, of what lets tokens run side by side, in which returns are hardest, and of calls.
TEXTS = (
    definitions()
    | definitions(
        kinds=frozenset({"task", "sequence", "parallel", "inclusive", "scope", "scatter"}), leaves=6
    )
    | definitions(kinds=frozenset({"task", "call", "sequence", "parallel", "scope", "scatter"}), leaves=5)
)
#: Paths that run side by side, of what people do.
SIDE_BY_SIDE = st.builds(
    Block,
    st.sampled_from(["parallel", "inclusive", "scope"]),
    st.lists(
        blocks(kinds=frozenset({"task", "sequence", "parallel", "inclusive", "scope"}), leaves=3),
        min_size=2,
        max_size=3,
    ).map(tuple),
    st.integers(0, 11),
)
RETURNS = (5, 6, 7, 9, 10)
WAITING = (TaskType.HUMAN, TaskType.CATCH, TaskType.JOB)
#: More moves than any generated definition needs to come to its end.
PATIENCE = 1000

slow_but_sure = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def begin(flow: ScratchFlow, values: dict[str, object]) -> Case:
    """A new case in the open unit of work, its variables set."""
    student = flow.student
    student.name = "学生"  # every example before has put its mark behind it
    case = runtime.start(flow_for(KEY), student, student, next(flow.numbers))
    case.variables = case.variables | values
    return case


def family(unit: UnitOfWork, case: Case) -> list[Case]:
    """*case* and the cases that it called, and they called, oldest first."""
    called = Case.objects.filter(number__startswith=f"{case.number}.")
    known = {each.pk: each for each in called} | {case.pk: case} | unit.cases
    return sorted(
        (each for each in known.values() if f"{each.number}.".startswith(f"{case.number}.")),
        key=lambda each: (each.created, each.pk),
    )


def waiting(unit: UnitOfWork, case: Case) -> list[Task]:
    """What can be moved, in an order that does not depend on keys or times."""
    rows = [row for each in family(unit, case) for row in unit.live.of(each) if row.flow_task_type in WAITING]
    return sorted(rows, key=lambda row: (row.process.number, row.node_id, row.token))


def move(unit: UnitOfWork, case: Case, pick: int, how: int) -> None:
    """Do something to one thing that waits; what is not possible changes nothing."""
    rows = waiting(unit, case)
    if rows:
        move_row(unit, case, rows[pick % len(rows)], how)


def move_row(unit: UnitOfWork, case: Case, row: Task, how: int) -> None:
    """Do something to *row*, of *case* or of one that it called; only the first is ever taken back."""
    takes_back = how == 1 and row.flow_task_type == TaskType.HUMAN
    moved = case if takes_back else unit.cases.setdefault(row.process_id, row.process)
    try:
        with unit.attempt(moved):
            _do(moved, row, how)
    except UserError:
        return


def _do(case: Case, row: Task, how: int) -> None:
    if row.flow_task_type == TaskType.JOB:
        runtime.finish_job(row, {})
    elif row.flow_task_type == TaskType.CATCH:
        runtime.fire(row, row.element, "timer")
    elif how == 1:
        runtime.pull_back(case, Decision("withdraw"))
    elif how == 2 and not runtime.deliver(case, MESSAGE_NAME, {}):
        return
    elif how == 3:
        _on_boundary(case, row)
    elif how == 4 and row.host_id is None and _is_caught(case):
        runtime.close(row, Decision("reject", "R44", "不符合要求"))
    elif how in RETURNS and not row.element.is_initiators:
        runtime.send_back(row, Decision("return", "R01", "请补充", target=_target(case, row, how)))
    elif how == 8 and row.host_id:
        runtime.complete(row, Decision("object", "R01", "不同意"))
    elif how != 2:
        runtime.complete(row, Decision("submit" if row.node_id == "file" else "approve"))


def _is_caught(case: Case) -> bool:
    """Whether a case of another one waits for this one and is ready to see it rejected."""
    return case.caller is not None and bool(
        case.caller.flow_task.flow_class.model.boundaries(case.caller.node_id)
    )


def _on_boundary(case: Case, row: Task) -> None:
    for element in case.flow_class.model.boundaries(row.node_id):
        runtime.fire(row, element, "timer")
        return
    runtime.complete(row, Decision("submit" if row.node_id == "file" else "approve"))


def _target(case: Case, row: Task, how: int) -> str:
    """The applicant, or one of the steps that the token's line has passed."""
    passed = _passed(case, row)
    return passed[(how * 7) % len(passed)] if passed and how != 5 else ""


def _passed(case: Case, row: Task) -> list[str]:
    """The user tasks that the row's token came through, in the order of the definition."""
    tasks = [e.id for e in case.flow_class.model.elements.values() if e.type == "userTask"]
    return [key for key in tasks if key != row.node_id and earlier_token(case, key, row.token)]


def holds(unit: UnitOfWork, case: Case) -> None:
    """What must be true after every move, of the case and of those that it called."""
    cases = family(unit, case)
    for each in cases:
        _holds(unit, each)
    calling = [row.pk for each in cases for row in unit.live.of(each) if row.flow_task_type == TaskType.CALL]
    called = [each.caller_id for each in cases if each.caller_id and each.finished is None]
    assert Counter(calling) == Counter(called), "a call waits for one open case, and is waited for by it"


def _holds(unit: UnitOfWork, case: Case) -> None:
    assert len(case.number) <= Case._meta.get_field("number").max_length
    rows = unit.live.of(case)
    if case.finished is not None:
        assert rows == []
        return
    assert rows, "a case that is open waits for something"
    if not any(row.flow_task_type in (*WAITING, TaskType.CALL) for row in rows):
        assert any(kept.kind == JobKind.STUCK for kept in _jobs(unit)), "stuck without an incident"
    alone = [row for row in rows if row.host_id is None]
    places = Counter(row.node_id for row in alone)
    assert max(places.values()) == 1, f"a step waits twice: {places}"
    tokens = Counter(row.token for row in alone if row.flow_task_type in WAITING and not row.data.get("race"))
    assert max(tokens.values(), default=1) == 1, f"a token was doubled: {tokens}"


def _jobs(unit: UnitOfWork) -> list[Job]:
    return [row for row, _names in unit._kept.values() if isinstance(row, Job)] + list(Job.objects.all())


def picture(unit: UnitOfWork, case: Case) -> list[tuple[Any, ...]]:
    """The case and those that it called as they stand, without keys and times."""
    return sorted(
        (
            each.number.removeprefix(case.number),
            each.state,
            sorted((row.node_id, row.flow_task_type, row.token, row.role) for row in unit.live.of(each)),
            sorted(each.variables.items()),
            each.event_count,
        )
        for each in family(unit, case)
    )


def one_by_one(
    flow: ScratchFlow, values: dict[str, object], moves: Sequence[tuple[int, int]]
) -> list[tuple[Any, ...]]:
    """Every move in a unit of work of its own that knows no more than the row it is about."""
    by = Actor(flow.director)
    with UnitOfWork(by):
        case = begin(flow, values)
        case.save()
    for pick, how in moves:
        with UnitOfWork(by, dry_run=True) as unit:
            rows = waiting(unit, Case.objects.get(pk=case.pk))
        with UnitOfWork(by) as unit:
            if rows:
                row = Task.objects.select_related("process").get(pk=rows[pick % len(rows)].pk)
                unit.live.adopt(row)
                own = row.process if row.process_id == case.pk else Case.objects.get(pk=case.pk)
                move_row(unit, own, row, how)
            holds(unit, Case.objects.get(pk=case.pk))
    with UnitOfWork(by) as unit:
        return picture(unit, Case.objects.get(pk=case.pk))


def all_at_once(
    flow: ScratchFlow, values: dict[str, object], moves: Sequence[tuple[int, int]], *, dry_run: bool
) -> list[tuple[Any, ...]]:
    """Every move in one unit of work."""
    with UnitOfWork(Actor(flow.director), dry_run=dry_run) as unit:
        case = begin(flow, values)
        for pick, how in moves:
            move(unit, case, pick, how)
            holds(unit, case)
        return picture(unit, case)


def forward(unit: UnitOfWork, case: Case) -> None:
    """Let everybody agree until the case is over."""
    for number in range(PATIENCE):
        if case.finished is not None:
            return
        move(unit, case, number, 0)
        holds(unit, case)
    raise AssertionError("the case never ends")


def published(text: str, called: Mapping[str, str] = MappingProxyType({})) -> None:
    """*text* holds from now on, and the texts of definitions that it may call."""
    compiled.forget()
    for key in reversed(called):
        publish(key, called[key])
    publish(KEY, text)


@given(text=TEXTS, called=called_texts(), values=variables(), moves=MOVES)
@slow_but_sure
def test_moves_mean_the_same_one_by_one_all_at_once_and_dry(
    flow: ScratchFlow, text: str, called: Any, values: Any, moves: Any
) -> None:
    published(text, called)
    dry = all_at_once(flow, values, moves, dry_run=True)
    assert Case.objects.filter(number__startswith=flow.numbers.last).count() == 0
    together = all_at_once(flow, values, moves, dry_run=False)
    assert dry == together
    assert one_by_one(flow, values, moves) == together
    assert verify_trail().fault is None


@given(text=TEXTS, called=called_texts(), values=variables(), moves=MOVES)
@slow_but_sure
def test_whatever_happened_the_case_can_still_be_finished(
    flow: ScratchFlow, text: str, called: Any, values: Any, moves: Any
) -> None:
    published(text, called)
    with UnitOfWork(Actor(flow.director)) as unit:
        case = begin(flow, values)
        for pick, how in moves:
            move(unit, case, pick, how)
        forward(unit, case)
        cases = family(unit, case)
    assert not Task.objects.filter(process__in=cases, finished=None).exists()
    assert Case.objects.get(pk=case.pk).state == CaseState.APPROVED


@given(block=SIDE_BY_SIDE, values=variables(), backs=st.lists(st.integers(0, 11), min_size=1, max_size=3))
@slow_but_sure
def test_case_returned_across_joins_and_borders_comes_together_again(
    flow: ScratchFlow, block: Block, values: dict[str, object], backs: list[int]
) -> None:
    """When only the last task waits, back to any step before the join; that in rounds, then to the end."""
    published(text_of(Block("sequence", (block, Block("task")))))
    with UnitOfWork(Actor(flow.director)) as unit:
        case = begin(flow, values)
        for back in backs:
            last = _forward_to_last(unit, case)
            passed = _passed(case, last)
            with unit.attempt(case):
                target = passed[back % len(passed)]
                runtime.send_back(last, Decision("return", "R01", "请补充", target=target))
            holds(unit, case)
        forward(unit, case)
    assert Case.objects.get(pk=case.pk).state == CaseState.APPROVED


@given(
    text=TEXTS | SIDE_BY_SIDE.map(text_of),
    called=called_texts(),
    values=variables(),
    moves=st.lists(st.tuples(st.integers(0, 11), HOW), max_size=3),
    pick=st.integers(0, 11),
)
@slow_but_sure
def test_case_that_an_operator_moves_can_be_finished_wherever_one_token_comes_through(
    flow: ScratchFlow, text: str, called: Any, values: Any, moves: Any, pick: int
) -> None:
    published(text, called)
    with UnitOfWork(Actor(flow.director)) as unit:
        case = begin(flow, values)
        for each, how in moves:
            move(unit, case, each, how)
        if case.finished is not None:
            return
        model = case.flow_class.model
        steps = [step.id for step in model.of_type("userTask") if comes_through_alone(model, step.id)]
        target = steps[pick % len(steps)]
        try:
            with unit.attempt(case):
                operating.jump(case, target, Decision("jump", text="重新核对", target=target))
        except UserError:
            assert model.elements[target].doer_of  # a step that nobody has done yet has no doer
        holds(unit, case)
        forward(unit, case)
    assert Case.objects.get(pk=case.pk).state == CaseState.APPROVED


def _forward_to_last(unit: UnitOfWork, case: Case) -> Task:
    """Let everybody agree until the task before the end is all that waits."""
    for number in range(PATIENCE):
        rows = waiting(unit, case)
        if len(rows) == 1 and _leads_to(case, rows[0].node_id, "take_effect"):
            return rows[0]
        move(unit, case, number, 0)
        holds(unit, case)
    raise AssertionError("the case never comes together")


def _leads_to(case: Case, node_id: str, target: str) -> bool:
    return any(flow.target == target for flow in case.flow_class.model.outgoing(node_id))


@given(text=TEXTS, called=called_texts(), values=variables())
@slow_but_sure
def test_one_token_comes_to_the_end_when_nobody_goes_back(
    flow: ScratchFlow, text: str, called: Any, values: Any
) -> None:
    published(text, called)
    with UnitOfWork(Actor(flow.director)) as unit:
        case = begin(flow, values)
        forward(unit, case)
        cases = family(unit, case)
    for each in cases:
        path = [step for event in Event.objects.filter(case=each) for step in event.content.get("path", [])]
        ends = 1 if each.state == CaseState.APPROVED else 0
        assert (Counter(path)["take_effect"], Counter(path)["end"]) == (ends, ends)
    assert cases[0].state == CaseState.APPROVED


@pytest.fixture
def flow(flow: ScratchFlow) -> Iterator[ScratchFlow]:
    """The scratch flow with a student and numbers for cases."""
    with prepared(flow):
        yield flow


@contextmanager
def prepared(flow: ScratchFlow) -> Iterator[None]:
    """A student and numbers for cases, and two definitions to call, one task each until others are published.

    A correction goes to who asked for it if the step says so.
    """
    for key in (KEY, *CALLED):
        register(replace(flow.registration(), key=key, core_changed=lambda _case, _task: False), Path())
    for key in CALLED:
        publish(key, text_of(Block("task"), key))
    flow.student = flow.person("s1", "学生")
    flow.numbers = Numbers()
    yield
    for key in CALLED:
        unregister(key)


class Numbers:
    """Numbers of cases as long as those of a school, the last one told: a dry run's is known not to be written."""

    count = 0

    @property
    def last(self) -> str:
        """The number that was given last."""
        return f"QX-2027-{self.count:06}"

    def __next__(self) -> str:
        self.count += 1
        return self.last
