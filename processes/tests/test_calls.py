"""A process that another one calls and waits for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from approvals.actions import Actor, Decision, decide, discard, jump, withdraw
from common.errors import Refused
from processes.actions import publish
from processes.models import Case, CaseState, Task
from processes.registry import register, unregister
from processes.tests import draw as d
from processes.tests.kit import ScratchFlow
from processes.tests.tale import Tale

CHILD = "scratch_child"


@pytest.fixture
def child(flow: ScratchFlow) -> Iterator[None]:
    """A process that others call."""
    text = d.definition(
        d.user("check", d.UNIVERSITY),
        d.rules("grade", "grade", ("amount > 5", '"big"'), ("", '"small"')),
        d.end(),
        d.flows("begin > check > grade > end"),
        d.start("begin"),
        key=CHILD,
        variables={"amount": "int", "grade": "string"},
        file=False,
    ).replace('id="check" name="check"', 'id="check" name="check" qc:canReject="true"')

    register(replace(flow.registration(), key=CHILD, variables=lambda _user: {}), Path())
    publish(CHILD, text)
    yield
    unregister(CHILD)


CALLER = d.definition(
    d.call(
        "ask",
        CHILD,
        '<qc:in source="7" target="amount"/><qc:out source="grade" target="grade"/>',
    ),
    d.boundary("no", "ask", d.error("rejected")),
    *(d.user("after"), d.user("sorry", d.COLLEGE)),
    d.end(),
    d.flows("file > ask > after > end", "no > sorry > end"),
    variables={"grade": "string"},
    roots=d.errors("rejected"),
)


def called(tale: Tale) -> Case:
    return Case.objects.get(caller__process=tale.case)


def test_called_process_runs_as_its_own_case_with_data_in_and_out(tell, child):
    tale = tell(CALLER)
    tale.submit()
    assert tale.open == ["ask"]
    inner = called(tale)
    assert inner.variables["amount"] == 7
    decide(Task.objects.get(process=inner, finished=None).pk, Decision("approve"), Actor(tale.flow.director))
    assert tale.open == ["after"]
    assert tale.variables()["grade"] == "big"
    inner.refresh_from_db()
    assert inner.state == CaseState.APPROVED


def test_rejection_of_the_called_process_is_an_error_of_the_call(tell, child):
    tale = tell(CALLER)
    tale.submit()
    task = Task.objects.get(process=called(tale), finished=None)
    decide(task.pk, Decision("reject", "R44", "不符合要求的材料"), Actor(tale.flow.director))
    assert tale.open == ["sorry"]


def test_ending_the_caller_ends_what_it_called(tell, child):

    tale = tell(CALLER)
    tale.submit()
    inner = called(tale)
    withdraw(tale.case.pk, Actor(tale.student))
    inner.refresh_from_db()
    assert (inner.state, tale.open) == (CaseState.CANCELLED, ["file"])


def test_operator_moves_a_called_case_as_any_other(tell, child):
    """Nobody hands it in: it is in review from its beginning, as one that a message begins."""
    tale = tell(CALLER)
    tale.submit()
    inner = called(tale)
    assert (inner.state, inner.submitted_at is not None) == (CaseState.IN_REVIEW, True)
    jump(inner.pk, "check", Actor(tale.flow.director), text="重新核对金额")
    for take in (withdraw, discard):
        with pytest.raises(Refused):
            take(inner.pk, Actor(tale.student))
    decide(Task.objects.get(process=inner, finished=None).pk, Decision("approve"), Actor(tale.flow.director))
    assert tale.open == ["after"]


def test_number_of_a_case_called_by_a_called_one_has_room(tell, flow):
    """Also on a database that refuses what is too long."""
    keys = ("scratch_one", "scratch_two", "scratch_three")
    for key, called in reversed(list(zip(keys, (*keys[1:], ""), strict=True))):
        step = d.call("step", called) if called else d.user("step", d.UNIVERSITY)
        lines = (step, d.end(), d.flows("begin > step > end"), d.start("begin"))
        register(replace(flow.registration(), key=key, variables=lambda _user: {}), Path())
        publish(key, d.definition(*lines, key=key, file=False))
    tale = tell(d.definition(d.call("step", keys[0]), d.end(), d.flows("file > step > end")))
    tale.submit()
    innermost = Case.objects.get(flow_key=keys[-1])
    assert innermost.number.startswith(f"{tale.case.number}.")
    assert len(innermost.number) > 24
    assert len(innermost.number) <= Case._meta.get_field("number").max_length
    for key in keys:
        unregister(key)
