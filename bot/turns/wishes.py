"""Mutual help in a chat, by digits and one's own words: what waits for somebody, asking, taking it on, thanks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.offering import Offering, Step, kept, leaves, offering_of
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum import things
from forum.help import lists, sight, wishes
from forum.help.lists import WishLine
from forum.help.sight import WishView
from forum.help.wishes import NewWish
from models.conversation import Speaker
from models.errors import Invalid, Refusal
from models.post import PostState
from models.transaction import savepoint
from models.wish import WishKind
from models.wording import say, say_refusal

WHAT, MOST, MOST_TEXT = "wish", 6, 300


async def take(scene: Scene) -> Reply | None:
    """看互助、许愿; what was picked, or the words one was asked for."""
    chosen = scene.chosen
    if chosen is not None:
        return await _picked(scene, chosen.value) if chosen.kind is OfferKind.WISH else None
    if scene.talk.speaker is Speaker.PERSON:
        return None
    if (offering := offering_of(scene.memory, what=WHAT)) is not None and not leaves(scene):
        return await _typed(scene, offering)
    scene = _elsewhere(scene)
    for word, deed in (("my_wishes", _mine), ("wishes", _list), ("ask_help", _begin)):
        if says(word, scene.heard.normalised):
            return _stranger(scene) or await deed(scene)
    return None


def _stranger(scene: Scene) -> Reply | None:
    """Helping each other is for those who live or work here."""
    if scene.viewer.person_id is not None:
        return None
    return reply(scene, Outcome.WISH, say("wish.chat.join_first"))


async def _picked(scene: Scene, value: str) -> Reply:
    """A digit; what cannot be done is said, with the wish as it stands now."""
    verb, _, key = value.partition("|")
    if verb in ("yes", "no"):
        return await _send(scene) if verb == "yes" else _dropped(scene)
    if verb == "kind":
        return await _ask(scene, Offering(WHAT, key))
    scene = _elsewhere(scene)
    if verb in _WAYS:
        return await _WAYS[verb](scene)
    if verb == "show" or not just_asked(scene):
        return await _show(scene, int(key))
    try:
        async with savepoint():
            await _DEEDS[verb](int(key), by=scene.viewer)
    except Refusal as refusal:
        return await _show(scene, int(key), above=say_refusal(refusal))
    return _thank(scene, int(key)) if verb == "finish" else await _show(scene, int(key), above=_done(verb))


def _elsewhere(scene: Scene) -> Scene:
    """With nothing that is still being told: who looks at something else has left it."""
    return replace(scene, memory=kept(scene.memory, None))


def _done(verb: str) -> str:
    return say(f"wish.chat.done_{verb}")


async def _list(scene: Scene) -> Reply:
    found = await lists.waiting(viewer=scene.viewer, place_id=scene.place_id, most=MOST)
    listed = tuple(_offer(one) for one in found.lines)
    more = (_pick("wish.chat.begin", "begin"), _pick("wish.chat.mine", "mine"))
    text = say("wish.chat.list" if listed else "wish.chat.none")
    return _linked(reply(scene, Outcome.WISH, text, offers=(*listed, *more)), "/wishes")


def _pick(key: str, value: str) -> Offer:
    return Offer(say(key), OfferKind.WISH, value)


def _offer(one: WishLine) -> Offer:
    return Offer(say("wish.chat.line", mark=one.mark, title=one.title), OfferKind.WISH, f"show|{one.post_id}")


async def _mine(scene: Scene) -> Reply:
    claimed = await lists.claimed_wishes(viewer=scene.viewer, place_id=scene.place_id)
    asked = await lists.own_wishes(viewer=scene.viewer, place_id=scene.place_id)
    listed = tuple(_offer(one) for one in (*claimed, *asked)[: 2 * MOST])
    text = say("wish.chat.mine_head" if listed else "wish.chat.mine_none")
    return _linked(reply(scene, Outcome.WISH, text, offers=(*listed, _pick("wish.chat.begin", "begin"))), "/my/wishes")


async def _show(scene: Scene, post_id: int, *, above: str = "") -> Reply:
    try:
        found = await sight.wish(post_id, viewer=scene.viewer)
    except Refusal as refusal:
        return reply(scene, Outcome.WISH, above or say_refusal(refusal))
    await things.see(post_id, f"/wishes/{post_id}", by=scene.viewer)
    text = "\n".join([above, *_told(found)] if above else _told(found))
    verbs = ("claim", "finish", "let_go", "release", "renew", "withdraw")
    made = [_pick(f"wish.chat.{verb}", f"{verb}|{post_id}") for verb in verbs if getattr(found.may, verb)]
    offers = (*made, _pick("wish.chat.back", "list"))
    return _linked(reply(scene, Outcome.WISH, text, offers=offers), f"/wishes/{post_id}")


def _told(found: WishView) -> list[str]:
    who = found.author.words if found.author else say("privacy.gone")
    kind = say(f"wish.kind.{found.kind.value}")
    told = [say("wish.chat.head", kind=kind, title=found.title, who=who)]
    if found.post.text != found.title:
        told.append(shortened(found.post.text, most=MOST_TEXT))
    if found.for_whom:
        told.append(say("wish.chat.for_whom", who=found.for_whom))
    elif found.is_for_other:
        told.append(say("wish.chat.for_other"))
    thanks = [say("wish.chat.thanks", thanks=found.thanks)] if found.thanks else []
    return [*told, found.words, *thanks]


async def _begin(scene: Scene) -> Reply:
    kinds = tuple(_pick(f"wish.chat.kind_{kind.value}", f"kind|{kind.value}") for kind in WishKind)
    return reply(scene, Outcome.WISH, say("wish.chat.ask_kind"), offers=kinds, memory=kept(scene.memory, None))


async def _ask(scene: Scene, offering: Offering, *, above: str = "") -> Reply:
    elder = await handing.asked_for(scene)
    text = say("wish.chat.ask_text_for", elder=elder.elder) if elder else say("wish.chat.ask_text")
    text = f"{above}\n{text}" if above else text
    return reply(scene, Outcome.WISH, text, memory=kept(scene.memory, offering))


async def _typed(scene: Scene, offering: Offering) -> Reply:
    """The wish itself, or thanks; a photo goes along, 0 calls it off."""
    if scene.bare == "photo" and scene.attached:
        held = offering.with_photo(scene.line_id)
        is_piece = bool(scene.album) and scene.album == scene.memory.album
        return Reply(None, Outcome.WISH, kept(scene.memory, held)) if is_piece else await _ask(scene, held)
    if scene.heard.normalised == "0" or says("cancel", scene.heard.normalised):
        return _dropped(scene)
    if offering.step is Step.THANKS:
        return await _thanked(scene, offering)
    if scene.bare:
        return await _ask(scene, offering)
    held = offering.with_photo(scene.line_id) if scene.attached else offering
    text = scene.original if held.step is Step.TEXT else held.text
    return await _sure(scene, replace(held, text=text, step=Step.SURE))


async def _sure(scene: Scene, offering: Offering) -> Reply:
    elder, kind = await handing.asked_for(scene), say(f"wish.kind.{offering.kind}")
    text = say("wish.chat.sure", kind=kind, text=offering.text)
    if elder:
        text = say("wish.chat.sure_for", kind=kind, text=offering.text, elder=elder.elder)
    offers = (_pick("wish.chat.yes", "yes"), _pick("wish.chat.no", "no"))
    return reply(scene, Outcome.WISH, text, offers=offers, memory=kept(scene.memory, offering))


def _dropped(scene: Scene) -> Reply:
    return reply(scene, Outcome.WISH, say("wish.chat.dropped"), memory=kept(scene.memory, None))


async def _send(scene: Scene) -> Reply:
    """Ask; an elder's is for volunteers alone."""
    offering = offering_of(scene.memory, what=WHAT)
    if offering is None:
        return await _begin(scene)
    elder = await handing.asked_for(scene)
    new = NewWish(
        offering.kind,
        offering.text,
        for_person_id=elder.elder_id if elder else None,
        only_volunteers=elder is not None,
        lines=offering.lines,
        key=f"line-{scene.line_id}",
    )
    try:
        async with savepoint():
            made = await wishes.ask(new, by=scene.viewer, place_id=scene.place_id)
    except Refusal as refusal:
        return await _ask(scene, offering.at(Step.TEXT), above=say_refusal(refusal))
    text = say("wish.chat.held" if made.state is PostState.HELD else "wish.chat.asked")
    masked = f"\n{say('wish.chat.masked')}" if made.hidden else ""
    said = reply(scene, Outcome.WISH, f"{text}{masked}", memory=kept(scene.memory, None))
    return _linked(said, f"/wishes/{made.id}")


def _thank(scene: Scene, post_id: int) -> Reply:
    """It is done; whoever wants to says thanks with the next message."""
    waiting = Offering(WHAT, step=Step.THANKS, post_id=post_id)
    offers = (_pick("wish.chat.no_thanks", f"show|{post_id}"),)
    return reply(scene, Outcome.WISH, say("wish.chat.finished"), offers=offers, memory=kept(scene.memory, waiting))


async def _thanked(scene: Scene, offering: Offering) -> Reply:
    try:
        async with savepoint():
            await wishes.thank(offering.post_id, by=scene.viewer, thanks=scene.original)
    except Invalid as refusal:
        return await _show(scene, offering.post_id, above=say_refusal(refusal))
    except Refusal as refusal:
        return await _show(_elsewhere(scene), offering.post_id, above=say_refusal(refusal))
    return await _show(_elsewhere(scene), offering.post_id, above=say("wish.chat.thanked"))


_WAYS: Mapping[str, Callable[[Scene], Awaitable[Reply]]] = {"list": _list, "mine": _mine, "begin": _begin}
_DEEDS: Mapping[str, Callable[..., Awaitable[None]]] = {
    "claim": wishes.claim,
    "let_go": wishes.let_go,
    "release": wishes.release,
    "withdraw": wishes.withdraw,
    "renew": wishes.renew,
    "finish": wishes.finish,
}


def _linked(said: Reply, path: str) -> Reply:
    assert said.letter is not None
    return replace(said, letter=replace(said.letter, links=(Link(say("wish.tell.link"), path),)))
