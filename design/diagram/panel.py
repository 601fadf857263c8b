"""The properties panel as data: what can be said of each kind of element, and what its menus offer.

`frontend/src/modeler/panel.js` draws it. A field's *name* is a setting (`qc:role`), an attribute of BPMN
(`name`) or something that takes more than one of them (`who`, `people`, `timer`), which `values.js` reads and
writes. Menus that depend on the drawing (other steps, variables) are filled there.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common.expressions import SAMPLES
from design.chain import menus
from design.chain.forms import PEOPLE
from forms.models import FormVersion
from forms.queries import schema_of
from processes.bpmn.lint.people import NEEDS
from processes.registry import FlowRegistration, all_flows

Field = dict[str, Any]
Group = dict[str, Any]
Choices = Iterable[tuple[str, str | Promise]]


def panel_for(flow: FlowRegistration) -> dict[str, Any]:
    """Everything the panel shows for a definition of *flow*, in the reader's language."""
    fields = _form_fields()
    return {
        "groups": {
            "bpmn:UserTask": _user_task(fields),
            "bpmn:ServiceTask": _automatic(flow),
            "bpmn:SendTask": _automatic(flow),
            "bpmn:BusinessRuleTask": _rules(),
            "bpmn:CallActivity": _call(flow),
            "bpmn:SequenceFlow": _way(),
            "bpmn:Process": _process(),
        },
        "names": [
            _field("name", pgettext("level", "Name"), "text", most=60),
            _field("qc:nameEn", _("English name"), "text", most=80),
        ],
        "event": _event(),
        "default": _field("default", _("Usual way, when no condition holds"), "ways"),
        "kinds": _kinds(),
        "needs": {f"qc:{name}": [f"qc:{each}" for each in needed] for name, needed in NEEDS.items()},
        "form": {"own": flow.key, "fields": {key: _shown(each) for key, (_title, each) in fields.items()}},
    }


def _field(name: str, label: str, kind: str, **more: Any) -> Field:
    return {"name": name, "label": label, "kind": kind, **more}


def _select(name: str, label: str, choices: Choices, **more: Any) -> Field:
    return _field(name, label, "select", choices=_shown(choices), **more)


def _shown(choices: Choices) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in choices]


def _user_task(forms: Mapping[str, tuple[str, Choices]]) -> list[Group]:
    days = {"most": 365}
    who = [
        ("role", _("Whoever holds a role")),
        ("initiator", _("The applicant")),
        ("doer", _("The person of an earlier level")),
    ]
    role, unit = _("Role"), _("Of which part of the university")
    return [
        {
            "title": pgettext("level", "Who"),
            "fields": [
                _select("who", _("Who does it"), who),
                _select("qc:role", role, [("", _("Choose…")), *menus.roles()], who="role"),
                _select("qc:unit", unit, [("", _("Choose…")), *menus.units()], who="role"),
                _field("qc:doerOf", _("Whose level"), "task", alone=True, who="doer"),
                _select("people", _("How many decide"), PEOPLE, who="role"),
                _field("sequential", _("One after another"), "flag", who="role"),
            ],
        },
        {
            "title": pgettext("level", "By when"),
            "fields": [
                _field("qc:dueWorkdays", _("Workdays until it is due"), "number", **days),
                _field("qc:remindWorkdays", _("Reminder, workdays before"), "number", **days),
            ],
        },
        {
            "title": pgettext("level", "May"),
            "fields": [
                _field("qc:canReject", _("May reject for good"), "flag"),
                _field("qc:batch", _("May decide many at once"), "flag"),
                _field("qc:returnTo", _("A return goes to"), "task", empty=_("The applicant")),
                _select(
                    "qc:form",
                    _("Form"),
                    [
                        ("", _("The form of the process")),
                        *((key, title) for key, (title, _f) in forms.items()),
                    ],
                ),
                _field("qc:mayEdit", _("Fields that may be changed here"), "fields"),
            ],
        },
        {"title": _("Further settings"), "folded": True, "fields": _further(days)},
    ]


def _further(days: Mapping[str, int]) -> list[Field]:
    one_up = _("Ask one level up")
    return [
        _field("qc:escalateWorkdays", _("Escalated, workdays after"), "number", **days),
        _select("qc:escalateTo", _("Escalated to"), [("", _("Nobody")), *menus.roles()]),
        _select(
            "qc:onEmpty",
            _("When nobody can be asked"),
            [
                ("", _("Wait")),
                ("wait", _("Wait, also for an earlier level that was left out")),
                ("up", one_up),
                ("skip", _("Pass the level")),
            ],
        ),
        _select(
            "qc:onSame",
            _("When the person has approved before"),
            [("", _("Ask again")), ("skip", _("Pass the level"))],
        ),
        _select(
            "qc:onConflict",
            _("When the person is partial"),
            [("", _("Another person of the role")), ("up", one_up)],
        ),
        _select(
            "qc:resubmit",
            _("After a correction, who looks again"),
            [("", _("Every level")), ("to_returner", _("Whoever returned it"))],
        ),
        _field(
            "copyTo",
            _("Who gets a copy"),
            "rows",
            columns=[
                _select("role", _("Role"), menus.roles()),
                _select("unit", _("Of which part of the university"), menus.units()),
            ],
        ),
        _field(
            "collection",
            _("Only the people named in"),
            "variable",
            types=["list"],
            empty=_("Everybody who holds the role"),
        ),
        _field(
            "weights", _("Weight of each vote in"), "variable", types=["list"], empty=_("All count the same")
        ),
        _field("qc:result", _("Result goes into"), "variable", types=["bool"], empty=_("Nowhere")),
        _select(
            "qc:onObjection",
            _("When they do not agree"),
            [("", _("The case is returned")), ("go_on", _("The case goes on"))],
        ),
        _field("qc:ask", _("What is asked, in one sentence"), "area", most=200),
        _field("qc:askEn", _("The same in English"), "area", most=300),
    ]


def _automatic(flow: FlowRegistration) -> list[Group]:
    handlers = [("", _("Choose…")), *((name, name) for name in sorted(flow.handlers))]
    run = [("", _("With the decision, or not at all")), ("later", _("Right after it, again when it fails"))]
    fields = [
        _select("qc:handler", _("What is done"), handlers),
        _select("qc:run", _("When it is done"), run),
    ]
    return [{"title": _("By itself"), "fields": fields}]


def _rules() -> list[Group]:
    columns = [
        _field("when", _("When (expression; the last one empty)"), "text"),
        _field("value", _("Value (expression)"), "text"),
    ]
    return [
        {
            "title": _("Rules"),
            "fields": [
                _field("qc:result", _("Result goes into"), "variable", empty=_("Choose…")),
                _field("rules", _("The first rule that holds gives the value"), "rows", columns=columns),
            ],
        }
    ]


def _call(flow: FlowRegistration) -> list[Group]:
    others = [(each.key, str(each.title)) for each in all_flows() if each.key != flow.key]
    columns = [_field("source", _("Value (expression)"), "text"), _field("target", _("Variable"), "text")]
    return [
        {
            "title": _("Another process"),
            "fields": [
                _select("calledElement", _("Which process"), [("", _("Choose…")), *others]),
                _field("inputs", _("Handed over to it"), "rows", columns=columns),
                _field("outputs", _("Taken over from it"), "rows", columns=columns),
            ],
        }
    ]


def _way() -> list[Group]:
    fields = [
        _field("usual", _("Usual way, when no condition holds"), "flag"),
        _field("condition", _("Condition"), "condition"),
    ]
    return [{"title": _("When this way is taken"), "fields": fields}]


def _process() -> list[Group]:
    columns = [
        _field("name", pgettext("level", "Name"), "text"),
        _select("type", pgettext("variable", "Kind"), [(name, str(_types()[name])) for name in SAMPLES]),
    ]
    return [
        {
            "title": _("Data of the case"),
            "fields": [
                _field("variables", _("Variables that conditions may use"), "rows", columns=columns),
                _field("qc:called", _("Only begun by other processes"), "flag"),
            ],
        }
    ]


def _types() -> Mapping[str, str]:
    return {
        "string": pgettext("variable", "text"),
        "int": pgettext("variable", "whole number"),
        "double": pgettext("variable", "number"),
        "bool": pgettext("variable", "yes or no"),
        "list": pgettext("variable", "list"),
        "timestamp": pgettext("variable", "time"),
    }


def _event() -> list[Field]:
    """What an event waits for, whichever it is; the script shows what belongs to its kind."""
    timers = [
        ("workdays", _("After so many workdays")),
        ("timeDuration", _("After a span of time (P3D, PT12H)")),
        ("timeDate", _("At a moment (2027-06-20T18:00:00+08:00, or = and an expression)")),
        ("timeCycle", _("Again and again (R/P1D)")),
    ]
    return [
        _select("timer", _("Kind of time"), timers, event="timer"),
        _field("time", _("Time"), "text", event="timer"),
        _field("message", _("Name of the message"), "known", event="message"),
        _field("error", _("Code of the error"), "known", event="error"),
        _field("interrupting", _("Ends the step it sits on"), "flag", event="boundary"),
    ]


def _kinds() -> dict[str, list[tuple[str, str]]]:
    """What an element may become: any of its family."""
    timer, message, error = _("A time"), _("A message"), _("An error")
    return {
        "task": [
            ("bpmn:UserTask", _("Step of a person")),
            ("bpmn:ServiceTask", _("Done by the system")),
            ("bpmn:SendTask", _("Message sent")),
            ("bpmn:BusinessRuleTask", _("Table of rules")),
        ],
        "gateway": [
            ("bpmn:ExclusiveGateway", _("One way")),
            ("bpmn:ParallelGateway", _("All ways")),
            ("bpmn:InclusiveGateway", _("Every way that fits")),
            ("bpmn:EventBasedGateway", _("What happens first")),
        ],
        "bpmn:StartEvent": [("", _("Begun by a person")), ("Timer", timer), ("Message", message)],
        "bpmn:IntermediateCatchEvent": [("Timer", timer), ("Message", message)],
        "bpmn:BoundaryEvent": [("Timer", timer), ("Message", message), ("Error", error)],
        "bpmn:EndEvent": [
            ("", pgettext("process", "End")),
            ("Terminate", _("End of everything")),
            ("Error", _("End with an error")),
        ],
    }


def _form_fields() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Form -> its title and its fields, each in its newest version."""
    newest = (
        FormVersion.objects.filter(key=OuterRef("key")).order_by().values("key").annotate(last=Max("number"))
    )
    english = (get_language() or "").startswith("en")
    found = {}
    for version in FormVersion.objects.filter(number=Subquery(newest.values("last"))).order_by("key"):
        schema = schema_of(version)
        fields = [(each.key, each.label.en if english else each.label.zh) for each in schema.fields]
        found[version.key] = (schema.title.en if english else schema.title.zh, fields)
    return found
