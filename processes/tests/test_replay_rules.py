"""Random cases replayed on the very text they ran on: whatever people did, they would have done it again."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import event, given

from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve.replay import replay
from processes.models import Case
from processes.tests.generate import KEY, definitions, variables
from processes.tests.kit import ScratchFlow
from processes.tests.test_token_rules import (
    MOVES,
    TEXTS,
    begin,
    forward,
    move,
    prepared,
    published,
    slow_but_sure,
)

#: Not what depends on when something came: a value before a rule or vote changed it, the first of several events.
IN_ORDER = definitions(
    kinds=frozenset(
        {"task", "sequence", "exclusive", "parallel", "inclusive", "service", "scope", "countersign"}
    )
)


def finished(
    flow: ScratchFlow, text: str, values: dict[str, object], moves: Sequence[tuple[int, int]]
) -> Case:
    """A case that ran to its end after *moves*."""
    published(text)
    with UnitOfWork(Actor(flow.director)) as unit:
        case = begin(flow, values)
        case.save()
        for pick, how in moves:
            move(unit, case, pick, how)
        forward(unit, case)
    return case


@given(text=IN_ORDER, values=variables(), moves=MOVES)
@slow_but_sure
def test_case_differs_in_nothing(flow: ScratchFlow, text: str, values: Any, moves: Any) -> None:
    text = text.replace('qc:run="later"', 'qc:run="now"')  # a replay takes automatic work as done at once
    case = finished(flow, text, {k: v for k, v in values.items() if k != "agreed"}, moves)
    found = replay(KEY, text, [case.pk])
    assert [(each.before, each.after, each.outcome, each.stuck) for each in found.others] == []


@given(text=TEXTS, values=variables(), moves=MOVES)
@slow_but_sure
def test_no_case_gets_stuck_on_a_sound_text(flow: ScratchFlow, text: str, values: Any, moves: Any) -> None:
    case = finished(flow, text, values, moves)
    found = replay(KEY, text, [case.pk])
    event(f"same {found.same}")
    assert found.stuck == []


@pytest.fixture
def flow(flow: ScratchFlow) -> Iterator[ScratchFlow]:
    """The scratch flow with a student and numbers for cases."""
    with prepared(flow):
        yield flow
