"""What a passive reply carries: the first message that waits for whoever wrote, and where the account may push nothing,
as many of those behind it as there is room for, since they have no other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.wechat import asking
from bot.channels.wechat.replies import MOST_BYTES, words
from bot.channels.wechat.sending import MAY_NOT_PUSH
from courier import outbox, overtaking
from courier.outbox import Outbound
from models.wording import say
from people import audience


@dataclass(frozen=True, slots=True)
class Carried:
    """The words of a reply, '' for none, and the messages that have arrived when they were read."""

    text: str = ""
    messages: tuple[Outbound, ...] = ()


async def take(lane: str, *, site: str, template: str) -> Carried:
    """Take what a reply to a lane's reader says; each message is begun with that. Where what was asked before is
    answered only now, the answer to what was asked since stands below it."""
    carried = Carried()
    while (message := await _next(lane, but=[one.id for one in carried.messages])) is not None:
        text = await _below(carried.text, message, site=site, template=template)
        if carried.text and len(text.encode()) > MOST_BYTES:
            await outbox.put_back(message)
            break
        if message.is_begun or await outbox.begin_sending(message):
            carried = Carried(text, (*carried.messages, message))
        if not message.error.startswith(MAY_NOT_PUSH) and not await _has_no_other_way(lane):
            break
    return carried


async def _below(above: str, message: Outbound, *, site: str, template: str) -> str:
    """A message's words below those of others; what was held says so."""
    letter = await asking.with_question(message, site=site, template=template)
    text = f"{say('channel.repeated') if message.unknown else ''}{words(letter, site=site)}"
    if not above:
        return text
    return "\n".join([above, "", *([say("wechat.before")] if message.error else []), text])


async def _has_no_other_way(lane: str) -> bool:
    return (await overtaking.why_waits(lane)).startswith(MAY_NOT_PUSH)


async def _next(lane: str, *, but: Sequence[int]) -> Outbound | None:
    """The next message that waits in a lane and may still be said to who reads there."""
    waiting = await outbox.take_next(lane, looked_at=asking.HANDED, but=but)
    while waiting is not None and not await audience.may_still(waiting):
        await outbox.withhold(waiting, error=audience.GONE)
        waiting = await outbox.take_next(lane, looked_at=asking.HANDED, but=but)
    return waiting
