"""A case gets another applicant: what is theirs goes along, what others do stays."""

import pytest

from approvals.actions import Actor, hand_over
from processes.tests import draw as d

WHOSE = d.definition(
    d.user("review", d.COUNSELOR),
    d.user("next", "{}"),
    d.end(),
    d.flows("file > review > next > end"),
)
OF_APPLICANT, OF_REVIEWER = 'qc:initiator="true"', 'qc:doerOf="review"'


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize(("whose", "goes_along"), [(OF_APPLICANT, True), (OF_REVIEWER, False)])
def test_step_of_the_applicant_goes_along_and_that_of_a_reviewer_stays(tell, whose, goes_along, is_open):
    tale = tell(WHOSE.replace("{}", whose))
    tale.submit()
    if is_open:
        tale.approve("review")
    successor = tale.flow.person("s2", "接手人")
    hand_over(tale.case.pk, successor.pk, Actor(tale.flow.officer), text="原申请人已离开")
    if not is_open:
        tale.approve("review")
    assert tale.task("next").owner == (successor if goes_along else tale.flow.counselor)
