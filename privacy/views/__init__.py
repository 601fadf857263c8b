"""The pages of this room, by topic."""

from privacy.views.answering import answer, use_again
from privacy.views.own_data import copy, own_data
from privacy.views.requests import ask, change, give_up, request_page, withdraw

__all__ = ["answer", "ask", "change", "copy", "give_up", "own_data", "request_page", "use_again", "withdraw"]
