"""The one question of binding another WeChat."""

from typing import Any

from forms.schema import FormSchema
from students.queries import REBINDING

KEY = REBINDING
DESCRIPTION: dict[str, Any] = {
    "key": KEY,
    "title": "Another WeChat",
    "title_zh": "更换微信绑定",
    "groups": [{"key": "why", "label": "Why", "label_zh": "原因"}],
    "fields": [
        {
            "key": "reason",
            "type": "long(200)",
            "group": "why",
            "required": True,
            "label": "Why another WeChat?",
            "label_zh": "为什么要换绑微信",
        }
    ],
}
SCHEMA = FormSchema.from_dict(DESCRIPTION)
