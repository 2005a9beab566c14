"""A look at the account's settings through the platform's own eyes: secret, address, mode, menu, notice, quota."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import aiohttp

from bot.channels.wechat import PATH
from bot.channels.wechat.crypto import signature
from bot.channels.wechat.menus import Code, has_one
from bot.channels.wechat.sending import SEND
from bot.channels.wechat.tokens import NoTokenError, Tokens, call, errcode, post, read
from bot.findings import Finding, good, note, wrong
from models import clock

QUOTA, TEMPLATES = "/cgi-bin/openapi/quota/get", "/wxaapi/newtmpl/gettemplate"
_TROUBLES = (aiohttp.ClientError, TimeoutError, OSError, ValueError, NoTokenError)
_ADDRESS = re.compile(r"invalid ip ([0-9a-fA-F.:]+)")
_MEANINGS = {
    40013: "the platform does not know this AppID: look at MULIN_WECHAT_APP_ID",
    40125: "the AppSecret is wrong: reset it in the console and put it into MULIN_WECHAT_APP_SECRET",
    40243: "the AppSecret is frozen: unfreeze it in the console",
    -1: "the platform is busy: look again later",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings say beside AppID and AppSecret."""

    token: str
    mode: str
    site: str
    template: str
    fields: Mapping[str, str]


async def look(tokens: Tokens, wanted: Wanted) -> list[Finding]:
    """Everything that can be known from here; nothing is changed."""
    found = [await _secret(tokens), _mode(wanted.mode), *await _address(tokens.session, wanted)]
    if found[0].verdict != "ok":
        return found
    looks: list[Callable[[], Awaitable[list[Finding]]]] = [
        lambda: _menu(tokens),
        lambda: _notice(tokens, wanted),
        lambda: _quota(tokens),
    ]
    for one in looks:
        try:
            found += await one()
        except _TROUBLES as error:
            found.append(wrong(f"the platform did not answer: {type(error).__name__}"))
    return found


async def _secret(tokens: Tokens) -> Finding:
    asked = {"grant_type": "client_credential", "appid": tokens.app_id, "secret": tokens.secret, "force_refresh": False}
    try:
        answer = await post(tokens.session, f"{tokens.api}/cgi-bin/stable_token", asked)
    except _TROUBLES:
        return wrong(f"{tokens.api} cannot be reached from here")
    code = errcode(answer)
    if not code:
        return good("AppID and AppSecret are good, and this machine's address is allowed")
    if code == 40164:
        shown = _ADDRESS.search(str(answer.get("errmsg", "")))
        return wrong(f"this machine's address ({shown[1] if shown else 'unknown'}) is not on the account's IP list")
    return wrong(_MEANINGS.get(code, f"the platform refuses AppID and AppSecret: errcode {code}"))


def _mode(mode: str) -> Finding:
    if mode == "plain":
        return note("messages come unencrypted: choose safe mode in the console, and MULIN_WECHAT_MODE=safe here")
    return good(f"mode {mode}: choose the same in the console, with the same EncodingAESKey")


async def _address(session: aiohttp.ClientSession, wanted: Wanted) -> list[Finding]:
    """Ask our own address as the platform does when it is put into the console."""
    if not wanted.site:
        return [wrong("MULIN_PUBLIC_URL is not set: links in answers lead nowhere, and nobody can sign in by WeChat")]
    time, nonce, echo = str(clock.now_ms() // 1000), secrets.token_hex(6), secrets.token_hex(8)
    query = {"timestamp": time, "nonce": nonce, "echostr": echo, "signature": signature(wanted.token, time, nonce)}
    url = f"{wanted.site}{PATH}"
    try:
        async with session.get(url, params=query) as response:
            status, said = response.status, await response.text(errors="replace")
    except _TROUBLES:
        return [wrong(f"{url} does not answer from here: is the service running, and does the proxy lead to it?")]
    if (status, said) == (200, echo):
        return [good(f"{url} answers as the console wants it")]
    if status == 403:
        return [wrong(f"{url} answers, with another Token than MULIN_WECHAT_TOKEN: restart the service")]
    return [wrong(f"{url} answers with status {status}, and not as this service does")]


async def _menu(tokens: Tokens) -> list[Finding]:
    code = await has_one(tokens)
    if code == Code.DONE:
        return [good("the account has a menu (`channels menu` puts ours up instead)")]
    if code == Code.NO_MENU:
        return [note("the account has no menu yet: the service puts one up when it starts")]
    if code == Code.MAY_NOT:
        return [note("the account is not verified: no menu, and staff's answers wait for the resident's next word")]
    return [wrong(f"the menu cannot be read: errcode {code}")]


async def _notice(tokens: Tokens, wanted: Wanted) -> list[Finding]:
    if not wanted.template:
        return [note("no notice is set (MULIN_WECHAT_NOTICE_TEMPLATE): replies after 48 hours wait for the next word")]
    answer = await read(tokens, TEMPLATES)
    if code := errcode(answer):
        return [wrong(f"the account's templates cannot be read: errcode {code}")]
    listed = answer.get("data", [])
    ours = next((one for one in listed if isinstance(one, dict) and one.get("priTmplId") == wanted.template), None)
    if ours is None:
        return [wrong("the account has no template with the id in MULIN_WECHAT_NOTICE_TEMPLATE")]
    missing = [name for name in wanted.fields if f"{{{{{name}.DATA}}}}" not in str(ours.get("content", ""))]
    if missing:
        return [wrong(f"the template has no field {', '.join(missing)}: look at MULIN_WECHAT_NOTICE_FIELDS")]
    return [good("the notice's template is there, with its fields")]


async def _quota(tokens: Tokens) -> list[Finding]:
    answer = await call(tokens, QUOTA, {"cgi_path": SEND})
    quota = answer.get("quota")
    if errcode(answer) or not isinstance(quota, dict):
        return [note(f"how many messages may still go out today cannot be read: errcode {errcode(answer)}")]
    used, most, left = (quota.get(name, 0) for name in ("used", "daily_limit", "remain"))
    if not left:
        return [wrong(f"all {most} messages of today are used up: the rest goes out after midnight")]
    return [good(f"{used} of {most} messages of today are used")]
