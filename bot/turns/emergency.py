"""Danger to life: the number to call first, what to do, and an alarm to the person on duty; in every state."""

from __future__ import annotations

from bot import handing
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import alarms
from models.errors import Refusal
from models.transaction import savepoint
from models.wording import say
from nlp.emergency import Emergency


async def take(scene: Scene) -> Reply | None:
    """呼叫: answer an emergency whatever else is going on."""
    emergency = scene.heard.emergency
    if emergency is None:
        return None
    lines = [say("emergency.first", call=emergency.call), say(f"emergency.advice.{emergency.kind}")]
    if await _alarmed(scene, emergency):
        lines.append(say("emergency.calling"))
    lines.append(say("emergency.desk_phone", phone=handing.phone_of(scene)))
    return reply(scene, Outcome.EMERGENCY, "\n".join(lines), ranked=scene.ranked)


async def _alarmed(scene: Scene, emergency: Emergency) -> bool:
    """Raise the alarm; the advice goes out even where nobody can be alarmed."""
    try:
        async with savepoint():
            await alarms.raise_alarm(
                by=scene.viewer,
                conversation_id=scene.talk.conversation_id,
                kind=emergency.kind.value,
                text=scene.masked[:500],
            )
    except Refusal:
        return False
    return True
