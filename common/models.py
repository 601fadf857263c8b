"""The base of our records."""

from django.db import models

from common.ids import uuid7


class Record(models.Model):
    """A row with a time-ordered key, known before it is written."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True
