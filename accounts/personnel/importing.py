"""Staff from a spreadsheet: read, checked row by row, loaded, and undone if it was the wrong file."""

import datetime
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Appointment, Unit, UnitKind, User
from accounts.organisation.trail import record
from accounts.personnel import rules
from accounts.personnel.actions import add_person, appoint
from accounts.personnel.models import StaffImport, StaffImportState
from accounts.roles import Role
from common.errors import BadInput, Refused
from common.spreadsheet.limits import Limits
from common.spreadsheet.reading import Row, open_table

MOST_ROWS = 5_000
HEADER_SEARCH_ROWS = 10
#: Field -> what its column may be called.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "name"),
    "username": ("工号", "教工号", "职工号", "staff number", "number"),
    "mobile": ("手机", "手机号", "手机号码", "mobile", "mobile phone"),
    "email": ("邮箱", "电子邮箱", "e-mail", "email"),
    "role": ("角色", "岗位", "role"),
    "unit": ("单位", "单位代码", "单位名称", "unit", "unit code"),
    "starts_on": ("起", "起始日期", "任职开始", "from"),
    "ends_on": ("止", "截止日期", "任职结束", "until"),
}
REQUIRED = ("name", "username")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: 00:00:00)?|(\d{4})(\d\d)(\d\d)"
)

Line = dict[str, Any]


@dataclass
class Reader:
    """What rows are checked against: the units, the people, and the rows before."""

    units: dict[str, list[Unit]]
    people: dict[str, User]
    seen: set[tuple[str, ...]]
    names: dict[str, str]


def check(source: Path, *, file_name: str, by: User) -> StaffImport:
    """Read the file and check every row; nothing is loaded yet.

    Raises BadInput when it is no readable table or has no header with the needed columns.
    """
    limits = Limits(bytes=min(settings.IMPORT_MAX_BYTES, 10 * 1024 * 1024), rows=MOST_ROWS, columns=60)
    with open_table(source, limits) as table:
        rows = list(table)
    header, columns = _header(rows)
    lines = [row for row in rows if row.number > header]
    if not lines:
        raise BadInput(_("There are no rows below the header. Fill in the template and upload it again."))
    reader, good, bad, unchanged = _reader(lines, columns), [], [], 0
    for row in lines:
        line, problems = _checked(_cells(row, columns), reader)
        if problems:
            bad.append({"number": row.number, "cells": _cells(row, columns), "problems": problems})
        elif line.get("known"):
            unchanged += 1
        else:
            good.append(line | {"number": row.number})
    new = {line["username"] for line in good if line["username"] not in reader.people}
    return StaffImport.objects.create(
        file_name=file_name[-120:],
        rows=good,
        problems=bad,
        uploaded_by=by,
        people=len(new),
        appointments=sum(bool(line["role"]) for line in good),
        unchanged=unchanged,
        wrong=len(bad),
    )


def _header(rows: list[Row]) -> tuple[int, dict[int, str]]:
    for row in rows[:HEADER_SEARCH_ROWS]:
        columns: dict[int, str] = {}
        for index, cell in enumerate(row.cells):
            field = _fields().get(_plain(cell))
            if field and field not in columns.values():
                columns[index] = field
        if set(REQUIRED) <= set(columns.values()):
            return row.number, columns
    raise BadInput(
        _("No header row was found in the first ten rows. It needs the columns %(names)s.")
        % {"names": "姓名, 工号"}
    )


@lru_cache
def _fields() -> dict[str, str]:
    return {_plain(name): field for field, names in COLUMNS.items() for name in names}


def _plain(text: str) -> str:
    return re.sub(r"[\s*＊:：]", "", unicodedata.normalize("NFKC", text)).casefold()


def _cells(row: Row, columns: dict[int, str]) -> dict[str, str]:
    return {
        field: row.cells[index].strip() if index < len(row.cells) else "" for index, field in columns.items()
    }


def _reader(rows: list[Row], columns: dict[int, str]) -> Reader:
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(is_active=True):
        for name in {unit.code, unit.name, unit.short_name} - {""}:
            units.setdefault(_plain(name), []).append(unit)
    numbers = {_cells(row, columns)["username"] for row in rows}
    people = {person.username: person for person in User.objects.filter(username__in=numbers)}
    return Reader(units, people, set(), {})


def _checked(cells: dict[str, str], reader: Reader) -> tuple[Line, list[str]]:
    """The row as it will be loaded, and everything that is wrong with it, in words."""
    line: Line = {name: cells.get(name, "") for name in COLUMNS}
    problems = [*_wrong_with_person(line, reader), *_wrong_with_post(line, reader)]
    key = (line["username"], line["role"], str(line["unit"]), line["starts_on"] or "")
    if key in reader.seen:
        problems.append(_("The same row stands above already. Delete one of them."))
    reader.seen.add(key)
    return line, problems


def _wrong_with_person(line: Line, reader: Reader) -> Iterator[str]:
    number, name = line["username"], line["name"]
    if not rules.USERNAME.fullmatch(number):
        yield _("“%(value)s” is no staff number: 2 to 30 letters, digits, dots or dashes.") % {
            "value": number
        }
    if not 2 <= len(name) <= 50:
        yield _("“%(value)s” is no name of 2 to 50 characters.") % {"value": name[:60]}
    known = reader.people.get(number)
    other = known.name if known else reader.names.setdefault(number, name)
    if other != name:
        yield _("The number %(number)s is %(other)s's, not %(name)s's.") % {
            "number": number,
            "other": other,
            "name": name,
        }
    if line["mobile"] and not rules.MOBILE.fullmatch(line["mobile"]):
        yield _("“%(value)s” is no mobile phone number of 11 digits.") % {"value": line["mobile"]}
    if line["email"]:
        try:
            validate_email(line["email"])
        except ValidationError:
            yield _("“%(value)s” is no e-mail address.") % {"value": line["email"]}


def _wrong_with_post(line: Line, reader: Reader) -> Iterator[str]:
    """What is wrong with role, unit and days; a row without a role only adds the person."""
    if not (line["role"] or line["unit"]):
        line["starts_on"] = line["ends_on"] = ""
        line["known"] = line["username"] in reader.people
        return
    role = _roles().get(_plain(line["role"]))
    if role is None:
        yield _("“%(value)s” is no role. Pick one from the sheet with the roles.") % {"value": line["role"]}
    unit = None
    found = _units_called(line["unit"], role, reader)
    if len(found) == 1:
        unit = found[0]
    elif found:
        yield _("Several units are called “%(value)s”. Give the code of one.") % {"value": line["unit"]}
    else:
        yield _("There is no unit “%(value)s”. Give its code or its full name.") % {"value": line["unit"]}
    try:
        first = _date_of(line["starts_on"]) or timezone.localdate()
        last = _date_of(line["ends_on"])
    except ValueError:
        yield _("A date cannot be read. Write it like 2027-09-01.")
        return
    if role is None or unit is None:
        return
    line |= {"role": role, "unit": unit.pk, "starts_on": first.isoformat()}
    line["ends_on"] = last.isoformat() if last else ""
    yield from _wrong_with_days(line, role, unit, (first, last), reader.people.get(line["username"]))


def _wrong_with_days(
    line: Line,
    role: str,
    unit: Unit,
    days: tuple[datetime.date, datetime.date | None],
    person: User | None,
) -> Iterator[str]:
    for verdict in rules.cannot_be(person, role, unit, *days):
        yield str(verdict.reason)
    if person is not None and rules.overlapping(person, role, unit, *days).exists():
        line["known"] = True


def _units_called(text: str, role: str | None, reader: Reader) -> list[Unit]:
    """The units that *text* means; left empty it is the university, for roles that are held there."""
    if not text and role in rules.WHOLE_SCHOOL:
        return [
            unit for units in reader.units.values() for unit in units if unit.kind == UnitKind.UNIVERSITY
        ][:1]
    found = reader.units.get(_plain(text), [])
    coded = [unit for unit in found if unit.code and _plain(unit.code) == _plain(text)]
    return coded or found


@lru_cache
def _roles() -> dict[str, str]:
    """What a role may be called: its key, and its names in both languages."""
    known = {_plain(role.value): role.value for role in Role}
    for language in ("en", "zh-hans"):
        with override(language):
            known |= {_plain(str(role.label)): role.value for role in Role}
    return known


def _date_of(text: str) -> datetime.date | None:
    """The day; None for nothing. Raises ValueError for what is no day."""
    if not text:
        return None
    found = _DATE.fullmatch(text)
    if not found:
        raise ValueError(text)
    year, month, day = (int(part) for part in found.groups() if part)
    return datetime.date(year, month, day)


@transaction.atomic
def load(batch: StaffImport, by: User, *, ip: str = "") -> StaffImport:
    """Add the people and make the appointments of all good rows, or none.

    Raises Refused by rule, also when something has changed since the check.
    """
    batch = StaffImport.objects.select_for_update().get(pk=batch.pk)
    rules.can_load(batch).require()
    people, made = {}, {"people": list[str](), "appointments": list[str]()}
    units = Unit.objects.in_bulk([line["unit"] for line in batch.rows if line["role"]])
    for line in batch.rows:
        number = line["username"]
        if number not in people:
            people[number] = User.objects.filter(username=number).first()
        person = people[number]
        if person is None:
            contact = {"mobile": line["mobile"], "email": line["email"]}
            person = people[number] = add_person(number, line["name"], by, ip=ip, **contact)
            made["people"].append(person.pk.hex)
        if line["role"]:
            made["appointments"].append(_appoint(person, line, units, batch, by, ip).pk.hex)
    batch.state, batch.loaded_at, batch.made = StaffImportState.LOADED, timezone.now(), made
    batch.rows = None
    batch.save()
    return batch


def _appoint(
    person: User, line: Line, units: dict[int, Unit], batch: StaffImport, by: User, ip: str
) -> Appointment:
    last = datetime.date.fromisoformat(line["ends_on"]) if line["ends_on"] else None
    first = datetime.date.fromisoformat(line["starts_on"])
    try:
        unit = units[line["unit"]]
        return appoint(
            person, line["role"], unit, by, starts_on=first, ends_on=last, reason=batch.file_name, ip=ip
        )
    except (KeyError, Refused) as error:
        words = _("Row %(row)s can no longer be loaded: %(why)s Upload the file again.")
        why = str(error) if isinstance(error, Refused) else _("the unit is gone.")
        raise Refused(words % {"row": line["number"], "why": why}) from error


@transaction.atomic
def undo(batch: StaffImport, by: User, *, ip: str = "") -> StaffImport:
    """Take back the appointments an import made, and the people it added who have not signed in.

    Raises Refused by rule.
    """
    batch = StaffImport.objects.select_for_update().get(pk=batch.pk)
    rules.can_undo(batch).require()
    keys = [UUID(key) for key in batch.made["appointments"]]
    for post in Appointment.objects.filter(pk__in=keys).select_related("user"):
        said = {"appointment": post.pk.hex, "role": post.role, "unit": post.unit_id}
        record(post.user, "import_undone", by, ip=ip, **said)
    Appointment.objects.filter(pk__in=keys).delete()
    for person in User.objects.filter(pk__in=[UUID(key) for key in batch.made["people"]], last_login=None):
        _remove(person)
    batch.state, batch.undone_at = StaffImportState.UNDONE, timezone.now()
    batch.save(update_fields=["state", "undone_at"])
    return batch


def _remove(person: User) -> None:
    """Delete an account nobody has used; where something hangs on it, close it."""
    if person.appointments.exists():
        return
    try:
        with transaction.atomic():
            person.delete()
    except ProtectedError:
        person.is_active = False
        person.save(update_fields=["is_active"])


def discard(batch: StaffImport) -> None:
    """Forget a file that was checked and not loaded. Raises Refused when it was loaded."""
    if batch.state != StaffImportState.CHECKED:
        raise Refused(_("It has been loaded already."))
    batch.delete()
