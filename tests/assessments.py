"""Impact assessments of the world: a draft of the data officer's, and one that holds."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from privacy.assessments import actions
from privacy.assessments.models import Assessment
from privacy.checks.models import YearCheck


@dataclass
class Assessments:
    """One that waits for a signature, one that is signed, and the check list of last year."""

    draft: Assessment
    signed: Assessment
    year: YearCheck


def words(**others: Any) -> dict[str, Any]:
    """What an assessment says, unless told otherwise."""
    return {
        "occasion": "sharing",
        "title": "向教育厅报送名单",
        "processing": "应届毕业生姓名与去向，用于统计",
        "influence": "名单可能被转交他人",
        "measures": "加密，一次下载",
        "conclusion": "可以进行",
        "next_review": timezone.localdate() + timedelta(days=365),
    } | others


def written(by: User, **others: Any) -> Assessment:
    """A draft of *by*."""
    return actions.begin(words(**others), by)


def signed(by: User, second: User, **others: Any) -> Assessment:
    """One that *by* wrote and *second* signed."""
    draft = written(by, **others)
    actions.sign(draft, draft.seen, second)
    return Assessment.objects.get(pk=draft.pk)


def assessments_of(writer: User, second: User) -> Assessments:
    """All of them."""
    lines = {"keys": {"note": "三月更换", "ticked": True, "good": False, "number": 0}}
    last = YearCheck(year=timezone.localdate().year - 1, lines=lines, signed_by=second)
    last.signed_at = timezone.now()
    last.save(force_insert=True)
    return Assessments(written(writer, title="微信绑定"), signed(writer, second), last)
