"""May an application begin, may it be edited?"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdict import ALLOWED, Verdict, refused
from employers.models import Employer, EmployerState, EmployerUser, ListState, MembershipState
from employers.queries import membership_of


def _acts_for(user: User, employer: Employer) -> EmployerUser | None:
    """The live membership of *user* at *employer*, however far it got."""
    own = membership_of(user)
    return own if own and own.live_key and own.employer_id == employer.pk else None


def can_start(user: User, employer: Employer) -> Verdict:
    """Whoever registers an employer applies for it, once at a time (flows X12)."""
    own = _acts_for(user, employer)
    if own is None or own.state == MembershipState.ASKED:
        return refused(_("An application is made by somebody who acts for the employer."))
    if employer.list_state == ListState.BLACK:
        return refused(_("This employer cannot apply at present. Please call the career center."))
    if employer.state == EmployerState.APPROVED:
        return refused(_("Your organisation is in the library already."), link=reverse("employers:home"))
    return ALLOWED


def can_start_again(user: User, employer: Employer) -> Verdict:
    """As `can_start`, when there was an application before: it has to be over."""
    if employer.is_open:
        return refused(
            _("An application for this employer is open already."), link=reverse("employers:application")
        )
    return can_start(user, employer)


def can_edit(user: User, employer: Employer) -> Verdict:
    """An application is changed by who opened it while it lies with them."""
    if _acts_for(user, employer) is None or employer.case.initiator_id != user.pk:
        return refused(_("Only the person who applies changes this application."))
    if employer.state not in (EmployerState.DRAFT, EmployerState.RETURNED):
        return refused(_("This application is not with you at the moment, so it cannot be changed."))
    return ALLOWED
