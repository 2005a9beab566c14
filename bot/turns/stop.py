"""停: drop the topic; a question at the desk stays there."""

from __future__ import annotations

from bot.memory import Memory
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from casework import questions
from models.wording import say
from nlp.intent import Intent


async def take(scene: Scene) -> Reply | None:
    """Forget what was being talked about, and say what still waits."""
    if scene.heard.intent is not Intent.STOP:
        return None
    question = await questions.open_for_conversation(scene.talk.conversation_id)
    text = say("stop.stopped_waiting", number=question.number) if question else say("stop.stopped")
    return reply(scene, Outcome.STOP, text, memory=Memory(spoken_ms=scene.memory.spoken_ms))
