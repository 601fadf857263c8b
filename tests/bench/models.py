"""Where the peer without tables of its own keeps its state."""

from django.db import models


class SpiffInstance(models.Model):
    """A workflow of SpiffWorkflow between two tasks, as its serializer writes it."""

    state = models.TextField()
