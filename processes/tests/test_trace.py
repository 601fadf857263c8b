"""The way of a case, read from its trail."""

from processes.bpmn.reader import read
from processes.diagrams.trace import Trace, trace
from processes.queries import history
from processes.tests.draw import (
    COLLEGE,
    UNIVERSITY,
    definition,
    end,
    flows,
    gateway,
    service,
    start,
    sub_process,
    user,
)
from processes.tests.kit import REVIEW


def way(tale) -> Trace:
    tale.case.refresh_from_db()
    return trace(tale.case.flow_class.model, history(tale.case))


def ended(tale) -> list[tuple[str, str]]:
    return [(visit.element_id, visit.kind) for visit in way(tale).visits if visit.until]


def waiting(tale) -> list[str]:
    return [visit.element_id for visit in way(tale).visits if visit.until is None]


def test_a_chain_is_told_from_its_start_with_people_and_times(tell):
    tale = tell(
        definition(user("a"), user("b", COLLEGE), service(), end(), flows("file > a > b > work > end"))
    )
    assert list(way(tale).flows) == ["start_file"]
    tale.submit()
    assert ended(tale) == [("start", "passed"), ("file", "submitted")]
    assert waiting(tale) == ["a"]
    tale.approve("a", "b")
    found = way(tale)
    assert [visit.element_id for visit in found.visits] == ["start", "file", "a", "b", "work", "end"]
    assert [v.person.name for v in found.visits if v.person] == ["学生✓", "陈老师", "李老师"]
    assert list(found.flows) == ["start_file", "file_a", "a_b", "b_work", "work_end"]
    assert all(visit.until and visit.since <= visit.until for visit in found.visits)


def test_only_the_flow_of_a_choice_that_was_taken_counts(tell):
    tale = tell(
        definition(
            gateway("exclusive", "g", default="g_b"), user("a"), user("b"), gateway("exclusive", "j"), end(),
            flows("g > a : short", "file > g > b > j > end", "a > j"), variables={"short": "bool"},
        )
    )  # fmt: skip
    tale.submit()
    tale.approve("b")
    assert set(way(tale).flows) == {"start_file", "file_g", "g_b", "b_j", "j_end"}


def test_paths_side_by_side_keep_apart(tell):
    tale = tell(
        definition(
            gateway("parallel", "s", "j"), user("a"), user("b", COLLEGE), user("c", UNIVERSITY), end(),
            flows("file > s > a > j > c > end", "s > b > j"),
        )
    )  # fmt: skip
    tale.submit()
    tale.approve("b")
    assert set(way(tale).flows) == {"start_file", "file_s", "s_a", "s_b", "b_j"}
    tale.approve("a")
    assert "a_j" in way(tale).flows
    assert "j_c" in way(tale).flows
    assert waiting(tale) == ["c"]


def test_a_step_returned_to_is_visited_twice(tell):
    tale = tell(REVIEW)
    tale.submit()
    tale.say("class_review", "return")
    tale.submit()
    assert ("class_review", "returned") in ended(tale)
    assert [v.kind for v in way(tale).at("file")] == ["submitted", "submitted"]
    assert waiting(tale) == ["class_review"]


def test_a_sub_process_and_what_follows_it_are_passed(tell):
    inside = (start("b"), user("a"), end("e"), flows("b > a > e"))
    tale = tell(definition(sub_process("s", *inside), user("c"), end(), flows("file > s > c > end")))
    tale.submit()
    tale.approve("a")
    assert set(way(tale).flows) == {"start_file", "file_s", "b_a", "a_e", "s_c"}


def test_elements_of_another_version_are_passed_over(tell):
    tale = tell(REVIEW)
    tale.submit()
    other = read(definition(user("x"), end(), flows("file > x > end")))
    tale.case.refresh_from_db()
    found = trace(other, history(tale.case))
    assert {visit.element_id for visit in found.visits} <= set(other.elements)
