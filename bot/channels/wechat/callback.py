"""WeChat's callback: a push is safe before it is acknowledged, and answered within its five seconds if that can be.

Whatever goes wrong, the platform hears no error, which would show its followers that the account is broken: it hears
"success" of what is safe, and nothing at all of what is not, so that it pushes that again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot import incoming as messages
from bot import worker
from bot.channels.wechat import NAME, PATH, carrying
from bot.channels.wechat.carrying import Carried
from bot.channels.wechat.crypto import Box, is_signed
from bot.channels.wechat.pushes import MOST_BYTES, Agreed, Left, Meant, Said, UnreadableError, decode, is_json, read
from bot.channels.wechat.replies import SUCCESS, passive, sealed
from bot.incoming import Incoming
from courier import afterwards, consents, inbox, limits, outbox, overtaking, reach, signals
from courier.reach import Opened
from models import clock
from models.errors import NotAllowed
from models.transaction import transaction
from models.wording import say
from people import places, residents

BUDGET_SECONDS, READ_SECONDS = 4.0, 5.0
MOST_CHARS = 20_000
NOTHING = Carried()
UNREADABLE = "60/hour"
"""How many pushes that nobody can read are kept: whoever copied a signature fills no table."""
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class UnderWay:
    """A push that is being answered: set once it is safe, and what is said to it, '' where that is nothing yet."""

    stored: asyncio.Event
    said: asyncio.Future[str]


@dataclass(slots=True)
class Account:
    """One account's callback. ``box`` is None in plain mode; with ``must_seal`` nothing comes in unencrypted.
    ``template`` is that of the notice that residents may agree to, '' where there is none."""

    token: str
    box: Box | None
    must_seal: bool
    site: str = ""
    template: str = ""
    budget: float = BUDGET_SECONDS
    under_way: dict[str, UnderWay] = field(default_factory=dict)
    """Pushes that are being answered now, by their key: a repeat of one joins it."""


@dataclass(frozen=True, slots=True)
class Push:
    """A push that proved itself: its fields, the form in which its reply goes back, and the body it came as."""

    fields: Mapping[str, object]
    as_json: bool
    is_sealed: bool
    nonce: str
    body: bytes = b""


def routes(account: Account) -> list[web.RouteDef]:
    """The platform's check of the address, and its pushes."""

    async def check(request: web.Request) -> web.Response:
        """校验地址: the given word comes back to whoever knows the token."""
        query = request.query
        if not is_signed(query.get("signature", ""), account.token, *_stamp(request)):
            raise NotAllowed("wechat.signature")
        return web.Response(text=query.get("echostr", ""))

    async def receive(request: web.Request) -> web.Response:
        """收: 403 for whoever cannot prove it is the platform; every other trouble is ours."""
        body = await _read(request)
        push = await _proven(request, body, account)
        try:
            said, carried = await _answered(push, account) if push else (SUCCESS, NOTHING)
        except Exception:  # noqa: BLE001 - whatever it was, nothing is safe.
            _log.exception("wechat_push_failed")
            return _unanswered(request)
        return await _written(request, web.Response(text=said, content_type=_type(push)), carried)

    return [
        web.get(PATH, check, name="wechat.check", allow_head=False),
        web.post(PATH, receive, name="wechat.receive"),
    ]


async def _read(request: web.Request) -> bytes:
    """The body, which may come in several pieces, but no more of it than a push can have, and not for ever."""
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            while len(body) <= MOST_BYTES and (piece := await request.content.readany()):
                body += piece
    except TimeoutError as error:
        raise NotAllowed("wechat.signature") from error
    return bytes(body[: MOST_BYTES + 1])


async def _written(request: web.Request, response: web.Response, carried: Carried) -> web.Response:
    """The reply goes out first and is marked afterwards: a process that dies between leaves a doubt, not a loss."""
    if carried.messages:
        await response.prepare(request)
        await response.write_eof()
    for message in carried.messages:
        await outbox.delivered(message, receipt="passive reply")
    return response


def _unanswered(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _type(push: Push | None) -> str:
    return "application/json" if push and push.as_json else "text/xml" if push else "text/plain"


def _stamp(request: web.Request) -> tuple[str, str]:
    return request.query.get("timestamp", ""), request.query.get("nonce", "")


async def _proven(request: web.Request, body: bytes, account: Account) -> Push | None:
    """The push, once it is proven; None for one that nobody can read, which is set aside where it is proven."""
    is_sealed = request.query.get("encrypt_type") == "aes"
    if not is_sealed and (account.must_seal or not _is_plainly_signed(request, account)):
        raise NotAllowed("wechat.signature")
    is_proven = not is_sealed
    try:
        fields = decode(body)
        inner = _opened(request, fields, account) if is_sealed else None
        is_proven = True
        content = fields if inner is None else decode(inner)
    except UnreadableError as error:
        await _set_aside(body, error, is_kept=is_proven)
        return None
    return Push(content, is_json(body), is_sealed, _stamp(request)[1], body)


def _is_plainly_signed(request: web.Request, account: Account) -> bool:
    return is_signed(request.query.get("signature", ""), account.token, *_stamp(request))


def _opened(request: web.Request, fields: Mapping[str, object], account: Account) -> bytes:
    encrypted = fields.get("Encrypt")
    if account.box is None or not isinstance(encrypted, str):
        raise NotAllowed("wechat.signature")
    if not is_signed(request.query.get("msg_signature", ""), account.token, *_stamp(request), encrypted):
        raise NotAllowed("wechat.signature")
    return account.box.open(encrypted).encode()


async def _set_aside(body: bytes, error: UnreadableError, *, is_kept: bool) -> None:
    _log.warning("wechat_push_unreadable", problem=str(error))
    if is_kept and await limits.hit("wechat_unreadable", "", rate=UNREADABLE):
        text = body[:MOST_CHARS].decode(errors="replace")
        await inbox.set_aside(channel=NAME, key=inbox.key_of(body), payload=text, error=f"unreadable: {error}")


async def _answered(push: Push, account: Account) -> tuple[str, Carried]:
    """The body of the reply, and the messages it carries; "success" where nothing is said, or not yet."""
    try:
        meant = read(push.fields)
    except UnreadableError as error:
        await _set_aside(push.body, error, is_kept=True)
        return SUCCESS, NOTHING
    if isinstance(meant, Said):
        return await _joined(meant, push, account)
    await _noted(meant, account)
    return SUCCESS, NOTHING


async def _noted(meant: Meant, account: Account) -> None:
    """What is kept of a push without words."""
    if isinstance(meant, Left):
        await residents.reach(channel=NAME, address=meant.address, is_open=False)
    if isinstance(meant, Agreed) and account.template in meant.templates:
        lane = f"{NAME}:{meant.address}"
        await (consents.agree(lane) if meant.templates[account.template] else consents.drop(lane))


async def _joined(said: Said, push: Push, account: Account) -> tuple[str, Carried]:
    """Answer a push once; its repeats wait for the same words."""
    if running := account.under_way.get(said.key):
        return _rendered(await _in_time(running, account), said, push, account=account), NOTHING
    mine = UnderWay(asyncio.Event(), asyncio.get_running_loop().create_future())
    account.under_way[said.key] = mine
    text, carried = "", NOTHING
    try:
        carried = await _said(said, account, mine)
        text = carried.text
    except Exception:  # noqa: BLE001 - what was stored is answered later, of anything else its sender is told.
        _log.exception("wechat_push_failed")
        text = "" if mine.stored.is_set() else say("wechat.busy")
        del account.under_way[said.key]
    finally:
        mine.stored.set()
        mine.said.set_result(text)
    asyncio.get_running_loop().call_later(30, account.under_way.pop, said.key, None)
    return _rendered(text, said, push, account=account), carried


async def _in_time(running: UnderWay, account: Account) -> str:
    """What is said to it. Nothing is acknowledged as if it were safe before it is: the platform would not try again."""
    end = time.monotonic() + account.budget
    try:
        async with asyncio.timeout(account.budget):
            await running.stored.wait()
    except TimeoutError:
        return say("wechat.busy")
    try:
        async with asyncio.timeout(max(0.0, end - time.monotonic())):
            return await asyncio.shield(running.said)
    except TimeoutError:
        return ""


async def _said(said: Said, account: Account, mine: UnderWay) -> Carried:
    """Keep it, let it be answered, and take what is said to its sender now; nothing when time is up."""
    end = time.monotonic() + account.budget
    message = Incoming(
        NAME,
        said.address,
        places.home_place_id(),
        said.text[:MOST_CHARS],
        key=said.key,
        attached=said.attached,
    )
    has_held = False
    async with transaction():
        received = await messages.receive(message)
        if received.is_new:
            has_held = await _open_window(message, said)
    mine.stored.set()
    if not received.is_new:
        return NOTHING
    left = end - time.monotonic()
    if left <= 0 or not await worker.work_lane(message.lane, message_id=received.id, seconds=left):
        signals.publish(signals.INBOX)
        return NOTHING
    carried = await carrying.take(message.lane, site=account.site, template=account.template)
    if has_held:
        await overtaking.hurry(message.lane)
        signals.publish(signals.OUTBOX)
    return carried


async def _open_window(message: Incoming, said: Said) -> bool:
    """In the transaction that keeps the message: a push that is repeated opens nothing a second time. Gives whether
    something was held."""
    await residents.reach(channel=NAME, address=said.address, is_open=True)
    await reach.grant(message.lane, Opened.MESSAGE if said.is_message else Opened.PRESS)
    return await afterwards.release(message.lane) > 0


def _rendered(text: str, said: Said, push: Push, *, account: Account) -> str:
    if not text:
        return SUCCESS
    seconds = clock.now_ms() // 1000
    body = passive(text, to=said.address, account=said.account, seconds=seconds, as_json=push.as_json)
    if not push.is_sealed or account.box is None:
        return body
    return sealed(body, box=account.box, token=account.token, seconds=seconds, nonce=push.nonce, as_json=push.as_json)
