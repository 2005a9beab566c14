"""关键小事: the year's list with n of m done, a matter by its digit; in the days of collection one is put in words, and
when all is done each is rated by two digits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot import handing
from bot.memory import Offer, OfferKind
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from forum.key_matters import putting, rating, showing
from forum.key_matters.putting import Alike
from forum.key_matters.rating import Appraised
from forum.key_matters.rolls import STARS
from forum.key_matters.showing import MatterLine, YearCard
from models import clock
from models.errors import Invalid
from models.key_matter import KeyMatterState
from models.wording import say, say_date, say_refusal
from people.permissions import may

MOST = 8


async def take(scene: Scene) -> Reply | None:
    """关键小事; what was picked of it; or the words one was asked for."""
    if scene.chosen is not None:
        picked = scene.chosen.kind in (OfferKind.KEY_MATTER, OfferKind.KEY_MATTER_WORDS)
        return await _do(scene) if picked else None
    if (year_id := _asked_for_words(scene)) is not None:
        return await _heard(scene, year_id)
    if not says("key_matters", scene.heard.normalised):
        return None
    if scene.viewer.person_id is None or not may(scene.viewer, "key_matter.read", scene.place_id):
        return reply(scene, Outcome.KEY_MATTER, say("key_matter.chat.join_first"))
    return await _list(scene)


def _asked_for_words(scene: Scene) -> int | None:
    """Of which year words were asked for just now; a wish for a person is no matter."""
    waits = next((one for one in scene.memory.offered if one.kind is OfferKind.KEY_MATTER_WORDS), None)
    if waits is None or scene.bare or not just_asked(scene) or handing.wants_person(scene):
        return None
    return int(waits.value.partition(":")[2])


async def _do(scene: Scene) -> Reply:
    assert scene.chosen is not None
    verb, _, value = scene.chosen.value.partition(":")
    return await _DEEDS[verb](scene, value)


async def _list(scene: Scene, _value: str = "") -> Reply:
    card = await showing.latest(viewer=scene.viewer, place_id=scene.place_id)
    if card is None:
        return reply(scene, Outcome.KEY_MATTER, say("key_matter.chat.none"))
    shown = (card.chosen or card.of(KeyMatterState.SHORTLISTED) or card.matters)[:MOST]
    offers = [Offer(_label(one), OfferKind.KEY_MATTER, f"show:{one.id}") for one in shown]
    if card.is_collecting and may(scene.viewer, "key_matter.put", scene.place_id):
        offers.append(Offer(say("key_matter.chat.put"), OfferKind.KEY_MATTER, f"ask:{card.id}"))
    to_rate = say("key_matter.chat.to_rate", many=len(card.to_rate)) if card.to_rate and _may_rate(scene) else ""
    text = "\n".join(filter(None, [_head(card), to_rate]))
    told = reply(scene, Outcome.KEY_MATTER, text, offers=tuple(offers))
    return _linked(told, "/key_matters", words="key_matter.chat.all")


def _may_rate(scene: Scene) -> bool:
    return may(scene.viewer, "key_matter.rate", scene.place_id)


def _head(card: YearCard) -> str:
    step = say(f"key_matter.step.{card.step.value}")
    if card.step in card.days:
        days = card.days[card.step]
        starts, ends = say_date(days.starts_on), say_date(days.ends_on)
        head = say("key_matter.chat.head", year=card.year, step=step, starts=starts, ends=ends)
    else:
        head = say("key_matter.chat.ended", year=card.year)
    every = len(card.chosen)
    return f"{head}\n{say('key_matter.chat.progress', done=card.done, every=every)}" if every else head


def _label(one: MatterLine) -> str:
    facts = {"number": one.number, "title": one.title}
    if one.state is not KeyMatterState.CHOSEN:
        return say("key_matter.chat.wanted", many=one.wanted_by, **facts)
    if one.is_done and one.struck_at is not None:
        return say("key_matter.chat.done", at=say_date(clock.local(one.struck_at).date()), **facts)
    if one.due is None:
        return say("key_matter.chat.waits", **facts)
    return say("key_matter.chat.late" if one.is_late else "key_matter.chat.open", due=say_date(one.due), **facts)


async def _show(scene: Scene, number: str) -> Reply:
    card = await showing.matter(int(number), viewer=scene.viewer)
    line = card.line
    reason = say("key_matter.chat.reason", reason=line.reason) if line.reason else ""
    lines = [
        _label(line),
        say("key_matter.chat.state", state=say(f"key_matter.state.{line.state.value}"), reason=reason),
        line.text,
        say("key_matter.chat.unit", unit=line.unit) if line.unit else "",
        _appraised(card.appraised) if card.appraised else "",
    ]
    offers = [Offer(say("key_matter.chat.back"), OfferKind.KEY_MATTER, "list:")]
    if card.year.is_collecting and line.state is KeyMatterState.PUT and not line.is_wanted and _may_support(scene):
        same = say("key_matter.chat.same", title=line.title)
        offers.insert(0, Offer(same, OfferKind.KEY_MATTER, f"support:{line.id}"))
    if card.may_rate and _may_rate(scene):
        offers.insert(0, Offer(say("key_matter.chat.rate"), OfferKind.KEY_MATTER, f"rate:{line.id}"))
    text = "\n".join(one for one in lines if one)
    told = reply(scene, Outcome.KEY_MATTER, text, offers=tuple(offers))
    return _linked(told, f"/key_matters/{line.id}", words="key_matter.chat.one")


def _appraised(one: Appraised) -> str:
    if one.outcome is not None and one.unit is not None:
        averages = {"outcome": one.outcome.average, "unit": one.unit.average}
        return say("key_matter.chat.result", rated=one.rated, **averages)
    if one.rated is not None:
        return say("key_matter.chat.result_few")
    return say("key_matter.chat.has_rated") if one.has_rated else ""


async def _rate(scene: Scene, value: str) -> Reply:
    """What came of it, then who carried it out, a digit each; after it the next that waits."""
    matter_id, *stars = (int(one) for one in value.split(":"))
    card = await showing.matter(matter_id, viewer=scene.viewer)
    if len(stars) == 2:
        await rating.rate(matter_id, by=scene.viewer, outcome=stars[0], unit=stars[1])
        return await _rated(scene, card.year.id)
    unit = card.line.unit or say("key_matter.chat.committee")
    text = say(f"key_matter.chat.{'ask_unit' if stars else 'ask_outcome'}", title=card.line.title, unit=unit)
    offers = [
        Offer(say("key_matter.chat.star", star=star), OfferKind.KEY_MATTER, f"rate:{value}:{star}") for star in STARS
    ]
    return reply(scene, Outcome.KEY_MATTER, text, offers=tuple(offers))


async def _rated(scene: Scene, year_id: int) -> Reply:
    left = (await showing.year(year_id, viewer=scene.viewer)).to_rate[:1]
    offers = [
        *(Offer(say("key_matter.chat.next", title=one.title), OfferKind.KEY_MATTER, f"rate:{one.id}") for one in left),
        Offer(say("key_matter.chat.back"), OfferKind.KEY_MATTER, "list:"),
    ]
    return reply(scene, Outcome.KEY_MATTER, say("key_matter.chat.rated"), offers=tuple(offers))


def _may_support(scene: Scene) -> bool:
    return may(scene.viewer, "key_matter.support", scene.place_id)


async def _ask(scene: Scene, year_id: str) -> Reply:
    return _asked(scene, int(year_id), say("key_matter.chat.ask"))


def _asked(scene: Scene, year_id: int, text: str) -> Reply:
    """What is said next is a matter, unless they say that they do not want to."""
    stop = Offer(say("key_matter.chat.stop"), OfferKind.KEY_MATTER_WORDS, f"stop:{year_id}")
    return reply(scene, Outcome.KEY_MATTER, text, offers=(stop,))


async def _stop(scene: Scene, _value: str) -> Reply:
    return reply(scene, Outcome.KEY_MATTER, say("key_matter.chat.stopped"))


async def _heard(scene: Scene, year_id: int) -> Reply:
    """The words, masked before anything remembers them; what is like it is offered first, what cannot be taken is asked
    for anew."""
    title = " ".join(scene.masked.split())
    if len(title) > putting.MOST_TITLE:
        return _asked(scene, year_id, say_refusal(Invalid("key_matter.title", most=putting.MOST_TITLE)))
    found = await putting.alike(year_id, viewer=scene.viewer, title=title) if _may_support(scene) else []
    if not found:
        return await _put(scene, f"{year_id}:{title}")
    offers = (*(_same(one) for one in found), _other(year_id, title))
    return reply(scene, Outcome.KEY_MATTER, say("key_matter.chat.alike"), offers=offers)


def _same(one: Alike) -> Offer:
    return Offer(say("key_matter.chat.same", title=one.title), OfferKind.KEY_MATTER, f"support:{one.id}")


def _other(year_id: int, title: str) -> Offer:
    return Offer(say("key_matter.chat.other", title=title), OfferKind.KEY_MATTER, f"put:{year_id}:{title}")


async def _put(scene: Scene, value: str) -> Reply:
    year_id, _, title = value.partition(":")
    made = await putting.put(int(year_id), by=scene.viewer, title=title)
    key = "held" if made.is_held else "told"
    text = say(f"key_matter.chat.{key}", number=made.number, title=title)
    back = Offer(say("key_matter.chat.back"), OfferKind.KEY_MATTER, "list:")
    told = reply(scene, Outcome.KEY_MATTER, text, offers=(back,))
    return _linked(told, f"/key_matters/{made.id}", words="key_matter.chat.one")


async def _support(scene: Scene, number: str) -> Reply:
    await putting.support(int(number), by=scene.viewer)
    card = await showing.matter(int(number), viewer=scene.viewer)
    back = Offer(say("key_matter.chat.back"), OfferKind.KEY_MATTER, "list:")
    text = say("key_matter.chat.supported", title=card.line.title)
    return reply(scene, Outcome.KEY_MATTER, text, offers=(back,))


def _linked(told: Reply, path: str, *, words: str) -> Reply:
    assert told.letter is not None
    return replace(told, letter=replace(told.letter, links=(Link(say(words), path),)))


_DEEDS: Mapping[str, Callable[[Scene, str], Awaitable[Reply]]] = {
    "list": _list,
    "show": _show,
    "ask": _ask,
    "stop": _stop,
    "put": _put,
    "support": _support,
    "rate": _rate,
}
