"""One record of every class of the table of periods, whose moment is as it is told."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.access import archive, seals
from accounts.access.actions import log_access
from accounts.access.models import AccessArchive, AccessLog, AccessSeal
from accounts.consents.models import Consent
from accounts.models import Appointment, SignInFailures, Unit, User
from accounts.personnel.models import StaffImport
from accounts.security.models import Count, ResetRequest, Session, SignIn
from destinations.flows.filing.tests import kit
from destinations.tests.kit import COHORT, make_student, make_unit
from employers.flows.vetting.tests import kit as vetting
from employers.models import Employer, EmployerUser
from exports.flows.export.tests import kit as exporting
from exports.models import Export
from forms.models import Attachment, Draft, Submission
from messaging.models import Notice
from privacy.assessments.models import Assessment, AssessmentState
from privacy.flows.requests.tests import kit as asking
from privacy.models import DataRequest
from processes.models import Case, Job, JobKind, JobState
from students.flows.rebinding.tests import kit as rebinding_kit
from students.models import ImportBatch, ImportRow, RebindRequest
from talks.flows.talk.tests import kit as talking
from wechat.models import Binding, BindingEvent, Letter, Proof, Received, Scan

Moment = datetime.datetime


@dataclass
class Made:
    """A record: whose, and whether it still holds anything."""

    person: User | None
    is_there: Callable[[], bool]


def _is_there(record: Any) -> Callable[[], bool]:
    return lambda: type(record)._default_manager.filter(pk=record.pk).exists()


def case_holds(case: Case) -> bool:
    """Whether anything that was filled in or uploaded is left of a case."""
    return any(
        rows.filter(case_id=case.pk).exists()
        for rows in (Submission.objects.filter(erased_at=None), Draft.objects, Attachment.objects)
    )


def _closed(case: Case, at: Moment) -> Made:
    Case.objects.filter(pk=case.pk).update(finished=at)
    return Made(case.initiator, lambda: case_holds(case))


def filing(_at: Moment) -> Made:
    """Its year is what counts: 2027."""
    destination = kit.submit(make_student())
    for _level in range(3):
        kit.review(destination)
    case = kit.case_of(destination)
    assert not case.is_open
    return Made(case.initiator, lambda: case_holds(case))


def vetted(at: Moment) -> Made:
    employer = vetting.submit()
    vetting.review(employer, vetting.REJECT)
    return _closed(vetting.case_of(employer), at)


def talk(at: Moment) -> Made:
    return _closed(talking.case_of(talking.submit(talking.employer(), **talking.wishes(talking.slot()))), at)


def rebinding_case(at: Moment) -> Made:
    return _closed(rebinding_kit.case_of(rebinding_kit.ask(rebinding_kit.student())), at)


def export(at: Moment) -> Made:
    return _closed(exporting.case_of(exporting.ask(exporting.school())), at)


def data_request(at: Moment) -> Made:
    asked = asking.ask(asking.school(), "access")
    made = _closed(asking.case_of(asked), at)

    def is_there() -> bool:
        return made.is_there() or bool(DataRequest.objects.get(pk=asked.pk).said)

    return Made(made.person, is_there)


def export_file(at: Moment) -> Made:
    asker = person()
    row = Export(asker=asker, kind="students", keep_until=at.date(), expires_at=at, password="x")
    row.file.save("f", ContentFile(b"rows"), save=False)
    row.save()
    return Made(
        asker, lambda: bool(Export.objects.get(pk=row.pk).file) and row.file.storage.exists(row.file.name)
    )


def draft(at: Moment) -> Made:
    student = make_student()
    case = kit.case_of(kit.write(student))
    Draft.objects.filter(case_id=case.pk).update(saved_at=at)
    Case.objects.filter(pk=case.pk).update(finished=at)
    return Made(student.user, Draft.objects.filter(case_id=case.pk).exists)


def stray(at: Moment) -> Made:
    student = make_student()
    case = kit.case_of(kit.write(student))
    Attachment.objects.filter(case_id=case.pk).update(uploaded_at=at)
    Case.objects.filter(pk=case.pk).update(finished=at)
    return Made(student.user, Attachment.objects.filter(case_id=case.pk).exists)


def batch(**values: Any) -> ImportBatch:
    return ImportBatch.objects.create(cohort=COHORT, file_name="g.csv", **values)


def unloaded(at: Moment) -> Made:
    row = batch(uploaded_at=at, state="checked")
    row.file.save("f", ContentFile(b"rows"), save=True)
    name, storage = row.file.name, row.file.storage
    return Made(None, lambda: _is_there(row)() or storage.exists(name))


def loaded(at: Moment) -> Made:
    row = batch(uploaded_at=at, committed_at=at, state="committed")
    line = ImportRow.objects.create(batch=row, number=2, outcome="created", cells={"name": "王晓雨"})
    return Made(None, lambda: ImportRow.objects.get(pk=line.pk).cells is not None)


def staff_file(at: Moment) -> Made:
    return _made(
        StaffImport(file_name="s.csv", rows=[["甘老师"]], uploaded_at=at, uploaded_by=person()), None
    )


def loaded_staff(at: Moment) -> Made:
    row = StaffImport.objects.create(
        file_name="s.csv", rows=[["甘老师"]], loaded_at=at, state="loaded", uploaded_by=person()
    )
    return Made(None, lambda: StaffImport.objects.get(pk=row.pk).rows is not None)


def account(at: Moment) -> Made:
    user = make_student(graduate_on=timezone.localdate(at)).user
    return Made(user, lambda: User.objects.get(pk=user.pk).is_active)


def root() -> Unit:
    return Unit.objects.filter(kind="university").first() or make_unit("university", "学校")


def staff_account(at: Moment) -> Made:
    user, day = person(joined_at=at, last_login=at), timezone.localdate(at)
    Appointment.objects.create(user=user, role="counselor", unit=root(), starts_on=day, ends_on=day)
    return Made(user, lambda: User.objects.get(pk=user.pk).is_active)


def silent_employer(at: Moment) -> Employer:
    """One in the library at which everything happened at *at*."""
    employer = vetting.admitted()
    Employer.objects.update(created_at=at, submitted_at=at)
    EmployerUser.objects.update(asked_at=at, decided_at=at)
    User.objects.filter(memberships__employer=employer).update(joined_at=at, last_login=at)
    return Employer.objects.get(pk=employer.pk)


def employer_account(at: Moment) -> Made:
    user = silent_employer(at).people.get().user
    return Made(user, lambda: User.objects.get(pk=user.pk).is_active)


def employer_contact(at: Moment) -> Made:
    employer = silent_employer(at)
    return Made(employer.people.get().user, lambda: bool(Employer.objects.get(pk=employer.pk).contact_phone))


def consent(at: Moment) -> Made:
    user = person(closed_at=at, is_active=False)
    long_ago = at - datetime.timedelta(days=4000)  # what counts is the end of the account
    return _made(Consent(user=user, purpose="wechat_binding", text_version="2026-11", at=long_ago), user)


def assessment(at: Moment) -> Made:
    row = Assessment(occasion="sharing", title="x", next_review=at.date(), written_by=person())
    row.state, row.replaced_at = AssessmentState.REPLACED, at
    return _made(row, None)


def notice(at: Moment) -> Made:
    user = person()
    return _made(Notice(recipient=user, kind="x", created_at=at), user)


def binding(at: Moment) -> Made:
    user = make_student(graduate_on=timezone.localdate(at)).user
    return _made(Binding(user=user, openid="o", openid_index="o", proof=Proof.NAME), user)


def binding_event(at: Moment) -> Made:
    user = person()
    return _made(BindingEvent(user=user, kind="bound", at=at), user)


def rebinding(at: Moment) -> Made:
    student = make_student()
    row = RebindRequest.objects.create(student=student, openid_index="o", proof=Proof.NAME, closed_at=at)
    return Made(student.user, lambda: bool(RebindRequest.objects.get(pk=row.pk).openid_index))


def scan(at: Moment) -> Made:
    user = person()
    return _made(Scan(scene_index="s", expires_at=at, code_url="x", user=user), user)


def received(at: Moment) -> Made:
    return _made(Received(key="k", received_at=at), None)


def letter(at: Moment) -> Made:
    Letter.objects.create(openid="o", text="waits", created_at=at)
    return _made(Letter(text="x", state="sent", created_at=at), None)


def session(at: Moment) -> Made:
    return _made(Session(session_key="k", session_data="", expire_date=at), None)


def count(at: Moment) -> Made:
    return _made(Count(key="k", until=at), None)


def failure(at: Moment) -> Made:
    return _made(SignInFailures(key="k", last_at=at), None)


def reset(at: Moment) -> Made:
    return _made(ResetRequest(typed="x", site="s", language="en", asked_at=at), None)


def sign_in(at: Moment) -> Made:
    user = person()
    return _made(SignIn(user=user, outcome="in", at=at), user)


def access_line(at: Moment) -> Made:
    line = log_access(None, "view")
    seals.seal_all()
    AccessSeal.objects.update(at=at)
    return Made(None, _is_there(line))


def access_file(at: Moment) -> Made:
    AccessLog.objects.all()._raw_delete("default")
    log_access(None, "view")
    seals.seal_all()
    archive.archive_old(now=timezone.now() + archive.HOT + datetime.timedelta(days=1))
    AccessArchive.objects.update(created_at=at)
    return Made(None, lambda: AccessArchive.objects.get().discarded_at is None)


def job(at: Moment) -> Made:
    student = make_student()
    case = kit.case_of(kit.start(student))
    Case.objects.filter(pk=case.pk).update(finished=at)
    return _made(
        Job(case=case, kind=JobKind.TIMER, state=JobState.DONE, run_at=at, finished=at), student.user
    )


def person(**values: Any) -> User:
    return User.objects.create_user(f"P{User.objects.count()}", "某人", **values)


def _made(record: Any, user: User | None) -> Made:
    record.save(force_insert=True)
    return Made(user, _is_there(record))
