"""`manage.py import_students`: load a spreadsheet of graduates, or say what is wrong with it."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.errors import UserError
from forms.loading import ensure_code_tables
from students import actions
from students.importing.problems import restored
from students.importing.report import write_report
from students.models import ImportBatch, ImportMode, ImportRow


class Command(BaseCommand):
    """Runs without worker and broker. Exit code 1 when a row is wrong or the file cannot be read."""

    help = (
        "Load graduates from .xlsx, .xls or CSV; good rows are loaded, wrong ones are listed (exit code 1)."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """FILE --cohort YEAR [--dry-run] [--mode upsert|insert|update] [--errors OUT.xlsx]."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--cohort", type=_cohort, required=True, help="Graduating year, such as 2027.")
        parser.add_argument("--dry-run", action="store_true", help="Check every row, change nothing.")
        parser.add_argument("--mode", choices=ImportMode.values, default=ImportMode.UPSERT)
        parser.add_argument("--errors", type=Path, metavar="OUT.xlsx", help="Write the wrong rows here.")

    def handle(self, **options: Any) -> None:
        """Import, then print the summary and one line for each problem."""
        path, dry_run = options["file"], options["dry_run"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        if options["errors"]:
            _require_writable(options["errors"])
        ensure_code_tables()
        try:
            batch = actions.run_import(
                path, cohort=options["cohort"], mode=options["mode"], commit=not dry_run
            )
        except UserError as error:
            raise CommandError(str(error)) from error
        self._report(batch, options)
        if dry_run:
            actions.discard_import(batch)
        if batch.wrong:
            raise SystemExit(1)

    def _report(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        for line in _lines(batch.rows.exclude(problems=None).iterator()):
            self.stdout.write(line)
        if options["errors"]:
            options["errors"].write_bytes(write_report(batch))
        self.stdout.write(_summary(batch, dry_run=options["dry_run"]))


def _require_writable(path: Path) -> None:
    """Raises CommandError before anything is read or loaded."""
    try:
        path.open("ab").close()
    except OSError as error:
        raise CommandError(
            _("%(path)s cannot be written: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from error


def _cohort(text: str) -> int:
    if not (text.isdigit() and 1980 <= int(text) <= 2200):
        raise argparse.ArgumentTypeError(f"{text!r} is not a graduating year")
    return int(text)


def _lines(rows: Iterable[ImportRow]) -> Iterable[str]:
    for row in rows:
        for problem in restored(row.problems):
            remark = _("remark: ") if problem.is_remark else ""
            words = {"row": row.number, "column": problem.zh, "problem": f"{remark}{problem.message}"}
            yield _("row %(row)s, %(column)s: %(problem)s") % words


def _summary(batch: ImportBatch, *, dry_run: bool) -> str:
    done = _(
        "Read %(rows)s rows: %(created)s new, %(updated)s updated, %(unchanged)s as before, %(wrong)s wrong."
    )
    foreseen = _(
        "Checked %(rows)s rows and loaded none: %(created)s new, %(updated)s to update, "
        "%(unchanged)s as before, %(wrong)s wrong."
    )
    counts = {name: getattr(batch, name) for name in ("created", "updated", "unchanged", "wrong")}
    return (foreseen if dry_run else done) % (counts | {"rows": batch.total})
