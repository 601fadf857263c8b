"""May somebody register, join, or decide who joins?"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdict import ALLOWED, Verdict, refused
from employers.models import Employer, EmployerUser, ListState, MembershipState
from employers.queries import may_decide_joins, membership_of
from processes.models import Case

ONE_EMPLOYER = _(
    "This account belongs to an employer already. Look there; one account acts for one employer."
)


def can_act_for_another(user: User | None) -> Verdict:
    """One account acts for one employer; an applicant whose application is over is free."""
    own = membership_of(user) if user else None
    if own and own.live_key and not _may_leave(own):
        return refused(ONE_EMPLOYER, link=reverse("employers:home"))
    return ALLOWED


def can_register(user: User | None, employer: Employer | None) -> Verdict:
    """May *user* (None: somebody without an account) apply for the credit code of *employer* (None: new)?

    One employer a code: while it is open or in the library others ask to join (flows X12).
    """
    verdict = can_act_for_another(user)
    if not verdict:
        return verdict
    if employer is None or _is_free(employer):
        return ALLOWED
    return refused(_("This credit code is registered already. Ask to join instead."))


def _is_free(employer: Employer) -> bool:
    """Whether the last application for the code came to nothing, and nobody banned it."""
    return employer.is_closed and employer.list_state != ListState.BLACK


def _may_leave(own: EmployerUser) -> bool:
    """An applicant whose application is over may register another employer."""
    return own.state == MembershipState.APPLYING and own.employer.is_closed


def can_ask_to_join(user: User | None, employer: Employer | None) -> Verdict:
    """May *user* ask to act for *employer*? Whoever is asked decides, not the rule."""
    if employer is None or _is_free(employer):
        return refused(_("Nobody has registered this credit code. Register it yourself."))
    verdict = can_act_for_another(user)
    if not verdict:
        return verdict
    return ALLOWED


def can_withdraw_wish(own: EmployerUser | None) -> Verdict:
    """Whoever asked takes it back while nobody has decided."""
    if own is None or own.state != MembershipState.ASKED:
        return refused(_("There is no request of yours that still waits for an answer."))
    return ALLOWED


def can_decide_join(user: User, request: EmployerUser) -> Verdict:
    """The owner decides who joins, or the school's reviewers; nobody decides about oneself."""
    if request.state != MembershipState.ASKED:
        return refused(_("This request is decided already."))
    own = membership_of(user)
    is_owner = own is not None and own.is_owner and own.employer_id == request.employer_id
    if request.user_id == user.pk or not (is_owner or may_decide_joins(user)):
        return refused(_("The owner of the account or the career center decides this."))
    if request.employer.is_open or request.employer.is_closed:
        return refused(_("This employer is not in the library yet; whoever asks has to wait for that."))
    return ALLOWED


def can_hand_over(user: User, case: Case, employer: Employer) -> Verdict:
    """The applicant of an open case of *employer*, or its owner, gives it to a colleague."""
    own = membership_of(user)
    if own is None or own.state != MembershipState.ACTIVE or own.employer_id != employer.pk:
        return refused(_("Only somebody who acts for the employer does this."))
    if not own.is_owner and case.initiator_id != user.pk:
        return refused(_("The colleague who applied or the owner of the account hands this over."))
    if not case.is_open:
        return refused(_("This is over; there is nothing to hand over."))
    return ALLOWED


def can_remove(user: User, person: EmployerUser) -> Verdict:
    """The owner takes somebody out; the last owner stays."""
    own = membership_of(user)
    if own is None or not own.is_owner or own.employer_id != person.employer_id:
        return refused(_("Only the owner of the account decides who else acts for the employer."))
    if person.pk == own.pk:
        return refused(_("You are the owner. Ask the career center when somebody else takes over."))
    if person.state != MembershipState.ACTIVE:
        return refused(_("This person does not act for the employer."))
    return ALLOWED
