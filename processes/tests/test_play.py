"""A case of the mind on a text that does not hold: moved by the engine, never written."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.roles import Role
from processes.bpmn.lint import lint_text
from processes.catalogue import catalogue_for
from processes.engine.compiler import UnsoundDefinition
from processes.evolve.play import APPLICANT, Play, Scene
from processes.registry import flow_for
from processes.tests import draw as d
from processes.tests.kit import KEY, REVIEW, ScratchFlow

SUBMIT = {"do": "decide", "task": 0, "outcome": "submit", "as": APPLICANT.hex}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def play(flow: ScratchFlow, *moves: dict[str, Any], text: str = REVIEW, **variables: Any) -> Play:
    assert lint_text(text, catalogue_for(flow_for(KEY))) == []
    return Play(Scene(KEY, text, flow.student_class, variables), moves)


def decide(task: int, outcome: str = "approve", **more: str) -> dict[str, Any]:
    return {"do": "decide", "task": task, "outcome": outcome} | more


def waiting(found: Play) -> list[str]:
    return [row.node_id for row in found.rows if row.is_open]


def test_case_goes_the_way_of_its_variables(flow: ScratchFlow) -> None:
    long = play(flow, SUBMIT, decide(1))
    assert (waiting(long), long.fault) == (["college_review"], "")
    short = play(flow, SUBMIT, decide(1), short=True)
    assert waiting(short) == ["take_effect"]
    assert long.rows[-1].role == Role.COLLEGE_OFFICER
    assert long.rows[-1].unit_id == flow.college.pk


def test_nothing_is_written_and_nobody_is_told(flow: ScratchFlow) -> None:
    models = [model for model in apps.get_models() if model._meta.managed]
    before = {model: model._default_manager.count() for model in models}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = play(flow, SUBMIT, decide(1), decide(2), decide(3), {"do": "automatic", "task": 4})
    assert found.case.state == "approved"
    assert [q["sql"] for q in queries if not q["sql"].startswith("SELECT")] == []
    assert {model: model._default_manager.count() for model in models} == before
    assert flow.changes == []


def test_return_opens_the_earlier_step_and_rejection_ends_the_case(flow: ScratchFlow) -> None:
    found = play(flow, SUBMIT, decide(1), decide(2, "return", target="class_review"))
    assert waiting(found) == ["class_review"]
    assert [each.id for each in found.targets(found.rows[-1])] == ["file"]
    ended = play(flow, SUBMIT, decide(1), decide(2), decide(3, "reject"))
    assert (ended.case.state, waiting(ended)) == ("rejected", [])


def test_taking_a_move_back_is_leaving_it_out(flow: ScratchFlow) -> None:
    moves = [SUBMIT, decide(1), decide(2)]
    assert waiting(play(flow, *moves)) == ["university_review"]
    assert waiting(play(flow, *moves[:-1])) == ["college_review"]


def test_move_that_cannot_be_made_is_said_and_left_out(flow: ScratchFlow) -> None:
    for wrong in (
        decide(0),
        decide(9),
        decide(1, "fly"),
        {"do": "fly"},
        {"do": "timer", "timer": 0},
        {"task": "x"},
    ):
        found = play(flow, SUBMIT, wrong)
        assert found.fault, wrong
        assert (found.moves, waiting(found)) == ([SUBMIT], ["class_review"])


def test_play_that_is_too_long_says_so(flow: ScratchFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processes.evolve.play.MOST_MOVES", 2)
    found = play(flow, SUBMIT, decide(1), decide(2))
    assert (len(found.moves), waiting(found)) == (2, ["college_review"])
    assert "at most 2 moves" in found.fault


def test_timer_fires_and_the_clock_goes_on(flow: ScratchFlow) -> None:
    text = d.definition(
        d.user("a"),
        d.boundary("late", "a", d.timer("P3D")),
        d.user("b", d.COLLEGE),
        d.end(),
        d.flows("file > a > end", "late > b", "b > end"),
    )
    found = play(flow, SUBMIT, text=text)
    assert [job.node_id for job in found.timers] == ["late"]
    after = play(flow, SUBMIT, {"do": "timer", "timer": 0}, text=text)
    assert (waiting(after), after.timers) == (["b"], [])
    assert (after.unit.now - found.unit.now).days == 3


def test_values_change_on_the_way(flow: ScratchFlow) -> None:
    found = play(flow, SUBMIT, {"do": "set", "values": {"short": True}}, decide(1))
    assert waiting(found) == ["take_effect"]


def test_case_that_has_no_unit_at_a_level_says_so(flow: ScratchFlow) -> None:
    found = Play(Scene(KEY, REVIEW, flow.university), [SUBMIT])
    assert "asks for a unit that this record does not belong to" in found.fault


def test_text_that_cannot_run_is_not_played(flow: ScratchFlow) -> None:
    unsound = REVIEW.replace('qc:handler="take_effect"', 'qc:handler="nobody_knows"')
    with pytest.raises(UnsoundDefinition):
        Play(Scene(KEY, unsound, flow.student_class))
    assert flow_for(KEY).title == "Scratch review"


def test_automatic_step_may_end_with_an_error_that_the_chain_catches(flow: ScratchFlow) -> None:
    text = d.definition(
        d.service(),
        d.boundary("failed", "work", d.error("e")),
        d.user("mend"),
        d.end(),
        d.flows("file > work > end", "failed > mend", "mend > end"),
        roots=d.errors("e"),
    )
    found = play(flow, SUBMIT, text=text)
    (code,) = found.error_codes(found.rows[1])
    assert waiting(play(flow, SUBMIT, {"do": "automatic", "task": 1, "code": code}, text=text)) == ["mend"]
    assert play(flow, SUBMIT, {"do": "automatic", "task": 1}, text=text).case.state == "approved"


def test_everybody_of_a_joint_decision_is_asked(flow: ScratchFlow) -> None:
    text = d.definition(
        d.user("a", inner=d.several('qc:collection="members" qc:complete="all"')),
        d.end(),
        d.flows("file > a > end"),
    )
    found = play(flow, SUBMIT, text=text)
    owners = [row.owner_id for row in found.rows if row.is_open and row.owner_id]
    assert set(owners) == {flow.counselor.pk, flow.second_counselor.pk}
