"""按标签找 for staff in their chats: all of some tags, none of others, in a building; tags put on somebody or
taken off. Words of the vocabulary are looked after on the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot import records
from bot.memory import Offer, OfferKind
from bot.records import MOST, told
from bot.reply import Reply
from bot.scene import Scene, just_asked
from bot.words import says
from models.errors import Invalid, NotFound, Taken
from models.transaction import savepoint
from models.wording import say, say_refusal
from people.permissions import may
from people.records import cards, filters, tags
from people.records.filters import PersonLine, TagSum
from people.records.querying import ALL, Wanted, wanted_from

PATH = "/people"


async def take(scene: Scene) -> Reply | None:
    """按标签找, and what was picked of it."""
    chosen = scene.chosen
    is_asked = says("find_by_tag", scene.heard.normalised) and may(scene.viewer, "person.read", scene.place_id)
    is_picked = chosen is not None and chosen.kind in (OfferKind.TAGS, OfferKind.TAGGING)
    if not is_picked and (chosen is not None or not is_asked):
        return None
    if not await records.is_enough(scene):
        return records.on_page(scene, PATH)
    if chosen is not None and chosen.kind is OfferKind.TAGGING:
        return await _tagging(scene, chosen.value, page=chosen.page)
    verb, at, chosen_json = (*(chosen.value if chosen else "start").split(":", 2), "0", ALL.to_json())[:3]
    return await _DEEDS[verb](scene, wanted_from(chosen_json), int(at))


def _offer(key: str, verb: str, chosen: Wanted, *, after: int = 0, **facts: object) -> Offer:
    return Offer(say(f"register.{key}", **facts), OfferKind.TAGS, f"{verb}:{after}:{chosen.to_json()}")


async def _start(scene: Scene, chosen: Wanted, at: int) -> Reply:
    """Which tag to begin with."""
    return await _which(scene, chosen, at, verb="more")


async def _sums(scene: Scene, chosen: Wanted) -> filters.Sums:
    return await filters.sums(chosen, viewer=scene.viewer, place_id=scene.place_id)


async def _more(scene: Scene, chosen: Wanted, at: int) -> Reply:
    """One more tag that somebody of these has."""
    return await _which(scene, chosen, at, verb="more")


async def _without(scene: Scene, chosen: Wanted, at: int) -> Reply:
    """A tag that nobody of them may have."""
    return await _which(scene, chosen, at, verb="without")


async def _which(scene: Scene, chosen: Wanted, at: int, *, verb: str) -> Reply:
    found = await _sums(scene, chosen)
    left = [one for one in (*found.by_age, *found.by_tag) if one.people and one.name not in chosen.tags]
    lines = [_tag_offer(one, chosen, verb=verb) for one in left[at : at + MOST]]
    onward = [_offer("more", verb, chosen, after=at + MOST)] if len(left) > at + MOST else []
    key = f"which_{verb}" if lines else "no_tag_left"
    back = [_offer("to_filter", "show", chosen)] if not chosen.is_all else [records.record("back", "start")]
    text = say(f"register.{key}", people=found.people)
    return told(scene, text, PATH, offers=(*lines, *onward, *back))


def _tag_offer(one: TagSum, chosen: Wanted, *, verb: str) -> Offer:
    narrowed = (
        replace(chosen, tags=(*chosen.tags, one.name))
        if verb == "more"
        else replace(chosen, without=(*chosen.without, one.name))
    )
    return _offer("tag_sum", "show", narrowed, name=one.name, people=one.people)


async def _where(scene: Scene, chosen: Wanted, at: int) -> Reply:
    """In which building."""
    found = await filters.building_choices(viewer=scene.viewer, place_id=scene.place_id)
    lines = [_offer("name", "show", replace(chosen, building=one.id), name=one.name) for one in found[at : at + MOST]]
    onward = [_offer("more", "where", chosen, after=at + MOST)] if len(found) > at + MOST else []
    everywhere = _offer("everywhere", "show", replace(chosen, building=0))
    return told(scene, say("register.which_building"), PATH, offers=(*lines, *onward, everywhere))


async def _show(scene: Scene, chosen: Wanted, _at: int) -> Reply:
    """How many a filter finds, and what can be done with them."""
    found = await _sums(scene, chosen)
    words = await _in_words(scene, chosen)
    text = say("register.filtered", which=words, people=found.people, homes=found.homes)
    ageless = say("register.ageless", count=found.ageless) if chosen.asks_ages and found.ageless else ""
    offers = [_offer("see_list", "list", chosen)] if found.people else []
    offers += [_offer(f"narrow_{verb}", verb, chosen) for verb in ("more", "without", "where")]
    if found.people and may(scene.viewer, "export.ask", scene.place_id):
        offers.append(Offer(say("register.take_out"), OfferKind.EXPORT, f"purpose:people:{chosen.to_json()}"))
    return told(scene, f"{text}{ageless}", PATH, offers=(*offers, _offer("anew", "start", ALL)))


async def _in_words(scene: Scene, chosen: Wanted) -> str:
    words = [*chosen.tags, *(say("register.not_tagged", name=one) for one in chosen.without)]
    if chosen.building:
        found = await filters.building_choices(viewer=scene.viewer, place_id=scene.place_id)
        words += [one.name for one in found if one.id == chosen.building]
    return say("register.and").join(words) or say("register.everybody")


async def _list(scene: Scene, chosen: Wanted, at: int) -> Reply:
    """Who they are, so many at a time; the next digit opens a card."""
    viewer, place_id = scene.viewer, scene.place_id
    found = await filters.people(chosen, viewer=viewer, place_id=place_id, after=at, limit=MOST + 1)
    lines = [records.person(one.id, _label(one)) for one in found[:MOST]]
    onward = [_offer("more", "list", chosen, after=found[MOST - 1].residence_id)] if len(found) > MOST else []
    text = say("register.list", which=await _in_words(scene, chosen))
    return told(scene, text, PATH, offers=(*lines, *onward, _offer("to_filter", "show", chosen)))


def _label(one: PersonLine) -> str:
    age = say("register.age", age=one.age) if one.age is not None else ""
    return say("register.listed", name=one.name, age=age, address=one.address)


_DEEDS: Mapping[str, Callable[[Scene, Wanted, int], Awaitable[Reply]]] = {
    "start": _start,
    "more": _more,
    "without": _without,
    "where": _where,
    "show": _show,
    "list": _list,
}


async def _tagging(scene: Scene, value: str, *, page: int = 0) -> Reply:
    """贴标签、去标签: which word, and then it is so; a digit typed long after asks anew."""
    verb, number, *name = value.split(":", 2)
    if not name or not just_asked(scene):
        return await _which_word(scene, verb, int(number), page=page)
    deed = tags.tag if verb == "on" else tags.untag
    try:
        async with savepoint():
            await deed(int(number), by=scene.viewer, name=name[0])
    except (Invalid, NotFound, Taken) as refusal:
        return await _which_word(scene, verb, int(number), above=say_refusal(refusal))
    done = say(f"register.tagged_{verb}", name=name[0])
    return told(scene, done, f"{PATH}/{number}", offers=(_to_card(int(number)),))


def _to_card(person_id: int) -> Offer:
    return records.person(person_id, say("register.to_card"))


async def _which_word(scene: Scene, verb: str, person_id: int, *, page: int = 0, above: str = "") -> Reply:
    card = await cards.person(person_id, viewer=scene.viewer)
    names = list(card.tags) if verb == "off" else await _usable(scene, card.tags, place_id=card.place_id)
    shown, value = names[page * MOST : (page + 1) * MOST], f"{verb}:{person_id}"
    lines = [Offer(name, OfferKind.TAGGING, f"{value}:{name}") for name in shown]
    onward = [Offer(say("register.more"), OfferKind.TAGGING, value, page + 1)] if len(names) > (page + 1) * MOST else []
    key = f"which_{verb}" if lines else f"none_{verb}"
    text = records.above(above, say(f"register.{key}", name=card.name))
    return told(scene, text, f"{PATH}/{person_id}", offers=(*lines, *onward, _to_card(person_id)))


async def _usable(scene: Scene, held: Sequence[str], *, place_id: int) -> list[str]:
    words = await tags.words(viewer=scene.viewer, place_id=place_id)
    return [one.name for one in words if not one.is_retired and one.name not in held]
