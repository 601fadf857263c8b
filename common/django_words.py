"""Messages of Django that its Chinese lacks or says as to a programmer: our catalogue says them.

Django looks a text up in the rooms first, so naming it here, for the catalogue, is all it takes.
"""

from django.utils.translation import gettext_lazy, ngettext_lazy

MESSAGES = (
    gettext_lazy("This field is required."),
    gettext_lazy("Ensure this value is less than or equal to %(limit_value)s."),
    gettext_lazy("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at least %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at least %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)
