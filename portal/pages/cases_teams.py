"""The teams that cases are sent to: who they are, what they take, who belongs to them."""

from __future__ import annotations

from aiohttp import web
from pydantic import ValidationError

from casework.cases import catalogue, teams
from casework.cases.teams import TeamShape
from models.errors import Invalid, Refusal, Taken
from portal.forms import Sent, done, form, whole
from portal.session import Visitor
from portal.staff import staff_page, worker

READ = "team.read"


async def show(request: web.Request) -> web.Response:
    """班组."""
    return await _show(request, await worker(request, READ))


async def _show(
    request: web.Request, who: Visitor, *, typed: dict[str, str] | None = None, refusal: Refusal | None = None
) -> web.Response:
    kinds = await catalogue.kinds_of(who.place_id)
    names = {kind.field: kind.field_name for kind in kinds.values()}
    return await staff_page(
        request,
        "staff/cases_teams.html",
        refusal=refusal,
        teams=await teams.teams(viewer=who.viewer, place_id=who.place_id),
        people=await teams.joinable(viewer=who.viewer, place_id=who.place_id),
        units=await teams.unit_names(viewer=who.viewer, place_id=who.place_id),
        words={**names, **{kind.id: kind.name for kind in kinds.values()}},
        fields=names,
        here=who.place_id,
        typed=typed or {},
    )


@form
async def add(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加班组."""
    try:
        shape = TeamShape(
            key=sent.text("key").strip(),
            place="-",
            unit=sent.text("unit"),
            name=sent.text("name").strip(),
            phone=sent.text("phone").strip(),
            takes=tuple(sent.texts("takes")),
        )
        await teams.add(by=sent.who.viewer, place_id=sent.who.place_id, shape=shape)
    except ValidationError:
        return await _show(request, sent.who, typed=dict(sent.fields), refusal=Invalid("team.wrong"))
    except Taken as refusal:
        return await _show(request, sent.who, typed=dict(sent.fields), refusal=refusal)
    return done("/cases/teams", "team_add")


@form
async def join(request: web.Request, sent: Sent) -> web.StreamResponse:
    """加人."""
    await teams.join(whole(request.match_info["id"]), by=sent.who.viewer, person_id=sent.number("person"))
    return done("/cases/teams", "team_join")


@form
async def leave(request: web.Request, sent: Sent) -> web.StreamResponse:
    """去人."""
    await teams.leave(whole(request.match_info["id"]), by=sent.who.viewer, person_id=sent.number("person"))
    return done("/cases/teams", "team_leave")


@form
async def retire(request: web.Request, sent: Sent) -> web.StreamResponse:
    """停用."""
    await teams.retire(whole(request.match_info["id"]), by=sent.who.viewer)
    return done("/cases/teams", "team_retire")
