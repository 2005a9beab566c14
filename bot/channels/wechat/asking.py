"""Asking whether somebody wants one notice when a person has replied after the window of 48 hours has closed.

The question is a link below the words that hand something over. It leads to a page with WeChat's own button
(``wx-open-subscribe``, JS-SDK 1.6); what was pressed there comes as a push, signed by the platform, and nothing else
counts as a consent.
"""

from __future__ import annotations

from dataclasses import replace

from bot.reply import Outcome
from courier import consents
from courier.letters import Letter, Link
from courier.outbox import BOT_KINDS, Outbound
from models.wording import say

PATH = "/channels/wechat/notice"
HANDED = {f"{BOT_KINDS}{one}" for one in (Outcome.HAND_OVER, Outcome.REPORT)}


async def with_question(message: Outbound, *, site: str, template: str) -> Letter:
    """The letter, with the question below it where something was handed over and nobody has agreed yet."""
    if not site or not template or message.kind not in HANDED or await consents.is_given(message.lane):
        return message.letter
    link = Link(say("wechat.notice.ask"), PATH)
    return replace(message.letter, links=(*message.letter.links, link))
