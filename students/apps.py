"""Floor 4: student source records."""

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    name = "students"
    verbose_name = _("Students")

    def ready(self) -> None:
        """Declare notices and log words, who follows a merged class, who sees how many, whose accounts."""
        from accounts.organisation.followers import register
        from accounts.personnel import sights
        from accounts.queries import OUTSIDERS
        from students import log_words, notices  # noqa: F401
        from students.following import IN_SCOPE, STUDENTS

        register(STUDENTS)
        sights.register(IN_SCOPE)
        OUTSIDERS.append(Q(student__isnull=False))
