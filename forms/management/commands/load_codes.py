"""`manage.py load_codes`: brings the code tables to what the files say."""

from typing import Any

from django.core.management.base import BaseCommand

from forms.loading import load_code_tables


class Command(BaseCommand):
    """Safe to repeat; keeps rows and switches of the school."""

    help = "Load the code tables from fixtures/codes. Safe to repeat; the school's own rows stay."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = load_code_tables()
        self.stdout.write(
            f"{counts.tables} code tables, {counts.rows} rows: "
            f"{counts.added} added, {counts.changed} changed, {counts.retired} retired."
        )
