"""The account's menu: three buttons that say words a resident could type."""

from __future__ import annotations

import asyncio
from enum import IntEnum

import aiohttp
import structlog

from bot.channels.wechat.tokens import NoTokenError, Tokens, call, errcode, read
from courier.resting import rest
from models.wording import say

CREATE, READ = "/cgi-bin/menu/create", "/cgi-bin/menu/get"
_MINE = ("data", "sign_in")
FIRST_REST, LONGEST_REST = 2.0, 300.0
_log = structlog.get_logger(__name__)


class Code(IntEnum):
    """What the platform says of menus."""

    DONE = 0
    NO_MENU = 46003
    MAY_NOT = 48001


def content() -> dict[str, object]:
    """The menu as the platform takes it: a press says the words of ``wechat.menu.says``."""
    mine = {"name": say("wechat.menu.mine"), "sub_button": [_button(name) for name in _MINE]}
    return {"button": [_button("guide"), _button("person"), mine]}


def _button(name: str) -> dict[str, str]:
    return {"type": "click", "name": say(f"wechat.menu.{name}"), "key": say(f"wechat.menu.says.{name}")}


async def create(tokens: Tokens) -> int:
    """Put the menu up, over whatever was there; gives the platform's verdict."""
    return errcode(await call(tokens, CREATE, content()))


async def has_one(tokens: Tokens) -> int:
    """Whether the account has a menu: 0 where it does, 46003 where it has none."""
    return errcode(await read(tokens, READ))


async def keep_one(stop: asyncio.Event, *, tokens: Tokens) -> None:
    """An account without a menu gets ours; one that somebody made in the console stays. Tried until it is known."""
    seconds = FIRST_REST
    while not stop.is_set() and not await _settled(tokens):
        await rest(stop, seconds=seconds)
        seconds = min(seconds * 2, LONGEST_REST)
    await stop.wait()


async def _settled(tokens: Tokens) -> bool:
    """Whether nothing more is to be done; False where the platform could not say."""
    try:
        code = await has_one(tokens)
        if code == Code.NO_MENU:
            code = await create(tokens)
            _log.info("wechat_menu_created", errcode=code)
    except (NoTokenError, aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        _log.warning("wechat_menu_unknown", problem=type(error).__name__)
        return False
    return code in set(Code)
