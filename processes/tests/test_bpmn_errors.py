"""What cannot be read or changed has a code, the values it is about and a sentence."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from processes.bpmn.errors import MOST_CHARACTERS, SENTENCES, BpmnError
from processes.bpmn.reader import MAX_ELEMENTS, read

ROOM = Path(settings.BASE_DIR) / "processes" / "bpmn"


def values_in(sentence: str) -> set[str]:
    """The values that a sentence names."""
    return set(re.findall(r"%\(([a-z]+)\)", sentence))


def raised() -> list[tuple[str, set[str]]]:
    """Code and values of every BpmnError in the room."""
    calls = [
        node
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BpmnError"
    ]
    return [
        (ast.literal_eval(call.args[0]), {str(keyword.arg) for keyword in call.keywords}) for call in calls
    ]


def test_every_error_has_a_code_and_names_its_values() -> None:
    found = raised()
    assert {code for code, _ in found} == set(SENTENCES)
    assert [(code, values) for code, values in found if values != values_in(SENTENCES[code])] == []


def test_error_is_read_by_its_code_and_says_a_sentence() -> None:
    with pytest.raises(BpmnError) as caught:
        read(f"<a>{'<b/>' * MAX_ELEMENTS}</a>")
    assert (caught.value.code, caught.value.values) == ("too-many-elements", {"most": 20000})
    assert str(caught.value) == "The file holds more than 20000 elements."


def test_line_of_the_fault_is_named() -> None:
    with pytest.raises(BpmnError) as caught:
        read("<a>\n<b>\n</a>")
    assert (caught.value.code, caught.value.values["line"]) == ("not-xml", 3)


def test_long_value_is_cut() -> None:
    assert BpmnError("no-element", element="x" * 5000).values["element"] == "x" * MOST_CHARACTERS
