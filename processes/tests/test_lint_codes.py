"""Every code that lint can answer with is explained, and no other."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from processes.bpmn.lint import lint_text
from processes.bpmn.model import EXECUTABLE
from processes.bpmn.soundness import net
from processes.tests.lint_kit import ROLE, chain, scope

ROOT = Path(settings.BASE_DIR)
#: Function -> which of its arguments is a code.
TAKES_CODE = {"on": 1, "Problem": 0, "Oddity": 0, "odd": 0, "_in_scope": 2}


def codes_in(path: Path) -> set[str]:
    """The texts that are passed as codes."""
    found: set[str] = set()
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in TAKES_CODE and len(call.args) > TAKES_CODE[name]:
            code = call.args[TAKES_CODE[name]]
            found |= {part.value for part in ast.walk(code) if isinstance(part, ast.Constant)}
    return {code for code in found if re.fullmatch(r"[a-z]+(-[a-z]+)*", str(code))}


def test_every_code_is_explained() -> None:
    used = {net.DEAD_JOIN, net.RUNS_TWICE, net.DEAD_ELEMENT, net.NEVER_ENDS, net.ENTANGLED, "same-error"}
    for path in (ROOT / "processes" / "bpmn").rglob("*.py"):
        used |= codes_in(path)
    page = (ROOT / "docs" / "reference" / "definitions.md").read_text(encoding="utf-8")
    tables = page[page.index("## What lint says") :]
    explained = {
        code
        for line in tables.splitlines()
        if line.startswith("| `")
        for code in re.findall(r"`([a-z-]+)`", line.split("|")[1])
    }
    assert used == explained


def test_every_setting_is_explained() -> None:
    from processes.bpmn.lint.names import SETTINGS

    page = (ROOT / "docs" / "reference" / "definitions.md").read_text(encoding="utf-8")
    assert [name for names in SETTINGS.values() for name in sorted(names) if f"`{name}`" not in page] == []


#: Where what is refused would stand, when not among the elements of the process.
_INSIDE = {
    "standardLoopCharacteristics": '<userTask id="x" {who}>{part}</userTask>',
    "humanPerformer": '<userTask id="x" {who}>{part}</userTask>',
    "potentialOwner": '<userTask id="x" {who}>{part}</userTask>',
    "ioSpecification": '<userTask id="x" {who}>{part}</userTask>',
    "loopCardinality": '<userTask id="x" {who}><multiInstanceLoopCharacteristics>{part}'
    "</multiInstanceLoopCharacteristics></userTask>",
    "completionCondition": '<userTask id="x" {who}><multiInstanceLoopCharacteristics>{part}'
    "</multiInstanceLoopCharacteristics></userTask>",
}


def refused_in_words() -> list[str]:
    """The names of BPMN in the table of what is refused."""
    page = (ROOT / "docs" / "explanation" / "engine.md").read_text(encoding="utf-8")
    table = page[page.index("## What is refused") :].partition("## Only")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize("name", [each for each in refused_in_words() if each != "triggeredByEvent"])
def test_what_is_said_to_be_refused_is_refused_by_name(name: str) -> None:
    part = f'<{name} id="p"/>'
    if name in ("collaboration", "choreography"):
        text = chain(root=part)
    elif name.endswith("EventDefinition"):
        text = chain(f'<intermediateCatchEvent id="x">{part}</intermediateCatchEvent>')
    else:
        text = chain(_INSIDE.get(name, "{part}").format(part=part, who=ROLE))
    said = [problem.message for problem in lint_text(text) if problem.code.startswith("unsupported")]
    assert any(name in message for message in said)


def test_sub_process_that_an_event_begins_is_refused_by_name() -> None:
    text = chain(scope("x", more='triggeredByEvent="true"'))
    said = [problem.message for problem in lint_text(text) if problem.code == "unsupported"]
    assert len(said) == 1
    assert "triggeredByEvent" in said[0]


def test_every_element_that_runs_is_listed() -> None:
    page = (ROOT / "docs" / "reference" / "definitions.md").read_text(encoding="utf-8")
    table = page[page.index("## Elements") :].partition("### Where boundary")[0]
    assert [name for name in sorted(EXECUTABLE) if f"`{name}`" not in table] == []
    assert not EXECUTABLE & set(refused_in_words())
