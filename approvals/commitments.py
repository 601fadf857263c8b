"""What was handed in is what the trail says was handed in.

Events hold a salted digest of a submission's values (ADR 4); here both are compared.
"""

from collections.abc import Iterator
from uuid import UUID

from common.crypto import DecryptionError, SealBroken
from forms.commitments import verify
from forms.models import Submission
from processes.audit.verify import Fault
from processes.models import Case, Event

OTHER_KEY = (
    "None of the {total} stored submissions can be read with this DATA_KEY. Most likely it is not the key "
    "they were written with: look at .env and its backup, and verify again with the right key."
)


def changed_submissions() -> Iterator[Fault]:
    """Submissions whose values no longer give the digest that the trail holds, and those that are gone."""
    promised, erased = _promised(), _erased()
    if total := _all_under_another_key():
        yield Fault(OTHER_KEY.format(total=total), is_undecided=True)
        return
    for submission in Submission.objects.defer("values").order_by("pk").iterator(chunk_size=500):
        digest, event = promised.pop((submission.case_id, submission.number), ("", ""))
        if submission.erased_at and (submission.case_id, submission.number) not in erased:
            message = (
                f"Submission {submission.number} is said to be erased, but the trail knows nothing of it."
            )
            yield Fault(message, _number(submission.case_id), event)
        elif digest != submission.digest or not (submission.erased_at or _holds(submission)):
            message = f"Submission {submission.number} is not what was handed in: its values were changed."
            yield Fault(message, _number(submission.case_id), event)
    for (case_id, number), (_digest, event) in promised.items():
        yield Fault(f"Submission {number} was removed.", _number(case_id), event)


def _all_under_another_key() -> int:
    """How many submissions there are, when not one of them opens with our key; else 0."""
    total = 0
    for submission in Submission.objects.defer("values").order_by("-pk").iterator(chunk_size=500):
        total += 1
        try:
            _ = submission.values
        except SealBroken:
            continue
        except (DecryptionError, ValueError):
            return 0
        return 0
    return total


def _holds(submission: Submission) -> bool:
    """Reads the values one by one, so that a damaged one does not hide the others."""
    try:
        return verify(submission)
    except (DecryptionError, ValueError):
        return False


def _promised() -> dict[tuple[UUID, int], tuple[str, str]]:
    """(case, submission number) -> (digest, event) as the trail has it."""
    events = Event.objects.filter(kind="submitted").order_by("pk").iterator(chunk_size=2000)
    notes = ((event, event.content.get("note", {})) for event in events)
    return {
        (event.case_id, note["submission"]): (note["digest"], event.pk.hex)
        for event, note in notes
        if "digest" in note
    }


def _erased() -> set[tuple[UUID, int]]:
    """(case, submission number) of what the sweep erased when its time was over."""
    events = Event.objects.filter(kind="erased").order_by("pk").iterator(chunk_size=2000)
    return {(event.case_id, number) for event in events for number in event.content.get("submissions", ())}


def _number(case_id: UUID) -> str:
    return Case.objects.values_list("number", flat=True).filter(pk=case_id).first() or str(case_id)
