"""The spreadsheet that staff are filled into."""

from django.utils.translation import gettext as _

from accounts.models import Unit
from accounts.organisation.queries import labels_of
from accounts.roles import STAFF, Role
from common.spreadsheet.template import TemplateColumn, TemplateSheets, write_template


def staff_template() -> bytes:
    """An empty .xlsx with the columns, the roles and the units to pick from, and an example."""
    units = list(Unit.objects.filter(is_active=True).order_by("path"))
    paths = dict(labels_of(units))
    roles = [(role.value, str(role.label)) for role in Role if role in STAFF]
    places = [(unit.code or unit.name, paths[unit.pk]) for unit in units]
    columns = [
        TemplateColumn("姓名", required=True, example="陈静"),
        TemplateColumn("工号", required=True, note=_("It is also the sign-in name."), example="T1001"),
        TemplateColumn("手机", required=False, example="15400000001", width=16),
        TemplateColumn("邮箱", required=False, example="chen@example.edu.cn", width=24),
        TemplateColumn(
            "角色",
            required=False,
            note=_("Left empty, only the person is added."),
            example=str(Role.COUNSELOR.label),
            choices=roles,
            width=18,
        ),
        TemplateColumn(
            "单位代码",
            required=False,
            note=_("The code of the unit, or its full name."),
            example=places[-1][0] if places else "",
            choices=places,
            width=20,
        ),
        TemplateColumn("起始日期", required=False, note=_("Left empty: today."), example="2027-09-01"),
        TemplateColumn("截止日期", required=False, note=_("Left empty: without an end."), example=""),
    ]
    sheets = TemplateSheets(
        data=_("Staff"), codes=_("Codes"), example=_("Example"), code=_("Code"), name=_("Name")
    )
    return write_template(columns, sheets)
