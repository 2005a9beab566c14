"""Plays golden transcripts on the console, over HTTP, through the signed relay, on Telegram and on WeChat.

``python -m tests.chat --rewrite FILE…`` writes what was said.

A transcript's lines: ``#`` comment, ``@ [2026-03-02 ]09:10 居民 王阿姨`` moves the clock and says who is at it
(``值班台 陈`` for staff, ``时钟`` for jobs, ``网页 王阿姨`` for a page, ``群 王阿姨`` in the estate's group), ``>`` is
typed, ``!`` is done at the desk or on the page, ``<`` arrives (further lines are indented by two spaces).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from bot.channels import webchat
from bot.channels.console import Console
from bot.rendering import plain
from casework import (
    alarms,
    conversations,
    corrections,
    escalation,
    guide,
    learning,
    mutes,
    packs,
    publishing,
    questions,
)
from courier import limits
from courier.letters import Letter, Link
from models import clock
from models.clock import SHANGHAI
from models.contact import Contact
from models.conversation import Author
from models.database import connected
from models.entry import EntryVersion
from models.entry_content import Since
from models.household import Residence, ResidenceState
from models.joining import JoinRequest
from models.person import WebSession
from models.question import Question, StaffReply
from models.sealed import use_secrets
from people import entering, residences, residents
from people.entering import Browser
from people.joining import asking, deciding
from people.viewers import SYSTEM
from tests import (
    chat_activities,
    chat_boards,
    chat_cases,
    chat_groups,
    chat_items,
    chat_key_matters,
    chat_mediations,
    chat_meetings,
    chat_moderation,
    chat_notices,
    chat_promises,
    chat_proposals,
    chat_records,
    chat_votes,
)
from tests.adapters import TelegramPhone, WeChatPhone, telegram_address, telegram_phones, wechat_address, wechat_phones
from tests.bot.gateway import Gateway, relayed
from tests.bot.stage import PACKS, Stage, set_stage
from tests.databases import sqlite_copy, sqlite_template
from tests.people.neighbours import neighbour
from tests.shipped import pack_at

FOLDER = Path(__file__).parent / "conversations"
DESK = "值班台"
CLOCK = "时钟"
PAGE = "网页"
CODE, LINK = "<码>", "<链接>"
"""What stands in a transcript for a code and a link, which are never the same: typed, it is the last code that came."""
_SECRET_CODE = re.compile(r"\d{3,4} \d{3,4}(?=\n)")
_CHANNEL = re.compile(r"(?<=：)\w+，尾号")
_SECRET_LINK = re.compile(r"(?<=/login/link/)[\w-]+")
OPENING = dt.datetime(2026, 1, 5, 1, tzinfo=dt.UTC)
_AT = re.compile(r"@ (?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d) (\S+) ?(\S*)")
_INNER_BLANK = re.compile(r"\n\n(?=  )")
_DEED = re.compile(r"! (\S+) ?(\S*) ?(.*)")
GROUP_USERS = {"王阿姨": "71", "李叔": "72", "小周": "73", "小王": "74", "外人": "75"}
ADDRESSES = {"王阿姨": "wang", "李叔": "li", "小周": "zhou", "小王": "son", "外人": "stranger"}


@dataclass(slots=True)
class Step:
    """One thing done in a transcript, and what is expected to arrive at whoever did it."""

    line: str
    expected: list[str] = field(default_factory=list)


def parse(text: str) -> list[Step]:
    """The steps of a transcript; what arrives belongs to the step above it."""
    steps: list[Step] = []
    for line in _INNER_BLANK.sub("\n  \n", text).splitlines():
        if line.startswith("< "):
            steps[-1].expected.append(line[2:])
        elif line.startswith("  "):
            steps[-1].expected[-1] += "\n" + line[2:]
        else:
            steps.append(Step(line))
    return steps


def written(steps: list[Step]) -> str:
    """Steps as a transcript."""
    lines: list[str] = []
    for step in steps:
        lines.append(step.line)
        lines += ["< " + one.replace("\n", "\n  ") for one in step.expected]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


class Phone:
    """What a resident holds: types a line, reads what arrived since the last look."""

    async def type(self, text: str) -> None:
        """Type and send."""
        raise NotImplementedError

    async def arrived(self) -> list[str]:
        """What came since the last look."""
        raise NotImplementedError

    async def ring(self) -> None:
        """What is pushed arrives now, also while nobody looks."""


Phones = Callable[[str], Phone]


class WebPhone(Phone):
    """A browser: posts the form, follows the way back, reads the conversation."""

    def __init__(self, client: TestClient, address: str) -> None:
        self._client = client
        self._headers = {"X-Visitor": address}
        self._seen = 0

    async def type(self, text: str) -> None:
        """Post the form as a browser without scripts does."""
        await signed_in(self._headers["X-Visitor"])
        form = {"text": text, "key": str(uuid4())}
        async with self._client.post("/chat", data=form, headers=self._headers, allow_redirects=False) as response:
            assert (response.status, response.headers.get("Location")) == (303, "/chat"), await response.text()

    async def arrived(self) -> list[str]:
        """Read the page the form leads back to."""
        async with self._client.get("/chat", params={"after": self._seen}, headers=self._headers) as response:
            shown = await response.json()
        self._seen = max([self._seen, *(line["id"] for line in shown)])
        return [line["text"] for line in shown]


@dataclass(frozen=True, slots=True)
class _Visitor:
    address: str
    place_id: int


def application(stage: Stage) -> web.Application:
    """The channel's routes with a page that shows the conversation as JSON; the visitor is named in a header."""

    def visitor(request: web.Request) -> _Visitor:
        return _Visitor(request.headers["X-Visitor"], stage.place_id)

    async def page(request: web.Request) -> web.Response:
        return web.json_response(await _lines(visitor(request), int(request.query["after"])))

    application = web.Application()
    application.add_routes([*webchat.routes(visitor), web.get("/chat", page)])
    return application


async def signed_in(address: str) -> None:
    """Whoever is known in a browser has been signed in there for a while."""
    contact = await Contact.get_or_none(channel="web", address=address, person_id__isnull=False)
    if contact is None or await WebSession.filter(contact_id=contact.id).exists():
        return
    await WebSession.create(
        created_at=clock.now() - dt.timedelta(days=30),
        token_hash=address,
        person_id=contact.person_id,
        contact_id=contact.id,
        via="resident",
        expires_at=clock.now() + dt.timedelta(days=180),
    )


async def _lines(visitor: _Visitor, after: int) -> list[dict[str, object]]:
    await signed_in(visitor.address)
    conversation_id = await conversations.conversation_of(channel="web", address=visitor.address)
    if conversation_id is None:
        return []
    where = await residents.at(channel="web", address=visitor.address, place_id=visitor.place_id)
    lines = await conversations.lines(conversation_id, viewer=await residents.viewer_at(where), after=after)
    return [
        {"id": line.id, "text": plain(Letter(line.text, line.choices, tuple(Link(*one) for one in line.links)))}
        for line in lines
        if line.author is not Author.RESIDENT
    ]


@asynccontextmanager
async def console_phones(stage: Stage) -> AsyncIterator[Phones]:
    """Everybody at a terminal."""
    yield lambda name: _ConsolePhone(Console(address=ADDRESSES[name], place_id=stage.place_id))


class _ConsolePhone(Phone):
    def __init__(self, console: Console) -> None:
        self._console = console

    async def type(self, text: str) -> None:
        await self._console.type(text)

    async def arrived(self) -> list[str]:
        return await self._console.arrived()


@asynccontextmanager
async def web_phones(stage: Stage) -> AsyncIterator[Phones]:
    """Everybody at a browser, in front of a real server."""
    async with TestClient(TestServer(application(stage))) as client:
        yield lambda name: WebPhone(client, ADDRESSES[name])


@asynccontextmanager
async def relay_phones(stage: Stage) -> AsyncIterator[Phones]:
    """Everybody in another chat system, behind the signed gateway."""
    async with relayed(stage.place_id) as gateway:
        yield lambda name: _RelayPhone(gateway, ADDRESSES[name])


class _RelayPhone(Phone):
    def __init__(self, gateway: Gateway, address: str) -> None:
        self._gateway = gateway
        self._address = address
        self._seen = 0

    async def type(self, text: str) -> None:
        await self._gateway.write(self._address, text)

    async def ring(self) -> None:
        await self._gateway.push()

    async def arrived(self) -> list[str]:
        shown = [plain(letter) for letter in await self._gateway.pushed_to(self._address)]
        seen, self._seen = self._seen, len(shown)
        return shown[seen:]


@asynccontextmanager
async def _telegram_phones(stage: Stage) -> AsyncIterator[Phones]:
    async with telegram_phones(stage) as phone:
        yield lambda name: _Adapted(phone(ADDRESSES[name]), telegram_address)


@asynccontextmanager
async def _wechat_phones(stage: Stage) -> AsyncIterator[Phones]:
    async with wechat_phones(stage) as phone:
        yield lambda name: _Adapted(phone(ADDRESSES[name]), wechat_address)


class _Adapted(Phone):
    def __init__(self, phone: TelegramPhone | WeChatPhone, address_of: Callable[[str], str]) -> None:
        self._phone = phone
        self._tails = {f"尾号 {address_of(one)[-4:]}": f"尾号 {one}" for one in ADDRESSES.values()}

    async def type(self, text: str) -> None:
        await self._phone.type(text)

    async def ring(self) -> None:
        await self._phone.ring()

    async def arrived(self) -> list[str]:
        return [self._named(text) for text in await self._phone.arrived()]

    def _named(self, text: str) -> str:
        """A chat is named by the end of its address, which is another one here."""
        for tail, name in self._tails.items():
            text = text.replace(tail, name)
        return text


CHANNELS = {
    "console": console_phones,
    "web": web_phones,
    "relay": relay_phones,
    "telegram": _telegram_phones,
    "wechat": _wechat_phones,
}


def address_at(channel: str, name: str) -> str:
    """Somebody's address on a channel."""
    address = ADDRESSES[name]
    return {"telegram": telegram_address, "wechat": wechat_address}.get(channel, str)(address)


PULLED_ONLY = {"reply-corrected", "reply-withdrawn"}
"""What is undone before anybody looked: a channel that pushes has shown it by then."""
IN_A_GROUP = "group-"
"""Said in a group, which is the same one for everybody: played once."""
_AT_A_DESK = (
    *("moderation", "moderation-held", "unanswered", "doctor", "votes-secret", "join-verified"),
    *("records-register", "records-tags", "records-roles", "records-permissions", "records-log", "records-second-step"),
)
NOT_IN_BROWSERS = {"contacts-join", "contacts-join-wrong-code", "unbind", *_AT_A_DESK}
"""A chat joined by a code and let go: a browser is signed in and out instead. There staff have pages, and no chat, and
a vote's page is open to who is signed in."""


class Player:
    """Plays one transcript on one channel and keeps what really arrived."""

    def __init__(self, stage: Stage, phones: Phones) -> None:
        self._stage = stage
        self._make = phones
        self._phones: dict[str, Phone] = {}
        self._who = ""
        self._is_staff = False
        self._is_in_group = False
        self._group = chat_groups.GroupPhones(stage.place_id)
        self._code = ""
        self.moment = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)

    async def play(self, steps: list[Step]) -> list[Step]:
        """The same steps with what arrived."""
        return [Step(step.line, await self._do(step.line)) for step in steps]

    async def _do(self, line: str) -> list[str]:
        if line.startswith("@ "):
            await self._go(line)
        elif line.startswith("! "):
            await self._at_the_desk(line)
            for phone in self._phones.values():
                await phone.ring()
            return []
        elif line.startswith("> ") and self._is_in_group:
            await self._group.type(GROUP_USERS[self._who], line[2:])
            return await self._group.arrived()
        elif line.startswith("> "):
            await self._phone().type(line[2:].replace("\\n", "\n").replace(CODE, self._code))
        else:
            return []
        return [] if self._is_staff else [self._shown(text) for text in await self._phone().arrived()]

    def _shown(self, text: str) -> str:
        """What arrived, as it is written down: the same on every channel and every day."""
        if found := _SECRET_CODE.search(text):
            self._code = found[0].replace(" ", "")
        hidden = _SECRET_LINK.sub(LINK, _SECRET_CODE.sub(CODE, text))
        return _CHANNEL.sub("网页，尾号", hidden)

    async def _go(self, line: str) -> None:
        found = _AT.fullmatch(line)
        assert found, f"not a place and time: {line}"
        limits.install(MovingWindowRateLimiter(MemoryStorage()))  # Time has passed, which limits do not see.
        day = dt.date.fromisoformat(found[1]) if found[1] else self.moment.date()
        self.moment = dt.datetime.combine(day, dt.time.fromisoformat(found[2]), tzinfo=SHANGHAI)
        self._is_staff, self._who = found[3] in (DESK, CLOCK, PAGE), found[4]
        self._is_in_group = found[3] == chat_groups.PLACE

    def _phone(self) -> Phone:
        return self._phones.setdefault(self._who, self._make(self._who))

    async def _at_the_desk(self, line: str) -> None:
        found = _DEED.fullmatch(line.replace(CODE, self._code))
        assert found, f"not a deed: {line}"
        await DEEDS[found[1]](self._stage, self._who, found[2], found[3])


async def _question(number: str) -> Question:
    return await Question.get(number=number)


async def _claim(stage: Stage, who: str, number: str, text: str) -> None:
    await questions.claim((await _question(number)).id, by=await stage.viewer(who))


async def _reply(stage: Stage, who: str, number: str, text: str) -> None:
    question = await _question(number)
    await questions.reply(question.id, by=await stage.viewer(who), text=text, seen_version=question.version)


async def _last_reply(number: str) -> StaffReply:
    question = await _question(number)
    found = await StaffReply.filter(question_id=question.id).order_by("-id").first()
    assert found is not None
    return found


async def _correct(stage: Stage, who: str, number: str, text: str) -> None:
    wrong, by = await _last_reply(number), await stage.viewer(who)
    await corrections.correct(wrong.question_id, reply_id=wrong.id, by=by, text=text, reason="看错了")


async def _withdraw(stage: Stage, who: str, number: str, text: str) -> None:
    wrong, by = await _last_reply(number), await stage.viewer(who)
    await corrections.withdraw(wrong.question_id, reply_id=wrong.id, by=by, reason=text)


async def _mute(stage: Stage, who: str, number: str, text: str) -> None:
    conversation_id = (await _question(number)).conversation_id
    assert conversation_id is not None
    await mutes.mute(conversation_id, by=await stage.viewer(who), hours=24, reason=text)


async def _release(stage: Stage, who: str, number: str, text: str) -> None:
    await questions.release((await _question(number)).id, by=await stage.viewer(who))


async def _close(stage: Stage, who: str, number: str, text: str) -> None:
    await questions.close((await _question(number)).id, by=await stage.viewer(who), note=text)


async def _acknowledge(stage: Stage, who: str, number: str, text: str) -> None:
    viewer = await stage.viewer(who)
    open_ones = await alarms.open_alarms(viewer=viewer)
    await alarms.acknowledge(open_ones[0].id, by=viewer)


async def _amend(stage: Stage, who: str, key: str, text: str) -> None:
    """A fee that holds from a day on, as the street imports it: the day, then the words."""
    day, _, fee = text.partition(" ")
    pack = next(one for one in map(pack_at, PACKS) if any(entry.id == key for entry in one.entries))
    changes = {"fee": fee, "valid_from": Since(date=dt.date.fromisoformat(day))}
    entries = [entry.model_copy(update=changes) if entry.id == key else entry for entry in pack.entries]
    await packs.import_packs([replace(pack, entries=entries)], by=SYSTEM, publish=True)
    await guide.refresh_if_changed()


async def _learn(stage: Stage, who: str, number: str, text: str) -> None:
    """写成条目 Q-0001: a draft of the reply."""
    await learning.learn((await _question(number)).id, by=await stage.viewer(who))


async def _publish(stage: Stage, who: str, number: str, text: str) -> None:
    """发布 Q-0001: the draft that was made of it."""
    draft = await EntryVersion.get(from_question_id=(await _question(number)).id)
    await publishing.publish(draft.id, by=await stage.viewer(who))
    await guide.refresh_if_changed()


async def _request(name: str) -> JoinRequest:
    found = await JoinRequest.filter(name=name).order_by("-id").first()
    assert found is not None
    return found


async def _let_in(stage: Stage, who: str, name: str, match: str) -> None:
    request, by = await _request(name), await stage.viewer(who)
    person_id = deciding.NEW if match == "新人" else None
    await deciding.approve(request.id, by=by, version=request.version, person_id=person_id)


async def _turn_down(stage: Stage, who: str, name: str, reason: str) -> None:
    request = await _request(name)
    await deciding.refuse(request.id, by=await stage.viewer(who), version=request.version, reason=reason)


async def _move_out(stage: Stage, who: str, name: str, text: str) -> None:
    living = await Residence.get(person__name=name, state=ResidenceState.LIVING)
    await residences.move_out(living.id, by=await stage.viewer(who))


async def _jobs(stage: Stage, who: str, number: str, text: str) -> None:
    await escalation.run_all()
    await alarms.page_next(clock.now())
    await asking.expire(by=SYSTEM)


async def _register(stage: Stage, who: str, name: str, text: str) -> None:
    """Somebody lives here and is known in their chats."""
    known = await neighbour(stage.place_id, name, address=ADDRESSES[name])
    for channel in CHANNELS:
        where = await residents.at(channel=channel, address=address_at(channel, name), place_id=stage.place_id)
        await Contact.filter(id=where.contact_id).update(person_id=known.person_id)


async def _sign_in(stage: Stage, who: str, digits: str, text: str) -> None:
    await entering.enter_by_code(digits, browser=Browser("电脑上的浏览器", "192.0.2.1"))


DEEDS: dict[str, Callable[[Stage, str, str, str], Awaitable[None]]] = {
    "认领": _claim,
    "回复": _reply,
    "更正": _correct,
    "撤回": _withdraw,
    "暂停": _mute,
    "放回": _release,
    "关闭": _close,
    "确认": _acknowledge,
    "改费用": _amend,
    "写成条目": _learn,
    "发布": _publish,
    "到点": _jobs,
    "登记": _register,
    "登录": _sign_in,
    "通过": _let_in,
    "不通过": _turn_down,
    "迁出": _move_out,
    **chat_activities.DEEDS,
    **chat_boards.DEEDS,
    **chat_cases.DEEDS,
    **chat_mediations.DEEDS,
    **chat_moderation.DEEDS,
    **chat_notices.DEEDS,
    **chat_items.DEEDS,
    **chat_records.DEEDS,
    **chat_proposals.DEEDS,
    **chat_votes.DEEDS,
    **chat_meetings.DEEDS,
    **chat_key_matters.DEEDS,
    **chat_promises.DEEDS,
}


async def staged(template: Path) -> Stage:
    """The stage set in a migrated, empty SQLite file, to be copied for each transcript."""
    async with connected(f"sqlite://{template}"):
        with clock.running_on(lambda: OPENING):
            return await set_stage()


async def played(text: str, *, channel: str, stage: Stage) -> str:
    """A transcript as it really goes on one channel; needs a connected database in which the stage is set."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    async with CHANNELS[channel](stage) as phones:
        player = Player(stage, phones)
        with clock.running_on(lambda: player.moment.astimezone(dt.UTC)):
            await guide.refresh_if_changed()
            return written(await player.play(parse(text)))


async def _replayed(text: str, template: Path, stage: Stage) -> str:
    with tempfile.TemporaryDirectory() as folder:
        async with connected(sqlite_copy(template, folder=Path(folder))):
            return await played(text, channel="console", stage=stage)


def main() -> None:
    """Rewrite the expectations of transcripts; the diff is the review."""
    parser = argparse.ArgumentParser(prog="python -m tests.chat", description=main.__doc__)
    parser.add_argument("--rewrite", nargs="+", type=Path, required=True, metavar="FILE")
    paths = parser.parse_args().rewrite
    use_secrets("a secret for transcripts only, never in service")
    with tempfile.TemporaryDirectory() as folder:
        template = sqlite_template(Path(folder))
        stage = asyncio.run(staged(template))
        for path in paths:
            said = asyncio.run(_replayed(path.read_text(encoding="utf-8"), template, stage))
            path.write_text(said, encoding="utf-8")


if __name__ == "__main__":
    main()
