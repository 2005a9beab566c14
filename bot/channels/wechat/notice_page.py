"""The page on which somebody agrees to one notice: WeChat's own button, which tells the platform and not us."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

import aiohttp
import structlog
from aiohttp import web

from bot import pages
from bot.channels.wechat.asking import PATH
from bot.channels.wechat.tickets import Signed, Tickets
from bot.channels.wechat.tokens import NoTokenError, Tokens
from bot.pages import Page, paragraph
from models import clock
from models.wording import say

SDK = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """The account that asks, and the template it asks for."""

    app_id: str
    template: str
    site: str
    tokens: Callable[[], Tokens]
    opened: list[Tickets] = field(default_factory=list)

    @property
    def tickets(self) -> Tickets:
        """The account's ticket, kept while the service runs."""
        if not self.opened:
            self.opened.append(Tickets(self.tokens()))
        return self.opened[0]


def routes(asked: Asked) -> list[web.RouteDef]:
    """The one page."""

    async def show(request: web.Request) -> web.Response:
        """同意通知."""
        nonce = secrets.token_urlsafe(16)
        page = await _page_for(request, asked, nonce)
        text, headers = pages.html(page, nonce=nonce), pages.headers(page, nonce=nonce)
        return web.Response(text=text, content_type="text/html", headers=headers)

    return [web.get(PATH, show, name="wechat.notice", allow_head=False)]


async def _page_for(request: web.Request, asked: Asked, nonce: str) -> Page:
    """Outside WeChat, and while the platform cannot be reached, it says so and asks for nothing."""
    if "MicroMessenger" not in request.headers.get("User-Agent", ""):
        return _page(paragraph(say("wechat.notice.outside")))
    try:
        signed = await asked.tickets.sign(f"{asked.site}{request.path_qs}", seconds=clock.now_ms() // 1000)
    except (NoTokenError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        _log.warning("wechat_no_ticket", problem=type(error).__name__)
        return _page(paragraph(say("wechat.notice.refused")))
    return _with_button(asked, signed, nonce)


def _page(body: str, *, scripts: str = "") -> Page:
    return Page(say("wechat.notice.title"), body, scripts, script_sources="https://res.wx.qq.com")


def _with_button(asked: Asked, signed: Signed, nonce: str) -> Page:
    button = (
        f'<wx-open-subscribe template="{escape(asked.template)}" id="ask"><script type="text/wxtag-template"'
        f' slot="style" nonce="{nonce}"><style>.ask{{min-height:56px;padding:0 24px;font-size:20px;border:0;'
        "border-radius:10px;color:#fff;background:#0b6b4f}</style></script>"
        f'<script type="text/wxtag-template" nonce="{nonce}"><button class="ask">{escape(say("wechat.notice.button"))}'
        "</button></script></wx-open-subscribe>"
    )
    said = '<p id="said" role="status"></p>'
    scripts = f'<script nonce="{nonce}" src="{SDK}"></script><script nonce="{nonce}">{_script(asked, signed)}</script>'
    return _page(f"{paragraph(say('wechat.notice.why'))}{button}{said}", scripts=scripts)


def _script(asked: Asked, signed: Signed) -> str:
    settings = {
        "appId": asked.app_id,
        "timestamp": int(signed.timestamp),
        "nonceStr": signed.nonce,
        "signature": signed.signature,
        "jsApiList": [],
        "openTagList": ["wx-open-subscribe"],
    }
    words = {"done": say("wechat.notice.done"), "refused": say("wechat.notice.refused")}
    return (
        f"wx.config({_json(settings)});const words={_json(words)};const said=document.getElementById('said');"
        "const ask=document.getElementById('ask');"
        "ask.addEventListener('success',e=>{const d=JSON.stringify(e.detail||{});"
        "said.textContent=d.includes('accept')?words.done:words.refused});"
        "ask.addEventListener('error',()=>{said.textContent=words.refused});"
    )


def _json(content: object) -> str:
    """For a script inside a page: nothing in it ends the script."""
    return json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")
