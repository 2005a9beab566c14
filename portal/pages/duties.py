"""The lists of duty: for everybody to read, and for who leads a neighbourhood to make its own."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from casework import guide
from casework.duties import changing, lists
from casework.duties.items import DutyList, Item
from casework.duties.lists import ItemStep
from models.errors import Invalid, NotFound, Refusal, Taken
from people.permissions import may
from portal.forms import Sent, done, form
from portal.render import new_key, page
from portal.session import Visitor, visitor
from portal.staff import staff_page, worker

CHANGE = "duty.change"
_SENTENCES = ("name", "about", "limit", "supervises", "instead", "entry")
_LINES = ("spoken", "flow")


async def show(request: web.Request) -> web.Response:
    """职责清单."""
    who = await visitor(request)
    shown = await lists.lists(viewer=who.viewer, place_id=who.place_id)
    categories = await guide.categories(viewer=who.viewer, place_id=who.place_id)
    entries = {one.key: one.content.title for category in categories for one in category.entries}
    may_change = who.is_staff and may(who.viewer, CHANGE, who.place_id)
    return await page(request, "duties.html", lists=shown, entries=entries, may_change=may_change)


async def show_keep(request: web.Request) -> web.Response:
    """改职责清单: every item, and which are the neighbourhood's own."""
    who = await worker(request, CHANGE)
    own = lists.own_of(who.place_id)
    taken_out = [item for item in lists.shared().items if item.id in own and own[item.id] is None]
    return await staff_page(
        request,
        "staff/duties.html",
        lists=await lists.lists(viewer=who.viewer, place_id=who.place_id),
        own=own,
        taken_out=taken_out,
        new=f"own_{new_key()[:8]}",
    )


async def show_item(request: web.Request) -> web.Response:
    """一件事: as it counts here, with a form and its versions; a key nobody has is a new item."""
    return await _show_item(request, await worker(request, CHANGE))


async def _show_item(
    request: web.Request, who: Visitor, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    key = request.match_info["key"]
    steps = await lists.versions(key, viewer=who.viewer, place_id=who.place_id)
    item = lists.items_of(who.place_id).get(key) or _last(key, steps)
    if item is None and not key.startswith("own_"):
        raise NotFound("duty.not_found")
    return await staff_page(
        request,
        "staff/duties_item.html",
        refusal=refusal,
        key=key,
        item=item,
        steps=steps,
        number=next((one.number for one in steps if one.is_in_force), 0),
        counts=key in lists.items_of(who.place_id),
        is_shared=key in {one.id for one in lists.shared().items},
        is_own=key in lists.own_of(who.place_id),
        typed=typed or _typed(item, request.query.get("list", "")),
        kinds=[*DutyList],
    )


def _last(key: str, steps: list[ItemStep]) -> Item | None:
    """What an item that does not count here said last."""
    written = next((one.item for one in steps if one.item is not None), None)
    return written or next((one for one in lists.shared().items if one.id == key), None)


def _typed(item: Item | None, which: str) -> dict[str, str]:
    """An item as the form's fields have it."""
    if item is None:
        return {"list": which, **dict.fromkeys((*_SENTENCES, *_LINES), "")}
    words = {name: str(getattr(item, name)) for name in _SENTENCES}
    return {"list": item.list.value, **words, **{name: "\n".join(getattr(item, name)) for name in _LINES}}


@form
async def change(request: web.Request, sent: Sent) -> web.StreamResponse:
    """改清单."""
    key = request.match_info["key"]
    values: dict[str, object] = {name: sent.text(name).strip() for name in ("list", *_SENTENCES)}
    values |= {name: sent.text(name).splitlines() for name in _LINES}
    try:
        await changing.change(
            key,
            by=sent.who.viewer,
            place_id=sent.who.place_id,
            values=values,
            number=sent.number("number"),
            note=sent.text("note"),
        )
    except (Invalid, Taken) as refusal:
        typed = {name: sent.text(name) for name in ("list", *_SENTENCES, *_LINES)}
        return await _show_item(request, sent.who, typed=typed, refusal=refusal)
    return done("/duties/keep", "duty_change")


@form
async def take_out(request: web.Request, sent: Sent) -> web.StreamResponse:
    """撤下."""
    who, number, note = sent.who, sent.number("number"), sent.text("note")
    try:
        await changing.take_out(
            request.match_info["key"], by=who.viewer, place_id=who.place_id, number=number, note=note
        )
    except (Invalid, Taken) as refusal:
        return await _show_item(request, who, refusal=refusal)
    return done("/duties/keep", "duty_take_out")


@form
async def restore(request: web.Request, sent: Sent) -> web.StreamResponse:
    """恢复共用."""
    await changing.restore(request.match_info["key"], by=sent.who.viewer, place_id=sent.who.place_id)
    return done("/duties/keep", "duty_restore")
