"""Where the committee itself is, when it is open and how to ring it: answered from the place, not from the pack."""

from __future__ import annotations

from bot import offers
from bot.memory import OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework import deadlines
from models import clock
from models.wording import say, say_moment
from nlp.intent import Intent

SHORT = 18


async def take(scene: Scene) -> Reply | None:
    """居委几点上班: a short question about the committee, not about what it does."""
    is_plain = scene.heard.intent in (Intent.ASK, Intent.FOLLOW_UP) and len(scene.masked) <= SHORT
    if not is_plain or not _is_meant(scene):
        return None
    committee, now = scene.talk.committee, clock.now()
    known = {"address": committee.address, "hours": committee.hours, "phone": committee.phone}
    lines = [say(f"committee.{name}", value=value) for name, value in known.items() if value]
    if deadlines.is_open(now):
        lines.append(say("committee.open_now"))
    else:
        lines.append(say("committee.opens", opens=say_moment(deadlines.opens_next(now))))
    text = "\n".join([say("committee.title", name=committee.name), *lines])
    return reply(scene, Outcome.ANSWER, text, offers=(offers.person(),), ranked=scene.ranked)


def _is_meant(scene: Scene) -> bool:
    """By name, or by nothing but the question when it is open, where nothing else was talked about."""
    said, memory = scene.heard.normalised, scene.memory
    is_first = not memory.question and not memory.entry and all(one.kind is OfferKind.PERSON for one in memory.offered)
    return says("committee", said) or (is_first and not scene.heard.tells and says("committee_alone", said))
