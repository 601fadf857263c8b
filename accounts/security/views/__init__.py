"""Pages around the door, by topic."""

from accounts.security.views.keepers import help_person, networks, people, remove_network
from accounts.security.views.overview import confirm_mail, end_other_sessions, end_session, mail, security
from accounts.security.views.reset import ask_reset, new_password, open_reset
from accounts.security.views.second_step import code, end_second_step, recovery_codes, second_step

__all__ = [
    "ask_reset",
    "code",
    "confirm_mail",
    "end_other_sessions",
    "end_second_step",
    "end_session",
    "help_person",
    "mail",
    "networks",
    "new_password",
    "open_reset",
    "people",
    "recovery_codes",
    "remove_network",
    "second_step",
    "security",
]
