"""The addresses of WeChat over HTTP, and beside them the pages of the phones."""

import json
import threading
import urllib.parse
from collections.abc import Callable
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scripts.wechat_server import pages
from scripts.wechat_server.account import Account, Answer, Phone, Refusal
from scripts.wechat_server.events import Teller

APPID, SECRET = "wx0123456789abcdef", "local-secret-of-the-service-account"
TOKEN, AES_KEY = "localtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
_PHONE = "phone"


class WeChatServer(ThreadingHTTPServer):
    """WeChat on this machine; *site* is where the phones reach the school."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: str) -> None:
        super().__init__(address, _Handler)
        self.account = Account(APPID, SECRET)
        self.site = site
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    @property
    def teller(self) -> Teller:
        """Tells the school what happens on phones."""
        return Teller(self.account, f"{self.site}/wechat/callback/", TOKEN, AES_KEY)

    def answer(self, path: str, asked: Answer) -> Answer:
        """What WeChat says at *path*."""
        account = self.account
        open_calls: dict[str, Callable[[Answer], Answer]] = {
            "/cgi-bin/stable_token": account.stable_token,
            "/sns/oauth2/access_token": account.openid_for,
        }
        calls: dict[str, Callable[[Answer], Answer]] = {
            "/cgi-bin/qrcode/create": account.create_qr,
            "/cgi-bin/message/custom/send": account.send_text,
            "/cgi-bin/message/template/send": account.send_template,
            "/cgi-bin/user/info": account.user_info,
        }
        with self.lock:
            account.calls[path] += 1
            try:
                if account.failures[path]:
                    raise Refusal(account.failures[path].pop(0), "as the test asked")
                if path in open_calls:
                    return open_calls[path](asked)
                account.require_token(str(asked.get("access_token", "")))
                return calls[path](asked)
            except Refusal as error:
                return {"errcode": error.code, "errmsg": str(error)}
            except (KeyError, TypeError, ValueError):
                return {"errcode": 47001, "errmsg": "data format error"}


class _Handler(BaseHTTPRequestHandler):
    server: WeChatServer

    def do_GET(self) -> None:  # the name that http.server calls
        """API calls, sign-in, the pages of the phones."""
        path, asked = self._asked()
        if path.startswith(("/cgi-bin/", "/sns/")):
            self._json(self.server.answer(path, asked))
        elif path == "/connect/oauth2/authorize":
            self._authorize(asked)
        elif path == "/favicon.ico":
            self._send(204, {}, b"")
        elif path == "/":
            self._page(pages.phones(self.server.account.phones))
        elif (phone := self._phone(path)) is not None:
            self._page(pages.phone(phone, self.server.account, self.server.site), phone)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        """API calls, and buttons of the phones."""
        path, asked = self._asked()
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if path.startswith("/cgi-bin/"):
            self._json(self.server.answer(path, asked | json.loads(body or "{}")))
        elif (phone := self._phone(path)) is not None:
            self._press(phone, dict(urllib.parse.parse_qsl(body)))
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing: addresses hold tokens."""

    def _asked(self) -> tuple[str, Answer]:
        parts = urllib.parse.urlsplit(self.path)
        return parts.path, dict(urllib.parse.parse_qsl(parts.query))

    def _phone(self, path: str) -> Phone | None:
        number = path.removeprefix("/phone/").strip("/")
        return next((each for each in self.server.account.phones if str(each.number) == number), None)

    def _authorize(self, asked: Answer) -> None:
        """Silent for the phone whose page was open last, as `snsapi_base` is; else ask which phone it is."""
        chosen = asked.get("as") or self._cookie()
        phone = self._phone(f"/phone/{chosen}")
        if phone is None:
            self._page(pages.whose(self.server.account.phones, self.path))
            return
        back = str(asked.get("redirect_uri", ""))
        more = {"code": self.server.account.code_for(phone), "state": str(asked.get("state", ""))}
        self._redirect(f"{back}{'&' if '?' in back else '?'}{urllib.parse.urlencode(more)}", phone)

    def _press(self, phone: Phone, pressed: Answer) -> None:
        teller, do = self.server.teller, pressed.get("do")
        if do == "follow":
            teller.follow(phone)
        elif do == "unfollow":
            teller.unfollow(phone)
        elif do == "scan":
            teller.scan(phone, str(pressed.get("ticket", "")))
        elif do == "write":
            teller.write(phone, str(pressed.get("text", "")))
        elif do == "snapshot":
            phone.is_snapshot = not phone.is_snapshot
        elif do == "menu":
            teller.menu(phone, f"{self.server.site}/wechat/enter/")
            self._redirect(f"{self.server.site}/wechat/enter/", phone)
            return
        self._redirect(f"/phone/{phone.number}", phone)

    def _cookie(self) -> str:
        found = SimpleCookie(self.headers.get("Cookie", "")).get(_PHONE)
        return found.value if found else ""

    def _page(self, text: str, phone: Phone | None = None) -> None:
        self._send(200, {"Content-Type": "text/html; charset=utf-8"}, text.encode(), phone)

    def _json(self, answer: Answer) -> None:
        text = json.dumps(answer, ensure_ascii=False)
        self._send(200, {"Content-Type": "application/json; charset=utf-8"}, text.encode())

    def _redirect(self, url: str, phone: Phone) -> None:
        self._send(302, {"Location": url}, b"", phone)

    def _send(self, status: int, headers: dict[str, str], body: bytes, phone: Phone | None = None) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        if phone is not None:
            self.send_header("Set-Cookie", f"{_PHONE}={phone.number}; Path=/; SameSite=Lax")
        self.end_headers()
        self.wfile.write(body)
