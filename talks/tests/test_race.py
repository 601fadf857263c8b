"""Two officers at once, in earnest: threads against the database."""

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import connections

from accounts.models import User
from accounts.roles import Role
from common.errors import BadInput, Stale
from processes import compiled
from processes.audit.verify import verify_trail
from talks.flows.talk import actions
from talks.flows.talk.tests import kit
from talks.models import Booking, Talk, TalkState, Venue

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def together(work: list[Callable[[], None]]) -> list[Exception]:
    """Everything at once; what went wrong in it."""
    faults: list[Exception] = []
    ready = threading.Barrier(len(work))

    def run(one: Callable[[], None]) -> None:
        try:
            ready.wait()
            one()
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def ready_to_allocate(number: int) -> Talk:
    talk = kit.submit(kit.employer(f"杭州竞赛{number}号有限公司"))
    kit.decide_step(talk, "review")
    return talk


def allocation(talk: Talk, venue: Venue, slot, officer: User) -> Callable[[], None]:
    task = kit.task(talk, "choose")

    def allocate() -> None:
        by = kit.by(User.objects.get(pk=officer.pk))
        actions.allocate(task.pk, Venue.objects.get(pk=venue.pk), slot, by, revision=task.revision)

    return allocate


def test_two_officers_never_get_one_venue_at_one_time():
    compiled.forget()
    venue = kit.venue()
    talks = [ready_to_allocate(number) for number in range(3)]
    officers = [kit.reviewer(Role.TALK_OFFICER, number) for number in (1, 2, 3)]
    # Different times that are too near to each other.
    slots = [kit.slot(start=14, end=16), kit.slot(start=15, end=17), kit.slot(start=13, end=15)]
    faults = together(
        [allocation(talk, venue, slot, who) for talk, slot, who in zip(talks, slots, officers, strict=True)]
    )
    assert [type(fault) for fault in faults] == [BadInput, BadInput]
    assert all("占用" in str(fault) for fault in faults)
    assert Talk.objects.filter(booking=Booking.HELD, venue=venue).count() == 1
    assert sorted(len(kit.steps(talk)) for talk in talks) == [1, 1, 1]
    assert verify_trail().fault is None


def test_two_applications_at_once_do_not_pass_the_limit_of_the_month():
    compiled.forget()
    of, weeks = kit.employer("杭州同时有限公司"), kit.monday()
    days = [weeks.replace(day=1) + datetime.timedelta(days=32 + day) for day in (0, 7, 14)]
    days = [day if day.month == days[0].month else day - datetime.timedelta(days=14) for day in days]
    talks = [kit.begin(of, **kit.wishes(kit.slot(day))) for day in days]
    kit.hand_in(talks[0])

    def handing_in(talk: Talk) -> Callable[[], None]:
        return lambda: kit.hand_in(talk) and None

    faults = together([handing_in(talk) for talk in talks[1:]])
    assert [type(fault) for fault in faults] == [actions.Incomplete]
    assert Talk.objects.filter(employer=of, state=TalkState.APPLIED).count() == 2


def test_two_officers_allocate_one_talk_once():
    compiled.forget()
    talk, officers = ready_to_allocate(9), [kit.reviewer(Role.TALK_OFFICER, number) for number in (1, 2)]
    venues = [kit.venue(), kit.venue("教一 101")]
    faults = together(
        [allocation(talk, venue, kit.slot(), who) for venue, who in zip(venues, officers, strict=True)]
    )
    assert [type(fault) for fault in faults] == [Stale]
    assert kit.steps(talk) == ["venue"]
    assert kit.fresh(talk).booking == Booking.HELD
