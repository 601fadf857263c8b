"""The pages of this room, by topic."""

from privacy.views.own_data import copy, own_data

__all__ = ["copy", "own_data"]
