"""`manage.py make_season`: a spreadsheet of made-up graduates for the importer."""

import json
from argparse import ArgumentTypeError
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from students.season.faults import KINDS, Fault, Row, plant_faults
from students.season.people import draw_graduates
from students.season.workbook import write_graduates

_MOST = 100_000


class Command(BaseCommand):
    """Draws graduates, spoils about 3 % of the rows when asked, writes the file, says what it did."""

    help = "Write a realistic spreadsheet of made-up graduates. The same seed gives the same file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Options of the command line."""
        parser.add_argument("--graduates", type=_count, required=True, metavar="N")
        parser.add_argument("--cohort", type=_cohort, required=True, help="graduating year, such as 2027")
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx")
        parser.add_argument("--dirty", action="store_true", help="spoil about 3 %% of the rows as schools do")
        parser.add_argument("--faults", type=Path, metavar="FILE.json", help="also list the spoilt rows here")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a file cannot be written."""
        graduates = draw_graduates(options["graduates"], options["cohort"], options["seed"])
        rows: list[Row] = [dict(graduate) for graduate in graduates]
        faults: list[Fault] = []
        if options["dirty"]:
            rows, faults = plant_faults(graduates, options["seed"])
        try:
            write_graduates(options["out"], rows)
            if options["faults"]:
                listing = json.dumps([fault.as_dict() for fault in faults], ensure_ascii=False, indent=1)
                options["faults"].write_text(listing + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The file could not be written: {error}") from error
        classes = {(graduate["college"], graduate["student_class"]) for graduate in graduates}
        colleges = {college for college, _ in classes}
        self.stdout.write(
            f"{options['out']}: {len(rows)} rows, {len(colleges)} colleges, {len(classes)} classes"
        )
        self._report(faults)

    def _report(self, faults: list[Fault]) -> None:
        for kind, count in Counter(fault.kind for fault in faults).most_common():
            effect = "should be mended" if KINDS[kind].tolerated else "should be reported"
            self.stdout.write(f"  {kind:<24} {count:>5}  {effect}")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {_MOST}")
    return int(text)


def _cohort(text: str) -> int:
    if not text.isdecimal() or not 2000 <= int(text) <= 2100:
        raise ArgumentTypeError(f"{text!r} is not a graduating year such as 2027")
    return int(text)
