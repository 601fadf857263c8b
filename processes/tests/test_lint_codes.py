"""Every code that lint can answer with is explained, and no other."""

import ast
import re
from pathlib import Path

from django.conf import settings

from processes.bpmn.soundness import net

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
