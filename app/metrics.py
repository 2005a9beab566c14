"""Counters and timings for Prometheus: fed by logged events and by a middleware, no numbers about single people."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from structlog.typing import EventDict, WrappedLogger

from casework import replies
from courier import afterwards, inbox
from people.viewers import SYSTEM

REGISTRY = CollectorRegistry()
_SPANS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

requests = Histogram(
    "mulin_request_seconds", "Time to answer a web request", ["route", "status"], registry=REGISTRY, buckets=_SPANS
)
messages_in = Counter(
    "mulin_messages_in_total", "Messages from residents that were worked", ["channel"], registry=REGISTRY
)
outcomes = Counter("mulin_outcomes_total", "What became of messages", ["outcome"], registry=REGISTRY)
answering = Histogram(
    "mulin_answer_seconds", "Time from a message's arrival to its answer", registry=REGISTRY, buckets=_SPANS
)
messages_out = Counter(
    "mulin_messages_out_total", "Messages sent out, by how the sending ended", ["channel", "outcome"], registry=REGISTRY
)
jobs = Histogram("mulin_job_seconds", "Time a job took", ["job", "outcome"], registry=REGISTRY, buckets=_SPANS)
waiting_out = Gauge("mulin_outbox_waiting", "Messages not yet sent", registry=REGISTRY)
dead_out = Gauge("mulin_outbox_dead", "Messages that will not arrive", registry=REGISTRY)
unheard = Gauge(
    "mulin_replies_undelivered", "Replies of staff that did not arrive and nobody told otherwise", registry=REGISTRY
)
waiting_in = Gauge("mulin_inbox_oldest_seconds", "Age of the oldest message not yet answered", registry=REGISTRY)


def _answered(event: EventDict) -> None:
    messages_in.labels(event["channel"]).inc()
    outcomes.labels(event["outcome"]).inc()
    answering.observe(event["ms"] / 1000)


def _sent(event: EventDict) -> None:
    messages_out.labels(event["channel"], event["outcome"]).inc()


_COUNTED: Mapping[str, Callable[[EventDict], None]] = MappingProxyType(
    {"message_answered": _answered, "message_sent": _sent}
)
"""Events that are counted: the bot logs ``message_answered`` (channel, outcome, ms) and ``message_sent`` (channel,
outcome)."""


def count_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A step of the log's chain: count what is to be counted and pass everything on."""
    count = _COUNTED.get(event["event"])
    if count is not None:
        count(event)
    return event


@web.middleware
async def time_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost middleware: time every request by its route, never by its path."""
    started, status = time.perf_counter(), 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "other"
        if not route.endswith("/stream"):
            requests.labels(route, status).observe(time.perf_counter() - started)


async def show(request: web.Request) -> web.Response:
    """What Prometheus reads."""
    waiting_out.set(await afterwards.waiting())
    dead_out.set(await afterwards.dead())
    unheard.set(len(await replies.undelivered(viewer=SYSTEM)))
    waiting_in.set(await inbox.oldest_age_ms() / 1000)
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return web.Response(body=encode(REGISTRY), headers={"Content-Type": kind})
