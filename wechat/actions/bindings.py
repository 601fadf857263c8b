"""Binding an account to a WeChat and ending that (flows 12)."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consents.actions import consent_to, mark_withdrawn
from accounts.consents.purposes import Purpose, declare
from accounts.models import User
from common.errors import Refused, Stale
from wechat import rules, visits
from wechat.actions.letters import forget_waiting
from wechat.models import Binding, BindingChange, BindingEvent
from wechat.queries import binding_of, openid_key, password_mark


def _binding_text() -> str:
    """What stands beside the tick since November 2026."""
    return _(
        "The school keeps a number that stands for your WeChat, encrypted, not your WeChat name or your "
        "contacts. It is used to sign you in and to tell you what you are waiting for, and is deleted "
        "%(months)s months after you graduate. You can unbind at any time."
    ) % {"months": settings.WECHAT_KEEP_MONTHS}


def _stop(user: User, session: str) -> None:
    """The consent is gone, and so is what rested on it."""
    if binding_of(user) is not None:
        unbind(user, user, but=session)


BINDING = declare(
    Purpose(
        key="wechat_binding",
        title=gettext_lazy("Binding your WeChat"),
        texts={"2026-11": _binding_text},
        follows=gettext_lazy(
            "Your WeChat is unbound: it no longer opens your account, phones it had opened are signed out, "
            "and no messages go there any more. You sign in with your password; everything you filed stays."
        ),
        stop=_stop,
    )
)


@transaction.atomic
def bind(user: User, openid: str, proof: str) -> Binding:
    """Let the WeChat of *openid* open the account of *user*, who agreed to it.

    Raises Refused by rule, Stale when somebody else bound either of the two at the same moment.
    """
    rules.can_bind(user, openid).require()
    binding = Binding(
        user=user,
        openid=openid,
        openid_index=openid_key(openid),
        proof=proof,
        password_mark=password_mark(user),
    )
    try:
        with transaction.atomic():
            binding.save(force_insert=True)
    except IntegrityError as error:
        raise Stale(
            _("Somebody bound this account or this WeChat a moment ago. Please start anew.")
        ) from error
    consent_to(BINDING, user).save()
    BindingEvent.objects.create(user=user, kind=BindingChange.BOUND, by=user, proof=proof)
    return binding


@transaction.atomic
def unbind(user: User, by: User, *, reason: str = "", but: str = "") -> None:
    """End the binding of *user*, and the sessions it opened except *but*; staff say why.

    Who unbinds the own WeChat takes the consent back with it. What still waits to be sent there does not go
    out: the phone may be in other hands. Raises Refused by rule, BadInput without a reason.
    """
    binding = Binding.objects.select_for_update().filter(user=user).first()
    words = rules.reason_to_unbind(user, by, reason)
    if binding is None:
        raise Refused(_("This account is not bound to any WeChat."))
    kind = BindingChange.UNBOUND if by.pk == user.pk else BindingChange.UNBOUND_BY_STAFF
    binding.delete()
    forget_waiting(binding.openid)
    if kind == BindingChange.UNBOUND:
        mark_withdrawn(BINDING, user)
    visits.end_inside(user, but)
    BindingEvent.objects.create(user=user, kind=kind, by=by, reason=words)


@transaction.atomic
def ended(binding: Binding) -> None:
    """Cut a binding whose time is over (domain: retention)."""
    _gone, rows = Binding.objects.filter(pk=binding.pk).delete()
    if rows.get(Binding._meta.label):
        BindingEvent.objects.create(user_id=binding.user_id, kind=BindingChange.EXPIRED)


def renew_password_mark(user: User, openid: str) -> bool:
    """The password was typed or chosen in this WeChat: it opens the account by itself again.

    Gives whether *openid* is bound to *user* at all.
    """
    own = Binding.objects.filter(user=user, openid_index=openid_key(openid))
    return own.update(password_mark=password_mark(user)) == 1
