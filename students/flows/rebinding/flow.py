"""The registration of binding another WeChat."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdict import ALLOWED, Verdict, refused
from processes.registry import FlowRegistration, SubjectCard
from students.flows.rebinding import handlers
from students.flows.rebinding.forms import KEY
from students.models import RebindRequest


def describe(request: RebindRequest) -> SubjectCard:
    """The student's name, number beneath; found by both and pinyin."""
    who = request.student
    found_by = f"{who.name} {who.student_no} {who.name_pinyin}"[:200]
    return SubjectCard(who.name, who.student_no, found_by, who.unit, who.cohort)


def can_start(user: User, request: RebindRequest) -> Verdict:
    """It is the student who asks."""
    own = request.student.user_id == user.pk
    return ALLOWED if own else refused(_("Only the student can ask for this."))


flow = FlowRegistration(
    key=KEY,
    title=_("Another WeChat"),
    subject_model="students.RebindRequest",
    describe=describe,
    can_start=can_start,
    handlers={"rebind": handlers.rebind},
    on_change=handlers.on_change,
    select_related=("student__unit", "student__user"),
    task_template="students/rebinding/task.html",
    reasons="wechat",
)
