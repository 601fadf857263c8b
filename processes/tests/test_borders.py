"""A sub-process is entered at one place and left at another: whoever is inside has not come round again."""

from itertools import pairwise

import pytest
from django.utils import translation

from approvals import rules
from approvals.tests.kit import open_task
from processes.actions import publish
from processes.bpmn.back import has_steps_before
from processes.bpmn.reader import read
from processes.models import CaseState
from processes.tests import draw
from processes.tests.kit import KEY
from processes.tests.lint_kit import ROLE, chain, faults, flow, scope, task
from processes.tests.tale import Tale


def _inside(*steps: str) -> str:
    """A sub-process of some steps, one after another."""
    ids = ["b", *(step.split('"')[1] for step in steps), "e"]
    ways = "".join(flow(a, b) for a, b in pairwise(ids))
    return scope("inner", f'<startEvent id="b"/>{"".join(steps)}<endEvent id="e"/>{ways}')


@pytest.mark.parametrize(("setting", "code"), [("doerOf", "doer-of"), ("returnTo", "return-to")])
def test_later_step_of_the_same_sub_process_is_no_earlier_one(setting: str, code: str) -> None:
    settings = ROLE if setting == "returnTo" else ""
    named = task("first", f'{settings} qc:{setting}="second"')
    assert (code, "first") in faults(chain(_inside(named, task("second"))))


def test_step_inside_that_every_case_passes_has_a_doer_afterwards() -> None:
    assert faults(chain(_inside(task("first")), task("again", 'qc:doerOf="first"'))) == []


def test_first_step_of_a_called_process_has_none_before_it_in_a_sub_process_either() -> None:
    text = draw.definition(
        draw.start("start"),
        draw.sub_process(
            "inner",
            draw.start("b"),
            draw.user("first"),
            draw.user("second"),
            draw.end("e"),
            draw.flows("b > first > second > e"),
        ),
        draw.end(),
        draw.flows("start > inner > end"),
        file=False,
    )
    assert not has_steps_before(read(text), "first")
    assert has_steps_before(read(text), "second")


#: Two people look at it side by side inside a sub-process, which a third may have begin anew.
SIDE_BY_SIDE = draw.definition(
    draw.gateway("exclusive", "again"),
    draw.gateway("exclusive", "enough", default="enough_end"),
    draw.sub_process(
        "inner",
        draw.start("b"),
        draw.gateway("parallel", "split", "meet"),
        draw.user("one"),
        draw.user("other", draw.COLLEGE),
        draw.end("e"),
        draw.flows("b > split > one > meet > e", "split > other > meet"),
    ),
    draw.user("look", draw.UNIVERSITY),
    draw.end(),
    draw.flows("file > again > inner > look > enough", "enough > again : short", "enough > end"),
    variables={"short": "bool"},
)


def test_operator_moves_no_case_into_one_of_several_paths_inside_a_sub_process(flow) -> None:
    publish(KEY, SIDE_BY_SIDE)
    tale = Tale(flow, flow.person("s1", "学生"))
    tale.submit()
    tale.case.refresh_from_db()
    with translation.override("en"):
        reason = str(rules.can_move(tale.case, "one").reason)
    assert reason.startswith("“one” runs beside other steps")
    assert "Move it to “file”" in reason
    assert rules.can_move(tale.case, "look")
    tale.approve("one", "other")
    assert open_task(tale.case).node_id == "look"
    tale.approve("look")
    assert tale.state == CaseState.APPROVED
