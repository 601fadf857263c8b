"""The commands' words and exit codes."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from processes.actions import publish
from processes.checks import check_flows
from processes.models import DefinitionVersion
from processes.queries import published_version
from processes.tests.kit import REVIEW, ScratchFlow


def run(path: Path) -> int:
    try:
        call_command("lint_definition", str(path))
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_lint_says_that_a_sound_file_is_clean(
    flow: ScratchFlow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "sound.bpmn"
    path.write_text(REVIEW, encoding="utf-8")
    assert run(path) == 0
    assert "no problems" in capsys.readouterr().out


def test_lint_names_the_element(
    flow: ScratchFlow, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "faulty.bpmn"
    path.write_text(REVIEW.replace('qc:handler="take_effect"', 'qc:handler="other"'), encoding="utf-8")
    assert run(path) == 1
    out = capsys.readouterr().out
    assert "take_effect (line" in out
    assert "1 problem(s)" in out


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n", b"<a>" * 3000, "流程".encode("gbk"), b"\x00" * 6_000_000]
)
def test_lint_answers_any_file(tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.bpmn"
    path.write_bytes(content)
    assert run(path) == 1
    assert "[unreadable]" in capsys.readouterr().out


def test_lint_answers_a_missing_file_and_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nothing.bpmn") == 1
    assert run(tmp_path) == 1
    assert capsys.readouterr().out.count("cannot be opened") == 2


@pytest.mark.django_db
def test_commands_work_on_an_empty_database(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    call_command("seal_audit")
    out = capsys.readouterr().out
    assert "checked 0 cases, 0 events, 0 seals" in out
    assert "nothing new to seal" in out


@pytest.mark.django_db
def test_shipped_flow_that_differs_becomes_the_next_version_and_only_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("load_definitions")
    capsys.readouterr()
    call_command("load_definitions", new_version=True)
    unchanged = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in unchanged] == ["unchanged"] * len(unchanged)
    old = DefinitionVersion.objects.get(definition__key="campus_talk")
    edited = old.bpmn.replace("PT48H", "PT72H")
    publish("campus_talk", edited)
    call_command("load_definitions", new_version=True)
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line not in unchanged] == [
        f"published {published_version('campus_talk')}"
    ]
    found = published_version("campus_talk")
    assert (found.number, found.bpmn) == (3, old.bpmn)


def test_folder_of_a_flow_without_flow_py_is_named(tmp_path: Path, settings: Any) -> None:
    for name in ("leave", "_old"):
        (tmp_path / "students" / "flows" / name).mkdir(parents=True)
        (tmp_path / "students" / "flows" / name / "definition.bpmn").write_text("<a/>")
    before = check_flows(None)
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "students" / "flows" / "leave"
    assert [str(message.msg) for message in check_flows(None) if message not in before] == [
        f"{folder} has no flow.py, so its flow does not exist."
    ]
