"""What the system holds on people, kind by kind: in plain words, what for, how long, and where it is read.

Which fields are personal the models declare (`class Privacy`). Every model that declares one stands here, in
a kind or among those that are no part of somebody's own copy; a test compares.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.security.models import SignIn
from destinations.models import Destination
from employers.models import EmployerUser
from forms.models import Attachment
from messaging.models import Notice
from privacy import tables
from privacy.duties import CONTACT
from privacy.retention.table import span_of
from processes.models import Case
from students.models import Student
from wechat.models import BindingEvent

_PERSON = OuterRef("pk")


@dataclass(frozen=True)
class Holding:
    """One kind of data. *rows* is what the page counts (None: everybody has it), *models* their labels."""

    key: str
    icon: str
    title: str | Promise
    what: str | Promise
    why: str | Promise
    how_long: str | Promise
    models: frozenset[str]
    tables: Callable[[User], list[tables.Table]]
    rows: Callable[[], QuerySet[Any]] | None = None


def _period(key: str, words: str | Promise) -> str:
    """*words* with the period of the class under *key*, in the reader's language."""
    return lazy(lambda: str(words) % {"span": span_of(key)}, str)()


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        key="account",
        icon="user-circle",
        title=_("Account"),
        what=_("Sign-in name, name, mail address; for staff also phone, appointments and absences."),
        why=_("So that you can sign in and see what is yours."),
        how_long=_("As long as the account exists."),
        models=frozenset(
            {
                "accounts.user",
                "accounts.mailaddress",
                "accounts.staffrecord",
                "accounts.appointment",
                "accounts.standin",
            }
        ),
        tables=tables.account,
    ),
    Holding(
        key="record",
        icon="id",
        title=_("Student record"),
        what=_("Who you are, what you studied, where you come from, how you are reached, hardship category."),
        why=_("The school has the duty to check it before you graduate; it is what your papers say."),
        how_long=_("At least three years after the end of your graduating year."),
        models=frozenset({"students.student"}),
        tables=tables.record,
        rows=lambda: Student.objects.filter(user=_PERSON),
    ),
    Holding(
        key="destinations",
        icon="route",
        title=_("Destinations"),
        what=_("Where you go after leaving, every version of it, and the answers you handed in."),
        why=_("The school has the duty to report where its graduates go, and to keep the proof."),
        how_long=_("At least three years after the end of your graduating year."),
        models=frozenset({"destinations.destination", "forms.submission", "forms.draft"}),
        tables=tables.destinations,
        rows=lambda: Destination.objects.filter(student__user=_PERSON),
    ),
    Holding(
        key="cases",
        icon="stack-2",
        title=_("Cases begun"),
        what=_("What you handed in, when, and how it was decided."),
        why=_("So that it can be shown later who decided what, and when."),
        how_long=_("At least three years after the end of your graduating year."),
        models=frozenset({"processes.case", "processes.event", "processes.task", "privacy.datarequest"}),
        tables=tables.cases,
        rows=lambda: Case.objects.filter(initiator=_PERSON),
    ),
    Holding(
        key="files",
        icon="paperclip",
        title=_("Files uploaded"),
        what=_("Photos and PDFs, without the place and camera that a photo carries."),
        why=_("They prove what you handed in."),
        how_long=_("As long as the case they belong to."),
        models=frozenset({"forms.attachment"}),
        tables=tables.files,
        rows=lambda: Attachment.objects.filter(uploaded_by=_PERSON),
    ),
    Holding(
        key="employer",
        icon="building",
        title=_("Acting for an employer"),
        what=_("For which employer, position, phone, and when it was decided."),
        why=_("So that it is known who speaks for an employer."),
        how_long=_period("employer_accounts", _("%(span)s after you stopped acting for it.")),
        models=frozenset({"employers.employeruser"}),
        tables=tables.employer,
        rows=lambda: EmployerUser.objects.filter(user=_PERSON),
    ),
    Holding(
        key="notices",
        icon="bell",
        title=_("Notices"),
        what=_("What the system told you, and when you opened it."),
        why=_("So that you hear what happens to your cases."),
        how_long=_period("notices", _("%(span)s after they were written.")),
        models=frozenset({"messaging.notice"}),
        tables=tables.notices,
        rows=lambda: Notice.objects.filter(recipient=_PERSON),
    ),
    Holding(
        key="door",
        icon="shield-lock",
        title=_("Sign-ins and devices"),
        what=_("When, from which address and with what kind of device somebody signed in or tried to."),
        why=_("The law asks for it; you see there whether somebody else tries."),
        how_long=_period("sign_ins", _("%(span)s after each sign-in.")),
        models=frozenset({"accounts.signin", "accounts.session", "accounts.secondstep"}),
        tables=tables.door,
        rows=lambda: SignIn.objects.filter(user=_PERSON),
    ),
    Holding(
        key="wechat",
        icon="brand-wechat",
        title=_("WeChat"),
        what=_(
            "That your WeChat opens the account, since when, and what you agreed to; no name, no picture."
        ),
        why=_("You agreed to it, and can take that back."),
        how_long=_period("bindings", _("Until you unbind it, at most %(span)s after you graduate.")),
        models=frozenset({"wechat.binding", "wechat.bindingevent", "accounts.consent"}),
        tables=tables.wechat,
        rows=lambda: BindingEvent.objects.filter(user=_PERSON),
    ),
)

#: Covered fields of the own record that were uncovered; counted by `tables.looks_at`, beside the kinds above.
LOOKS = "looks"

#: Models with personal fields that are no part of anybody's own copy -> why.
NO_PART: Mapping[str, str] = {
    "accounts.accesslog": "the auditors'; uncovered fields of the own record are told by time and purpose",
    "accounts.accessarchive": "the auditors'",
    "accounts.oldpassword": "a hash of a secret",
    "accounts.recoverycode": "a hash of a secret",
    "accounts.resetrequest": "a secret of half an hour",
    "accounts.staffimport": "official work on others",
    "accounts.unitchange": "official work",
    "accounts.dossier": "the trail of rights, which auditors read",
    "accounts.dossierevent": "the trail of rights, which auditors read",
    "accounts.unitright": "rights, shown with the appointments by the security administrator",
    "accounts.operation": "official work with a second person",
    "accounts.rightschange": "the trail of rights, which auditors read",
    "approvals.savedview": "how a reviewer likes lists",
    "approvals.carboncopy": "official work",
    "approvals.passedon": "official work",
    "approvals.batchrun": "official work",
    "approvals.batchitem": "official work",
    "employers.employer": "of an employer, which its own pages show",
    "exports.export": "official work; each is a case of its own",
    "privacy.assessment": "official work, which names who wrote and who signed",
    "privacy.yearcheck": "official work, which names who signed",
    "privacy.hold": "why something is kept longer, which is told on request",
    "processes.designevent": "the trail of drawings",
    "processes.draft": "drawings of processes",
    "processes.draftsave": "drawings of processes",
    "processes.incident": "moments of the engine",
    "processes.job": "moments of the engine",
    "processes.migration": "official work",
    "processes.migrationcase": "official work",
    "processes.proposal": "official work",
    "processes.trial": "official work",
    "processes.trialcase": "official work",
    "processes.trialhit": "official work",
    "processes.calendarchange": "official work",
    "students.importbatch": "official work on others",
    "students.importrow": "what a file changed in the record, which stands there",
    "students.columnmap": "official work",
    "students.rebindrequest": "each is a case of its own",
    "talks.talk": "of an employer, which its own pages show",
    "wechat.scan": "five minutes of a sign-in",
    "wechat.apitoken": "nobody's",
    "wechat.letter": "waits to be sent for a moment",
    "wechat.received": "waits to be answered for a moment",
}


def kinds_held(user: User) -> list[tuple[Holding, int | None]]:
    """The kinds of which there is anything on *user*, with the number of entries; one read for all."""
    counted = [each for each in HOLDINGS if each.rows is not None]
    one = User.objects.filter(pk=user.pk)
    found: tuple[int, ...] = one.values_list(*(_number(each.rows()) for each in counted if each.rows)).get()
    numbers = {each.key: number for each, number in zip(counted, found, strict=True)}
    return [(each, numbers.get(each.key)) for each in HOLDINGS if numbers.get(each.key) != 0]


def _number(rows: QuerySet[Model]) -> Coalesce:
    """How many *rows* there are, as part of another read."""
    one = rows.order_by().annotate(_one=Value(1)).values("_one")
    return Coalesce(Subquery(one.annotate(_n=Count("*")).values("_n")), 0, output_field=IntegerField())


def title_of(key: str) -> str | Promise:
    """What a kind of data is called; nothing for nothing."""
    if key == CONTACT:
        return _("Optional contact details: second phone, mail, QQ, WeChat number, home phone and postcode")
    return next((each.title for each in HOLDINGS if each.key == key), "")


def askable(user: User) -> list[tuple[str, str | Promise]]:
    """The kinds of data held on *user* that a request may be about."""
    kinds = [each.key for each, _number in kinds_held(user)]
    if "record" in kinds:
        kinds.insert(0, CONTACT)
    return [(key, title_of(key)) for key in kinds]
