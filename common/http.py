"""What a request says about where it comes from, and answers that are files."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from common.ids import uuid7

NETWORK_BITS = 64
"""How much of an IPv6 address a customer is given at least: one may take any of the rest."""
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,36}")
_KEPT_ID = "qicheng.request_id"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"


def download(content: bytes, name: str, content_type: str = XLSX) -> HttpResponse:
    """A file, .xlsx unless told, to be saved under *name* (ASCII)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def client_ip(request: HttpRequest) -> str:
    """The address of the person's machine; in production the one our own proxy saw.

    The proxy writes it last; what stands before, anybody may have written. What is no address is left out.
    """
    seen_by_proxy = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    for said in (seen_by_proxy.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        if (address := _address(said)) is not None:
            return str(address)
    return ""


def request_id(request: HttpRequest) -> str:
    """The proxy's name for this request, so that its log and ours lie side by side; else a new one."""
    if _KEPT_ID not in request.META:
        given = request.headers.get("X-Request-ID", "") if settings.PRODUCTION else ""
        request.META[_KEPT_ID] = given if _REQUEST_ID.fullmatch(given) else uuid7().hex
    return str(request.META[_KEPT_ID])


def network_of(ip: str) -> str:
    """What stands for one household or machine: an IPv4 address, the first 64 bits of an IPv6 one."""
    address = _address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, NETWORK_BITS), strict=False))
    return ip


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in *text* (one of IPv4 inside IPv6 as IPv4); None for anything else."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return found.ipv4_mapped or ipaddress.IPv6Address(int(found))  # without the zone
    return found


def page_of(request: HttpRequest) -> str:
    """The page of this site that sent the request: where somebody can go on; "/" when it is unknown."""
    url = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
