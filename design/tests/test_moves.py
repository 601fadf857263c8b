"""Moving running cases through the pages: seen beforehand, done, taken back."""

import pytest
from django.utils import timezone

from approvals.actions import start_case
from design.tests.test_pages import browser, text_of, url
from processes.engine.actor import Actor
from processes.evolve import trials
from processes.evolve.records import Migration
from processes.evolve.trial_records import Trial
from processes.models import Case
from processes.tests.kit import KEY, REVIEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(story) -> list[Case]:
    """Two cases of version 1 while version 2 holds."""
    cases = [start_case(KEY, student, Actor(student)) for student in story.flow.students(2)]
    story.published()
    return cases


def test_cases_are_counted_moved_and_taken_back(story, running):
    zhou = browser(story.zhou)
    assert url("move", number=1) in text_of(zhou.get(url("definition")))
    page = text_of(zhou.get(url("move", number=1)))
    assert "Move 2 cases" in page
    assert "Nothing has been changed yet" in page
    assert {case.version.number for case in Case.objects.all()} == {1}
    moved = zhou.post(url("move", number=1), follow=True)
    assert "2 cases moved." in text_of(moved)
    assert {case.version.number for case in Case.objects.all()} == {2}
    migration = Migration.objects.get()
    assert migration.owner == story.zhou.user
    assert url("moved", pk=migration.pk) in text_of(zhou.get(url("definition")))
    back = zhou.post(url("moved", pk=migration.pk), {"do": "take-back"}, follow=True)
    assert "2 cases moved back." in text_of(back)
    assert {case.version.number for case in Case.objects.all()} == {1}


def test_step_that_is_gone_keeps_its_cases_until_another_takes_its_place(story):
    student = story.flow.students(1)[0]
    start_case(KEY, student, Actor(student))
    renamed = REVIEW.replace('id="file"', 'id="hand_in"').replace('"file"', '"hand_in"')
    story.published(renamed)
    zhou = browser(story.zhou)
    page = text_of(zhou.get(url("move", number=1)))
    assert "Move 1 case" not in page
    assert "1 case would stay." in page
    assert "Say which step takes its place" in page
    chosen = {"at-file": "hand_in"}
    assert "Move 1 case" in text_of(zhou.get(url("move", number=1), chosen))
    zhou.post(url("move", number=1), chosen)
    assert Case.objects.get().version.number == 2


def test_many_cases_are_looked_at_by_a_job_that_says_how_far_it_is(story, running, monkeypatch):
    monkeypatch.setattr(trials, "AT_ONCE", 1)
    monkeypatch.setattr(trials, "require_worker", lambda: None)
    monkeypatch.setattr(trials, "queue", lambda trial: None)
    zhou, page = browser(story.zhou), url("move", number=1)
    first = text_of(zhou.get(page))
    assert "2 cases run on version 1." in first
    assert "Move 2 cases" not in first
    assert zhou.post(page, {"do": "look"}).url == page
    assert {case.version.number for case in Case.objects.all()} == {1}
    waiting = text_of(zhou.get(page))
    assert 'hx-trigger="every 1s"' in waiting
    assert "0 / 2" in waiting
    trial = trials.work_off(Trial.objects.get())
    found = text_of(zhou.get(page))
    assert "2 cases would go on at their steps in the new version." in found
    assert "Move 2 cases" in found
    assert url("move", number=1) in text_of(zhou.get(url("trial", pk=trial.pk)))
    zhou.post(page)
    assert {case.version.number for case in Case.objects.all()} == {2}


def test_what_was_found_by_another_placing_is_not_shown(story, monkeypatch):
    student = story.flow.students(1)[0]
    start_case(KEY, student, Actor(student))
    story.published(REVIEW.replace('id="file"', 'id="hand_in"').replace('"file"', '"hand_in"'))
    zhou, page, chosen = browser(story.zhou), url("move", number=1), {"at-file": "hand_in"}
    zhou.post(page, chosen | {"do": "look"})
    trial = Trial.objects.get()
    assert (trial.mapping, trial.result["moves"]) == ({"by_hand": {"file": "hand_in"}, "given_up": []}, 1)
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    assert "Move 1 case" in text_of(zhou.get(page, chosen))
    assert "Move 1 case" not in text_of(zhou.get(page))
    assert f"{page}?at-file=hand_in" in text_of(zhou.get(url("trial", pk=trial.pk)))


def test_way_back_says_how_far_it_is(story, running):
    zhou = browser(story.zhou)
    zhou.post(url("move", number=1))
    migration = Migration.objects.get()
    page = url("moved", pk=migration.pk)
    Migration.objects.update(state="back_run", returned=1, progress_at=timezone.now())
    assert "1 / 2" in text_of(zhou.get(page))


def test_version_that_holds_has_nothing_to_move(story):
    assert browser(story.zhou).get(url("move", number=1)).status_code == 404


def test_what_is_not_offered_is_not_done(story, running):
    zhou = browser(story.zhou)
    zhou.post(url("move", number=1))
    migration = Migration.objects.get()
    assert zhou.post(url("moved", pk=migration.pk), {"do": "erase"}).status_code == 404
    assert "at work" in text_of(zhou.post(url("moved", pk=migration.pk), {"do": "go-on"}, follow=True))
