"""What can be done with a task beside deciding it: the menu “more”, its keys, its forms."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals import actions, rules
from common.verdict import ALLOWED, Verdict, refused
from processes.engine.actor import Actor
from processes.models import Task

Rule = Callable[[Actor, Task, datetime.datetime], Verdict]


@dataclass(frozen=True)
class Said:
    """What a verb's form said."""

    people: tuple[UUID, ...] = ()
    text: str = ""
    choice: str = ""

    @property
    def person(self) -> UUID:
        """The one person chosen; nobody's key when none was."""
        return self.people[0] if self.people else UUID(int=0)


@dataclass(frozen=True)
class Verb:
    """One verb: how the menu shows it, who may, what its form asks, what it does.

    *people* says whom the form offers: `colleagues` of the step, everybody `around` the case, all
    `involved`, the `signers` asked, or nobody (empty). A verb that asks nothing is done at once.
    """

    name: str
    icon: str
    letter: str
    label: str | Promise
    rule: Rule
    run: Callable[[Task, Said, Actor], Any]
    done: str | Promise
    people: str = ""
    several: bool = False
    people_label: str | Promise = ""
    choices: str = ""
    text_label: str | Promise = ""
    text_required: bool = True
    hint: str | Promise = ""

    @property
    def asks(self) -> bool:
        """Whether there is a form to fill in."""
        return bool(self.people or self.text_label)


def offers(by: Actor, task: Task, now: datetime.datetime) -> list[Verb]:
    """The verbs that *by* may use on *task* now, in the order of the menu."""
    return [verb for verb in VERBS.values() if verb.rule(by, task, now)]


def _simple(rule: Callable[[Actor, Task], Verdict]) -> Rule:
    return lambda by, task, _now: rule(by, task)


def _urges(by: Actor, task: Task, now: datetime.datetime) -> Verdict:
    if rules.can_hold(by, task):
        return refused(_("It waits for you yourself."))
    return rules.can_urge(by.user, task, now, is_staff=True)


def _gives_back(by: Actor, task: Task, _now: datetime.datetime) -> Verdict:
    if rules.delegator(task) == by.user.pk:
        return refused(_("You asked for it yourself: call it back."))
    return rules.can_give_back(by, task)


def _calls_back(by: Actor, task: Task, _now: datetime.datetime) -> Verdict:
    if rules.is_delegated(task) and rules.delegator(task) != by.user.pk:
        return refused(_("Only who asked for the opinion calls it back."))
    return rules.can_give_back(by, task)


def _removes(by: Actor, task: Task, now: datetime.datetime) -> Verdict:
    if not (task.data.get("unanswered") or task.data.get("signers_after")):
        return refused(_("Nobody is asked to sign."))
    return rules.can_hold(by, task)


def _speaks(by: Actor, task: Task, _now: datetime.datetime) -> Verdict:
    return ALLOWED if task.process.initiator_id != by.user.pk else refused(_("This is your own case."))


_VERBS = (
    Verb(
        "claim",
        icon="hand-grab",
        letter="c",
        label=_("Take it"),
        rule=_simple(rules.can_claim),
        run=lambda task, _said, by: actions.claim(task.pk, by),
        done=_("The task is with you; colleagues leave it alone."),
    ),
    Verb(
        "release",
        icon="arrow-back",
        letter="c",
        label=_("Put it back"),
        rule=_simple(rules.can_release),
        run=lambda task, _said, by: actions.release(task.pk, by),
        done=_("The task is in the pool again."),
    ),
    Verb(
        "take-back",
        icon="arrow-back-up-double",
        letter="z",
        label=_("Take my decision back"),
        rule=_simple(rules.can_take_back),
        run=lambda task, _said, by: actions.take_back(task.pk, by),
        done=_("Your decision is taken back; the task is open again."),
    ),
    Verb(
        "give-back",
        icon="message-check",
        letter="g",
        label=_("Give it back"),
        rule=_gives_back,
        run=lambda task, said, by: actions.give_back(task.pk, by, text=said.text),
        text_label=_("Your opinion"),
        hint=_("Whoever asked you reads this and decides."),
        done=_("The task is back with whoever asked."),
    ),
    Verb(
        "call-back",
        icon="arrow-back",
        letter="g",
        label=_("Call it back"),
        rule=_calls_back,
        run=lambda task, _said, by: actions.give_back(task.pk, by),
        done=_("The task is with you again, without an opinion."),
    ),
    Verb(
        "transfer",
        icon="arrow-forward-up",
        letter="t",
        label=_("Hand it on"),
        rule=_simple(rules.can_pass_on),
        run=lambda task, said, by: actions.transfer(task.pk, said.person, by, text=said.text),
        people="colleagues",
        people_label=_("To whom"),
        text_label=_("Why"),
        hint=_("The task leaves your inbox. The reason stands in the history."),
        done=_("The task was handed on."),
    ),
    Verb(
        "delegate",
        icon="message-question",
        letter="d",
        label=_("Ask for an opinion"),
        rule=_simple(rules.can_pass_on),
        run=lambda task, said, by: actions.delegate(task.pk, said.person, by, text=said.text),
        people="colleagues",
        people_label=_("Whom"),
        text_label=_("Your question"),
        hint=_("They look at it and give it back with their opinion; you decide."),
        done=_("Your question was sent; the task comes back with the answer."),
    ),
    Verb(
        "sign",
        icon="writing-sign",
        letter="s",
        label=_("Add a signer"),
        rule=_simple(rules.can_add_signer),
        run=lambda task, said, by: actions.add_signer(task.pk, said.person, said.choice, by, text=said.text),
        people="around",
        people_label=_("Who"),
        choices="places",
        text_label=_("What they should look at"),
        hint=_(
            "Before or beside: you can decide once they have answered. After: they are asked when you have."
        ),
        done=_("The signer was asked."),
    ),
    Verb(
        "unsign",
        icon="writing-sign-off",
        letter="n",
        label=_("Do without a signer"),
        rule=_removes,
        run=lambda task, said, by: actions.remove_signer(task.pk, said.person, by),
        people="signers",
        people_label=_("Who"),
        done=_("The signer is not asked any more."),
    ),
    Verb(
        "copy",
        icon="copy",
        letter="y",
        label=_("Send a copy"),
        rule=_simple(rules.can_see_task),
        run=lambda task, said, by: actions.copy_to(task.pk, said.people, by, text=said.text),
        people="around",
        several=True,
        people_label=_("To whom"),
        text_label=_("A word with it"),
        text_required=False,
        hint=_("They can read the case and do not have to do anything."),
        done=_("The copy was sent."),
    ),
    Verb(
        "comment",
        icon="message",
        letter="m",
        label=_("Comment"),
        rule=_speaks,
        run=lambda task, said, by: actions.comment(task.process_id, by, said.text, mentions=said.people),
        people="involved",
        several=True,
        people_label=_("Mention"),
        text_label=_("Comment"),
        hint=_("Reviewers of the case read it in the history; the applicant does not."),
        done=_("Your comment stands in the history."),
    ),
    Verb(
        "urge",
        icon="bell-ringing",
        letter="h",
        label=_("Ask to hurry"),
        rule=_urges,
        run=lambda task, _said, by: actions.urge(task.pk, by),
        done=_("Whoever has it was asked to hurry."),
    ),
    Verb(
        "keep",
        icon="x",
        letter="",
        label=_("Do not let the case go"),
        rule=_simple(rules.can_answer_withdrawal),
        run=lambda task, said, by: actions.answer_withdrawal(task.pk, by, accept=False, text=said.text),
        text_label=_("Why"),
        hint=_("The applicant reads this."),
        done=_("The case stays in review; the applicant was told."),
    ),
    Verb(
        "let-go",
        icon="check",
        letter="",
        label=_("Let the case go back"),
        rule=_simple(rules.can_answer_withdrawal),
        run=lambda task, _said, by: actions.answer_withdrawal(task.pk, by, accept=True),
        done=_("The case is with the applicant again."),
    ),
)

#: Name -> verb, in the order of the menu.
VERBS: Mapping[str, Verb] = {verb.name: verb for verb in _VERBS}
#: Shown where they are asked for, not in the menu.
ELSEWHERE = frozenset({"keep", "let-go", "take-back"})
