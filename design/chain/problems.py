"""What lint finds, in the words of somebody who has never seen BPMN, with the way to mend it here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from design.problem_words import WORDS as ANYWHERE
from processes.bpmn.lint import Problem

Label = str | Promise
_PEOPLE = _("Choose in the settings who does it: a role, the applicant, or the person of an earlier level.")
_EARLIER = _("Choose another level in the settings, or move this one behind it.")
_CONDITION = _("Open the condition and choose again.")
_TIME = _("Choose other numbers of workdays in the settings.")
_DIAGRAM = _("Mend it in the diagram, or undo the last change.")

#: Code of lint -> what is wrong, what to do, where a card says it otherwise than the list of all problems.
WORDS: Mapping[str, tuple[Label, Label]] = {
    "nobody": (_("Nobody is named who does this level."), _PEOPLE),
    "several-doers": (_("It is said in more than one way who does this level."), _PEOPLE),
    "unknown-role": (_("The role of this level does not exist."), _PEOPLE),
    "role-without-tasks": (_("Who holds this role is given no tasks."), _PEOPLE),
    "unknown-unit": (_("It is not said for which part of the university the role is held."), _PEOPLE),
    "doer-of": (_("The level whose person should do this one does not come before it."), _EARLIER),
    "return-to": (_("The level to which cases are returned does not come before this one."), _EARLIER),
    "due": (_("The deadline and its reminder do not fit together."), _TIME),
    "setting-without": (_("A setting means nothing without another one."), _TIME),
    "loop-alone": (_("Several people cannot decide what only one person does."), _PEOPLE),
    "loop-ratio": (_("The share of people who have to agree is missing."), _PEOPLE),
    "unknown-form": (_("The form of this level does not exist."), _DIAGRAM),
    "unknown-field": (_("A field that may be edited is not in the form."), _DIAGRAM),
    "no-condition": (_("A way has no condition, so it is not known when it is taken."), _CONDITION),
    "bad-condition": (_("The condition of a way cannot be understood."), _CONDITION),
    "same-condition": (_("Two ways have the same condition."), _CONDITION),
    "overlap": (_("The conditions of two ways hold together for some cases."), _CONDITION),
    "no-default": (_("No way is taken when no condition holds."), _DIAGRAM),
    "first-task": (_("The chain has to begin with what the applicant fills in."), _DIAGRAM),
    "endless-loop": (_("Cases would go round here without anybody looking at them."), _DIAGRAM),
    "dead-join": (_("Cases would wait here for ever."), _DIAGRAM),
    "runs-twice": (_("What comes after here would be done twice."), _DIAGRAM),
    "unreachable": (_("No case comes here."), _DIAGRAM),
    "no-way-out": (_("Cases that come here cannot go on."), _DIAGRAM),
    "no-handler": (_("It is not said what is done here."), _DIAGRAM),
    "unknown-handler": (_("What is to be done here does not exist."), _DIAGRAM),
}


@dataclass(frozen=True)
class Told:
    """A problem as it stands on a card."""

    text: Label
    mend: Label


def told(problem: Problem) -> Told:
    """A problem in plain words."""
    text, mend = WORDS.get(problem.code) or ANYWHERE.get(problem.code, (problem.message, problem.hint))
    return Told(text, mend)


def by_element(problems: Iterable[Problem]) -> dict[str, list[Told]]:
    """Id of an element or flow -> its problems in plain words, each said once."""
    found: dict[str, list[Told]] = {}
    for problem in problems:
        words = told(problem)
        if words not in found.setdefault(problem.element_id, []):
            found[problem.element_id].append(words)
    return found


#: Code of a change that cannot be made -> why.
REFUSALS: Mapping[str, Label] = {
    "no-place": _("This place is not there any more."),
    "no-item": _("This step is not there any more."),
    "not-movable": _("This step has to stay where it is."),
    "attached": _("Something else hangs on this level: %(name)s. Take that away in the diagram first."),
    "default": _("This way is taken when no other condition holds, so it stays."),
    "no-meeting": _("The ways of this branch do not come together again; change them in the diagram."),
    "condition": _("Choose what is compared, and with what."),
    "locked": _("%(name)s can only be changed in the diagram."),
    "setting": _("This setting is not changed here."),
    "text": _("The text could not be changed. Use names without control characters."),
}
