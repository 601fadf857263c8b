"""What somebody does who proved to be a student and wants another WeChat to open the account."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.actions import Actor
from common.errors import BadInput
from forms import actions as form_actions
from processes.queries import cases_on, open_tasks
from students.flows.rebinding import forms, rules
from students.models import RebindRequest, Student
from wechat.queries import openid_key


@transaction.atomic
def ask(student: Student, openid: str, proof: str, answers: Mapping[str, Any], by: Actor) -> RebindRequest:
    """Ask the counselor, for the first time or again after a question.

    Raises Refused by rule, BadInput when the reason is missing.
    """
    student = Student.objects.select_for_update().get(pk=student.pk)
    request = RebindRequest.objects.filter(open_for=student).first()
    rules.can_ask(student, openid, request).require()
    checked = forms.SCHEMA.validate(answers, {})
    if not checked.ok:
        raise BadInput(_("Say in a few words why you need another WeChat, such as a new phone."))
    if request is None:
        request = RebindRequest.objects.create(
            student=student, open_for=student, openid=openid, openid_index=openid_key(openid), proof=proof
        )
        approvals.start_case(forms.KEY, request, by)
    case = cases_on(request)[0]
    version = form_actions.current_version(forms.KEY, forms.DESCRIPTION)
    submission = form_actions.submit(case.pk, version, checked.values, by=by.user)
    note = {"submission": submission.number, "digest": submission.digest, "proof": proof}
    approvals.submit(open_tasks(case).get().pk, by, note=note)
    return request
