"""Files from strangers, made harmless before anything keeps them (V-FILE).

What a file is, its content says, never its name. Images are decoded and written anew, which drops
places, camera data and whatever else hid in them; PDFs are looked into by a process of their own.
"""

import hashlib
import io
import re
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps

from common.errors import BadInput

LONGEST_SIDE = 4000
THUMBNAIL_SIDE = 320
JPEG_QUALITY = 85
LONGEST_NAME = 120
PDF_SECONDS = 20

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"

#: Kind of file -> what its name may end with; the first is what we write.
ENDINGS: Mapping[str, tuple[str, ...]] = {PDF: ("pdf",), JPEG: ("jpg", "jpeg"), PNG: ("png",)}
IMAGES = frozenset({JPEG, PNG})

#: Pixels that may be decoded; a large JPEG is made smaller while it is decoded, a PNG needs memory for all.
MOST_PIXELS: Mapping[str, int] = {JPEG: 80_000_000, PNG: 30_000_000}

_HEIF = re.compile(rb"....ftyp(?:heic|heix|hevc|heim|heis|mif1|msf1|avif)", re.DOTALL)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_RESERVED = re.compile(r'[<>:"|?*]+')
_INSPECTOR = Path(__file__).with_name("pdf_inspector.py")

_PDF_FAULTS: Mapping[str, str | Promise] = {
    "password": gettext_lazy(
        "This PDF is locked by a password. Save it without one, or upload photos of it."
    ),
    "empty": gettext_lazy("This PDF has no pages. Please choose another file."),
    "active": gettext_lazy(
        "This PDF holds programs or interactive parts, which are not accepted. Print it to a new PDF, or "
        "upload photos of it."
    ),
    "embedded": gettext_lazy(
        "This PDF holds other files inside, which are not accepted. Print it to a new PDF, or upload photos "
        "of it."
    ),
    "broken": gettext_lazy("This PDF cannot be opened; it may be damaged. Please save it again."),
}


@dataclass(frozen=True)
class CleanFile:
    """A file that is safe to keep and to show."""

    name: str
    content_type: str
    content: bytes
    thumbnail: bytes = b""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    @cached_property
    def sha256(self) -> str:
        """The digest of the content as kept (hex)."""
        return hashlib.sha256(self.content).hexdigest()


def clean_upload(upload: "UploadedFile[bytes]") -> CleanFile:
    """The harmless form of an uploaded pdf, jpg, jpeg or png.

    Raises BadInput, saying what is wrong and what to do, when the file is too large, empty, of another
    kind, disguised by its name, damaged, or holds more than a document.
    """
    _check_size(upload.size or 0)
    content = upload.read()
    content_type = _sniff(content)
    stem, ending = _split_name(upload.name or "")
    if not _fits(content_type, ending):
        raise BadInput(
            _("The name ends with .%(ending)s, but the file is something else. Please choose the real file.")
            % {"ending": ending}
        )
    name = f"{stem[: LONGEST_NAME - 5]}.{ENDINGS[content_type][0]}"
    if content_type == PDF:
        _check_pdf(content)
        return CleanFile(name, content_type, content)
    image = _open_image(content, content_type)
    return CleanFile(name, content_type, _encode(image, content_type), _thumbnail(image))


def _check_size(size: int) -> None:
    if not size:
        raise BadInput(_("This file is empty. Please choose another one."))
    if size > settings.UPLOAD_MAX_BYTES:
        raise BadInput(
            _("This file has %(size)s MB, at most %(most)s MB fit. Please choose a smaller one.")
            % {"size": f"{size / 1024**2:.1f}", "most": settings.UPLOAD_MAX_BYTES // 1024**2}
        )


def _sniff(content: bytes) -> str:
    """The kind of file by its first bytes."""
    for start, content_type in ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG)):
        if content.startswith(start):
            return content_type
    if _HEIF.match(content):
        raise BadInput(
            _(
                "This photo is in a format (HEIC) many computers cannot show. Take a screenshot of it, or "
                "save it as JPG."
            )
        )
    raise BadInput(
        _("Only PDF, JPG and PNG files are accepted. Take a photo of the page, or save it as PDF.")
    )


def _split_name(name: str) -> tuple[str, str]:
    """A harmless stem and the lower-case ending of a file name as sent by a browser."""
    base = re.split(r"[\\/]", unicodedata.normalize("NFC", _UNSEEN.sub("", name)))[-1]
    stem, _dot, ending = base.rpartition(".") if "." in base else (base, "", "")
    return _RESERVED.sub("_", stem).strip(" .") or "file", ending.lower()


def _fits(content_type: str, ending: str) -> bool:
    """Whether a name may end so; phones often call a PNG .jpg, which harms nobody."""
    kinds = IMAGES if content_type in IMAGES else {content_type}
    return not ending or any(ending in ENDINGS[kind] for kind in kinds)


def _check_pdf(content: bytes) -> None:
    key = f"pdf-verdict:{hashlib.sha256(content).hexdigest()}"
    verdict = cache.get_or_set(key, lambda: _inspect(content))
    if verdict != "fine":
        raise BadInput(_PDF_FAULTS.get(str(verdict), _PDF_FAULTS["broken"]))


def _inspect(content: bytes) -> str:
    """What the inspector says; broken when it ran out of memory or time."""
    command = [sys.executable, "-I", str(_INSPECTOR)]
    try:
        answer = subprocess.run(command, input=content, capture_output=True, timeout=PDF_SECONDS, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return "broken"
    return answer.stdout.decode()


def _open_image(content: bytes, content_type: str) -> Image.Image:
    """The decoded picture, upright and at most 4000 pixels long, without anything beside the pixels."""
    kind = content_type.removeprefix("image/").upper()
    try:
        with Image.open(io.BytesIO(content), formats=[kind]) as check:
            width, height = check.size
            if width * height > MOST_PIXELS[content_type]:
                raise Image.DecompressionBombError
            check.verify()
        with Image.open(io.BytesIO(content), formats=[kind]) as image:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _pixels_only(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError as error:
        raise BadInput(_("This picture is too large to open. Please choose a smaller one.")) from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, struct.error) as error:
        raise BadInput(_("This picture is damaged and cannot be opened. Please take it again.")) from error


def _pixels_only(image: Image.Image) -> Image.Image:
    has_alpha = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if has_alpha else "L" if image.mode in ("1", "L") else "RGB")
    plain.info = {}
    return plain


def _encode(image: Image.Image, content_type: str) -> bytes:
    buffer = io.BytesIO()
    if content_type == PNG:
        image.save(buffer, "PNG", optimize=True)
    else:
        _on_white(image).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _thumbnail(image: Image.Image) -> bytes:
    small = _on_white(image)
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return _encode(small, JPEG)


def _on_white(image: Image.Image) -> Image.Image:
    """A copy without transparency."""
    if image.mode != "RGBA":
        return image.copy()
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper
