"""Where an address is: one of the school's networks, or elsewhere. No service outside is asked."""

import ipaddress
import time
from functools import lru_cache
from uuid import UUID

from accounts.security.models import Network

RECHECK_SECONDS = 60
Range = ipaddress.IPv4Network | ipaddress.IPv6Network


def place_of(ip: str) -> str:
    """The name of the smallest network of the school that *ip* lies in; empty for none."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    minute = int(time.monotonic()) // RECHECK_SECONDS
    return next((name for network, name in _networks(minute) if address in network), "")


def forget() -> None:
    """Read the table anew: somebody changed it."""
    _networks.cache_clear()


@lru_cache(maxsize=1)
def _networks(_minute: int) -> list[tuple[Range, str]]:
    """The smallest first; read once a minute, as every sign-in asks."""
    rows = [(ipaddress.ip_network(each.cidr), each.name) for each in Network.objects.all()]
    return sorted(rows, key=lambda row: -row[0].prefixlen)


def add_network(name: str, cidr: str) -> Network:
    """Call a range of addresses by a name. *cidr* was checked by the form."""
    made = Network.objects.create(name=name, cidr=cidr)
    forget()
    return made


def remove_network(key: UUID) -> None:
    """The range has no name any more; sign-ins of the past keep theirs."""
    Network.objects.filter(pk=key).delete()
    forget()
