"""What a neighbourhood makes of the lists of duty as JSON: its own items with their versions, and changing them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from casework.duties import changing, lists
from casework.duties.items import Item
from casework.duties.lists import ItemStep
from models.errors import NotFound
from models.operation import Body, Operation, Parameter
from portal.api.acting import acting, acts, reading, reads
from portal.api.mediation_verbs import Number, Said, Short
from portal.api.reading import answer, given, told
from portal.session import Visitor

CHANGE = "duty.change"
Lines = Annotated[tuple[Short, ...], Field(max_length=50)]


class KeptItemAnswer(Body):
    """An item as it is written: ``spoken`` is what residents call it, ``flow`` how it goes step by step."""

    list: str
    name: str
    spoken: list[str]
    about: str
    flow: list[str]
    limit: str
    supervises: str
    instead: str
    entry: str


class KeptDutyAnswer(Body):
    """An item that counts in the neighbourhood; ``is_own``: in its own wording."""

    key: str
    is_own: bool
    item: KeptItemAnswer


class KeptDutiesAnswer(Body):
    """Every item that counts in the neighbourhood, and the keys of the shared ones that it took out."""

    items: list[KeptDutyAnswer]
    taken_out: list[str]


class DutyVersionAnswer(Body):
    """A version that the neighbourhood wrote; without an ``item`` it was taken out."""

    number: int
    by_id: int | None
    at: dt.datetime
    note: str
    is_in_force: bool
    item: KeptItemAnswer | None


class DutyHistoryAnswer(Body):
    """An item by its key: as it counts now (null where it does not), and its versions, the newest first. ``number`` is
    what goes back with a change: the version in force, 0 where the shared wording counts."""

    key: str
    number: int
    is_shared: bool
    is_own: bool
    item: KeptItemAnswer | None
    versions: list[DutyVersionAnswer]


class ChangeDutyBody(Body):
    """An item in the neighbourhood's own words, or with a new key (``own_`` and some letters) one of its own;
    ``number`` is the version that was seen, and ``note`` why it changes."""

    list: Literal["does", "helps", "may_not", "publishes"]
    name: Short
    spoken: Lines
    about: Said
    flow: Lines
    limit: Short
    supervises: Short
    instead: Short = ""
    entry: Short = ""
    number: Number
    note: Said


class TakeOutDutyBody(Body):
    """The version that was seen, and why it does not count here."""

    number: Number
    note: Said


def _item(item: Item) -> KeptItemAnswer:
    return told(KeptItemAnswer, item, list=item.list.value, spoken=[*item.spoken], flow=[*item.flow])


def _version(step: ItemStep) -> DutyVersionAnswer:
    return told(DutyVersionAnswer, step, item=_item(step.item) if step.item else None)


async def show(request: web.Request) -> web.Response:
    """改职责清单."""
    who = await reading(request, CHANGE)
    own, shared = lists.own_of(who.place_id), {item.id for item in lists.shared().items}
    shown = await lists.lists(viewer=who.viewer, place_id=who.place_id)
    items = [
        KeptDutyAnswer(key=item.id, is_own=item.id in own, item=_item(item)) for one in shown for item in one.items
    ]
    taken_out = sorted(key for key, item in own.items() if item is None and key in shared)
    return answer(KeptDutiesAnswer(items=items, taken_out=taken_out))


async def show_item(request: web.Request) -> web.Response:
    """一件事."""
    return await _shown(request, await reading(request, CHANGE))


async def _shown(request: web.Request, who: Visitor) -> web.Response:
    key = request.match_info["key"]
    steps = await lists.versions(key, viewer=who.viewer, place_id=who.place_id)
    shared, item = {one.id for one in lists.shared().items}, lists.items_of(who.place_id).get(key)
    if not steps and key not in shared:
        raise NotFound("duty.not_found")
    return answer(
        DutyHistoryAnswer(
            key=key,
            number=next((one.number for one in steps if one.is_in_force), 0),
            is_shared=key in shared,
            is_own=key in lists.own_of(who.place_id),
            item=_item(item) if item else None,
            versions=[_version(one) for one in steps],
        )
    )


async def change(request: web.Request) -> web.Response:
    """改清单."""
    who, body = await acting(request), await given(request, ChangeDutyBody)
    sent = body.model_dump(exclude={"number", "note"})
    values = {name: [*value] if isinstance(value, tuple) else value for name, value in sent.items()}
    key, place_id = request.match_info["key"], who.place_id
    await changing.change(key, by=who.viewer, place_id=place_id, values=values, number=body.number, note=body.note)
    return await _shown(request, who)


async def take_out(request: web.Request) -> web.Response:
    """撤下."""
    who, body = await acting(request), await given(request, TakeOutDutyBody)
    key, place_id = request.match_info["key"], who.place_id
    await changing.take_out(key, by=who.viewer, place_id=place_id, number=body.number, note=body.note)
    return await _shown(request, who)


async def restore(request: web.Request) -> web.Response:
    """恢复共用."""
    who = await acting(request)
    await changing.restore(request.match_info["key"], by=who.viewer, place_id=who.place_id)
    return await _shown(request, who)


_ONE = "/api/v1/duties/keep/{key}"
ROUTES = (
    web.get("/api/v1/duties/keep", show),
    web.get(_ONE, show_item),
    web.post(_ONE, change),
    web.post(f"{_ONE}/take_out", take_out),
    web.post(f"{_ONE}/restore", restore),
)
_KEY = (Parameter("key", "path", {"type": "string", "maxLength": 40}, "the item's key"),)


def _acts(name: str, verb: str, about: str, *, takes: type[Body] | None = None) -> Operation:
    """What is done to an item; it is answered with the item as it stands then."""
    path = f"duties/keep/{{key}}{verb}"
    return acts(name, path, about, takes=takes, gives=DutyHistoryAnswer, parameters=_KEY, needs_staff=True)


OPERATIONS = (
    reads(
        "listKeptDuties",
        "duties/keep",
        "Every item of the lists of duty that counts here, and which are the neighbourhood's own",
        gives=KeptDutiesAnswer,
        needs_staff=True,
    ),
    reads(
        "readKeptDuty",
        "duties/keep/{key}",
        "One item as it counts here, with its versions",
        gives=DutyHistoryAnswer,
        parameters=_KEY,
        needs_staff=True,
    ),
    _acts("changeDuty", "", "The neighbourhood's own wording of an item, or an item of its own", takes=ChangeDutyBody),
    _acts("takeOutDuty", "/take_out", "It does not count here; it can be put back", takes=TakeOutDutyBody),
    _acts("restoreDuty", "/restore", "The shared wording counts here again"),
)
