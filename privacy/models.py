"""Models of this room that live elsewhere, for Django to find."""

from privacy.retention.models import Hold, LastSweep  # noqa: F401
