"""The Telegram login widget: whether what a browser brings back was signed by Telegram for this bot, and just now.

Telegram's own description (core.telegram.org/widgets/login, "Checking authorization"): the fields but ``hash``, sorted,
as ``key=value`` lines; HMAC-SHA256 over them, keyed with the SHA-256 of the bot's token.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping

from models import clock
from models.errors import Invalid

LONGEST = dt.timedelta(minutes=5)
"""How old a signature may be; whoever copies an address later gains nothing."""
AHEAD = dt.timedelta(minutes=1)
"""How far Telegram's clock may be ahead of ours."""
_MOST = 20


def account_of(fields: Mapping[str, str], *, bot_token: str) -> str:
    """The Telegram id behind what the widget brought, as contacts have it; Invalid where it proves nothing."""
    _must_be_signed(fields, bot_token=bot_token)
    _must_be_new(fields.get("auth_date", ""))
    account = fields.get("id", "")
    if not account.isascii() or not account.isdecimal():
        raise Invalid("widget.wrong")
    return account


def _must_be_signed(fields: Mapping[str, str], *, bot_token: str) -> None:
    if not bot_token or len(fields) > _MOST:
        raise Invalid("widget.wrong")
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "hash")
    key = hashlib.sha256(bot_token.encode()).digest()
    expected = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), fields.get("hash", "").lower().encode()):
        raise Invalid("widget.wrong")


def _must_be_new(auth_date: str) -> None:
    if not auth_date.isascii() or not auth_date.isdecimal() or len(auth_date) > 12:
        raise Invalid("widget.wrong")
    age = clock.now() - dt.datetime.fromtimestamp(int(auth_date), dt.UTC)
    if not -AHEAD <= age <= LONGEST:
        raise Invalid("widget.old")
