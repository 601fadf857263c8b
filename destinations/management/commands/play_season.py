"""`manage.py play_season`: a cohort files and is reviewed, through the actions the pages call."""

import datetime
import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from destinations.season.actors import was_played
from destinations.season.digest import outcome_digest, outcome_table
from destinations.season.employers import draw_employers
from destinations.season.plans import LAST_DAY, first_monday
from destinations.season.play import play
from destinations.season.players import draw_players
from destinations.season.staff import Staffing
from destinations.season.stage import Stage
from forms.loading import ensure_code_tables
from processes.actions import load_definitions
from students.models import Student
from students.season.tables import seeded

_EMPLOYERS = 400
_FAILURES_SHOWN = 20


class Command(BaseCommand):
    """Plays a cohort once; who has begun a filing without it is left alone."""

    help = "Let a cohort file its destinations and be reviewed. The same seed gives the same outcome."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options of the command line."""
        parser.add_argument("--cohort", type=int, required=True, help="graduating year, such as 2027")
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--limit", type=int, metavar="N", help="only the first N graduates by number")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError without graduates, and when something the season wanted was refused."""
        cohort, seed = options["cohort"], options["seed"]
        if was_played(cohort):
            self.stdout.write(f"Cohort {cohort} was played before; nothing was changed.")
            self._report(cohort)
            return
        students = list(_students(cohort, options["limit"]))
        if not students:
            raise CommandError(
                f"Cohort {cohort} has no graduates that could file. Import some: manage.py import_students."
            )
        ensure_code_tables()
        load_definitions()
        stage = self._play(students, cohort, seed)
        self._report(cohort)
        self._complain(stage)

    def _play(self, students: list[Student], cohort: int, seed: int) -> Stage:
        started = time.monotonic()
        starts_on = first_monday(cohort, timezone.localdate())
        staffing = Staffing(starts_on, seeded(seed, "staff"))
        reviewers = staffing.reviewers(students)
        stage = Stage(starts_on, draw_employers(_EMPLOYERS, seed))
        ends_on = starts_on + datetime.timedelta(days=LAST_DAY)
        self.stdout.write(
            f"{len(students)} graduates, {len(reviewers)} reviewers ({staffing.created} of them new), "
            f"{starts_on} to {ends_on}"
        )
        play(stage, draw_players(students, seed), reviewers, on_day=self._tick)
        for what, count in sorted(stage.counts.items()):
            self.stdout.write(f"  {what:<22} {count:>7}")
        self.stdout.write(f"  played in {time.monotonic() - started:.0f} s")
        return stage

    def _tick(self, days: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r  day {days} of {LAST_DAY + 1}", ending="" if days <= LAST_DAY else "\n")
            self.stderr.flush()

    def _report(self, cohort: int) -> None:
        by_state: Counter[str] = Counter()
        for state, category, count in outcome_table(cohort):
            by_state[state] += count
            self.stdout.write(f"  {state:<12} {category or '-':<6} {count:>7}")
        for state, count in sorted(by_state.items()):
            self.stdout.write(f"  {state:<12} {'all':<6} {count:>7}")
        self.stdout.write(f"Outcome {outcome_digest(cohort)}")

    def _complain(self, stage: Stage) -> None:
        if not stage.failures:
            return
        shown = "\n".join(f"  {who} {act}: {why}" for who, act, why in stage.failures[:_FAILURES_SHOWN])
        raise CommandError(f"{len(stage.failures)} steps were refused:\n{shown}")


def _students(cohort: int, limit: int | None) -> Any:
    """Graduates who have not begun a filing by themselves, by number."""
    students = Student.objects.filter(cohort=cohort, destinations=None).exclude(user=None)
    return students.select_related("unit", "user").order_by("student_no")[:limit]
