"""The webhook as JSON: where events go, what came of each, setting and ending it, sending an event again."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from aiohttp import web
from pydantic import Field

from models.operation import Body
from people import webhooks
from portal.api.acting import REFUSED, acting, acting_freshly, acts, id_of, reading, reads
from portal.api.reading import DoneAnswer, answer, given
from portal.forms import whole


class SetWebhookBody(Body):
    """Where events go."""

    url: Annotated[str, Field(min_length=1, max_length=webhooks.LONGEST)]


class WebhookSecretAnswer(Body):
    """The secret of signatures, told this once."""

    secret: str


class EventAnswer(Body):
    """An event; ``state`` is how far sending it is, null once that is no longer kept."""

    id: int
    order: int
    event: str
    type: str
    at: dt.datetime
    replays: int
    state: str | None
    tries: int
    error: str


class WebhookAnswer(Body):
    """Where events go, null for nowhere, and the newest of them."""

    url: str | None
    events: list[EventAnswer]


async def show(request: web.Request) -> web.Response:
    """Webhook."""
    who = await reading(request, webhooks.READ)
    found = await webhooks.webhook(viewer=who.viewer, place_id=who.place_id)
    lines = [
        EventAnswer(
            id=one.id,
            order=one.number,
            event=one.key,
            type=one.kind.value,
            at=one.at,
            replays=one.replays,
            state=one.state.value if one.state else None,
            tries=one.tries,
            error=one.error,
        )
        for one in await webhooks.events(viewer=who.viewer, place_id=who.place_id)
    ]
    return answer(WebhookAnswer(url=found.url if found else None, events=lines))


async def set_webhook(request: web.Request) -> web.Response:
    """设 Webhook."""
    who, body = await acting_freshly(request), await given(request, SetWebhookBody)
    secret = await webhooks.set_webhook(who.place_id, by=who.viewer, url=body.url)
    return answer(WebhookSecretAnswer(secret=secret))


async def end(request: web.Request) -> web.Response:
    """停用 Webhook."""
    who = await acting(request)
    await webhooks.end(who.place_id, by=who.viewer)
    return answer(DoneAnswer())


async def replay(request: web.Request) -> web.Response:
    """再推一次."""
    who = await acting(request)
    await webhooks.replay(whole(request.match_info["id"]), by=who.viewer, place_id=who.place_id)
    return answer(DoneAnswer())


ROUTES = (
    web.get("/api/v1/webhook", show),
    web.post("/api/v1/webhook", set_webhook),
    web.post("/api/v1/webhook/end", end),
    web.post("/api/v1/webhook/events/{id}/replay", replay),
)
OPERATIONS = (
    reads("getWebhook", "webhook", "Where events of boards go, and the newest", gives=WebhookAnswer, needs_staff=True),
    acts(
        "setWebhook",
        "webhook",
        "Set where events of boards go; gives a new secret",
        gives=WebhookSecretAnswer,
        takes=SetWebhookBody,
        refusals=REFUSED,
        needs_staff=True,
    ),
    acts("endWebhook", "webhook/end", "Send no more events", refusals=REFUSED, needs_staff=True),
    acts(
        "replayEvent",
        "webhook/events/{id}/replay",
        "Send an event once more, under the same name",
        parameters=(id_of("event"),),
        refusals=REFUSED,
        needs_staff=True,
    ),
)
