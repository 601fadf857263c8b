"""Why a change of the chain cannot be made, in plain words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Code of a change that cannot be made -> why.
REFUSALS: Mapping[str, str | Promise] = {
    "no-place": _("This place is not there any more."),
    "no-item": _("This step is not there any more."),
    "not-movable": _("This step has to stay where it is."),
    "attached": _("Something else hangs on this level: %(name)s. Take that away in the diagram first."),
    "default": _("This way is taken when no other condition holds, so it stays."),
    "no-meeting": _("The ways of this branch do not come together again; change them in the diagram."),
    "condition": _("Choose what is compared, and with what."),
    "locked": _("%(name)s can only be changed in the diagram."),
    "setting": _("This setting is not changed here."),
}
