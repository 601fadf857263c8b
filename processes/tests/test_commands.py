"""The commands' words and exit codes."""

from pathlib import Path

import pytest
from django.core.management import call_command

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
