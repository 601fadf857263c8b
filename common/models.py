"""The base of our records, and the keys that personal data is encrypted under."""

import json
from operator import attrgetter
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.fields import KeyField
from common.ids import uuid7


class Record(models.Model):
    """A row with a time-ordered key, known before it is written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    #: Django's own property asks for the key's name each time, a batch of decisions 30 times a case.
    pk = property(attrgetter("id"), lambda self, value: setattr(self, "id", value))

    class Meta:
        abstract = True


_APPEND_ONLY = "This record is append-only."


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A query set whose rows can be added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(_APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise TypeError(_APPEND_ONLY)


class AppendOnly(models.Model):
    """A line that is written once, and neither changed nor deleted afterwards."""

    objects: ClassVar[Any] = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line. Raises TypeError for one that stands already."""
        if not self._state.adding:
            raise TypeError(_APPEND_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise TypeError(_APPEND_ONLY)


class TrailLine(AppendOnly):
    """A line of an audit trail, chained to the one before it; *data* is canonical JSON, exactly as hashed."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never: whoever appends the line knows the one before it."""
        raise TypeError("Lines of a trail are written by what chains them, with what they record.")

    @property
    def content(self) -> dict[str, Any]:
        """The line's data as a value."""
        return json.loads(self.data)  # type: ignore[attr-defined]


class DataKey(models.Model):
    """A key for personal data, wrapped by `DATA_KEY`; the newest one encrypts, all of them decrypt."""

    number = models.PositiveIntegerField(primary_key=True)
    algorithm = KeyField(max_length=20)
    wrapped = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("data key")
        verbose_name_plural = _("data keys")

    class Privacy:
        personal: frozenset[str] = frozenset()
