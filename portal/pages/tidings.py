"""What calls from every staff page that has nothing else to follow: alarms, notices, how many questions wait."""

from __future__ import annotations

from aiohttp import web

from courier import signals
from people.scope import places_for
from portal.live import News, Reader
from portal.session import Visitor, staff
from portal.staff import READ, follow, news_of, state_of


def _reader(request: web.Request, who: Visitor) -> Reader:
    async def read(after: int) -> News | None:
        return await news_of(request, "staff/tidings_live.html", who=who, after=after)

    return read


async def stream(request: web.Request) -> web.StreamResponse:
    """What calls, as it changes."""
    who = await staff(request)
    homes = {who.place_id, who.viewer.place_id or who.place_id, *(places_for(who.viewer, READ) or ())}
    topics = [signals.desk_topic(place_id) for place_id in sorted(homes)]
    return await follow(request, *topics, who=who, read=_reader(request, who))


async def state(request: web.Request) -> web.Response:
    """What calls now, for browsers whose stream is broken or that show another tab."""
    return await state_of(request, _reader(request, await staff(request)))
