"""What the channels are measured beside: hand-written handlers for Telegram's webhook and for WeChat's callback in safe
mode, which prove the sender, open the message and run the product's statements through ``aiosqlite`` alone.

As ``telegram`` the handler does in the request what the product does after it too, so that nothing is owed when it has
answered, and sends what it has written as the product does: as fast as the Bot API allows, which is slower. As
``telegram-inbox`` it only stores the update, as the product's webhook does; ``wechat`` answers in the reply, encrypted.
None looks at what was asked, but for the two that end in ``-thinking``: those understand and search it by the same
calls as the product.

Run by ``benchmarks.channels``: ``python -m benchmarks.channels_peers KIND DATABASE BOT_API``.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import aiohttp
import aiosqlite
import uvloop
from aiohttp import web

from benchmarks.chat_peers import ANSWER, PRAGMAS, RECEIVE, Statements, thinker
from tests.fakes.wechat_pushes import TOKEN, decrypted, encrypted, signed

SECRET = "a-secret-between-two-servers"
REACH = "UPDATE contact SET closed_at=NULL WHERE channel='web' AND address=?"
GRANT = (
    "INSERT INTO reach_window (lane, remaining, until_ms) VALUES (?,5,?) ON CONFLICT (lane) DO UPDATE SET"
    " remaining=excluded.remaining, until_ms=excluded.until_ms"
    " WHERE reach_window.until_ms<=excluded.until_ms AND (1 OR reach_window.until_ms<=?)"
)
RELEASE = "UPDATE outbox SET state='new', due_ms=?, made_ms=? WHERE lane=? AND state='held'"
RETURNED = "id, lane, channel, address, kind, body, tries, unknown, made_ms, error, for_person_id, needs, last_number"
TAKE = (
    "UPDATE outbox SET owner=?, lease_ms=?, tries=tries+1, state=CASE WHEN for_person_id IS NULL"
    " AND kind NOT IN ('bot.hand_over','bot.report') THEN 'sending' ELSE 'busy' END WHERE state='new' AND id=(SELECT id"
    " FROM outbox WHERE lane=? AND state IN ('new','busy','sending') ORDER BY number LIMIT 1)"
    f" RETURNING {RETURNED}, state"
)
_FIRST = (
    "SELECT o.id FROM outbox o WHERE {which} AND o.due_ms<=?3 AND NOT EXISTS (SELECT 1 FROM outbox p"
    " WHERE p.lane=o.lane AND p.number<o.number AND p.state IN ('new','busy','sending'))"
    " ORDER BY o.due_ms, o.id LIMIT 1"
)
_LOST, _DUE = (_FIRST.format(which=one) for one in ("o.state IN ('busy','sending') AND o.lease_ms<?3", "o.state='new'"))
NEXT = (
    f"WITH lost AS ({_LOST}), due AS ({_DUE}) UPDATE outbox SET owner=?1, lease_ms=?2, tries=tries+1,"
    " unknown=unknown+CASE WHEN state='sending' THEN 1 ELSE 0 END,"
    " error=CASE WHEN state='sending' THEN 'sender died' ELSE '' END, state='busy'"
    " WHERE id IN (SELECT id FROM lost UNION ALL SELECT id FROM due LIMIT 1)"
    f" RETURNING {RETURNED}"
)
BEGIN = "UPDATE outbox SET state='sending', lease_ms=? WHERE id=? AND owner=? AND state='busy'"
DONE = (
    "UPDATE outbox SET lease_ms=0, state='done', receipt=?, done_ms=? WHERE id=? AND owner=?"
    " AND state IN ('busy','sending')"
)
PER_SECOND = 25
"""Messages that one bot may send to private chats."""


class Telegram(Statements):
    """The Bot API posts an update."""

    is_all = True

    async def say(self, request: web.Request) -> web.Response:
        """One update, stored, and its answer too where all is done at once."""
        if not hmac.compare_digest(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), SECRET):
            return web.Response(status=403)
        update = await request.json()
        message = update["message"]
        address, key = str(message["chat"]["id"]), f"update:{update['update_id']}"
        await (self.keep if self.is_all else self.receive)(message["text"], address=address, key=key)
        return web.json_response({})

    @asynccontextmanager
    async def sending(self, bot_api: str) -> AsyncIterator[None]:
        """What is written goes out meanwhile."""
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
            clock = group.create_task(self._tick(group, session, f"{bot_api}/sendMessage"))
            yield
            clock.cancel()

    async def _tick(self, group: asyncio.TaskGroup, session: aiohttp.ClientSession, url: str) -> None:
        while True:
            await asyncio.sleep(1 / PER_SECOND)
            group.create_task(self._send_next(session, url))

    async def _send_next(self, session: aiohttp.ClientSession, url: str) -> None:
        """Taken, noted as begun, sent, settled."""
        owner, now = uuid4().hex, int(time.time() * 1000)
        async with self.turn:
            rows = await self.rows(NEXT, owner, now + 30_000, now)
        for row in rows:
            text, choices, _links = json.loads(self.box.decrypt(row["body"].encode()))
            buttons = [[{"text": one, "callback_data": one}] for one in choices]
            async with self.turn:
                await self.rows(BEGIN, now + 30_000, row["id"], owner)
            body = {"chat_id": int(row["address"]), "text": text, "reply_markup": {"inline_keyboard": buttons}}
            async with session.post(url, json=body) as response:
                sent = (await response.json())["result"]["message_id"]
            async with self.turn:
                await self.rows(DONE, str(sent), int(time.time() * 1000), row["id"], owner)


class Inbox(Telegram):
    """Only stored."""

    is_all = False


class WeChat(Statements):
    """The platform pushes, and the answer goes back in the reply."""

    async def say(self, request: web.Request) -> web.Response:
        """One push in safe mode."""
        query = request.query
        sealed = ET.fromstring(await request.text()).findtext("Encrypt") or ""
        wanted = signed(TOKEN, query["timestamp"], query["nonce"], sealed)
        if not hmac.compare_digest(query["msg_signature"], wanted):
            return web.Response(status=403)
        push = {part.tag: part.text or "" for part in ET.fromstring(decrypted(sealed))}
        address = push["FromUserName"]
        await self.keep(push["Content"], address=address, key=f"message:{push['MsgId']}")
        return await self.reply(request, address, push["ToUserName"])

    async def receive(self, text: str, *, address: str, key: str) -> None:
        """The window that a message opens, what was held, and the message itself, together."""
        lane, now = f"{self.channel}:{address}", int(time.time() * 1000)
        payload = self.seal(json.dumps([address, 1, text]))
        async with self.turn:
            await self.db.execute("BEGIN IMMEDIATE")
            await self.rows(REACH, address)
            await self.rows(GRANT, lane, now + 172_800_000, now)
            await self.rows(RELEASE, now + 30_000, now, lane)
            await self.rows(RECEIVE, key, lane, payload, now, now)
            await self.db.commit()

    async def reply(self, request: web.Request, address: str, account: str) -> web.Response:
        """The answer's row is taken, written as the reply, and settled."""
        owner, now = uuid4().hex, int(time.time() * 1000)
        async with self.turn:
            (row,) = await self.rows(TAKE, owner, now + 30_000, f"{self.channel}:{address}")
        json.loads(self.box.decrypt(row["body"].encode()))
        inner = (
            f"<xml><ToUserName>{address}</ToUserName><FromUserName>{account}</FromUserName><CreateTime>{now // 1000}"
            f"</CreateTime><MsgType>text</MsgType><Content>{ANSWER[:600]}</Content></xml>"
        )
        words, stamp = encrypted(inner), str(now // 1000)
        body = (
            f"<xml><Encrypt>{words}</Encrypt><MsgSignature>{signed(TOKEN, stamp, '42', words)}</MsgSignature>"
            f"<TimeStamp>{stamp}</TimeStamp><Nonce>42</Nonce></xml>"
        )
        response = web.Response(text=body, content_type="text/xml")
        await response.prepare(request)
        await response.write_eof()
        async with self.turn:
            await self.rows(DONE, "passive reply", now, row["id"], owner)
        return response


KINDS: dict[str, tuple[type[Statements], str]] = {
    "telegram": (Telegram, "telegram"),
    "telegram-inbox": (Inbox, "telegram"),
    "telegram-thinking": (Telegram, "telegram"),
    "wechat": (WeChat, "wechat"),
    "wechat-thinking": (WeChat, "wechat"),
}


async def _serve(kind: str, database: str, bot_api: str) -> None:
    made, channel = KINDS[kind]
    think = thinker() if kind.endswith("-thinking") else len
    app = web.Application()
    async with aiosqlite.connect(database, isolation_level=None) as db:
        db.row_factory = aiosqlite.Row
        for pragma in PRAGMAS:
            await db.execute(f"PRAGMA {pragma}")
        handler = made(db, think=think, channel=channel)
        app.add_routes([web.post(f"/channels/{channel}", handler.say)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
        if isinstance(handler, Telegram) and handler.is_all:
            async with handler.sending(bot_api):
                await asyncio.Event().wait()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(*sys.argv[1:]))
