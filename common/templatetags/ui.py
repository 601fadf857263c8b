"""Tags and filters of the interface; `docs/reference/components.md` shows each in use."""

import datetime
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.assets import asset_url
from common.moments import spoken_moment, spoken_span

register = template.Library()
register.simple_tag(asset_url, name="asset")

_CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-check-input"),
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon by its name; decorative unless *label* says what it means."""
    return _drawn(asset_url("icons.svg"), name, str(label))


@lru_cache(maxsize=512)
def _drawn(address: str, name: str, label: str) -> SafeString:
    """A page of the inbox has a hundred icons, most of them the same."""
    return format_html(
        '<svg class="icon" {}><use href="{}#{}"></use></svg>',
        format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"'),
        address,
        name,
    )


@register.simple_tag
def key(name: str) -> SafeString:
    """The hint for a keyboard key; screen readers hear `aria-keyshortcuts` instead."""
    caps = [format_html("<kbd>{}</kbd>", _cap(part)) for part in name.split()]
    return format_html('<span class="key" aria-hidden="true">{}</span>', SafeString("".join(caps)))


def _cap(name: str) -> str:
    """What stands on the key; a capital letter is typed with Shift."""
    if len(name) > 1:
        return name
    return f"⇧{name}" if name.isupper() else name.upper()


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The input of a form field with the classes of our look."""
    widget = field.field.widget
    css = next((css for kind, css in _CONTROL_CLASSES if isinstance(widget, kind)), "form-control")
    given = widget.attrs.get("class", "")
    state = "is-invalid" if field.errors else ""
    attrs["class"] = " ".join(part for part in (given, css, state) if part)
    return field.as_widget(attrs={name.replace("_", "-"): value for name, value in attrs.items()})


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the field shows several radio buttons or check boxes (and so needs a fieldset)."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the field is a single check box, whose label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def when(value: datetime.datetime | None) -> SafeString:
    """A moment as people say it: today 09:14, yesterday 09:14, 6月2日 09:14; empty for none."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        formats.date_format(local, "DATETIME_FORMAT"),
        spoken_moment(value),
    )


@register.filter
def span(value: datetime.timedelta | datetime.datetime | None) -> str:
    """How long: of a span, or from a moment until now; its largest unit alone, empty for none."""
    if isinstance(value, datetime.datetime):
        value = timezone.now() - value
    return "" if value is None else spoken_span(value)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str, size: str = "") -> SafeString:
    """A native `<dialog>` around *content*; a button with `data-dialog="id"` opens it."""
    context = {"id": id, "title": title, "size": size, "content": SafeString(content)}
    return SafeString(render_to_string("components/dialog.html", context))
