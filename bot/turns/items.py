"""Idle items in a chat, by digits: what is to be had, one's own, one item, and everything one can do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.memory import Offer, OfferKind
from bot.offering import kept
from bot.reply import Outcome, Reply
from bot.scene import Scene, just_asked, reply
from bot.words import says
from courier.letters import Link
from courier.parts import shortened
from forum import things
from forum.items import handing, lines, market, meetings, offers, views
from forum.items.market import ItemLine
from forum.items.views import InLine, ItemView, Side
from models import clock
from models.errors import Refusal
from models.item import ItemMode
from models.rules import rules
from models.transaction import savepoint
from models.wording import say, say_date, say_moment, say_refusal, say_weekday

MOST, MOST_TEXT, MOST_IN_LINE, DAYS = 6, 300, 3, 7
HOURS = range(8, 21)
"""On which hours of a day one may meet by digits; any other time is proposed on the page."""


async def take(scene: Scene) -> Reply | None:
    """看闲置、我的闲置; what was picked of them."""
    chosen = scene.chosen
    scene = replace(scene, memory=kept(scene.memory, None))
    if chosen is not None:
        return await _picked(scene, chosen.value) if chosen.kind is OfferKind.ITEM else None
    if says("my_items", scene.heard.normalised):
        return _stranger(scene) or await _mine(scene)
    return (_stranger(scene) or await _market(scene)) if says("items", scene.heard.normalised) else None


def _stranger(scene: Scene) -> Reply | None:
    """Items are for those who live or work here."""
    if scene.viewer.person_id is not None:
        return None
    return reply(scene, Outcome.ITEM, say("item.chat.join_first"))


async def _picked(scene: Scene, value: str) -> Reply:
    """A digit; what cannot be done is said, with the item as it stands now."""
    verb, *parts = value.split("|")
    post_id = int(parts[0]) if parts else 0
    if verb == "market":
        return await _market(scene)
    if verb == "mine":
        return await _mine(scene)
    if verb == "show" or not just_asked(scene):
        return await _show(scene, post_id)
    try:
        async with savepoint():
            return await _DEEDS[verb](scene, post_id, parts[1:])
    except Refusal as refusal:
        return await _shown_again(scene, post_id, refusal)


async def _shown_again(scene: Scene, post_id: int, refusal: Refusal) -> Reply:
    try:
        return await _show(scene, post_id, above=say_refusal(refusal))
    except Refusal:
        return reply(scene, Outcome.ITEM, say_refusal(refusal))


async def _market(scene: Scene) -> Reply:
    found = await market.market(viewer=scene.viewer, place_id=scene.place_id, most=MOST)
    listed = tuple(_offer(one) for one in found.lines)
    more = (_begin(), Offer(say("item.chat.mine"), OfferKind.ITEM, "mine"))
    text = say("item.chat.market" if listed else "item.chat.none")
    return _linked(reply(scene, Outcome.ITEM, text, offers=(*listed, *more)), "/items")


def _begin() -> Offer:
    return Offer(say("item.chat.begin"), OfferKind.GIVE, "begin")


def _offer(one: ItemLine) -> Offer:
    how = say(f"item.mode.{one.mode.value}") + (f" {one.price}" if one.price else "")
    title = one.title or say("item.chat.gone_title")
    return Offer(say("item.chat.line", how=how, mark=one.mark, title=title), OfferKind.ITEM, f"show|{one.post_id}")


async def _mine(scene: Scene) -> Reply:
    """What one wants first, since it waits for one's word, then what one offers."""
    wanted = await market.wanted_items(viewer=scene.viewer, place_id=scene.place_id)
    offered = await market.own_items(viewer=scene.viewer, place_id=scene.place_id)
    listed = tuple(_offer(one) for one in (*wanted, *offered)[: 2 * MOST])
    text = say("item.chat.mine_head" if listed else "item.chat.mine_none")
    return _linked(reply(scene, Outcome.ITEM, text, offers=(*listed, _begin())), "/my/items")


async def _show(scene: Scene, post_id: int, *, above: str = "") -> Reply:
    found = await views.item(post_id, viewer=scene.viewer)
    await things.see(post_id, f"/items/{post_id}", by=scene.viewer)
    text = "\n".join([above, *_told(found)] if above else _told(found))
    back = Offer(say("item.chat.back"), OfferKind.ITEM, "market")
    return _linked(reply(scene, Outcome.ITEM, text, offers=(*_choices(found), back)), f"/items/{post_id}")


def _told(found: ItemView) -> list[str]:
    who = found.author.words if found.author else say("privacy.gone")
    mode = say(f"item.mode.{found.mode.value}")
    lines_of = [say("item.chat.head", mode=mode, title=found.title, who=who, spot=found.spot)]
    if found.post.text != found.title:
        lines_of.append(shortened(found.post.text, most=MOST_TEXT))
    if found.price:
        lines_of.append(say("item.chat.price", price=found.price))
    if found.quantity > 1:
        lines_of.append(say("item.chat.left", count=found.quantity, left=found.left))
    if found.photos:
        lines_of.append(say("item.chat.photos", count=len(found.photos)))
    lines_of.append(found.words)
    if found.side is Side.GIVER:
        lines_of += [_in_line(one) for one in found.line[:MOST_IN_LINE]]
    return lines_of


def _in_line(one: InLine) -> str:
    missed = say("item.chat.line_missed", count=one.missed) if one.missed else ""
    if one.is_lent:
        return say("item.chat.line_lent", who=one.who, due=say_date(one.due_on) if one.due_on else "")
    state = say("item.chat.agreed" if one.is_agreed else "item.chat.proposed")
    when = say("item.chat.line_when", state=state, when=one.when) if one.when else ""
    return say("item.chat.line_first" if one.is_first else "item.chat.line_next", who=one.who, when=when, missed=missed)


def _choices(found: ItemView) -> list[Offer]:
    if found.side is Side.GIVER:
        return _giver_choices(found)
    post, mine = found.post.id, found.own
    if mine is None:
        key = "queue" if found.waiting >= found.left else "reserve"
        return [_deed(f"item.chat.{key}", f"reserve|{post}")] if found.may.reserve else []
    made = _about_time(found, mine) if mine.is_first else []
    if mine.is_over and mine.is_first:
        made.append(_deed("item.chat.miss_giver", f"miss|{post}|{mine.id}"))
    return [*made, _deed("item.chat.let_go", f"let_go|{post}")] if found.may.let_go else made


def _deed(key: str, value: str, **facts: object) -> Offer:
    return Offer(say(key, **facts), OfferKind.ITEM, value)


def _about_time(found: ItemView, one: InLine) -> list[Offer]:
    """Agreeing to the time that was proposed, and proposing one."""
    of = f"{found.post.id}|{one.id}"
    made = []
    if one.asks and one.meet_at is not None:
        made.append(_deed("item.chat.confirm", f"confirm|{of}|{one.meet_at.isoformat()}", when=one.when))
    made.append(_deed("item.chat.meet_other" if one.meet_at else "item.chat.meet", f"meet|{of}"))
    return made


def _giver_choices(found: ItemView) -> list[Offer]:
    post = found.post.id
    made = [one for line in found.line[:MOST_IN_LINE] for one in _about_one(found, line)]
    if found.may.bump:
        made.append(_deed("item.chat.bump", f"bump|{post}"))
    if found.may.end:
        made += [_deed("item.chat.finish", f"finish|{post}"), _deed("item.chat.withdraw", f"withdraw|{post}")]
    return made


def _about_one(found: ItemView, one: InLine) -> list[Offer]:
    of, who = f"{found.post.id}|{one.id}", one.who
    if one.is_lent:
        return [_deed("item.chat.take_back", f"take_back|{of}", who=who)]
    if not one.is_first:
        return []
    key = "lend" if found.mode is ItemMode.LEND else "give"
    made = [*_about_time(found, one), _deed(f"item.chat.{key}", f"give|{of}", who=who)]
    if one.is_over:
        made.append(_deed("item.chat.miss", f"miss|{of}", who=who))
    return [*made, _deed("item.chat.pass_on", f"pass_on|{of}", who=who)]


async def _reserve(scene: Scene, post_id: int, _: list[str]) -> Reply:
    ahead = await lines.reserve(post_id, by=scene.viewer)
    words = say("item.chat.reserved") if ahead == 0 else say("item.chat.queued", ahead=ahead)
    return await _show(scene, post_id, above=words)


async def _meet(scene: Scene, post_id: int, parts: list[str]) -> Reply:
    """Which day: one of the next."""
    days = [clock.today() + dt.timedelta(days=ahead) for ahead in range(DAYS)]
    listed = [day for day in days if _hours_of(day)]
    made = tuple(
        _deed(
            "item.chat.day",
            f"day|{post_id}|{parts[0]}|{day.isoformat()}",
            month=day.month,
            day=day.day,
            weekday=say_weekday(day),
        )
        for day in listed
    )
    return reply(scene, Outcome.ITEM, say("item.chat.ask_day"), offers=made)


def _hours_of(day: dt.date) -> list[dt.datetime]:
    """The hours of a day that are still to come."""
    begins = clock.midnight(day)
    return [at for hour in HOURS if (at := begins + dt.timedelta(hours=hour)) > clock.now()]


async def _day(scene: Scene, post_id: int, parts: list[str]) -> Reply:
    """At what hour."""
    hours = _hours_of(dt.date.fromisoformat(parts[1]))
    made = tuple(
        _deed("item.chat.hour", f"hour|{post_id}|{parts[0]}|{at.isoformat()}", hour=clock.local(at).hour)
        for at in hours
    )
    return reply(scene, Outcome.ITEM, say("item.chat.ask_hour"), offers=made)


async def _hour(scene: Scene, post_id: int, parts: list[str]) -> Reply:
    at = dt.datetime.fromisoformat(parts[1])
    await meetings.meet(post_id, int(parts[0]), by=scene.viewer, at=at)
    return await _show(scene, post_id, above=say("item.chat.met", when=say_moment(at)))


async def _confirm(scene: Scene, post_id: int, parts: list[str]) -> Reply:
    at = dt.datetime.fromisoformat(parts[1])
    await meetings.confirm(post_id, int(parts[0]), by=scene.viewer, at=at)
    return await _show(scene, post_id, above=say("item.chat.confirmed", when=say_moment(at)))


def _plain(work: Callable[..., Awaitable[object]], key: str) -> Deed:
    async def do(scene: Scene, post_id: int, _: list[str]) -> Reply:
        await work(post_id, by=scene.viewer)
        return await _show(scene, post_id, above=say(f"item.chat.{key}", days=rules().items.expires_days))

    return do


def _of_line(work: Callable[..., Awaitable[object]], key: str) -> Deed:
    async def do(scene: Scene, post_id: int, parts: list[str]) -> Reply:
        await work(post_id, int(parts[0]), by=scene.viewer)
        return await _show(scene, post_id, above=say(f"item.chat.{key}"))

    return do


Deed = Callable[[Scene, int, list[str]], Awaitable[Reply]]
_DEEDS: Mapping[str, Deed] = {
    "reserve": _reserve,
    "let_go": _plain(lines.let_go, "let_gone"),
    "meet": _meet,
    "day": _day,
    "hour": _hour,
    "confirm": _confirm,
    "miss": _of_line(meetings.miss, "missed"),
    "give": _of_line(handing.give, "given"),
    "pass_on": _of_line(lines.pass_on, "passed"),
    "take_back": _of_line(handing.take_back, "taken_back"),
    "bump": _plain(offers.bump, "bumped"),
    "finish": _plain(offers.finish, "ended"),
    "withdraw": _plain(offers.withdraw, "ended"),
}


def _linked(said: Reply, path: str) -> Reply:
    assert said.letter is not None
    return replace(said, letter=replace(said.letter, links=(Link(say("item.tell.link"), path),)))
