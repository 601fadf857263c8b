"""The base of our records."""

from operator import attrgetter
from typing import Any, NoReturn

from django.db import models

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
