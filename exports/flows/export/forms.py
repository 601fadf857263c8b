"""What a request for an export keeps of what was said, with its digest in the trail."""

from typing import Any

from forms.schema import FormSchema

KEY = "sensitive_export"


def _field(key: str, kind: str, label: str, label_zh: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "group": "why", "label": label, "label_zh": label_zh} | more


DESCRIPTION: dict[str, Any] = {
    "key": KEY,
    "title": "Export with personal data",
    "title_zh": "敏感数据导出",
    "groups": [{"key": "why", "label": "What for", "label_zh": "用途"}],
    "fields": [
        _field("purpose", "long(200)", "Purpose", "用途", required=True),
        _field("recipient", "text(100)", "Who gets the file", "接收人", required=True, others=True),
        _field("outside", "bool", "Goes to a body outside the school", "提供给校外单位"),
        _field("keep_until", "date", "Kept until", "保存至", required=True),
        _field(
            "consent",
            "files",
            "Consent of the province",
            "省级主管部门同意文件",
            visible_if="outside",
            required_if="outside",
        ),
        _field(
            "assessment",
            "text(100)",
            "Impact assessment",
            "个人信息保护影响评估",
            visible_if="outside",
            required_if="outside",
        ),
    ],
}
SCHEMA = FormSchema.from_dict(DESCRIPTION)
