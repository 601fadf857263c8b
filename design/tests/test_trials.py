"""A draft tried out on real cases: what differs, the cases behind every number, files, and who may see them."""

import datetime
import io

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.actions import add_unit
from accounts.models import UnitKind
from common.errors import Refused
from design.tests.test_pages import browser, text_of, url
from processes.engine.actor import Actor
from processes.evolve import drafts, trials
from processes.evolve.tests.kit import BROKEN
from processes.evolve.trial_records import Trial, TrialState
from processes.models import Case, Event
from processes.tests.kit import REVIEW
from processes.tests.tale import Tale

pytestmark = pytest.mark.django_db
#: The review in which nobody's case is short: all go past college and university.
LONG = REVIEW.replace(">short<", ">short &amp;&amp; !short<")


@pytest.fixture
def season(story) -> list[Case]:
    """Two finished cases: a short one, and one that went all the way."""
    flow = story.flow
    short, long = Tale(flow, flow.person("s1short", "学生甲")), Tale(flow, flow.person("s2", "学生乙"))
    for tale in (short, long):
        tale.submit()
        tale.approve("class_review")
    long.approve("college_review", "university_review")
    return [short.case, long.case]


def started(story) -> Trial:
    browser(story.zhou).post(url("replay"), {"season": "2027"})
    return Trial.objects.get()


def test_replay_says_how_many_differ_and_lists_them(story, season):
    story.begin(LONG)
    zhou = browser(story.zhou)
    assert "Cohort 2027 (2)" in text_of(zhou.get(url("replay")))
    before = Event.objects.count()
    page = text_of(zhou.post(url("replay"), {"season": "2027"}, follow=True))
    trial = Trial.objects.get()
    assert "2 finished cases replayed; 1 as they went then." in page
    assert (trial.state, trial.total, trial.result["others"]) == ("done", 2, 1)
    assert trial.result["levels"]["college_review"] == {
        "before": 1,
        "after": 2,
        "gained": 1,
        "lost": 0,
        "hours": pytest.approx(0, abs=0.1),
    }
    behind = text_of(zhou.get(url("trial_cases", pk=trial.pk), {"number": "others"}))
    assert season[0].number in behind
    assert season[1].number not in behind
    assert "填写 → Class review → 学院审核 → 学校审核" in behind
    assert Event.objects.count() == before
    assert url("trial", pk=trial.pk) in text_of(zhou.get(url("replay")))


def test_every_number_has_its_cases(story, season):
    story.begin(LONG)
    trial = started(story)
    zhou = browser(story.zhou)
    college = story.flow.college.pk
    for number in ("level+college_review", "role+college_officer", f"pool+college_officer@{college}"):
        behind = text_of(zhou.get(url("trial_cases", pk=trial.pk), {"number": number}))
        assert season[0].number in behind, number
        assert season[1].number not in behind, number
    for number in ("level-class_review", "nothing", ""):
        wrong = zhou.get(url("trial_cases", pk=trial.pk), {"number": number})
        assert (number, wrong.status_code) == (number, 200 if number.startswith("level") else 404)


def test_files_hold_the_numbers_and_the_cases(story, season):
    story.begin(LONG)
    trial = started(story)
    zhou = browser(story.zhou)
    numbers = _rows(zhou.get(url("trial_file", pk=trial.pk)).content)
    assert ["Step", "学院审核", "1", "2", "100", "1", "0", "0.0", ""] in numbers
    assert any(
        row[:4] == ["Unit, a week", "软件学院 · College employment officer", "1", "2"] for row in numbers
    )
    listed = _rows(zhou.get(url("trial_file", pk=trial.pk), {"number": "others"}).content)
    assert [row[0] for row in listed] == [season[0].number]
    assert zhou.get(url("trial_file", pk=trial.pk), {"number": "nothing"}).status_code == 404


def _rows(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()[1:]]


def test_cases_outside_the_readers_units_are_not_listed(story, season):
    story.begin(LONG)
    trial = started(story)
    Case.objects.filter(pk=season[0].pk).update(unit=add_unit(None, UnitKind.UNIVERSITY, "别的大学"))
    behind = text_of(browser(story.zhou).get(url("trial_cases", pk=trial.pk), {"number": "others"}))
    assert season[0].number not in behind
    assert "None of the cases behind this number lies in your units." in behind


def test_only_operators_get_a_link_to_the_case(story, season):
    story.begin(LONG)
    trial = started(story)
    asked = {"number": "others"}
    link = f"/manage/cases/{season[0].pk}/"
    assert link not in text_of(browser(story.zhou).get(url("trial_cases", pk=trial.pk), asked))
    assert link in text_of(browser(story.wu).get(url("trial_cases", pk=trial.pk), asked))


def test_draft_with_problems_is_refused_in_words(story, season):
    story.begin(BROKEN)
    answer = browser(story.zhou).post(url("replay"), {"season": ""}, follow=True)
    assert "The draft has problems." in text_of(answer)
    assert Trial.objects.count() == 0


def test_season_without_cases_and_one_that_is_none(story):
    story.begin(LONG)
    zhou = browser(story.zhou)
    assert "nothing to replay" in text_of(zhou.post(url("replay"), {"season": ""}, follow=True))
    assert zhou.post(url("replay"), {"season": "1066"}).status_code == 422


def test_old_cases_are_not_of_the_last_twelve_months(story, season):
    story.begin(LONG)
    Case.objects.filter(pk=season[1].pk).update(finished=timezone.now() - datetime.timedelta(days=400))
    browser(story.zhou).post(url("replay"), {"season": ""})
    assert Trial.objects.get().total == 1


def test_result_stays_and_says_that_the_draft_changed_since(story, season):
    story.begin(LONG)
    trial = started(story)
    zhou = browser(story.zhou)
    assert "The draft still says this" in text_of(zhou.get(url("trial", pk=trial.pk)))
    draft = story.draft
    drafts.save(draft.pk, REVIEW.replace("学院审核", "院审"), draft.revision, story.zhou)
    page = text_of(zhou.get(url("trial", pk=trial.pk)))
    assert "The draft has changed since" in page
    assert "2 finished cases replayed" in page


def test_many_cases_become_a_job_that_can_be_begun_anew(story, season, monkeypatch):
    story.begin(LONG)
    sent: list[Trial] = []
    monkeypatch.setattr(trials, "AT_ONCE", 1)
    monkeypatch.setattr(trials, "require_worker", lambda: None)
    monkeypatch.setattr(trials, "queue", sent.append)
    trial = trials.start_replay(story.draft, 2027, story.zhou)
    assert trial.state == TrialState.WAITING
    zhou = browser(story.zhou)
    page = text_of(zhou.get(url("trial", pk=trial.pk)))
    assert 'hx-trigger="every 1s"' in page
    assert "You may close this page" in page
    with pytest.raises(Refused):
        trials.start_replay(story.draft, 2027, story.zhou)
    assert "at work already" in text_of(zhou.post(url("trial", pk=trial.pk), follow=True))
    long_ago = timezone.now() - datetime.timedelta(minutes=5)
    Trial.objects.update(state=TrialState.RUNNING, done=1, progress_at=long_ago)
    assert "The job stopped" in text_of(zhou.get(url("trial", pk=trial.pk)))
    zhou.post(url("trial", pk=trial.pk))
    trial.refresh_from_db()
    done = trials.work_off(trial)
    assert (done.state, done.done, done.result["others"]) == ("done", 2, 1)
    assert trials.work_off(done).hits.filter(number="others").count() == 1


def test_only_so_many_trials_are_kept(story, season, monkeypatch):
    story.begin(LONG)
    monkeypatch.setattr(trials, "MOST_TRIALS", 2)
    made = [trials.start_replay(story.draft, 2027, story.zhou).pk for _number in range(3)]
    assert set(Trial.objects.values_list("pk", flat=True)) == set(made[1:])


def test_others_find_no_trial(story, season):
    story.begin(LONG)
    trial = started(story)
    officer = Actor(story.flow.officer)
    for name, more in (("replay", {}), ("trial", {"pk": trial.pk}), ("trial_cases", {"pk": trial.pk})):
        assert browser(officer).get(url(name, **more)).status_code == 404
    other = f"/design/destination_filing/trials/{trial.pk}/"
    assert browser(story.zhou).get(other).status_code == 404


def test_beside_the_chain_it_says_what_a_change_would_mean(story, season):
    story.begin(LONG)
    zhou = browser(story.zhou)
    beside = text_of(zhou.get(url("live")))
    assert "The 2 latest finished cases replayed:" in beside
    assert "1 goes another way" in beside
    assert 'College employment officer <strong class="num">+100 % a week</strong>' in beside
    started(story)
    whole = text_of(zhou.get(url("live")))
    assert "2 finished cases replayed:" in whole
    assert "Look at the whole replay" in whole


def test_beside_a_chain_that_cannot_run_it_says_what_to_do(story, season):
    story.begin(BROKEN)
    assert "Mend what is marked" in text_of(browser(story.zhou).get(url("live")))


def test_running_cases_are_looked_at_before_the_draft_holds(story):
    tale = Tale(story.flow, story.flow.person("s3", "学生丙"))
    tale.submit()
    story.begin(REVIEW.replace("class_review", "first_review"))
    zhou = browser(story.zhou)
    assert url("draft_moves") in text_of(zhou.get(url("draft")))
    part = text_of(zhou.get(url("draft_moves")))
    assert "1 case would stay." in part
    assert tale.case.number in part
    assert "Say which step takes its place" in part
    assert tale.open == ["class_review"]


def test_many_running_cases_are_looked_at_by_a_job(story, monkeypatch):
    tale = Tale(story.flow, story.flow.person("s3", "学生丙"))
    tale.submit()
    Tale(story.flow, story.flow.person("s4", "学生丁"))
    story.begin(REVIEW.replace("class_review", "first_review"))
    zhou = browser(story.zhou)
    monkeypatch.setattr(trials, "AT_ONCE", 1)
    monkeypatch.setattr(trials, "require_worker", lambda: None)
    monkeypatch.setattr(trials, "queue", lambda trial: None)
    assert "2 cases run on version 1." in text_of(zhou.get(url("draft_moves")))
    zhou.post(url("draft_moves"))
    trial = trials.work_off(Trial.objects.get())
    page = text_of(zhou.get(url("trial", pk=trial.pk)))
    assert "1 case would go on at its step in the new version." in page
    assert "1 case would stay." in page
    number = "stays:vanished:class_review"
    assert tale.case.number in text_of(zhou.get(url("trial_cases", pk=trial.pk), {"number": number}))
    assert zhou.get(url("trial_file", pk=trial.pk)).status_code == 404
    assert "What was found" in text_of(zhou.get(url("draft_moves")))
    assert tale.open == ["class_review"]


#: The review at whose second level the faculty takes the place of the college.
RENAMED = REVIEW.replace('"college_review"', '"faculty_review"').replace('name="学院审核"', 'name="院系审核"')


def test_decisions_at_a_step_that_was_renamed_count_for_what_takes_its_place(story, season):
    story.begin(RENAMED)
    zhou = browser(story.zhou)
    page = text_of(zhou.get(url("replay")))
    assert 'name="at-college_review"' in page
    assert 'name="at-class_review"' not in page  # it is there still
    apart = text_of(zhou.post(url("replay"), {"season": "2027"}, follow=True))
    assert "2 finished cases replayed; 1 as they went then." in apart
    said = {"season": "2027", "at-college_review": "faculty_review"}
    together = text_of(zhou.post(url("replay"), said, follow=True))
    assert "2 finished cases replayed; 2 as they went then." in together
    assert "What was said at “学院审核” counts for “院系审核”." in together
    page = text_of(zhou.get(url("replay")))
    assert '<option value="faculty_review" selected>' in page  # the next replay begins with the same


def test_place_that_is_no_step_of_the_draft_counts_as_none(story, season):
    story.begin(RENAMED)
    browser(story.zhou).post(url("replay"), {"season": "2027", "at-college_review": "nowhere"})
    assert Trial.objects.get().mapping == {"by_hand": {}, "given_up": []}


def test_replay_of_a_draft_with_problems_offers_no_places(story, season):
    story.begin(BROKEN)
    assert "at-college_review" not in text_of(browser(story.zhou).get(url("replay")))
