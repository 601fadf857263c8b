import datetime
import io
import itertools
import re
import signal
import struct
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common.errors import BadInput
from common.spreadsheet import reading
from common.spreadsheet.limits import Limits
from common.spreadsheet.reading import Table, open_table

SHEET = "xl/worksheets/sheet1.xml"
MORNING = datetime.datetime(2027, 6, 30, 8, 5)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.fixture
def save(tmp_path):
    """Write bytes under a file name and return the path."""

    def write(content: bytes, name: str = "f.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def workbook(*rows, **properties) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, value in properties.items():
        setattr(book.active, name, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rezip(content: bytes, **changes: bytes | None) -> bytes:
    """The archive with parts replaced, added, or (None) left out."""
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            if item.filename not in changes:
                target.writestr(item.filename, source.read(item))
        for name, value in changes.items():
            if value is not None:
                target.writestr(name, value)
    return buffer.getvalue()


def old_workbook(*rows) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("毕业生")
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value, date) if isinstance(value, datetime.date) else sheet.write(r, c, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def refusal(path: Path, **limits: int) -> str:
    with pytest.raises(BadInput) as caught:
        open_table(path, Limits(**limits))
    return str(caught.value)


def message(code: str, **params: object) -> str:
    return str(reading.MESSAGES[code]) % params


def cells(path: Path) -> list[list[str]]:
    with open_table(path) as table:
        return [row.cells for row in table]


# --- values ---------------------------------------------------------------------------------------


def test_values_of_xlsx_become_text(save):
    content = workbook(
        ["学号", "整数", "小数", "日期", "时刻", "是", "字"],
        ["0012", 20230101.0, 2.5, datetime.date(2027, 6, 30), MORNING, True, " 王 "],
        ["110105194912310021", 110105194912310021, 0.1, None, None, False, "﻿王\u200b晓"],
    )
    assert cells(save(content))[1:] == [
        ["0012", "20230101", "2.5", "2027-06-30", "2027-06-30 08:05:00", "TRUE", "王"],
        ["110105194912310021", "110105194912310000", "0.1", "", "", "FALSE", "王晓"],
    ]


def test_result_of_a_formula_is_read(save):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"0"&amp;7</f><v>07</v></c></row>'
        b"</sheetData></worksheet>"
    )
    assert cells(save(rezip(workbook(["x"]), **{SHEET: sheet}))) == [["2", "07"]]


def test_row_numbers_are_those_of_excel_and_blank_rows_are_left_out(save):
    book = openpyxl.Workbook()
    book.active["C3"], book.active["D6"] = "x", "y"
    buffer = io.BytesIO()
    book.save(buffer)
    with open_table(save(buffer.getvalue())) as table:
        assert [tuple(row) for row in table] == [(3, ["", "", "x"]), (6, ["", "", "", "y"])]
        assert table.count() == 2
        assert [row.number for row in table] == [3, 6]  # a second walk sees the same


def test_first_visible_sheet_with_content_is_read(save):
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    book.active["A1"] = "hidden"
    book.create_sheet("空")
    book.create_sheet("毕业生")["A1"] = "seen"
    buffer = io.BytesIO()
    book.active = 1
    book.save(buffer)
    assert cells(save(buffer.getvalue())) == [["seen"]]


def test_old_excel_file_is_read_whatever_its_name(save):
    content = old_workbook(["学号", "日期", "数"], ["0012", datetime.date(2027, 6, 30), 20230101.0])
    expected = [["学号", "日期", "数"], ["0012", "2027-06-30", "20230101"]]
    assert cells(save(content, "f.xls")) == expected
    assert cells(save(content, "f.csv")) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_usual_encoding(save, encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in [["学号", "姓名"], ["0012", '"王, 晓\n雨"']])
    assert cells(save(text.encode(encoding), "f.csv")) == [["学号", "姓名"], ["0012", "王, 晓\n雨"]]


def test_rare_characters_survive_gb18030(save):
    assert cells(save("姓名\n𠮷田㛃".encode("gb18030"), "f.csv")) == [["姓名"], ["𠮷田㛃"]]


def test_gbk_text_that_happens_to_be_utf8_is_still_read_as_chinese(save):
    content = "学校".encode("gbk")
    assert content.decode("utf-8") == "ѧУ"  # readable, but wrong
    assert cells(save(content, "f.csv")) == [["学校"]]


def test_excel_tricks_that_keep_zeros_in_csv_are_undone(save):
    assert cells(save(b'="0012",\t110105194912310021', "f.csv")) == [["0012", "110105194912310021"]]


# --- files that are refused -----------------------------------------------------------------------


def test_empty_files_are_refused(save):
    for content in (b"", workbook(), b"\n\n , ,\n"):
        assert refusal(save(content)) == message("empty_file")


def test_encrypted_workbooks_are_refused(save):
    package = COMPOUND + "EncryptedPackage".encode("utf-16-le") + b"\0" * 900
    assert refusal(save(package)) == message("encrypted")


def test_archive_with_a_password_is_refused(save):
    content = bytearray(workbook(["x"]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 1)
    assert refusal(save(bytes(content))) == message("encrypted")


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_truncated_workbooks_are_refused(save, keep):
    content = workbook(*[[str(number)] * 20 for number in range(500)])
    assert refusal(save(content[: int(len(content) * keep)])) == message("broken_workbook")


def test_workbook_with_a_wrong_checksum_is_refused(save):
    content = bytearray(workbook(["x"] * 50))
    content[len(content) // 3] ^= 0xFF
    assert refusal(save(bytes(content))) == message("broken_workbook")


def test_old_excel_file_cut_short_is_refused(save):
    content = old_workbook(*[["学号", str(number)] for number in range(300)])
    assert refusal(save(content[:2000], "f.xls")) == message("broken_workbook")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7\n", "PDF"), (b"\x89PNG\r\n", "PNG"), (b"\xff\xd8\xff\xe0", "JPEG"), (b"Rar!\x1a", "RAR")],
)
def test_other_files_are_named(save, content, kind):
    assert refusal(save(content + b"\0" * 90)) == message("foreign_file", kind=kind)


def test_web_page_called_xls_is_refused_with_a_way_out(save):
    assert refusal(save(b"\xef\xbb\xbf <html><table>", "f.xls")) == message("markup_file")


def test_bytes_without_meaning_are_refused(save):
    assert refusal(save(b"\x00\x01\x02" * 99, "f.csv")) == message("unknown_file")
    assert refusal(save(b"a,b\n\xff\xff\xff\xff,1", "f.csv")) == message("unknown_encoding")


def test_zip_that_is_no_workbook_is_refused(save):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(save(buffer.getvalue())) == message("not_a_workbook")


def test_macros_are_refused(save):
    assert refusal(save(rezip(workbook(["x"]), **{"xl/vbaProject.bin": b"x"}))) == message("macros")
    old = old_workbook(["x"]) + "_VBA_PROJECT".encode("utf-16-le")
    assert refusal(save(old, "f.xls")) == message("macros")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_external_entities_are_refused(save, encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst>&e;</sst>'
    content = rezip(workbook(["x"]), **{"xl/sharedStrings.xml": bomb.encode(encoding)})
    assert refusal(save(content)) == message("entities")


def test_zip_bomb_is_refused_by_its_declared_size(save):
    content = rezip(workbook(["x"]), **{"xl/media/image1.png": b"\0" * 20_000_000})
    assert refusal(save(content), unpacked_bytes=10_000_000) == message("too_large_unpacked")


def test_zip_bomb_that_lies_about_its_size_is_refused(save):
    content = bytearray(rezip(workbook(["x"]), **{"xl/media/image1.png": b"\0" * 20_000_000}))
    real = struct.pack("<I", 20_000_000)
    while (at := content.find(real)) >= 0:
        content[at : at + 4] = struct.pack("<I", 10)
    assert refusal(save(bytes(content))) == message("broken_workbook")


def test_sheet_with_a_far_corner_cannot_exhaust_memory(save):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="10000"><c r="XFD10000"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    content = rezip(workbook(["x"]), **{SHEET: sheet})
    assert refusal(save(content)) == message("too_large_unpacked")


def test_limits_are_inclusive_and_named(save):
    path = save(workbook(["a", "b"], ["c", "d"]))
    with open_table(path, Limits(rows=2, columns=2, cell_characters=1)) as table:
        assert table.count() == 2
    assert refusal(path, rows=1) == message("too_many_rows", limit=1)
    assert refusal(path, columns=1) == message("too_many_columns", row=1, limit=1)
    assert refusal(save(workbook(["ab"])), cell_characters=1) == message("long_cell", row=1, limit=1)
    assert refusal(path, bytes=100) == message("too_large_file", limit=0)


def test_endless_quotation_in_csv_is_refused(save):
    assert refusal(save(b'a,"' + b"x" * 20_000, "f.csv")) == message("broken_csv", line=1)


def test_reading_that_takes_too_long_is_stopped(save):
    path = save(workbook(*[[str(number)] * 20 for number in range(500)]))
    assert refusal(path, seconds=0) == message("too_slow")


def test_big_table_needs_no_memory_here(save, tmp_path):
    path = save("\n".join(["0123456789," * 30] * 20_000).encode(), "f.csv")
    tracemalloc.start()
    with open_table(path) as table:
        rows = sum(1 for row in table)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 20_000
    assert peak < 2_000_000


def test_row_longer_than_what_is_read_at_once_is_whole(save):
    rows = [["short"], ["长" * 3_000] * 60, ["after", "it"]]
    path = save("\n".join(map(",".join, rows)).encode(), "f.csv")
    with open_table(path) as table:
        assert [row.cells for row in table] == rows
        assert [row.number for row in table] == [1, 2, 3]


# --- while it is being read -----------------------------------------------------------------------

READER = """
import sys
w = lambda text: print(text, flush=True)
rows = lambda first: print(*[f'[{n},["a"]]' for n in range(first, first + 20_000)], sep="\\n", flush=True)
"""


@pytest.fixture
def follow():
    """A table whose reading process runs the given lines; `w` writes one, `rows` 20,000."""
    with tempfile.TemporaryFile() as spool:

        def start(*lines: str) -> Table:
            code = READER + "\n".join(lines)
            return Table(
                spool, subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=spool)
            )

        yield start


def test_rows_are_there_before_the_file_was_read_to_its_end(follow):
    with follow("rows(1)", "input()", "rows(20001)", "w('{\"rows\": 40000}')") as table:
        walk = iter(table)
        assert next(walk) == (1, ["a"])
        assert table._reader.poll() is None
        table._reader.communicate(b"go on\n")
        assert [row.number for row in walk] == list(range(2, 40_001))
        assert table.count() == 40_000


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ('w(\'{"error": "entities", "params": {}}\')', "entities"),
        ("sys.stdout.write('[20001,[\"cut')", "broken_workbook"),
        ("sys.exit(1)", "broken_workbook"),
    ],
)
def test_walk_that_meets_the_end_of_a_broken_file_says_so(follow, end, code):
    with follow("rows(1)", end) as table:
        walk = iter(table)
        assert [row.number for row in itertools.islice(walk, 20_000)] == list(range(1, 20_001))
        with pytest.raises(BadInput, match=re.escape(message(code))):
            next(walk)
        with pytest.raises(BadInput, match=re.escape(message(code))):
            table.count()


def test_who_closes_a_table_stops_its_reading(follow):
    with follow("rows(1)", "input()") as table:
        assert next(iter(table)).number == 1
    assert table._reader.returncode == -signal.SIGKILL


# --- whatever the bytes ---------------------------------------------------------------------------

GOOD_XLSX = workbook(["学号", "姓名"], ["0012", "王"])
GOOD_XLS = old_workbook(["学号", "姓名"], ["0012", "王"])


KNOWN = [re.sub(r"%\\\(\w+\\\)s", ".+", re.escape(str(text))) for text in reading.MESSAGES.values()]


@st.composite
def damaged(draw, contents):
    """One of *contents* with some bytes replaced, and a piece put in or cut out."""
    content = bytearray(draw(st.sampled_from(contents)))
    for _number in range(draw(st.integers(0, 8))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    start = draw(st.integers(0, len(content)))
    end = start + draw(st.integers(0, 200))
    return bytes(content[:start] + draw(st.binary(max_size=40)) + content[end:])


FILES = damaged([GOOD_XLSX, GOOD_XLS, "学号,姓名\n1,王".encode("gbk")])
SHEETS = damaged([zipfile.ZipFile(io.BytesIO(GOOD_XLSX)).read(SHEET)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        FILES, SHEETS.map(lambda xml: rezip(GOOD_XLSX, **{SHEET: xml})), st.binary(max_size=300)
    )
)
@example(content=GOOD_XLSX)
@example(content=GOOD_XLS)
def test_any_bytes_are_a_table_or_a_clear_refusal(tmp_path, content):
    path = tmp_path / "f.xlsx"
    path.write_bytes(content)
    try:
        table = open_table(path)
    except BadInput as error:
        refusal_text = str(error)
        assert any(re.fullmatch(known, refusal_text) for known in KNOWN)
    else:
        with table:
            assert all(isinstance(cell, str) for row in table for cell in row.cells)
            assert table.count() >= 1
