"""What every level has to see again when a filing comes back corrected (flows X3)."""

from forms.models import Submission
from forms.queries import attachments_in, schema_of, submissions_of
from processes.models import Case, Task

#: Answers that may be corrected without asking everybody again: how to reach people, and remarks.
MINOR = frozenset(
    {
        "employer_address",
        "employer_contact_name",
        "employer_contact_phone",
        "shop_url",
        "archive_address",
        "archive_postcode",
        "archive_contact",
        "archive_phone",
        "hukou_address",
    }
)


def core_changed(case: Case, _task: Task) -> bool:
    """Whether the last hand-in changed a core answer or the proof of the one before.

    True as well when there is nothing to compare with.
    """
    last = list(submissions_of(case.pk).order_by("-number")[:2])
    if len(last) < 2:
        return True
    new, old = last
    changed = {change.field.key for change in schema_of(new.form_version).diff(old.values, new.values)}
    return bool(changed - MINOR) or _proof(new) != _proof(old)


def _proof(submission: Submission) -> set[str]:
    """The files handed in, by their content."""
    return {file.sha256 for file in attachments_in(submission)}
