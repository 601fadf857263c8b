"""What the desk's pages send."""

from collections.abc import Container
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from approvals.words import OUTCOMES
from common.errors import BadInput
from processes.engine.context import Decision

DECISIONS = ("approve", "object", "return", "reject")
LONGEST_REASON = 500


class DecisionForm(forms.Form):
    """One decision, on one task or on many."""

    outcome = forms.ChoiceField(choices=[(key, OUTCOMES[key]) for key in DECISIONS])
    revision = forms.IntegerField(required=False, min_value=0)
    reason_code = forms.CharField(required=False, max_length=20)
    text = forms.CharField(required=False, max_length=LONGEST_REASON)
    target = forms.CharField(required=False, max_length=80)

    def decision(self, reasons: Container[str], fields: Container[str] = ()) -> Decision:
        """What the person said; marks at fields outside *fields* are left out. Raises BadInput."""
        if not self.is_valid():
            raise BadInput(self._fault())
        said: dict[str, Any] = self.cleaned_data
        if said["reason_code"] and said["reason_code"] not in reasons:
            raise BadInput(_("This reason is not offered here. Choose another one."))
        return Decision(
            said["outcome"],
            reason_code=said["reason_code"],
            text=said["text"].strip(),
            target=said["target"],
            fields=tuple(key for key in self._marked() if key in fields),
        )

    @property
    def outcome_sent(self) -> str:
        """The outcome as sent; empty when it is none."""
        sent = self.data.get("outcome", "")
        return sent if sent in DECISIONS else ""

    def _marked(self) -> list[str]:
        return self.data.getlist("fields") if isinstance(self.data, QueryDict) else []

    def _fault(self) -> str:
        if "text" in self.errors:
            return _("The reason is too long: %(count)s characters at most.") % {"count": LONGEST_REASON}
        return _("This decision is not complete. Reload the page and decide again.")


def task_ids(values: list[str]) -> list[UUID]:
    """The keys among *values*, each of which may hold several, separated by commas. Raises BadInput."""
    try:
        return [UUID(text) for value in values for text in value.split(",") if text]
    except ValueError:
        raise BadInput(_("The selection cannot be read. Select the tasks again.")) from None


def person_keys(values: list[str]) -> list[UUID]:
    """The keys of people among *values*, each once. Raises BadInput."""
    try:
        return list(dict.fromkeys(UUID(value) for value in values if value))
    except ValueError:
        raise BadInput(_("Choose people from the list.")) from None
