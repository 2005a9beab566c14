"""Joining one's own estate: the form behind the printed code, and what became of one's requests."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from models.errors import Invalid, NotFound, Refusal, Taken, TooMany, WrongState
from models.wording import say, say_refusal
from people import places, residents
from people.joining import asking, links
from people.joining.asking import Asked, OwnRequest
from people.joining.links import Door
from people.residents import At
from people.viewers import Viewer
from portal.chatter import chatter, renewed
from portal.entrance import asked_from, enter_once_let_in, let_out, may_enter_now
from portal.forms import done, fields_of, lead_to, whole
from portal.proxy import address
from portal.render import page
from portal.session import visitor
from portal.staff import done_words

CHANNEL, STATUS = "web", "/join"
_FIELDS = ("building", "label", "name", "shown_name", "relation", "phone", "helper_name", "unlisted")


async def show(request: web.Request) -> web.StreamResponse:
    """加入小区. The browser is given its token with the form, so that what it sends twice comes from one chat."""
    await visitor(request)
    chatter(request)
    return await _form(request, await _door(request))


async def _door(request: web.Request) -> Door:
    return await links.door(request.match_info["token"], viewer=(await visitor(request)).viewer)


async def _form(
    request: web.Request,
    door: Door,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> web.Response:
    return await page(
        request,
        "join.html",
        status=422 if problems else refusal.status if refusal else 200,
        place=await places.place(door.place_id),
        door=door,
        buildings=await links.buildings(door, viewer=(await visitor(request)).viewer),
        typed={name: (typed or {}).get(name, "") for name in _FIELDS},
        problems=problems or {},
        problem=say_refusal(refusal) if refusal else "",
        longest=asking.LONGEST,
    )


async def ask(request: web.Request) -> web.StreamResponse:
    """申请加入: what was typed stays there when it cannot be taken."""
    door, typed = await _door(request), dict(await fields_of(request))
    viewer = (await visitor(request)).viewer
    try:
        asked = _asked(typed)
        if problems := await _problems(door, asked, typed=typed, request=request):
            return await _form(request, door, typed=typed, problems=problems)
        where = await residents.at(channel=CHANNEL, address=chatter(request).address, place_id=door.place_id)
        await asking.ask_once(door, asked, by=viewer, contact_id=where.contact_id, network=address(request))
        await renewed(request, where)
    except (Invalid, Taken, TooMany, WrongState) as refusal:
        return await _form(request, door, typed=typed, refusal=refusal)
    return done(STATUS, "join_ask")


def _asked(typed: Mapping[str, str]) -> Asked:
    building = typed.get("building", "")
    return Asked(
        building_id=whole(building) if building.isdecimal() else 0,
        **{name: typed.get(name, "") for name in _FIELDS if name not in ("building", "unlisted")},
    )


async def _problems(door: Door, asked: Asked, *, typed: Mapping[str, str], request: web.Request) -> dict[str, str]:
    """A sentence for each field that cannot be taken; a home that is not listed is asked about once."""
    found = {name: say(f"refusals.{key}") for name, key in asked.problems().items()}
    viewer = (await visitor(request)).viewer
    try:
        home = await links.meant(door, viewer=viewer, building_id=asked.building_id, typed=asked.label)
    except NotFound:
        return {"building": say("refusals.join.building_missing"), **found}
    if home.home_id is None and "label" not in found and typed.get("unlisted") != "1":
        found["label"] = say("refusals.join.label_unknown", building=home.building, label=home.label)
        found["unlisted"] = "?"
    return found


async def _contact(request: web.Request) -> At | None:
    return await residents.known_at(channel=CHANNEL, address=(await visitor(request)).chat_address)


async def _own(request: web.Request, viewer: Viewer, where: At | None) -> list[OwnRequest]:
    """What was asked from this browser's chat; where there is nothing, from the chat it was signed in with."""
    own = await asking.own_requests(viewer=viewer, contact_id=where.contact_id) if where else []
    before = asked_from(request) if not own and viewer.person_id is None else None
    return await asking.own_requests(viewer=viewer, contact_id=before) if before is not None else own


async def show_status(request: web.Request) -> web.StreamResponse:
    """我的申请. The browser that asked is asked whether it is them, once they were let in; no other is."""
    who, where = await visitor(request), await _contact(request)
    own = await _own(request, who.viewer, where)
    may_enter = where is not None and await may_enter_now(request, contact_id=where.contact_id)
    return await page(request, "join_status.html", requests=own, may_enter=may_enter, done=done_words(request))


async def enter(request: web.Request) -> web.StreamResponse:
    """是我: the browser that asked is signed in. 不是我: nobody is, and the browser forgets whose chat it had."""
    where, said = await _contact(request), dict(await fields_of(request))
    if where is None:
        return lead_to(STATUS)
    if said.get("verb") == "no":
        await asking.claim_entry(contact_id=where.contact_id)
        return let_out(request, back="/")
    entered = await enter_once_let_in(request, contact_id=where.contact_id, back=f"{STATUS}?done=join_in")
    return entered or lead_to(STATUS)


async def withdraw(request: web.Request) -> web.StreamResponse:
    """撤回: from the browser that asked."""
    who, where = await visitor(request), await _contact(request)
    if where is None:
        raise NotFound("join.not_found")
    try:
        await asking.withdraw(whole(request.match_info["id"]), by=who.viewer, contact_id=where.contact_id)
    except Taken:
        return lead_to(STATUS)
    return done(STATUS, "join_withdraw")
