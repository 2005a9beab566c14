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
    """Take what a reply to a lane's reader says; each message is begun with that."""
    carried = Carried()
    while (message := await _next(lane, but=[one.id for one in carried.messages])) is not None:
        mark = say("channel.repeated") if message.unknown else ""
        letter = await asking.with_question(message, site=site, template=template)
        text = f"{mark}{words(letter, site=site)}"
        more = f"{carried.text}\n\n{say('wechat.before')}\n{text}" if carried.text else text
        if carried.text and len(more.encode()) > MOST_BYTES:
            await outbox.put_back(message)
            break
        if message.is_begun or await outbox.begin_sending(message):
            carried = Carried(more, (*carried.messages, message))
        if not (await overtaking.why_waits(lane)).startswith(MAY_NOT_PUSH):
            break
    return carried


async def _next(lane: str, *, but: Sequence[int]) -> Outbound | None:
    """The next message that waits in a lane and may still be said to who reads there."""
    waiting = await outbox.take_next(lane, looked_at=asking.HANDED, but=but)
    while waiting is not None and not await audience.may_still(waiting):
        await outbox.withhold(waiting, error=audience.GONE)
        waiting = await outbox.take_next(lane, looked_at=asking.HANDED, but=but)
    return waiting
