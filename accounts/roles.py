"""The roles a person can hold for a unit (glossary: people and organisation)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an appointment appoints to. The value is what definitions write in `qc:role`."""

    COUNSELOR = "counselor", _("Counselor")
    COLLEGE_OFFICER = "college_officer", _("College employment officer")
    COLLEGE_DEPUTY_SECRETARY = "college_deputy_secretary", _("College deputy secretary")
    UNIVERSITY_OFFICER = "university_officer", _("Career center officer")
    CAREER_CENTER_DIRECTOR = "career_center_director", _("Career center director")
    EMPLOYER_REVIEWER = "employer_reviewer", _("Employer reviewer")
    EMPLOYER_SECOND_REVIEWER = "employer_second_reviewer", _("Second employer reviewer")
    TALK_OFFICER = "talk_officer", _("Campus talk officer")
    VENUE_KEEPER = "venue_keeper", _("Venue keeper")
    CAMPUS_SECURITY = "campus_security", _("Campus security")
    DATA_OFFICER = "data_officer", _("Data officer")
    PROCESS_DESIGNER = "process_designer", _("Process designer")
    SYSADMIN = "sysadmin", _("System administrator")
    SECADMIN = "secadmin", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_AND_SECURITY = "system_and_security", _("System and security administrator")


OFFICERS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR, Role.SYSTEM_AND_SECURITY})
"""The three officers (三员, rules 6.3), the fourth being two in one for a small school. Held for the whole
university, one by a person, and beside no other role."""

TWO_IN_ONE = frozenset({Role.SYSADMIN, Role.SECADMIN})
"""What the system and security administrator of a small school may do."""


def powers_of(role: str) -> frozenset[str]:
    """The roles whose work a holder of *role* does: that one, for two officers in one both."""
    return TWO_IN_ONE if role == Role.SYSTEM_AND_SECURITY else frozenset({role})


def carriers_of(role: str) -> frozenset[str]:
    """The roles whose holders do the work of *role*: `powers_of` from the other side."""
    return frozenset(each for each in Role if role in powers_of(each))


EMPLOYER_REVIEWERS = frozenset({Role.EMPLOYER_REVIEWER, Role.EMPLOYER_SECOND_REVIEWER})
"""Roles that vet employers; held at the university."""

TALK_CLEARERS = frozenset({Role.VENUE_KEEPER, Role.CAMPUS_SECURITY})
"""Roles that clear a campus talk beside the officer who arranges it; held at the university."""

TALK_ROLES = TALK_CLEARERS | {Role.TALK_OFFICER}
"""Roles that are appointed for campus talks alone."""

DECIDING_OFFICERS = frozenset({Role.SECADMIN})
"""Of the three officers, who decides tasks: sensitive exports, and no business (rules 6.3)."""

REVIEWERS = (
    EMPLOYER_REVIEWERS
    | TALK_ROLES
    | DECIDING_OFFICERS
    | frozenset(
        {
            Role.COUNSELOR,
            Role.COLLEGE_OFFICER,
            Role.COLLEGE_DEPUTY_SECRETARY,
            Role.UNIVERSITY_OFFICER,
            Role.CAREER_CENTER_DIRECTOR,
        }
    )
)
"""Roles that decide tasks."""

SPECIALISTS = EMPLOYER_REVIEWERS | TALK_ROLES | DECIDING_OFFICERS
"""Roles that are appointed for one matter alone; the cases of others are none of their business."""

IMPORTERS = frozenset({Role.DATA_OFFICER, Role.UNIVERSITY_OFFICER})
"""Roles that load the graduates of a cohort."""

STAFF = frozenset(Role) - OFFICERS
"""Whoever is appointed to do business: may be sent a copy."""

FILE_READERS = STAFF | DECIDING_OFFICERS
"""Roles that open the files of the cases in reach: staff, and who decides an export with its paper."""

STUDENT_STAFF = STAFF - SPECIALISTS - {Role.PROCESS_DESIGNER}
"""Roles that see the students in scope; the others need none of them."""

BINDING_STAFF = frozenset(
    {Role.COUNSELOR, Role.COLLEGE_OFFICER, Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR}
)
"""Roles that may unbind the WeChat of a student in scope, with a reason."""

REMINDING_STAFF = BINDING_STAFF
"""Roles that remind the students of their units of what is still to be handed in."""

EMPLOYER_STAFF = EMPLOYER_REVIEWERS | {Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR}
"""Roles that see the library of employers when they are held at the university."""

TALK_ARRANGERS = frozenset({Role.TALK_OFFICER, Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR})
"""Roles that keep venues and closed days and may call a talk off, when they are held at the university."""

TALK_STAFF = TALK_ARRANGERS | TALK_CLEARERS
"""Roles that see the calendar of talks when they are held at the university."""

MANAGERS = frozenset({Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR})
"""Roles that keep what holds for the whole school, such as its calendar."""

OPERATORS = frozenset({Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR})
"""Roles that may go against the chain, with a reason: jump, suspend, terminate, reassign."""

LOG_READERS = frozenset({Role.AUDITOR})
"""Roles that read the access log, when they are held at the university; nobody else does (rules 6.3)."""

DESIGNERS = frozenset({Role.CAREER_CENTER_DIRECTOR, Role.PROCESS_DESIGNER})
"""Roles that change processes and approve each other's changes, when they are held at the university."""

SECURITY_KEEPERS = frozenset({Role.SECADMIN, Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR})
"""Roles that unlock accounts and reset the passwords of others, held at the university (rules 6.3)."""

CONFIRMERS = frozenset({Role.SECADMIN, Role.CAREER_CENTER_DIRECTOR})
"""Roles that answer as the second person for a sensitive operation (rules 6.3)."""
