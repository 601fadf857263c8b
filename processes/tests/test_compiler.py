"""What is stored runs as it was published, whatever lint has learnt since; what is drawn now has to be sound."""

import pytest

from approvals.actions import Actor, Decision, decide
from common.errors import BadInput
from processes import compiled
from processes.actions import publish
from processes.engine.compiler import UnsoundDefinition, compile_draft
from processes.engine.starts import start_by_message
from processes.models import Case, DefinitionVersion, Task, TaskType
from processes.tests import draw as d
from processes.tests.kit import KEY, ScratchFlow

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
