"""What becomes of a binding when the counselor decides, in the transaction of the decision."""

from collections.abc import Callable, Mapping
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.models import Channel
from accounts.consents.actions import consent_to
from common.errors import Refused
from messaging.actions import notice
from messaging.kinds import NoticeKind
from processes.engine.context import CaseChange, HandlerContext
from students import notices
from students.models import RebindRequest
from students.queries import account_of
from wechat.actions import BINDING
from wechat.models import Binding, BindingChange, BindingEvent, Letter, Proof
from wechat.queries import binding_of, binding_to, openid_key, password_mark
from wechat.visits import end_inside


def rebind(context: HandlerContext) -> None:
    """The new WeChat opens the account, the old one no more, wherever it is; both are told (flows 12).

    Raises Refused when the new one was bound to somebody else meanwhile.
    """
    request: RebindRequest = context.subject
    user, openid = account_of(request.student), request.openid
    taken = binding_to(openid)
    if taken is not None and taken.user_id != user.pk:
        raise Refused(_("This WeChat was bound to another account meanwhile. Reject the request."))
    binding = binding_of(user)
    if binding is None:
        binding = Binding(user=user)
        kind = BindingChange.BOUND
    else:
        _write(context, binding.openid, notices.replaced_words())
        kind = BindingChange.REPLACED
        transaction.on_commit(partial(end_inside, user))
    binding.openid, binding.openid_index = openid, openid_key(openid)
    binding.proof, binding.bound_at = Proof.COUNSELOR, context.now
    binding.password_mark = password_mark(user)
    context.create(binding) if binding._state.adding else context.save(binding)
    context.create(
        BindingEvent(user=user, kind=kind, at=context.now, by_id=context.actor.user_id, proof=Proof.COUNSELOR)
    )
    consent = consent_to(BINDING, user)
    consent.at, consent.channel = request.asked_at, Channel.WECHAT  # ticked on the phone that asked
    context.create(consent)
    _write(context, openid, notices.bound_words())
    _tell(context, notices.REBOUND)
    _close(context)


def on_change(context: HandlerContext, change: CaseChange) -> None:
    """Tell the account and both phones what became of the request."""
    CHANGES[change.kind](context)


def _submitted(context: HandlerContext) -> None:
    request: RebindRequest = context.subject
    binding = binding_of(account_of(request.student))
    if binding is not None:
        _write(context, binding.openid, notices.asked_words())
    _tell(context, notices.ASKED)


def _returned(context: HandlerContext) -> None:
    _write(context, context.subject.openid, notices.question_words())


def _rejected(context: HandlerContext) -> None:
    _write(context, context.subject.openid, notices.refused_words())
    _close(context)


def _closed(context: HandlerContext) -> None:
    _close(context)


def _nothing(_context: HandlerContext) -> None:
    """The request stays open."""


CHANGES: Mapping[str, Callable[[HandlerContext], None]] = {
    "submitted": _submitted,
    "returned": _returned,
    "rejected": _rejected,
    "cancelled": _closed,
    "withdrawn": _nothing,
    "resumed": _nothing,
    "answered": _nothing,
}


def _close(context: HandlerContext) -> None:
    context.subject.close(context.now)
    context.save(context.subject)


def _write(context: HandlerContext, openid: str, words: str) -> None:
    context.create(Letter(openid=openid, text=words, created_at=context.now, next_at=context.now))


def _tell(context: HandlerContext, kind: NoticeKind) -> None:
    message = notice(account_of(context.subject.student), kind, reverse("wechat:own"))
    message.created_at = context.now
    context.create(message)
