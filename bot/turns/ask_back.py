"""Replies to a question the bot asked back: an option, 'not sure', or a change of what was said before."""

from __future__ import annotations

from bot import answers
from bot.calling import called
from bot.danger_options import danger_of
from bot.letters import asked_fields
from bot.memory import OfferKind
from bot.reply import Reply
from bot.scene import Scene
from bot.variants import answered_option, said_option, variant_at
from bot.words import says
from casework.snapshots import ShownEntry
from models.entry_content import Option
from models.errors import NotFound
from nlp.intent import Intent

SHORT = 12
_PLAIN = (Intent.ASK, Intent.FOLLOW_UP, Intent.REPORT)
_REPLIES = (*_PLAIN, Intent.SMALL_TALK, Intent.CHOICE)
"""While a condition is asked, 是的 and a number that is on no line (an age) are replies, too."""


async def take(scene: Scene) -> Reply | None:
    """反问之后: go on with the entry that was being told."""
    if not scene.memory.entry or scene.memory.report_line:
        return None
    try:
        return await _replied(scene)
    except NotFound:
        return None


async def _replied(scene: Scene) -> Reply | None:
    chosen = scene.chosen
    if chosen is not None and chosen.kind is OfferKind.OPTION:
        return await answers.tell_condition(scene, number=chosen.page, answer=chosen.label)
    if chosen is not None and chosen.kind is OfferKind.UNSURE:
        return await answers.tell_every_option(scene, number=chosen.page)
    if chosen is not None:
        return None
    entry = await answers.shown(scene.memory.entry, scene)
    if reply := await _to_the_question(scene, entry):
        return reply
    if entry.content.variants and says("change", scene.heard.normalised):
        return await answers.ask_again(scene)
    return await _anew(scene, entry)


async def _to_the_question(scene: Scene, entry: ShownEntry) -> Reply | None:
    """An option of the condition asked, said in the resident's own words."""
    asked = variant_at(entry.content, scene.memory.asking)
    is_reply = scene.heard.intent in _REPLIES and len(scene.masked) <= SHORT
    if asked is None or not is_reply or asked_fields(scene.heard.normalised):
        return None
    option = answered_option(asked, scene.masked)
    if option is None:
        return None
    return await _told(scene, entry, number=scene.memory.asking, answer=option.answer)


async def _told(scene: Scene, entry: ShownEntry, *, number: int, answer: str) -> Reply:
    """What holds for an option said in words; one that is danger now is that first."""
    if (danger := danger_of(entry.key, answer)) is None:
        return await answers.tell_condition(scene, number=number, answer=answer)
    asked = variant_at(entry.content, number)
    return await called(scene, danger, text=f"{asked.ask if asked else ''}{answer}：{scene.masked}")


async def _anew(scene: Scene, entry: ShownEntry) -> Reply | None:
    """A bare 'local household' after an answer given for another one; a real question is left to be asked."""
    is_plain = scene.heard.intent in _PLAIN and len(scene.masked) <= SHORT
    if scene.memory.asking or not scene.memory.known or not is_plain or asked_fields(scene.heard.normalised):
        return None
    said = [said_option(variant, scene.masked) for variant in entry.content.variants]
    number, option = _first(said)
    return await _told(scene, entry, number=number, answer=option.answer) if option else None


def _first(said: list[Option | None]) -> tuple[int, Option | None]:
    return next(((number, option) for number, option in enumerate(said, start=1) if option), (0, None))
