"""Answering with an uploaded file; whoever calls has made sure that the reader may see it."""

from django.http import FileResponse

from forms.models import Attachment

# Chromium shows no PDF in a sandboxed answer, so a PDF gets everything but the sandbox.
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_POLICIES = {"application/pdf": f"{_NOTHING}; object-src 'self'; img-src 'self' blob: data:"}
_SANDBOX = f"{_NOTHING}; img-src 'self'; sandbox"


def file_response(attachment: Attachment, *, thumbnail: bool = False, download: bool = False) -> FileResponse:
    """The file (or its small picture) to look at in the browser, or to save under its own name."""
    small = thumbnail and bool(attachment.thumbnail)
    file = attachment.thumbnail if small else attachment.file
    content_type = "image/jpeg" if small else attachment.content_type
    response = FileResponse(
        file.open("rb"), as_attachment=download, filename=attachment.name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICIES.get(content_type, _SANDBOX)
    response["Cache-Control"] = "private, max-age=600"
    return response
