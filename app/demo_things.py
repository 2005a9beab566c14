"""Things on the demo's boards: what is offered and who wants it, what is asked for and who took it on, by the verbs."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast, on_its_day
from app.demo_life import unhurried
from forum.help import wishes
from forum.help.wishes import NewWish
from forum.items import handing, lines, meetings, offers
from forum.items.offers import NewItem
from forum.items.sight import offered
from models import clock
from models.item import ItemMode
from models.rules import in_force
from models.wish import WishKind
from people.viewers import SYSTEM


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DemoItem(_Shape):
    """Something offered so many days ago; ``wanted`` are in line in this order, ``meets`` says that the first is to
    come tomorrow, ``given`` that the first has it."""

    ago: int
    at: dt.time
    who: str
    mode: ItemMode
    title: str
    text: str
    spot: str = "downstairs"
    price_fen: int | None = None
    lend_days: int | None = None
    quantity: int = 1
    wanted: tuple[str, ...] = ()
    meets: bool = False
    given: bool = False


class DemoWish(_Shape):
    """Something asked for so many days ago, for whom if not oneself, who took it on, and thanks once it was done."""

    ago: int
    at: dt.time
    who: str
    kind: WishKind
    title: str
    text: str
    for_whom: str = ""
    only_volunteers: bool = False
    claimed: str = ""
    thanks: str = ""


class DemoThings(_Shape):
    """Everything offered and asked for."""

    items: tuple[DemoItem, ...] = ()
    wishes: tuple[DemoWish, ...] = ()


async def play(things: DemoThings, *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be offered, wanted, asked for and done."""
    for one in things.items:
        moment = on_its_day(one.ago, one.at, now)
        with clock.running_on(lambda moment=moment: moment), in_force(unhurried()):
            await _offer(one, cast=cast, now=now)
    for wish in things.wishes:
        moment = on_its_day(wish.ago, wish.at, now)
        with clock.running_on(lambda moment=moment: moment), in_force(unhurried()):
            await _ask(wish, cast=cast)


async def _offer(one: DemoItem, *, cast: Cast, now: dt.datetime) -> None:
    giver = await cast.viewer(one.who)
    new = NewItem(
        one.mode.value,
        one.text,
        one.spot,
        title=one.title,
        price_fen=one.price_fen,
        lend_days=one.lend_days,
        quantity=one.quantity,
        is_checked=True,
    )
    made = await offers.offer(new, by=giver, place_id=cast.home)
    for who in one.wanted:
        await lines.reserve(made.id, by=await cast.viewer(who))
    if not one.wanted:
        return
    first = (await offered(made.id, viewer=SYSTEM)).firsts[0]
    if one.meets:
        at = clock.midnight(clock.local(now).date() + dt.timedelta(days=1)) + dt.timedelta(hours=10)
        await meetings.meet(made.id, first.id, by=await cast.viewer(one.wanted[0]), at=at)
        await meetings.confirm(made.id, first.id, by=giver, at=at)
    if one.given:
        await handing.give(made.id, first.id, by=giver)


async def _ask(one: DemoWish, *, cast: Cast) -> None:
    asker = await cast.viewer(one.who)
    new = NewWish(
        one.kind.value,
        one.text,
        title=one.title,
        for_person_id=cast.people.get(one.for_whom),
        only_volunteers=one.only_volunteers,
    )
    made = await wishes.ask(new, by=asker, place_id=cast.home)
    if one.claimed:
        await wishes.claim(made.id, by=await cast.viewer(one.claimed))
    if one.thanks:
        await wishes.finish(made.id, by=asker, thanks=one.thanks)
