"""Drawing what has no diagram: everything is drawn, nothing overlaps, twice is the same."""

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from lxml import etree

from processes.bpmn.errors import BpmnError
from processes.bpmn.layout import drawn, is_drawn, lay_out
from processes.bpmn.model import SUB_PROCESS, Model
from processes.bpmn.reader import read
from processes.bpmn.writer import normalise
from processes.tests.draw import boundary, definition, end, flows, gateway, sub_process, timer, user
from processes.tests.generate import definitions
from processes.tests.kit import REVIEW

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
SHIPPED = sorted(Path(django_settings.BASE_DIR).glob("*/flows/*/definition.bpmn"))
WITHOUT_DIAGRAM = re.compile(r"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>\s*", re.S)

Box = tuple[float, float, float, float]
Way = list[tuple[float, float]]


def drawing_of(text: str) -> tuple[dict[str, Box], dict[str, Way]]:
    """Boxes (left, top, right, bottom) and corners by element; fails when an element is drawn twice."""
    root = etree.fromstring(text.encode())
    shapes: dict[str, Box] = {}
    for shape in root.iter(f"{DI}BPMNShape"):
        at = shape.find(BOUNDS)
        x, y, width, height = (float(at.get(name)) for name in ("x", "y", "width", "height"))
        assert shape.get("bpmnElement") not in shapes
        shapes[shape.get("bpmnElement")] = (x, y, x + width, y + height)
    edges = {
        edge.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in edge.iter(WAYPOINT)]
        for edge in root.iter(f"{DI}BPMNEdge")
    }
    return shapes, edges


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def inside(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def check_drawing(text: str) -> None:
    """Everything that holds of every drawing we make."""
    again = lay_out(text)
    assert lay_out(again) == again
    assert is_drawn(again)
    assert drawn(again) == again
    model = read(again)
    assert model == read(text)
    shapes, edges = drawing_of(again)
    assert set(shapes) == set(model.elements)
    assert set(edges) == set(model.flows)
    assert all(math.isfinite(number) and number >= 0 for box in shapes.values() for number in box)
    for one, other in combinations(model.elements.values(), 2):
        if other.id in (one.parent, one.attached_to) or one.id in (other.parent, other.attached_to):
            continue
        if one.parent == other.parent:
            assert not overlap(shapes[one.id], shapes[other.id]), (one.id, other.id)
    for element in model.elements.values():
        if element.parent:
            left, top, right, bottom = shapes[element.id]
            assert inside((left, top), shapes[element.parent])
            assert inside((right, bottom), shapes[element.parent])
        if element.attached_to:
            left, top, right, bottom = shapes[element.id]
            host = shapes[element.attached_to]
            assert (top + bottom) / 2 == host[3]
            assert host[0] < left < right < host[2]
    for key, way in edges.items():
        flow = model.flows[key]
        assert inside(way[0], shapes[flow.source])
        assert inside(way[-1], shapes[flow.target])
        for (x1, y1), (x2, y2) in pairwise(way):
            assert x1 == x2 or y1 == y2, f"{key} runs askew"
            check_passes_nobody(key, (x1, y1, x2, y2), model, shapes)


def check_passes_nobody(key: str, line: Box, model: Model, shapes: dict[str, Box]) -> None:
    flow = model.flows[key]
    box = (min(line[0], line[2]), min(line[1], line[3]), max(line[0], line[2]), max(line[1], line[3]))
    wide = (box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1)
    source = model.elements[flow.source]
    own = {flow.source, flow.target, source.attached_to}
    for element in model.elements.values():
        if element.parent == flow.parent and element.id not in own and element.attached_to not in own - {""}:
            assert not overlap(wide, shapes[element.id]), f"{key} runs through {element.id}"


@given(definitions(leaves=12))
@settings(max_examples=120, deadline=None)
def test_any_definition_is_drawn_tidily(text: str) -> None:
    check_drawing(text)


@pytest.mark.parametrize("text", [REVIEW, *(path.read_text("utf-8") for path in SHIPPED)])
def test_shipped_definitions_are_drawn_tidily(text: str) -> None:
    check_drawing(text)


def test_the_straight_way_is_one_row_and_goes_right() -> None:
    text = definition(
        user("a"), user("b"), gateway("exclusive", "g", default="g_end"), end(),
        flows("file > a > b > g > end", "g > a : short"), variables={"short": "bool"},
    )  # fmt: skip
    shapes, edges = drawing_of(lay_out(text))
    row = [shapes[key] for key in ("start", "file", "a", "b", "g", "end")]
    assert len({(top + bottom) / 2 for _left, top, _right, bottom in row}) == 1
    assert all(one[2] < other[0] for one, other in pairwise(row))
    assert min(y for _x, y in edges["g_a"]) < min(top for _left, top, _right, _bottom in row)


def test_a_branch_has_a_row_of_its_own() -> None:
    text = definition(
        gateway("parallel", "split", "join"), user("a"), user("b"), user("c"), end(),
        flows("file > split > a > join > end", "split > b > join", "split > c > join"),
    )  # fmt: skip
    shapes, _edges = drawing_of(lay_out(text))
    assert len({shapes[key][1] for key in "abc"}) == 3
    assert len({shapes[key][0] for key in "abc"}) == 1


def test_of_two_ways_of_one_length_the_usual_one_goes_straight_on() -> None:
    text = definition(
        gateway("exclusive", "g", default="g_b"), user("a"), user("b"), gateway("exclusive", "j"), end(),
        flows("g > a : short", "file > g > b > j > end", "a > j"), variables={"short": "bool"},
    )  # fmt: skip
    shapes, _edges = drawing_of(lay_out(text))
    assert shapes["b"][1] == shapes["file"][1] < shapes["a"][1]
    assert lay_out(text).count('isMarkerVisible="true"') == 2


def test_names_of_arrows_have_room_in_both_languages() -> None:
    text = definition(gateway("exclusive", "g"), user("a"), end(), flows("file > g > a > end"))
    named = text.replace('id="g_a"', 'id="g_a" name="其他" qc:nameEn="All the others"')
    label = etree.fromstring(lay_out(named).encode()).find(
        f".//{DI}BPMNEdge[@bpmnElement='g_a']/{DI}BPMNLabel"
    )
    width = float(label.find(BOUNDS).get("width"))
    assert width >= 80
    shapes, _edges = drawing_of(lay_out(named))
    assert shapes["a"][0] - shapes["g"][2] > width


def test_many_boundary_events_have_room() -> None:
    events = [boundary(f"v{n}", "a", timer("P1D"), interrupting=False) for n in range(5)]
    ends = [end(f"e{n}") for n in range(5)]
    ways = flows("file > a > end", *(f"v{n} > e{n}" for n in range(5)))
    check_drawing(definition(user("a"), *events, *ends, end(), ways))


def test_an_edge_from_a_boundary_event_to_the_next_element_runs_below_the_host() -> None:
    text = definition(
        user("a"), boundary("v", "a", timer("P1D")), gateway("exclusive", "j"), end(),
        flows("file > a > j > end", "v > j"),
    )  # fmt: skip
    shapes, edges = drawing_of(lay_out(text))
    assert edges["v_j"][1][1] > shapes["v"][3]
    check_drawing(text)


def test_two_flows_between_the_same_two_are_told_apart() -> None:
    text = definition(user("a"), end(), flows("file > a > end"), flows("file > a").replace("file_a", "again"))
    _shapes, edges = drawing_of(lay_out(text))
    assert edges["file_a"] != edges["again"]
    check_drawing(text)


def test_loops_of_one_element_and_round_the_start_are_drawn() -> None:
    check_drawing(definition(user("a"), end(), flows("file > a > end", "a > a", "a > file")))


def test_an_empty_sub_process_and_what_is_unreachable_are_drawn() -> None:
    check_drawing(definition(sub_process("s"), user("alone"), end(), flows("file > s > end")))


def test_a_sub_process_is_drawn_open() -> None:
    text = lay_out(definition(sub_process("s", user("a")), end(), flows("file > s > end")))
    assert read(text).elements["s"].type == SUB_PROCESS
    assert re.search(r'bpmnElement="s" isExpanded="true"', text)


def test_elements_that_we_do_not_run_are_drawn_too() -> None:
    text = definition(user("a"), end(), flows("file > a > end")).replace("userTask", "manualTask")
    assert not is_drawn(text)
    shapes, _edges = drawing_of(lay_out(text))
    assert set(shapes) == {"start", "file", "a", "end"}


def test_the_old_drawing_goes_and_the_rest_of_the_text_stays() -> None:
    text = normalise(SHIPPED[0].read_text("utf-8"))
    again = lay_out(text)
    assert again.count("<bpmndi:BPMNDiagram") == 1
    assert WITHOUT_DIAGRAM.sub("", again) == WITHOUT_DIAGRAM.sub("", text)


def test_a_drawing_with_a_hole_is_drawn_afresh() -> None:
    whole = lay_out(REVIEW)
    assert drawn(whole) == whole
    holed = re.sub(r'<dc:Bounds x="\d+"', '<dc:Bounds x="NaN"', whole, count=1)
    assert not is_drawn(holed)
    assert drawn(holed) == whole


def test_ids_of_the_drawing_do_not_clash() -> None:
    text = definition(user("a"), user("a_di"), user("plane"), end(), flows("file > a > a_di > plane > end"))
    ids = re.findall(r'\bid="([^"]+)"', lay_out(text))
    assert len(ids) == len(set(ids))


def test_a_long_chain_is_drawn_in_a_moment() -> None:
    names = [f"t{n}" for n in range(1500)]
    check = definition(*(user(name) for name in names), end(), flows(" > ".join(["file", *names, "end"])))
    assert is_drawn(lay_out(check))


def test_what_is_no_process_is_refused() -> None:
    with pytest.raises(BpmnError, match="process"):
        lay_out('<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>')
