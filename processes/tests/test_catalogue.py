"""What definitions may call is read from what is published, or shipped."""

import dataclasses
from pathlib import Path

import pytest

from processes.actions import publish
from processes.bpmn.lint import CalledFlow, lint_text
from processes.catalogue import catalogue_for
from processes.registry import flow_for, register, unregister
from processes.tests.kit import KEY, REVIEW, ScratchFlow
from processes.tests.lint_kit import chain

CALL = f'<callActivity id="c" calledElement="{KEY}"><extensionElements>%s</extensionElements></callActivity>'


def faults(text: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.element_id) for problem in lint_text(text, catalogue_for(None))]


def test_call_is_checked_against_the_published_version(flow: ScratchFlow) -> None:
    publish(
        KEY,
        REVIEW.replace(
            'name="short" type="bool"/>', 'name="short" type="bool"/><qc:variable name="n" type="int"/>'
        ),
    )
    assert (
        faults(chain(CALL % '<qc:in source="short" target="short"/><qc:in source="level" target="n"/>')) == []
    )
    assert faults(chain(CALL % '<qc:in source="level" target="short"/>')) == [("bad-data", "c")]
    assert faults(chain(CALL % "").replace(KEY, "nothing")) == [("unknown-flow", "c")]


def test_call_is_not_checked_for_a_version_that_runs(flow: ScratchFlow) -> None:
    text = chain(CALL % '<qc:in source="level" target="nothing"/>')
    assert lint_text(text, catalogue_for(None, calls=False)) == []


@pytest.mark.django_db
def test_flow_that_is_not_published_is_read_as_shipped(tmp_path: Path) -> None:
    shipped = flow_for("destination_filing")
    assert catalogue_for(None).flows["destination_filing"] == CalledFlow({"category": "string"})
    (tmp_path / "definition.bpmn").write_text("no definition")
    register(dataclasses.replace(shipped, key="broken", folder=tmp_path), tmp_path)
    try:
        assert "broken" not in catalogue_for(None).flows
        assert {"broken", "destination_filing"} <= set(catalogue_for(None).flows)
    finally:
        unregister("broken")
