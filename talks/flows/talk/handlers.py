"""What the way of a talk changes in the world, inside the unit of work of the decision."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import holders
from accounts.roles import Role
from common.errors import Refused
from messaging.actions import notice
from messaging.kinds import NoticeKind
from processes.engine.context import CaseChange, HandlerContext
from processes.engine.workdays import add_workdays
from processes.models import Task
from talks import notices, rules
from talks.flows.talk.hints import find_hints
from talks.models import UNDER_WAY, CalledOffBy, Talk, TalkState, Venue

#: The step in which an officer allocates venue and time.
CHOOSE = "choose"


def assess(context: HandlerContext) -> None:
    """Look for what the officer should know: clashes, closed days, limits (flows 6)."""
    talk: Talk = context.subject
    talk.hints = find_hints(talk, timezone.localdate(context.now))
    context.save(talk)


def choice_opened(context: HandlerContext) -> None:
    """Somebody looks for venue and time, for the first time or again: what was held is free (flows 6)."""
    talk: Talk = context.subject
    if talk.state in (*UNDER_WAY, TalkState.PUBLISHED):
        asked_for_change = talk.state == TalkState.OFFERED and talk.reply == "change"
        talk.reopen()
        context.save(talk)
        if asked_for_change:
            words = {"employer": talk.employer.name, "reason": talk.reply_text}
            _tell(context, _officers(context), notices.CHANGE_ASKED, _desk(talk), **words)


def review_opened(context: HandlerContext) -> None:
    """The school looks again at what was offered or public already, because an operator said so."""
    talk: Talk = context.subject
    if talk.state in (TalkState.OFFERED, TalkState.PUBLISHED):
        talk.reopen()
        context.save(talk)


def hold(context: HandlerContext) -> None:
    """Keep what was allocated for two workdays (flows 6). Raises Refused when somebody else has it."""
    _keep(context, add_workdays(context.now, rules.CLEARING_DAYS))
    context.save(context.subject)


def confirmation_opened(context: HandlerContext) -> None:
    """Everything is cleared: the employer is asked, and the hold lasts as long as the question."""
    talk: Talk = context.subject
    _keep(context, context.now + rules.HOLD)
    talk.offer()
    context.save(talk)
    _tell_applicant(context, notices.OFFERED, until=_moment(talk.held_until), **_where(talk))


def _keep(context: HandlerContext, until: datetime.datetime) -> None:
    """Hold venue and time until then, under the lock of the venue: two officers never get the same."""
    talk: Talk = context.subject
    if talk.venue_id is not None:
        talk.venue = context.unit_of_work.locking(Venue.objects.filter(pk=talk.venue_id)).get()
    rules.can_hold(talk, talk.slot, context.now).require()
    talk.hold(until)


def remind_employer(context: HandlerContext) -> None:
    """Half of the time is over (flows 6)."""
    talk: Talk = context.subject
    _tell_applicant(context, notices.REMINDER, until=_moment(talk.held_until), **_where(talk))


def expire(context: HandlerContext) -> None:
    """The employer did not answer: the hold is released, employer and officer are told (flows 6)."""
    talk: Talk = context.subject
    talk.expire()
    context.save(talk)
    _tell_applicant(context, notices.EXPIRED)
    _tell(context, _officers(context), notices.EXPIRED_OFFICER, _desk(talk), employer=talk.employer.name)


def decline(context: HandlerContext) -> None:
    """The employer does not want what was offered."""
    talk: Talk = context.subject
    talk.decline()
    context.save(talk)
    words = {"employer": talk.employer.name, "reason": talk.reply_text}
    _tell(context, _officers(context), notices.DECLINED_OFFICER, _desk(talk), **words)


def publish(context: HandlerContext) -> None:
    """Everybody may see it; the booking is firm. Raises Refused when venue and time are no longer free.

    It is the employer who reads that, so nothing is said of who has them.
    """
    talk: Talk = context.subject
    try:
        _keep(context, context.now + rules.HOLD)
    except Refused as error:
        words = _("Venue and time cannot be had any more. Ask for another time, or decline.")
        raise Refused(words, link=reverse("talks:own", args=[talk.pk])) from error
    talk.publish(context.now)
    context.save(talk)
    context.set_variables(**talk.variables())
    _tell_applicant(context, notices.PUBLISHED, **_where(talk))


def finish(context: HandlerContext) -> None:
    """Its time is over."""
    context.subject.finish()
    context.save(context.subject)


def free_venue(context: HandlerContext) -> None:
    """A published talk does not take place: the venue is free, the other side is told (flows 6)."""
    talk: Talk = context.subject
    talk.free()
    context.save(talk)
    words = {"employer": talk.employer.name, "reason": talk.called_off_text}
    if talk.called_off_by == CalledOffBy.EMPLOYER:
        _tell(context, _officers(context), notices.CALLED_OFF_OFFICER, _desk(talk), **words)
    else:
        _tell_applicant(context, notices.CALLED_OFF, **words)


def on_change(context: HandlerContext, change: CaseChange) -> None:
    """Keep the talk's state in step with its case and tell the employer what others did."""
    CHANGES[change.kind](context)
    context.save(context.subject)


def _submitted(context: HandlerContext) -> None:
    context.subject.submit(context.now)


def _answered(context: HandlerContext) -> None:
    """What was said stands on the talk already; the chain goes where it leads."""


def _returned(context: HandlerContext) -> None:
    context.subject.send_back()
    _tell_applicant(context, notices.RETURNED, reason=_reason(context))


def _withdrawn(context: HandlerContext) -> None:
    context.subject.take_back()


def _rejected(context: HandlerContext) -> None:
    context.subject.reject()
    _tell_applicant(context, notices.REJECTED, reason=_reason(context))


def _cancelled(context: HandlerContext) -> None:
    context.subject.cancel()


def _resumed(context: HandlerContext) -> None:
    if context.subject.is_with_applicant:
        context.subject.resume()


CHANGES: Mapping[str, Callable[[HandlerContext], None]] = {
    "submitted": _submitted,
    "answered": _answered,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "rejected": _rejected,
    "cancelled": _cancelled,
    "resumed": _resumed,
}


def _officers(context: HandlerContext) -> list[UUID]:
    """Who allocated venue and time last, else everybody who may."""
    done = Task.objects.filter(process=context.case, node_id=CHOOSE).exclude(decided_by=None)
    last = done.order_by("-finished").values_list("decided_by_id", flat=True).first()
    if last is not None:
        return [last]
    return list(holders(Role.TALK_OFFICER, context.case.unit).values_list("pk", flat=True))


def _reason(context: HandlerContext) -> str:
    return context.decision.text if context.decision else ""


def _moment(moment: datetime.datetime | None) -> str:
    """Local day and time, the same in every language."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _where(talk: Talk) -> dict[str, str]:
    if talk.venue is None or talk.starts_at is None:
        return {"place": "", "time": ""}
    return {"place": talk.venue.name, "time": _moment(talk.starts_at)}


def _desk(talk: Talk) -> str:
    return reverse("talks:detail", args=[talk.pk])


def _tell_applicant(context: HandlerContext, kind: NoticeKind, **words: str) -> None:
    url = reverse("talks:own", args=[context.subject.pk])
    _tell(context, [context.case.initiator_id], kind, url, **words)


def _tell(context: HandlerContext, people: Iterable[UUID], kind: NoticeKind, url: str, **words: str) -> None:
    talk: Talk = context.subject
    for person in people:
        message = notice(person, kind, url, talk=str(talk), **words)
        message.created_at = context.now
        context.create(message)
