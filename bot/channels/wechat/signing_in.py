"""网页登录 inside WeChat: the browser goes to the platform and back, and the portal is handed a link for it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
import structlog
from aiohttp import web

from bot import browsers
from bot.channels.wechat import NAME
from bot.channels.wechat.oauth import Anew, Known, Later, Misconfigured, authorise_address, code_of, verdict_of
from bot.channels.wechat.tokens import Tokens, get
from models.errors import Invalid, TooMany
from people import errands
from people.errands import COOKIE, state_of

PATH = "/channels/wechat/login"
BACK = "/channels/wechat/login/back"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SignIn:
    """The account that vouches, this service's own address, and the platform's."""

    app_id: str
    site: str
    open_base: str
    tokens: Callable[[], Tokens]


def routes(account: SignIn) -> list[web.RouteDef]:
    """Out, and back."""

    async def begin(request: web.Request) -> web.Response:
        """用微信登录."""
        if "MicroMessenger" not in request.headers.get("User-Agent", ""):
            return _lead_to(browsers.said("only_in_wechat"))
        try:
            forwarded = request.headers.get("X-Forwarded-For", "")
            cookie = await browsers.send_out(NAME, remote=request.remote, forwarded=forwarded)
        except TooMany as refusal:
            return _lead_to(browsers.said_of(refusal))
        back = f"{account.site}{BACK}"
        response = _lead_to(
            authorise_address(app_id=account.app_id, back=back, browser_token=cookie.value, base=account.open_base)
        )
        browsers.keep(response, cookie, site=account.site)
        return response

    async def back(request: web.Request) -> web.Response:
        """回来: what the platform says of the code decides; the code itself opens nothing here."""
        token = request.cookies.get(COOKIE, "")
        code = code_of(request.query, browser_token=token) if errands.is_token(token) else None
        if code is None:
            return _lead_to(browsers.said("errand_gone"))
        try:
            await errands.end(NAME, token=token, state=state_of(token), proof=code)
        except Invalid as refusal:
            return _lead_to(browsers.said_of(refusal))
        return _lead_to(await _where_to(account, code, token))

    return [
        web.get(PATH, begin, name="wechat.login", allow_head=False),
        web.get(BACK, back, name="wechat.login_back", allow_head=False),
    ]


def _lead_to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


async def _where_to(account: SignIn, code: str, token: str) -> str:
    match await _verdict(account, code):
        case Known(openid):
            return await browsers.way_in(NAME, address=openid, token=token)
        case Anew(why):
            _log.info("wechat_login_anew", why=why)
            return browsers.said("errand_gone")
        case Later(errcode):
            _log.warning("wechat_login_later", errcode=errcode)
        case Misconfigured(errcode):
            _log.error("wechat_login_misconfigured", errcode=errcode)
    return browsers.said("chat_later")


async def _verdict(account: SignIn, code: str) -> Known | Anew | Later | Misconfigured:
    tokens = account.tokens()
    query = {"appid": tokens.app_id, "secret": tokens.secret, "code": code, "grant_type": "authorization_code"}
    try:
        return verdict_of(await get(tokens.session, f"{tokens.api}/sns/oauth2/access_token", query))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return Later(0)
