"""Floor 4: student source records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    name = "students"
    verbose_name = _("Students")

    def ready(self) -> None:
        """Let students follow when their class is merged or split, and say who sees how many."""
        from accounts.organisation.followers import register
        from accounts.personnel import sights
        from students.following import IN_SCOPE, STUDENTS

        register(STUDENTS)
        sights.register(IN_SCOPE)
