"""May somebody ask for another WeChat, and if not, why."""

from django.utils.translation import gettext_lazy as _

from common.verdict import ALLOWED, Verdict, refused
from processes.models import CaseState
from processes.queries import cases_on
from students.models import RebindRequest, Student
from wechat.queries import binding_to, openid_key


def can_ask(student: Student, openid: str, request: RebindRequest | None) -> Verdict:
    """One request at a time, from one WeChat, which opens no account yet; again only after a question."""
    if binding_to(openid) is not None:
        return refused(_("This WeChat opens another account already. Unbind it there first."))
    if request is None:
        return ALLOWED
    if request.openid_index != openid_key(openid):
        return refused(_("Another WeChat has asked already. Please speak to your counselor."))
    if cases_on(request)[0].state not in (CaseState.DRAFT, CaseState.RETURNED):
        return refused(_("You have asked already. Your counselor answers within two workdays."))
    return ALLOWED
