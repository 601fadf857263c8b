"""Model instances without the cost of `Model.__init__`, on the paths where thousands are made.

Django's constructor takes about a tenth of a millisecond for a row of thirty columns, most of it looking
for keyword arguments and descriptors. Here the attributes are put in place directly. No signal is sent and
no deferred field is supported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def new(model: type[M], values: Mapping[str, Any], related: Mapping[str, Model] | None = None) -> M:
    """An unsaved instance from attribute names (`unit_id`, not `unit`) and related objects by field name.

    What *values* leave out gets the field's default.
    """
    constants, made = _defaults(model)
    instance = model.__new__(model)
    instance.__dict__.update(constants)
    for name, make in made:
        if name not in values:
            instance.__dict__[name] = make()
    instance.__dict__.update(values)
    state = instance._state = ModelState()
    for name, target in (related or {}).items():
        state.fields_cache[name] = target
        instance.__dict__[f"{name}_id"] = target.pk
    return instance


def stored(model: type[M], names: Sequence[str], values: Iterable[Any], alias: str) -> M:
    """An instance as read from the database: *names* are the attribute names of all its columns."""
    instance = model.__new__(model)
    instance.__dict__ = dict(zip(names, values, strict=True))
    state = instance._state = ModelState()
    state.adding, state.db = False, alias
    return instance


@lru_cache(maxsize=64)
def _defaults(model: type[Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Attribute name -> default for constants, and the makers of the others."""
    constants: dict[str, Any] = {}
    made: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.get_default))
        else:
            constants[field.attname] = field.get_default()
    return constants, made
