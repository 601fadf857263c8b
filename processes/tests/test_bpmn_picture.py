"""What goes to a browser that draws: names in the reader's language, and no rule of the chain."""

from hypothesis import given, settings

from processes.bpmn.layout import is_drawn
from processes.bpmn.picture import picture
from processes.bpmn.reader import read
from processes.tests.draw import COUNSELOR, definition, end, flows, gateway, rules, user
from processes.tests.generate import definitions

TEXT = definition(
    user("a", f'{COUNSELOR} qc:nameEn="Counselor" qc:ask="问"'),
    gateway("exclusive", "g", default="g_end"),
    rules("r", "kind", ("short", '"secret"')),
    end(),
    flows("file > a > g > end", "g > r : short", "r > end"),
    variables={"short": "bool", "kind": "string"},
)


def test_names_are_in_the_language_of_the_reader() -> None:
    assert read(picture(TEXT, "en")).elements["a"].name == "Counselor"
    assert read(picture(TEXT, "zh-hans")).elements["a"].name == "a"


def test_rules_of_the_chain_stay_behind() -> None:
    sent = picture(TEXT, "zh-hans")
    for hidden in ('qicheng.dev/bpmn"', "counselor", "secret", "short", "variable", "conditionExpression"):
        assert hidden not in sent.replace('targetNamespace="https://qicheng.dev"', "")
    assert 'default="g_end"' in sent


def test_what_has_no_diagram_is_drawn() -> None:
    assert not is_drawn(TEXT)
    assert is_drawn(picture(TEXT, "en"))


@given(definitions())
@settings(max_examples=30, deadline=None)
def test_every_element_and_flow_is_in_the_picture(text: str) -> None:
    whole, sent = read(text), read(picture(text, "en"))
    assert list(sent.elements) == list(whole.elements)
    assert {key: each.type for key, each in sent.elements.items()} == {
        key: each.type for key, each in whole.elements.items()
    }
    assert [(f.source, f.target) for f in sent.flows.values()] == [
        (f.source, f.target) for f in whole.flows.values()
    ]
