"""The composition root: one web application with everything behind it, opened in order and closed in reverse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import structlog
from aiohttp import web

from app import jobs, metrics
from app.channels import inbound_routes, pushed, start_announcing, start_boards, start_polling, ways_in
from app.crew import Crew
from app.installation import load_cases, must_be_current, must_keep_files, prepare, settle
from app.settings import Settings
from app.shared_state import joined
from bot import delivery, fetching, worker
from bot.channels import Channel, webchat
from casework import guide
from casework.duties import lists as duty_lists
from models.database import close_database, open_database
from models.transaction import fetch_one
from people import rules
from portal import routes
from portal.api import openapi
from portal.chatter import chatter
from portal.entrance import WAYS_IN
from portal.pages import chat

log = structlog.get_logger()

SETTINGS = web.AppKey("settings", Settings)
CREW = web.AppKey("crew", Crew)
CHANNELS = web.AppKey("channels", dict[str, Channel])
MOST_BYTES = 256 * 1024


def make_app(settings: Settings) -> web.Application:
    """The whole service for these settings; nothing is opened before it starts."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[metrics.time_requests])
    app[SETTINGS], app[CREW], app[CHANNELS] = settings, Crew(), {}
    app[WAYS_IN] = ways_in(settings)
    app.cleanup_ctx.extend((_installation, _database, _guide, _crew))
    app.on_shutdown.append(_stop_producing)
    app.add_routes([web.get("/healthz", is_alive), web.get("/readyz", is_ready), web.get("/metrics", metrics.show)])
    routes.setup(app)
    app[openapi.OPERATIONS].extend(webchat.OPERATIONS)
    app.add_routes([*webchat.routes(chatter, again=chat.show_again), *inbound_routes(settings, channels=app[CHANNELS])])
    return app


async def _installation(app: web.Application) -> AsyncIterator[None]:
    prepare(app[SETTINGS])
    must_keep_files(app[SETTINGS])
    yield


async def _database(app: web.Application) -> AsyncIterator[None]:
    """The context stays current for everything started after this; it is left open to nobody, only closed."""
    await must_be_current(app[SETTINGS].database_url)
    context = await open_database(app[SETTINGS].database_url)
    yield
    await close_database(context)


async def _guide(app: web.Application) -> AsyncIterator[None]:
    """The search index is there before the first question."""
    await settle(app[SETTINGS])
    guide.forget()
    rules.forget()
    await rules.refresh()
    duty_lists.forget()
    await duty_lists.refresh()
    await guide.refresh_if_changed()
    await load_cases(app[SETTINGS].community_dir)
    yield
    guide.forget()


async def _crew(app: web.Application) -> AsyncIterator[None]:
    """Whatever runs beside the requests."""
    async with joined(app[SETTINGS].redis_url, crew=app[CREW]), pushed(app[SETTINGS]) as channels:
        app[CHANNELS].update(channels)
        start_crew(app[CREW], app[SETTINGS], channels=channels)
        start_announcing(app[CREW], app[SETTINGS], channels=channels)
        yield
        await app[CREW].finish()


def start_crew(crew: Crew, settings: Settings, *, channels: Mapping[str, Channel]) -> None:
    """Start what runs beside the requests, in the service and in a process for work only."""
    crew.start("pack", jobs.watch_pack)
    crew.start("sessions", jobs.watch_sessions)
    crew.start("inbox", worker.run)
    crew.start("files", lambda stop: fetching.run(stop, channels=channels))
    crew.start("outbox", lambda stop: delivery.run(stop, channels=channels))
    crew.start("jobs", lambda stop: jobs.run(stop, database_url=settings.database_url, redis_url=settings.redis_url))
    start_polling(crew, settings, channels=channels)
    start_boards(crew, channels=channels)


async def _stop_producing(app: web.Application) -> None:
    """The listener is closed; nothing new is taken up while the last requests are answered."""
    app[CREW].stop.set()


async def is_alive(_request: web.Request) -> web.Response:
    """The process runs and its event loop turns."""
    return web.json_response({"status": "ok"})


async def is_ready(request: web.Request) -> web.Response:
    """The database answers and the service is not about to stop."""
    try:
        await fetch_one("SELECT 1 AS one")
    except Exception:
        log.exception("database_unreachable")
        return web.json_response({"status": "database unreachable"}, status=503)
    if request.app[CREW].stop.is_set():
        return web.json_response({"status": "stopping"}, status=503)
    return web.json_response({"status": "ok"})
