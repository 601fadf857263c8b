"""May a filing begin?"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.verdict import ALLOWED, Verdict, refused
from destinations.models import Destination, DestinationState
from forms.codes import find_code

if TYPE_CHECKING:
    from accounts.models import User
    from students.models import Student


def can_file(user: "User | None", student: "Student") -> Verdict:
    """Graduates file for themselves, once their source record is confirmed (flows 14, gate)."""
    if user is None or student.user_id != user.pk:
        return refused(_("A destination is filed by the graduate alone."))
    if not student.is_confirmed:
        return refused(_("Please check your record first and confirm it. Filing opens right after that."))
    status = find_code("academic_status", student.academic_status)
    if status and status.attributes.get("can_file_destination") == "N":
        return refused(
            gettext("Your academic status is “%(status)s”, so there is nothing to file at present.")
            % {"status": status.label()}
        )
    return ALLOWED


def can_start(user: "User", destination: Destination) -> Verdict:
    """As `can_file`, for the record a case is to be opened on."""
    return can_file(user, destination.student)


def can_edit(user: "User", destination: Destination) -> Verdict:
    """A filing is changed by its graduate while it lies with them."""
    if destination.student.user_id != user.pk:
        return refused(_("Only the graduate changes this filing."))
    if destination.state not in (DestinationState.DRAFT, DestinationState.RETURNED):
        return refused(_("This filing is not with you at the moment, so it cannot be changed."))
    return ALLOWED
