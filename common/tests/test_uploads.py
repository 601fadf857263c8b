"""Files from strangers: what is kept of them, and what is refused."""

import io
import resource
import struct
import zlib

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from common import uploads
from common.errors import BadInput
from common.pdf_inspector import MEMORY_BYTES
from common.uploads import clean_upload


@pytest.fixture
def english():
    with override("en"):
        yield


def picture(kind="JPEG", size=(60, 40), mode="RGB", color="red", **settings):
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, kind, **settings)
    return buffer.getvalue()


def document(change=lambda pdf: None, **settings):
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(buffer, **settings)
    return buffer.getvalue()


def upload(name, content):
    return SimpleUploadedFile(name, content)


def opened(clean):
    return Image.open(io.BytesIO(clean.content))


def test_photo_loses_its_place_and_camera_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    clean = clean_upload(upload("协议书.JPG", picture(exif=exif, comment=b"secret")))
    image = opened(clean)
    assert (clean.name, clean.content_type, image.size) == ("协议书.jpg", "image/jpeg", (40, 60))
    assert not image.getexif()
    assert b"secret" not in clean.content
    assert b"Camera" not in clean.content


def test_png_keeps_its_transparency_and_loses_its_texts():
    info = PngInfo()
    info.add_text("Author", "secret")
    clean = clean_upload(upload("a.png", picture("PNG", mode="RGBA", color=(255, 0, 0, 0), pnginfo=info)))
    assert opened(clean).mode == "RGBA"
    assert b"secret" not in clean.content
    assert Image.open(io.BytesIO(clean.thumbnail)).getpixel((5, 5)) == (255, 255, 255)


def test_large_photo_is_made_smaller_and_has_a_thumbnail():
    clean = clean_upload(upload("a.jpg", picture(size=(5000, 2500))))
    assert opened(clean).size == (4000, 2000)
    assert Image.open(io.BytesIO(clean.thumbnail)).size == (320, 160)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_photo_of_another_colour_mode_is_accepted(mode):
    kind = "JPEG" if mode in ("L", "CMYK") else "PNG"
    assert opened(clean_upload(upload("a", picture(kind, mode=mode, color=0)))).size == (60, 40)


def test_same_photo_gives_the_same_digest():
    one, other = (clean_upload(upload(name, picture())) for name in ("a.jpg", "b.jpg"))
    assert one.sha256 == other.sha256


def test_document_is_kept_as_it_is():
    content = document()
    clean = clean_upload(upload("合同.pdf", content))
    assert (clean.content, clean.content_type, clean.thumbnail) == (content, "application/pdf", b"")


def test_document_with_owner_restrictions_is_accepted():
    content = document(encryption=pikepdf.Encryption(owner="boss", user=""))
    assert clean_upload(upload("a.pdf", content)).content == content


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (r"C:\fakepath\协议.jpg", "协议.jpg"),
        ("../../etc/passwd.jpeg", "passwd.jpg"),
        ("\u202egpj.evil\x00.png", "gpj.evil.jpg"),
        ('a<b>"c|.jpg', "a_b_c_.jpg"),
        ("...", "file.jpg"),
        ("photo", "photo.jpg"),
        ("长" * 300 + ".jpg", "长" * 115 + ".jpg"),
    ],
)
def test_name_is_made_harmless(name, expected):
    file = upload("x", picture())
    file._name = name
    assert clean_upload(file).name == expected


def javascript(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(pdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pikepdf.Dictionary(A=action)]))


def embedded(pdf):
    pdf.attachments["virus.exe"] = b"MZ"


def refusal(name, content):
    with pytest.raises(BadInput) as caught:
        clean_upload(upload(name, content))
    return str(caught.value)


HIDDEN = {"object_stream_mode": pikepdf.ObjectStreamMode.generate, "compress_streams": True}


@pytest.mark.parametrize("settings", [{}, HIDDEN])
@pytest.mark.parametrize(
    ("change", "word"), [(javascript, "programs"), (launch, "programs"), (embedded, "inside")]
)
def test_document_that_does_more_than_show_is_refused(change, word, settings, english):
    assert word in refusal("a.pdf", document(change, **settings))


def test_document_that_needs_a_password_is_refused(english):
    locked = document(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "password" in refusal("a.pdf", locked)


def test_document_without_pages_is_refused(english):
    buffer = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(buffer)
    assert "no pages" in refusal("a.pdf", buffer.getvalue())


def test_document_that_only_starts_like_one_is_refused(english):
    assert "cannot be opened" in refusal("a.pdf", b"%PDF-1.7\n" + b"junk" * 100)


def bomb():
    """A PDF whose object stream inflates to half a gigabyte."""
    packer = zlib.compressobj(9)
    chunks = [packer.compress(bytes(16 * 1024 * 1024)) for _ in range(32)]
    stream = b"".join([*chunks, packer.flush()])
    head = b"%PDF-1.5\n"
    one = b"1 0 obj\n<</Type/ObjStm/N 1/First 8/Filter/FlateDecode/Length %d>>stream\n" % len(stream)
    body = head + one + stream + b"\nendstream endobj\n"
    rows = [(0, 0, 65535), (1, len(head), 0), (1, len(body), 0), (2, 1, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    xref = b"2 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 3 0 R/Length %d>>stream\n" % len(table)
    return body + xref + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body)


def largest_child():
    """Bytes of memory of the largest process this one has waited for."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def test_document_that_inflates_without_end_is_refused(english):
    content, before = bomb(), largest_child()
    assert "cannot be opened" in refusal("a.pdf", content)
    assert largest_child() <= max(before, MEMORY_BYTES)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.jpg", b"MZ\x90\x00" + b"\x00" * 100, "Only PDF"),
        ("a.jpg", document(), "something else"),
        ("a.pdf", picture(), "something else"),
        ("a.exe", picture(), "something else"),
        ("a.svg", b"<svg onload='alert(1)'/>", "Only PDF"),
        ("a.jpg", b"", "empty"),
        ("a.jpg", b"\xff\xd8\xff" + b"\x00" * 50, "damaged"),
        ("a.jpg", picture(size=(600, 400))[:-300], "damaged"),
        ("a.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 20, "HEIC"),
    ],
)
def test_file_of_another_kind_is_refused(name, content, word, english):
    assert word in refusal(name, content)


def test_too_large_file_is_refused_unread(settings, english):
    settings.UPLOAD_MAX_BYTES = 100
    assert "at most 0 MB" in refusal("a.jpg", picture())


def exif_with(tag, kind, value):
    """Camera data that turns the picture and holds one broken entry."""
    entries = struct.pack("<HHLL", 0x0112, 3, 1, 6) + struct.pack("<HHLL", tag, kind, 1, value)
    return b"Exif\0\0II*\0" + struct.pack("<LH", 8, 2) + entries + struct.pack("<L", 0)


@pytest.mark.parametrize(("tag", "kind", "value"), [(0x0100, 6, 0xFF), (0x0100, 11, 0x7F800000)])
def test_photo_with_broken_camera_data_is_refused(tag, kind, value, english):
    assert "damaged" in refusal("a.jpg", picture(exif=exif_with(tag, kind, value)))


@pytest.mark.parametrize("side", [6_000, 9_000, 60_000])
def test_picture_with_too_many_pixels_is_refused_before_it_is_decoded(side, monkeypatch, english):
    head = picture("PNG", mode="1", size=(10, 10), color=0)
    body = b"IHDR" + struct.pack(">II", side, side) + head[24:29]
    content = head[:12] + body + struct.pack(">I", zlib.crc32(body)) + head[33:]
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    assert "too large" in refusal("a.png", content)


def test_refusal_is_answered_by_the_inspector_process_even_when_it_dies(monkeypatch, english, tmp_path):
    crash = tmp_path / "crash.py"
    crash.write_text("import os; os.abort()")
    monkeypatch.setattr(uploads, "_INSPECTOR", crash)
    assert "cannot be opened" in refusal("a.pdf", document(lambda pdf: pdf.add_blank_page(page_size=(9, 9))))
