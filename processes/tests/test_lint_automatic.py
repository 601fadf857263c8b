"""Service and send tasks, business rules, called processes."""

import pytest

from processes.bpmn.lint import CalledFlow
from processes.bpmn.reader import read
from processes.tests.lint_kit import chain, faults, service


def rules(*lines: str, result: str = "level") -> str:
    return (
        f'<businessRuleTask id="r" qc:result="{result}"><extensionElements>{"".join(lines)}</extensionElements>'
        "</businessRuleTask>"
    )


def rule(value: str, when: str = "") -> str:
    return f'<qc:rule when="{when}" value="{value}"/>' if when else f'<qc:rule value="{value}"/>'


def call(inside: str = "", called: str = 'calledElement="vetting"') -> str:
    return f'<callActivity id="c" {called}><extensionElements>{inside}</extensionElements></callActivity>'


@pytest.mark.parametrize(
    "element",
    [
        service("a"),
        service("a", 'qc:handler="take_effect" qc:run="later"'),
        service("a", 'qc:handler="take_effect" qc:run="now" implementation="##WebService"'),
        '<sendTask id="a" qc:handler="take_effect"/>',
        rules(rule("1")),
        rules(rule("level + 1", "short"), rule("2", "kind == 'a'"), rule("0")),
        rules(rule("1"), result="pay"),
        rules(rule("1.5"), result="pay"),
        rules(rule("'a'"), result="kind"),
        rules(rule("short || level == 1"), result="short"),
        rules(rule("people + ['a']"), result="people"),
        rules(rule("until + duration('24h')"), result="until"),
        call(),
        call('<qc:in source="level + 1" target="grade"/><qc:in source="kind" target="words"/>'),
        call('<qc:out source="grade" target="level"/><qc:out source="grade == 1" target="short"/>'),
        call('<qc:out source="grade" target="pay"/>'),
    ],
)
def test_legal_automatic_element_is_left_alone(element: str) -> None:
    assert faults(chain(element)) == []


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        (service("a", ""), ("no-handler", "a")),
        (service("a", 'qc:handler="nothing"'), ("unknown-handler", "a")),
        (service("a", 'qc:handler="take_effect" qc:run="soon"'), ("choice", "a")),
        (service("a", 'qc:handler="take_effect" operationRef="o"'), ("unsupported", "a")),
        (service("a", 'qc:handler="take_effect" qc:role="counselor"'), ("unknown-setting", "a")),
        ('<sendTask id="a"/>', ("no-handler", "a")),
        ('<sendTask id="a" qc:handler="nothing"/>', ("unknown-handler", "a")),
        (rules(), ("no-rule", "r")),
        (rules(rule("1", "short")), ("no-otherwise", "r")),
        (rules(rule("1"), rule("2", "short"), rule("3")), ("rule-order", "r")),
        (rules(rule("1"), result="nothing"), ("result", "r")),
        (rules(rule("1"), result=""), ("result", "r")),
        (rules(rule("1", "level"), rule("2")), ("bad-rule", "r")),
        (rules(rule("1", "shrt"), rule("2")), ("bad-rule", "r")),
        (rules(rule("'a'")), ("bad-rule", "r")),
        (rules(rule("1.5")), ("bad-rule", "r")),
        (rules(rule("true")), ("bad-rule", "r")),
        (rules(rule("short ? 1 : 'a'")), ("bad-rule", "r")),
        (rules(rule("nothing")), ("bad-rule", "r")),
        (rules(rule("")), ("bad-rule", "r")),
        (rules(rule("'2027-06-20'"), result="until"), ("bad-rule", "r")),
        (service("a", inside=f"<extensionElements>{rule('1')}</extensionElements>"), ("unsupported", "a")),
        (call(called=""), ("no-called", "c")),
        (call(called='calledElement="nothing"'), ("unknown-flow", "c")),
        (call(called='calledElement="timed"'), ("cannot-be-called", "c")),
        (call(called='calledElement="scratch"'), ("call-cycle", "c")),
        (call(called='calledElement="circle"'), ("call-cycle", "c")),
        (call('<qc:in source="level" target="nothing"/>'), ("bad-data", "c")),
        (call('<qc:in source="kind" target="grade"/>'), ("bad-data", "c")),
        (call('<qc:in source="grade" target="grade"/>'), ("bad-data", "c")),
        (call('<qc:in source="" target="grade"/>'), ("bad-data", "c")),
        (call('<qc:in source="level" target=""/>'), ("bad-data", "c")),
        (call('<qc:in source="1" target="grade"/><qc:in source="2" target="grade"/>'), ("bad-data", "c")),
        (call('<qc:out source="grade" target="nothing"/>'), ("bad-data", "c")),
        (call('<qc:out source="grade" target="kind"/>'), ("bad-data", "c")),
        (call('<qc:out source="level" target="level"/>'), ("bad-data", "c")),
        (
            service("a", inside='<extensionElements><qc:in source="1" target="a"/></extensionElements>'),
            ("unsupported", "a"),
        ),
    ],
)
def test_illegal_automatic_element_is_named(element: str, expected: tuple[str, str]) -> None:
    assert expected in faults(chain(element))


def test_called_flow_tells_what_a_call_has_to_know() -> None:
    model = read(chain(call(), variables={"level": "int"}))
    assert CalledFlow.of(model) == CalledFlow({"level": "int"}, frozenset({"vetting"}), can_be_called=True)
