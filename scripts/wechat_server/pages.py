"""The pages of the phones: follow, scan, press the menu, read what came."""

import re
from html import escape
from urllib.parse import quote

from scripts.wechat_server.account import Account, Phone

_HEAD = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title><style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.6 system-ui, sans-serif; max-width: 420px; margin: 24px auto; padding: 0 16px }}
h1 {{ font-size: 20px }} li {{ margin: 8px 0; overflow-wrap: anywhere }} form {{ display: inline }}
button, input {{ font: inherit; padding: 6px 14px; margin: 4px 4px 4px 0 }} small {{ color: GrayText }}
ul {{ padding-left: 20px }}</style><h1>{title}</h1>
"""
_LINK = re.compile(r"https?://[^\s<]+")


def _page(title: str, body: str) -> str:
    return _HEAD.format(title=escape(title)) + body


def _list(items: list[str], nothing: str) -> str:
    return (
        f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
        if items
        else f"<p><small>{nothing}</small></p>"
    )


def phones(people: list[Phone]) -> str:
    """Whose phone to take."""
    lines = [f'<a href="/phone/{each.number}">{each.number} · {escape(each.name)}</a>' for each in people]
    told = "本机模拟的微信，仅供试用。手机页面在 localhost，电脑页面请用 127.0.0.1，两边互不影响登录。"
    hint = f"<p><small>{told}</small></p>"
    return _page("选一部手机 · Take a phone", _list(lines, "") + hint)


def whose(people: list[Phone], address: str) -> str:
    """Asked when a page wants to know who this is before a phone was taken."""
    lines = [
        f'<a href="{escape(address)}&amp;as={each.number}">{each.number} · {escape(each.name)}</a>'
        for each in people
    ]
    return _page("用哪部手机打开？· On which phone?", _list(lines, ""))


def phone(phone: Phone, account: Account, site: str) -> str:
    """One phone: what it can do and what it was told."""
    do = [("unfollow", "取消关注 · Unfollow")] if phone.follows else [("follow", "关注 · Follow")]
    do += [
        ("menu", "菜单「我的」· My pages"),
        ("snapshot", "快照模式 · Snapshot: " + ("on" if phone.is_snapshot else "off")),
    ]
    buttons = "".join(_button(phone, name, label) for name, label in do)
    now = account.clock()
    live = [ticket for ticket, (_scene, ends) in account.scenes.items() if ends > now][-3:]
    codes = [
        f"{_button(phone, 'scan', '扫一扫 · Scan', ticket)} <small>…{escape(ticket[-6:])}</small>"
        for ticket in reversed(live)
    ]
    told = [
        _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text))
        for text in reversed(phone.messages)
    ]
    own = f"{escape(site)}/wechat/enter/?next={quote('/account/wechat/')}"
    links = f'<p><a href="{own}">微信绑定 · Binding</a></p>'
    body = (
        f"<p>{buttons}</p>{links}<h2>电脑上的二维码 · Codes on screens</h2>"
        f"{_list(codes, '电脑登录页点「微信扫码登录」后刷新本页。Open the code at the desk, then reload.')}"
        f"<h2>消息 · Messages</h2>{_list(told, '还没有消息，稍等后刷新本页 · none yet, reload in a moment')}"
        "<p><a href='/'>换手机 · Another phone</a></p>"
    )
    return _page(f"{phone.name} 的手机", body)


def _button(phone: Phone, do: str, label: str, ticket: str = "") -> str:
    hidden = f'<input type="hidden" name="ticket" value="{escape(ticket)}">' if ticket else ""
    return (
        f'<form method="post" action="/phone/{phone.number}">{hidden}'
        f'<button name="do" value="{do}">{escape(label)}</button></form>'
    )
