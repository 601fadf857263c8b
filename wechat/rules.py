"""What is allowed around WeChat, and why not."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import BadInput
from common.verdict import ALLOWED, Verdict, refused
from wechat.models import Binding, Scan, ScanState
from wechat.queries import binding_of, binding_to, openid_key, password_mark

SHORTEST_REASON, LONGEST_REASON = 5, 200
MOST_SCANS_AT_ONCE = 200


def can_bind(user: User, openid: str) -> Verdict:
    """One WeChat for one account, one account for one WeChat (flows 12)."""
    if not user.is_active:
        return refused(_("This account is closed. Please ask your counselor or the career center."))
    bound = binding_to(openid)
    if bound is not None and bound.user_id != user.pk:
        return refused(_("This WeChat opens another account already. Unbind it there first."))
    own = binding_of(user)
    if own is not None and own.openid_index == openid_key(openid):
        return refused(_("This WeChat is bound to your account already."))
    if own is not None:
        return refused(_("Your account is bound to another WeChat. Unbind that one first."))
    return ALLOWED


def reason_to_unbind(user: User, by: User, reason: str) -> str:
    """The reason as it is kept: nobody explains the own wish. Raises BadInput when staff say too little."""
    words = reason.strip()
    if by.pk == user.pk:
        return ""
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise BadInput(_("Say in 5 to 200 characters why it is unbound."))
    return words


def can_open(binding: Binding) -> Verdict:
    """May WeChat open the account by itself? Not when its password changed elsewhere or it is closed."""
    if not binding.user.is_active:
        return refused(_("This account is closed. Please ask your counselor or the career center."))
    if binding.password_mark != password_mark(binding.user):
        return refused(
            _("Your password was changed. Type the new one once; after that WeChat opens your pages again.")
        )
    return ALLOWED


def can_open_scan(ip: str) -> Verdict:
    """A whole building may share an address; one of them may still not use up the day's codes (WX-17)."""
    recent = Scan.objects.filter(ip=ip or None, expires_at__gt=timezone.now())
    if recent.count() >= MOST_SCANS_AT_ONCE:
        return refused(_("Too many codes were asked for from here. Wait five minutes, or use your password."))
    return ALLOWED


def can_answer_scan(scan: Scan) -> Verdict:
    """Yes or no is said once, by the phone that scanned, within five minutes (WX-3)."""
    if scan.state != ScanState.SCANNED or scan.is_over:
        return refused(_("This sign-in was answered already, or its five minutes are over."))
    return ALLOWED
