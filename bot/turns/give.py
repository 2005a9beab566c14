"""Offering something in a chat: how, what (with photos), price or days, how many, where; sent once all of it is right.

Everything is digits but the thing itself and its price. Words that cannot be taken are asked for again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.offering import Offering, Step, kept, leaves, offering_of
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from courier.letters import Link
from forum.items import goods, money, offers
from forum.items.offers import MOST_QUANTITY, NewItem
from models.conversation import Speaker
from models.errors import Invalid, Refusal
from models.item import ItemMode
from models.post import PostState
from models.rules import rules
from models.transaction import savepoint
from models.wording import say, say_refusal

WHAT = "item"
_DIGITS = re.compile(r"\d{1,4}")


async def take(scene: Scene) -> Reply | None:
    """放一样东西: begun by word or digit, then step by step."""
    chosen = scene.chosen
    if chosen is not None:
        return await _picked(scene, chosen.value) if chosen.kind is OfferKind.GIVE else None
    if scene.talk.speaker is Speaker.PERSON:
        return None
    if (offering := offering_of(scene.memory, what=WHAT)) is not None and not leaves(scene):
        return await _tried(scene, offering)
    return _begin(scene) if says("give", scene.heard.normalised) else None


def _begin(scene: Scene) -> Reply:
    if scene.viewer.person_id is None:
        return reply(scene, Outcome.ITEM, say("item.chat.join_first"))
    lines = tuple(Offer(say(f"item.chat.mode_{mode.value}"), OfferKind.GIVE, f"mode:{mode.value}") for mode in ItemMode)
    return reply(scene, Outcome.ITEM, say("item.chat.ask_mode"), offers=lines, memory=kept(scene.memory, None))


async def _picked(scene: Scene, value: str) -> Reply:
    """A digit: how it is given, where, or whether all of it is right."""
    what, _, key = value.partition(":")
    if what == "mode":
        return _ask(scene, Offering(WHAT, key))
    offering = offering_of(scene.memory, what=WHAT)
    if offering is None or what == "begin":
        return _begin(scene)
    if what == "spot":
        return await _sure(scene, replace(offering, spot=key, step=Step.SURE))
    return await _send(scene, offering) if key == "yes" else _dropped(scene)


async def _tried(scene: Scene, offering: Offering) -> Reply:
    """What was typed to a step; what cannot be taken is said, and asked for again."""
    if scene.bare == "photo" and scene.attached:
        return _photo(scene, offering)
    if scene.heard.normalised == "0" or says("cancel", scene.heard.normalised):
        return _dropped(scene)
    if scene.attached:
        offering = offering.with_photo(scene.line_id)
    try:
        return await _STEPS[offering.step](scene, offering)
    except Invalid as refusal:
        return _ask(scene, offering, above=say_refusal(refusal))


def _photo(scene: Scene, offering: Offering) -> Reply:
    """A photo without words: kept with the rest; what was asked is asked again, once for an album."""
    held = offering.with_photo(scene.line_id)
    if scene.album and scene.album == scene.memory.album:
        return Reply(None, Outcome.ITEM, kept(scene.memory, held))
    return _ask(scene, held, above=say("item.chat.photo", count=len(held.lines)))


async def _text(scene: Scene, offering: Offering) -> Reply:
    if scene.bare:
        return _ask(scene, offering)
    await goods.must_be_allowed(scene.original)
    following = {ItemMode.SELL.value: Step.PRICE, ItemMode.LEND.value: Step.DAYS}
    return _ask(scene, replace(offering, text=scene.original, step=following.get(offering.kind, Step.QUANTITY)))


async def _price(scene: Scene, offering: Offering) -> Reply:
    fen = money.fen_of(scene.original.strip())
    return _ask(scene, replace(offering, price_fen=fen, step=Step.QUANTITY))


async def _days(scene: Scene, offering: Offering) -> Reply:
    days = _number(scene)
    if not 1 <= days <= rules().items.most_lend_days:
        raise Invalid("item.days", most=rules().items.most_lend_days)
    return _ask(scene, replace(offering, days=days, step=Step.QUANTITY))


async def _quantity(scene: Scene, offering: Offering) -> Reply:
    count = _number(scene)
    if not 1 <= count <= MOST_QUANTITY:
        raise Invalid("item.quantity", most=MOST_QUANTITY)
    return _ask(scene, replace(offering, quantity=count, step=Step.SPOT))


async def _same(scene: Scene, offering: Offering) -> Reply:
    """Words where a digit was asked for."""
    return await _sure(scene, offering) if offering.step is Step.SURE else _ask(scene, offering)


_STEPS: Mapping[Step, Callable[[Scene, Offering], Awaitable[Reply]]] = {
    Step.TEXT: _text,
    Step.PRICE: _price,
    Step.DAYS: _days,
    Step.QUANTITY: _quantity,
    Step.SPOT: _same,
    Step.SURE: _same,
}


def _number(scene: Scene) -> int:
    """A number as it is heard (2, 两), or the first digits (7天); 0 for none."""
    found = _DIGITS.search(unicodedata.normalize("NFKC", scene.original))
    return scene.heard.choice or (int(found[0]) if found else 0)


def _ask(scene: Scene, offering: Offering, *, above: str = "") -> Reply:
    """The question of a step."""
    lines: tuple[Offer, ...] = ()
    if offering.step is Step.SPOT:
        lines = tuple(Offer(one.name, OfferKind.GIVE, f"spot:{one.key}") for one in goods.house().spots)
    text = say(f"item.chat.ask_{offering.step.value}", most=MOST_QUANTITY)
    text = f"{above}\n{text}" if above else text
    return reply(scene, Outcome.ITEM, text, offers=lines, memory=kept(scene.memory, offering))


async def _sure(scene: Scene, offering: Offering) -> Reply:
    """All of it once more, with what to look at where goods need it."""
    looked = await goods.must_be_allowed(offering.text)
    checks = "".join(f"\n{one.name}：{one.reason}" for one in looked)
    head = say("item.chat.sure", mode=say(f"item.mode.{offering.kind}"), text=offering.text)
    told = [head, *_facts(offering), say("item.chat.fact_spot", spot=goods.spot_name(offering.spot))]
    told += [say("item.chat.checks", checks=checks)] if checks else []
    text = "\n".join([*told, say("item.chat.is_right")])
    lines = (
        Offer(say("item.chat.yes"), OfferKind.GIVE, "sure:yes"),
        Offer(say("item.chat.no"), OfferKind.GIVE, "sure:no"),
    )
    return reply(scene, Outcome.ITEM, text, offers=lines, memory=kept(scene.memory, offering))


def _facts(offering: Offering) -> list[str]:
    facts = []
    if offering.price_fen:
        facts.append(say("item.chat.fact_price", price=money.yuan(offering.price_fen)))
    if offering.days:
        facts.append(say("item.chat.fact_days", days=offering.days))
    if offering.quantity > 1:
        facts.append(say("item.chat.fact_quantity", count=offering.quantity))
    if offering.lines:
        facts.append(say("item.chat.fact_photos", count=len(offering.lines)))
    return facts


def _dropped(scene: Scene) -> Reply:
    return reply(scene, Outcome.ITEM, say("item.chat.dropped"), memory=kept(scene.memory, None))


async def _send(scene: Scene, offering: Offering) -> Reply:
    """Offer it; the same line does so once, and whoever said 'all right' has read what to look at."""
    new = NewItem(
        offering.kind,
        offering.text,
        offering.spot,
        price_fen=offering.price_fen or None,
        quantity=offering.quantity,
        lend_days=offering.days or None,
        lines=offering.lines,
        key=f"line-{scene.line_id}",
        is_checked=True,
    )
    try:
        async with savepoint():
            made = await offers.offer(new, by=scene.viewer, place_id=scene.place_id)
    except Refusal as refusal:
        return _ask(scene, offering.at(Step.TEXT), above=say_refusal(refusal))
    key = "held" if made.state is PostState.HELD else "offered"
    masked = f"\n{say('item.chat.masked')}" if made.hidden else ""
    text = f"{say(f'item.chat.{key}', days=rules().items.expires_days)}{masked}"
    said = reply(scene, Outcome.ITEM, text, memory=kept(scene.memory, None))
    assert said.letter is not None
    return replace(said, letter=replace(said.letter, links=(Link(say("item.tell.link"), f"/items/{made.id}"),)))
