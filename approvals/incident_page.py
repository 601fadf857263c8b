"""What the page of incidents says about each: step and flow by name, what failed and why in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from approvals.queries import Group
from common.moments import spoken_moment
from processes import compiled
from processes.bpmn.model import USER_TASK, Model
from processes.models import Incident, JobKind, JobState
from processes.registry import all_flows

WHAT: dict[str, str | Promise] = {
    JobKind.SERVICE: gettext_lazy("The automatic task did not succeed"),
    JobKind.TIMER: gettext_lazy("The time came, but going on did not succeed"),
    JobKind.START: gettext_lazy("The cases that begin at this time could not be started"),
    JobKind.REMIND: gettext_lazy("The reminder could not be sent"),
    JobKind.ESCALATE: gettext_lazy("The overdue task could not be reported upwards"),
    JobKind.STUCK: gettext_lazy("The case has no next step"),
}

#: Errors of Python and of the network -> why, in plain words; the class stands before the colon of the text.
_WHY: tuple[tuple[frozenset[str], str | Promise], ...] = (
    (
        frozenset({"TimeoutError", "ConnectTimeout", "ReadTimeout", "Timeout"}),
        gettext_lazy("The other system did not answer in time."),
    ),
    (
        frozenset(
            {
                "OSError",
                "ConnectionError",
                "ConnectionRefusedError",
                "ConnectionResetError",
                "ConnectionAbortedError",
                "BrokenPipeError",
                "gaierror",
                "ConnectError",
                "URLError",
                "SMTPServerDisconnected",
                "SMTPConnectError",
            }
        ),
        gettext_lazy("The other system could not be reached."),
    ),
    (
        frozenset({"SMTPAuthenticationError", "PermissionError"}),
        gettext_lazy("The other system did not let us in. Its password or key may have changed."),
    ),
    (
        frozenset({"SMTPRecipientsRefused", "SMTPDataError", "HTTPError", "HTTPStatusError"}),
        gettext_lazy("The other system refused what we sent."),
    ),
    (
        frozenset({"DoesNotExist", "ObjectDoesNotExist"}),
        gettext_lazy("A record it needs is not there any more."),
    ),
    (
        frozenset({"Stuck"}),
        gettext_lazy("Every path waits for another one."),
    ),
    (
        frozenset({"NobodyToAsk"}),
        gettext_lazy("There is nobody whom the step could ask. Give it to somebody, or move the case."),
    ),
    (
        frozenset({"WorkerLost"}),
        gettext_lazy("The worker was lost every time it tried. Tell the administrator before trying again."),
    ),
)
#: These carry words for people.
_SPEAKING = frozenset({"Refused", "BadInput", "Stale", "UserError", "HandlerGone"})


@dataclass(frozen=True)
class Line:
    """One incident as a row of the page."""

    incident: Incident
    flow: str
    step: str
    what: str
    why: str
    tried: str
    since: str = ""
    target: str = ""


@dataclass(frozen=True)
class Choice:
    """One filter value with the number of incidents behind it."""

    value: str
    label: str
    count: int


def lines_of(incidents: Iterable[Incident]) -> list[Line]:
    """Rows as the page shows them; asks the database nothing."""
    titles = _titles()
    return [_line(each, titles) for each in incidents]


def _line(incident: Incident, titles: dict[str, str]) -> Line:
    model = incident.case.flow_class.model if incident.case is not None else None
    return Line(
        incident=incident,
        flow=titles.get(incident.flow_key, incident.flow_key),
        step=_step(model, incident.node_id, incident.kind),
        what=str(WHAT.get(incident.kind, incident.get_kind_display())),
        why=why_of(incident.error),
        tried=ngettext("tried once", "tried %(count)s times", incident.attempts)
        % {"count": incident.attempts},
        since=_since(incident),
        target=_step(model, incident.target, incident.kind) if incident.target else "",
    )


def why_of(error: str) -> str:
    """Why something failed, for somebody who does not read tracebacks."""
    kind, _colon, text = error.partition(": ")
    if kind in _SPEAKING:
        return text
    for kinds, words in _WHY:
        if kind in kinds:
            return str(words)
    return _("Our own program met something it did not expect. The error text helps the administrator.")


def _since(incident: Incident) -> str:
    """What became of it after it was tried again; empty when nothing more is to come."""
    job = incident.job
    if incident.solution != "retried":
        return ""
    if job.state == JobState.WAITING and not job.attempts:
        return _("at it now")
    if job.state == JobState.WAITING:
        return _("failed again; next try %(when)s") % {"when": spoken_moment(job.run_at)}
    return {
        JobState.DONE: _("it worked"),
        JobState.INCIDENT: _("failed again for good"),
        JobState.SKIPPED: _("failed again, then skipped"),
    }.get(JobState(job.state), _("not needed any more"))


def flow_choices(groups: Iterable[Group]) -> list[Choice]:
    """The flows that have incidents, most first."""
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.flow_key] = counts.get(group.flow_key, 0) + group.count
    titles = _titles()
    found = [Choice(key, titles.get(key, key), count) for key, count in counts.items()]
    return sorted(found, key=lambda choice: -choice.count)


def step_choices(groups: Iterable[Group], flow_key: str) -> list[Choice]:
    """The steps that have incidents, of one flow or (when none is named) of all."""
    titles = _titles()
    wanted = [group for group in groups if flow_key in ("", group.flow_key)]
    return [
        Choice(
            f"{group.flow_key}.{group.node_id}",
            _step(_model(group), group.node_id, JobKind.START)
            + ("" if flow_key else f" · {titles.get(group.flow_key, group.flow_key)}"),
            group.count,
        )
        for group in wanted
    ]


def targets_of(incidents: Iterable[Incident]) -> list[tuple[str, str]]:
    """The steps to which at least one of the cases can be moved: key and name, in the order of the chain."""
    language, found = get_language() or "", dict[str, str]()
    for incident in incidents:
        if incident.case is not None:
            for element in incident.case.flow_class.model.of_type(USER_TASK):
                if incident.case.submitted_at is not None or element.is_initiators:
                    found.setdefault(element.id, element.label(language))
    return list(found.items())


def _model(group: Group) -> Model | None:
    if group.version is None:
        return None
    model: Model = getattr(compiled, f"{group.flow_key}_v{group.version}").model
    return model


def _step(model: Model | None, node_id: str, kind: str) -> str:
    element = model.elements.get(node_id) if model is not None else None
    if element is not None:
        return element.label(get_language() or "")
    return str(JobKind(kind).label) if model is None else node_id


def _titles() -> dict[str, str]:
    return {flow.key: str(flow.title) for flow in all_flows()}
