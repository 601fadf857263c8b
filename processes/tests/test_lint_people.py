"""User tasks: what is said about them in illegal ways, and that every legal way is left alone."""

import pytest

from processes.bpmn.lint import lint_text
from processes.tests import draw
from processes.tests.lint_kit import ROLE, chain, faults, task

LOOP = "<multiInstanceLoopCharacteristics {}/>"


def with_loop(marks: str, settings: str = ROLE) -> str:
    return task("t", settings, LOOP.format(marks))


@pytest.mark.parametrize(
    "element",
    [
        task("t"),
        task("t", 'qc:initiator="true" qc:resubmit="to_returner"'),
        task("t", ROLE + ' qc:dueWorkdays="3" qc:remindWorkdays="1" qc:escalateWorkdays="2"'),
        task("t", ROLE + ' qc:dueWorkdays="3" qc:escalateWorkdays="2" qc:escalateTo="college_officer"'),
        task("t", ROLE + ' qc:canReject="true" qc:batch="false" qc:returnTo="file"'),
        task(
            "t", ROLE + ' qc:onEmpty="up" qc:onSame="skip" qc:onConflict="up" qc:escalateTo="college_officer"'
        ),
        task("t", ROLE + ' qc:copyTo="college_officer@college auditor@class"'),
        task(
            "t", ROLE + ' qc:form="filing" qc:mayEdit="salary employer" qc:nameEn="A" qc:ask="b" qc:askEn="c"'
        ),
        task("t", ROLE + ' qc:mayEdit="name"'),
        with_loop(""),
        with_loop('qc:collection="members" qc:complete="any" isSequential="true"'),
        with_loop('qc:collection="people" qc:complete="ratio" qc:ratio="0.667"'),
        with_loop('qc:collection="people" qc:complete="ratio" qc:ratio="1"', ""),
        with_loop('qc:collection="people" qc:complete="weighted" qc:weights="shares"'),
        with_loop('qc:collection="people" qc:complete="weighted" qc:weights="shares" qc:ratio=".5"'),
        with_loop("", ROLE + ' qc:result="short" qc:onObjection="go_on"'),
    ],
)
def test_legal_user_task_is_left_alone(element: str) -> None:
    assert faults(chain(element)) == []


def test_doer_of_a_reviewers_step_is_left_alone() -> None:
    assert faults(chain(task("first"), task("t", 'qc:doerOf="first"'))) == []


@pytest.mark.parametrize("setting", ["onEmpty", "onConflict"])
@pytest.mark.parametrize(
    ("level", "expected"),
    [("college", []), ("class", [("nobody-above", "t")]), ("major", [("nobody-above", "t")])],
)
def test_one_level_up_is_whom_a_later_step_of_a_higher_level_asks(setting, level, expected) -> None:
    asked = f'qc:role="college_officer" qc:unit="major" qc:{setting}="up"'
    after = f'qc:role="college_officer" qc:unit="{level}"'
    assert faults(chain(task("t", asked), task("after", after))) == expected


AGAIN = 'qc:doerOf="first"'


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        ("", "", []),
        (' qc:onEmpty="up" qc:escalateTo="college_officer"', "", []),
        (' qc:onEmpty="skip"', "", ["doer-missing"]),
        (' qc:onSame="skip"', "", ["doer-missing"]),
        (' qc:onEmpty="skip"', ' qc:onEmpty="wait"', []),
        (' qc:onEmpty="skip"', ' qc:onEmpty="skip"', []),
        (' qc:onEmpty="skip"', ' qc:onEmpty="up"', ["doer-missing"]),
        (' qc:onEmpty="skip"', ' qc:onEmpty="up" qc:escalateTo="college_officer"', []),
    ],
)
def test_doer_of_a_step_that_may_be_skipped_needs_a_policy(first, again, expected) -> None:
    found = faults(chain(task("first", ROLE + first), task("t", AGAIN + again)))
    assert found == [(code, "t") for code in expected]


@pytest.mark.parametrize(("policy", "expected"), [("", ["doer-missing"]), (' qc:onEmpty="skip"', [])])
def test_doer_of_a_step_that_may_be_passed_by_needs_a_policy(policy, expected) -> None:
    text = draw.definition(
        draw.gateway("exclusive", "which", default="which_t"),
        draw.user("first"),
        draw.user("t", AGAIN + policy),
        draw.end(),
        draw.flows("file > which > t > end", "first > t", "which > first : short"),
        variables={"short": "bool"},
    )
    assert [(problem.code, problem.element_id) for problem in lint_text(text)] == [
        (code, "t") for code in expected
    ]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("", "nobody"),
        ('qc:initiator="false"', "nobody"),
        (ROLE + ' qc:initiator="true"', "several-doers"),
        (ROLE + ' qc:doerOf="file"', "several-doers"),
        ('qc:role="dean" qc:unit="class"', "unknown-role"),
        ('qc:role="auditor" qc:unit="class"', "role-without-tasks"),
        ('qc:role="counselor"', "unknown-unit"),
        ('qc:role="counselor" qc:unit="floor"', "unknown-unit"),
        ('qc:doerOf="file" qc:unit="class"', "setting-without"),
        ('qc:doerOf="nowhere"', "doer-of"),
        ('qc:doerOf="t"', "doer-of"),
        ('qc:doerOf="start"', "doer-of"),
        ('qc:doerOf="later"', "doer-of"),
        ('qc:doerOf="jury"', "doer-of"),
        ('qc:doerOf="file"', "doer-applicant"),
        (ROLE + ' qc:returnTo="nowhere"', "return-to"),
        (ROLE + ' qc:returnTo="t"', "return-to"),
        (ROLE + ' qc:returnTo="start"', "return-to"),
        (ROLE + ' qc:returnTo="later"', "return-to"),
        (ROLE + ' qc:dueWorkdays="0"', "due"),
        (ROLE + ' qc:dueWorkdays="366"', "due"),
        (ROLE + ' qc:dueWorkdays="-1"', "due"),
        (ROLE + ' qc:dueWorkdays="１"', "due"),
        (ROLE + f' qc:dueWorkdays="{"9" * 5000}"', "due"),
        (ROLE + ' qc:dueWorkdays="2" qc:remindWorkdays="0"', "due"),
        (ROLE + ' qc:dueWorkdays="2" qc:remindWorkdays="2"', "due"),
        (ROLE + ' qc:dueWorkdays="2" qc:escalateWorkdays="0"', "due"),
        (ROLE + ' qc:remindWorkdays="1"', "setting-without"),
        (ROLE + ' qc:escalateWorkdays="1"', "setting-without"),
        (ROLE + ' qc:escalateTo="counselor"', "setting-without"),
        (ROLE + ' qc:dueWorkdays="2" qc:escalateWorkdays="1" qc:escalateTo="dean"', "unknown-role"),
        (ROLE + ' qc:canReject="yes"', "flag"),
        (ROLE + ' qc:batch=""', "flag"),
        ('qc:initiator="True"', "flag"),
        ('qc:initiator="true" qc:resubmit="returner"', "choice"),
        (ROLE + ' qc:resubmit="to_returner"', "setting-without"),
        ('qc:initiator="true" qc:canReject="true"', "setting-without"),
        ('qc:initiator="true" qc:batch="true"', "setting-without"),
        ('qc:initiator="true" qc:copyTo="auditor@class"', "setting-without"),
        ('qc:initiator="true" qc:returnTo="file"', "setting-without"),
        (
            'qc:initiator="true" qc:dueWorkdays="2" qc:escalateWorkdays="1" qc:escalateTo="auditor"',
            "setting-without",
        ),
        (ROLE + ' qc:onEmpty="down"', "choice"),
        (ROLE + ' qc:onSame="wait"', "choice"),
        (ROLE + ' qc:onConflict="ask"', "choice"),
        (ROLE + ' qc:onEmpty="up"', "nobody-above"),
        (ROLE + ' qc:onConflict="up"', "nobody-above"),
        ('qc:doerOf="file" qc:onSame="skip"', "setting-without"),
        ('qc:doerOf="file" qc:onConflict="up"', "setting-without"),
        (ROLE + ' qc:onObjection="go_on"', "setting-without"),
        (ROLE + ' qc:result="short"', "setting-without"),
        (ROLE + ' qc:copyTo="college_officer"', "copy"),
        (ROLE + ' qc:copyTo="@college"', "copy"),
        (ROLE + ' qc:copyTo="dean@college"', "unknown-role"),
        (ROLE + ' qc:copyTo="counselor@floor"', "unknown-unit"),
        (ROLE + ' qc:form="nothing"', "unknown-form"),
        (ROLE + ' qc:form="filing" qc:mayEdit="salary name"', "unknown-field"),
        (ROLE + ' qc:mayEdit="salary"', "unknown-field"),
        (ROLE + ' qc:dueWorkday="2"', "unknown-setting"),
        (ROLE + ' qc:handler="take_effect"', "unknown-setting"),
    ],
)
def test_illegal_setting_is_named(settings: str, code: str) -> None:
    later = [task("jury", ROLE, LOOP.format("")), task("t", settings), task("later")]
    assert (code, "t") in faults(chain(*later))


@pytest.mark.parametrize(
    ("marks", "settings", "code"),
    [
        ("", 'qc:initiator="true"', "loop-alone"),
        ("", ROLE + ' qc:canReject="true"', "setting-without"),
        ("", 'qc:doerOf="file"', "loop-alone"),
        ("", "", "nobody"),
        ('qc:collection="members"', "", "nobody"),
        ('qc:collection="everybody"', ROLE, "loop-collection"),
        ('qc:collection="kind"', ROLE, "loop-collection"),
        ('qc:complete="most"', ROLE, "loop-complete"),
        ('qc:complete="ratio"', ROLE, "loop-ratio"),
        ('qc:complete="ratio" qc:ratio="0"', ROLE, "loop-ratio"),
        ('qc:complete="ratio" qc:ratio="1.01"', ROLE, "loop-ratio"),
        ('qc:complete="ratio" qc:ratio="nan"', ROLE, "loop-ratio"),
        ('qc:complete="ratio" qc:ratio="half"', ROLE, "loop-ratio"),
        ('qc:complete="any" qc:ratio="0.5"', ROLE, "loop-ratio"),
        ('qc:ratio="0.5"', ROLE, "loop-ratio"),
        ('qc:collection="people" qc:complete="weighted"', ROLE, "loop-weights"),
        ('qc:collection="people" qc:complete="weighted" qc:weights="kind"', ROLE, "loop-weights"),
        ('qc:complete="weighted" qc:weights="shares"', ROLE, "loop-weights"),
        ('qc:collection="people" qc:weights="shares"', ROLE, "loop-weights"),
        ("", ROLE + ' qc:result="nothing"', "result"),
        ("", ROLE + ' qc:result="level"', "result"),
        ("", ROLE + ' qc:onObjection="wait"', "choice"),
        ('qc:colection="people"', ROLE, "unsupported"),
    ],
)
def test_illegal_countersigning_is_named(marks: str, settings: str, code: str) -> None:
    assert (code, "t") in faults(chain(with_loop(marks, settings)))


@pytest.mark.parametrize(
    "element",
    [
        f'<serviceTask id="t" qc:handler="take_effect">{LOOP.format("")}</serviceTask>',
        f'<subProcess id="t">{LOOP.format("")}</subProcess>',
    ],
)
def test_only_user_tasks_are_done_by_several_people(element: str) -> None:
    assert ("unsupported", "t") in faults(chain(element))


def test_hint_names_what_was_probably_meant() -> None:
    from processes.bpmn.lint import lint_text
    from processes.tests.lint_kit import CATALOGUE

    problems = lint_text(
        chain(task("t", 'qc:role="counsellor" qc:unit="class" qc:dueWorkday="1"')), CATALOGUE
    )
    assert [problem.hint for problem in problems] == ["Did you mean dueWorkdays?", "Did you mean counselor?"]


def test_first_task_is_not_done_by_several_people() -> None:
    text = chain().replace('qc:initiator="true"/>', f'qc:initiator="true">{LOOP.format("")}</userTask>')
    assert {("first-task", "file"), ("loop-alone", "file")} <= set(faults(text))
