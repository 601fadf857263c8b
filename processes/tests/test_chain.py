"""The plain view of a chain, and changes of it that keep everything else."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lxml import etree

from processes.bpmn.chain import branches, levels
from processes.bpmn.chain.conditions import ANY, MORE, ONE_OF, YES, Condition, Row
from processes.bpmn.chain.draft import ChainError, Edit, apply
from processes.bpmn.chain.items import Automatic, Branch, Chain, End, Item, Jump, Level, Way
from processes.bpmn.chain.items import Path as ChainPath
from processes.bpmn.chain.reading import chain_of
from processes.bpmn.layout import is_drawn
from processes.bpmn.lint import lint_text
from processes.bpmn.model import Loop
from processes.bpmn.reader import read
from processes.bpmn.writer import normalise
from processes.tests.generate import block, definitions, text_of
from processes.tests.test_lint_random import CATALOGUE

SHIPPED = {
    path.parent.name: path.read_text(encoding="utf-8")
    for path in sorted(Path(django_settings.BASE_DIR).glob("*/flows/*/definition.bpmn"))
}
FILING, VETTING, TALK = SHIPPED["filing"], SHIPPED["vetting"], SHIPPED["talk"]
#: What shipped definitions are looked at with; their handlers are their own.
NAMES = replace(CATALOGUE, handlers=None)
REVIEWER = {"role": "college_officer", "unit": "college"}
SHORT = Condition((Row("short", YES),))
ABROAD = Condition((Row("category", ONE_OF, ("80", "85")),))


def shown(path: ChainPath) -> list[object]:
    """Ids of a path; a branch as its id and its ways."""
    return [_shown(step.item) for step in path.steps]


def _shown(item: Item) -> object:
    if isinstance(item, Branch):
        return (item.element.id, [shown(way.path) for way in item.ways])
    return f"-> {item.target.id}" if isinstance(item, Jump) else item.element.id


def test_filing_is_levels_and_a_branch() -> None:
    assert shown(chain_of(FILING).path) == [
        "start",
        "file",
        "counselor_review",
        (
            "route",
            [
                [],
                ["college_approval_freelance", "university_approval_freelance"],
                ["college_review", "university_review"],
            ],
        ),
        "make_effective",
        "end",
    ]


def test_vetting_shows_what_menus_cannot_say_as_locked() -> None:
    chain = chain_of(VETTING)
    (branch,) = chain.branches()
    assert branch.ways[0].condition is None
    assert branch.ways[0].flow.condition == "!white && (agency || risk_hints > 0)"
    fill = next(chain.levels())
    assert [(each.element.id, [e.id for e in each.contains]) for each in fill.attached] == [
        ("too_long", ["expire", "expired"])
    ]


def test_talk_goes_side_by_side_back_and_to_several_ends() -> None:
    assert shown(chain_of(TALK).path) == [
        "start",
        "apply",
        "assess",
        "review",
        "choose",
        "hold",
        ("clear", [["venue"], [("many_visitors", [["security"], []])]]),
        "confirm",
        (
            "answer",
            [
                ["publish", ("until_held", [["over", "finish", "end"], ["called_off", "free_venue", "off"]])],
                ["-> choose"],
                ["decline", "declined"],
            ],
        ),
    ]


def test_diagram_is_drawn_anew_with_every_element() -> None:
    after = apply(FILING, lambda draft: levels.add(draft, "to_counselor", "初审", REVIEWER), NAMES)
    assert is_drawn(after)
    named = apply(FILING, lambda draft: levels.change(draft, "college_review", "院审", {}), NAMES)
    assert named.partition("BPMNDiagram")[2] == normalise(FILING).partition("BPMNDiagram")[2]


def test_loop_comes_back_to_where_it_began() -> None:
    assert shown(chain_of(text_of(block("loop", block("service")))).path) == [
        "start",
        "file",
        "g1",
        "t3",
        "a4",
        "r6",
        ("j2", [["-> g1"], []]),
        "a7",
        "take_effect",
        "end",
    ]


@given(definitions())
@settings(max_examples=150, deadline=None)
def test_every_element_is_shown_once(text: str) -> None:
    model, chain = read(text), chain_of(text)
    counted: list[str] = []
    for path in chain.paths():
        for step in path.steps:
            counted += _ids(step.item)
    assert len(counted) == len(set(counted))
    assert set(counted) == {element.id for element in model.children()}


def _ids(item: Item) -> list[str]:
    if isinstance(item, Jump):
        return []
    ids = [item.element.id]
    if isinstance(item, Branch) and item.join is not None:
        ids.append(item.join.id)
    if isinstance(item, Level) and item.gate is not None:
        ids += [item.gate.gateway.id, item.gate.join.id]
    for locked in getattr(item, "attached", ()):
        ids += [locked.element.id, *(each.id for each in locked.contains)]
    return ids + [each.id for each in getattr(item, "contains", ())]


def canonical(text: str) -> dict[str, bytes]:
    """Id -> what is written of each element, but how it is connected."""
    root = etree.fromstring(text.encode())
    found = {}
    for node in root.iter("{*}process"):
        for child in node.iterchildren(etree.Element):
            for said in list(child.iterchildren("{*}incoming", "{*}outgoing")):
                child.remove(said)
            for name in ("sourceRef", "targetRef"):
                if etree.QName(child).localname == "sequenceFlow":
                    child.attrib.pop(name)
            child.tail = None
            for inner in child.iter():
                inner.tail = None
            if len(child):
                child.text = None
            out = BytesIO()
            etree.ElementTree(child).write_c14n(out, with_comments=True)
            found[child.get("id", child.tag)] = out.getvalue()
    return found


def check_kept(before: str, after: str, touched: set[str], gone: set[str]) -> None:
    """Whatever is not touched is written as before; only *gone* and the flows from there are away."""
    old, new = canonical(before), canonical(after)
    model = read(before)
    away = gone | {flow.id for flow in model.flows.values() if {flow.source, flow.target} & gone}
    assert set(old) - set(new) <= away
    assert {key: value for key, value in new.items() if key in old and key not in touched} == {
        key: value for key, value in old.items() if key in new and key not in touched
    }
    check_wiring(after)


def check_wiring(text: str) -> None:
    """Where elements say which flows touch them, they say it right."""
    model = read(text)
    root = etree.fromstring(text.encode())
    for key in model.elements:
        (node,) = root.xpath("//*[@id=$key]", key=key)
        for side, flows in (("incoming", model.incoming(key)), ("outgoing", model.outgoing(key))):
            said = {child.text.strip() for child in node.iterchildren(f"{{*}}{side}")}
            assert said in ({flow.id for flow in flows}, set() if "incoming" not in text else None), key


@pytest.mark.parametrize("text", SHIPPED.values(), ids=SHIPPED)
def test_level_fits_into_every_gap(text: str) -> None:
    gaps = list(chain_of(text).gaps())
    assert len(gaps) > 2
    for gap in gaps:
        after = apply(text, lambda draft, key=gap.key: levels.add(draft, key, "复核", REVIEWER), NAMES)
        check_kept(text, after, set(), set())
        added = next(level for level in chain_of(after).levels() if level.element.id == "level_1")
        assert added.element.settings == REVIEWER
        assert len(list(chain_of(after).levels())) == len(list(chain_of(text).levels())) + 1


def test_level_behind_a_branch_is_met_by_all_its_ways() -> None:
    gap = next(gap for gap in chain_of(FILING).gaps() if len(gap.flows) == 3)
    after = apply(FILING, lambda draft: levels.add(draft, gap.key, "公示", REVIEWER))
    assert {flow.source for flow in read(after).incoming("level_1")} == {
        "route",
        "university_review",
        "university_approval_freelance",
    }
    assert shown(chain_of(after).path)[-3:] == ["level_1", "make_effective", "end"]


def test_level_is_removed_with_what_leads_past_it() -> None:
    after = apply(FILING, lambda draft: levels.remove(draft, "college_review"))
    assert shown(chain_of(after).path)[3] == (
        "route",
        [[], ["college_approval_freelance", "university_approval_freelance"], ["university_review"]],
    )
    check_kept(FILING, after, set(), {"college_review"})
    assert "college_review" not in after


def test_level_that_others_return_to_is_not_removed() -> None:
    with pytest.raises(ChainError) as caught:
        apply(TALK, lambda draft: levels.remove(draft, "choose"), NAMES)
    assert [problem.code for problem in caught.value.problems] == ["return-to"]


def test_level_on_which_events_sit_is_not_removed() -> None:
    with pytest.raises(ChainError) as caught:
        apply(VETTING, lambda draft: levels.remove(draft, "fill"))
    assert (caught.value.code, caught.value.element) == ("attached", "30 天未提交")


def gap_before(chain: Chain, element_id: str) -> str:
    steps = [step for path in chain.paths() for step in path.steps]
    (key,) = [step.before.key for step in steps if step.item.element.id == element_id and step.before]
    return key


def test_level_moves_into_a_way_and_out_of_it() -> None:
    there = gap_before(chain_of(FILING), "college_review")
    inside = apply(FILING, lambda draft: levels.move(draft, "counselor_review", there))
    assert shown(chain_of(inside).path)[2] == (
        "route",
        [
            [],
            ["college_approval_freelance", "university_approval_freelance"],
            ["counselor_review", "college_review", "university_review"],
        ],
    )
    check_wiring(inside)
    back = apply(inside, lambda draft: levels.move(draft, "counselor_review", "to_counselor"))
    assert read(back) == read(FILING) or shown(chain_of(back).path) == shown(chain_of(FILING).path)
    assert canonical(back) == canonical(FILING)


def test_settings_go_with_what_they_belong_to() -> None:
    text = apply(
        FILING,
        lambda draft: levels.change(
            draft,
            "college_review",
            "学院复核",
            {"dueWorkdays": "4", "remindWorkdays": "1", "onEmpty": "up"},
            Loop(True, "", "ratio", "0.5"),
        ),
        NAMES,
    )
    task = read(text).elements["college_review"]
    assert (task.name, task.settings["dueWorkdays"], task.loop) == (
        "学院复核",
        "4",
        Loop(True, "", "ratio", "0.5"),
    )
    text = apply(
        text,
        lambda draft: levels.change(
            draft,
            "college_review",
            "学院复核",
            {"role": "", "unit": "", "doerOf": "counselor_review", "dueWorkdays": "", "onEmpty": "skip"},
            Loop(True),
        ),
        NAMES,
    )
    task = read(text).elements["college_review"]
    assert task.loop is None
    assert set(task.settings) == {"nameEn", "doerOf", "batch", "ask", "askEn", "onEmpty"}
    check_kept(FILING, text, {"college_review"}, set())


def test_level_is_skipped_when_a_condition_holds_and_looked_at_again() -> None:
    edit: Edit = lambda draft: levels.set_gate(draft, "counselor_review", ABROAD)  # noqa: E731
    text = apply(FILING, edit, NAMES)
    gate = next(level for level in chain_of(text).levels() if level.element.id == "counselor_review").gate
    assert gate is not None
    assert (gate.skips, gate.condition) == (True, ABROAD)
    only = apply(text, lambda draft: levels.set_gate(draft, "counselor_review", ABROAD, skips=False), NAMES)
    gate = next(level for level in chain_of(only).levels() if level.element.id == "counselor_review").gate
    assert gate is not None
    assert (gate.skips, gate.condition) == (False, ABROAD)
    plain = apply(only, lambda draft: levels.set_gate(draft, "counselor_review", None), NAMES)
    assert canonical(plain).keys() == canonical(FILING).keys()
    assert shown(chain_of(plain).path) == shown(chain_of(FILING).path)


def test_way_is_added_changed_moved_and_removed() -> None:
    def add(draft: object) -> None:
        branches.add_way(draft, "route", ABROAD)  # type: ignore[arg-type]

    text = apply(FILING, add, NAMES)
    (branch,) = chain_of(text).branches()
    assert [(way.condition, way.is_default) for way in branch.ways][2:] == [(ABROAD, False), (None, True)]
    flow = branch.ways[2].flow.id
    filled = apply(text, lambda draft: levels.add(draft, flow, "出国审核", REVIEWER), NAMES)
    other = Condition((Row("category", ONE_OF, ("81",)),))
    filled = apply(filled, lambda draft: branches.set_condition(draft, flow, other), NAMES)
    first = apply(filled, lambda draft: branches.move_way(draft, flow, -1), NAMES)
    (branch,) = chain_of(first).branches()
    assert [way.flow.id for way in branch.ways] == ["to_effect_unplaced", flow, "to_freelance", "to_college"]
    assert branch.ways[1].condition == other
    back = apply(first, lambda draft: branches.remove_way(draft, flow), NAMES)
    assert canonical(back) == canonical(FILING)


def test_overlapping_condition_is_refused() -> None:
    same = Condition((Row("category", ONE_OF, ("76",)),))
    with pytest.raises(ChainError) as caught:
        apply(FILING, lambda draft: branches.add_way(draft, "route", same), NAMES)
    assert [problem.code for problem in caught.value.problems] == ["same-condition"]


def test_last_way_but_one_takes_its_branch_with_it() -> None:
    text = apply(FILING, lambda draft: branches.add(draft, "to_counselor", {"name": "境外"}, ABROAD), NAMES)
    branch = next(branch for branch in chain_of(text).branches() if branch.element.name == "境外")
    way = branch.ways[0].flow.id
    text = apply(text, lambda draft: levels.add(draft, way, "国际处", REVIEWER), NAMES)
    assert ("branch_1", [["level_1"], []]) in shown(chain_of(text).path)
    back = apply(text, lambda draft: branches.remove_way(draft, way), NAMES)
    assert shown(chain_of(back).path) == shown(chain_of(FILING).path)
    assert canonical(back).keys() == canonical(FILING).keys()


def test_side_by_side_branch_is_put_in() -> None:
    text = apply(FILING, lambda draft: branches.add(draft, "to_counselor", {"name": "会签"}, None), NAMES)
    (first, second) = (way.flow.id for way in next(chain_of(text).branches()).ways)
    for flow in (first, second):
        text = apply(text, lambda draft, key=flow: levels.add(draft, key, "审核", REVIEWER), NAMES)
    assert ("branch_1", [["level_1"], ["level_2"]]) in shown(chain_of(text).path)


def test_locked_block_is_kept_to_the_letter() -> None:
    text = text_of(block("sequence", block("task"), block("scope", block("task")), block("race")))
    after = apply(text, lambda draft: levels.add(draft, draft.chain.path.steps[2].before.key, "审", REVIEWER))
    pattern = r"<bpmn:subProcess .*?</bpmn:subProcess>"
    assert re.search(pattern, normalise(text))[0] == re.search(pattern, after)[0]


CONDITIONS = st.sampled_from(
    [
        SHORT,
        Condition((Row("level", MORE, ("3",)),)),
        Condition((Row("kind", ONE_OF, ("e", "f")), Row("agreed", YES)), ANY),
    ]
)


@given(definitions(leaves=6), st.data())
@settings(max_examples=150, deadline=None)
def test_random_changes_keep_a_chain_sound_and_everything_else(text: str, data: st.DataObject) -> None:
    for _step in range(data.draw(st.integers(1, 4))):
        name, edit, touched, gone = data.draw(changes(chain_of(text)))
        try:
            after = apply(text, edit, CATALOGUE)
        except ChainError as error:
            event(f"{name} refused: {error.code}")
            continue
        event(f"{name} done")
        assert lint_text(after, CATALOGUE) == []
        check_kept(text, after, touched, gone)
        text = after


Change = tuple[str, Edit, set[str], set[str]]


@st.composite
def changes(draw: st.DrawFn, chain: Chain) -> Change:
    """Name of a change, the change, the ids it touches, the ids it takes away."""
    makers = [adding, removing, moving, changing, gating, branching]
    makers += [way_adding, way_removing, way_moving, way_changing] if list(chain.branches()) else []
    return draw(st.sampled_from(makers))(draw, chain)


def a_gap(draw: st.DrawFn, chain: Chain) -> str:
    return draw(st.sampled_from([gap.key for gap in chain.gaps()]))


def a_level(draw: st.DrawFn, chain: Chain) -> tuple[str, set[str], set[str]]:
    level = draw(st.sampled_from(list(chain.levels())))
    gate = {level.gate.gateway.id, level.gate.join.id} if level.gate else set()
    return level.element.id, gate, {level.gate.flow.id} if level.gate else set()


def adding(draw: st.DrawFn, chain: Chain) -> Change:
    gap = a_gap(draw, chain)
    return "add", lambda draft: levels.add(draft, gap, "新增", REVIEWER), set(), set()


def removing(draw: st.DrawFn, chain: Chain) -> Change:
    key, gate, _flow = a_level(draw, chain)
    return "remove", lambda draft: levels.remove(draft, key), set(), {key} | gate


def moving(draw: st.DrawFn, chain: Chain) -> Change:
    steps = [step for path in chain.paths() for step in path.steps]
    movable = [step.item.element.id for step in steps if isinstance(step.item, Level | Automatic | Branch)]
    which, gap = draw(st.sampled_from(movable)), a_gap(draw, chain)
    return "move", lambda draft: levels.move(draft, which, gap), set(), set()


def changing(draw: st.DrawFn, chain: Chain) -> Change:
    key, _gate, _flow = a_level(draw, chain)
    loop = draw(st.sampled_from([None, Loop(), Loop(True, complete="any")]))
    return "change", lambda draft: levels.change(draft, key, "改", {"dueWorkdays": "9"}, loop), {key}, set()


def gating(draw: st.DrawFn, chain: Chain) -> Change:
    (key, gate, flow), skips = a_level(draw, chain), draw(st.booleans())
    wanted = draw(st.one_of(CONDITIONS, st.none()))
    return "gate", lambda draft: levels.set_gate(draft, key, wanted, skips=skips), flow, gate


def branching(draw: st.DrawFn, chain: Chain) -> Change:
    gap, wanted = a_gap(draw, chain), draw(st.one_of(CONDITIONS, st.none()))
    return "branch", lambda draft: branches.add(draft, gap, {"name": "分支"}, wanted), set(), set()


def a_way(draw: st.DrawFn, chain: Chain) -> tuple[Branch, Way]:
    branch = draw(st.sampled_from(list(chain.branches())))
    return branch, draw(st.sampled_from(branch.ways))


def way_adding(draw: st.DrawFn, chain: Chain) -> Change:
    (branch, _way), condition = a_way(draw, chain), draw(st.one_of(CONDITIONS, st.none()))
    return "add way", lambda draft: branches.add_way(draft, branch.element.id, condition), set(), set()


def way_moving(draw: st.DrawFn, chain: Chain) -> Change:
    (_branch, way), by = a_way(draw, chain), draw(st.sampled_from([-1, 1]))
    return "move way", lambda draft: branches.move_way(draft, way.flow.id, by), set(), set()


def way_changing(draw: st.DrawFn, chain: Chain) -> Change:
    (_branch, way), condition = a_way(draw, chain), draw(CONDITIONS)
    key = way.flow.id
    return "condition", lambda draft: branches.set_condition(draft, key, condition), {key}, set()


def way_removing(draw: st.DrawFn, chain: Chain) -> Change:
    branch, way = a_way(draw, chain)
    joins = {branch.join.id} if branch.join else set()
    ends = {branch.element.id, *joins} if len(branch.ways) == 2 else set()
    gone = ends | inner_ids(way.path) | {way.flow.id}
    return "remove way", lambda draft: branches.remove_way(draft, way.flow.id), set(), gone


def inner_ids(path: ChainPath) -> set[str]:
    found: set[str] = set()
    for step in path.steps:
        found |= set(_ids(step.item))
        if isinstance(step.item, Branch):
            found = found.union(*(inner_ids(way.path) | {way.flow.id} for way in step.item.ways))
        if isinstance(step.item, End):
            found.add(step.item.element.id)
    return found
