"""What the menus of the editor offer: roles, levels of the organisation, variables with their values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import UnitKind
from accounts.roles import REVIEWERS, Role
from forms.codes import codes
from forms.models import FormVersion
from forms.queries import schema_of
from forms.schema import FormSchema
from processes.bpmn.chain import conditions as c
from processes.bpmn.chain.conditions import Condition, Row

Label = str | Promise
Choices = list[tuple[str, Label]]

#: Comparison of a row -> how it is said between the variable and its values.
COMPARISONS: Mapping[str, Label] = {
    c.IS: pgettext_lazy("comparison", "is"),
    c.IS_NOT: pgettext_lazy("comparison", "is not"),
    c.ONE_OF: pgettext_lazy("comparison", "is one of"),
    c.NONE_OF: pgettext_lazy("comparison", "is none of"),
    c.BEGINS: pgettext_lazy("comparison", "begins with"),
    c.LESS: pgettext_lazy("comparison", "is less than"),
    c.AT_MOST: pgettext_lazy("comparison", "is at most"),
    c.MORE: pgettext_lazy("comparison", "is more than"),
    c.AT_LEAST: pgettext_lazy("comparison", "is at least"),
    c.YES: pgettext_lazy("comparison", "holds"),
    c.NO: pgettext_lazy("comparison", "does not hold"),
    c.HOLDS: pgettext_lazy("comparison", "contains"),
    c.BEFORE: pgettext_lazy("comparison", "is before"),
    c.AFTER: pgettext_lazy("comparison", "is after"),
}


def roles() -> Choices:
    """Roles whose holders can be given a task."""
    return [(role.value, role.label) for role in Role if role in REVIEWERS]


def units() -> Choices:
    """Levels of the organisation, the highest first."""
    return [(kind.value, kind.label) for kind in UnitKind]


@dataclass(frozen=True)
class Variable:
    """A variable of the definition as a menu shows it; *values* are those of its code table, if any."""

    name: str
    kind: str
    label: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def comparisons(self) -> Choices:
        """How it can be compared."""
        return [(name, COMPARISONS[name]) for name in c.OFFERED.get(self.kind, ())]


def variables(key: str, declared: Mapping[str, str]) -> dict[str, Variable]:
    """The *declared* variables of the flow *key*, with what its form says about fields of these names."""
    form = _form(key)
    fields = {each.key: each for each in form.fields} if form is not None else {}
    found = {}
    for name, kind in declared.items():
        asked = fields.get(name)
        table = asked.argument if asked is not None and asked.type == "code" else ""
        values = {row.code: row.label() for row in codes(str(table))} if table else {}
        english = (get_language() or "").startswith("en")
        label = name if asked is None else asked.label.en if english else asked.label.zh
        found[name] = Variable(name, kind, label, values)
    return found


def _form(key: str) -> FormSchema | None:
    version = FormVersion.objects.filter(key=key).order_by("-number").first()
    return schema_of(version) if version is not None else None


def form_fields(key: str) -> Choices:
    """The fields of the flow's own form, by which a level says what may be changed in it."""
    form, english = _form(key), (get_language() or "").startswith("en")
    return [(each.key, each.label.en if english else each.label.zh) for each in form.fields] if form else []


def said(condition: Condition, known: Mapping[str, Variable]) -> str:
    """A condition in words: `类别 属于 自由职业`."""
    between = str(_("or")) if condition.together == c.ANY else str(_("and"))
    return f" {between} ".join(_said_row(row, known) for row in condition.rows)


def _said_row(row: Row, known: Mapping[str, Variable]) -> str:
    variable = known.get(row.variable)
    values = variable.values if variable is not None else {}
    alone = {c.ONE_OF: c.IS, c.NONE_OF: c.IS_NOT} if len(row.values) == 1 else {}
    comparison = COMPARISONS[alone.get(row.comparison, row.comparison)]
    shown = str(pgettext_lazy("between values", ", ")).join(values.get(value, value) for value in row.values)
    return f"{variable.label if variable else row.variable} {comparison} {shown}".strip()
