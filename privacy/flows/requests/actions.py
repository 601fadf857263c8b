"""What people do with requests: ask, change, take back, give up, and the officer's answer."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.security import limits
from approvals import actions as approvals
from approvals.actions import Actor, Decision
from common.errors import BadInput, Refused
from common.retry import retrying
from forms import actions as form_actions
from messaging.actions import notice
from privacy import notices, rules
from privacy.correcting import WRITTEN_AT_ONCE, value_of
from privacy.flows.requests import forms
from privacy.models import FLOW_KEY, DataRequest, RequestKind, RequestState
from privacy.queries import setting_aside
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task
from processes.queries import open_tasks
from students import actions as students

FEWEST_SIGNS, MOST_SIGNS = 5, 200


@dataclass(frozen=True)
class Wish:
    """What somebody asks: *about* which kind of data, which *field* of the record, what shall stand there."""

    kind: str
    said: str
    about: str = ""
    field: str = ""
    wanted: str = ""


def ask(wish: Wish, by: Actor) -> DataRequest:
    """Ask. Raises Refused or BadInput by rule, TooMany when it was too often."""
    try:
        return _ask(wish, by)
    except IntegrityError:  # somebody pressed twice: the first one stands, and the rule names it
        rules.can_ask(by.user, wish.kind, wish.about).require()
        raise


@transaction.atomic
def _ask(wish: Wish, by: Actor) -> DataRequest:
    rules.can_ask(by.user, wish.kind, wish.about).require()
    limits.spend("data request", str(by.user.pk))
    key = rules.open_key(by.user, wish.kind, wish.about)
    request = DataRequest.objects.create(person=by.user, kind=wish.kind, about=wish.about, open_key=key)
    approvals.start_case(FLOW_KEY, request, by)
    return _hand_in(request, wish, by)


@transaction.atomic
def ask_again(request: DataRequest, wish: Wish, by: Actor) -> DataRequest:
    """Hand in what was returned or taken back, in other words. Raises like `ask`."""
    Case.objects.select_for_update().get(pk=request.case.pk)
    request = DataRequest.objects.get(pk=request.pk)
    rules.can_change(by.user, request).require()
    limits.spend("data request", str(by.user.pk))
    return _hand_in(request, wish, by)


def _hand_in(request: DataRequest, wish: Wish, by: Actor) -> DataRequest:
    if request.kind == RequestKind.CORRECTION and wish.field in WRITTEN_AT_ONCE:
        value_of(wish.field, wish.wanted)  # read again when it is written
    request.said, request.field, request.wanted = wish.said, wish.field, wish.wanted
    request.save(update_fields=["said", "field", "wanted"])
    checked = forms.SCHEMA.validate({"said": wish.said, "wanted": wish.wanted or None}, {})
    if not checked.ok:
        raise BadInput(_("Something is still missing. The places are marked below."))
    case = request.case
    version = form_actions.current_version(FLOW_KEY, forms.DESCRIPTION)
    submission = form_actions.submit(case.pk, version, checked.values, by=by.user)
    note = {
        "submission": submission.number,
        "digest": submission.digest,
        "kind": request.kind,
        "about": request.about,
        "field": request.field,
    }
    approvals.submit(open_tasks(case).get().pk, by, note=note)
    return DataRequest.objects.get(pk=request.pk)


@retrying
@transaction.atomic
def answer(task_id: UUID, text: str, by: Actor, *, revision: int | None = None) -> Task:
    """The officer did what was asked and says so; the person reads *text*.

    Raises BadInput without an answer, Refused by rule, Stale when somebody else was faster.
    """
    if len(text.strip()) < FEWEST_SIGNS:
        raise BadInput(
            _("Write the answer that the person gets: what was done, or what they wanted to know.")
        )
    case_id = Task.objects.values_list("process_id", flat=True).get(pk=task_id)
    Case.objects.select_for_update().get(pk=case_id)
    task = Task.objects.select_related("process").get(pk=task_id)
    if task.is_open:
        DataRequest.objects.filter(pk=task.process.subject_id).update(answer=text.strip())
    try:
        return approvals.decide(task_id, Decision("approve"), by, revision=revision)
    except Refused as error:
        raise BadInput(error.message) from error


@transaction.atomic
def use_again(request: DataRequest, reason: str, by: Actor) -> None:
    """Use the data of the person again, who asked for it: every request that set it aside is lifted.

    Each case's trail says so with *reason*. Raises BadInput without a reason, Refused by rule.
    """
    words = reason.strip()
    if not FEWEST_SIGNS <= len(words) <= MOST_SIGNS:
        raise BadInput(_("Say in 5 to 200 characters why, such as when and how the person asked for it."))
    person = User.objects.select_for_update().get(pk=request.person_id)
    rules.can_use_again(by.user, DataRequest.objects.get(pk=request.pk)).require()
    lifted = list(setting_aside(person))
    with UnitOfWork(by) as unit:
        keys = [each.case.pk for each in lifted]
        for case in Case.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
            unit.record(case, "used_again", text=words)
    setting_aside(person).update(state=RequestState.LIFTED)
    students.use_again(person, by.user, words)
    page = reverse("privacy:request", args=[request.pk])
    notice(person, notices.USED_AGAIN, page, reason=words).save()


def withdraw(request: DataRequest, by: Actor) -> bool:
    """Take it back into a draft, or ask the officer to let it go; gives whether it is back (flows X1)."""
    return approvals.withdraw_or_ask(request.case.pk, by)


def give_up(request: DataRequest, by: Actor) -> None:
    """Drop what lies with the person. Raises Refused by rule."""
    rules.can_change(by.user, request).require()
    approvals.discard(request.case.pk, by)
