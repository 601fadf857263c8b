"""The life of a definition: draft, proposal, second person, day, sweep, retirement, restoration."""

import datetime
import html
import threading
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone, translation

from approvals.actions import start_case
from common.errors import BadInput, Refused, Stale
from processes import actions
from processes.audit.verify import verify_trail
from processes.bpmn.errors import BpmnError
from processes.engine.actor import Actor
from processes.evolve import drafts, publication, queries, trail
from processes.evolve.models import DesignEvent, DraftSave, Proposal, ProposalState, SaveKind
from processes.evolve.publication import Terms
from processes.evolve.tests.kit import BROKEN, OTHERWISE, RENAMED, Story
from processes.models import Case, Definition, VersionState
from processes.tests.kit import KEY, REVIEW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def story(flow) -> Story:
    return Story(flow)


def test_declined_changed_approved_scheduled_swept_and_only_new_cases_take_it(story, capsys):
    student, later = story.flow.students(2)
    running = start_case(KEY, student, Actor(student))
    story.begin(OTHERWISE)
    first = story.propose()
    publication.decline(first.pk, story.wu, reason="步骤名称不对")
    draft = drafts.save(story.draft.pk, RENAMED, story.draft.revision, story.zhou)
    monday = timezone.now() + datetime.timedelta(days=3)
    proposal = story.propose(holds_from=monday)
    assert publication.approve(proposal.pk, story.wu).state == ProposalState.SCHEDULED
    call_command("sweep")
    assert story.definition.versions.count() == 1
    capsys.readouterr()
    call_command("sweep", now=(monday + datetime.timedelta(minutes=1)).isoformat())
    assert "1 scheduled change(s) of definitions: done" in capsys.readouterr().out
    published = story.version(2)
    assert published.bpmn == draft.text
    assert (published.state, story.version(1).state) == (VersionState.PUBLISHED, VersionState.RETIRED)
    assert published.proposal.proposed_by == story.zhou.user
    assert published.proposal.decided_by == story.wu.user
    assert start_case(KEY, later, Actor(later)).version == published
    assert Case.objects.get(pk=running.pk).version == story.version(1)
    assert queries.draft_of(story.definition) is None
    assert story.kinds() == [
        "published", "draft_begun", "draft_saved", "proposed", "declined", "draft_saved", "proposed", "approved",
        "published",
    ]  # fmt: skip
    assert verify_trail().fault is None


def test_proposer_is_refused_the_own_proposal_unless_the_school_does_without_four_eyes(story, settings):
    story.begin()
    proposal = story.propose()
    with pytest.raises(Refused, match="second person"):
        publication.approve(proposal.pk, story.zhou)
    settings.DESIGN_FOUR_EYES = False
    assert publication.approve(proposal.pk, story.zhou).state == ProposalState.DONE


def test_two_editors_at_once_nothing_is_lost(story):
    story.begin()
    seen = story.draft.revision
    drafts.save(story.draft.pk, OTHERWISE, seen, story.wu)
    with pytest.raises(Stale, match="吴老师"):
        drafts.save(story.draft.pk, REVIEW, seen, story.zhou)
    assert "班级初核" in story.draft.text
    aside = DraftSave.objects.get(kind=SaveKind.SET_ASIDE)
    assert (aside.by, "学院审核" in aside.text) == (story.zhou.user, True)
    drafts.take_back(aside.pk, story.draft.revision, story.zhou)
    assert story.draft.text == aside.text


def test_saving_the_same_again_is_no_conflict_and_no_state(story):
    story.begin()
    draft = story.draft
    drafts.save(draft.pk, draft.text, draft.revision - 1, story.wu)
    assert story.draft.revision == draft.revision


def test_page_of_a_draft_that_was_thrown_away_never_fits_a_later_one(story):
    old = story.begin()
    drafts.discard(old.pk, old.revision, story.zhou)
    new = story.begin()
    assert new.revision > old.revision
    with pytest.raises(Stale):
        drafts.discard(new.pk, old.revision, story.wu)


@pytest.mark.parametrize(
    "words",
    [
        "a < 3 && online == true",
        "<b && one == 1",
        "人数 < 5，on call = 是",
        "a <b and only=1",
        "a <b and ongoing = x",
        "onhold = 是",
    ],
)
def test_comparison_is_no_script(story, words):
    draft = story.begin(RENAMED.replace("试审", words.replace("&", "&amp;").replace("<", "&lt;")))
    assert words in html.unescape(draft.text)


@pytest.mark.parametrize(
    "words",
    [
        "<script>x",
        "<img src=x onerror=x>",
        "<svg/onload=x>",
        '<a b="c"onclick = x',
        "javascript:x",
        '<img alt=">" onerror=x>',
        "<img alt='<' onerror=x>",
        "<img alt=it's onerror=x>",
        "<b only=1 onclick=x>",
        "<b only=1 only =2 onlyx=3",
    ],
)
def test_script_in_a_name_is_refused(story, words):
    with pytest.raises(BadInput, match="holds a script"):
        story.begin(RENAMED.replace("试审", words.replace("<", "&lt;").replace('"', "&quot;")))


@pytest.mark.parametrize("part", ['<script xmlns="http://www.w3.org/1999/xhtml"/>', '<x onload="x"/>'])
def test_script_that_is_an_element_is_refused(story, part):
    with pytest.raises(BadInput, match="holds a script"):
        story.begin(RENAMED.replace("</bpmn:definitions>", f"{part}</bpmn:definitions>"))


@pytest.mark.parametrize("before", [True, False])
def test_script_in_a_comment_is_refused(story, before):
    comment = "<!-- <img src=x onerror=x> -->"
    text = RENAMED.replace("<bpmn:process", f"{comment}<bpmn:process", 1) if before else RENAMED + comment
    with pytest.raises(BadInput, match="holds a script"):
        story.begin(text)


def test_only_the_last_states_are_kept(story, monkeypatch):
    monkeypatch.setattr(queries, "MOST_SAVES", 3)
    story.begin()
    for number in range(5):
        drafts.save(
            story.draft.pk, RENAMED.replace("试审", f"试审{number}"), story.draft.revision, story.zhou
        )
    assert [save.revision for save in queries.saves_of(story.draft)] == [7, 6, 5]


def test_what_was_set_aside_outlives_the_saves_of_the_faster_one(story, monkeypatch):
    monkeypatch.setattr(queries, "MOST_SAVES", 3)
    draft = story.begin()
    with pytest.raises(Stale):
        drafts.save(draft.pk, OTHERWISE, 1, story.wu)
    for number in range(4):
        draft = drafts.save(draft.pk, RENAMED.replace("复核", f"复核{number}"), draft.revision, story.zhou)
    kinds = list(draft.saves.values_list("kind", flat=True))
    assert kinds.count(SaveKind.SET_ASIDE) == 1
    assert len(kinds) == 4


def test_unreadable_text_is_refused_and_changes_nothing(story):
    story.begin()
    before = story.draft.text
    with pytest.raises(BpmnError, match="not well-formed"):
        drafts.save(story.draft.pk, "<bpmn:definitions", story.draft.revision, story.zhou)
    assert story.draft.text == before


@pytest.mark.parametrize(("text", "why"), [(BROKEN, "problems"), (REVIEW, "says the same")])
def test_draft_with_problems_or_without_a_change_is_not_proposed(story, text, why):
    story.begin(text)
    with pytest.raises(Refused, match=why):
        story.propose()


def test_stale_draft_is_told_what_came_in_between_and_is_rebased_by_hand(story):
    story.begin()
    actions.publish(KEY, OTHERWISE)
    with pytest.raises(Refused, match=r"Version 2 was published in between .* begun from version 1"):
        story.propose()
    with pytest.raises(Stale):
        drafts.rebase(story.draft.pk, 1, story.zhou)
    drafts.rebase(story.draft.pk, 2, story.zhou)
    assert publication.approve(story.propose().pk, story.wu).version.number == 3


def test_version_that_came_in_between_stops_an_approval(story):
    story.begin()
    proposal = story.propose()
    actions.publish(KEY, OTHERWISE)
    with pytest.raises(Refused, match="Version 2 was published in between"):
        publication.approve(proposal.pk, story.wu)
    assert story.definition.versions.count() == 2


def test_version_that_came_in_between_overtakes_what_was_scheduled(story):
    story.begin()
    day = timezone.now() + datetime.timedelta(days=1)
    proposal = publication.approve(story.propose(holds_from=day).pk, story.wu)
    actions.publish(KEY, OTHERWISE)
    assert publication.publish_due(day) == {"overtaken": 1}
    proposal.refresh_from_db()
    assert (proposal.state, story.definition.versions.count()) == (ProposalState.OVERTAKEN, 2)
    assert story.kinds()[-1] == "overtaken"
    assert story.draft.text  # nothing is lost


def test_scheduled_proposal_is_withdrawn_and_never_published(story):
    story.begin()
    day = timezone.now() + datetime.timedelta(days=1)
    proposal = publication.approve(story.propose(holds_from=day).pk, story.wu)
    with pytest.raises(Refused, match="scheduled already"):
        drafts.save(story.draft.pk, OTHERWISE, story.draft.revision, story.zhou)
    publication.withdraw(proposal.pk, story.zhou)
    assert publication.publish_due(day) == {}
    with pytest.raises(Refused, match="settled already"):
        publication.withdraw(proposal.pk, story.zhou)
    drafts.save(story.draft.pk, OTHERWISE, story.draft.revision, story.zhou)


def test_retired_definition_takes_no_new_cases_and_comes_back_by_restoring(story):
    student, later = story.flow.students(2)
    running = start_case(KEY, student, Actor(student))
    story.published()
    retiring = publication.propose_retire(story.definition, Terms("暂停办理"), story.zhou)
    publication.approve(retiring.pk, story.wu)
    with pytest.raises(Refused, match="no new cases"):
        start_case(KEY, later, Actor(later))
    assert Case.objects.get(pk=running.pk).is_open
    restoring = publication.propose_restore(story.version(1), Terms("恢复办理"), story.zhou)
    version = publication.approve(restoring.pk, story.wu).version
    assert (version.number, version.bpmn) == (3, story.version(1).bpmn)
    assert start_case(KEY, later, Actor(later)).version == version
    assert verify_trail().fault is None


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE processes_designevent SET data = '{}' WHERE kind = 'approved'", "content does not match"),
        ("DELETE FROM processes_designevent WHERE kind = 'proposed'", "missing or out of order"),
        ("DELETE FROM processes_designevent WHERE seq = 6", "another end"),
        ("UPDATE processes_definitionversion SET bpmn = '<x/>' WHERE number = 2", "text of version 2"),
    ],
)
def test_trail_changed_behind_our_back_is_found(story, sql, said):
    story.published()
    assert verify_trail().fault is None
    approved = DesignEvent.objects.get(kind="approved")
    with connection.cursor() as cursor:
        cursor.execute(sql)
    fault = verify_trail().fault
    assert fault is not None
    assert said in fault.message
    assert fault.definition == KEY
    if "approved" in sql:
        assert fault.event == approved.pk.hex


def test_line_without_a_definition_is_found(story):
    story.published()
    trail.record(Definition.objects.create(key="other", title="x"), "draft_begun")
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM processes_definition WHERE processes_definition.key = 'other'")
        fault = verify_trail().fault
        assert fault is not None
        assert "does not exist" in fault.message
        cursor.execute("DELETE FROM processes_designevent WHERE kind = 'draft_begun' AND seq = 1")


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_publish_once(story):
    story.begin()
    day = timezone.now() + datetime.timedelta(days=1)
    publication.approve(story.propose(holds_from=day).pk, story.wu)
    barrier, done = threading.Barrier(2), []

    def sweep() -> None:
        barrier.wait()
        try:
            done.append(publication.publish_due(day))
        finally:
            connections.close_all()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for each in sweepers:
        each.start()
    for each in sweepers:
        each.join()
    assert sum(each["done"] for each in done) == 1
    assert story.definition.versions.count() == 2
    assert Proposal.objects.get().state == ProposalState.DONE
