"""Student source records (domain: forms 1) and the imports they come from."""

import datetime
import re

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Unit
from common.fields import EncryptedJSONField, EncryptedTextField, KeyField
from common.ids import uuid7
from common.models import Record
from wechat.models import Proof

UNDO_WINDOW = datetime.timedelta(hours=24)
STALLED_AFTER = datetime.timedelta(seconds=60)
"""A running job that has said nothing for this long has died with its worker."""


class VerifyState(models.TextChoices):
    """How far the student has checked the own record (flows 13)."""

    NOT_STARTED = "not_started", _("Not confirmed")
    CONFIRMED = "confirmed", _("Confirmed")


class Student(Record):
    """One graduate of one cohort as the school's records know them; codes are stored, never labels."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("account")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="students", verbose_name=_("class"))
    cohort = models.PositiveSmallIntegerField(_("graduating year"))
    student_no = KeyField(_("student number"), max_length=20)
    exam_no = KeyField(_("examinee number"), max_length=20, blank=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=50)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=150, blank=True)
    id_document_type = KeyField(_("kind of identity document"), max_length=4, default="01")
    id_no = EncryptedTextField(_("identity number"))
    id_no_index = KeyField(max_length=64, editable=False)
    gender = KeyField(_("gender"), max_length=4)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    ethnic_group = KeyField(_("ethnic group"), max_length=4)
    political_status = KeyField(_("political status"), max_length=4)

    major_code_national = KeyField(_("national major code"), max_length=12)
    catalogue_year = models.PositiveSmallIntegerField(_("year of the major catalogue"))
    specialization = models.CharField(_("specialization"), max_length=60, blank=True)
    education_level = KeyField(_("education level"), max_length=4)
    study_form = KeyField(_("form of study"), max_length=4)
    training_mode = KeyField(_("training mode"), max_length=4)
    target_unit = models.CharField(_("targeted or commissioning employer"), max_length=100, blank=True)
    target_unit_region = KeyField(_("region of that employer"), max_length=6, blank=True)
    schooling_length = models.DecimalField(_("length of schooling in years"), max_digits=3, decimal_places=1)
    enrolled_on = models.DateField(_("enrolled on"))
    graduate_on = models.DateField(_("graduates on"))
    academic_status = KeyField(_("academic status"), max_length=4)

    origin_region = KeyField(_("origin region"), max_length=6)
    urban_rural = KeyField(_("town or countryside"), max_length=4, blank=True)
    normal_student_category = KeyField(_("teacher-training category"), max_length=6)
    hardship_category = EncryptedTextField(_("hardship category"))
    hardship_reason = EncryptedTextField(_("hardship reason"), blank=True)
    examinee_type = models.CharField(_("examinee category"), max_length=40, blank=True)
    archive_moved_in = models.BooleanField(_("archive moved to the school"))
    archive_before = models.CharField(_("archive kept before enrolment at"), max_length=100, blank=True)
    hukou_moved_in = models.BooleanField(_("household registration moved to the school"))
    police_station_before = models.CharField(_("police station before enrolment"), max_length=100, blank=True)

    mobile = EncryptedTextField(_("mobile phone"))
    backup_mobile = EncryptedTextField(_("second phone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    qq = models.CharField("QQ", max_length=20, blank=True)
    wechat_no = models.CharField(_("WeChat number"), max_length=40, blank=True)
    home_address = EncryptedTextField(_("home address"))
    home_postcode = models.CharField(_("home postcode"), max_length=6, blank=True)
    home_phone = EncryptedTextField(_("home phone"), blank=True)
    phone_verified = models.BooleanField(_("mobile phone checked"), default=False)

    verify_state = models.CharField(
        _("checked by the student"), max_length=20, choices=VerifyState, default=VerifyState.NOT_STARTED
    )
    verified_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Kept without use from this moment on: no list, search, count or export has it (flows 33, ADR 30).
    set_aside_at = models.DateTimeField(_("kept without use since"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("student")
        verbose_name_plural = _("students")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "student_no"], name="student_no_once_per_cohort"),
            models.UniqueConstraint(fields=["id_no_index", "cohort"], name="student_id_once_per_cohort"),
            models.CheckConstraint(
                condition=models.Q(cohort__gte=1980, cohort__lte=2200), name="student_cohort_is_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(graduate_on__gt=models.F("enrolled_on")),
                name="student_graduates_after_enrolment",
            ),
            models.CheckConstraint(
                condition=models.Q(schooling_length__gte=1, schooling_length__lte=9.5),
                name="student_schooling_length_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(verify_state="not_started", verified_at=None, verified_by=None)
                | models.Q(verify_state="confirmed", verified_at__isnull=False, verified_by__isnull=False),
                name="student_confirmed_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(fields=["cohort", "name_pinyin", "id"], name="student_by_name"),
            models.Index(fields=["student_no"], name="student_by_number"),
            models.Index(
                fields=["verified_by"],
                name="student_verified_by",
                condition=models.Q(verified_by__isnull=False),
            ),
        ]

    class Privacy:
        personal = frozenset(
            {
                "user", "student_no", "exam_no", "name", "name_pinyin", "id_no", "id_no_index", "gender",
                "birth_date", "ethnic_group", "political_status", "target_unit", "origin_region",
                "urban_rural", "hardship_category", "hardship_reason", "archive_before",
                "police_station_before", "mobile", "backup_mobile", "email", "qq", "wechat_no",
                "home_address", "home_postcode", "home_phone", "verified_by",
            }
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def id_no_masked(self) -> str:
        """The identity number as lists show it."""
        return masked(self.id_no)

    @property
    def mobile_masked(self) -> str:
        """The phone number as lists show it."""
        return masked(self.mobile)

    @property
    def is_set_aside(self) -> bool:
        """Whether the record is kept without use."""
        return self.set_aside_at is not None

    @property
    def is_confirmed(self) -> bool:
        """Whether the student has said that the record is right."""
        return self.verify_state == VerifyState.CONFIRMED


def masked(text: str) -> str:
    """The first three and the last four characters around six stars; short texts become stars alone."""
    return f"{text[:3]}******{text[-4:]}" if len(text) > 8 else "******"


_NUMBERS = re.compile(
    r"""(?<![0-9])(?:
        [0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx]?  # identity numbers, the last digit may be lost
        |(?:86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}  # mobile phones
    )(?![0-9])""",
    re.VERBOSE,
)


def without_numbers(text: str) -> str:
    """*text* with whatever looks like an identity number or a mobile phone masked."""
    return _NUMBERS.sub(lambda found: masked(found[0]), text)


class ImportMode(models.TextChoices):
    """What an import does with a row."""

    UPSERT = "upsert", _("Add new students and update those already there")
    INSERT = "insert", _("Only add new students")
    UPDATE = "update", _("Only update students already there")


class ImportState(models.TextChoices):
    """Where an import stands; the three in `RUNNING` belong to a job."""

    UPLOADED = "uploaded", _("Columns to be matched")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, not loaded")
    COMMITTING = "committing", _("Being loaded")
    COMMITTED = "committed", _("Loaded")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


RUNNING = frozenset({ImportState.CHECKING, ImportState.COMMITTING, ImportState.UNDOING})


def stored_name(batch: "ImportBatch", name: str) -> str:
    """A random path for an uploaded file; nothing a person typed gets into it."""
    return f"imports/{uuid7().hex}"


class ImportBatch(Record):
    """One spreadsheet of graduates on its way into a cohort."""

    cohort = models.PositiveSmallIntegerField(_("graduating year"))
    mode = models.CharField(_("mode"), max_length=10, choices=ImportMode, default=ImportMode.UPSERT)
    state = models.CharField(_("state"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    file = models.FileField(upload_to=stored_name, max_length=100, blank=True)
    file_name = models.CharField(_("file name"), max_length=120)
    header_row = models.PositiveIntegerField(default=1)
    headers = models.JSONField(default=list)
    sample = EncryptedJSONField(null=True)
    mapping = models.JSONField(default=dict)
    erase = models.JSONField(default=list)

    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("added"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong = models.PositiveIntegerField(_("wrong"), default=0)
    warned = models.PositiveIntegerField(_("with a remark"), default=0)
    kept = models.PositiveIntegerField(_("not undone"), default=0)
    new_units = models.JSONField(default=list)
    """Names of units the file adds, as the check foresees them."""
    added_units = models.JSONField(default=list)
    """Keys of the units that loading added."""
    failure = models.TextField(blank=True)

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    queued_at = models.DateTimeField(null=True)
    progress_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(_("loaded"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-id"]

    class Privacy:
        personal = frozenset({"file", "sample", "uploaded_by"})

    def __str__(self) -> str:
        return self.file_name

    @property
    def columns(self) -> dict[int, str]:
        """Column index -> field name."""
        return {int(index): field for index, field in self.mapping.items()}

    @property
    def is_running(self) -> bool:
        """Whether a job is at work on it."""
        return self.state in RUNNING

    @property
    def is_stalled(self) -> bool:
        """Whether its job has died."""
        heard = self.progress_at or self.queued_at or self.uploaded_at
        return self.is_running and timezone.now() - heard > STALLED_AFTER

    @property
    def undo_until(self) -> datetime.datetime | None:
        """The moment after which it can no longer be undone; None before it is loaded."""
        return self.committed_at + UNDO_WINDOW if self.committed_at else None


class RowOutcome(models.TextChoices):
    """What became of a row of the file."""

    CREATED = "created", _("added")
    UPDATED = "updated", _("updated")
    UNCHANGED = "unchanged", _("unchanged")
    WRONG = "wrong", _("not loaded")


class ImportRow(models.Model):
    """What one row of an import did, so that it can be shown and undone."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    # No constraint: the row outlives a student whose import was undone.
    student = models.ForeignKey(
        Student, models.DO_NOTHING, null=True, db_constraint=False, related_name="import_rows"
    )
    outcome = models.CharField(max_length=10, choices=RowOutcome)
    problems = EncryptedJSONField(null=True)
    cells = EncryptedJSONField(null=True)
    before = EncryptedJSONField(null=True)
    after = EncryptedJSONField(null=True)
    undone = models.BooleanField(default=False)
    kept_because = models.CharField(max_length=30, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]

    class Privacy:
        personal = frozenset({"student", "problems", "cells", "before", "after"})


class ColumnMap(models.Model):
    """How people last matched the columns of files with these headers."""

    signature = KeyField(max_length=64, primary_key=True)
    mapping = models.JSONField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")

    class Privacy:
        personal = frozenset({"changed_by"})


class RebindRequest(Record):
    """Somebody proved to be a student whose account another WeChat opens; subject of a case (flows 12)."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="+")
    openid = EncryptedTextField(blank=True)
    openid_index = KeyField(max_length=64, db_index=True, editable=False)
    proof = models.CharField(max_length=12, choices=Proof)
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    open_for = models.OneToOneField(Student, models.PROTECT, null=True, related_name="rebind_request")
    """The student while the request is open: one at a time."""

    class Meta:
        verbose_name = _("request to bind another WeChat")
        verbose_name_plural = _("requests to bind another WeChat")

    class Privacy:
        personal = frozenset({"student", "open_for", "openid", "openid_index"})

    def __str__(self) -> str:
        return self.student.name

    def close(self, now: datetime.datetime) -> None:
        """It was answered: the phone's number is no longer needed here."""
        self.closed_at, self.open_for, self.openid = now, None, ""
