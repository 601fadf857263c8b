"""Floor 4: student source records."""

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class StudentsConfig(AppConfig):
    name = "students"
    verbose_name = _("Students")

    def ready(self) -> None:
        """Say that the accounts of students are not the staff's."""
        from accounts.queries import OUTSIDERS

        OUTSIDERS.append(Q(student__isnull=False))
