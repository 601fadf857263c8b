"""Forms as data: a description validates, shows and compares what people fill in."""

from forms.schema.fields import Field, SchemaError
from forms.schema.form import Check, Checked, FieldChange, FormSchema, Group
from forms.schema.problems import FieldError
from forms.schema.texts import Text

__all__ = [
    "Check",
    "Checked",
    "Field",
    "FieldChange",
    "FieldError",
    "FormSchema",
    "Group",
    "SchemaError",
    "Text",
]
