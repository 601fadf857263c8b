"""More of everything that a page can list, put into the tables in bulk.

The rows hang together as pages need them; the audit trail of the copied cases does not hold.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model

from accounts.consents.models import Consent
from accounts.models import AccessLog, Appointment, Unit, UnitKind, User
from accounts.queries import unit_at
from accounts.roles import Role
from accounts.security.models import SignIn
from approvals.models import SavedView, Way
from common.ids import uuid7
from destinations.flows.filing.tests import kit
from destinations.models import Destination, DestinationState
from employers.models import EmployerTag
from forms.models import Attachment, Submission
from forms.queries import attachments_in, latest_submission
from privacy.retention.models import Hold
from processes.calendar.models import CalendarDay
from processes.evolve.models import DesignEvent
from processes.models import Case, Event, Solution, Task, VersionState
from students.models import ImportBatch, Student
from tests.rights_crowd import RULING, grow_rights
from tests.world import World

Row = TypeVar("Row", bound=Model)
SINCE = date(2020, 1, 1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
READING = ("student", "returned", "counselor", "college", "university", "data")


def grow(world: World, start: int, stop: int) -> None:
    """Rows number *start* to *stop* (without it) of every kind."""
    numbers = range(start, stop)
    classes = _classes(world, numbers)
    _people(world, numbers, classes)
    _waiting_and_done(world, numbers, classes)
    _own_filing(world, numbers)
    _imports(world, numbers)
    _employers(world, numbers)
    _calendar(world, numbers)
    _talks(world, numbers)
    _copies_and_batches(world, numbers)
    _incidents(world, numbers)
    _designs(world, numbers)
    _access_log(world, numbers)
    _exports(world, numbers)
    _data_requests(world, numbers)
    grow_rights(world, numbers)
    _keeping(world, numbers)
    for who in (
        *READING,
        "owner",
        "applicant",
        "corrector",
        "vetter",
        "host",
        "talk_officer",
        "designer",
        *RULING,
    ):
        user = world.people[who]
        _insert(
            _copies(world.notice, numbers, lambda _number, user=user: {"recipient": user, "read_at": None})
        )
        views = [SavedView(owner=user, name=f"{who} {number}") for number in numbers]
        SavedView.objects.bulk_create(views)


def _keeping(world: World, numbers: range) -> None:
    """Legal holds, consents of the student, and sweeps that find something to do."""
    people = [User(username=f"h{number}", name=f"争议{number}", password="!") for number in numbers]
    User.objects.bulk_create(people)
    about = {"reason": "诉讼", "placed_by": world.people["secadmin"]}
    Hold.objects.bulk_create(Hold(**about, person=person, open_for=person) for person in people)
    about = {"user": world.people["student"], "purpose": "wechat_binding", "text_version": "2026-11"}
    _insert(_copies(world.assessments.signed, numbers, lambda number: {"title": f"评估{number}"}))
    Consent.objects.bulk_create(Consent(**about) for _number in numbers)
    SignIn.objects.bulk_create(SignIn(user=person, outcome="in", at=LONG_AGO) for person in people)


def _employers(world: World, numbers: range) -> None:
    """More employers with tags, more people and files at one, more applications for it and at the vetter."""
    more = _copies(world.library, numbers, lambda number: {"uscc": f"U{number:017}", "name": f"单位{number}"})
    _insert(more)
    EmployerTag.objects.bulk_create(
        EmployerTag(employer=employer, code=code) for employer in more for code in ("small", "young")
    )
    people = [
        User(username=f"e{number}@example.com", name=f"人员{number}", password="!") for number in numbers
    ]
    User.objects.bulk_create(people)
    for state, row, half in (("asked", world.joining, people[::2]), ("active", world.member, people[1::2])):
        users = dict(enumerate(half))
        copies = _copies(
            row, users, lambda number, users=users: {"user": users[number], "live_key": str(users[number].pk)}
        )
        assert {each.state for each in copies} == {state}
        _insert(copies)
    _applications(world, numbers)


def _applications(world: World, numbers: range) -> None:
    task, case = world.vetting, world.vetting.process
    subjects = {"waiting": case.subject_id, "earlier": world.library.pk}
    for kind, subject in subjects.items():
        cases = _copies(
            case,
            numbers,
            lambda number, kind=kind, subject=subject: {
                "number": f"{kind}-{number}",
                "subject_id": uuid7() if kind == "waiting" else subject,
                "created": case.created - timedelta(days=400),
            },
        )
        _insert(cases)
        by_number = dict(zip(numbers, cases, strict=True))
        if kind == "waiting":
            _insert(_copies(task, numbers, lambda number, found=by_number: {"process": found[number]}))
    _insert(_copies(world.paper, numbers, lambda number: {"sha256": f"p{number}"}))
    _insert(_copies(world.correctors_paper, numbers, lambda number: {"sha256": f"q{number}"}))
    latest = latest_submission(world.library.case.pk)
    files = _copies(attachments_in(latest)[0], numbers, lambda number: {"sha256": f"r{number}"})
    _insert(files)
    through = Submission.attachments.through
    through.objects.bulk_create(through(submission=latest, attachment=file) for file in files)
    event = Event.objects.filter(case=world.library.case).latest("seq")
    _insert(_copies(event, numbers, lambda number: {"seq": event.seq + 1 + number}))


def _exports(world: World, numbers: range) -> None:
    """More lists that one person asked for, and that wait for the security administrators."""
    more = dict(zip(numbers, _copies(world.exports.waiting, numbers, lambda _number: {}), strict=True))
    _insert(list(more.values()))
    cases = _copies(
        world.exports.waiting.case,
        numbers,
        lambda number: {"number": f"export-{number}", "subject_id": more[number].pk},
    )
    _insert(cases)
    by_number = dict(zip(numbers, cases, strict=True))
    _insert(_copies(world.exports.task, numbers, lambda number: {"process": by_number[number]}))


def _data_requests(world: World, numbers: range) -> None:
    """More that the student asked about their own data, and that waits for the officer."""
    asked = world.data_requests.waiting
    more = _copies(asked, numbers, lambda number: {"open_key": f"{asked.open_key}:{number}"})
    _insert(more)
    by_number = dict(zip(numbers, more, strict=True))
    cases = _copies(
        asked.case,
        numbers,
        lambda number: {"number": f"data-{number}", "subject_id": by_number[number].pk},
    )
    _insert(cases)
    opened = dict(zip(numbers, cases, strict=True))
    _insert(_copies(world.data_requests.task, numbers, lambda number: {"process": opened[number]}))


def _copies(row: Row, numbers: Iterable[int], change: Callable[[int], dict[str, Any]]) -> list[Row]:
    """Rows like *row* under new keys, each with the values that *change* gives for its number."""
    rows = []
    for number in numbers:
        other = copy.copy(row)
        other._state = copy.copy(row._state)
        other._state.adding, other._state.fields_cache = True, {}
        other.pk = uuid7() if row._meta.pk.get_internal_type() == "UUIDField" else None
        for name, value in change(number).items():
            setattr(other, name, value)
        rows.append(other)
    return rows


def _insert(rows: Sequence[Row]) -> None:
    type(rows[0])._base_manager.bulk_create(rows)


def _classes(world: World, numbers: range) -> list[Unit]:
    """Classes beside the student's own."""
    major = unit_at(world.student.unit, UnitKind.MAJOR)
    taken = Unit.objects.filter(depth=major.depth + 1, path__startswith=major.path).count()
    Unit.objects.bulk_create(
        Unit(
            kind=UnitKind.CLASS,
            name=f"大班{number}",
            depth=major.depth + 1,
            path=Unit._get_path(major.path, major.depth + 1, taken + place),
        )
        for place, number in enumerate(numbers, start=1)
    )
    Unit.objects.filter(pk=major.pk).update(numchild=taken + len(numbers))
    return list(Unit.objects.filter(name__in=[f"大班{number}" for number in numbers]).order_by("path"))


def _people(world: World, numbers: range, classes: list[Unit]) -> None:
    """Colleagues of the counselor, and the counselor's further classes."""
    colleagues = [User(username=f"c{number}", name=f"同事{number}", password="!") for number in numbers]
    User.objects.bulk_create(colleagues)
    posts = [(colleague, world.student.unit) for colleague in colleagues]
    posts += [(world.people["counselor"], unit) for unit in classes]
    Appointment.objects.bulk_create(
        Appointment(user=user, role=Role.COUNSELOR, unit=unit, starts_on=SINCE) for user, unit in posts
    )


def _waiting_and_done(world: World, numbers: range, classes: list[Unit]) -> None:
    """Students of these classes, each with a filing at each of the three reviewers and one decided by each."""
    units = dict(zip(numbers, classes, strict=True))
    students = _copies(
        world.student,
        numbers,
        lambda number: {
            "user_id": None,
            "unit": units[number],
            "student_no": f"S{number:06}",
            "id_no_index": f"{number}",
        },
    )
    _insert(students)
    college, root = (
        unit_at(world.student.unit, UnitKind.COLLEGE),
        world.people["university"].appointments.get().unit,
    )
    steps = [
        ("counselor_review", Role.COUNSELOR, None, "counselor"),
        ("college_review", Role.COLLEGE_OFFICER, college, "college"),
        ("university_review", Role.UNIVERSITY_OFFICER, root, "university"),
    ]
    owners = dict(zip(numbers, students, strict=True))
    for step in steps:
        _tasks(world, owners, *step)


def _tasks(
    world: World, students: dict[int, Student], node: str, role: str, unit: Unit | None, who: str
) -> None:
    cases = _copies(
        world.task.process,
        students,
        lambda number: {
            "number": f"{role}-{number}",
            "unit": students[number].unit,
            "subject_id": uuid7(),
            "title": f"同学{number}",
        },
    )
    _insert(cases)
    by_number = dict(zip(students, cases, strict=True))

    def here(number: int) -> dict[str, Any]:
        step = world.task.flow_task.flow_class.node_for(node)
        pool = {"role": role, "unit": unit or students[number].unit}
        return {"process": by_number[number], "node_id": node, "flow_task": step} | pool

    person = world.people[who]
    now = world.task.created
    _insert(_copies(world.task, students, here))
    closed = {"finished": now, "outcome": "approve", "decided_by": person, "status": "DONE"}
    _insert(_copies(world.task, students, lambda number: here(number) | closed))


def _own_filing(world: World, numbers: range) -> None:
    """The student's case with a longer history, more hand-ins and files; more filings before it."""
    case = kit.case_of(world.filing)
    _insert(_copies(world.proof, numbers, lambda number: {"sha256": f"{number}"}))
    _insert(_copies(world.returned_proof, numbers, lambda number: {"sha256": f"{number}"}))
    submission = latest_submission(case.pk)
    submissions = _copies(submission, numbers, lambda number: {"number": number + 2})
    _insert(submissions)
    files = Attachment.objects.filter(case_id=case.pk)
    through = Submission.attachments.through
    through.objects.bulk_create(through(submission=submissions[-1], attachment=file) for file in files)
    event = Event.objects.filter(case=case).latest("seq")
    colleagues = list(User.objects.filter(username__startswith="c").values_list("pk", flat=True))
    _insert(
        _copies(
            event,
            numbers,
            lambda number: {"seq": event.seq + 1 + number, "actor_id": colleagues[number % len(colleagues)]},
        )
    )
    _insert([_discarded(filing) for filing in _copies(world.filing, numbers, lambda _: {"open_key": None})])


def _discarded(filing: Destination) -> Destination:
    filing.__dict__["state"] = DestinationState.CANCELLED  # the machine lets nobody set it
    return filing


def _imports(world: World, numbers: range) -> None:
    """More imports, and more in one: rows with problems, rows left by an undo, rows about the student."""
    _insert(_copies(world.loaded, numbers, lambda number: {"file_name": f"{number}.csv"}))
    wrong = world.loaded.rows.exclude(problems=None)[0]
    kept = {"problems": None, "kept_because": "confirmed", "student": world.student}
    _insert(_copies(wrong, numbers, lambda number: {"number": 1000 + number}))
    _insert(_copies(wrong, numbers, lambda number: {"number": 2000 + number} | kept))
    names = [f"{number}.csv" for number in numbers]
    batches = iter(ImportBatch.objects.filter(file_name__in=names))
    touched = {"problems": None, "student": world.student}
    _insert(_copies(wrong, numbers, lambda _number: touched | {"batch": next(batches)}))


def _calendar(world: World, numbers: range) -> None:
    """More days of the school's own this year, and more lines in the log."""
    first = world.calendar_change.first_day.replace(month=1, day=1)
    days = [first + timedelta(days=number) for number in numbers]
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=day, is_workday=False, name=f"第{day.day}天", is_local=True) for day in days],
        ignore_conflicts=True,
    )
    _insert(_copies(world.calendar_change, numbers, lambda number: {"name": f"第{number}次"}))


def _talks(world: World, numbers: range) -> None:
    """More venues and closed days, more talks in all of them, more files and history at those there are."""
    talks = world.talks
    venues = _copies(talks.venue, numbers, lambda number: {"name": f"教室{number:04}"})
    _insert(venues)
    _insert(_copies(talks.closed, numbers, lambda number: {"reason": f"第{number}次活动"}))
    by_number = dict(zip(numbers, venues, strict=True))
    for talk in (talks.public, talks.offered, talks.waiting, talks.draft):
        _insert(_copies(talk, numbers, lambda number: {"venue": by_number[number]}))
    _insert(_copies(talks.poster, numbers, lambda number: {"sha256": f"t{number}"}))
    task = talks.choosing
    subjects = _copies(talks.waiting, numbers, lambda _number: {})
    _insert(subjects)
    waiting = dict(zip(numbers, subjects, strict=True))
    cases = _copies(
        task.process,
        numbers,
        lambda number: {"number": f"talk-{number}", "subject_id": waiting[number].pk},
    )
    _insert(cases)
    found = dict(zip(numbers, cases, strict=True))
    _insert(_copies(task, numbers, lambda number: {"process": found[number]}))
    for talk in (talks.public, talks.offered):
        event = Event.objects.filter(case=talk.case).latest("seq")
        _insert(_copies(event, numbers, lambda number, event=event: {"seq": event.seq + 1 + number}))


def _designs(world: World, numbers: range) -> None:
    """More processes, each with a version and a draft or a proposal; more of everything on the first one."""
    draft, proposal, earlier = world.designs.draft, world.designs.proposal, world.designs.earlier
    first = draft.base
    made = _copies(draft.definition, numbers, lambda number: {"key": f"process_{number}"})
    _insert(made)
    one_each = dict(zip(numbers, made, strict=True))
    _insert(_copies(first, numbers, lambda number: {"definition": one_each[number]}))
    _insert(_copies(draft, numbers[::2], lambda number: {"definition": one_each[number]}))
    _insert(_copies(proposal, numbers[1::2], lambda number: {"definition": one_each[number]}))
    old = {"state": VersionState.RETIRED}
    versions = _copies(first, numbers, lambda number: old | {"number": 2 + number})
    _insert(versions)
    of_version = dict(zip(numbers, versions, strict=True))
    done = {"state": "done", "definition": draft.definition, "decided_by": world.people["director"]}
    _insert(_copies(proposal, numbers, lambda number: done | {"version": of_version[number]}))
    _insert(_copies(earlier, numbers, lambda _number: {}))
    _trials(world, numbers)
    line = DesignEvent.objects.filter(definition=draft.definition).latest("seq")
    _insert(_copies(line, numbers, lambda number: {"seq": line.seq + 1 + number}))


def _trials(world: World, numbers: range) -> None:
    """More trials of the draft, and more cases, units and steps in the numbers of the first one."""
    trial = world.designs.trial
    _insert(_copies(trial, numbers, lambda _number: {}))
    cases = list(Case.objects.filter(number__startswith="counselor-").exclude(trials__isnull=False))
    by_number = dict(zip(numbers, cases, strict=False))
    _insert(_copies(trial.cases.earliest("id"), by_number, lambda number: {"case": by_number[number]}))
    hit = trial.hits.filter(number="others").earliest("id")
    _insert(_copies(hit, by_number, lambda number: {"case": by_number[number]}))
    units = Unit.objects.exclude(kind="university").values_list("pk", flat=True)[: len(numbers)]
    load = trial.result["pools"][0]
    trial.result["pools"] += [load | {"unit": unit} for unit in units]
    trial.save(update_fields=["result"])


def _copies_and_batches(world: World, numbers: range) -> None:
    """More copies to the college and more batches of the counselor, the first one with more in it."""
    cases = list(Case.objects.filter(number__startswith="counselor-").exclude(copies__isnull=False))
    by_number = dict(zip(numbers, cases, strict=False))
    _insert(_copies(world.copy, by_number, lambda number: {"case": by_number[number]}))
    tasks = Task.objects.filter(process__in=cases).exclude(outcome="submit")
    by_number = dict(zip(numbers, tasks, strict=False))
    for way in Way:
        _insert(
            _copies(world.given, by_number, lambda number, way=way: {"task": by_number[number], "way": way})
        )
    _insert(_copies(world.batch, numbers, lambda _number: {}))
    item = world.batch.items.get(place=0)
    _insert(_copies(item, numbers, lambda number: {"place": 1 + number, "case": world.task.process}))
    held = Task.objects.filter(node_id="counselor_review", finished=None).exclude(pk=world.task.pk)
    for task in held[: len(numbers) // 2]:
        Task.objects.filter(pk=task.pk).update(owner=world.people["counselor"])


def _access_log(world: World, numbers: range) -> None:
    """More lines of the access log, each of another person about another record."""
    people = list(User.objects.filter(username__startswith="c").values_list("pk", flat=True))
    line = AccessLog(action="view", object_type="students.student", ip="10.0.0.1", mac="m")
    _insert(
        _copies(
            line,
            numbers,
            lambda number: {"user_id": people[number % len(people)], "object_id": str(number)},
        )
    )


def _incidents(world: World, numbers: range) -> None:
    """More incidents that wait, each of a case of its own, and more that are solved."""
    cases = list(Case.objects.filter(number__startswith="counselor-").exclude(incidents__isnull=False))
    by_number = dict(zip(numbers, cases, strict=False))
    _insert(_copies(world.incident, by_number, lambda number: {"case": by_number[number]}))
    solved = {
        "solution": Solution.RETRIED,
        "solved_at": world.incident.failed_at,
        "solved_by": world.people["university"],
    }
    _insert(_copies(world.incident, by_number, lambda number: {"case": by_number[number], **solved}))
