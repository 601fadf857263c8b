"""What a request says about where it comes from, and answers that are files."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(content: bytes, name: str) -> HttpResponse:
    """An .xlsx to be saved under *name* (ASCII)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def client_ip(request: HttpRequest) -> str:
    """The address of the person's machine; in production the one our own proxy saw."""
    seen_by_proxy = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    return seen_by_proxy.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def page_of(request: HttpRequest) -> str:
    """The page of this site that sent the request: where somebody can go on; "/" when it is unknown."""
    url = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
