"""What people ask of the data that is kept on them: the subject of a case (flows 33)."""

from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.fields import EncryptedTextField, KeyField
from common.models import Record
from privacy.assessments.models import Assessment  # noqa: F401 (for Django to find)
from privacy.checks.models import YearCheck  # noqa: F401 (for Django to find)
from privacy.retention.models import Hold, LastSweep  # noqa: F401 (for Django to find)
from processes.queries import cases_on

if TYPE_CHECKING:
    from processes.models import Case

FLOW_KEY = "data_request"


class RequestKind(models.TextChoices):
    """What somebody may ask (RL-38, flows 33)."""

    ACCESS = "access", _("See or copy what the page does not show")
    CORRECTION = "correction", _("Correct something")
    DELETION = "deletion", _("Delete something")
    RESTRICTION = "restriction", _("Object, or have something kept but not used")
    WITHDRAWAL = "withdrawal", _("Take a consent back")
    EXPLANATION = "explanation", _("Have a match or decision explained")


class RequestState(models.TextChoices):
    """Where a request stands."""

    DRAFT = "draft", _("With you")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned")
    DONE = "done", _("Done")
    RESTRICTED = "restricted", pgettext_lazy("personal data", "Kept, but not used any more")
    LIFTED = "lifted", pgettext_lazy("personal data", "Used again")
    REJECTED = "rejected", pgettext_lazy("personal data", "Refused")
    CANCELLED = "cancelled", _("Given up")


WITH_PERSON = (RequestState.DRAFT, RequestState.RETURNED)
OPEN = (*WITH_PERSON, RequestState.IN_REVIEW)
#: What stands on the student: kept without use, it sets the student aside (ADR 30).
SET_ASIDE = frozenset({"account", "record", "destinations", "cases", "files"})


class DataRequest(Record):
    """One request of one person.

    *about* is the kind of data (a key of `holdings`, or CONTACT), *field* and *wanted* say what shall stand
    in the record instead, *until* how long the law has it kept where deletion was asked for.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = KeyField(_("what is asked"), max_length=12, choices=RequestKind)
    state = KeyField(_("state"), max_length=12, choices=RequestState, default=RequestState.DRAFT)
    about = KeyField(max_length=20, blank=True)
    field = KeyField(max_length=40, blank=True)
    said = EncryptedTextField(pgettext_lazy("personal data", "in own words"), blank=True)
    wanted = EncryptedTextField(_("what shall stand there"), blank=True)
    answer = EncryptedTextField(_("answer"), blank=True)
    until = models.DateField(_("has to be kept until"), null=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    closed_at = models.DateTimeField(_("answered"), null=True)
    # NULL as soon as it is closed: one open request of a kind about one thing (flows X12).
    open_key = KeyField(max_length=80, null=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("request about personal data")
        verbose_name_plural = _("requests about personal data")
        indexes = [models.Index(fields=["person", "asked_at", "id"], name="data_request_by_person")]

    class Privacy:
        personal = frozenset({"person", "said", "wanted", "answer"})

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @cached_property
    def case(self) -> "Case":
        """Its case."""
        return cases_on(self)[0]

    @property
    def about_words(self) -> str | Promise:
        """What it is about, in words."""
        from privacy.holdings import title_of

        return title_of(self.about)

    @property
    def field_words(self) -> str:
        """The field of the record that shall be corrected, in words; may be empty."""
        from privacy.correcting import label_of

        return label_of(self.field)

    @property
    def sets_aside(self) -> bool:
        """Whether it is because of this that the student is in no list."""
        return self.state == RequestState.RESTRICTED and self.about in SET_ASIDE

    @property
    def is_with_person(self) -> bool:
        """Whether it is the person who has to go on."""
        return self.state in WITH_PERSON
