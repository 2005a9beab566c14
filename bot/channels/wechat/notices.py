"""The one notice that somebody agreed to (``message/subscribe/bizsend``): a reply is there, and the window shut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
import structlog

from bot.channels.wechat.tokens import OLD_TOKEN, SURELY_NOT_SENT, NoTokenError, Tokens, call, errcode
from courier import consents
from models import clock
from models.wording import say

SEND = "/cgi-bin/message/subscribe/bizsend"
REFUSED = 43101
_BUSY = frozenset({-1, 45009, 45011})
_log = structlog.get_logger(__name__)


class Noticed(StrEnum):
    """What came of it: sent (or perhaps), not to be sent, or not just now."""

    YES = "yes"
    NO = "no"
    LATER = "later"


FIELDS: Mapping[str, Callable[[], str]] = {
    "what": lambda: say("wechat.notice.what"),
    "how": lambda: say("wechat.notice.how"),
    "time": lambda: clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"),
}
"""What a field of the account's template may say. Nothing of the matter itself: others see the screen, too."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices of one account: its template, and which of its fields says what."""

    tokens: Tokens
    template: str
    fields: Mapping[str, str]

    async def send(self, lane: str, *, openid: str) -> Noticed:
        """Use the consent up and send; what perhaps went out is not sent again."""
        if not await consents.spend(lane):
            return Noticed.NO
        data = {name: {"value": FIELDS[kind]()} for name, kind in self.fields.items()}
        content = {"touser": openid, "template_id": self.template, "data": data}
        try:
            code = errcode(await call(self.tokens, SEND, content))
        except (NoTokenError, *SURELY_NOT_SENT):
            await consents.give_back(lane)
            return Noticed.LATER
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.warning("wechat_notice", outcome="unknown", problem=type(error).__name__)
            return Noticed.YES
        return await _judged(code, lane)


async def _judged(code: int, lane: str) -> Noticed:
    _log.info("wechat_notice", outcome="sent" if code == 0 else "not sent", errcode=code)
    if code == 0:
        return Noticed.YES
    if code in _BUSY or code in OLD_TOKEN:
        await consents.give_back(lane)
        return Noticed.LATER
    if code != REFUSED:
        _log.error("wechat_notice_refused", errcode=code)
    await consents.drop(lane)
    return Noticed.NO
