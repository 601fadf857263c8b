"""A small university with one of everything, and people of every kind to knock at its doors.

The student 欧阳知远 has a filing at the counselor's; it came back to the student 司徒景行. One employer is in
review, one has to correct something, one was refused, one is in the library and has three people.
"""

import csv
import io
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.actions import be_away
from accounts.models import Appointment, StandIn, Unit, User
from accounts.organisation.changes import Wish
from accounts.organisation.changes import plan as plan_change
from accounts.organisation.models import UnitChange
from accounts.personnel import actions as personnel
from accounts.personnel import importing
from accounts.personnel.models import StaffImport
from accounts.queries import unit_at, university
from accounts.rights.models import Operation, UserGroup
from accounts.rights.officers import ask_to_seat
from accounts.roles import Role
from accounts.security.actions import Origin, keep_mail, new_codes, record
from accounts.security.models import MailAddress, Network, Outcome, ResetRequest, SecondStep
from accounts.security.post import SALT, claim_of
from accounts.security.queries import SECOND_STEP
from accounts.security.sessions import digest
from accounts.security.totp import new_secret
from approvals import saved_views
from approvals.actions import Actor, copy_to, start_batch
from approvals.filters import Filters
from approvals.models import BatchRun, CarbonCopy, PassedOn, SavedView, Way
from common.ids import uuid7
from destinations.flows.filing.tests import kit
from destinations.models import Destination
from destinations.tests.kit import COHORT, make_class, make_student, make_unit
from employers import actions as gate
from employers.flows.vetting.tests import kit as vetting_kit
from employers.models import Employer, EmployerUser
from forms.models import Attachment
from forms.queries import attachments_of
from messaging.models import Notice
from privacy.retention.actions import place_hold
from privacy.retention.models import Hold
from processes import compiled
from processes.calendar.actions import change_days, load_holidays
from processes.calendar.models import CalendarChange
from processes.engine import incidents
from processes.engine.actor import SYSTEM
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Incident, Job, JobKind, JobState, Task
from students.actions import run_import, start_import
from students.models import ImportBatch, ImportMode, Student
from talks.flows.talk.tests import kit as talk_kit
from talks.models import Blackout, Talk, Venue
from tests.assessments import Assessments, assessments_of
from tests.data_requests import DataRequests, data_requests_of
from tests.exports import Exports, exports_of
from tests.rights import grouped, seated_officers
from tests.world_of_design import Designs, designs
from wechat.actions import bind
from wechat.models import Proof, Scan, ScanState
from wechat.queries import openid_key

GRADUATES = Path(settings.BASE_DIR) / "fixtures" / "demo" / "graduates.csv"

STUDENTS = frozenset({"student", "returned", "other", "newcomer"})
#: One applies, one has to correct something, one was refused; an owner, a colleague, somebody who asks to join.
EMPLOYERS = frozenset({"applicant", "corrector", "refused", "owner", "colleague", "asker", "host"})
#: Who arranges campus talks, and who clears them. The employer of the host has some.
ARRANGING = frozenset({"talk_officer", "university", "director"})
TALKING = ARRANGING | {"keeper", "security"}
VETTING = frozenset({"vetter", "second_vetter"})
NEAR = frozenset({"counselor", "college", "deputy", "university", "director"})
FAR = frozenset({"next_counselor", "far_counselor", "far_college"})
IMPORTING = frozenset({"university", "data", "far_data"})
KEEPING = frozenset({"university", "director"})
#: Who reads the access log.
AUDITING = frozenset({"auditor"})
#: Who is in a group that sees students, in their college and elsewhere.
MEMBERS = frozenset({"member", "far_member"})
REMINDING = (NEAR | FAR) - {"deputy"}
STUDENT_STAFF = NEAR | FAR | IMPORTING
SEEING_STUDENTS = STUDENT_STAFF | MEMBERS
SECURITY = frozenset({"secadmin", "second_secadmin"})
#: Who has an inbox.
REVIEWING = NEAR | FAR | VETTING | TALKING | SECURITY
OFFICERS = SECURITY | {"sysadmin", "auditor"}
#: Who changes the processes and approves each other's changes.
DESIGNING = frozenset({"designer", "director"})
STAFF = STUDENT_STAFF | VETTING | TALKING | DESIGNING
#: Staff who see the library of employers.
LIBRARY = VETTING | {"university", "director"}
WITHOUT_ROLE = frozenset({"former", "nobody", "former_member"})
SIGNED_IN = STUDENTS | STAFF | MEMBERS | OFFICERS | EMPLOYERS | WITHOUT_ROLE
#: Staff in whose scope the two students are; a member of a group sees less of them.
REVEALING = NEAR | {"data"}
IN_SCOPE = REVEALING | {"member"}


@dataclass
class Talks:
    """One employer's talks: a draft with a poster, one to allocate, one to confirm, one that is public."""

    draft: Talk
    waiting: Talk
    offered: Talk
    public: Talk
    choosing: Task
    poster: Attachment
    venue: Venue
    closed: Blackout
    colleague: EmployerUser


@dataclass
class Staffing:
    """A change that is planned, one that was done, somebody new, a file of staff with a wrong row, and who will
    stand in for a role.
    """

    planned: UnitChange
    done: UnitChange
    newcomer: User
    checked: StaffImport
    standing: StandIn


@dataclass
class Door:
    """What the deputy secretary has at the door: an app, a second device, links in mails; the school's network."""

    other_session: str
    claim: str
    token: str
    network: Network


@dataclass
class World:
    """Everything the addresses of the product can point at."""

    people: dict[str, User]
    student: Student
    filing: Destination
    returned: Destination
    task: Task
    proof: Attachment
    returned_proof: Attachment
    notice: Notice
    view: SavedView
    incident: Incident
    copy: CarbonCopy
    given: PassedOn
    batch: BatchRun
    absence: StandIn
    uploaded: ImportBatch
    loaded: ImportBatch
    applied: Employer
    library: Employer
    vetting: Task
    paper: Attachment
    correctors_paper: Attachment
    joining: EmployerUser
    member: EmployerUser
    calendar_change: CalendarChange
    talks: Talks
    designs: Designs
    scan: Scan
    staffing: Staffing
    door: Door
    group: UserGroup
    operation: Operation
    exports: Exports
    data_requests: DataRequests
    hold: Hold
    assessments: Assessments
    sessions: dict[str, str]

    def browser(self, who: str) -> Client:
        """A fresh browser of *who*; empty for somebody who is not signed in."""
        client = Client(raise_request_exception=False)
        if who:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    @property
    def secrets(self) -> dict[str, frozenset[str]]:
        """What tells something about a student or an employer -> who may read it."""
        told = {text: STAFF_AND[who] for who in ("student", "returned") for text in _told(self.people[who])}
        for employer, own in ((self.applied, {"applicant"}), (self.library, {"owner", "colleague"})):
            told |= dict.fromkeys(_told_of(employer), LIBRARY | own)
        return told


def _told_of(employer: Employer) -> list[str]:
    return [
        employer.name,
        employer.legal_person,
        employer.contact_phone,
        employer.contact_email,
        employer.address,
    ]


STAFF_AND = {who: IN_SCOPE | {who} for who in ("student", "returned")}


def _told(user: User) -> list[str]:
    student = user.student
    return [student.name, student.student_no, student.id_no, student.mobile, student.home_address]


def build_world() -> World:
    """One of everything. To be called inside a transaction that is rolled back."""
    compiled.forget()
    student = make_student("欧阳知远", home_address="四川省成都市武侯区一环路9号")
    returned = make_student("司徒景行", home_address="陕西省西安市碑林区友谊路7号")
    filing, sent_back = kit.submit(student), kit.submit(returned)
    kit.review(sent_back, kit.RETURN)
    people = _students(student, returned) | _staff(student) | _others(student)
    employers = _employers()
    people |= {who: each.user for who, each in employers.items()} | _talking()
    talks = _talks()
    people["host"] = talk_kit.person(talks.draft.employer)
    group, members = grouped(student, people["secadmin"])
    people |= members
    case = kit.case_of(filing)
    return World(
        people=people,
        student=student,
        filing=filing,
        returned=sent_back,
        task=kit.open_task(filing),
        proof=attachments_of(case.pk)[0],
        returned_proof=attachments_of(kit.case_of(sent_back).pk)[0],
        notice=Notice.objects.filter(recipient=returned.user).latest("id"),
        view=saved_views.save_view(people["counselor"], "逾期", Filters(overdue="1")),
        incident=_incident(kit.open_task(filing)),
        copy=_copy(people, kit.open_task(filing)),
        given=_given(people, kit.open_task(filing)),
        batch=start_batch([uuid7()], "approve", {}, Actor(people["counselor"])),
        absence=_absence(people),
        uploaded=_import(people["data"], start=True),
        loaded=_import(people["data"], start=False),
        applied=employers["applicant"].employer,
        library=employers["owner"].employer,
        vetting=vetting_kit.open_task(employers["applicant"].employer),
        paper=_paper_of(employers["applicant"].employer),
        correctors_paper=_paper_of(employers["corrector"].employer),
        joining=employers["asker"],
        member=employers["colleague"],
        calendar_change=_calendar(people["university"]),
        talks=talks,
        designs=designs(people["designer"]),
        scan=_wechat(people["student"]),
        staffing=_staffing(people["university"]),
        door=_door(people["deputy"]),
        group=group,
        operation=ask_to_seat(people["nobody"], Role.AUDITOR, people["secadmin"], reason="前任退休"),
        exports=exports_of(people["college"], people["secadmin"]),
        data_requests=data_requests_of(student.user, people["university"]),
        hold=place_hold(people["nobody"].username, "诉讼 2026-17", people["secadmin"]),
        assessments=assessments_of(people["data"], people["secadmin"]),
        sessions={who: _session(user) for who, user in people.items()},
    )


def _incident(task: Task) -> Incident:
    """A reminder that could not be sent."""
    now = timezone.now()
    job = Job.objects.create(
        case=task.process,
        task=task,
        kind=JobKind.REMIND,
        flow_key=task.flow_key,
        node_id=task.node_id,
        run_at=now,
        attempts=6,
        state=JobState.INCIDENT,
        error="OSError: no route",
    )
    with UnitOfWork(SYSTEM, now=now) as unit:
        return incidents.report(unit, job, task.process)


def _copy(people: dict[str, User], task: Task) -> CarbonCopy:
    copy_to(task.pk, [people["college"].pk], Actor(people["counselor"]), text="请知悉")
    return CarbonCopy.objects.get()


def _given(people: dict[str, User], task: Task) -> PassedOn:
    return PassedOn.objects.create(
        task=task, giver=people["counselor"], receiver=people["college"], way=Way.TRANSFERRED
    )


def _absence(people: dict[str, User]) -> StandIn:
    day = timezone.localdate() + timedelta(days=9)
    return be_away(people["counselor"], day, day, people["next_counselor"])


def _door(user: User) -> Door:
    other = digest(_session(user))
    SecondStep.objects.create(user=user, secret=new_secret())
    new_codes(user)
    keep_mail(user, "deputy@school.example.com")
    record(user, Outcome.WRONG_PASSWORD, Origin("10.20.30.40", "校园网", "wechat/android"))
    token = "a-token-from-a-mail"
    asked = {"site": "http://testserver", "language": "zh-hans", "answered_at": timezone.now()}
    ResetRequest.objects.create(user=user, digest=digest(token), **asked)
    claim = signing.dumps(claim_of(MailAddress.objects.get(user=user)), salt=SALT)
    return Door(other, claim, token, Network.objects.create(name="校园网", cidr="10.20.0.0/16"))


def _session(user: User) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    if session.pop(SECOND_STEP, ""):
        session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _students(student: Student, returned: Student) -> dict[str, User]:
    others = {"other": make_student("陌生人甲"), "newcomer": make_student("陌生人乙", confirmed=False)}
    return {who: each.user for who, each in ({"student": student, "returned": returned} | others).items()}


def _staff(student: Student) -> dict[str, User]:
    home, college, root = student.unit, unit_at(student.unit, "college"), university()
    away = make_class("英语2301班", "外国语学院", "英语")
    away_college = unit_at(away, "college")
    posts: dict[str, tuple[str, Unit | None]] = {
        "counselor": (Role.COUNSELOR, home),
        "college": (Role.COLLEGE_OFFICER, college),
        "deputy": (Role.COLLEGE_DEPUTY_SECRETARY, college),
        "university": (Role.UNIVERSITY_OFFICER, root),
        "director": (Role.CAREER_CENTER_DIRECTOR, root),
        "data": (Role.DATA_OFFICER, root),
        "designer": (Role.PROCESS_DESIGNER, root),
        "next_counselor": (Role.COUNSELOR, make_class("软件2302班")),
        "far_counselor": (Role.COUNSELOR, away),
        "far_college": (Role.COLLEGE_OFFICER, away_college),
        "far_data": (Role.DATA_OFFICER, away_college),
        "vetter": (Role.EMPLOYER_REVIEWER, root),
        "second_vetter": (Role.EMPLOYER_SECOND_REVIEWER, root),
    }
    return {who: kit.reviewer(role, unit) for who, (role, unit) in posts.items()} | seated_officers()


def _others(student: Student) -> dict[str, User]:
    """Somebody who was the counselor until yesterday, and somebody who is nothing yet."""
    former = User.objects.create_user("T900", "前任老师")
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.create(
        user=former, role=Role.COUNSELOR, unit=student.unit, starts_on=date(2020, 1, 1), ends_on=yesterday
    )
    return {"former": former, "nobody": User.objects.create_user("T901", "新老师")}


def _employers() -> dict[str, EmployerUser]:
    """An employer in review, one returned, one refused, and one in the library with three people."""
    names = {
        "applicant": "成都锦官精工有限公司",
        "corrector": "西安雁塔仪表有限公司",
        "refused": "武汉东湖贸易有限公司",
        "owner": "长沙岳麓软件有限公司",
    }
    facts = {
        "applicant": {
            "legal_person": "令狐远山",
            "address": "锦江区红星路7号",
            "operator_email": "hr@jinguan.example.com",
        },
        "owner": {
            "legal_person": "上官明德",
            "address": "岳麓区麓山南路9号",
            "operator_email": "hr@yuelu.example.com",
        },
    }
    made = {who: vetting_kit.submit(name, **facts.get(who, {})) for who, name in names.items()}
    vetting_kit.review(made["corrector"], vetting_kit.RETURN)
    vetting_kit.review(made["refused"], vetting_kit.REJECT)
    vetting_kit.approve_all(made["owner"])
    people = {who: EmployerUser.objects.get(employer=employer) for who, employer in made.items()}
    owner = User.objects.get(pk=people["owner"].user_id)
    colleague, asker = (
        gate.ask_to_join(made["owner"].uscc, vetting_kit.person(name), None) for name in ("端木青", "濮阳川")
    )
    people["colleague"] = gate.decide_join(colleague, owner, admit=True)
    people["asker"] = asker
    keys = {who: each.pk for who, each in people.items()}
    rows = EmployerUser.objects.select_related("user", "employer").in_bulk(keys.values())
    return {who: rows[key] for who, key in keys.items()}


def _talking() -> dict[str, User]:
    posts = {"talk_officer": Role.TALK_OFFICER, "keeper": Role.VENUE_KEEPER, "security": Role.CAMPUS_SECURITY}
    return {who: talk_kit.reviewer(role) for who, role in posts.items()}


def _talks() -> Talks:
    host, venue = talk_kit.employer("珠海凤凰电子有限公司"), talk_kit.venue()
    public = talk_kit.published(host, venue, title="公开的宣讲会")
    later = [talk_kit.wishes(talk_kit.slot(talk_kit.monday(weeks))) for weeks in (6, 9, 10)]
    offered = talk_kit.offered(host, venue, talk_kit.slot(talk_kit.monday(6)), **later[0])
    waiting = talk_kit.submit(host, **later[1])
    talk_kit.decide_step(waiting, "review")
    draft = talk_kit.begin(host, **later[2])
    poster = talk_kit.attach_poster(draft)
    day = talk_kit.monday() + timedelta(days=2)
    closed = Blackout.objects.create(first_day=day, last_day=day, reason="校庆")
    choosing = talk_kit.task(waiting, "choose")
    return Talks(draft, waiting, offered, public, choosing, poster, venue, closed, talk_kit.colleague(host))


def _wechat(user: User) -> Scan:
    """The student's phone is bound; it has scanned a code at a desk."""
    bind(user, "oStudentOfTheWorld", Proof.NAME_ID)
    return Scan.objects.create(
        scene_index="scene",
        state=ScanState.SCANNED,
        expires_at=timezone.now() + timedelta(days=1),
        openid_index=openid_key("oStudentOfTheWorld"),
    )


def _staffing(by: User) -> Staffing:
    """A college gets a new name soon and a class got one today; staff are on their way in."""
    college, today = make_unit("college", "外国语学院"), timezone.localdate()
    soon = Wish("rename", today + timedelta(days=30), "校发〔2026〕8号", college, None, {"name": "外语学院"})
    planned = plan_change(soon, by)
    new = {"name": "商务英语2301班", "code": "SY2301"}
    done = plan_change(Wish("add", today, "新设班级", None, make_unit("major", "英语"), new), by)
    newcomer = personnel.add_person("T902", "甘老师", by)
    personnel.appoint(
        newcomer,
        Role.COUNSELOR,
        college,
        by,
        starts_on=today + timedelta(days=3),
        ends_on=None,
        reason="轮岗",
    )
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write("姓名,工号,角色,单位\n苏晓,T903,辅导员,外国语学院\n柳青,T904,校长,外国语学院\n".encode())
        file.flush()
        checked = importing.check(Path(file.name), file_name="staff.csv", by=by)
    days = {"starts_on": today + timedelta(days=30), "ends_on": None}
    standing = personnel.name_substitute(Role.COLLEGE_OFFICER, college, by, by, reason="岗位空缺", **days)
    return Staffing(planned, done, newcomer, checked, standing)


def _paper_of(employer: Employer) -> Attachment:
    return attachments_of(employer.case.pk)[0]


def _calendar(by: User) -> CalendarChange:
    """Public holidays, and a day that the school has to itself this year."""
    load_holidays([2025, 2026])
    day = date(timezone.localdate().year, 9, 18)
    change = change_days(day, day, is_workday=False, name="校庆日", note="校历", by=by)
    assert change is not None
    return change


def graduates(rows: int) -> bytes:
    """A spreadsheet of *rows* graduates of the demo university, the last of them without a name."""
    lines = list(csv.reader(io.StringIO(GRADUATES.read_text(encoding="utf-8-sig"))))[: rows + 1]
    lines[-1][lines[0].index("姓名")] = ""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def upload_of(content: bytes, name: str = "graduates.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/csv")


def _import(by: User, *, start: bool) -> ImportBatch:
    options: dict[str, Any] = {"cohort": COHORT, "mode": ImportMode.UPSERT, "by": by}
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(graduates(3))
        file.flush()
        if start:
            return start_import(Path(file.name), name="graduates.csv", **options)
        return run_import(Path(file.name), commit=True, **options)
