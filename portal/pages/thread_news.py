"""New replies of an open thread, as they come."""

from __future__ import annotations

from aiohttp import web

from courier import signals
from forum import threads
from forum.sight import visible
from portal.forms import whole
from portal.live import News
from portal.render import fragment
from portal.security import form_token
from portal.session import Visitor, somebody
from portal.staff import follow, state_of


async def stream(request: web.Request) -> web.StreamResponse:
    """新回复: as they come; the stream ends with the session, and where the thread is no longer to be seen."""
    who, post_id = await somebody(request), whole(request.match_info["id"])
    await visible(post_id, who.viewer)
    topic = signals.thread_topic(post_id)
    return await follow(request, topic, who=who, read=lambda after: _news(request, who, post_id=post_id, after=after))


async def fresh(request: web.Request) -> web.Response:
    """The same once, for browsers whose stream is broken."""
    who, post_id = await somebody(request), whole(request.match_info["id"])
    return await state_of(request, lambda after: _news(request, who, post_id=post_id, after=after))


async def _news(request: web.Request, who: Visitor, *, post_id: int, after: int) -> News | None:
    """Replies after one the browser has; a refusal ends the stream."""
    came = await threads.fresh(post_id, viewer=who.viewer, after=after)
    if not came:
        return None
    post = await visible(post_id, who.viewer)
    token = form_token(who.session_token or "")
    facts = {
        "lines": came,
        "post_id": post_id,
        "form_token": token,
        "takes_replies": post.takes_replies,
        "reads_trail": False,
        "after": "",
        "may_flag": not post.is_private,
    }
    return News(came[-1].id, {"html": fragment(request, "thread_replies.html", **facts)})
