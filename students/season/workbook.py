"""The made-up cohort as the spreadsheet a school's registry would send."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from rustpy_xlsxwriter import write_worksheet

from students.importing.columns import BY_FIELD
from students.season.faults import Row

FIELDS = (
    "exam_no", "student_no", "name", "id_document_type", "id_no", "gender", "birth_date", "ethnic_group",
    "political_status", "college", "major", "student_class", "major_code_national", "catalogue_year",
    "education_level", "study_form", "training_mode", "target_unit", "target_unit_region",
    "schooling_length", "enrolled_on", "graduate_on", "academic_status", "origin_region", "urban_rural",
    "normal_student_category", "hardship_category", "hardship_reason", "examinee_type", "archive_moved_in",
    "archive_before", "hukou_moved_in", "police_station_before", "mobile", "backup_mobile", "email",
    "home_address", "home_postcode",
)  # fmt: skip
LABELS = {field: BY_FIELD[field].zh for field in FIELDS}
_WRITTEN_AT = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_PROPERTIES = "docProps/core.xml"


def write_graduates(path: Path, rows: Iterable[Row]) -> None:
    """Write *rows* under Chinese column heads; the same rows always give the same bytes.

    Text stays text, so zeros in front survive; whole numbers become number cells.
    """
    buffer = io.BytesIO()
    records = ({label: row[field] for field, label in LABELS.items()} for row in rows)
    write_worksheet(records, buffer, sheet_name="毕业生", freeze_row=1, bold_headers=True)
    with zipfile.ZipFile(buffer) as written, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in written.infolist():
            content = written.read(part)
            if part.filename == _PROPERTIES:
                content = _WRITTEN_AT.sub(b"2000-01-01T00:00:00Z", content)
            target.writestr(part, content, zipfile.ZIP_DEFLATED, compresslevel=1)
