"""An alarm: what was said, and saying that a person knows."""

from __future__ import annotations

from aiohttp import web

from casework import alarms, conversations
from casework.alarms import AlarmLine
from casework.cases import showing
from casework.conversations import Line
from models.errors import NotFound, Taken
from people.viewers import Viewer
from portal.forms import Sent, done, form, whole
from portal.staff import staff_page, worker


async def _said(alarm: AlarmLine, viewer: Viewer) -> list[Line]:
    if alarm.conversation_id is None:
        return []
    try:
        return await conversations.lines(alarm.conversation_id, viewer=viewer, limit=20)
    except NotFound:  # Somebody paged from above sees the alarm itself, not the talk.
        return []


async def _sees_case(alarm: AlarmLine, viewer: Viewer) -> bool:
    """Somebody paged from above sees the alarm itself, not the case."""
    try:
        return alarm.case_id is not None and bool(await showing.version(alarm.case_id, viewer=viewer))
    except NotFound:
        return False


async def show(request: web.Request) -> web.Response:
    """紧急呼叫; once a person knows, only that is said."""
    who = await worker(request, "alarm.read")
    wanted = (await alarms.alarm_seen(whole(request.match_info["id"]), viewer=who.viewer)).id
    found = next((one for one in await alarms.open_alarms(viewer=who.viewer) if one.id == wanted), None)
    said = await _said(found, who.viewer) if found else []
    sees_case = found is not None and await _sees_case(found, who.viewer)
    return await staff_page(request, "staff/alarm.html", alarm=found, said=said, sees_case=sees_case)


@form
async def acknowledge(request: web.Request, sent: Sent) -> web.StreamResponse:
    """我知道了: the paging ends, and the resident hears that a person knows."""
    alarm_id = whole(request.match_info["id"])
    try:
        await alarms.acknowledge(alarm_id, by=sent.who.viewer)
    except Taken as refusal:
        return await staff_page(request, "staff/alarm.html", refusal=refusal, alarm=None, said=[], sees_case=False)
    return done(f"/desk/alarms/{alarm_id}", "acknowledge")
