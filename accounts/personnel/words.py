"""How what was done about a person is called."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

EVENTS: dict[str, str | Promise] = {
    "added": pgettext_lazy("personnel", "Added to the staff"),
    "contact_changed": pgettext_lazy("personnel", "Name or contact corrected"),
    "appointed": pgettext_lazy("personnel", "Appointed"),
    "ended": pgettext_lazy("personnel", "Appointment shortened"),
    "prolonged": pgettext_lazy("personnel", "Appointment prolonged"),
    "substitute_named": pgettext_lazy("personnel", "Named as a substitute"),
    "substitute_ended": pgettext_lazy("personnel", "No longer a substitute"),
    "password_issued": pgettext_lazy("personnel", "First password made"),
    "import_undone": pgettext_lazy("personnel", "Appointment taken back with its import"),
}
