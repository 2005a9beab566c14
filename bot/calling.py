"""The reply to danger: the number to call first, what to do, and that the person on duty is paged."""

from __future__ import annotations

from bot import handing
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import alarms
from models.errors import Refusal
from models.transaction import savepoint
from models.wording import say
from nlp.emergency import Emergency


async def called(scene: Scene, emergency: Emergency, *, text: str) -> Reply:
    """Page the person on duty with the words given (masked), and say whom to call first."""
    lines = [say("emergency.first", call=emergency.call), say(f"emergency.advice.{emergency.kind}")]
    if await _alarmed(scene, emergency, text=text):
        lines.append(say("emergency.calling"))
    lines.append(say("emergency.desk_phone", phone=handing.phone_of(scene)))
    return reply(scene, Outcome.EMERGENCY, "\n".join(lines), ranked=scene.ranked)


async def _alarmed(scene: Scene, emergency: Emergency, *, text: str) -> bool:
    """Raise the alarm; the advice goes out even where nobody can be alarmed."""
    try:
        async with savepoint():
            await alarms.raise_alarm(
                by=scene.viewer,
                conversation_id=scene.talk.conversation_id,
                kind=emergency.kind.value,
                text=text[:500],
            )
    except Refusal:
        return False
    return True
