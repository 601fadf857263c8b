"""Placing and lifting holds."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User
from common.errors import BadInput, Refused
from privacy.retention.models import Hold

SHORTEST_REASON, LONGEST_REASON = 5, 200


@transaction.atomic
def place_hold(username: str, reason: str, by: User) -> Hold:
    """From now on nothing of the person with this sign-in name is erased.

    Raises BadInput when nobody is called so or the reason says too little, Refused when a hold stands.
    """
    words = reason.strip()
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise BadInput(_("Say in 5 to 200 characters why nothing may be erased."))
    person = User.objects.filter(username=username.strip()).first()
    if person is None:
        raise BadInput(_("Nobody has this sign-in name. It is the student or staff number."))
    try:
        with transaction.atomic():
            hold = Hold.objects.create(person=person, open_for=person, reason=words, placed_by=by)
    except IntegrityError as error:
        raise Refused(_("There is a hold on this person already.")) from error
    log_access(by, Verb.CHANGE, hold, detail=f"placed: {person.username}")
    return hold


@transaction.atomic
def lift_hold(hold: Hold, by: User) -> None:
    """What was kept for the hold's sake goes with the next sweep; lifting it again changes nothing."""
    standing = Hold.objects.exclude(open_for=None).filter(pk=hold.pk)
    if standing.update(open_for=None, lifted_by=by, lifted_at=timezone.now()):
        log_access(by, Verb.CHANGE, hold, detail=f"lifted: {hold.person.username}")
