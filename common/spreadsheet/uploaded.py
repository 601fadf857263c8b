"""A spreadsheet that a browser sent, on disk for as long as it is read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile


@contextmanager
def on_disk(upload: "UploadedFile[bytes]") -> Iterator[Path]:
    """The path of a copy of *upload*, which goes away afterwards."""
    with tempfile.NamedTemporaryFile() as copy:
        for block in upload.chunks():
            copy.write(block)
        copy.flush()
        yield Path(copy.name)
