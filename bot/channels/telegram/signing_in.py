"""网页登录 by Telegram's login widget: Telegram signs who sits there; the portal is handed a link for that browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from aiohttp import web
from telegram.ext import ExtBot

from bot import browsers, pages
from bot.channels.telegram import NAME, me
from bot.channels.telegram.widget import account_of
from bot.pages import Page, paragraph
from models.errors import Invalid, TooMany
from models.wording import say
from people import errands
from people.errands import COOKIE, state_of

PATH = "/channels/telegram/login"
BACK = "/channels/telegram/login/back"
SCRIPT = "https://telegram.org/js/telegram-widget.js?22"


@dataclass(frozen=True, slots=True)
class SignIn:
    """The bot that vouches, and this service's own address."""

    token: str
    site: str
    bot: Callable[[], ExtBot[None]]


def routes(account: SignIn) -> list[web.RouteDef]:
    """The page with the button, and the way back from it."""

    async def show(request: web.Request) -> web.Response:
        """用 Telegram 登录."""
        name = await me.name(account.bot())
        if not name:
            return _lead_to(browsers.said("chat_later"))
        try:
            forwarded = request.headers.get("X-Forwarded-For", "")
            cookie = await browsers.send_out(NAME, remote=request.remote, forwarded=forwarded)
        except TooMany as refusal:
            return _lead_to(browsers.said_of(refusal))
        response = _page(account, name, state=state_of(cookie.value))
        browsers.keep(response, cookie, site=account.site)
        return response

    async def back(request: web.Request) -> web.Response:
        """回来: signed by Telegram for this bot just now, by the browser that was sent, and never before."""
        fields = dict(request.query)
        state, token = fields.pop("state", ""), request.cookies.get(COOKIE, "")
        try:
            address = account_of(fields, bot_token=account.token)
            await errands.end(NAME, token=token, state=state, proof=fields.get("hash", "").lower())
        except Invalid as refusal:
            return _lead_to(browsers.said_of(refusal))
        return _lead_to(await browsers.way_in(NAME, address=address, token=token))

    return [
        web.get(PATH, show, name="telegram.login", allow_head=False),
        web.get(BACK, back, name="telegram.login_back", allow_head=False),
    ]


def _lead_to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _page(account: SignIn, name: str, *, state: str) -> web.Response:
    nonce = secrets.token_urlsafe(16)
    back = f"{account.site}{BACK}?state={state}"
    script = (
        f'<script nonce="{nonce}" async src="{SCRIPT}" data-telegram-login="{escape(name)}" data-size="large"'
        f' data-userpic="false" data-auth-url="{escape(back)}"></script>'
    )
    page = Page(
        say("telegram.login.title"),
        f"{paragraph(say('telegram.login.how'))}{script}"
        f"{paragraph(say('telegram.login.else'))}"
        f'<p><a href="{browsers.LOGIN}">{escape(say("telegram.login.back"))}</a></p>',
        script_sources="https://telegram.org",
        frame_sources="https://oauth.telegram.org https://telegram.org",
    )
    headers = pages.headers(page, nonce=nonce)
    return web.Response(text=pages.html(page, nonce=nonce), content_type="text/html", headers=headers)
