"""居民名册 for staff in their chats: buildings, homes and who lives there, found by name or by digits, with the line of
time of a home or a person. The words of what was asked or done, and every number, are on the page alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot import records
from bot.memory import Offer, OfferKind
from bot.records import MOST, record, told
from bot.reply import Reply
from bot.scene import Scene
from bot.words import part_said, says
from casework import timelines
from casework.timelines import Happening
from models.wording import knows, say, say_date
from people import homes, shown
from people.homes import HomeCard
from people.joining import roll
from people.joining.roll import Sieve
from people.permissions import may
from people.records import cards
from people.records.cards import PersonCard

LINES = 12
"""So many lines of time stand in one message."""
MOST_HOMES = 3


async def take(scene: Scene) -> Reply | None:
    """居民名册、找人 王示范, and what was picked of it."""
    chosen = scene.chosen
    if chosen is not None:
        return await _done(scene, chosen.value) if chosen.kind is OfferKind.RECORD else None
    name = part_said("find_person", scene.original.strip())
    if not may(scene.viewer, "home.read", scene.place_id) or not (name or says("residents", scene.heard.normalised)):
        return None
    if not await records.is_enough(scene):
        return records.on_page(scene, "/residents")
    return await _named(scene, name) if name else await _overview(scene, ())


async def _done(scene: Scene, value: str) -> Reply:
    verb, *given = value.split(":")
    return await _DEEDS[verb](scene, given) if await records.is_enough(scene) else records.on_page(scene, "/residents")


async def _overview(scene: Scene, _given: Sequence[str]) -> Reply:
    """How many live here, and the ways to find one of them."""
    count = await roll.count(viewer=scene.viewer, place_id=scene.place_id)
    offers = (
        record("by_building", "buildings", 0),
        Offer(say("register.by_tag"), OfferKind.TAGS, "start"),
        record("not_joined", "out", 0),
    )
    return told(scene, say("register.overview", people=count.people, joined=count.joined), "/residents", offers=offers)


async def _named(scene: Scene, name: str) -> Reply:
    """找人: by the whole name; by a number it is done on the page, since numbers are not for chats."""
    if scene.masked != scene.original:
        return told(scene, say("register.no_numbers"), "/homes")
    found = await homes.search(name, viewer=scene.viewer, place_id=scene.place_id)
    key = "found" if found else "nobody"
    text = say(f"register.{key}", name=name.strip(), count=len(found))
    more = say("register.more_on_page") if len(found) > MOST else ""
    lines = [records.person(one.person_id, _at(one.name, one.address)) for one in found[:MOST]]
    return told(scene, f"{text}{more}", "/homes", offers=(*lines, _back()))


def _at(name: str, address: str) -> str:
    return say("register.at", name=name, address=address)


def _back() -> Offer:
    return record("back", "start")


async def _buildings(scene: Scene, given: Sequence[str]) -> Reply:
    """The buildings, so many at a time."""
    found = await homes.buildings(viewer=scene.viewer, place_id=scene.place_id, after=int(given[0]), limit=MOST + 1)
    lines = [
        record("building", "homes", one.id, 0, name=f"{one.estate} {one.name}", homes=one.homes, people=one.people)
        for one in found[:MOST]
    ]
    onward = [record("more", "buildings", found[MOST - 1].id)] if len(found) > MOST else []
    key = "buildings" if lines else "no_buildings"
    return told(scene, say(f"register.{key}"), "/homes", offers=(*lines, *onward, _back()))


async def _homes(scene: Scene, given: Sequence[str]) -> Reply:
    """The homes of a building, so many at a time."""
    building_id, after = map(int, given)
    building = await homes.building(building_id, viewer=scene.viewer)
    found = await homes.homes(building_id, viewer=scene.viewer, after=after, limit=MOST + 1)
    lines = [record("home", "home", one.id, label=one.label, people=one.people) for one in found[:MOST]]
    onward = [record("more", "homes", building_id, found[MOST - 1].id)] if len(found) > MOST else []
    text = say("register.homes", name=f"{building.estate} {building.name}", grid=building.grid).strip()
    return told(scene, text, f"/homes/buildings/{building_id}", offers=(*lines, *onward, _back()))


async def _out(scene: Scene, given: Sequence[str]) -> Reply:
    """Who lives here and has not joined."""
    viewer, place_id = scene.viewer, scene.place_id
    found = await roll.roll(viewer=viewer, place_id=place_id, sieve=Sieve(joined="no"), after=int(given[0]))
    lines = [records.person(one.person_id, _at(one.name, one.address)) for one in found[:MOST]]
    onward = [record("more", "out", found[MOST - 1].residence_id)] if len(found) > MOST else []
    key = "out" if lines else "all_joined"
    return told(scene, say(f"register.{key}"), "/residents?joined=no", offers=(*lines, *onward, _back()))


async def _home(scene: Scene, given: Sequence[str]) -> Reply:
    """房屋卡片."""
    card = await homes.home(int(given[0]), viewer=scene.viewer)
    lines = [
        records.person(
            one.person_id,
            say(
                "register.resident",
                name=one.name,
                relation=say(f"join.relation.{one.relation.value}"),
                tags=_tags(one.tags),
            ),
        )
        for one in card.living[:MOST]
    ]
    further = (record("timeline", "line", "home", card.id, 0), record("to_building", "homes", card.building_id, 0))
    return told(scene, _home_words(card), f"/homes/{card.id}", offers=(*lines, *further))


def _home_words(card: HomeCard) -> str:
    parts = [
        say("register.home_head", address=f"{card.estate} {card.building} {card.label}", people=len(card.living)),
        card.grid,
        say("register.area", area=card.square_metres) if card.area else "",
        say("register.pending", count=len(card.pending)) if card.pending else "",
        say("register.past", count=len(card.past)) if card.past else "",
    ]
    return "\n".join(part for part in parts if part)


def _tags(tags: Sequence[str]) -> str:
    return say("register.tagged", tags=say("register.and").join(tags)) if tags else ""


async def _person(scene: Scene, given: Sequence[str]) -> Reply:
    """人员卡片: whoever opens one sees a real name, which stands on record as on the page."""
    person_id = int(given[0])
    await shown.look_up(person_id, by=scene.viewer)
    card = await cards.person(person_id, viewer=scene.viewer)
    held = (await shown.standing(person_id, viewer=scene.viewer)).roles
    roles = say("register.and").join(say(f"staff.role.{role.value}") for role in held)
    words = _person_words(card, roles=say("register.standing", roles=roles) if roles else "")
    return told(scene, words, f"/people/{person_id}", offers=_beside(scene, card))


def _beside(scene: Scene, card: PersonCard) -> list[Offer]:
    """What can be looked at or done next."""
    found = [record("home_of", "home", one.home_id, address=one.address) for one in card.living[:MOST_HOMES]]
    found.append(record("timeline", "line", "person", card.id, 0))
    if card.is_kept and may(scene.viewer, "person.tag", card.place_id):
        found += [Offer(say(f"register.tag_{verb}"), OfferKind.TAGGING, f"{verb}:{card.id}") for verb in ("on", "off")]
    if card.is_kept and may(scene.viewer, "user.grant", card.place_id):
        found.append(Offer(say("register.roles"), OfferKind.ROLES, f"neighbour:{card.id}"))
    return [*found, _back()]


def _person_words(card: PersonCard, *, roles: str) -> str:
    age = say("register.age", age=card.age) if card.age is not None else ""
    where = [say("register.lives", address=one.address, relation=say(f"join.relation.{one.relation.value}"))
             for one in card.living]  # fmt: skip
    tags = (*card.tags, *card.age_tags)
    lines = [
        say("register.person", name=card.name, age=age, chats=card.chats),
        *(where or [say("register.lives_nowhere")]),
        say("register.tags", tags=say("register.and").join(tags)) if tags else say("register.no_tags"),
        roles,
        _numbers(card),
    ]
    return "\n".join(line for line in lines if line)


def _numbers(card: PersonCard) -> str:
    """Whether there are numbers, and nothing of them."""
    if not card.is_kept:
        return say("records.kept_elsewhere")
    kept = {"phone": card.phone, "id_number": card.id_number}
    there = [say(f"records.field.{name}") for name, number in kept.items() if number]
    return say("register.numbers", which=say("register.and").join(there)) if there else say("register.no_number_kept")


async def _line(scene: Scene, given: Sequence[str]) -> Reply:
    """时间线: what happened on which day; what was said or written is on the page."""
    thing, number, begin = given[0], int(given[1]), int(given[2])
    if thing == "person":
        await shown.look_up(number, by=scene.viewer)
    finder, path = (timelines.of_person, "people") if thing == "person" else (timelines.of_home, "homes")
    lines = (await finder(number, viewer=scene.viewer)).lines
    page = lines[begin : begin + LINES]
    text = "\n".join([say("register.line_head") if page else say("register.line_none"), *map(_happening, page)])
    onward = [record("older", "line", thing, number, begin + LINES)] if len(lines) > begin + LINES else []
    card = record("to_card", thing, number)
    return told(scene, text, f"/{path}/{number}#timeline", offers=(*onward, card, _back()))


def _happening(one: Happening) -> str:
    what = f"records.service.{one.kind}" if one.what == "service" else f"records.source.{one.what}"
    return say(
        "register.happened",
        day=say_date(one.day),
        what=say(what) if knows(what) else one.kind,
        who=one.who,
        by=say("register.by", by=one.by) if one.by else "",
        struck=say("register.struck") if one.is_struck else "",
    ).strip()


_DEEDS: Mapping[str, Callable[[Scene, Sequence[str]], Awaitable[Reply]]] = {
    "start": _overview,
    "buildings": _buildings,
    "homes": _homes,
    "out": _out,
    "home": _home,
    "person": _person,
    "line": _line,
}
