"""How the work of a unit follows when the organisation changes (`accounts.organisation.followers`)."""

from django.utils.translation import gettext_lazy as _

from accounts.organisation.followers import Follower
from processes.engine import rehoming

TASKS = Follower(
    key="open_tasks",
    label=_("open tasks"),
    icon="inbox",
    tally=rehoming.open_tasks_by_unit,
    settle=rehoming.settle,
    passing=rehoming.tasks_passing,
    holds_open=True,
)
CASES = Follower(
    key="open_cases",
    label=_("open cases"),
    icon="stack-2",
    tally=rehoming.open_cases_by_unit,
    holds_open=True,
)
