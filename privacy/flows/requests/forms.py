"""What a request keeps of what was said, with its digest in the trail."""

from typing import Any

from forms.schema import FormSchema
from privacy.models import FLOW_KEY


def _field(key: str, kind: str, label: str, label_zh: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "group": "what", "label": label, "label_zh": label_zh} | more


DESCRIPTION: dict[str, Any] = {
    "key": FLOW_KEY,
    "title": "Request about own data",
    "title_zh": "个人信息请求",
    "groups": [{"key": "what", "label": "What is asked", "label_zh": "请求内容"}],
    "fields": [
        _field("said", "long(500)", "In own words", "具体说明", required=True),
        _field("wanted", "text(200)", "What shall stand there", "应改为"),
    ],
}
SCHEMA = FormSchema.from_dict(DESCRIPTION)
