"""Proving who somebody is and binding their WeChat to the student's account (flows 12)."""

from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions import count_sign_in_failure, forget_sign_in_failures
from accounts.models import User
from accounts.security.actions import set_password
from common.errors import Refused
from messaging.actions import notice
from students import notices, rules
from students.models import Student
from students.queries import account_of, with_number
from wechat import actions as wechat
from wechat.models import Binding, Proof
from wechat.queries import binding_of, openid_key


class Claim(NamedTuple):
    """What somebody says to be a student: what the school asks for, the rest empty."""

    student_no: str
    name: str = ""
    id_end: str = ""
    password: str = ""


def prove(claim: Claim, openid: str) -> Student:
    """The student who *claim* describes rightly; wrong ones are counted.

    Raises Refused after too many wrong ones, and without telling which part is wrong.
    """
    phone = openid_key(openid)
    rules.can_try_to_bind(claim.student_no, phone).require()
    found = next((student for student in with_number(claim.student_no) if _is(student, claim)), None)
    if found is None:
        count_sign_in_failure(rules.PHONE, phone)
        count_sign_in_failure(rules.NUMBER, claim.student_no)
        raise Refused(_("This does not match the school's records. Look at your student card and try again."))
    forget_sign_in_failures(rules.PHONE, phone)
    return found


def _is(student: Student, claim: Claim) -> bool:
    if settings.WECHAT_PROOF == "none":
        user = account_of(student)
        return rules.was_never_used(user) or user.check_password(claim.password)
    if _plain(student.name) != _plain(claim.name):
        return False
    return settings.WECHAT_PROOF == "name" or student.id_no[-4:].upper() == claim.id_end.strip().upper()


def _plain(name: str) -> str:
    """Names of minorities hold a dot that phones type in several ways."""
    return "".join(name.split()).replace("•", "·").replace("・", "·").replace("．", "·").replace(".", "·")


def proof_in_use() -> Proof:
    """What the school asks for now."""
    return {"none": Proof.PASSWORD, "name": Proof.NAME}.get(settings.WECHAT_PROOF, Proof.NAME_ID)


@transaction.atomic
def bind_student(student: Student, openid: str, proof: str, password: str = "") -> Binding:
    """Bind, with the first password of one's own when *password* is given. Raises Refused, Stale."""
    user = account_of(student)
    if password:
        set_password(user, password)
    return wechat.bind(user, openid, proof)


@transaction.atomic
def release(student: Student, by: User, reason: str) -> None:
    """Staff unbind a student; account and WeChat are told. Raises Refused, BadInput without a reason."""
    user = account_of(student)
    binding = binding_of(user)
    wechat.unbind(user, by, reason=reason)
    notice(user, notices.UNBOUND, reason=reason.strip()).save()
    if binding is not None:
        wechat.write(binding.openid, notices.unbound_words())
