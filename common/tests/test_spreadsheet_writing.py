import io

import openpyxl

from common.spreadsheet.reading import open_table
from common.spreadsheet.template import TemplateColumn, TemplateSheets, write_template
from common.spreadsheet.writing import write_table

SHEETS = TemplateSheets(data="毕业生", codes="代码", example="示例", code="代码", name="名称")


def test_written_values_are_text_and_never_formulas(tmp_path):
    path = tmp_path / "out.xlsx"
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "0012", "110105194912310021", "http://example.edu.cn"]
    write_table(path, [f"列{number}" for number in range(7)], [hostile])
    cells = openpyxl.load_workbook(path).active[2]
    assert [cell.value for cell in cells] == hostile
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not any(cell.hyperlink for cell in cells)


def test_short_rows_and_repeated_headers_are_kept_apart(tmp_path):
    path = tmp_path / "out.xlsx"
    write_table(path, ["学号", "学号", ""], iter([["1", "2", "3"], ["4"]]))
    with open_table(path) as table:
        assert [row.cells for row in table] == [["学号", "学号 (2)"], ["1", "2", "3"], ["4"]]


def test_table_without_rows_still_has_its_header():
    buffer = io.BytesIO()
    write_table(buffer, ["学号"], [])
    assert openpyxl.load_workbook(buffer).active["A1"].value == "学号"


def test_template_marks_required_columns_and_offers_codes():
    columns = [
        TemplateColumn("学号", required=True, note="唯一", example="2023001"),
        TemplateColumn("性别", required=False, example="1", choices=[("1", "男"), ("2", "女")]),
        TemplateColumn("生源地", required=True, choices=[(str(code), "县") for code in range(100)]),
    ]
    book = openpyxl.load_workbook(io.BytesIO(write_template(columns, SHEETS)))
    assert book.sheetnames == ["毕业生", "代码", "示例"]
    data, codes, sample = book.worksheets
    assert [cell.value for cell in data[1]] == ["学号*", "性别", "生源地*"]
    assert data.max_row == 1
    assert data.freeze_panes == "A2"
    assert data["A1"].fill.fgColor.rgb != data["B1"].fill.fgColor.rgb
    assert data["A1"].comment.text == "唯一"
    assert data.column_dimensions["A"].number_format == "@"
    (validation,) = data.data_validations.dataValidation
    assert (str(validation.sqref), validation.formula1) == ("B2:B5001", "'代码'!$B$3:$B$4")
    assert [[cell.value for cell in row] for row in codes["A1:B4"]] == [
        ["性别", None],
        ["代码", "名称"],
        ["1", "男"],
        ["2", "女"],
    ]
    assert [cell.value for cell in sample[2]] == ["2023001", "1", None]
