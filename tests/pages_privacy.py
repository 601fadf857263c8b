"""The addresses of what people may ask of their own data."""

from tests.address import GET, NONE, POST, Address
from tests.world import SIGNED_IN


PRIVACY = [
    Address("privacy:own_data", SIGNED_IN),
    Address("privacy:copy", SIGNED_IN, (GET, POST), writers=NONE),
]
