"""What a modeller changed comes into the text; what it does not know stays in it."""

import re

import pytest

from processes.bpmn.diff import diff
from processes.bpmn.errors import BpmnError
from processes.bpmn.merge import merged
from processes.bpmn.reader import read
from processes.bpmn.writer import normalise

#: With a comment, an element of nobody, a script task, a tool's own part: the modeller loses the first two.
TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="https://qicheng.dev/bpmn"
             xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
             xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:tool="urn:tool" id="d" targetNamespace="urn:x">
  <process id="p" isExecutable="true">
    <!-- who reads this? -->
    <startEvent id="start"><outgoing>a</outgoing></startEvent>
    <unheardOf id="strange"/>
    <userTask id="one" name="One" qc:role="counselor" qc:unit="class"><!-- first --><extensionElements><tool:note who="x"/></extensionElements><incoming>a</incoming><outgoing>b</outgoing><unheardOf/></userTask>
    <scriptTask id="script"><incoming>b</incoming><outgoing>c</outgoing><script>1 &lt; 2</script></scriptTask>
    <endEvent id="end"><incoming>c</incoming></endEvent>
    <sequenceFlow id="a" sourceRef="start" targetRef="one"/>
    <sequenceFlow id="b" sourceRef="one" targetRef="script"/>
    <sequenceFlow id="c" sourceRef="script" targetRef="end"/>
    <sequenceFlow id="lost" sourceRef="one" targetRef="nowhere"/>
  </process>
  <bpmndi:BPMNDiagram id="g"><bpmndi:BPMNPlane id="pl" bpmnElement="p">
    <bpmndi:BPMNShape id="one_di" bpmnElement="one"><dc:Bounds x="1" y="2" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="a_di" bpmnElement="a"><di:waypoint x="0" y="0"/><di:waypoint x="9" y="0"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""
LOST = ("<!--.*?-->", r"<unheardOf[^>]*/>", ' targetRef="nowhere"')
NEW_TASK = '<bpmn:serviceTask id="new" name="New"/>'


def opened() -> str:
    """What a modeller writes of TEXT: other prefixes, and what it does not know is gone."""
    text = TEXT
    for each in LOST:
        text = re.sub(each, "", text)
    text = re.sub(r"(</?)(?=[a-z]\w+[ />])(?!\w+:)", r"\1bpmn:", text)
    return text.replace('xmlns="', 'xmlns:bpmn="')


def drawn(*changes: tuple[str, str]) -> str:
    text = opened()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text


def test_nothing_changed_leaves_every_letter():
    assert merged(TEXT, opened(), opened()) == normalise(TEXT)


def test_only_what_was_changed_is_written_anew():
    result = merged(TEXT, opened(), drawn(('name="One"', 'name="Uno" qc:batch="true"'), ('x="1"', 'x="51"')))
    assert result == normalise(TEXT).replace('name="One"', 'name="Uno"').replace(
        'qc:unit="class"', 'qc:unit="class" qc:batch="true"'
    ).replace('x="1"', 'x="51"')


def test_new_step_comes_with_its_flows_place_and_wiring():
    result = merged(
        TEXT,
        opened(),
        drawn(
            ("<bpmn:scriptTask", f"{NEW_TASK}<bpmn:scriptTask"),
            ('sourceRef="one" targetRef="script"', 'sourceRef="one" targetRef="new"'),
            (
                '<bpmn:sequenceFlow id="c"',
                '<bpmn:sequenceFlow id="n" sourceRef="new" targetRef="script"/><bpmn:sequenceFlow id="c"',
            ),
            (
                "</bpmndi:BPMNPlane>",
                '<bpmndi:BPMNShape id="new_di" bpmnElement="new"><dc:Bounds x="7" y="7" width="1" height="1"/>'
                "</bpmndi:BPMNShape></bpmndi:BPMNPlane>",
            ),
        ),
    )
    assert [f"{each.kind} {each.element_id}" for each in diff(TEXT, result)] == [
        "added new",
        "changed b",
        "added n",
    ]
    assert '<serviceTask id="new" name="New"><incoming>b</incoming><outgoing>n</outgoing></serviceTask>' in (
        re.sub(r">\s+<", "><", result)
    )
    assert "<incoming>n</incoming>" in result
    assert result.count("unheardOf") == 2
    assert "who reads this?" in result


def test_removed_step_goes_with_its_drawing():
    gone = [
        '<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="one"/>',
        re.search(r"<bpmndi:BPMNEdge.*?</bpmndi:BPMNEdge>", opened())[0],  # type: ignore[index]
    ]
    result = merged(TEXT, opened(), drawn(*((each, "") for each in gone)))
    assert [f"{each.kind} {each.element_id}" for each in diff(TEXT, result)] == ["removed a"]
    assert "BPMNEdge" not in result
    assert "<outgoing>a</outgoing>" not in result


def test_step_that_moves_into_a_new_part_takes_along_what_the_modeller_never_knew():
    one = re.search(r"<bpmn:userTask.*?</bpmn:userTask>", opened())[0]  # type: ignore[index]
    result = merged(TEXT, opened(), drawn((one, f'<bpmn:subProcess id="sub">{one}</bpmn:subProcess>')))
    inner = re.search(r"<subProcess.*?</subProcess>", result, re.DOTALL)
    assert inner is not None
    assert "<unheardOf/>" in inner[0]
    assert "<!-- first -->" in inner[0]
    assert result.count('id="one"') == 1
    assert read(result).elements["one"].parent == "sub"


def test_kind_of_a_step_changes_and_its_own_parts_stay():
    result = merged(TEXT, opened(), drawn(("bpmn:userTask", "bpmn:sendTask")))
    assert read(result).elements["one"].type == "sendTask"
    assert '<tool:note who="x"/>' in result
    assert "<!-- first -->" in result


def test_condition_and_ways_of_a_flow():
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    condition = f'<bpmn:conditionExpression {xsi} xsi:type="bpmn:tFormalExpression">x &gt; 1</bpmn:conditionExpression>'
    flow = '<bpmn:sequenceFlow id="b" sourceRef="one" targetRef="script"'
    changed = drawn((f"{flow}/>", f"{flow}>{condition}</bpmn:sequenceFlow>"), ('x="9" y="0"', 'x="9" y="5"'))
    result = merged(TEXT, opened(), changed)
    assert read(result).flows["b"].condition == "x > 1"
    assert 'xsi:type="tFormalExpression"' in result
    assert '<di:waypoint x="9" y="5"/>' in result
    further = merged(
        result, changed, changed.replace("x &gt; 1", "x &gt; 2").replace('<di:waypoint x="0" y="0"/>', "")
    )
    assert read(further).flows["b"].condition == "x > 2"
    assert further.count("waypoint") == 1


@pytest.mark.parametrize("bad", ["", "<a/>", "<!DOCTYPE a><a/>"])
def test_what_is_no_drawing_is_refused(bad):
    with pytest.raises(BpmnError):
        merged(TEXT, opened(), bad)
    with pytest.raises(BpmnError):
        merged(TEXT, bad, opened())


def test_drawing_of_another_state_is_refused():
    with pytest.raises(BpmnError, match="another state"):
        merged(TEXT.replace('id="script"', 'id="other"'), opened(), opened())
