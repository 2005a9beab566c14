"""Commands about the chat channels: channels check, channels menu, channels codes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import segno

from app import logs
from app.channels import bot_of
from app.commands import progress, tell
from app.installation import opened, prepare
from app.problems import NotReady
from app.settings import Settings
from bot.channels import relay, telegram, wechat
from bot.channels.telegram import checking as telegram_check
from bot.channels.wechat import checking as wechat_check
from bot.channels.wechat import menus, scenes
from bot.channels.wechat.tokens import NoTokenError, Tokens
from bot.findings import Finding, Verdict, good, wrong
from models import wording
from models.rules import load
from people import places
from people.joining import links
from people.joining.links import EstateLine
from people.viewers import SYSTEM

SECONDS = 10
_TROUBLES = (NoTokenError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
Look = Callable[[Settings], Awaitable[list[Finding]]]


async def check(_given: Namespace, settings: Settings) -> int:
    """Look at every channel by itself; exit code 1 where something is wrong with one."""
    logs.configure(settings.log_level)
    found = [Finding(Verdict.GOOD, "web chat needs no settings")]
    tell(_line("web", found[0]))
    tell(_line("sign-in", _second_step(settings)))
    for name, look in LOOKS.items():
        for one in await look(settings):
            tell(_line(name, one))
            found.append(one)
    bad = sum(one.verdict is Verdict.WRONG for one in found)
    progress(f"{bad} things are wrong" if bad else "nothing is wrong")
    return 1 if bad else 0


def _second_step(settings: Settings) -> Finding:
    """Whether staff need a second step, as the community's rules have it; a place may say otherwise at /rules."""
    rules = load(settings.community_dir)
    if not rules.totp_required:
        return Finding(Verdict.OFF, "passwords alone open the desk: totp_required is false in rules.toml")
    return good(f"a second step is asked of: {', '.join(rules.totp_required_for)}")


def _line(name: str, finding: Finding) -> str:
    return f"{name:<9} {finding.verdict.value:<6} {finding.text}"


async def _telegram(settings: Settings) -> list[Finding]:
    if settings.telegram_token is None:
        return [Finding(Verdict.OFF, "not switched on: MULIN_TELEGRAM_TOKEN is not set")]
    secret, site = settings.telegram_secret or "", settings.public_url or ""
    wanted = telegram_check.Wanted(settings.telegram_mode, site, settings.telegram_base_url, secret)
    async with bot_of(settings, settings.telegram_token) as bot:
        return await telegram_check.look(bot, wanted)


async def _wechat(settings: Settings) -> list[Finding]:
    if settings.wechat_app_id is None:
        return [Finding(Verdict.OFF, "not switched on: MULIN_WECHAT_APP_ID is not set")]
    wanted = wechat_check.Wanted(
        settings.wechat_token or "",
        settings.wechat_mode,
        settings.public_url or "",
        settings.wechat_notice_template or "",
        settings.wechat_notice_fields,
    )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
        return await wechat_check.look(_tokens(settings, session), wanted)


def _tokens(settings: Settings, session: aiohttp.ClientSession) -> Tokens:
    return Tokens(session, settings.wechat_api_base, settings.wechat_app_id or "", settings.wechat_app_secret or "")


async def _relay(settings: Settings) -> list[Finding]:
    if settings.relay_url is None:
        return [Finding(Verdict.OFF, "not switched on: MULIN_RELAY_URL is not set")]
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(settings.relay_url):
            return [good("the gateway answers; whether it knows the secret shows with the first message")]
    except (aiohttp.ClientError, TimeoutError, OSError):
        return [wrong("the gateway (MULIN_RELAY_URL) cannot be reached from here")]


LOOKS: dict[str, Look] = {telegram.NAME: _telegram, wechat.NAME: _wechat, relay.NAME: _relay}


async def menu(_given: Namespace, settings: Settings) -> int:
    """Put the account's menu up, over whatever was there."""
    if settings.wechat_app_id is None:
        raise NotReady("WeChat is not switched on: MULIN_WECHAT_APP_ID is not set")
    logs.configure(settings.log_level)
    wording.load(settings.community_dir)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
        try:
            code = await menus.create(_tokens(settings, session))
        except _TROUBLES as error:
            raise NotReady(f"the platform cannot be asked: {type(error).__name__} {error}"[:120]) from error
    if code:
        raise NotReady(f"the platform refuses the menu: errcode {code}")
    tell("the menu is up; followers see it within a few minutes")
    return 0


async def codes(given: Namespace, settings: Settings) -> int:
    """Draw a QR code for every estate of a place that has a link: it leads into the WeChat account's chat."""
    if settings.wechat_app_id is None:
        raise NotReady("WeChat is not switched on: MULIN_WECHAT_APP_ID is not set")
    prepare(settings)
    async with opened(settings):
        found = await links.estates(viewer=SYSTEM, place_id=(await places.place_by_slug(given.place)).id)
    given.folder.mkdir(parents=True, exist_ok=True)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
        tokens = _tokens(settings, session)
        for one in found:
            await _draw(one, given.folder, tokens)
    return 0


async def _draw(estate: EstateLine, folder: Path, tokens: Tokens) -> None:
    if not estate.token:
        progress(f"{estate.name} has no link yet: make one at /estates")
        return
    try:
        address = await scenes.code_of(tokens, estate_token=estate.token)
    except _TROUBLES as error:
        raise NotReady(f"the platform gives no code: {type(error).__name__} {error}"[:120]) from error
    path = folder / f"estate-{estate.id}.svg"
    segno.make(address, error="m", micro=False).save(str(path), scale=12, border=4)
    tell(f"{path}: {estate.name}")
