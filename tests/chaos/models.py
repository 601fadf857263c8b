"""The world outside: what it was asked to do, once for each key, and how often it was asked."""

from django.db import models


class Effect(models.Model):
    """Something that happened outside under a key; asking again changes nothing but the count."""

    key = models.CharField(max_length=64, primary_key=True)
    asked = models.PositiveIntegerField(default=0)

    class Privacy:
        personal: frozenset[str] = frozenset()
