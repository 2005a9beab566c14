"""搜、找帖: what neighbours wrote and the guide says of something, to be opened by digits."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from bot import thread_offers
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import part_said, says
from casework.snapshots import ShownEntry
from courier.letters import Link
from forum.search import searching
from forum.search.searching import Asked, HitLine
from models.wording import say, say_moment

MOST = 5


async def take(scene: Scene) -> Reply | None:
    """What was asked for with 搜, or the next page of it; whoever has no boards is answered from the guide."""
    chosen = scene.chosen
    if chosen is not None:
        return await _page(scene, chosen.value) if chosen.kind is OfferKind.SEARCH else None
    if says("search_how", scene.heard.normalised):
        return _no_boards(scene) or reply(scene, Outcome.BOARD, say("board.search.how"))
    text = " ".join(part_said("search", scene.masked).split())
    is_theirs = bool(text) and searching.may_search(scene.viewer, scene.place_id)
    return await _page(scene, f"\n{text}") if is_theirs else None


def _no_boards(scene: Scene) -> Reply | None:
    if searching.may_search(scene.viewer, scene.place_id):
        return None
    return reply(scene, Outcome.BOARD, say("board.chat.join_first"))


async def _page(scene: Scene, value: str) -> Reply:
    """``value``: where the page begins, and on the next line what is looked for."""
    if (refused := _no_boards(scene)) is not None:
        return refused
    begins, _, text = value.partition("\n")
    after = searching.behind(begins)
    found = await searching.search(Asked(text), viewer=scene.viewer, place_id=scene.place_id, after=after, most=MOST)
    offers = [*map(_entry, found.entries), *map(_post, found.lines)]
    if not offers:
        return _linked(reply(scene, Outcome.BOARD, say("board.search.none", text=text)), text)
    if found.next is not None:
        offers.append(Offer(say("board.search.more"), OfferKind.SEARCH, f"{found.next}\n{text}"))
    return _linked(reply(scene, Outcome.BOARD, say("board.search.found", text=text), offers=tuple(offers)), text)


def _entry(entry: ShownEntry) -> Offer:
    return Offer(say("board.search.entry", title=entry.content.title), OfferKind.ENTRY, entry.key)


def _post(line: HitLine) -> Offer:
    post = line.post
    label = say("board.search.post", title=thread_offers.title(post), board=post.kind.name, at=say_moment(post.at))
    return Offer(label, OfferKind.POST, str(post.id))


def _linked(told: Reply, text: str) -> Reply:
    assert told.letter is not None
    link = Link(say("board.search.link"), f"/search?{urlencode({'q': text})}")
    return replace(told, letter=replace(told.letter, links=(link,)))
