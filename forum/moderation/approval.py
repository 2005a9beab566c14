"""What was held and is fine: it is published, its author hears so, and so do those who would have heard at first."""

from __future__ import annotations

from courier.letters import Letter, Link
from forum import mentions, outside, telling
from forum.moderation.telling import KIND, board_name
from forum.sight import Found, FoundReply, visible, visible_reply
from forum.states import STATES, Standing
from models.post import Thing
from models.wording import say
from nlp.discreet import discreet
from people.telling import tell_resident
from people.viewers import SYSTEM, viewer_of


async def tell(standing: Standing, *, post_id: int, was_seen: bool) -> None:
    """Tell of what was let be, last in the transaction of who decides; ``was_seen``: neighbours had seen it before it
    was held."""
    seen = await _seen(standing.thing, standing.id, post_id=post_id)
    await _tell_author(seen)
    if not was_seen and STATES[seen.post.state].is_shown:
        await _tell_others(seen)


async def tell_others(thing: Thing, thing_id: int, *, post_id: int) -> None:
    """Tell those who would have heard of it at first, last in the transaction in which it is seen for the first
    time."""
    seen = await _seen(thing, thing_id, post_id=post_id)
    if STATES[seen.post.state].is_shown:
        await _tell_others(seen)


async def _seen(thing: Thing, thing_id: int, *, post_id: int) -> Found | FoundReply:
    return await (visible_reply(thing_id, SYSTEM) if thing is Thing.REPLY else visible(post_id, SYSTEM))


async def _tell_author(seen: Found | FoundReply) -> None:
    post, thing = seen.post, seen.standing.thing
    words = say(f"moderation.tell.approved_{thing.value}", board=board_name(post.kind.key), title=discreet(post.title))
    letter = Letter(words, links=(Link(say("board.tell.link"), f"/posts/{post.id}"),))
    await tell_resident(letter, person_id=seen.author_id, kind=KIND)


async def _tell_others(seen: Found | FoundReply) -> None:
    author = await viewer_of(seen.author_id)
    if author is None:
        return
    post, named = seen.post, await mentions.kept(seen.standing.thing, seen.id)
    if isinstance(seen, FoundReply):
        await telling.tell_of_reply(post, named=named, by=author, is_official=False)
    elif named:
        await telling.tell_mentioned(post.id, title=post.title, place_id=post.place_id, named=named, by=author)
    if isinstance(seen, Found) and seen.as_role is None:
        await telling.tell_asked(
            seen.id, seen.kind, place_id=seen.place_id, title=seen.title, is_private=seen.is_private
        )
    if isinstance(seen, Found) and not seen.is_private:
        await outside.published(seen.id, seen.kind, place_id=seen.place_id, role=seen.as_role)
