"""Who hears of a proposal, and of what became of it."""

import datetime

import pytest
from django.utils import timezone, translation

from messaging.models import Notice
from processes.actions import publish
from processes.evolve import publication
from processes.tests.kit import REVIEW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told() -> list[tuple[str, str]]:
    """Who was told what since the last look, oldest first."""
    rows = list(Notice.objects.select_related("recipient").order_by("created_at", "id"))
    Notice.objects.all().delete()
    return [(row.recipient.name, row.title) for row in rows]


def test_second_person_hears_of_a_proposal_and_the_proposer_of_the_answer(story):
    story.begin()
    proposal = story.propose()
    notice = Notice.objects.get()
    assert (notice.recipient, notice.url) == (story.wu.user, "/design/scratch_review/")
    assert notice.body == "“学院改为复核” It waits for a second person to approve it."
    assert told() == [("吴老师", "周老师 proposes a change: Scratch review")]
    publication.decline(proposal.pk, story.wu, reason="名称不统一")
    assert Notice.objects.get().body == "“名称不统一” The draft can be changed and proposed again."
    assert told() == [("周老师", "吴老师 has not approved your change: Scratch review")]
    publication.approve(story.propose().pk, story.wu)
    assert told()[1:] == [("周老师", "吴老师 has approved your change: Scratch review")]


def test_others_hear_that_it_was_withdrawn(story):
    story.begin()
    proposal = story.propose()
    told()
    publication.withdraw(proposal.pk, story.zhou)
    assert told() == [("吴老师", "周老师 has withdrawn a change: Scratch review")]


def test_both_hear_when_its_day_has_come(story):
    story.begin()
    day = timezone.now() + datetime.timedelta(days=2)
    publication.approve(story.propose(holds_from=day).pk, story.wu)
    told()
    publication.publish_due(day)
    said = "A change holds from now: Scratch review"
    assert sorted(told()) == sorted([("周老师", said), ("吴老师", said)])


def test_both_hear_when_another_version_came_in_between(story):
    story.begin()
    day = timezone.now() + datetime.timedelta(days=2)
    publication.approve(story.propose(holds_from=day).pk, story.wu)
    publish("scratch_review", REVIEW.replace("学校审核", "校审"))
    told()
    publication.publish_due(day)
    said = "A change could not be carried out on its day: Scratch review"
    assert sorted(told()) == sorted([("周老师", said), ("吴老师", said)])
