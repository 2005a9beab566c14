"""Messages pushed to followers by the customer-service interface, within the window they opened."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field, replace

import aiohttp
import structlog

from bot.channels import Begin, Fetched, Held, NotSent, Refused, Result, Sent, Unknown
from bot.channels.wechat import NAME, downloads
from bot.channels.wechat.notices import Noticed, Notices
from bot.channels.wechat.replies import words
from bot.channels.wechat.tokens import OLD_TOKEN, SURELY_NOT_SENT, NoTokenError, Tokens, errcode, post
from courier import afterwards, reach
from courier.letters import Letter
from courier.outbox import BOT_KINDS, Outbound
from models import clock
from models.transaction import transaction
from models.wording import say
from people import pushes, residents

SEND = "/cgi-bin/message/custom/send"
_CLOSED_WINDOW = frozenset({43004, 45015, 45047})
_MAY_NOT = frozenset({40200, 48001})
"""This account may not push at all, such as one that is not verified: what waits goes with its reader's next word."""
MAY_NOT_PUSH = "account may not push"
"""How it is said why a message of such an account is held."""
_BUSY_MS = 2_000
_SETTINGS = frozenset({40013, 40125, 40164})
"""A wrong app id or secret, or this machine's address is not on the account's list: nothing goes out before that is put
right."""
_TOO_MANY = frozenset({45011})
_TOO_MANY_TODAY = frozenset({45009})
_NOBODY = frozenset({40003})
REST_SECONDS, MINUTE_SECONDS, HOUR_SECONDS = 300.0, 60.0, 3_600.0
NOTICED = "notice sent"
"""Why a message is held whose reader was told by the one notice that they had agreed to."""
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Pause:
    """Nobody is pushed anything for a while, since the platform would refuse all of it."""

    why: int = 0
    until: float = 0.0
    may_push_from: float = 0.0

    def begin(self, code: int, *, seconds: float) -> None:
        """Pause everything; one line of the log says so, as an error where somebody must do something."""
        self.why, self.until = code, time.monotonic() + seconds
        (_log.error if code in _SETTINGS else _log.warning)("wechat_paused", errcode=code, seconds=int(seconds))

    @property
    def left_ms(self) -> int:
        """How long it still lasts."""
        return max(0, int((self.until - time.monotonic()) * 1000))

    def forbid(self, code: int) -> None:
        """The account may not push; it is tried again after an hour."""
        self.may_push_from = time.monotonic() + HOUR_SECONDS
        _log.error("wechat_may_not_push", errcode=code)

    @property
    def is_forbidden(self) -> bool:
        """Whether the account may not push at all."""
        return time.monotonic() < self.may_push_from


@dataclass(slots=True)
class WeChat:
    """Pushes messages to followers of one account; ``site`` is the portal's address, for links."""

    session: aiohttp.ClientSession
    api: str
    tokens: Tokens
    site: str = ""
    name: str = NAME
    notices: Notices | None = None
    pause: Pause = field(default_factory=Pause)

    async def send(self, message: Outbound, *, maybe_repeated: bool, begin: Begin) -> Result:
        """Send one message; without a place in its reader's window it is held until they write again."""
        if self.pause.left_ms:
            return NotSent(f"paused, errcode {self.pause.why}", wait_ms=self.pause.left_ms, is_try=False)
        if self.pause.is_forbidden:
            return Held(MAY_NOT_PUSH)
        token = await self._token()
        if isinstance(token, NotSent):
            return token
        async with transaction():  # A place is spent exactly when the message is being sent, kill -9 or not.
            has_place = await reach.spend(message.lane)
            letter = await self._with_end(message) if has_place else message.letter
            is_ours = has_place and await begin()
            if has_place and not is_ours:
                await reach.give_back(message.lane)
        if not has_place:
            return await self._held(message, "window closed")
        if not is_ours:
            return NotSent("the message is somebody else's now")
        text = f"{say('channel.repeated') if maybe_repeated else ''}{words(letter, site=self.site)}"
        return await self._pushed(message, text, token)

    async def _with_end(self, message: Outbound) -> Letter:
        """The last one that the window takes says that whatever follows waits for a word of its reader."""
        if message.kind.startswith(BOT_KINDS) or (await reach.of(message.lane)).left:
            return message.letter
        return replace(message.letter, text=f"{message.letter.text}\n{say('wechat.last')}")

    async def _token(self) -> str | NotSent:
        try:
            return await self.tokens.token()
        except NoTokenError as error:
            if error.code in _SETTINGS:
                self.pause.begin(error.code, seconds=REST_SECONDS)
            return NotSent(f"no token: errcode {error.code}", wait_ms=60_000)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return NotSent(f"no token: {type(error).__name__}", wait_ms=60_000)

    async def fetch(self, source: str, *, most_bytes: int) -> Fetched:
        """Fetch a file that a follower sent."""
        return await downloads.fetch(
            source, session=self.session, api=self.api, tokens=self.tokens, most_bytes=most_bytes
        )

    async def _pushed(self, message: Outbound, text: str, token: str) -> Result:
        try:
            code = await self._push(message.address, text, token)
            if code in OLD_TOKEN:
                await self.tokens.drop(token)
                renewed = await self._token()
                if isinstance(renewed, NotSent):
                    await reach.give_back(message.lane)
                    return renewed
                code = await self._push(message.address, text, renewed)
        except SURELY_NOT_SENT as error:
            await reach.give_back(message.lane)
            return NotSent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return Unknown(type(error).__name__)
        return await self._judged(code, message)

    async def _push(self, openid: str, text: str, token: str) -> int:
        content = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        answer = await post(self.session, f"{self.api}{SEND}?access_token={token}", content)
        if "errcode" not in answer:  # Without one nothing is known; elsewhere its absence is a success.
            raise aiohttp.ClientPayloadError("no errcode")
        return errcode(answer)

    async def _judged(self, code: int, message: Outbound) -> Result:
        """What an errcode says of a message, and of those after it."""
        if code == 0:
            return Sent()
        if code in _CLOSED_WINDOW:
            await reach.close(message.lane)
            return await self._held(message, f"errcode {code}")
        await reach.give_back(message.lane)
        if code in _MAY_NOT:
            self.pause.forbid(code)
            return Held(f"{MAY_NOT_PUSH}, errcode {code}")
        if code in _NOBODY:
            await residents.reach(channel=NAME, address=message.address, is_open=False)
            return Refused(f"errcode {code}")
        return self._later(code)

    def _later(self, code: int) -> Result:
        if code == -1:
            return NotSent("errcode -1", wait_ms=_BUSY_MS)
        if code in OLD_TOKEN:
            return NotSent(f"errcode {code}", wait_ms=60_000)
        seconds = _pause_seconds(code)
        if seconds is None:
            return Refused(f"errcode {code}")
        self.pause.begin(code, seconds=seconds)
        return NotSent(f"errcode {code}", wait_ms=self.pause.left_ms)

    async def _held(self, message: Outbound, why: str) -> Result:
        """Held; whoever waits for a person's reply and agreed to one notice is sent that, once until they write."""
        if self.notices is None or message.kind == pushes.DIGEST or message.kind.startswith(BOT_KINDS):
            return Held(why)
        if await afterwards.is_held(message.lane, error=NOTICED):
            return Held(NOTICED)
        match await self.notices.send(message.lane, openid=message.address):
            case Noticed.YES:
                return Held(NOTICED)
            case Noticed.LATER:
                return NotSent("notice later", wait_ms=60_000)
            case Noticed.NO:
                return Held(why)


def _pause_seconds(code: int) -> float | None:
    """How long everybody waits after an errcode; None where it says nothing of the others."""
    if code in _SETTINGS:
        return REST_SECONDS
    if code in _TOO_MANY:
        return MINUTE_SECONDS
    return _until_midnight() if code in _TOO_MANY_TODAY else None


def _until_midnight() -> float:
    """Until the platform's day ends, and a minute more."""
    now = clock.local(clock.now())
    end = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(0, 1), tzinfo=now.tzinfo)
    return (end - now).total_seconds()
