"""Every write about WeChat: bindings, sign-in by QR code, messages in and out."""

from wechat.actions.bindings import (
    BINDING,
    bind,
    ended,
    renew_password_mark,
    unbind,
)
from wechat.actions.letters import send_due, write
from wechat.actions.receiving import handle, receive
from wechat.actions.scans import confirm_scan, open_scan, refuse_scan, scanned, use_scan

__all__ = [
    "BINDING",
    "bind",
    "confirm_scan",
    "ended",
    "handle",
    "open_scan",
    "receive",
    "refuse_scan",
    "renew_password_mark",
    "scanned",
    "send_due",
    "unbind",
    "use_scan",
    "write",
]
