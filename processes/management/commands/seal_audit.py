"""`manage.py seal_audit`: sign what the trail holds now."""

from typing import Any

from django.core.management.base import BaseCommand

from processes.audit.seals import make_seal


class Command(BaseCommand):
    """Makes a seal; beat does the same every night."""

    help = "Sign a root over all chains that grew since the last seal."

    def handle(self, *args: Any, **options: Any) -> None:
        seal = make_seal()
        if seal is None:
            self.stdout.write("nothing new to seal")
        else:
            self.stdout.write(f"seal {seal.number}: {seal.heads.count()} cases, root {seal.root}")
