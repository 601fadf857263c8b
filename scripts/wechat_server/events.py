"""What WeChat tells the school: events and messages, signed and encrypted, again when nobody answers."""

import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from xml.sax.saxutils import escape

import xmltodict
from wechatpy.crypto import WeChatCrypto

from scripts.wechat_server.account import AFTER_MESSAGE, AFTER_OTHERS, Account, Phone

WAIT, TRIES = 5, 3


@dataclass
class Teller:
    """Tells the address of the school what happens on phones."""

    account: Account
    callback: str
    token: str
    aes_key: str

    def follow(self, phone: Phone) -> int:
        """The person follows the school's account."""
        phone.follows = True
        phone.allow(AFTER_OTHERS, self.account.clock())
        return self.event(phone, "subscribe")

    def unfollow(self, phone: Phone) -> int:
        """The person does not want it any more."""
        phone.follows = False
        return self.event(phone, "unsubscribe")

    def scan(self, phone: Phone, ticket: str) -> int:
        """The person holds the phone before a code; who does not follow yet follows with that (WX-4)."""
        scene, ends = self.account.scenes.get(ticket, ("", 0.0))
        if ends <= self.account.clock():
            return 0
        phone.allow(AFTER_OTHERS, self.account.clock())
        if phone.follows:
            return self.event(phone, "SCAN", scene, ticket)
        phone.follows = True
        return self.event(phone, "subscribe", f"qrscene_{scene}", ticket)

    def menu(self, phone: Phone, key: str) -> int:
        """The person presses an entry of the menu that opens a page."""
        phone.allow(AFTER_OTHERS, self.account.clock())
        return self.event(phone, "VIEW", key)

    def write(self, phone: Phone, text: str) -> int:
        """The person writes."""
        phone.allow(AFTER_MESSAGE, self.account.clock())
        number = str(secrets.randbelow(10**15))
        return self.send(phone, {"MsgType": "text", "Content": text, "MsgId": number})

    def event(self, phone: Phone, event: str, key: str = "", ticket: str = "") -> int:
        """The status of the answer, 0 for none."""
        return self.send(phone, {"MsgType": "event", "Event": event, "EventKey": key, "Ticket": ticket})

    def send(self, phone: Phone, content: dict[str, str]) -> int:
        """The same bytes up to three times, until the school says yes."""
        head = {
            "ToUserName": "gh_local",
            "FromUserName": phone.openid,
            "CreateTime": str(int(self.account.clock())),
        }
        lines = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (head | content).items())
        url, body = self.sealed(f"<xml>{lines}</xml>")
        for _try in range(TRIES):
            status = post(url, body)
            if status == 200:
                return status
        return status

    def sealed(self, text: str) -> tuple[str, bytes]:
        """Address and body of a call that carries *text*, as WeChat makes them in safe mode."""
        crypto = WeChatCrypto(self.token, self.aes_key, self.account.appid)
        nonce, moment = secrets.token_hex(5), str(int(time.time()))
        envelope = xmltodict.parse(crypto.encrypt_message(text, nonce, moment))["xml"]
        query = {
            "timestamp": moment,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": envelope["MsgSignature"],
        }
        body = f"<xml><ToUserName>gh_local</ToUserName><Encrypt>{envelope['Encrypt']}</Encrypt></xml>"
        return f"{self.callback}?{urllib.parse.urlencode(query)}", body.encode()


def post(url: str, body: bytes) -> int:
    """The status of the answer, 0 for none within five seconds."""
    question = urllib.request.Request(url, body, {"Content-Type": "text/xml"})
    try:
        with urllib.request.urlopen(question, timeout=WAIT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
