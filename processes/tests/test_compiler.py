"""What is stored runs as it was published, whatever lint has learnt since; what is drawn now has to be sound."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from approvals.actions import Actor, Decision, decide, retry
from common.errors import BadInput, Refused
from processes import compiled
from processes.actions import publish
from processes.checks import check_running_versions
from processes.engine import jobs
from processes.engine.compiler import UnsoundDefinition, compile_draft
from processes.engine.starts import start_by_message
from processes.models import Case, DefinitionVersion, Incident, JobState, Task, TaskType
from processes.registry import register
from processes.tests import draw as d
from processes.tests.kit import KEY, ScratchFlow
from processes.tests.tale import START, Tale

VOTE = d.user("vote", d.UNIVERSITY, d.several('qc:collection="members" qc:complete="all"'))
#: Whoever is against it sends the case to a step that does not lead back: refused since `objection-nowhere`.
NOWHERE = d.definition(
    d.start("called", d.message("hello")),
    VOTE,
    d.end(),
    d.flows("file > end", "called > vote > end"),
    roots=d.messages("hello"),
)


@pytest.fixture
def stored(flow: ScratchFlow, monkeypatch: pytest.MonkeyPatch) -> DefinitionVersion:
    """The version that an earlier release published, which knew nothing of the problem."""
    with monkeypatch.context() as earlier:
        earlier.setattr("processes.actions.lint_text", lambda *_args: [])
        version = publish(KEY, NOWHERE)
    compiled.forget()
    return version


def test_version_that_would_be_refused_by_now_loads_and_runs(flow: ScratchFlow, stored: DefinitionVersion):
    student = flow.person("s9", "学生")
    case = start_by_message(KEY, "hello", student, student, Actor(student), {})
    task = Task.objects.get(process=case, finished=None, flow_task_type=TaskType.HUMAN)
    decide(task.pk, Decision("approve"), Actor(flow.director))
    assert (Case.objects.get(pk=case.pk).state, case.version_id) == ("approved", stored.pk)


def test_it_is_neither_published_again_nor_tried_as_a_draft(flow: ScratchFlow, stored: DefinitionVersion):
    with pytest.raises(BadInput, match="objection-nowhere"):
        publish(KEY, NOWHERE)
    with pytest.raises(UnsoundDefinition, match="objection-nowhere"):
        compile_draft(f"{KEY}_draft", NOWHERE, KEY)


def lose(flow: ScratchFlow, handler: str) -> Any:
    """A later release, whose folder of the flow has no such handler any more; gives the handler."""
    lost = flow.handlers.pop(handler)
    compiled.forget()
    return lost


def bring_back(flow: ScratchFlow, handler: str, found: Any) -> None:
    flow.handlers[handler] = found
    compiled.forget()


@pytest.mark.parametrize("run", ["now", "later"])
def test_case_whose_automatic_work_a_release_dropped_is_read_and_goes_on_when_it_is_back(tell, flow, run):
    flow.handlers["outside"] = lambda _context: {}
    register(flow.registration(), Path())
    work = d.service("work", f'qc:handler="outside" qc:run="{run}"')
    tale = tell(
        d.definition(d.user("review"), work, d.end(), d.flows("file > review > work > end")), now=START
    )
    tale.submit(now=START)
    lost = lose(flow, "outside")
    (warning,) = check_running_versions(["default"])
    assert "1 open cases may come to the handler 'outside', which is gone." in str(warning)
    assert tale.task("review").element.id == "review"
    if run == "now":
        with pytest.raises(Refused, match="outside"):
            tale.say("review", "approve", now=START)
        assert tale.open == ["review"]
    else:
        tale.say("review", "approve", now=START)
        assert jobs.sweep(START) == {JobState.INCIDENT: 1}
        assert (tale.open, Incident.objects.get().error[:11]) == (["work"], "HandlerGone")
    bring_back(flow, "outside", lost)
    assert check_running_versions(["default"]) == []
    if run == "now":
        tale.say("review", "approve", now=START)
    else:
        retry(Incident.objects.get().pk, Actor(flow.director), now=START)
        assert jobs.sweep(START) == {"done": 1}
    assert tale.open == []


def test_migrate_warns_of_them_and_the_plain_check_reads_no_database(flow: ScratchFlow, capsys):
    Tale(flow, flow.person("s1", "学生"), START)
    lose(flow, "take_effect")
    call_command("migrate", skip_checks=False, verbosity=0)
    assert "processes.W006" in capsys.readouterr().err
    assert check_running_versions(None) == []
