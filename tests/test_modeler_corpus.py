"""200 definitions, sound and broken, opened by bpmn-js, linted, changed and saved back: nothing is lost.

Made of the product's own definitions, of random ones (`processes.tests.generate`), and of what goes wrong in files
that others send: comments, parts of other tools, elements that are not run, connections to nowhere, no diagram.
"""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from processes.bpmn.diff import ADDED, REMOVED, diff
from processes.bpmn.layout import drawn
from processes.bpmn.lint import lint_text
from processes.bpmn.merge import merged
from processes.bpmn.reader import read
from processes.bpmn.writer import normalise
from processes.registry import all_flows
from processes.tests.generate import _COMPOUND, _LEAVES, Block, text_of

pytestmark = [pytest.mark.slow, pytest.mark.once]
HOW_MANY = 200
FRONTEND = Path(settings.BASE_DIR) / "frontend"
#: Opens a text, renames and moves an element; gives what bpmn-js wrote before and after, or why it cannot.
WORK = """async ([text, qc]) => {
  const modeler = new BpmnJS({ container: document.body, moddleExtensions: { qc } });
  try {
    await modeler.importXML(text);
    const opened = (await modeler.saveXML({ format: true })).xml;
    const shape = modeler.get("elementRegistry").find((each) => /Task|Event/.test(each.type) && !each.labelTarget);
    modeler.get("modeling").updateProperties(shape, { name: "改" });
    modeler.get("modeling").moveElements([shape], { x: 10, y: 20 });
    return { opened, drawn: (await modeler.saveXML({ format: true })).xml, id: shape.id };
  } catch (error) {
    return { error: error.message };
  } finally {
    modeler.destroy();
  }
}"""

Fault = Callable[[random.Random, str], str]


def _put(part: str) -> Fault:
    """A fault that writes *part* somewhere between the elements of the process."""

    def fault(chance: random.Random, text: str) -> str:
        places = [each.start() for each in re.finditer("<bpmn:sequenceFlow", text)]
        return text if not places else text[: (at := chance.choice(places))] + part + text[at:]

    return fault


def _change(pattern: str, new: str) -> Fault:
    """A fault that writes *new* in place of one of the things that look like *pattern*."""

    def fault(chance: random.Random, text: str) -> str:
        found = list(re.finditer(pattern, text))
        if not found:
            return text
        here = chance.choice(found)
        return text[: here.start()] + here.expand(new) + text[here.end() :]

    return fault


FAULTS: tuple[Fault, ...] = (
    _put("<!-- 谁改的？ -->"),
    _put('<bpmn:scriptTask id="odd" name="脚本"><bpmn:script>1 &lt; 2</bpmn:script></bpmn:scriptTask>'),
    _put('<bpmn:manualTask id="by_hand"><tool:own xmlns:tool="urn:tool" a="1"/></bpmn:manualTask>'),
    _put('<bpmn:unheardOf id="nothing"><bpmn:inner/></bpmn:unheardOf>'),
    _put('<bpmn:sequenceFlow id="lost" sourceRef="file" targetRef="nowhere"/>'),
    _put('<bpmn:textAnnotation id="said"><bpmn:text>注意</bpmn:text></bpmn:textAnnotation>'),
    _put('<bpmn:dataObject id="paper"/><bpmn:dataObjectReference id="paper_ref" dataObjectRef="paper"/>'),
    _put('<bpmn:intermediateThrowEvent id="thrown"><bpmn:signalEventDefinition id="sd"/></bpmn:intermediateThrowEvent>'),
    _change(r"<bpmn:userTask ", '<bpmn:userTask strange="yes" tool:x="1" xmlns:tool="urn:tool" '),
    _change(r' qc:(role|unit|handler|collection)="[^"]*"', ' qc:nonsense="?"'),
    _change(r'targetRef="[^"]*"', 'targetRef="gone"'),
    _change(r"<bpmn:conditionExpression>[^<]*<", "<bpmn:conditionExpression>((<"),
    _change(r'(<bpmn:endEvent id="[^"]*"/>)', r"\1\1"),
    _change(r"<bpmn:userTask([^<>]*)/>", r"<bpmn:userTask\1><bpmn:documentation>说明</bpmn:documentation></bpmn:userTask>"),
)  # fmt: skip


def _block(chance: random.Random, depth: int) -> Block:
    choice = chance.randrange(12)
    if depth == 0 or chance.random() < 0.3:
        return Block(chance.choice(sorted(_LEAVES)), (), choice)
    inner = tuple(_block(chance, depth - 1) for _ in range(chance.randint(1, 3)))
    return Block(chance.choice(sorted(_COMPOUND)), inner, choice)


def corpus() -> list[str]:
    """The texts; the same ones every time."""
    chance = random.Random(20271125)
    texts = [flow.definition_path.read_text(encoding="utf-8") for flow in all_flows()]
    while len(texts) < HOW_MANY:
        text = text_of(_block(chance, chance.randint(0, 3)))
        for fault in chance.sample(FAULTS, chance.choice([0, 0, 1, 2, 3])):
            text = fault(chance, text)
        texts.append(text)
    return texts


def descriptor() -> str:
    """A script with our settings, as the editor tells them to bpmn-js."""
    return (
        (FRONTEND / "src/modeler/qc.js").read_text(encoding="utf-8").replace("export default", "window.qc =")
    )


def signs(text: str) -> list[str]:
    """What no model carries: comments, and every element with an id by its name and id."""
    return sorted(re.findall(r"<!--.*?-->", text)) + sorted(re.findall(r'<bpmn:(\w+ id="[^"]*")', text))


def test_two_hundred_definitions_come_back_whole(chromium: Browser):
    bundle = FRONTEND / "node_modules/bpmn-js/dist/bpmn-modeler.production.min.js"
    if not bundle.exists():
        pytest.skip("The packages of the front end are not installed.")
    page = chromium.new_page()
    page.add_script_tag(path=bundle)
    page.add_script_tag(content=descriptor())
    qc = page.evaluate("qc")
    refused, faulty = [], 0
    texts = corpus()
    for number, raw in enumerate(texts):
        text = drawn(normalise(raw))
        faulty += bool(lint_text(text))
        written = page.evaluate(WORK, [text, qc])
        if "error" in written:
            refused.append(f"{number}: {written['error']}")
            continue
        assert merged(text, written["opened"], written["opened"]) == text, number
        result = merged(text, written["opened"], written["drawn"])
        found = diff(text, result)
        assert [each for each in found if each.kind in (ADDED, REMOVED)] == [], number
        assert {each.element_id for each in found if each.changes} <= {written["id"]}, number
        assert read(result).elements[written["id"]].name == "改", number
        assert signs(result) == signs(text), number
        assert len(lint_text(result)) == len(lint_text(text)), number
        assert drawn(result) == result, number
    page.context.close()
    assert refused == [], json.dumps(refused, ensure_ascii=False)
    assert (len(texts), faulty > 60, faulty < 160) == (HOW_MANY, True, True), faulty
