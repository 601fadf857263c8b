"""Every construct a definition may contain, told as the tale of a case."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from accounts.models import User
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide, start_case, submit
from common.errors import BadInput, Refused
from processes.actions import deliver_message, publish
from processes.audit.verify import verify_trail
from processes.engine import jobs
from processes.engine.errors import ProcessError
from processes.engine.starts import start_by_message
from processes.models import Case, CaseState, Event, Job, JobState, Task, TaskType
from processes.registry import register, unregister
from processes.tests import draw as d
from processes.tests.kit import KEY, ScratchFlow

START = datetime.datetime(2027, 6, 1, 9, 0, tzinfo=datetime.UTC)


class Tale:
    """A case told step by step; every step checks that the trail and the case agree."""

    def __init__(self, flow: ScratchFlow, student: User, now: datetime.datetime | None = None) -> None:
        self.flow, self.student = flow, student
        self.case = start_case(KEY, student, Actor(student), now=now)
        self.people: dict[UUID, User] = {}

    @property
    def open(self) -> list[str]:
        """What waits, by element, sorted."""
        return sorted(Task.objects.filter(process=self.case, finished=None).values_list("node_id", flat=True))

    @property
    def asked(self) -> list[str]:
        """What waits for people, by element, sorted."""
        rows = Task.objects.filter(process=self.case, finished=None, flow_task_type=TaskType.HUMAN)
        return sorted(rows.values_list("node_id", flat=True))

    def task(self, node: str, who: User | None = None) -> Task:
        rows = Task.objects.filter(
            process=self.case, node_id=node, finished=None, flow_task_type=TaskType.HUMAN
        )
        return (rows.filter(owner=who) if who else rows).get()

    def submit(self, now: datetime.datetime | None = None) -> None:
        submit(self.task("file").pk, Actor(self.student), now=now)

    def say(
        self, node: str, outcome: str, who: User | None = None, target: str = "", now: Any = None
    ) -> None:
        task = self.task(node, who)
        decision = Decision(outcome, "" if outcome == "approve" else "R01", "请补充完整信息", target=target)
        decide(task.pk, decision, Actor(who or self.flow.reviewer(task)), now=now)

    def approve(self, *nodes: str, now: Any = None) -> None:
        for node in nodes:
            self.say(node, "approve", now=now)

    @property
    def state(self) -> str:
        self.case.refresh_from_db()
        return self.case.state

    def variables(self) -> dict[str, Any]:
        self.case.refresh_from_db()
        return self.case.variables

    def path(self) -> list[str]:
        """Every element a token came to, in order."""
        return [
            step for event in Event.objects.filter(case=self.case) for step in event.content.get("path", [])
        ]


@pytest.fixture
def tell(flow: ScratchFlow) -> Iterator[Callable[..., Tale]]:
    """Publish a definition and begin its tale."""
    yield lambda text, username="s1", now=None: (
        publish(KEY, text),
        Tale(flow, flow.person(username, "学生"), now),
    )[1]
    assert verify_trail().fault is None
    for case in Case.objects.exclude(finished=None):
        assert not Task.objects.filter(process=case, finished=None).exists()


PARALLEL = d.definition(
    d.gateway("parallel", "split", "join"),
    d.user("security", d.UNIVERSITY),
    d.user("venue", d.COLLEGE),
    d.user("last", d.COUNSELOR),
    d.end(),
    d.flows("file > split > security > join > last > end", "split > venue > join"),
)


def test_parallel_paths_are_all_asked_and_joined_once(tell):
    tale = tell(PARALLEL)
    tale.submit()
    assert tale.asked == ["security", "venue"]
    tale.approve("venue")
    assert tale.asked == ["security"]
    tale.approve("security")
    assert tale.asked == ["last"]
    tale.approve("last")
    assert tale.state == CaseState.APPROVED
    assert tale.path().count("last") == 1


def test_return_to_the_applicant_voids_the_paths_beside(tell):
    tale = tell(PARALLEL)
    tale.submit()
    tale.say("venue", "return")
    assert (tale.open, tale.state) == (["file"], CaseState.RETURNED)
    tale.submit()
    tale.approve("security", "venue", "last")
    assert tale.state == CaseState.APPROVED


def test_return_from_behind_the_join_repeats_one_path_and_keeps_the_other(tell):
    tale = tell(PARALLEL)
    tale.submit()
    tale.approve("security", "venue")
    tale.say("last", "return", target="security")
    assert tale.asked == ["security"]
    tale.approve("security")
    assert tale.asked == ["last"]
    tale.approve("last")
    assert tale.state == CaseState.APPROVED


def test_return_inside_a_path_leaves_the_other_alone(tell):
    tale = tell(
        d.definition(
            d.gateway("parallel", "split", "join"),
            *(d.user("first", d.UNIVERSITY), d.user("second", d.UNIVERSITY), d.user("venue", d.COLLEGE)),
            d.end(),
            d.flows("file > split > first > second > join > end", "split > venue > join"),
        )
    )
    tale.submit()
    tale.approve("first", "venue")
    tale.say("second", "return", target="first")
    assert tale.asked == ["first"]
    tale.approve("first", "second")
    assert tale.state == CaseState.APPROVED


def test_colleagues_path_is_no_place_to_return_to(tell):
    tale = tell(PARALLEL)
    tale.submit()
    tale.approve("venue")
    with pytest.raises(BadInput):
        tale.say("security", "return", target="venue")


INCLUSIVE = d.definition(
    d.gateway("inclusive", "split", default="split_plain"),
    d.gateway("inclusive", "join"),
    *(d.user("risk", d.UNIVERSITY), d.user("abroad", d.COLLEGE), d.user("plain", d.COUNSELOR)),
    d.end(),
    d.flows("split > risk : short", "split > abroad : short || size > 1", "split > plain", "file > split"),
    d.flows("risk > join > end", "abroad > join", "plain > join"),
    variables={"short": "bool", "size": "int"},
)


def test_inclusive_gateway_waits_for_what_was_asked_and_no_more(tell):
    tale = tell(INCLUSIVE, "s1short")
    tale.submit()
    assert tale.asked == ["abroad", "risk"]
    tale.approve("risk")
    assert tale.open == ["abroad", "join"]
    tale.approve("abroad")
    assert tale.state == CaseState.APPROVED


def test_inclusive_gateway_takes_the_default_alone(tell):
    tale = tell(INCLUSIVE)
    tale.submit()
    assert tale.asked == ["plain"]
    tale.approve("plain")
    assert tale.state == CaseState.APPROVED


RACE = d.definition(
    d.gateway("eventBased", "which"),
    *(d.catch("confirmed", d.message("confirm")), d.catch("silence", d.timer("P7D"))),
    *(d.user("thank", d.COUNSELOR), d.user("call", d.COLLEGE)),
    d.end(),
    d.flows("file > which > confirmed > thank > end", "which > silence > call > end"),
    roots=d.messages("confirm"),
)


def test_first_event_wins_and_the_other_is_given_up(tell):
    tale = tell(RACE, now=START)
    tale.submit(now=START)
    assert tale.open == ["confirmed", "silence"]
    deliver_message(tale.case.pk, "confirm", Actor(tale.student))
    assert tale.open == ["thank"]
    assert jobs.sweep(START + datetime.timedelta(days=8)) == {"void": 1}
    assert tale.open == ["thank"]


def test_timer_fires_when_nobody_answers(tell):
    tale = tell(RACE, now=START)
    tale.submit(now=START)
    assert jobs.sweep(START + datetime.timedelta(days=6)) == {}
    assert jobs.sweep(START + datetime.timedelta(days=7)) == {"done": 1}
    assert tale.open == ["call"]
    with pytest.raises(Refused):
        deliver_message(tale.case.pk, "confirm", Actor(tale.student))


def test_timer_boundary_ends_the_task_it_sits_on(tell):
    tale = tell(
        d.definition(
            d.user("review"),
            d.boundary("late", "review", d.timer(workdays="3")),
            d.user("boss", d.UNIVERSITY),
            d.end(),
            d.flows("file > review > end", "late > boss > end"),
        ),
        now=START,
    )
    tale.submit(now=START)
    jobs.sweep(START + datetime.timedelta(days=4))
    assert tale.asked == ["boss"]
    tale.approve("boss")
    assert tale.state == CaseState.APPROVED


def test_repeating_boundary_leaves_the_task_alone_and_counts(tell):
    tale = tell(
        d.definition(
            d.user("review"),
            d.boundary("again", "review", d.timer("R2/P1D", "Cycle"), interrupting=False),
            d.service("nudge"),
            d.end(),
            d.end("told"),
            d.flows("file > review > end", "again > nudge > told"),
        ),
        now=START,
    )
    tale.submit(now=START)
    assert jobs.sweep(START + datetime.timedelta(days=1)) == {"again": 1}
    assert jobs.sweep(START + datetime.timedelta(days=2)) == {"done": 1}
    assert jobs.sweep(START + datetime.timedelta(days=9)) == {}
    assert tale.open == ["review"]
    assert tale.path().count("nudge") == 2
    tale.approve("review")
    assert tale.state == CaseState.APPROVED


SCOPE = d.definition(
    d.sub_process(
        "talks",
        *(d.start("begin"), d.gateway("parallel", "fork"), d.user("one"), d.user("two", d.COLLEGE)),
        *(d.end("one_done"), d.end("two_done"), d.gateway("exclusive", "fine", default="fine_two_done")),
        d.end("broken", d.error("broken")),
        d.flows("begin > fork > one > one_done", "fork > two > fine > two_done", "fine > broken : short"),
    ),
    d.boundary("gone", "talks", d.error("broken")),
    d.user("repair", d.UNIVERSITY),
    d.user("after", d.UNIVERSITY),
    d.end(),
    d.flows("file > talks > after > end", "gone > repair > end"),
    variables={"short": "bool"},
    roots=d.errors("broken"),
)


def test_sub_process_ends_when_no_token_is_left_inside(tell):
    tale = tell(SCOPE)
    tale.submit()
    assert tale.open == ["one", "talks", "two"]
    tale.approve("two")
    assert tale.asked == ["one"]
    tale.approve("one")
    assert tale.open == ["after"]
    tale.say("after", "return", target="two")
    assert tale.open == ["talks", "two"]
    tale.approve("two", "after")
    assert tale.state == CaseState.APPROVED


def test_error_end_leaves_the_sub_process_over_its_boundary(tell):
    tale = tell(SCOPE, "s1short")
    tale.submit()
    tale.approve("two")
    assert tale.open == ["repair"]


def test_return_out_of_a_sub_process_voids_all_of_it(tell):
    tale = tell(SCOPE)
    tale.submit()
    tale.say("one", "return")
    assert tale.open == ["file"]


def test_terminate_ends_every_path(tell):
    tale = tell(
        d.definition(
            d.gateway("parallel", "split"),
            *(d.user("quick"), d.user("slow", d.COLLEGE)),
            d.end("stop", "<bpmn:terminateEventDefinition/>"),
            d.end(),
            d.flows("file > split > quick > stop", "split > slow > end"),
        )
    )
    tale.submit()
    tale.approve("quick")
    assert (tale.open, tale.state) == ([], CaseState.APPROVED)


def test_uncaught_error_rejects_the_case(tell):
    tale = tell(d.definition(d.end("bad", d.error("bad")), d.flows("file > bad"), roots=d.errors("bad")))
    tale.submit()
    assert (tale.open, tale.state) == ([], CaseState.REJECTED)


def test_business_rule_sets_its_variable(tell):
    tale = tell(
        d.definition(
            d.rules("judge", "risk", ("short", '"high"'), ("", '"low"')),
            d.gateway("exclusive", "which", default="which_normal"),
            *(d.user("strict", d.UNIVERSITY), d.user("normal")),
            d.end(),
            d.flows("file > judge > which > normal > end", 'which > strict : risk == "high"', "strict > end"),
            variables={"short": "bool", "risk": "string"},
        ),
        "s1short",
    )
    tale.submit()
    assert tale.asked == ["strict"]
    assert tale.variables()["risk"] == "high"


CHILD = "scratch_child"


@pytest.fixture
def child(flow: ScratchFlow) -> Iterator[None]:
    """A process that others call."""
    text = d.definition(
        d.user("check", d.UNIVERSITY),
        d.rules("grade", "grade", ("amount > 5", '"big"'), ("", '"small"')),
        d.end(),
        d.flows("begin > check > grade > end"),
        d.start("begin"),
        key=CHILD,
        variables={"amount": "int", "grade": "string"},
        file=False,
    ).replace('id="check" name="check"', 'id="check" name="check" qc:canReject="true"')
    from dataclasses import replace
    from pathlib import Path

    register(replace(flow.registration(), key=CHILD, variables=lambda _user: {}), Path())
    publish(CHILD, text)
    yield
    unregister(CHILD)


CALLER = d.definition(
    d.call(
        "ask",
        CHILD,
        '<qc:in source="7" target="amount"/><qc:out source="grade" target="grade"/>',
    ),
    d.boundary("no", "ask", d.error("rejected")),
    *(d.user("after"), d.user("sorry", d.COLLEGE)),
    d.end(),
    d.flows("file > ask > after > end", "no > sorry > end"),
    variables={"grade": "string"},
    roots=d.errors("rejected"),
)


def called(tale: Tale) -> Case:
    return Case.objects.get(caller__process=tale.case)


def test_called_process_runs_as_its_own_case_with_data_in_and_out(tell, child):
    tale = tell(CALLER)
    tale.submit()
    assert tale.open == ["ask"]
    inner = called(tale)
    assert inner.variables["amount"] == 7
    decide(Task.objects.get(process=inner, finished=None).pk, Decision("approve"), Actor(tale.flow.director))
    assert tale.open == ["after"]
    assert tale.variables()["grade"] == "big"
    inner.refresh_from_db()
    assert inner.state == CaseState.APPROVED


def test_rejection_of_the_called_process_is_an_error_of_the_call(tell, child):
    tale = tell(CALLER)
    tale.submit()
    task = Task.objects.get(process=called(tale), finished=None)
    decide(task.pk, Decision("reject", "R44", "不符合要求的材料"), Actor(tale.flow.director))
    assert tale.open == ["sorry"]


def test_ending_the_caller_ends_what_it_called(tell, child):
    from approvals.actions import withdraw

    tale = tell(CALLER)
    tale.submit()
    inner = called(tale)
    withdraw(tale.case.pk, Actor(tale.student))
    inner.refresh_from_db()
    assert (inner.state, tale.open) == (CaseState.CANCELLED, ["file"])


def voters(flow: ScratchFlow) -> list[User]:
    return [flow.person(f"v{n}", f"委员{n}", Role.COLLEGE_DEPUTY_SECRETARY, flow.college) for n in range(3)]


def joint(settings: str, *, sequential: bool = False, task: str = "") -> str:
    pool = 'qc:role="college_deputy_secretary" qc:unit="college"'
    return d.definition(
        d.user(
            "vote", f"{pool} {task}", d.several(f'qc:collection="members" {settings}', sequential=sequential)
        ),
        d.user("after"),
        d.end(),
        d.flows("file > vote > after > end"),
        variables={"agreed": "bool"},
    )


@pytest.mark.parametrize(
    ("settings", "votes", "expected"),
    [
        ('qc:complete="all"', ["approve", "approve", "approve"], ["after"]),
        ('qc:complete="all"', ["approve", "object"], ["file"]),
        ('qc:complete="any"', ["object", "approve"], ["after"]),
        ('qc:complete="any"', ["object", "object", "object"], ["file"]),
        ('qc:complete="ratio" qc:ratio="0.6"', ["approve", "object", "approve"], ["after"]),
        ('qc:complete="ratio" qc:ratio="0.6"', ["object", "object"], ["file"]),
        ('qc:complete="ratio" qc:ratio="0.6"', ["approve", "return"], ["file"]),
    ],
)
@pytest.mark.parametrize("sequential", [False, True])
def test_joint_decision_counts_votes(tell, flow, settings, votes, expected, sequential):
    people = voters(flow)
    tale = tell(joint(settings, sequential=sequential))
    tale.submit()
    assert len(tale.asked) == (1 if sequential else 3)
    for person, vote in zip(people, votes, strict=False):
        tale.say("vote", vote, person)
    assert tale.asked == expected


def test_result_of_a_vote_can_be_a_variable(tell, flow):
    people = voters(flow)
    tale = tell(joint('qc:complete="all"', task='qc:result="agreed" qc:onObjection="go_on"'))
    tale.submit()
    tale.say("vote", "object", people[1])
    assert tale.asked == ["after"]
    assert tale.variables()["agreed"] is False


LATER = d.definition(
    d.service("work", 'qc:handler="outside" qc:run="later"'),
    d.boundary("broken", "work", d.error()),
    d.user("repair", d.UNIVERSITY),
    d.user("after"),
    d.end(),
    d.flows("file > work > after > end", "broken > repair > end"),
    variables={"answer": "string"},
)


@pytest.fixture
def outside(flow: ScratchFlow) -> dict[str, Any]:
    """A handler that talks to somebody outside; `answers` says how that goes."""
    heard: dict[str, Any] = {"keys": [], "answers": []}

    def handler(context: jobs.JobContext) -> dict[str, Any]:
        heard["keys"].append(context.key)
        answer = heard["answers"].pop(0) if heard["answers"] else "fine"
        if isinstance(answer, Exception):
            raise answer
        return {"answer": answer}

    flow.handlers["outside"] = handler
    register(flow.registration(), __import__("pathlib").Path())
    return heard


def test_automatic_task_runs_after_commit_and_gives_its_answer(tell, outside):
    tale = tell(LATER, now=START)
    tale.submit(now=START)
    assert (tale.open, outside["keys"]) == (["work"], [])
    assert jobs.sweep(START) == {"done": 1}
    assert tale.open == ["after"]
    assert tale.variables()["answer"] == "fine"


def test_failing_task_is_tried_again_under_the_same_key_and_becomes_an_incident(tell, outside):
    outside["answers"] = [OSError("no route")] * 6
    tale = tell(LATER, now=START)
    tale.submit(now=START)
    now = START
    for minutes in (0, 1, 5, 30, 120, 720):
        now += datetime.timedelta(minutes=minutes)
        jobs.sweep(now - datetime.timedelta(seconds=1)) if minutes else None
        assert sum(jobs.sweep(now).values()) == 1
    job = Job.objects.get()
    assert (job.state, job.attempts, len(set(outside["keys"]))) == (JobState.INCIDENT, 6, 1)
    assert "no route" in job.error
    assert tale.open == ["work"]


def test_error_of_the_outside_is_caught_on_the_boundary(tell, outside):
    outside["answers"] = [ProcessError("closed")]
    tale = tell(LATER, now=START)
    tale.submit(now=START)
    jobs.sweep(START)
    assert tale.open == ["repair"]


def test_error_of_a_handler_called_at_once_is_caught_too(tell, flow):
    def handler(_context: Any) -> None:
        raise ProcessError("closed")

    flow.handlers["outside"] = handler
    register(flow.registration(), __import__("pathlib").Path())
    tale = tell(LATER.replace(' qc:run="later"', ""))
    tale.submit()
    assert tale.open == ["repair"]


def test_timer_at_a_moment_the_case_knows(tell):
    text = d.definition(
        d.rules("set", "at", ("", 'timestamp("2027-06-20T10:00:00Z") - duration("24h")')),
        d.catch("wait", d.timer("=at", "Date")),
        d.user("after"),
        d.end(),
        d.flows("file > set > wait > after > end"),
        variables={"at": "timestamp"},
    )
    tale = tell(text, now=START)
    tale.submit(now=START)
    assert jobs.sweep(datetime.datetime(2027, 6, 19, 9, 59, tzinfo=datetime.UTC)) == {}
    jobs.sweep(datetime.datetime(2027, 6, 19, 10, 0, tzinfo=datetime.UTC))
    assert tale.open == ["after"]


def test_message_starts_a_case(flow, tell):
    publish(
        KEY,
        d.definition(
            d.start("called", d.message("hello")),
            d.user("look"),
            d.end(),
            d.flows("called > look > end", "file > end"),
            roots=d.messages("hello"),
        ),
    )
    student = flow.person("s9", "学生")
    case = start_by_message(KEY, "hello", student, student, Actor(student), {})
    assert Task.objects.get(process=case, finished=None).node_id == "look"
    with pytest.raises(LookupError):
        start_by_message(KEY, "bye", student, student, Actor(student), {})


def test_timer_starts_cases_on_the_records_the_flow_names(flow):
    from dataclasses import replace
    from pathlib import Path

    students = flow.students(2)
    timed = replace(flow.registration(), timed_subjects=lambda _now: [(s, s) for s in students])
    register(timed, Path())
    publish(
        KEY,
        d.definition(
            d.start("daily", d.timer("R/P1D", "Cycle")),
            d.user("look"),
            d.end(),
            d.flows("daily > look > end", "file > end"),
        ),
    )
    job = Job.objects.get(state=JobState.WAITING)
    assert jobs.sweep(job.run_at) == {"again": 1}
    assert Task.objects.filter(node_id="look", finished=None).count() == 2


def test_skipped_level_is_noted(tell, flow):
    text = d.definition(
        d.user("nobody", 'qc:role="college_deputy_secretary" qc:unit="college" qc:onEmpty="skip"'),
        d.user("again", f'{d.COUNSELOR} qc:onSame="skip"'),
        d.user("first", d.COUNSELOR),
        d.end(),
        d.flows("file > nobody > first > again > end"),
    )
    flow.second_counselor.appointments.all().delete()
    tale = tell(text)
    tale.submit()
    tale.approve("first")
    assert tale.state == CaseState.APPROVED
    skipped = [line for event in tale.case.events.all() for line in event.content.get("skipped", [])]
    assert skipped == [{"node": "nobody", "why": "nobody"}, {"node": "again", "why": "same_person"}]


def test_deadline_reminds_and_escalates(tell, flow):
    settings = f'{d.COUNSELOR} qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="1"'
    text = d.definition(
        d.user("review", f'{settings} qc:escalateTo="university_officer"'),
        d.end(),
        d.flows("file > review > end"),
    )
    tale = tell(text, now=START)
    tale.submit(now=START)
    assert sum(jobs.sweep(START + datetime.timedelta(days=2)).values()) == 1
    assert sum(jobs.sweep(START + datetime.timedelta(days=10)).values()) == 1
    assert tale.task("review").role == "university_officer"
    kinds = list(tale.case.events.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["started", "submitted", "reminded", "escalated"]
    tale.say("review", "approve")
    assert tale.state == CaseState.APPROVED
