"""Which venue is free when."""

import datetime

import pytest
from django.utils import timezone

from talks.board import Board
from talks.flows.talk.tests import kit
from talks.models import Blackout, Booking, Talk, TalkState

pytestmark = pytest.mark.django_db
MONDAY = datetime.date(2027, 3, 1)
NOW = timezone.make_aware(datetime.datetime(2027, 2, 20, 9))


def at(start: str, end: str, day: datetime.date = MONDAY):
    return kit.Slot.on(day, datetime.time.fromisoformat(start), datetime.time.fromisoformat(end))


@pytest.fixture
def taken():
    """A venue that is booked on Monday from 14 to 16."""
    venue, slot = kit.venue(), at("14:00", "16:00")
    talk = Talk.objects.create(
        employer=kit.employer(),
        title="别人的宣讲会",
        venue=venue,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )
    Talk.objects.filter(pk=talk.pk).update(booking=Booking.CONFIRMED, state=TalkState.PUBLISHED)
    return venue, talk


def problem(venue, slot, without=None, now=NOW):
    return Board(slot.day, slot.day, now).problem(venue, slot, without)


@pytest.mark.parametrize(
    ("start", "end", "is_free"),
    [
        ("14:00", "16:00", False),
        ("15:00", "15:30", False),
        ("13:00", "17:00", False),
        ("16:29", "18:00", False),
        ("16:30", "18:00", True),
        ("11:00", "13:31", False),
        ("11:00", "13:30", True),
    ],
)
def test_venue_is_free_half_an_hour_before_and_after_a_talk(taken, start, end, is_free):
    assert (problem(taken[0], at(start, end)) == "") is is_free


def test_talk_is_not_in_its_own_way(taken):
    venue, talk = taken
    assert "别人的宣讲会" in problem(venue, at("14:30", "16:30"))
    assert problem(venue, at("14:30", "16:30"), without=talk.pk) == ""


def test_other_venue_and_other_day_are_free(taken):
    assert problem(kit.venue("教一 101"), at("14:00", "16:00")) == ""
    assert problem(taken[0], at("14:00", "16:00", MONDAY + datetime.timedelta(days=1))) == ""


@pytest.mark.parametrize(("hours", "is_free"), [(1, False), (-1, True)])
def test_hold_keeps_others_out_until_it_lapses(taken, hours, is_free):
    venue, talk = taken
    Talk.objects.filter(pk=talk.pk).update(
        booking=Booking.HELD, held_until=NOW + datetime.timedelta(hours=hours)
    )
    assert (problem(venue, at("14:00", "16:00")) == "") is is_free


def test_closed_days_hold_for_one_venue_or_for_all(taken):
    venue, other = taken[0], kit.venue("教一 101")
    slot = at("09:00", "10:00")
    mine = Blackout.objects.create(first_day=MONDAY, last_day=MONDAY, reason="检修", venue=venue)
    assert ("检修" in problem(venue, slot), problem(other, slot)) == (True, "")
    mine.venue = None
    mine.save()
    assert "检修" in problem(other, slot)
    assert problem(other, at("09:00", "10:00", MONDAY + datetime.timedelta(days=1))) == ""


@pytest.mark.parametrize(("start", "end"), [("07:59", "09:00"), ("21:00", "22:01")])
def test_venue_is_not_given_out_of_hours(start, end):
    assert problem(kit.venue(), at(start, end)) != ""


def test_past_backward_and_unused_are_no_offers():
    venue, slot = kit.venue(), at("14:00", "16:00")
    assert problem(venue, slot, now=slot.starts_at) != ""
    assert problem(venue, kit.Slot(slot.ends_at, slot.starts_at)) != ""
    assert problem(venue, kit.Slot(slot.starts_at, slot.ends_at + datetime.timedelta(days=1))) != ""
    venue.is_active = False
    assert problem(venue, slot) != ""
