"""The stand-ins of both platforms with their chat windows: ``python -m tests.fakes``; ``--settings`` prints what the
service needs to use them. Nothing here leaves this machine. ``MULIN_PORT`` says for both where the service is.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import secrets
from contextlib import AsyncExitStack

from aiohttp import web

from tests.fakes import telegram, wechat_pushes
from tests.fakes.both import both
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_phones import TelegramPhones
from tests.fakes.wechat import FakeWeChat
from tests.fakes.wechat_phones import WeChatPhones
from tests.fakes.window import ROOMS, group_routes, telegram_routes, wechat_routes

PORT, SERVICE = 8090, f"http://127.0.0.1:{os.environ.get('MULIN_PORT', '8080')}"
HINT = """Telegram  {url}/telegram   (groups: /telegram-group, /telegram-desk)
WeChat    {url}/wechat
Now start the service beside this, in another terminal: make run FAKES=1"""


def settings(port: int) -> dict[str, str]:
    """What makes the service use the stand-ins."""
    url = f"http://127.0.0.1:{port}"
    return {
        "MULIN_TELEGRAM_TOKEN": telegram.TOKEN,
        "MULIN_TELEGRAM_BASE_URL": f"{url}/bot",
        "MULIN_TELEGRAM_FILE_URL": f"{url}/file/bot",
        "MULIN_WECHAT_APP_ID": wechat_pushes.APP_ID,
        "MULIN_WECHAT_APP_SECRET": wechat_pushes.APP_SECRET,
        "MULIN_WECHAT_TOKEN": wechat_pushes.TOKEN,
        "MULIN_WECHAT_AES_KEY": wechat_pushes.AES_KEY,
        "MULIN_WECHAT_API_BASE": url,
        "MULIN_PUBLIC_URL": SERVICE,
    }


def application(bot_api: TelegramPhones, followers: WeChatPhones) -> web.Application:
    """Both platforms' servers and windows behind one address."""

    async def choose(_request: web.Request) -> web.Response:
        """The windows there are."""
        raise web.HTTPFound("/telegram")

    app = both(bot_api.fake, followers.fake)
    app.add_routes([web.get("/", choose), *telegram_routes(bot_api), *wechat_routes(followers)])
    app.add_routes([route for name in ROOMS for route in group_routes(bot_api, name)])
    return app


async def serve(port: int, *, service: str) -> None:
    """Serve until the terminal says stop."""
    first = secrets.randbelow(2**30)  # The service knows the numbers of an earlier run and would take ours for repeats.
    bot_api = TelegramPhones(FakeTelegram(_numbers=itertools.count(first)), first=first)
    followers = WeChatPhones(FakeWeChat(), callback=f"{service}/channels/wechat", first=first)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(bot_api.delivering())
        await stack.enter_async_context(followers.delivering())
        runner = web.AppRunner(application(bot_api, followers), access_log=None, shutdown_timeout=1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        print(HINT.format(url=f"http://127.0.0.1:{runner.addresses[0][1]}"), flush=True)  # noqa: T201
        await asyncio.Event().wait()


def main() -> None:
    """Serve, or say what the service needs."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"where to serve (default: {PORT}; 0 for any free one)")
    parser.add_argument("--service", default=SERVICE, help=f"where the service is (default: {SERVICE})")
    parser.add_argument("--settings", action="store_true", help="print the service's settings instead")
    given = parser.parse_args()
    if given.settings:
        print("\n".join(f"{name}={value}" for name, value in settings(given.port).items()))  # noqa: T201
        return
    try:
        asyncio.run(serve(given.port, service=given.service))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
