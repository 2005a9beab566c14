"""闲置物品: offering something on a post, saying that it is still there, and ending the offer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from forum import posts
from forum.items import goods, money, telling
from forum.items.sight import Offered, held, own
from forum.posts import NewPost, Published
from models import clock
from models.board import BoardName
from models.errors import Invalid, WrongState
from models.item import ItemMode, ItemState
from models.rules import rules
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

MOST_QUANTITY = 99


@dataclass(frozen=True, slots=True)
class NewItem:
    """What somebody wants to offer. ``is_checked``: they have read what to look at with such goods, and all is so.
    ``lines``: those of a chat whose photos it carries."""

    mode: str
    text: str
    spot: str
    title: str = ""
    price_fen: int | None = None
    quantity: int = 1
    lend_days: int | None = None
    photos: tuple[str, ...] = ()
    key: str = ""
    is_checked: bool = False
    lines: tuple[int, ...] = ()


_OFFER = (
    "INSERT INTO item (created_at, post_id, place_id, mode, state, price_fen, quantity, lend_days, spot, fresh_at,"
    " bumps, version) VALUES ($1,$2,$3,$4,'open',$5,$6,$7,$8,$1,0,1) RETURNING id"
)


async def offer(new: NewItem, *, by: Viewer, place_id: int) -> Published:
    """放上来: a post of the board with the thing it stands for; goods of the list are refused, or looked at first.

    Where somebody lives is hidden also where the committee offers something, whose words stand as they are elsewhere.
    """
    allow(by, "item.offer", place_id)
    item = _checked(new)
    await goods.must_be_checked(f"{new.title}\n{new.text}", is_checked=new.is_checked)

    async def along(post_id: int) -> None:
        values = (post_id, place_id, item.mode, item.price_fen, item.quantity, item.lend_days, item.spot)
        row = await fetch_one(_OFFER, clock.now(), *values)
        assert row is not None
        detail = str(item.mode)
        await record(by, "item.offer", subject="item", subject_id=row["id"], place_id=place_id, detail=detail)

    post = NewPost(
        BoardName.IDLE_ITEMS.value,
        new.text,
        title=new.title,
        photos=new.photos,
        key=new.key,
        lines=new.lines,
        is_offer=True,
    )
    return await posts.publish(post, by=by, place_id=place_id, along=along)


def _checked(new: NewItem) -> NewItem:
    """With what belongs to its mode alone: a price where it is sold, days where it is lent."""
    if new.mode not in {*ItemMode}:
        raise Invalid("item.mode")
    if not 1 <= new.quantity <= MOST_QUANTITY:
        raise Invalid("item.quantity", most=MOST_QUANTITY)
    mode = ItemMode(new.mode)
    return replace(
        new,
        mode=mode.value,
        spot=goods.must_be_spot(new.spot),
        price_fen=_price(new.price_fen) if mode is ItemMode.SELL else None,
        lend_days=_days(new.lend_days) if mode is ItemMode.LEND else None,
    )


def _price(fen: int | None) -> int:
    if fen is None:
        raise Invalid("item.price")
    return money.checked(fen)


def _days(days: int | None) -> int:
    most = rules().items.most_lend_days
    if days is None or not 1 <= days <= most:
        raise Invalid("item.days", most=most)
    return days


async def bump(post_id: int, *, by: Viewer) -> None:
    """顶上去: it is still there; it counts as offered today."""
    item = await own(post_id, by=by, verb="item.bump")
    if not item.may_bump:
        raise WrongState("item.bump", days=rules().items.bump_days, most=rules().items.most_bumps)
    async with transaction():
        item = await held(item)
        if not item.may_bump:
            raise WrongState("item.bump", days=rules().items.bump_days, most=rules().items.most_bumps)
        await execute("UPDATE item SET fresh_at=$1, bumps=bumps+1 WHERE id=$2", clock.now(), item.id)
        await record(by, "item.bump", subject="item", subject_id=item.id, place_id=item.post.place_id)


async def finish(post_id: int, *, by: Viewer) -> None:
    """不再有了: all of it found its people; who still waits is told."""
    await _end(post_id, ItemState.DONE, by=by, verb="item.finish")


async def withdraw(post_id: int, *, by: Viewer) -> None:
    """收回: it is not to be had after all; who waits is told."""
    await _end(post_id, ItemState.WITHDRAWN, by=by, verb="item.withdraw")


async def _end(post_id: int, state: ItemState, *, by: Viewer, verb: str) -> None:
    item = await own(post_id, by=by, verb=verb)
    async with transaction():
        item = await held(item)
        if item.state is not ItemState.OPEN:
            raise WrongState("item.over")
        await close(item, state)
        await record(by, verb, subject="item", subject_id=item.id, place_id=item.post.place_id)
        await telling.tell_over(item, item.waiting, "gone" if state is ItemState.DONE else "withdrawn")


async def close(item: Offered, state: ItemState) -> None:
    """End an offer and the line for it, in the caller's transaction; what is lent still comes back."""
    now = clock.now()
    await execute("UPDATE item SET state=$1, settled_at=$2 WHERE id=$3", state.value, now, item.id)
    await execute(
        "UPDATE reservation SET state='passed', open_for=NULL, ended_at=$1 WHERE item_id=$2 AND state='waiting'",
        now,
        item.id,
    )
