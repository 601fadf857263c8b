"""Small pictures and PDFs to upload as proof; every one of them says that it is a sample."""

import io
from collections.abc import Mapping
from functools import lru_cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from destinations.flows.filing.matrix import categories

_KINDS: Mapping[str, tuple[str, ...]] = {
    "10": ("agreement",),
    "11": ("contract",),
    "12": ("hiring_certificate",),
    "271": ("assistant",),
    "272": ("postdoc",),
    "46": ("enlistment",),
    "50": ("programme",),
    "51": ("programme",),
    "75.1": ("licence",),
    "75.2": ("incubator",),
    "75.3": ("shop_screenshot", "income"),
    "76": ("statement",),
    "80": ("admission",),
    "85": ("overseas_offer",),
}
_PAPER, _INK, _LINE, _SEAL = (252, 251, 247), (60, 60, 66), (205, 205, 205), (190, 40, 40)
_SIZE = (360, 480)
_SENT_BY_MAIL = "overseas_offer"
"""Comes as a PDF; of everything else graduates take a photo."""


def proof_kinds(category: str) -> tuple[str, ...]:
    """The kinds of proof a graduate adds for *category*; none where nothing is settled."""
    return _KINDS.get(category) or _KINDS.get(categories()[category]["parent"], ())


def proof_file(kind: str, number: str) -> SimpleUploadedFile:
    """A sample document of *kind* that bears *number*, so that no two graduates upload the same file."""
    if kind == _SENT_BY_MAIL:
        return SimpleUploadedFile(f"{kind}-{number}.pdf", _pdf(kind, number), "application/pdf")
    return SimpleUploadedFile(f"{kind}-{number}.jpg", _photo(kind, number), "image/jpeg")


def _photo(kind: str, number: str) -> bytes:
    image = _page(kind).copy()
    ImageDraw.Draw(image).text((45, 78), f"No. {number}", fill=_INK, font=_font(14))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


@lru_cache
def _page(kind: str) -> Image.Image:
    """A title, ruled lines and a round seal: what a photo of the paper looks like."""
    image = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((45, 44), kind.replace("_", " ").upper(), fill=_INK, font=_font(20))
    for y in range(130, 400, 27):
        draw.line((45, y, 315, y), fill=_LINE)
    draw.ellipse((218, 352, 308, 442), outline=_SEAL, width=3)
    draw.text((235, 388), "SAMPLE", fill=_SEAL, font=_font(15))
    return image


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _pdf(kind: str, number: str) -> bytes:
    """One page with two lines of text, written by hand: four objects and their table (PDF 1.4)."""
    text = f"BT /F1 20 Tf 72 720 Td (SAMPLE {kind}) Tj 0 -36 Td (No. {number}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
    )
    body, offsets = b"%PDF-1.4\n", []
    for place, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (place, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
