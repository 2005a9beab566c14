"""A chat window in the browser for each platform, so that anybody can try the bot without an account."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.fakes import telegram_faults, wechat_faults
from tests.fakes.lines import Line
from tests.fakes.telegram_groups import BOT
from tests.fakes.telegram_phones import TelegramPhones, delivered_unsaid, nonsense
from tests.fakes.wechat_phones import WeChatPhones

PAGE = Path(__file__).with_name("window.html")
PEOPLE = {"1001": "王阿姨", "1002": "李叔", "1003": "小周", "1004": "外人", "1005": "小陈（居委）"}
ROOMS = {"group": (-500, "Telegram 小区群"), "desk": (-1_000_000_000_700, "Telegram 工作群")}
LINKS = {"/telegram": "Telegram", "/telegram-group": "小区群", "/telegram-desk": "工作群", "/wechat": "微信"}
Deed = Callable[[str, dict[str, Any]], Awaitable[object]]
Photo = Callable[[str, bytes, str], Awaitable[object]]


def telegram_routes(phones: TelegramPhones) -> list[web.RouteDef]:
    """Telegram's window."""
    fake, disturbed = phones.fake, phones.disturbed

    async def write(person: str, given: dict[str, Any]) -> None:
        phones.write(int(person), str(given["text"]))

    async def press(person: str, given: dict[str, Any]) -> None:
        line = phones.lines(int(person))[int(given["line"]) - 1]
        phones.press(int(person), line, str(given["data"]))

    async def photo(person: str, content: bytes, words: str) -> None:
        phones.send_photo(int(person), content, words=words)

    faults: dict[str, Callable[[int], object]] = {
        "wait": lambda _: fake.faults.append(
            telegram_faults.failing(429, "Too Many Requests: retry after 5", retry_after=5)
        ),
        "broken": lambda _: fake.faults.append(telegram_faults.failing(502, "Bad Gateway")),
        "unsaid": lambda _: fake.faults.append(delivered_unsaid(fake)),
        "nonsense": lambda _: fake.faults.append(nonsense),
        **{kind: partial(_disturb, disturbed, kind) for kind in ("twice", "swapped", "poisoned")},
        "block": lambda chat: phones.block(chat, is_blocked=True),
        "unblock": lambda chat: phones.block(chat, is_blocked=False),
    }

    async def fault(person: str, given: dict[str, Any]) -> None:
        faults[given["kind"]](int(person))

    title = {"platform": "telegram", "title": "Telegram", "faults": {
        "wait": "下一条回复：429，等 5 秒", "broken": "下一条回复：502", "unsaid": "下一条回复：送到了，但连接断开",
        "nonsense": "下一条回复：中间有人答了别的",
        "twice": "下一句：来两次", "swapped": "下一句：晚于再下一句", "poisoned": "下一句之前：一条读不懂的",
        "block": "拉黑机器人", "unblock": "取消拉黑",
    }}  # fmt: skip
    deeds = {"write": write, "press": press, "fault": fault}
    return _routes(title, lambda person, after: phones.lines(int(person), after=after), deeds, photo=photo)


def group_routes(phones: TelegramPhones, name: str) -> list[web.RouteDef]:
    """The window of a group of Telegram: everybody sees the same, a line is answered by pressing it."""
    room, title = ROOMS[name]

    def below(given: dict[str, Any]) -> Line | None:
        return phones.lines(room)[int(given["about"]) - 1] if given.get("about") else None

    async def write(person: str, given: dict[str, Any]) -> None:
        phones.say(room, int(person), str(given["text"]), who=PEOPLE[person], about=below(given))

    async def press(person: str, given: dict[str, Any]) -> None:
        phones.press_in(room, int(person), phones.lines(room)[int(given["line"]) - 1], str(given["data"]))

    async def fault(person: str, given: dict[str, Any]) -> None:
        phones.invite(room, int(person), is_in=given["kind"] == "invite")

    told = {
        "platform": f"telegram-{name}",
        "title": title,
        "hint": f"@{BOT['username']} 问题",
        "is_group": True,
        "faults": {"invite": "把机器人拉进群", "kick": "把机器人移出群"},
    }
    deeds = {"write": write, "press": press, "fault": fault}
    return _routes(told, lambda _person, after: phones.lines(room, after=after), deeds)


def wechat_routes(phones: WeChatPhones) -> list[web.RouteDef]:
    """WeChat's window."""
    fake, disturbed = phones.fake, phones.disturbed

    async def write(person: str, given: dict[str, Any]) -> None:
        await phones.write(_openid(person), str(given["text"]))

    async def photo(person: str, content: bytes, _words: str) -> None:
        await phones.send_photo(_openid(person), content)

    faults: dict[str, Callable[[str], object]] = {
        "expire": lambda _: fake.expire(),
        "busy": lambda _: fake.errors.append(-1),
        "broken": lambda _: fake.faults.append(wechat_faults.broken),
        "nonsense": lambda _: fake.faults.append(wechat_faults.nonsense),
        "unsaid": lambda _: fake.faults.append(wechat_faults.delivered_unsaid(fake)),
        "closed": lambda openid: fake.quota.update({openid: 0}),
        **{kind: partial(_disturb, disturbed, kind) for kind in ("twice", "swapped", "poisoned")},
    }
    events = {"follow": ("subscribe", "〔关注〕"), "leave": ("unsubscribe", "〔取消关注〕")}

    async def fault(person: str, given: dict[str, Any]) -> None:
        if given["kind"] in events:
            name, shown = events[given["kind"]]
            await phones.do(_openid(person), name, shown=shown)
        else:
            faults[given["kind"]](_openid(person))

    title = {"platform": "wechat", "title": "微信公众号", "faults": {
        "follow": "关注", "leave": "取消关注", "expire": "access_token 失效", "busy": "下一条客服消息：系统繁忙",
        "broken": "下一条客服消息：502", "nonsense": "下一条客服消息：中间有人答了别的",
        "unsaid": "下一条客服消息：送到了，但连接断开",
        "closed": "48 小时窗口用完", "twice": "下一句：没听到回复，再推一次", "swapped": "下一句：晚于再下一句",
        "poisoned": "下一句之前：一条读不懂的",
    }}  # fmt: skip
    deeds = {"write": write, "fault": fault}
    return _routes(title, lambda person, after: phones.lines(_openid(person), after=after), deeds, photo=photo)


def _disturb(disturbed: object, kind: str, _whom: object) -> None:
    setattr(disturbed, kind, 1)


def _openid(person: str) -> str:
    return f"follower-{person}-openid"


def _routes(
    title: dict[str, Any],
    lines: Callable[[str, int], list[Line]],
    deeds: Mapping[str, Deed],
    *,
    photo: Photo | None = None,
) -> list[web.RouteDef]:
    path = f"/{title['platform']}"

    async def show(_request: web.Request) -> web.Response:
        """The page; what it needs to know stands in it."""
        more = {"people": PEOPLE, "links": LINKS, "takes_photos": photo is not None}
        told = json.dumps({**title, **more}, ensure_ascii=False).replace("<", "\\u003c")
        html = PAGE.read_text(encoding="utf-8").replace("{{told}}", told).replace("{{title}}", title["title"])
        return web.Response(text=html, content_type="text/html")

    async def read(request: web.Request) -> web.Response:
        """What has come since a line."""
        person = _person(request)
        return web.json_response([asdict(one) for one in lines(person, int(request.query.get("after", "0")))])

    async def do(request: web.Request) -> web.Response:
        """Something a person does."""
        await deeds[request.match_info["deed"]](_person(request), await request.json())
        return web.json_response({})

    async def send(request: web.Request) -> web.Response:
        """A photo, as the body."""
        if photo is None:
            raise web.HTTPNotFound
        await photo(_person(request), await request.read(), request.query.get("words", ""))
        return web.json_response({})

    return [
        web.get(path, show),
        web.get(f"{path}/{{person}}/lines", read),
        web.post(f"{path}/{{person}}/photo", send),
        web.post(f"{path}/{{person}}/{{deed:{'|'.join(deeds)}}}", do),
    ]


def _person(request: web.Request) -> str:
    person = request.match_info["person"]
    if person not in PEOPLE:
        raise web.HTTPNotFound
    return person
