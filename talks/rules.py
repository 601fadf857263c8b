"""May a talk be asked for, changed, held, answered, called off?"""

import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdict import ALLOWED, Verdict, refused
from talks.board import Board
from talks.models import UNDER_WAY, Talk, TalkState
from talks.queries import acts_for_library_employer, arranges
from talks.slots import Slot

#: Workdays for which venue and time are kept while the school clears them (flows 6: 48 h, no weekends).
CLEARING_DAYS = 2
#: How long they are kept for an employer to confirm (flows 6: 48 h by the calendar).
HOLD = datetime.timedelta(hours=48)
#: How often an employer may ask for another time (flows 6).
MOST_ROUNDS = 2
#: Whoever calls off nearer than this is marked (flows 6).
LATE = datetime.timedelta(days=3)
#: Talks of one employer in one month (flows 6).
MOST_A_MONTH = 2
#: How many days ahead a talk may be wished for (forms 8).
FIRST_DAY, LAST_DAY = 3, 90


def can_apply(user: User, talk: Talk | None = None) -> Verdict:
    """Whoever acts for an employer in the library asks for talks of that employer."""
    own = acts_for_library_employer(user)
    if own is None:
        return refused(_("Talks are for employers in the library. Complete your registration first."))
    if talk is not None and talk.employer_id != own.employer_id:
        return refused(_("This talk belongs to another employer."))
    return ALLOWED


def _is_applicant(user: User, talk: Talk) -> Verdict:
    own = acts_for_library_employer(user)
    if own is None or own.employer_id != talk.employer_id:
        return refused(_("You do not act for the employer of this talk any more."))
    if talk.case.initiator_id == user.pk:
        return ALLOWED
    return refused(_("The colleague who applied for this talk does that."))


def can_edit(user: User, talk: Talk) -> Verdict:
    """A talk is written by who began it while it lies with them."""
    if not talk.is_with_applicant:
        return refused(_("This talk is not with you at the moment, so it cannot be changed."))
    return _is_applicant(user, talk)


def can_withdraw(user: User, talk: Talk) -> Verdict:
    """Until venue and time are offered the applicant takes it back (flows X1); the desk may know better."""
    if talk.state != TalkState.APPLIED:
        return refused(_("Only a talk in review can be withdrawn."))
    return _is_applicant(user, talk)


def can_reply(user: User, talk: Talk) -> Verdict:
    """The applicant says what they think of the venue and time that was offered."""
    if talk.state == TalkState.EXPIRED:
        return refused(_("The time to confirm is over, and venue and time went to others. Apply anew."))
    if talk.state != TalkState.OFFERED:
        return refused(_("There is no venue and time to confirm at present."))
    return _is_applicant(user, talk)


def can_ask_change(user: User, talk: Talk) -> Verdict:
    """Another time may be asked for twice (flows 6)."""
    if not (reply := can_reply(user, talk)):
        return reply
    if talk.rounds >= MOST_ROUNDS:
        return refused(_("You have asked for another time twice. Confirm this one, or decline it."))
    return ALLOWED


def can_hold(talk: Talk, slot: Slot | None, now: datetime.datetime) -> Verdict:
    """Whether the talk's venue can be had in *slot*: in use, open, free with the minutes between."""
    if talk.venue is None or slot is None:
        return refused(_("Choose a venue and a time first."))
    board = Board(slot.day, slot.day, now, [talk.venue.pk])
    problem = board.problem(talk.venue, slot, without=talk.pk)
    return refused(problem) if problem else ALLOWED


def can_call_off(user: User, talk: Talk, now: datetime.datetime) -> Verdict:
    """A published talk is called off by its employer or by the school, until it begins (flows 6)."""
    own = acts_for_library_employer(user)
    if not arranges(user) and (own is None or own.employer_id != talk.employer_id):
        return refused(_("The employer or the career center calls a talk off."))
    if talk.state != TalkState.PUBLISHED:
        return refused(_("Only a published talk is called off."))
    if talk.starts_at is not None and talk.starts_at <= now:
        return refused(_("It has begun already."))
    return ALLOWED


def is_late(talk: Talk, now: datetime.datetime) -> bool:
    """Whether calling off now leaves a mark on the employer (flows 6)."""
    return talk.starts_at is not None and talk.starts_at - now < LATE


def is_under_way(talk: Talk) -> bool:
    """Whether somebody at the school or the employer has to do something before it is public."""
    return talk.state in UNDER_WAY


def can_arrange(user: User) -> Verdict:
    """Venues and closed days are kept by the career center."""
    return ALLOWED if arranges(user) else refused(_("The career center keeps venues and closed days."))
