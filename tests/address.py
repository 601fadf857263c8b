"""What the table of all addresses says of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.world import SIGNED_IN, World

GET, POST = "get", "post"
Arguments = Callable[[World], dict[str, Any]]
NONE: frozenset[str] = frozenset()
NOBODY = ""
EVERYBODY = SIGNED_IN | {NOBODY}


def _nothing(_world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Address:
    """One pattern. *readers* get an answer, *refused* words why not (status *refusal*), others find nothing.

    *writers* are those whose POST may change something, `readers` unless told; *query* is what the address
    has to ask for.
    """

    name: str
    readers: frozenset[str]
    methods: tuple[str, ...] = (GET,)
    kwargs: Arguments = _nothing
    data: Arguments = _nothing
    writers: frozenset[str] | None = None
    refused: frozenset[str] = NONE
    query: str = ""
    refusal: int = 409

    @property
    def changers(self) -> frozenset[str]:
        """Whose POST may change something."""
        return self.readers if self.writers is None else self.writers

    @property
    def of_one(self) -> bool:
        """Whether it is the address of one thing among others."""
        return self.kwargs is not _nothing

    def url(self, world: World) -> str:
        """The address in *world*."""
        return self.at(self.kwargs(world))

    def at(self, kwargs: dict[str, Any]) -> str:
        """The address of the thing with these keys."""
        path = reverse(self.name, kwargs=kwargs)
        return f"{path}?{self.query}" if self.query else path
