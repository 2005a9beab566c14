"""What the committee does and does not do (职责清单): the four lists, one item, and whose a matter is."""

from __future__ import annotations

from dataclasses import replace

from bot import offers
from bot.memory import Offer, OfferKind, Ranked
from bot.reply import Outcome, Reply
from bot.scene import Scene, reply
from bot.words import says
from casework.duties import lists
from casework.duties.items import DutyList, Item
from casework.duties.lists import ShownList
from casework.guide import Zone
from courier.letters import Letter, Link
from models.wording import say
from nlp.intent import Intent

LONGEST = 40
"""A longer message tells a story: it is asked of the guide."""
SHOWN = 12


async def chosen(scene: Scene) -> Reply | None:
    """A list or an item that was picked by its number."""
    picked = scene.chosen
    if picked is None or picked.kind not in (OfferKind.DUTY_LIST, OfferKind.DUTY):
        return None
    if picked.kind is OfferKind.DUTY:
        return await _found(scene, picked.value)
    shown = await _shown(scene)
    return next((_list(scene, one, page=picked.page) for one in shown if one.heading.list == picked.value), None)


async def take(scene: Scene) -> Reply | None:
    """居委会管什么、这个归不归居委管: answered from the lists where they know it, else left to the guide."""
    said = scene.heard.normalised
    if scene.chosen is not None or scene.heard.intent not in (Intent.ASK, Intent.FOLLOW_UP):
        return None
    if says("duties", said):
        return _overview(scene, await _shown(scene))
    if len(scene.masked) > LONGEST:
        return None
    if says("whose_duty", said):
        return await _whose(scene)
    return await _may(scene) if says("may_duty", said) and not _is_known(scene) else None


def _is_known(scene: Scene) -> bool:
    """Whether the guide has an answer of its own."""
    return scene.found is not None and scene.found.zone is Zone.ANSWER


async def _may(scene: Scene) -> Reply | None:
    """居委会能不能罚款: only what the lists say it may not."""
    meant = [one for one in lists.meant(scene.masked, place_id=scene.place_id) if one.list is DutyList.MAY_NOT]
    return await _found(scene, meant[0].id) if len(meant) == 1 else None


async def _found(scene: Scene, key: str) -> Reply:
    item = await lists.item(key, viewer=scene.viewer, place_id=scene.place_id)
    ranked = (Ranked(item.entry, 1.0),) if item.entry else ()
    shown = await offers.nearest(ranked, viewer=scene.viewer, place_id=scene.place_id)
    return _item(scene, item, has_entry=bool(shown))


async def _whose(scene: Scene) -> Reply | None:
    """What was named; 这个 alone is what was asked before, and where nothing was, the lists are shown."""
    is_bare = says("whose_this", scene.heard.normalised)
    meant = lists.meant(scene.memory.question if is_bare else scene.masked, place_id=scene.place_id)
    if is_bare and not meant:
        return _overview(scene, await _shown(scene))
    if len(meant) == 1:
        return await _found(scene, meant[0].id)
    if not meant or _is_known(scene):
        return None
    near = tuple(Offer(one.name, OfferKind.DUTY, one.id) for one in meant)
    return _linked(scene, say("duties.which"), (*near, offers.none_of_these()))


async def _shown(scene: Scene) -> list[ShownList]:
    return await lists.lists(viewer=scene.viewer, place_id=scene.place_id)


def _overview(scene: Scene, shown: list[ShownList]) -> Reply:
    lines = tuple(Offer(one.heading.name, OfferKind.DUTY_LIST, one.heading.list.value, 1) for one in shown)
    return _linked(scene, say("duties.overview"), (*lines, offers.person()))


def _list(scene: Scene, shown: ShownList, *, page: int) -> Reply:
    """One page of a list, and the way to the next."""
    begins = max(page - 1, 0) * SHOWN
    lines = [Offer(one.name, OfferKind.DUTY, one.id) for one in shown.items[begins : begins + SHOWN]]
    if begins + SHOWN < len(shown.items):
        lines.append(Offer(say("choice.next_page"), OfferKind.DUTY_LIST, shown.heading.list.value, page + 1))
    text = say("duties.list", name=shown.heading.name, about=shown.heading.about)
    return _linked(scene, text, (*lines, offers.person()))


def _item(scene: Scene, item: Item, *, has_entry: bool) -> Reply:
    """An item: whose it is, how it goes, by when, who watches; below it the guide's entry, where it is still shown."""
    lines = [say(f"duties.verdict.{item.list.value}", name=item.name), item.about]
    if item.list is DutyList.MAY_NOT:
        lines.append(say("duties.instead", instead=item.instead))
    lines += [
        say("duties.flow", flow=say("duties.then").join(item.flow)),
        say("duties.limit", limit=item.limit),
        say("duties.supervises", supervises=item.supervises),
    ]
    below = (Offer(say("duties.entry"), OfferKind.ENTRY, item.entry),) if has_entry else ()
    return _linked(scene, "\n".join(lines), (*below, offers.person()))


def _linked(scene: Scene, text: str, offered: tuple[Offer, ...]) -> Reply:
    """A reply with numbered lines, and the page of the lists below it."""
    said = reply(scene, Outcome.DUTIES, text, offers=offered, ranked=scene.ranked)
    choices = tuple(offer.label for offer in offered)
    return replace(said, letter=Letter(text, choices=choices, links=(Link(say("duties.link"), "/duties"),)))
