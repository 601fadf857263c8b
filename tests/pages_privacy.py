"""The addresses of what people may ask of their own data."""

from tests.address import GET, POST, Address
from tests.world import SIGNED_IN, World


def _password(_world: World) -> dict[str, str]:
    return {"password": "wrong"}


PRIVACY = [
    Address("privacy:own_data", SIGNED_IN),
    Address("privacy:copy", SIGNED_IN, (GET, POST), data=_password),
]
