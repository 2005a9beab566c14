"""What the library's errors say of a request: it was not sent, it may have been, or it never will be."""

from __future__ import annotations

import datetime as dt

from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels import NotSent, Refused, Result, Sent, Unknown
from bot.channels.telegram.transport import SURELY_NOT_SENT

TOKEN_SECONDS = 60.0
"""How long nothing is tried after the Bot API refused our token: somebody has to give another."""
HARMLESS = ("message is not modified", "query is too old", "topic_not_modified")
NOBODY = ("chat not found", "user is deactivated", "peer_id_invalid")
NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid", "thread not found")
CLOSED_TOPIC = ("topic_closed",)


def seconds_of(error: RetryAfter) -> float:
    """How long the Bot API asks us to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, dt.timedelta) else float(asked)


def says(error: TelegramError, words: tuple[str, ...]) -> bool:
    """Whether an error speaks of one of these."""
    return any(one in error.message.lower() for one in words)


def is_closed_to_us(error: TelegramError) -> bool:
    """Whether the chat will not have us: blocked, thrown out, gone."""
    return isinstance(error, Forbidden) or (isinstance(error, BadRequest) and says(error, NOBODY))


def known(error: TelegramError) -> Result:
    """What is known of a send that failed; to the library a 400 is a network error, so it is looked at first."""
    if isinstance(error, BadRequest):
        return Sent() if says(error, HARMLESS) else Refused(error.message[:150])
    if isinstance(error, RetryAfter):
        return NotSent("told to wait", wait_ms=int(seconds_of(error) * 1000), is_try=False)
    if isinstance(error, InvalidToken | Conflict):
        return NotSent(type(error).__name__, wait_ms=int(TOKEN_SECONDS * 1000), is_try=False)
    if isinstance(error, NetworkError | TimedOut) and isinstance(error.__cause__, SURELY_NOT_SENT):
        return NotSent(type(error.__cause__).__name__)
    is_no_answer = type(error) is TelegramError  # The library's word for what it cannot read, whoever said it.
    if is_no_answer or isinstance(error, NetworkError | TimedOut):
        return Unknown(type(error.__cause__ or error).__name__)
    return Refused(error.message[:150])
