"""Whatever is done to the trail behind the application's back is found and named."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from approvals.actions import Actor, Decision, decide, start_case, submit
from processes.audit.export import write_export
from processes.audit.seals import make_seal
from processes.audit.verify import verify_trail
from processes.models import Case, Event, Task
from processes.tests.kit import KEY, ScratchFlow

COLUMNS = [field.column for field in Event._meta.concrete_fields]


@pytest.fixture
def cases(flow: ScratchFlow) -> list[Case]:
    """Two cases with three events each."""
    made = []
    for student in flow.students(2):
        case = start_case(KEY, student, Actor(student, ip="10.0.0.1"))
        submit(case.tasks.get().pk, Actor(student))
        decide(Task.objects.get(process=case, finished=None).pk, Decision("approve"), Actor(flow.counselor))
        made.append(case)
    return made


def write(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def stored(event: Event, column: str) -> Any:
    with connection.cursor() as cursor:
        cast = f"CAST({column} AS CHAR)" if connection.vendor == "mysql" else f"CAST({column} AS TEXT)"
        cursor.execute(
            f"SELECT {cast} FROM processes_event WHERE case_id = %s AND seq = %s",
            [_key(event.case), event.seq],
        )
        return cursor.fetchone()[0]


def middle(case: Case) -> Event:
    return case.events.get(seq=2)


def test_untouched_trail_is_intact(cases: list[Case]) -> None:
    report = verify_trail()
    assert (report.cases, report.events, report.fault) == (2, 6, None)


def _changed(value: str) -> list[str]:
    """The value with each byte replaced by its neighbour, which keeps digits digits and hex hex."""
    swap = {"0": "1", "1": "0", "a": "b", "f": "e"}
    return [value[:i] + swap.get(c, chr(ord(c) ^ 1)) + value[i + 1 :] for i, c in enumerate(value)]


@pytest.mark.parametrize("column", [c for c in COLUMNS if c not in ("case_id", "seq")])
def test_changing_any_byte_of_a_column_names_the_event(cases: list[Case], column: str) -> None:
    event = middle(cases[0])
    before = stored(event, column)
    for value in (
        _changed(before) if before else ["x" if column in ("node_id", "channel", "ip", "kind") else "0" * 32]
    ):
        connection.disable_constraint_checking()
        try:
            write(
                f"UPDATE processes_event SET {column} = %s WHERE case_id = %s AND seq = 2",
                value,
                _key(cases[0]),
            )
        except Exception:  # the database itself refuses the value: nothing to find
            continue
        if column != "id" and stored(event, column) == before:
            continue  # a native type took the odd spelling for the value it already had
        fault = verify_trail().fault
        assert fault is not None, (column, before, value)
        expected = value if column == "id" else event.pk.hex
        assert fault.event in (expected.replace("-", ""), cases[0].events.get(seq=3).pk.hex), (column, value)
        write(
            f"UPDATE processes_event SET {column} = %s WHERE case_id = %s AND seq = 2", before, _key(cases[0])
        )
    assert verify_trail().fault is None


def _key(case: Case) -> Any:
    return Case._meta.pk.get_db_prep_value(case.pk, connection)


@pytest.mark.skipif("sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="native types normalise")
@pytest.mark.parametrize(
    ("column", "value"),
    [("id", lambda v: v.upper()), ("at", lambda v: v.replace(" ", "T")), ("seq", lambda v: f"{v} ")],
)
def test_value_written_differently_is_found_although_it_means_the_same(
    cases: list[Case], column: str, value: Any
) -> None:
    event = middle(cases[0])
    connection.disable_constraint_checking()
    write(
        f"UPDATE processes_event SET {column} = %s WHERE hash = %s", value(stored(event, column)), event.hash
    )
    assert verify_trail().fault is not None or column == "seq"


def test_removed_line_is_named(cases: list[Case]) -> None:
    after = cases[0].events.get(seq=3)
    write("DELETE FROM processes_event WHERE hash = %s", middle(cases[0]).hash)
    fault = verify_trail().fault
    assert fault is not None
    assert fault.event == after.pk.hex


def test_removed_last_line_is_found(cases: list[Case]) -> None:
    write("DELETE FROM processes_event WHERE hash = %s", cases[0].events.get(seq=3).hash)
    fault = verify_trail().fault
    assert fault is not None
    assert fault.event == middle(cases[0]).pk.hex


def test_removed_trail_names_the_case(cases: list[Case]) -> None:
    write("DELETE FROM processes_event WHERE case_id = %s", _key(cases[1]))
    fault = verify_trail().fault
    assert fault is not None
    assert fault.case == cases[1].number


def test_line_moved_to_another_case_is_found(cases: list[Case]) -> None:
    event = cases[0].events.get(seq=3)
    write("UPDATE processes_event SET case_id = %s, seq = 4 WHERE hash = %s", _key(cases[1]), event.hash)
    assert verify_trail().fault is not None


@pytest.mark.parametrize("seq", [1, 2, 3])
@pytest.mark.parametrize(("taken", "given"), [(0, 1), (1, 0), (0, None), (1, None)])
def test_line_that_claims_another_case_is_the_one_named(
    cases: list[Case], seq: int, taken: int, given: int | None
) -> None:
    """Also when the chain it was taken from, which now has a gap, is the first to be looked at."""
    event = cases[taken].events.get(seq=seq)
    key = "0" * 32 if given is None else _key(cases[given])
    connection.disable_constraint_checking()
    claim = "UPDATE processes_event SET case_id = %s, seq = %s WHERE hash = %s"
    write(claim, key, 9, event.hash)
    fault = verify_trail().fault
    write(claim, _key(cases[taken]), seq, event.hash)
    assert fault is not None
    assert fault.event == event.pk.hex


def test_rewritten_chain_is_found_by_the_seal(cases: list[Case]) -> None:
    """Somebody who can compute hashes rewrites a whole case, head included; the signed seal still knows."""
    make_seal()
    event = cases[0].events.get(seq=3)
    write("DELETE FROM processes_event WHERE hash = %s", event.hash)
    write(
        "UPDATE processes_case SET event_count = 2, head_hash = %s WHERE id = %s",
        middle(cases[0]).hash,
        _key(cases[0]),
    )
    fault = verify_trail().fault
    assert fault is not None
    assert "seal 1" in fault.message


def test_forged_seal_is_found(cases: list[Case]) -> None:
    make_seal()
    write("UPDATE processes_seal SET root = %s", "0" * 64)
    fault = verify_trail().fault
    assert fault is not None
    assert "Seal 1" in fault.message


def test_seal_without_news_is_not_made(cases: list[Case]) -> None:
    assert make_seal() is not None
    assert make_seal() is None


def test_trail_cannot_be_changed_through_the_application(cases: list[Case]) -> None:
    event = middle(cases[0])
    for change in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(kind="x"),
    ):
        with pytest.raises(TypeError):
            change()


def test_command_exits_1_and_names_the_event(cases: list[Case], capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert "checked 2 cases, 6 events" in capsys.readouterr().out
    event = middle(cases[0])
    write("UPDATE processes_event SET data = '{}' WHERE hash = %s", event.hash)
    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit")
    assert stop.value.code == 1
    assert event.pk.hex in capsys.readouterr().err


class TestExport:
    """The export is verified by a script that knows nothing of the application."""

    @pytest.fixture
    def export(self, cases: list[Case], tmp_path: Path) -> Path:
        make_seal()
        path = tmp_path / "trail.jsonl"
        assert write_export(path) == 6
        return path

    def verify(self, path: Path) -> subprocess.CompletedProcess[str]:
        script = Path(settings.BASE_DIR) / "scripts" / "verify_export.py"
        return subprocess.run(
            [sys.executable, str(script), str(path)], capture_output=True, text=True, check=False
        )

    def test_untouched_export_is_intact(self, export: Path) -> None:
        result = self.verify(export)
        assert (result.returncode, "6 events" in result.stdout) == (0, True), result

    @pytest.mark.parametrize("kind", ["event", "head", "seal"])
    def test_every_removed_line_is_found(self, export: Path, kind: str) -> None:
        lines = export.read_text(encoding="utf-8").splitlines()
        for position, line in enumerate(lines):
            if json.loads(line)["type"] == kind:
                export.write_text("\n".join(lines[:position] + lines[position + 1 :]), encoding="utf-8")
                assert self.verify(export).returncode == (1 if kind != "seal" else 0)
                return

    def test_changed_word_is_found(self, export: Path) -> None:
        text = export.read_text(encoding="utf-8").replace("submitted", "submittee", 1)
        export.write_text(text, encoding="utf-8")
        assert self.verify(export).returncode == 1
