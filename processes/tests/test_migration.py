"""Running cases moved to another version: what they do there, what cannot be moved, and the way back."""

import datetime
from collections.abc import Callable

import pytest

from common.errors import BadInput, Refused
from processes.audit.verify import verify_trail
from processes.engine.actor import Actor
from processes.evolve.mapping import plan
from processes.evolve.migration import preview
from processes.evolve.records import MigrationState, MoveState
from processes.evolve.rollback import take_back
from processes.models import Case, DefinitionVersion, Event, JobKind
from processes.tests import draw as d
from processes.tests.kit import ScratchFlow
from processes.tests.migrating import migrate, next_version, result, rows, waiting_jobs
from processes.tests.tale import START, Tale

Tell = Callable[..., Tale]

PLAIN = d.definition(
    d.user("a"),
    d.user("b", d.COLLEGE),
    d.service("take_effect"),
    d.end(),
    d.flows("file > a > b > take_effect > end"),
)
LONGER = d.definition(
    d.user("a"),
    d.user("b", d.COLLEGE),
    d.user("c", d.UNIVERSITY),
    d.service("take_effect"),
    d.end(),
    d.flows("file > a > b > c > take_effect > end"),
)


def test_case_under_way_passes_a_level_that_was_added(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(PLAIN)
    tale.submit()
    wanted = next_version(LONGER)
    migration = migrate(flow, wanted)
    assert (migration.state, migration.moved, migration.refused) == (MigrationState.DONE, 1, 0)
    tale.approve("a", "b")
    assert tale.open == ["c"]
    tale.approve("c")
    assert tale.state == "approved"
    assert Case.objects.get(pk=tale.case.pk).version == wanted.target


def test_the_move_is_an_event_of_the_case_with_both_versions(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(PLAIN)
    tale.submit()
    migrate(flow, next_version(LONGER))
    event = Event.objects.get(case=tale.case, kind="migrated")
    numbers = event.content["from_version"], event.content["to_version"]
    assert (event.actor_id, numbers, event.content["steps"]) == (flow.director.pk, (2, 3), [["a", "a"]])
    assert verify_trail().fault is None
    tale.approve("a", "b", "c")


def test_preview_counts_what_moves_where_and_writes_nothing(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(PLAIN)
    tale.submit()
    other = Tale(flow, flow.person("s2", "学生"))
    before = rows(tale.case)
    seen = preview(next_version(LONGER), Actor(flow.director))
    assert (seen.total, seen.moves, seen.refused) == (2, 2, [])
    assert dict(seen.steps) == {("a", "a"): 1, ("file", "file"): 1}
    assert rows(tale.case) == before
    assert not Event.objects.filter(kind="migrated").exists()
    for each in (tale, other):
        each.open == ["file"] and each.submit()
        each.approve("a", "b")


def test_case_on_a_removed_level_stays_and_says_why_until_the_level_is_placed(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(LONGER)
    tale.submit()
    tale.approve("a", "b")
    wanted = next_version(PLAIN)
    migration = migrate(flow, wanted)
    told = result(migration, tale.case)
    assert (migration.moved, told.state, told.reason, told.node_id) == (0, MoveState.REFUSED, "vanished", "c")
    assert "“c”" in told.message
    assert Case.objects.get(pk=tale.case.pk).version == wanted.source
    again = migrate(flow, plan(wanted.source, wanted.target, {"c": "b"}))
    assert again.moved == 1
    assert tale.open == ["b"]
    tale.approve("b")
    assert tale.state == "approved"


def test_renamed_level_is_placed_by_hand_and_can_be_returned_to(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(PLAIN)
    tale.submit()
    tale.approve("a")
    renamed = d.definition(
        d.user("first"),
        d.user("b", d.COLLEGE),
        d.service("take_effect"),
        d.end(),
        d.flows("file > first > b > take_effect > end"),
    )
    assert migrate(flow, next_version(renamed, {"a": "first"})).moved == 1
    tale.say("b", "return", target="first")
    assert tale.open == ["first"]
    tale.approve("first", "b")


def test_pool_and_deadline_follow_the_new_version_from_when_the_task_opened(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(PLAIN, now=START)
    tale.submit(now=START)
    stricter = PLAIN.replace(
        f'id="a" name="a" {d.COUNSELOR}',
        f'id="a" name="a" {d.COLLEGE} qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="1"',
    )
    seen = preview(
        wanted := next_version(stricter), Actor(flow.director), now=START + datetime.timedelta(days=9)
    )
    assert seen.overdue == 1
    migrate(flow, wanted)
    task = tale.task("a")
    assert (task.role, task.unit_id, task.revision) == ("college_officer", flow.college.pk, 1)
    assert task.due_at is not None
    assert task.due_at.date() == datetime.date(2027, 6, 4)
    assert [kind for kind, *_rest in waiting_jobs(tale.case)] == [JobKind.ESCALATE, JobKind.REMIND]
    tale.approve("a", "b")


def test_task_that_asks_the_same_people_keeps_who_has_taken_it(flow: ScratchFlow, tell: Tell) -> None:
    from approvals.actions import claim

    tale = tell(PLAIN)
    tale.submit()
    claim(tale.task("a").pk, Actor(flow.counselor))
    before = tale.task("a")
    migrate(flow, next_version(LONGER))
    after = tale.task("a")
    assert (after.owner_id, after.revision) == (flow.counselor.pk, before.revision)
    tale.approve("a", "b", "c")


def test_case_that_would_stand_alone_on_one_of_several_paths_stays(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(PLAIN)
    tale.submit()
    beside = d.definition(
        d.gateway("parallel", "split", "join"),
        d.user("a"),
        d.user("b", d.COLLEGE),
        d.end(),
        d.flows("file > split > a > join > end", "split > b > join"),
    )
    migration = migrate(flow, next_version(beside))
    assert (result(migration, tale.case).reason, result(migration, tale.case).node_id) == ("tokens", "a")
    assert tale.open == ["a"]
    tale.approve("a", "b")


BESIDE = d.definition(
    d.gateway("parallel", "split", "join"),
    d.user("a"),
    d.user("b", d.COLLEGE),
    d.user("c", d.UNIVERSITY),
    d.end(),
    d.flows("file > split > a > join > c > end", "split > b > join"),
)


def test_paths_side_by_side_move_with_what_waits_to_be_joined(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(BESIDE)
    tale.submit()
    tale.approve("a")
    more = d.definition(
        d.gateway("parallel", "split", "join"),
        d.user("a"),
        d.user("a2"),
        d.user("b", d.COLLEGE),
        d.user("c", d.UNIVERSITY),
        d.end(),
        d.flows("file > split > a > a2 > join > c > end", "split > b > join"),
    )
    assert migrate(flow, next_version(more)).moved == 1
    assert tale.open == ["b", "join"]
    tale.approve("b", "c")
    assert tale.state == "approved"


def test_join_that_could_let_go_at_once_is_no_place_to_be_put(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(BESIDE)
    tale.submit()
    tale.approve("a")
    one_after_another = d.definition(
        d.user("a"),
        d.user("b", d.COLLEGE),
        d.user("c", d.UNIVERSITY),
        d.end(),
        d.flows("file > a > b > c > end"),
    )
    migration = migrate(flow, next_version(one_after_another))
    assert (result(migration, tale.case).reason, result(migration, tale.case).node_id) == ("vanished", "join")
    tale.approve("b", "c")


def test_return_behind_a_migration_never_loses_a_path(flow: ScratchFlow, tell: Tell) -> None:
    """In the old version `a` came before `b`; in the new one both come together, so nobody stands at `a` alone."""
    tale = tell(d.definition(d.user("a"), d.user("b", d.COLLEGE), d.user("c", d.UNIVERSITY), d.end(),
                             d.flows("file > a > b > c > end")))  # fmt: skip
    tale.submit()
    tale.approve("a", "b")
    assert migrate(flow, next_version(BESIDE)).moved == 1
    with pytest.raises(BadInput):
        tale.say("c", "return", target="a")
    assert tale.open == ["c"]
    tale.say("c", "return")
    tale.submit()
    tale.approve("a", "b", "c")


def test_way_back_across_a_join_that_got_another_path_is_refused(flow: ScratchFlow, tell: Tell) -> None:
    tale = tell(BESIDE)
    tale.submit()
    tale.approve("a", "b")
    third = BESIDE.replace(d.end(), d.user("e") + d.flows("split > e > join") + d.end())
    assert migrate(flow, next_version(third)).moved == 1
    with pytest.raises(BadInput):
        tale.say("c", "return", target="a")
    tale.approve("c")


def test_joint_decision_half_done_goes_on_when_it_counts_the_same(flow: ScratchFlow, tell: Tell) -> None:
    def text(complete: str, *more: str) -> str:
        loop = d.several(f'qc:collection="members" qc:complete="{complete}"')
        return d.definition(
            d.user("a", d.COUNSELOR, loop),
            d.user("b", d.COLLEGE),
            d.end(),
            *more,
            d.flows("file > a > b > end"),
        )

    tale = tell(text("all"))
    tale.submit()
    tale.say("a", "approve", flow.counselor)
    migration = migrate(flow, wanted := next_version(text("any")))
    assert result(migration, tale.case).reason == "vote"
    same = next_version(text("all").replace('name="试"', 'name="试审"'))
    assert migrate(flow, plan(wanted.source, same.target)).moved == 1
    tale.say("a", "approve", flow.second_counselor)
    tale.approve("b")


def test_signer_asked_after_a_decision_leads_on_in_the_new_version(flow: ScratchFlow, tell: Tell) -> None:
    from approvals.actions import add_signer

    tale = tell(PLAIN)
    tale.submit()
    add_signer(tale.task("a").pk, flow.second_counselor.pk, "after", Actor(flow.counselor), text="请过目一下")
    tale.approve("a")
    assert tale.open == ["a"]
    assert migrate(flow, next_version(LONGER)).moved == 1
    tale.say("a", "approve", flow.second_counselor)
    tale.approve("b")
    assert tale.open == ["c"]
    tale.approve("c")


def test_sub_process_moves_as_a_whole_and_nothing_moves_into_one(flow: ScratchFlow, tell: Tell) -> None:
    def text(*inside: str) -> str:
        return d.definition(
            d.sub_process("part", d.start("b0"), *inside, d.end("e0")),
            d.user("b", d.COLLEGE),
            d.end(),
            d.flows("file > part > b > end"),
        )

    tale = tell(text(d.user("a"), d.flows("b0 > a > e0")))
    tale.submit()
    wanted = next_version(text(d.user("a"), d.user("a2"), d.flows("b0 > a > a2 > e0")))
    assert migrate(flow, wanted).moved == 1
    tale.approve("a", "a2")
    flat = d.definition(
        d.user("a"), d.user("a2"), d.user("b", d.COLLEGE), d.end(), d.flows("file > a > a2 > b > end")
    )
    other = Tale(flow, flow.person("s2", "学生"))
    other.submit()
    migration = migrate(flow, next_version(flat))
    assert (result(migration, tale.case).state, result(migration, other.case).state) == ("moved", "refused")
    assert result(migration, other.case).reason in ("vanished", "other_scope")
    tale.approve("b")
    other.approve("a", "a2", "b")


def test_timers_are_set_anew_from_when_the_task_opened(flow: ScratchFlow, tell: Tell) -> None:
    def text(*events: tuple[str, str]) -> str:
        drawn = [d.boundary(key, "a", d.timer(length)) + d.flows(f"{key} > b") for key, length in events]
        return d.definition(
            d.user("a"), d.user("b", d.COLLEGE), d.end(), *drawn, d.flows("file > a > b > end")
        )

    tale = tell(text(("slow", "P5D"), ("gone", "P9D")), now=START)
    tale.submit(now=START)
    migrate(flow, next_version(text(("slow", "P2D"), ("added", "P3D"))))
    days = {node: run_at for kind, node, run_at, _repeat in waiting_jobs(tale.case)}
    assert days == {
        "slow": START + datetime.timedelta(days=2),
        "added": START + datetime.timedelta(days=3),
    }
    tale.approve("a", "b")


def test_value_the_new_version_does_not_know_keeps_the_case_until_it_is_given_up(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(
        d.definition(d.user("a"), d.end(), d.flows("file > a > end"), variables={"short": "bool"}),
        "shorty_short",
    )
    tale.submit()
    wanted = next_version(d.definition(d.user("a"), d.end(), d.flows("file > a > end")))
    told = result(migrate(flow, wanted), tale.case)
    assert (told.reason, told.node_id) == ("variable", "short")
    assert migrate(flow, plan(wanted.source, wanted.target, given_up=["short"])).moved == 1
    tale.approve("a")


def test_migration_taken_back_restores_every_row_of_cases_that_have_not_gone_on(
    flow: ScratchFlow, tell: Tell
) -> None:
    tale = tell(PLAIN)
    tale.submit()
    other = Tale(flow, flow.person("s2", "学生"))
    other.submit()
    changed = LONGER.replace(
        f'id="a" name="a" {d.COUNSELOR}',
        f'id="a" name="a" {d.COLLEGE} qc:dueWorkdays="3" qc:remindWorkdays="1"',
    )
    before, jobs = rows(tale.case), waiting_jobs(tale.case)
    migration = migrate(flow, wanted := next_version(changed))
    assert rows(tale.case) != before
    other.approve("a")
    back = take_back(migration, Actor(flow.officer))
    assert (back.owner, back.taken_back_by) == (flow.director, flow.officer)
    assert (back.state, back.returned, back.stayed) == (MigrationState.BACK, 1, 1)
    assert rows(tale.case) == before
    assert waiting_jobs(tale.case) == jobs
    assert Case.objects.get(pk=tale.case.pk).version == wanted.source
    last = Event.objects.filter(case=tale.case).latest("seq")
    assert (last.kind, last.actor_id) == ("migrated_back", flow.officer.pk)
    assert (result(back, other.case).state, result(back, other.case).reason) == ("stayed", "gone_on")
    with pytest.raises(Refused):
        take_back(back, Actor(flow.director))
    tale.approve("a", "b")
    other.approve("b", "c")


def test_interrupted_migration_goes_on_where_it_stopped(
    flow: ScratchFlow, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from processes.evolve import migration as evolve

    tales = [tell(PLAIN)] + [Tale(flow, flow.person(f"x{n}", "学生")) for n in range(4)]
    monkeypatch.setattr(evolve, "BATCH_SIZE", 2)
    wanted, count = next_version(LONGER), evolve.count
    monkeypatch.setattr(evolve, "count", _fails_at(count, 2))
    with pytest.raises(KeyboardInterrupt):
        migrate(flow, wanted)
    stopped = evolve.Migration.objects.get()
    assert (stopped.state, stopped.moved) == (MigrationState.RUNNING, 2)
    monkeypatch.setattr(evolve, "STALLED_AFTER", datetime.timedelta(0))
    monkeypatch.setattr(evolve, "require_worker", lambda: None)
    monkeypatch.setattr(evolve, "queue", lambda _migration: None)
    evolve.work_off(evolve.carry_on(stopped))
    stopped.refresh_from_db()
    assert (stopped.state, stopped.moved) == (MigrationState.DONE, 5)
    assert Event.objects.filter(kind="migrated").count() == 5
    for tale in tales:
        tale.submit()
        tale.approve("a", "b", "c")


def _fails_at(count: Callable[..., None], number: int) -> Callable[..., None]:
    calls = iter(range(1, 1000))

    def counted(*args: object, **more: int) -> None:
        if next(calls) == number:
            raise KeyboardInterrupt
        count(*args, **more)

    return counted


def test_only_versions_of_one_definition_are_mapped(flow: ScratchFlow) -> None:
    version = DefinitionVersion.objects.select_related("definition").get()
    with pytest.raises(BadInput):
        plan(version, version)
