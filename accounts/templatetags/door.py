"""Words for places and devices in the pages around the door."""

from django import template
from django.utils.translation import gettext as _

from accounts.security.devices import words_of

register = template.Library()
register.filter("device", words_of)


@register.simple_tag
def place(name: str, ip: str | None) -> str:
    """The name of the school's network, or off campus, with the address behind it."""
    said = name or (_("off campus") if ip else _("unknown place"))
    return f"{said} · {ip}" if ip else said
