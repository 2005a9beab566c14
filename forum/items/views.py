"""One item as a viewer sees it: its state in words that depend on who reads them, the line, and what they may do.

The giver sees who stands in line and how often each did not come of late; who stands in line sees where they stand;
everybody else sees how many wait, and nobody a door: who gives and who takes is shown as building and chosen name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from forum.items import goods, money, no_shows
from forum.items.sight import Offered, Standing, offered, offered_on
from forum.items.telling import neighbourly, when_and_where
from forum.posts import PARENT
from forum.sight import Found, visible
from models import clock
from models.item import ItemMode, ItemState, LineState
from models.post import PostState
from models.wording import say, say_date
from people import files, shown
from people.files import FileLine
from people.permissions import may
from people.shown import Shown
from people.viewers import Viewer


class Side(StrEnum):
    """Who looks: the giver, who is first, who waits, who has it lent, or anybody else."""

    GIVER = "giver"
    FIRST = "first"
    WAITING = "waiting"
    HOLDER = "holder"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody in line, as the giver or they themselves see it. ``missed``: how often they did not come of late.
    ``asks``: the other side waits for this viewer's word about the time."""

    id: int
    who: str
    is_own: bool
    is_first: bool
    is_lent: bool
    ahead: int
    missed: int
    meet_at: dt.datetime | None
    when: str
    is_agreed: bool
    asks: bool
    is_over: bool
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class MayDo:
    """What the viewer may do with it now."""

    reserve: bool = False
    let_go: bool = False
    meet: bool = False
    bump: bool = False
    end: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item as a viewer sees it; ``words`` is its state in a sentence for them, ``mark`` the same in a word."""

    post: Found
    title: str
    author: Shown | None
    photos: tuple[FileLine, ...]
    mode: ItemMode
    state: ItemState
    is_expired: bool
    price: str
    price_fen: int | None
    quantity: int
    left: int
    lend_days: int | None
    spot: str
    spot_key: str
    fresh_at: dt.datetime
    expires_at: dt.datetime
    waiting: int
    side: Side
    words: str
    mark: str
    line: tuple[InLine, ...]
    may: MayDo

    @property
    def own(self) -> InLine | None:
        """Where the viewer stands themselves."""
        return next((one for one in self.line if one.is_own), None)


async def item(post_id: int, *, viewer: Viewer) -> ItemView:
    """一样东西, for whoever sees its post."""
    return await _view(await offered(post_id, viewer=viewer), viewer)


async def item_of(post_id: int, *, viewer: Viewer) -> ItemView | None:
    """The same, None where the post is words alone."""
    found = await offered_on(await visible(post_id, viewer))
    return await _view(found, viewer) if found is not None else None


async def _view(found: Offered, viewer: Viewer) -> ItemView:
    post, side = found.post, side_of(found, viewer)
    seen = found.line if side is Side.GIVER else tuple(one for one in found.line if one.person_id == viewer.person_id)
    ids = [post.author_id, *(one.person_id for one in seen)]
    people = await shown.shown(ids, viewer=viewer, place_id=post.place_id)
    missed = await no_shows.counts(ids[1:], place_id=post.place_id)
    photos = await files.of(PARENT, [post.id])
    return ItemView(
        post=post,
        title=post.title,
        author=people.get(post.author_id),
        photos=tuple(one for one in photos.get(post.id, []) if one.is_kept),
        mode=found.mode,
        state=found.state,
        is_expired=found.is_expired,
        price=money.yuan(found.price_fen) if found.price_fen is not None else "",
        price_fen=found.price_fen,
        quantity=found.quantity,
        left=found.left,
        lend_days=found.lend_days,
        spot=goods.spot_name(found.spot),
        spot_key=found.spot,
        fresh_at=found.fresh_at,
        expires_at=found.expires_at,
        waiting=len(found.waiting),
        side=side,
        words=words_for(found, side, viewer=viewer, people=people),
        mark=mark_of(found, side),
        line=tuple(_in_line(found, one, side=side, people=people, missed=missed) for one in seen),
        may=_may(found, side, viewer),
    )


def side_of(found: Offered, viewer: Viewer) -> Side:
    """As who somebody looks at it."""
    if viewer.person_id is not None and viewer.person_id == found.post.author_id:
        return Side.GIVER
    mine = found.of(viewer.person_id)
    if mine is None:
        return Side.OTHER
    if mine.state is LineState.LENT:
        return Side.HOLDER
    return Side.FIRST if mine in found.firsts else Side.WAITING


def _in_line(
    found: Offered, one: Standing, *, side: Side, people: Mapping[int, Shown], missed: Mapping[int, int]
) -> InLine:
    who = people.get(one.person_id)
    is_giver = side is Side.GIVER
    has_time = one.meet_at is not None and one.meet_at > clock.now()
    return InLine(
        id=one.id,
        who=neighbourly(who.building, who.name) if who else say("privacy.gone"),
        is_own=not is_giver,
        is_first=one in found.firsts,
        is_lent=one.state is LineState.LENT,
        ahead=found.ahead(one),
        missed=missed.get(one.person_id, 0),
        meet_at=one.meet_at,
        when=when_and_where(one),
        is_agreed=one.is_agreed,
        asks=has_time and not one.agreed_by(giver=is_giver),
        is_over=one.is_agreed and one.meet_at is not None and one.meet_at <= clock.now(),
        due_on=one.due_on,
    )


def _may(found: Offered, side: Side, viewer: Viewer) -> MayDo:
    if side is Side.GIVER:
        return MayDo(meet=bool(found.firsts), bump=found.may_bump, end=found.state is ItemState.OPEN)
    if side is Side.OTHER:
        is_shown = found.post.state is PostState.PUBLISHED
        return MayDo(reserve=is_shown and found.is_open and may(viewer, "item.reserve", found.post.place_id))
    return MayDo(let_go=side in {Side.FIRST, Side.WAITING}, meet=side is Side.FIRST)


def mark_of(found: Offered, side: Side) -> str:
    """Its state in a word, for lists: never the promise made to somebody else shown as one's own."""
    if found.state is not ItemState.OPEN or not found.giver_lives:
        return say("item.mark.withdrawn" if found.state is ItemState.WITHDRAWN else "item.mark.done")
    if found.is_expired:
        return say("item.mark.expired")
    if side in {Side.FIRST, Side.WAITING, Side.HOLDER}:
        return say(f"item.mark.{side.value}")
    if found.lent and not found.left:
        return say("item.mark.lent")
    return say("item.mark.taken" if len(found.waiting) >= found.left else "item.mark.free")


def words_for(found: Offered, side: Side, *, viewer: Viewer, people: Mapping[int, Shown]) -> str:
    """Its state as a sentence for who reads it."""
    if found.state is not ItemState.OPEN and side is not Side.HOLDER:
        return say(f"item.words.{found.state.value}")
    if side is Side.GIVER:
        return _giver_words(found, people)
    mine = found.of(viewer.person_id)
    if mine is None:
        return _other_words(found)
    if side is Side.HOLDER:
        return say("item.words.holder", due=say_date(mine.due_on) if mine.due_on else "")
    if side is Side.WAITING:
        return say("item.words.waiting", ahead=found.ahead(mine))
    return _first_words(mine)


def _first_words(mine: Standing) -> str:
    """For whose turn it is."""
    if mine.meet_at is None:
        return say("item.words.first")
    if mine.is_agreed:
        return say("item.words.first_met", when=when_and_where(mine))
    return say("item.words.first_asked" if mine.giver_agreed else "item.words.first_asks", when=when_and_where(mine))


def _giver_words(found: Offered, people: Mapping[int, Shown]) -> str:
    if found.is_expired:
        return say("item.words.giver_expired")
    first = found.firsts[0] if found.firsts else None
    if first is None:
        if found.lent:
            return say("item.words.giver_lent", due=say_date(found.lent[0].due_on or clock.today()))
        return say("item.words.giver_free", until=say_date(clock.local(found.expires_at).date()))
    who = people.get(first.person_id)
    name = neighbourly(who.building, who.name) if who else say("privacy.gone")
    wanted = "giver_wanted" if len(found.waiting) > 1 else "giver_wanted_alone"
    key = "giver_met" if first.is_agreed else "giver_asked" if first.taker_agreed else wanted
    return say(f"item.words.{key}", who=name, when=when_and_where(first), waiting=len(found.waiting) - 1)


def _other_words(found: Offered) -> str:
    if not found.giver_lives:
        return say("item.words.done")
    if found.is_expired:
        return say("item.words.expired")
    if len(found.waiting) < found.left:
        return say("item.words.free" if found.quantity == 1 else "item.words.free_some", left=found.left)
    if found.lent and not found.left:
        return say("item.words.lent", waiting=len(found.waiting))
    return say("item.words.taken", waiting=len(found.waiting))
