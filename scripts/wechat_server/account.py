"""What WeChat knows: followers, tokens, codes, messages, and its limits (rules WX-1 to WX-17)."""

import hashlib
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TOKEN_SECONDS, OVERLAP_SECONDS, CODE_SECONDS = 7200, 300, 300
LONGEST_SCENE, LONGEST_QR = 64, 30 * 24 * 3600
QR_A_DAY, FORCED_A_DAY = 100_000, 20
AFTER_MESSAGE = (5, 48 * 3600)
AFTER_OTHERS = (3, 60)
LONGEST_VALUE = 20
Answer = dict[str, Any]


class Refusal(Exception):
    """An error code of WeChat."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass
class Phone:
    """One person's WeChat."""

    number: int
    name: str
    openid: str
    follows: bool = False
    is_snapshot: bool = False
    messages: list[str] = field(default_factory=list)
    #: How many messages may still come, and until when.
    left: int = 0
    left_until: float = 0

    def allow(self, rule: tuple[int, int], now: float) -> None:
        """The person did something: so many messages for so many seconds (WX-14)."""
        self.left, self.left_until = rule[0], now + rule[1]


@dataclass
class Account:
    """The service account and everything around it. *clock* gives seconds; tests move it."""

    appid: str
    secret: str
    clock: Callable[[], float] = time.time
    phones: list[Phone] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)
    codes: dict[str, tuple[str, float]] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    scenes: dict[str, tuple[str, float]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    #: What to answer next at a path, in place of the truth.
    failures: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    latest: str = ""
    forced: int = 0

    def __post_init__(self) -> None:
        names = ("王晓雨", "李明哲", "陈思远", "赵一诺", "孙嘉禾", "周子墨")
        for number, name in enumerate(names, 1):
            told = hashlib.sha1(f"{self.appid}{number}".encode(), usedforsecurity=False).hexdigest()
            self.phones.append(Phone(number, name, f"o{told[:27]}"))

    def phone_of(self, openid: str) -> Phone:
        """The phone with this openid. Raises Refusal 40003."""
        found = next((phone for phone in self.phones if phone.openid == openid), None)
        if found is None:
            raise Refusal(40003, "invalid openid")
        return found

    # --- tokens -----------------------------------------------------------------------------------

    def stable_token(self, asked: Answer) -> Answer:
        """The token at hand; with `force_refresh` a new one, the old one holding five minutes more (WX-5)."""
        self._know(str(asked.get("appid")), str(asked.get("secret")))
        now = self.clock()
        if asked.get("force_refresh"):
            self.forced += 1
            if self.forced > FORCED_A_DAY:
                raise Refusal(45009, "reach max api daily quota limit")
        if asked.get("force_refresh") or self.tokens.get(self.latest, 0) - now < OVERLAP_SECONDS:
            if self.latest:
                self.tokens[self.latest] = min(self.tokens.get(self.latest, 0), now + OVERLAP_SECONDS)
            self.latest = secrets.token_urlsafe(96)
            self.tokens[self.latest] = now + TOKEN_SECONDS
        return {"access_token": self.latest, "expires_in": int(self.tokens[self.latest] - now)}

    def _know(self, appid: str, secret: str) -> None:
        if appid != self.appid:
            raise Refusal(40013, "invalid appid")
        if secret != self.secret:
            raise Refusal(40125, "invalid appsecret")

    def require_token(self, token: str) -> None:
        """Raises Refusal 40001 for a stranger's token, 42001 for one that has ended."""
        if token not in self.tokens:
            raise Refusal(40001, "invalid credential, access_token is invalid or not latest")
        if self.tokens[token] <= self.clock():
            raise Refusal(42001, "access_token expired")

    def forget_tokens(self) -> None:
        """As if somebody had asked for a token in the old way: none of ours holds any more."""
        self.tokens, self.latest = {}, ""

    # --- who somebody is --------------------------------------------------------------------------

    def code_for(self, phone: Phone) -> str:
        """A code that can be changed for the openid once, within five minutes (WX-1)."""
        code = secrets.token_hex(16)
        self.codes[code] = (phone.openid, self.clock() + CODE_SECONDS)
        return code

    def openid_for(self, asked: Answer) -> Answer:
        """Change a code. Raises Refusal 40029 when it is unknown or over, 40163 when it was used."""
        self._know(str(asked.get("appid")), str(asked.get("secret")))
        code = str(asked.get("code"))
        if code in self.spent:
            raise Refusal(40163, "code been used")
        openid, ends = self.codes.pop(code, ("", 0.0))
        self.spent.add(code)
        if ends <= self.clock():
            raise Refusal(40029, "invalid code")
        answer: Answer = {"access_token": secrets.token_hex(16), "refresh_token": secrets.token_hex(16)}
        answer |= {"openid": openid, "expires_in": TOKEN_SECONDS, "scope": "snsapi_base"}
        return answer | ({"is_snapshotuser": 1} if self.phone_of(openid).is_snapshot else {})

    def user_info(self, asked: Answer) -> Answer:
        """Whether somebody follows (WX-2)."""
        phone = self.phone_of(str(asked.get("openid")))
        return {"openid": phone.openid, "subscribe": int(phone.follows)}

    # --- codes to scan ----------------------------------------------------------------------------

    def create_qr(self, asked: Answer) -> Answer:
        """A temporary code with a scene (WX-4)."""
        scene = str(asked["action_info"]["scene"]["scene_str"])
        seconds = int(asked["expire_seconds"])
        if asked["action_name"] != "QR_STR_SCENE" or not 1 <= len(scene) <= LONGEST_SCENE:
            raise Refusal(40053, "invalid action info")
        if not 1 <= seconds <= LONGEST_QR:
            raise Refusal(40052, "invalid action name")
        if self.calls["/cgi-bin/qrcode/create"] > QR_A_DAY:
            raise Refusal(45009, "reach max api daily quota limit")
        ticket = secrets.token_urlsafe(40)
        self.scenes[ticket] = (scene, self.clock() + seconds)
        return {"ticket": ticket, "expire_seconds": seconds, "url": f"http://weixin.qq.com/q/{ticket}"}

    # --- messages ---------------------------------------------------------------------------------

    def send_text(self, asked: Answer) -> Answer:
        """A customer message: only to followers who did something lately (WX-14)."""
        phone = self.phone_of(str(asked.get("touser")))
        if not phone.follows:
            raise Refusal(43004, "require subscribe")
        if phone.left_until <= self.clock():
            raise Refusal(45015, "response out of time limit or subscription is canceled")
        if phone.left <= 0:
            raise Refusal(45047, "out of response count limit")
        phone.left -= 1
        phone.messages.append(str(asked["text"]["content"]))
        return {"errcode": 0, "errmsg": "ok"}

    def send_template(self, asked: Answer) -> Answer:
        """A template message: to followers, values of 20 characters in one line (WX-11)."""
        phone = self.phone_of(str(asked.get("touser")))
        values = [str(each["value"]) for each in asked["data"].values()]
        if not phone.follows:
            raise Refusal(43004, "require subscribe")
        if any(len(value) > LONGEST_VALUE or "\n" in value for value in values):
            raise Refusal(47003, "argument invalid!")
        phone.messages += values
        return {"errcode": 0, "errmsg": "ok", "msgid": secrets.randbelow(10**9)}
