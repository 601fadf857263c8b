"""Binding an account to a WeChat and ending that (flows 12)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import Refused, Stale
from wechat import rules, visits
from wechat.models import Binding, BindingChange, BindingEvent, Consent
from wechat.queries import openid_key, password_mark

#: What somebody agrees to by binding, and which wording of it the page shows.
BINDING_PURPOSE, BINDING_TEXT = "wechat_binding", "2026-11"


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
    give_consent(user)
    BindingEvent.objects.create(user=user, kind=BindingChange.BOUND, by=user, proof=proof)
    return binding


def give_consent(user: User) -> Consent:
    """Keep that *user* agreed to the text beside the button."""
    return Consent.objects.create(user=user, purpose=BINDING_PURPOSE, text_version=BINDING_TEXT)


@transaction.atomic
def unbind(user: User, by: User, *, reason: str = "", but: str = "") -> None:
    """End the binding of *user*, and the sessions it opened except *but*; staff say why.

    The phone may be in other hands. Raises Refused by rule, BadInput without a reason.
    """
    binding = Binding.objects.select_for_update().filter(user=user).first()
    words = rules.reason_to_unbind(user, by, reason)
    if binding is None:
        raise Refused(_("This account is not bound to any WeChat."))
    kind = BindingChange.UNBOUND if by.pk == user.pk else BindingChange.UNBOUND_BY_STAFF
    binding.delete()
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
