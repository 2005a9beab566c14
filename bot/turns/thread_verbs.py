"""What is done with a thread at a press: thanking, following, reporting by a rule, taking one's own away; for staff,
making a case of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.thread_offers import ON
from casework.cases import catalogue
from casework.cases.kinds import OTHER_MATTER
from casework.cases.recognising import ranked
from courier.letters import Link
from forum import cases, posted, posts, reactions, threads
from forum.moderation import flags
from forum.moderation.house import house
from models.errors import Taken
from models.post import Thing
from models.thread import ReactionKind
from models.transaction import savepoint
from models.wording import say, say_refusal

MOST_KINDS = 5


async def take(scene: Scene) -> Reply | None:
    """What was picked below a thread; what was done already is said."""
    chosen = scene.chosen
    if chosen is None or chosen.kind not in _DEEDS:
        return None
    try:
        async with savepoint():
            return await _DEEDS[chosen.kind](scene, chosen.value)
    except Taken as taken:
        return reply(scene, Outcome.BOARD, say_refusal(taken))


async def _thank(scene: Scene, number: str) -> Reply:
    await reactions.react(Thing.POST, int(number), ReactionKind.THANK, by=scene.viewer)
    return _done(scene, "thanked", number)


async def _follow(scene: Scene, value: str) -> Reply:
    word, _, number = value.partition(":")
    await posted.follow(int(number), by=scene.viewer, is_on=word == ON)
    return _done(scene, "followed" if word == ON else "unfollowed", number)


async def _which_rule(scene: Scene, number: str) -> Reply:
    """举报: which rule it breaks."""
    offers = tuple(Offer(rule.name, OfferKind.FLAG_RULE, f"{number}:{rule.key}") for rule in house().rules)
    told = reply(scene, Outcome.BOARD, say("board.chat.which_rule"), offers=offers)
    assert told.letter is not None
    link = Link(say("board.tell.link"), f"/flag/post/{number}")
    return replace(told, letter=replace(told.letter, links=(link,)))


async def _flag(scene: Scene, value: str) -> Reply:
    number, _, rule = value.partition(":")
    await flags.flag(Thing.POST, int(number), by=scene.viewer, rule=rule)
    return reply(scene, Outcome.BOARD, say("board.chat.flagged"))


async def _ask_delete(scene: Scene, number: str) -> Reply:
    offers = (
        Offer(say("board.chat.delete_sure"), OfferKind.POST_DELETE_SURE, number),
        Offer(say("board.chat.delete_not"), OfferKind.POST, number),
    )
    return reply(scene, Outcome.BOARD, say("board.chat.delete_ask"), offers=offers)


async def _delete(scene: Scene, number: str) -> Reply:
    if not just_asked(scene):
        return await _ask_delete(scene, number)
    await posts.delete(int(number), by=scene.viewer)
    return reply(scene, Outcome.BOARD, say("board.chat.deleted"))


async def _which_kind(scene: Scene, number: str) -> Reply:
    """转成事件: of which kind, the likeliest first; others are on the page."""
    found = await threads.thread(int(number), viewer=scene.viewer)
    kinds = await catalogue.kinds_of(found.post.place_id)
    likely = [one.kind for one in ranked(found.post.text, tuple(kinds.values()))][:MOST_KINDS]
    other = [one for one in kinds.values() if one.id == OTHER_MATTER and one not in likely]
    at = f"{number}:{found.post.version}"
    offers = tuple(Offer(one.name, OfferKind.POST_CASE_KIND, f"{at}:{one.id}") for one in (*likely, *other))
    told = reply(scene, Outcome.BOARD, say("board.chat.which_kind"), offers=offers)
    assert told.letter is not None
    link = Link(say("board.tell.link"), f"/posts/{number}")
    return replace(told, letter=replace(told.letter, links=(link,)))


async def _make_case(scene: Scene, value: str) -> Reply:
    """A digit typed long after may have meant something else."""
    number, version, kind_key = value.split(":", 2)
    if not just_asked(scene):
        return await _which_kind(scene, number)
    case = await cases.to_case(int(number), by=scene.viewer, kind_key=kind_key, seen_version=int(version))
    offers = (Offer(say("board.chat.again"), OfferKind.POST, number),)
    return reply(scene, Outcome.BOARD, say("board.chat.case_made", number=case.number), offers=offers)


def _done(scene: Scene, word: str, number: str) -> Reply:
    """And the way back to the thread."""
    offers = (Offer(say("board.chat.again"), OfferKind.POST, number),)
    return reply(scene, Outcome.BOARD, say(f"board.chat.{word}"), offers=offers)


_DEEDS: Mapping[OfferKind, Callable[[Scene, str], Awaitable[Reply]]] = {
    OfferKind.POST_THANK: _thank,
    OfferKind.POST_FOLLOW: _follow,
    OfferKind.FLAG: _which_rule,
    OfferKind.FLAG_RULE: _flag,
    OfferKind.POST_DELETE: _ask_delete,
    OfferKind.POST_DELETE_SURE: _delete,
    OfferKind.POST_CASE: _which_kind,
    OfferKind.POST_CASE_KIND: _make_case,
}
