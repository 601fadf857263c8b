"""The pages of talks: who sees what, and what they do."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from approvals.actions import jump
from processes.models import Task
from talks.flows.talk import actions
from talks.flows.talk.tests import kit
from talks.models import Blackout, Booking, Talk, TalkState, Venue

pytestmark = pytest.mark.django_db


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def officer() -> Client:
    return browser(kit.reviewer(Role.TALK_OFFICER))


def host(talk: Talk) -> Client:
    return browser(kit.applicant(talk))


def choosing() -> tuple[Talk, str]:
    talk = kit.submit()
    kit.decide_step(talk, "review")
    return talk, reverse("talks:choose", args=[kit.task(talk, "choose").pk])


def offer(venue: Venue, slot=None) -> dict[str, str]:
    slot = slot or kit.slot()
    return {"offer": f"{venue.pk} {slot.day.isoformat()} {slot.start:%H:%M} {slot.end:%H:%M}"}


def test_task_page_leads_to_the_page_of_the_step_and_does_not_approve_it():
    talk, url = choosing()
    task, client = kit.task(talk, "choose"), officer()
    page = client.get(reverse("approvals:task", args=[task.pk])).content.decode()
    assert f'href="{url}"' in page
    assert 'value="approve"' not in page
    answer = client.post(reverse("approvals:decide", args=[task.pk]), {"outcome": "approve"})
    assert answer.status_code == 409
    assert kit.steps(talk) == ["choose"]


def test_keeper_returns_to_the_officer_unless_they_say_otherwise():
    talk = kit.submit()
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    keeper = browser(kit.reviewer(Role.VENUE_KEEPER))
    page = keeper.get(reverse("approvals:task", args=[kit.task(talk, "venue").pk])).content.decode()
    assert 'name="target" value="choose" checked' in page
    assert page.count('name="target"') == page.count('name="target" value=""') + 2
    assert 'name="target" value="" checked' not in page


def test_officer_allocates_what_the_page_offers():
    talk, url = choosing()
    venue = kit.venue()
    page = officer().get(url).content.decode()
    value = offer(venue)["offer"]
    assert f'value="{value}"' in page
    answer = officer().post(url, {"offer": value, "revision": kit.task(talk, "choose").revision})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    talk = kit.fresh(talk)
    assert (talk.venue, talk.slot, talk.booking) == (venue, kit.slot(), Booking.HELD)


def test_talk_is_handed_over_on_its_page():
    talk = kit.offered()
    url = reverse("talks:own", args=[talk.pk])
    owner = host(talk)
    assert reverse("talks:hand_over", args=[talk.pk]) not in owner.get(url).content.decode()  # to nobody
    colleague = kit.colleague(talk.employer)
    assert f'value="{colleague.pk}"' in owner.get(url).content.decode()
    assert reverse("talks:hand_over", args=[talk.pk]) not in browser(colleague.user).get(url).content.decode()
    said = {"to": colleague.pk, "text": ""}
    answer = owner.post(reverse("talks:hand_over", args=[talk.pk]), said)
    assert answer.status_code == 422
    assert '<details class="talk-more" open>' in answer.content.decode()
    answer = owner.post(reverse("talks:hand_over", args=[talk.pk]), said | {"text": "我下周起休假"})
    assert (answer.status_code, kit.applicant(talk)) == (302, colleague.user)
    assert 'value="confirm"' in browser(colleague.user).get(url).content.decode()
    assert 'value="confirm"' not in owner.get(url).content.decode()


def test_page_says_beforehand_which_step_a_colleague_leaves_to_others():
    talk = kit.submit()
    colleague, task = kit.colleague(talk.employer), kit.task(talk, "review")
    url, owner = reverse("talks:own", args=[talk.pk]), host(talk)
    assert "不能审核自己的事项" not in owner.get(url).content.decode()
    Task.objects.filter(pk=task.pk).update(owner=colleague.user)
    page = owner.get(url).content.decode()
    assert (
        f"{colleague.user.name} 正在审核本件（{task.element.name}）。不能审核自己的事项，届时会转给其他人。"
        in page
    )
    owner.post(reverse("talks:hand_over", args=[talk.pk]), {"to": colleague.pk, "text": "我下周起休假"})
    assert kit.task(talk, "review").owner is None


def test_draft_of_a_colleague_says_who_fills_it_in():
    talk = kit.begin()
    url, colleague = reverse("talks:own", args=[talk.pk]), kit.colleague(talk.employer)
    page = browser(colleague.user).get(url).content.decode()
    assert f"{kit.applicant(talk).name} 正在填写。" in page
    assert "填写内容会自动保存" not in page
    assert "正在填写。" not in host(talk).get(url).content.decode()


def test_taken_venue_is_shown_with_the_reason_and_refused():
    venue = kit.venue()
    kit.published(None, venue)
    talk, url = choosing()
    page = officer().get(url).content.decode()
    assert "占用" in page
    assert f'value="{offer(venue)["offer"]}"' not in page
    answer = officer().post(url, offer(venue))
    assert answer.status_code == 422
    assert "占用" in answer.content.decode()
    assert kit.fresh(talk).booking == Booking.NONE


@pytest.mark.parametrize("said", [{}, {"offer": "x y"}, {"offer": "a b c d e f"}, {"venue": "1", "day": "?"}])
def test_offer_that_makes_no_sense_changes_nothing(said):
    talk, url = choosing()
    assert officer().post(url, said).status_code == 422
    assert kit.steps(talk) == ["choose"]


def test_small_venues_come_last_and_say_so():
    small, large = kit.venue("小教室", capacity=20), kit.venue("大报告厅", capacity=300)
    _talk, url = choosing()
    page = officer().get(url).content.decode()
    wish = page[page.index('id="wish-1"') : page.index("talk-week")]
    assert wish.index(large.name) < wish.index(small.name)
    assert "talk-small" in wish


def test_step_that_is_done_shows_its_task():
    talk, url = choosing()
    kit.allocate(talk, kit.venue())
    answer = officer().get(url)
    assert (answer.status_code, "/desk/tasks/" in answer["Location"]) == (302, True)


def test_page_of_the_step_is_found_for_this_step_alone():
    talk = kit.submit()
    url = reverse("talks:choose", args=[kit.task(talk, "review").pk])
    assert officer().get(url).status_code == 404


@pytest.mark.parametrize(("answer", "state"), [("confirm", "published"), ("decline", "declined")])
def test_employer_answers_on_its_page(answer, state):
    talk = kit.offered()
    page = host(talk).get(reverse("talks:own", args=[talk.pk])).content.decode()
    assert "学校为您安排" in page
    host(talk).post(reverse("talks:reply", args=[talk.pk]), {"answer": answer})
    assert kit.fresh(talk).state == state


def test_wish_for_another_time_without_words_stays_on_the_page():
    talk = kit.offered()
    answer = host(talk).post(reverse("talks:reply", args=[talk.pk]), {"answer": "change", "text": "改"})
    assert answer.status_code == 422
    assert kit.fresh(talk).state == TalkState.OFFERED


def test_stranger_finds_nothing_of_another_employers_talk():
    talk, other = kit.offered(), kit.begin()
    for name in ("own", "details", "application"):
        assert host(other).get(reverse(f"talks:{name}", args=[talk.pk])).status_code == 404
    assert host(other).post(reverse("talks:reply", args=[talk.pk]), {"answer": "confirm"}).status_code == 404
    assert kit.fresh(talk).state == TalkState.OFFERED


def test_everybody_sees_published_talks_and_nothing_else():
    hidden, shown = (
        kit.offered(title="还没有公开的"),
        kit.published(None, kit.venue("教一 101"), title="已经公开的"),
    )
    page = Client().get("/talks/").content.decode()
    assert ("已经公开的" in page, "还没有公开的" in page) == (True, False)
    assert Client().get(reverse("talks:public_talk", args=[shown.pk])).status_code == 200
    assert Client().get(reverse("talks:public_talk", args=[hidden.pk])).status_code == 404
    assert "0571-88001122" not in page


def test_called_off_talk_is_struck_through():
    talk = kit.published()
    actions.call_off(talk, kit.by(kit.reviewer(Role.TALK_OFFICER)), "场馆停电检修")
    page = Client().get("/talks/").content.decode()
    assert "talk-off" in page


def _calendar_entry(talk: Talk) -> dict[str, str]:
    """The lines of a talk's entry by their names."""
    text = Client().get(reverse("talks:calendar_entry", args=[talk.pk])).content.decode()
    return dict(line.split(":", 1) for line in text.replace("\r\n ", "").splitlines())


def test_calendar_replaces_what_it_has_when_a_talk_is_called_off():
    talk = kit.published()
    before = _calendar_entry(talk)
    actions.call_off(talk, kit.by(kit.reviewer(Role.TALK_OFFICER)), "场馆停电检修")
    after = _calendar_entry(talk)
    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_calendar_replaces_what_it_has_when_an_operator_has_a_published_talk_moved():
    talk, later = kit.published(), timezone.now() + datetime.timedelta(minutes=2)
    before = _calendar_entry(talk)
    operator = kit.by(kit.reviewer(Role.UNIVERSITY_OFFICER))
    jump(kit.case_of(talk).pk, "choose", operator, text="单位电话要求换时间")
    kit.allocate(talk, kit.fresh(talk).venue, kit.slot(start=18, end=20))
    for step in kit.steps(talk):
        if step != "confirm":
            kit.decide_step(talk, step)
    kit.reply(talk, "confirm", now=later)
    after = _calendar_entry(talk)
    assert before["DTSTART"] != after["DTSTART"]
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_no_talks_says_so():
    assert "目前没有宣讲会" in Client().get("/talks/").content.decode()


def test_calendar_entry_has_time_place_and_short_lines():
    talk = kit.published(intro="第一行，有逗号\n第二行；" + "很长" * 60)
    answer = Client().get(reverse("talks:calendar_entry", args=[talk.pk]))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    start = kit.slot().starts_at.astimezone(datetime.UTC)
    assert f"DTSTART:{start:%Y%m%dT%H%M%SZ}\r\n" in whole
    assert "LOCATION:东校区 图书馆一楼 图书馆报告厅\r\n" in whole
    assert "第一行，有逗号\\n第二行；" in whole
    assert f"UID:{talk.pk}@qicheng\r\n" in whole


def test_week_shows_booked_held_and_closed():
    venue = kit.venue()
    kit.published(None, venue)
    kit.offered(None, venue, kit.slot(start=18, end=20))
    Blackout.objects.create(first_day=kit.monday(), last_day=kit.monday(), reason="迎新晚会")
    page = officer().get(f"/desk/talks/?week={kit.monday().isoformat()}").content.decode()
    assert ("talk-confirmed" in page, "talk-held" in page, "迎新晚会" in page) == (True, True, True)
    assert officer().get("/desk/talks/?week=x").status_code == 200


def test_officer_adds_a_venue_and_takes_it_out_of_use():
    said = {"name": "教二 201", "campus": "西校区", "kind": "1", "capacity": 60, "buffer_minutes": 15}
    said |= {"opens_at": "08:00", "closes_at": "22:00", "is_active": "on"}
    officer().post("/desk/talks/venues/new/", said)
    venue = Venue.objects.get()
    assert (venue.name, venue.buffer_minutes, venue.is_active) == ("教二 201", 15, True)
    del said["is_active"]
    officer().post(f"/desk/talks/venues/{venue.pk}/", said | {"closes_at": "20:00"})
    venue.refresh_from_db()
    assert (venue.is_active, venue.closes_at) == (False, datetime.time(20))
    answer = officer().post(f"/desk/talks/venues/{venue.pk}/", said | {"closes_at": "07:00"})
    assert answer.status_code == 422


def test_officer_closes_days_and_opens_them_again():
    day = timezone.localdate() + datetime.timedelta(days=20)
    said = {"first_day": day.isoformat(), "last_day": day.isoformat(), "venue": "", "reason": "期末考试"}
    officer().post("/desk/talks/closed-days/", said)
    closed = Blackout.objects.get()
    assert (closed.first_day, closed.venue, closed.reason) == (day, None, "期末考试")
    early = (day - datetime.timedelta(days=1)).isoformat()
    assert officer().post("/desk/talks/closed-days/", said | {"last_day": early}).status_code == 422
    officer().post(reverse("talks:open_again", args=[closed.pk]))
    assert not Blackout.objects.exists()


def test_keeper_sees_the_week_and_keeps_nothing():
    keeper = browser(kit.reviewer(Role.VENUE_KEEPER))
    assert keeper.get("/desk/talks/").status_code == 200
    assert keeper.get("/desk/talks/venues/").status_code == 404


def test_school_calls_off_with_a_reason():
    talk = kit.published()
    url = reverse("talks:call_off_for_school", args=[talk.pk])
    assert officer().post(url, {"text": ""}).status_code == 422
    assert officer().post(url, {"text": "场馆停电检修"}).status_code == 302
    assert kit.fresh(talk).state == TalkState.CALLED_OFF
