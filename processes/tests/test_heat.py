"""Where the cases of a version wait and how long its steps take."""

import datetime

from approvals.actions import Actor, withdraw
from processes.actions import publish
from processes.bpmn.reader import read
from processes.diagrams.heat import Heat, HeatPage, heat_of
from processes.models import DefinitionVersion
from processes.tests import draw as d
from processes.tests.kit import KEY, REVIEW
from processes.tests.tale import START

HOUR = datetime.timedelta(hours=1)


def heats(version: DefinitionVersion) -> dict[str, Heat]:
    return {each.element_id: each for each in heat_of(version, read(version.bpmn), "en")}


def test_waiting_times_and_returns_are_counted(tell, django_assert_num_queries):
    tale = tell(REVIEW, now=START)
    tale.submit(now=START + HOUR)
    tale.say("class_review", "return", now=START + 3 * HOUR)
    tale.submit(now=START + 4 * HOUR)
    tale.approve("class_review", now=START + 10 * HOUR)
    version = DefinitionVersion.objects.get(pk=tale.case.version_id)
    with django_assert_num_queries(2):
        found = heats(version)
    assert found["college_review"].waiting == 1
    review = found["class_review"]
    assert (review.waiting, review.done, review.share_returned) == (0, 2, 50)
    assert (review.median, review.p90) == (2 * HOUR, 6 * HOUR)
    assert found["file"].median == HOUR
    assert found["file"].share_returned is None


def test_step_that_ended_without_a_decision_has_no_part_in_the_times(tell):
    tale = tell(REVIEW, now=START)
    tale.submit(now=START + HOUR)
    withdraw(tale.case.pk, Actor(tale.student), now=START + 9 * HOUR)
    review = heats(DefinitionVersion.objects.get(pk=tale.case.version_id)).get("class_review")
    assert review is None


def test_joint_decision_counts_once_and_other_versions_do_not(tell, flow):
    vote = d.several('qc:collection="members" qc:complete="all"')
    text = d.definition(d.user("a", inner=vote), d.end(), d.flows("file > a > end"))
    tale = tell(text, now=START)
    tale.submit(now=START + HOUR)
    version = DefinitionVersion.objects.get(pk=tale.case.version_id)
    assert heats(version)["a"].waiting == 1
    newer = publish(KEY, text.replace('name="a"', 'name="b"'))
    assert heats(newer) == {}


def test_percentiles_are_nearest_ranks():
    heat = Heat("a", "A", "", durations=[float(n) for n in range(1, 101)])
    assert (heat.median, heat.p90) == (datetime.timedelta(seconds=50), datetime.timedelta(seconds=90))
    assert Heat("b", "B", "").median is None


def test_the_fullest_step_is_the_warmest_and_the_table_is_sorted(tell, flow):
    tale = tell(REVIEW, now=START)
    tale.submit(now=START + HOUR)
    page = HeatPage(DefinitionVersion.objects.get(pk=tale.case.version_id), "median")
    mark = page.data["marks"]["class_review"]
    assert (mark["state"], mark["sign"]) == ("heat-4", "1")
    assert page.rows[0].element_id == "file"
    assert HeatPage(page.version, "waiting").rows[0].element_id == "class_review"
    assert HeatPage(page.version, "nonsense").sort == ""
