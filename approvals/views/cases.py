"""Cases in the hands of operators: search, one case, what may be done against the chain."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Appointment
from accounts.permissions import rights_required
from accounts.rights.catalogue import Right
from approvals import actions, queries
from approvals.case_page import CasePage, holder_of, step_label
from approvals.forms import person_keys, task_ids
from approvals.views import DeskRequest
from common.errors import BadInput, UserError
from common.http import client_ip
from common.paging import BadCursor
from processes.bpmn.model import USER_TASK
from processes.models import Case, CaseState

operators_only = rights_required(Right.OPERATE_CASES)


@operators_only
@require_GET
@never_cache
def cases(request: DeskRequest) -> HttpResponse:
    """Cases of the reader's units, searchable, newest first; `after` asks for the next page."""
    given = request.GET
    text, state, suspended = given.get("q", "").strip()[:60], given.get("state", ""), given.get("suspended")
    try:
        found, following = queries.search_cases(
            request.user, text, state, suspended=suspended == "1", after=given.get("after", "")
        )
    except BadCursor:
        raise Http404 from None
    context = {
        "cases": found,
        "next": following,
        "q": text,
        "state": state,
        "states": CaseState.choices,
        "suspended": suspended == "1",
    }
    return render(request, "approvals/cases.html", context)


@operators_only
@require_GET
@never_cache
def show(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """One case: where it stands, what happened, what may be done."""
    return _page(request, case_id)


@operators_only
@require_POST
def do(request: DeskRequest, case_id: UUID, name: str) -> HttpResponse:
    """One of the operators' verbs."""
    case = _operated(request, case_id)
    if name not in _VERBS:
        raise Http404
    by = actions.Actor(request.user, ip=client_ip(request))
    try:
        _VERBS[name](case, request.POST, by)
    except UserError as error:
        return _page(request, case_id, fault=str(error), name=name)
    messages.success(request, _("Done, and written into the history."))
    return redirect("cases:case", case.pk)


def _operated(request: DeskRequest, case_id: UUID) -> Case:
    case = queries.operated_case(request.user, case_id)
    if case is None:
        raise Http404
    return case


def _page(request: DeskRequest, case_id: UUID, *, fault: str = "", name: str = "") -> HttpResponse:
    tasks = queries.operated_tasks(request.user, case_id)
    if not tasks:
        raise Http404
    case, language = tasks[0].process, get_language() or ""
    page, model = CasePage(request.user, case, timezone.now(), tasks), case.flow_class.model
    around = queries.posts_around(case) if case.is_open else []
    context: dict[str, Any] = {
        "page": page,
        "fault": fault,
        "failed": name,
        "said": request.POST,
        "steps": [(each.id, each.label(language)) for each in model.of_type(USER_TASK)],
        "tasks": [
            (task, step_label(task), holder_of(task))
            for task in page.open_tasks
            if not task.element.is_initiators
        ],
        "variables": [(key, kind, case.variables.get(key)) for key, kind in model.variables.items()],
        "colleagues": queries.once(around, {request.user.pk, case.initiator_id}),
        "pools": {
            f"{each.role}@{each.unit_id}": f"{each.get_role_display()} · {each.unit}" for each in around
        },
    }
    return render(request, "approvals/case.html", context, status=422 if fault else 200)


def _post(held: Appointment) -> str:
    return f"{held.get_role_display()} · {held.unit}"


def _reassign(case: Case, said: Mapping[str, str], by: actions.Actor) -> Any:
    keys = task_ids([said.get("task", "")])
    person = person_keys([said.get("person", "")])
    role, _at, unit = said.get("pool", "").partition("@")
    if not keys:
        raise BadInput(_("Choose a task."))
    return actions.reassign(
        keys[0],
        by,
        text=said.get("text", ""),
        person=person[0] if person else None,
        role=role,
        unit_id=int(unit) if unit.isdecimal() else None,
    )


def _plain(action: Callable[..., Case]) -> Callable[[Case, Mapping[str, str], actions.Actor], Any]:
    return lambda case, said, by: action(case.pk, by, text=said.get("text", ""))


_VERBS: Mapping[str, Callable[[Case, Mapping[str, str], actions.Actor], Any]] = {
    "jump": lambda case, said, by: actions.jump(
        case.pk, said.get("target", ""), by, text=said.get("text", "")
    ),
    "suspend": _plain(actions.suspend),
    "resume": _plain(actions.resume),
    "terminate": _plain(actions.terminate),
    "reassign": _reassign,
    "variable": lambda case, said, by: actions.edit_variable(
        case.pk, said.get("name", ""), said.get("value", ""), by, text=said.get("text", "")
    ),
}
