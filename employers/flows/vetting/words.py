"""What the registration says to the applicant."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What an employer promises (forms 5, RL-20, RL-25).
PROMISES: tuple[str | Promise, ...] = (
    _("What is written here is true, and the papers are genuine."),
    _("We take no fee, no deposit and no papers from job seekers."),
    _("We limit no post by school, gender, household, ethnic group, belief or marital status."),
    _("Data of students is used for recruiting alone and passed to nobody."),
)

PROMISE = _("I act for this organisation with its authority, and we promise what is said above.")
