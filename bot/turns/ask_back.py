"""Replies to a question the bot asked back: an option, 'not sure', or a change of what was said before."""

from __future__ import annotations

from bot import answers
from bot.letters import asked_fields
from bot.memory import OfferKind
from bot.reply import Reply
from bot.scene import Scene
from bot.variants import answered_option, said_option, variant_at
from bot.words import says
from models.entry_content import Option
from models.errors import NotFound
from nlp.intent import Intent

SHORT = 12
_PLAIN = (Intent.ASK, Intent.FOLLOW_UP, Intent.REPORT)


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
        return await answers.tell_every_option(scene)
    if scene.memory.known and says("change", scene.heard.normalised):
        return await answers.ask_again(scene)
    is_plain = chosen is None and scene.heard.intent in _PLAIN and len(scene.masked) <= SHORT
    return await _in_words(scene) if is_plain and not asked_fields(scene.heard.normalised) else None


async def _in_words(scene: Scene) -> Reply | None:
    """An option said in the resident's own words, for the condition asked, or later for any condition of the entry."""
    content = (await answers.shown(scene.memory.entry, scene)).content
    asked = variant_at(content, scene.memory.asking)
    if asked is not None and (option := answered_option(asked, scene.masked)):
        return await answers.tell_condition(scene, number=scene.memory.asking, answer=option.answer)
    found = _changed(scene, [said_option(variant, scene.masked) for variant in content.variants])
    return await answers.tell_condition(scene, number=found[0], answer=found[1].answer) if found else None


def _changed(scene: Scene, said: list[Option | None]) -> tuple[int, Option] | None:
    """A bare 'local household' after an answer given for another one; a real question is left to be asked."""
    if scene.memory.asking or not scene.memory.known:
        return None
    return next(((number, option) for number, option in enumerate(said, start=1) if option), None)
