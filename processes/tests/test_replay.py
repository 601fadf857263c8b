"""Finished cases sent through another text: which way they would have gone, and who would have been asked."""

import datetime
from collections.abc import Callable

from processes.evolve.replay import Replay, Replayer, replay
from processes.models import Case
from processes.tests import draw as d
from processes.tests.kit import KEY, REVIEW, ScratchFlow
from processes.tests.tale import START, Tale

Tell = Callable[..., Tale]
DAY = datetime.timedelta(days=1)

CHAIN = d.definition(
    d.user("a"),
    d.user("b", f'{d.COLLEGE} qc:canReject="true"'),
    d.end(),
    d.flows("file > a > b > end"),
)


def again(text: str, by_hand: dict[str, str] | None = None) -> Replay:
    """Every finished case in *text*."""
    return replay(KEY, text, Case.objects.exclude(finished=None).values_list("pk", flat=True), by_hand)


def straight(tale: Tale) -> None:
    """Handed in, a day later agreed to, two days later finished."""
    tale.submit(now=START)
    tale.approve("a", now=START + DAY)
    tale.approve("b", now=START + 3 * DAY)


def test_replayed_on_its_own_text_nothing_differs(flow: ScratchFlow, tell: Tell) -> None:
    straight(tell(CHAIN, now=START))
    back = Tale(flow, flow.person("s2", "学生"))
    back.submit()
    back.approve("a")
    back.say("b", "return", target="a")
    back.say("a", "return")
    back.submit()
    back.approve("a", "b")
    no = Tale(flow, flow.person("s3", "学生"))
    no.submit()
    no.approve("a")
    no.say("b", "reject")
    found = again(CHAIN)
    assert (found.total, found.same, found.others) == (3, 3, [])
    assert {node: (level.before, level.after) for node, level in found.levels.items()} == {
        "file": (4, 4),
        "a": (5, 5),
        "b": (4, 4),
    }


def test_added_level_is_asked_and_its_time_is_not_known(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(CHAIN, now=START)
    straight(tale)
    longer = d.definition(
        d.user("a"),
        d.user("c", d.UNIVERSITY),
        d.user("b", d.COLLEGE),
        d.end(),
        d.flows("file > a > c > b > end"),
    )
    found = again(longer)
    assert (found.total, found.same) == (1, 0)
    assert found.others[0].after == ("file", "a", "c", "b")
    assert (found.others[0].outcome, found.others[0].stuck) == ("approved", "")
    assert (found.levels["c"].gained, found.levels["c"].median_hours) == ([tale.case.pk], None)
    assert found.levels["b"].median_hours == 48
    university = found.pools["university_officer", flow.university.pk]
    assert (university.before, university.after, university.gained) == (0, 1, [tale.case.pk])
    college = found.pools["college_officer", flow.college.pk]
    assert (college.before, college.after, college.gained, college.lost) == (1, 1, [], [])


def test_step_that_asks_others_shifts_their_work_along_the_same_way(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(CHAIN)
    straight(tale)
    found = again(CHAIN.replace(d.COLLEGE, d.UNIVERSITY))
    assert (found.same, [each.case_id for each in found.shifted]) == (1, [tale.case.pk])
    assert found.pools["university_officer", flow.university.pk].gained == [tale.case.pk]
    assert found.pools["college_officer", flow.college.pk].lost == [tale.case.pk]


def test_levels_in_another_order_are_another_way(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(CHAIN)
    straight(tale)
    turned = d.definition(d.user("a"), d.user("b", d.COLLEGE), d.end(), d.flows("file > b > a > end"))
    found = again(turned)
    assert [each.after for each in found.others] == [("file", "b", "a")]
    assert found.levels["b"].gained == found.levels["b"].lost == []


def test_work_that_goes_to_another_unit_of_the_same_role_is_no_change_of_the_role(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(CHAIN)
    straight(tale)
    found = again(CHAIN.replace(d.COLLEGE, 'qc:role="college_officer" qc:unit="university"'))
    assert found.pools["college_officer", flow.college.pk].lost == [tale.case.pk]
    assert found.pools["college_officer", flow.university.pk].gained == [tale.case.pk]
    role = found.roles["college_officer"]
    assert (role.before, role.after, role.gained, role.lost) == (1, 1, [], [])


def test_result_of_a_vote_is_not_known_before_it(flow: ScratchFlow, tell: Tell) -> None:
    vote = d.several('qc:collection="members" qc:complete="any"')
    text = d.definition(
        d.gateway("exclusive", "g", default="g_end"),
        d.user("v", f'{d.COLLEGE} qc:result="agreed" qc:onObjection="go_on"', inner=vote),
        d.end(),
        d.flows("file > g > end", "g > v : !agreed", "v > end"),
        variables={"agreed": "bool"},
    )
    tale = tell(text)
    tale.submit()
    tale.approve("v")
    assert again(text).same == 1


def test_replay_within_a_time_takes_some_in_any_case(flow: ScratchFlow, tell: Tell, monkeypatch) -> None:
    straight(tell(CHAIN))
    straight(Tale(flow, flow.person("s2", "学生")))
    monkeypatch.setattr("processes.evolve.replay.A_FEW", 1)
    cases = list(Case.objects.values_list("pk", flat=True))
    assert Replayer(KEY, CHAIN).run_within(cases, 0).total == 1
    assert Replayer(KEY, CHAIN).run_within(cases, 60).total == 2


def test_rejection_at_a_removed_level_does_not_happen(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(CHAIN)
    tale.submit()
    tale.approve("a")
    tale.say("b", "reject")
    found = again(d.definition(d.user("a"), d.end(), d.flows("file > a > end")))
    assert [(each.state, each.outcome) for each in found.otherwise] == [("rejected", "approved")]
    assert found.levels["b"].lost == [tale.case.pk]


def test_renamed_level_takes_the_decisions_of_the_one_it_stands_for(flow: ScratchFlow, tell: Tell) -> None:
    straight(tell(CHAIN, now=START))
    renamed = d.definition(
        d.user("first"), d.user("b", d.COLLEGE), d.end(), d.flows("file > first > b > end")
    )
    assert again(renamed).same == 0
    assert again(renamed, {"a": "first"}).same == 1


def test_level_that_stands_for_two_takes_the_decisions_and_the_work_of_both(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(CHAIN)
    tale.submit()
    tale.say("a", "return")
    tale.submit()
    tale.approve("a", "b")
    one = d.definition(d.user("one", d.COLLEGE), d.end(), d.flows("file > one > end"))
    found = again(one, {"a": "one", "b": "one"})
    assert [each.after for each in found.others] == [("file", "one", "file", "one")]
    loads = {role: (load.before, load.after) for role, load in found.roles.items() if role != "initiator"}
    assert loads == {"counselor": (2, 0), "college_officer": (1, 2)}


def test_condition_sends_some_cases_another_way(flow: ScratchFlow, tell: Tell) -> None:
    short = tell(REVIEW, "s1short")
    short.submit()
    short.approve("class_review")
    long = Tale(flow, flow.person("s2", "学生"))
    long.submit()
    long.approve("class_review", "college_review", "university_review")
    found = again(REVIEW.replace("<bpmn:conditionExpression>short<", "<bpmn:conditionExpression>!short<"))
    assert {each.case_id: each.after[-1] for each in found.others} == {
        short.case.pk: "university_review",
        long.case.pk: "class_review",
    }
    assert found.levels["college_review"].gained == [short.case.pk]
    assert found.levels["college_review"].lost == [long.case.pk]


def test_case_that_would_get_stuck_is_listed_with_the_place(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(CHAIN)
    tale.submit()
    tale.approve("a", "b")
    Case.objects.filter(pk=tale.case.pk).update(variables={"level": "no number"})
    text = d.definition(
        d.user("a"),
        d.user("b", d.COLLEGE),
        d.gateway("exclusive", "g", default="g_end"),
        d.end(),
        d.flows("file > a > g > end", "g > b : level > 1", "b > end"),
        variables={"level": "int"},
    )
    assert [(each.case_id, each.stuck) for each in again(text).stuck] == [(tale.case.pk, "g")]


def test_progress_is_told_and_nothing_is_written(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(CHAIN)
    tale.submit()
    tale.approve("a", "b")
    told: list[tuple[int, int]] = []
    before = Case.objects.get(pk=tale.case.pk).event_count
    replay(KEY, CHAIN, [tale.case.pk], progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]
    assert Case.objects.get(pk=tale.case.pk).event_count == before
