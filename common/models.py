"""The base of our records, and the keys that personal data is encrypted under."""

from operator import attrgetter
from typing import Any, NoReturn

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


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """A query set whose rows can be added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit trail is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit trail is append-only.")


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
