"""What the reader carries into the model, and what it names instead."""

import pytest

from processes.bpmn.errors import BpmnError
from processes.bpmn.model import (
    DataMapping,
    EventDefinition,
    Loop,
    Model,
    Oddity,
    Rule,
    TimerSpec,
)
from processes.bpmn.reader import read

HEAD = (
    '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qc="https://qicheng.dev/bpmn"'
    ' xmlns:other="https://example.org/other">'
    '<b:message id="m1" name="reply"/><b:error id="e1" errorCode="refused"/>'
)


def model_of(inside: str, beside: str = "") -> Model:
    return read(f'{HEAD}{beside}<b:process id="p">{inside}</b:process></b:definitions>')


def only(inside: str) -> object:
    return next(iter(model_of(inside).elements.values()))


@pytest.mark.parametrize(
    ("definition", "event"),
    [
        ('<b:messageEventDefinition messageRef="m1"/>', EventDefinition("message", "reply")),
        ('<b:errorEventDefinition errorRef="e1"/>', EventDefinition("error", "refused")),
        ('<b:errorEventDefinition errorRef="own:e1"/>', EventDefinition("error", "refused")),
        ("<b:errorEventDefinition/>", EventDefinition("error", "")),
        ("<b:terminateEventDefinition/>", EventDefinition("terminate")),
        (
            "<b:timerEventDefinition><b:timeDate> 2027-06-20 </b:timeDate></b:timerEventDefinition>",
            EventDefinition("timer", timer=TimerSpec("date", "2027-06-20")),
        ),
        (
            "<b:timerEventDefinition><b:timeDuration>P3D</b:timeDuration></b:timerEventDefinition>",
            EventDefinition("timer", timer=TimerSpec("duration", "P3D")),
        ),
        (
            "<b:timerEventDefinition><b:timeCycle>R3/PT1H</b:timeCycle></b:timerEventDefinition>",
            EventDefinition("timer", timer=TimerSpec("cycle", "R3/PT1H")),
        ),
        (
            '<b:timerEventDefinition qc:workdays="3"/>',
            EventDefinition("timer", timer=TimerSpec("duration", "", "3")),
        ),
    ],
)
def test_event_definition_is_read(definition: str, event: EventDefinition) -> None:
    element = only(
        f'<b:boundaryEvent id="x" attachedToRef="t" cancelActivity="false">{definition}</b:boundaryEvent>'
    )
    assert (element.event, element.attached_to, element.interrupting, element.details) == (
        event,
        "t",
        False,
        (),
    )


def test_boundary_event_interrupts_unless_it_says_otherwise() -> None:
    assert only('<b:boundaryEvent id="x" attachedToRef="t"/>').interrupting is True


def test_countersigned_task_is_read() -> None:
    element = only(
        '<b:userTask id="t"><b:multiInstanceLoopCharacteristics isSequential="true" qc:collection="judges"'
        ' qc:complete="weighted" qc:ratio="0.6" qc:weights="shares"/></b:userTask>'
    )
    assert element.loop == Loop(True, "judges", "weighted", "0.6", "shares")
    assert element.details == ()


def test_call_with_its_data_is_read() -> None:
    element = only(
        '<b:callActivity id="c" calledElement="own:vetting"><b:extensionElements><qc:in source="a + 1" target="b"/>'
        '<other:thing/><qc:out source="c" target="a"/></b:extensionElements></b:callActivity>'
    )
    assert (element.called, element.inputs, element.outputs, element.details) == (
        "vetting",
        (DataMapping("a + 1", "b"),),
        (DataMapping("c", "a"),),
        (),
    )


def test_rules_are_read_in_order() -> None:
    element = only(
        '<b:businessRuleTask id="r" qc:result="level"><b:extensionElements><qc:rule when="a" value="1"/>'
        '<qc:rule value="2"/></b:extensionElements></b:businessRuleTask>'
    )
    assert (element.rules, element.settings) == ((Rule("a", "1"), Rule("", "2")), {"result": "level"})


def test_sub_process_is_read_with_what_it_contains() -> None:
    model = model_of(
        '<b:subProcess id="s"><b:incoming>f</b:incoming><b:startEvent id="a"/><b:subProcess id="u">'
        '<b:endEvent id="z"/></b:subProcess><b:sequenceFlow id="f" sourceRef="a" targetRef="u"/></b:subProcess>'
    )
    assert {key: element.parent for key, element in model.elements.items()} == {
        "s": "",
        "a": "s",
        "u": "s",
        "z": "u",
    }
    assert (model.flows["f"].parent, model.oddities) == ("s", ())


def test_flow_is_read_with_its_condition_and_words() -> None:
    flow = model_of(
        '<b:sequenceFlow id="f" name="yes" qc:nameEn="Yes" sourceRef="a" targetRef="b"><b:conditionExpression>'
        " a <!-- and --> &amp;&amp; b </b:conditionExpression></b:sequenceFlow>"
    ).flows["f"]
    assert (flow.condition, flow.settings) == ("a  && b", {"nameEn": "Yes"})


@pytest.mark.parametrize(
    ("element", "detail"),
    [
        ('<b:userTask id="x"><b:standardLoopCharacteristics/></b:userTask>', "standardLoopCharacteristics"),
        (
            '<b:subProcess id="x"><b:standardLoopCharacteristics/></b:subProcess>',
            "standardLoopCharacteristics",
        ),
        ('<b:userTask id="x"><b:ioSpecification/></b:userTask>', "ioSpecification"),
        ('<b:userTask id="x"><b:potentialOwner/></b:userTask>', "potentialOwner"),
        ('<b:userTask id="x"><b:dataInputAssociation/></b:userTask>', "dataInputAssociation"),
        ('<b:userTask id="x"><other:thing/></b:userTask>', "thing"),
        ('<b:userTask id="x" isForCompensation="true"/>', 'isForCompensation="true"'),
        ('<b:subProcess id="x" triggeredByEvent="true"/>', 'triggeredByEvent="true"'),
        ('<b:eventBasedGateway id="x" instantiate="true"/>', 'instantiate="true"'),
        ('<b:eventBasedGateway id="x" eventGatewayType="Parallel"/>', 'eventGatewayType="Parallel"'),
        ('<b:startEvent id="x"><b:signalEventDefinition/></b:startEvent>', "signalEventDefinition"),
        ('<b:startEvent id="x"><b:conditionalEventDefinition/></b:startEvent>', "conditionalEventDefinition"),
        ('<b:endEvent id="x"><b:escalationEventDefinition/></b:endEvent>', "escalationEventDefinition"),
        ('<b:endEvent id="x"><b:compensateEventDefinition/></b:endEvent>', "compensateEventDefinition"),
        (
            '<b:endEvent id="x"><b:eventDefinitionRef>y</b:eventDefinitionRef></b:endEvent>',
            "eventDefinitionRef",
        ),
        (
            '<b:startEvent id="x"><b:messageEventDefinition messageRef="m1"/><b:timerEventDefinition/></b:startEvent>',
            "timerEventDefinition",
        ),
        (
            '<b:startEvent id="x"><b:timerEventDefinition qc:workday="3"/></b:startEvent>',
            "timerEventDefinition qc:workday",
        ),
        (
            '<b:startEvent id="x"><b:timerEventDefinition><b:timeDate/><b:timeCycle/></b:timerEventDefinition>'
            "</b:startEvent>",
            "a second timeCycle",
        ),
        (
            '<b:startEvent id="x"><b:messageEventDefinition messageRef="m1" operationRef="o"/></b:startEvent>',
            'messageEventDefinition operationRef="o"',
        ),
        (
            '<b:userTask id="x"><b:multiInstanceLoopCharacteristics><b:loopCardinality>3</b:loopCardinality>'
            "</b:multiInstanceLoopCharacteristics></b:userTask>",
            "multiInstanceLoopCharacteristics loopCardinality",
        ),
        (
            '<b:userTask id="x"><b:multiInstanceLoopCharacteristics><b:completionCondition>3</b:completionCondition>'
            "</b:multiInstanceLoopCharacteristics></b:userTask>",
            "multiInstanceLoopCharacteristics completionCondition",
        ),
        (
            '<b:userTask id="x"><b:multiInstanceLoopCharacteristics qc:quota="3"/></b:userTask>',
            "multiInstanceLoopCharacteristics qc:quota",
        ),
        (
            '<b:userTask id="x"><b:multiInstanceLoopCharacteristics/><b:multiInstanceLoopCharacteristics/></b:userTask>',
            "multiInstanceLoopCharacteristics",
        ),
        (
            '<b:userTask id="x"><b:extensionElements><qc:input/></b:extensionElements></b:userTask>',
            "qc:input",
        ),
        (
            '<b:callActivity id="x"><b:extensionElements><qc:in source="a" target="b" all="true"/></b:extensionElements>'
            "</b:callActivity>",
            'qc:in all="true"',
        ),
    ],
)
def test_what_the_model_cannot_carry_is_named_on_the_element(element: str, detail: str) -> None:
    assert only(element).details == (detail,)


@pytest.mark.parametrize(
    ("inside", "oddity"),
    [
        ('<b:scriptTask id="x"/>', Oddity("unsupported", "x", "scriptTask")),
        ('<b:manualTask id="x"/>', Oddity("unsupported", "x", "manualTask")),
        ('<b:task id="x"/>', Oddity("unsupported", "x", "task")),
        ('<b:receiveTask id="x"/>', Oddity("unsupported", "x", "receiveTask")),
        ('<b:transaction id="x"/>', Oddity("unsupported", "x", "transaction")),
        ('<b:adHocSubProcess id="x"/>', Oddity("unsupported", "x", "adHocSubProcess")),
        ('<b:complexGateway id="x"/>', Oddity("unsupported", "x", "complexGateway")),
        ('<b:intermediateThrowEvent id="x"/>', Oddity("unsupported", "x", "intermediateThrowEvent")),
        ('<b:dataObject id="x"/>', Oddity("unsupported", "x", "dataObject")),
        (
            '<b:subProcess id="s"><b:scriptTask id="x"/></b:subProcess>',
            Oddity("unsupported", "x", "scriptTask"),
        ),
        (
            '<b:subProcess id="s"><other:userTask id="x"/></b:subProcess>',
            Oddity("unsupported", "x", "userTask"),
        ),
        ('<other:userTask id="x"/>', Oddity("unsupported", "x", "userTask")),
        ("<b:userTask/>", Oddity("no-id", "", "userTask")),
        ('<b:userTask id="x"/><b:endEvent id="x"/>', Oddity("duplicate-id", "x")),
        (
            '<b:endEvent id="x"><b:errorEventDefinition errorRef="e9"/></b:endEvent>',
            Oddity("unknown-reference", "x", "e9"),
        ),
        (
            '<b:sequenceFlow id="x" sourceRef="a" targetRef="b" isImmediate="false"/>',
            Oddity("unsupported-detail", "x", 'isImmediate="false"'),
        ),
        (
            '<b:sequenceFlow id="x"><b:conditionExpression>a<b/></b:conditionExpression></b:sequenceFlow>',
            Oddity("unsupported-detail", "x", "b"),
        ),
        (
            '<b:sequenceFlow id="x"><b:conditionExpression language="javascript">a</b:conditionExpression></b:sequenceFlow>',
            Oddity("condition-language", "x", "javascript"),
        ),
        (
            "<b:extensionElements><qc:variables/></b:extensionElements>",
            Oddity("unsupported-detail", "p", "qc:variables"),
        ),
        (
            '<b:extensionElements><qc:variable name="a" type="int" default="1"/></b:extensionElements>',
            Oddity("unsupported-detail", "p", 'qc:variable default="1"'),
        ),
        (
            '<b:extensionElements><qc:variable name="1a"/></b:extensionElements>',
            Oddity("bad-variable", "p", "1a"),
        ),
    ],
)
def test_what_the_model_cannot_carry_is_named_in_the_model(inside: str, oddity: Oddity) -> None:
    assert oddity in model_of(inside).oddities


@pytest.mark.parametrize("name", ["collaboration", "signal", "escalation", "itemDefinition", "dataStore"])
def test_what_stands_beside_the_process_is_named(name: str) -> None:
    assert model_of("", f'<b:{name} id="x"/>').oddities == (Oddity("unsupported", "x", name),)


def test_second_process_is_named() -> None:
    assert model_of("", "").oddities == ()
    text = f'{HEAD}<b:process id="p"/><b:process id="q"/></b:definitions>'
    assert read(text).oddities == (Oddity("several-processes", "q"),)


def test_text_is_read_as_it_is_whatever_encoding_it_names() -> None:
    text = f'<?xml version="1.0" encoding="GB2312"?>{HEAD}<b:process id="p" name="填报"/></b:definitions>'
    assert read(text).name == "填报"
    assert read(text.encode("gb2312")).name == "填报"


def test_script_in_a_label_is_only_text() -> None:
    assert only('<b:userTask id="x" name="&lt;script&gt;alert(1)&lt;/script&gt;"/>').label("en") == (
        "<script>alert(1)</script>"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "not well-formed"),
        ("<a/>", "not a BPMN 2.0"),
        (f"{HEAD}</b:definitions>", "no <process>"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type"),
        (f"{'<a>' * 61}{'</a>' * 61}", "deep"),
        (f"<a>{'<b/>' * 20_001}</a>", "more than 20000"),
        ("<a " + " ".join(f"b{n}=''" for n in range(201)) + "/>", "more than 200 attributes"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "not well-formed"),
    ],
)
def test_text_that_cannot_be_read_says_why(text: str | bytes, words: str) -> None:
    with pytest.raises(BpmnError, match=words):
        read(text)
