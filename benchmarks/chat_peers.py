"""What the full answer is measured beside: an aiohttp echo, and a hand-written handler with the same SQL statements.

The handler speaks to SQLite through ``aiosqlite`` alone, in one file, with the pragmas of the product. For every
message it runs what the product runs for a resident's first answered question: the same statements in the same
transactions, with payload, words and letter encrypted by the same Fernet. Its answer is a constant; it leaves out
limits, memory, turns, templates, sessions, headers, refusals, logs and metrics. As ``statements`` it does not look at
the question at all; as ``understanding`` it masks, understands and ranks it by the same calls as the product.

Run by ``benchmarks.chat``: ``python -m benchmarks.chat_peers echo``, or ``... statements DATABASE``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from uuid import UUID, uuid4

import aiosqlite
import uvloop
from aiohttp import web
from cryptography.fernet import Fernet

MEMORY = json.dumps({"question": "问", "entry": "marriage-leave", "candidates": [{"key": "k", "score": 1.0}] * 5})
ANSWER = "【婚假】\n" + "婚假一共十天，工资照发，先和单位说好时间，再交结婚证复印件。\n" * 12
LETTER = json.dumps([ANSWER, ["有用", "没解决", "转人工"], []], ensure_ascii=False)
FACTS = json.dumps({"outcome": "answer", "ranked": [["k", 1.0]] * 5, "choices": ["有用", "没解决", "转人工"]})

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "journal_size_limit=16384", "busy_timeout=5000", "foreign_keys=ON")
RECEIVE = (
    "INSERT INTO inbox (channel, key, lane, payload, state, tries, owner, lease_ms, due_ms, arrived_ms, error)"
    " VALUES ('web', ?, ?, ?, 'new', 0, '', 0, ?, ?, '') ON CONFLICT (channel, key) DO NOTHING RETURNING id"
)
CLAIM = (
    "UPDATE inbox SET state='busy', owner=?1, lease_ms=?2, tries=tries+1 WHERE id=(SELECT i.id FROM inbox i"
    " WHERE i.lane=?4 AND i.state IN ('new','busy') ORDER BY i.id LIMIT 1) AND due_ms<=?3"
    " AND (state='new' OR (state='busy' AND lease_ms<?3)) RETURNING id, channel, lane, payload, tries, arrived_ms"
)
LOAD = (
    "SELECT v.id, c.id, c.place_id, c.person_id, p.name, p.address, p.hours, p.phone, v.speaker, v.memory, v.version,"
    " m.id AS mute_id, m.until, (SELECT u.facts FROM utterance u WHERE u.conversation_id=v.id AND u.author<>'resident'"
    " ORDER BY u.id DESC LIMIT 1)"
    " FROM contact c JOIN conversation v ON v.contact_id=c.id JOIN place p ON p.id=c.place_id"
    " LEFT JOIN mute m ON m.open_for_id=c.id AND m.until>? WHERE c.channel='web' AND c.address=?"
)
MEET = (
    "INSERT INTO contact (created_at, channel, address, place_id) VALUES (?,'web',?,1)"
    " ON CONFLICT (channel, address) DO NOTHING RETURNING id, place_id, person_id"
)
OPEN = (
    "INSERT INTO conversation (created_at, contact_id, place_id, speaker, memory, version)"
    " VALUES (?, ?, 1, 'bot', '{}', 1) ON CONFLICT (contact_id) DO NOTHING"
)
HEAR = (
    "INSERT INTO utterance (created_at, conversation_id, author, staff_id, text, sealed, facts, outbox_id)"
    " VALUES (?, ?, 'resident', NULL, ?, ?, '{}', NULL) RETURNING id"
)
REMEMBER = "UPDATE conversation SET memory=?, version=version+1 WHERE id=? AND version=1 AND speaker IN ('bot','bot')"
LANE = (
    "INSERT INTO lane (name, number) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number=lane.number+1"
    " RETURNING number"
)
SEND = (
    "INSERT INTO outbox (lane, number, channel, address, kind, body, state, tries, unknown, owner, lease_ms, due_ms,"
    " made_ms, done_ms, receipt, error, for_person_id, needs, last_number)"
    " VALUES (?,?,'web',?,'bot.answer',?,'done',0,0,'',0,?,?,?,'','',NULL,'',NULL) RETURNING id"
)
SAY = (
    "INSERT INTO utterance (created_at, conversation_id, author, staff_id, text, sealed, facts, outbox_id)"
    " VALUES (?, ?, 'bot', NULL, ?, NULL, ?, ?) RETURNING id"
)
FINISH = "UPDATE inbox SET state='done', lease_ms=0 WHERE id=? AND owner=? AND state='busy'"


@lru_cache(maxsize=64)
def of_channel(sql: str, channel: str) -> str:
    """The statement for another channel; what is pushed waits, while what is fetched is done once it is written."""
    if channel == "web":
        return sql
    return sql.replace("'web'", f"'{channel}'").replace("'bot.answer',?,'done'", "'bot.answer',?,'new'")


class Statements:
    """The hand-written handler: one connection, one transaction at a time."""

    def __init__(self, db: aiosqlite.Connection, *, think: Think, channel: str = "web") -> None:
        self.db = db
        self.think = think
        self.channel = channel
        self.turn = asyncio.Lock()
        self.box = Fernet(Fernet.generate_key())

    def seal(self, text: str) -> str:
        """Encrypted, as the product keeps it."""
        return self.box.encrypt(text.encode()).decode()

    async def rows(self, sql: str, *values: object) -> list[aiosqlite.Row]:
        """Run one statement."""
        return list(await self.db.execute_fetchall(of_channel(sql, self.channel), values))

    async def say(self, request: web.Request) -> web.Response:
        """One message from form to stored answer."""
        form = await request.post()
        address = hashlib.sha256(request.cookies["mulin_chat"].encode()).hexdigest()[:40]
        await self.keep(str(form["text"]), address=address, key=f"{address}:{UUID(str(form['key'])).hex}")
        return web.json_response({"answered": True})

    async def receive(self, text: str, *, address: str, key: str) -> None:
        """Into the inbox."""
        now = int(time.time() * 1000)
        async with self.turn:
            payload = self.seal(json.dumps([address, 1, text]))
            await self.rows(RECEIVE, key, f"{self.channel}:{address}", payload, now, now)

    async def keep(self, text: str, *, address: str, key: str) -> None:
        """Everything that is kept of a message and its answer."""
        await self.receive(text, address=address, key=key)
        await self.work(text, address=address)

    async def work(self, text: str, *, address: str) -> None:
        """The answer of a message in the inbox."""
        owner, now, lane = uuid4().hex, int(time.time() * 1000), f"{self.channel}:{address}"
        async with self.turn:
            (claimed,) = await self.rows(CLAIM, owner, now + 30_000, now, lane)
        json.loads(self.box.decrypt(claimed["payload"].encode()))
        self.think(text)
        async with self.turn:
            await self.rows(LOAD, _now(), address)
        conversation = await self.meet(address)
        await self.answer(conversation, text, address=address, finish=(claimed["id"], owner))

    async def meet(self, address: str) -> int:
        """A resident not met before."""
        async with self.turn:
            await self.db.execute("BEGIN IMMEDIATE")
            ((contact, _place, _person),) = await self.rows(MEET, _now(), address)
            await self.rows(OPEN, _now(), contact)
            (talk,) = await self.rows(LOAD, _now(), address)
            await self.db.commit()
        return talk["id"]

    async def answer(self, conversation: int, text: str, *, address: str, finish: tuple[int, str]) -> None:
        """The answer and everything that is kept of it."""
        lane, now = f"{self.channel}:{address}", int(time.time() * 1000)
        async with self.turn:
            await self.db.execute("BEGIN IMMEDIATE")
            await self.rows(HEAR, _now(), conversation, text, self.seal(text))
            await self.rows(REMEMBER, MEMORY, conversation)
            ((number,),) = await self.rows(LANE, lane)
            ((sent,),) = await self.rows(SEND, lane, number, address, self.seal(LETTER), now, now, now)
            await self.rows(SAY, _now(), conversation, ANSWER, FACTS, sent)
            await self.rows(FINISH, *finish)
            await self.db.commit()


Think = Callable[[str], object]


def thinker() -> Think:
    """The product's own understanding and search over the shipped pack."""
    from benchmarks.answer import documents
    from casework import guide
    from nlp.intent import understand
    from nlp.mask import mask
    from nlp.retrieve import Index

    words = guide.words()
    index = Index.build(documents(), segmenter=guide.segmenter(), words=words)
    return lambda text: (mask(text), index.search(understand(text, words=words).text))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(" ")


async def echo(request: web.Request) -> web.Response:
    """Nothing but HTTP and the form."""
    form = await request.post()
    return web.json_response({"answered": str(form["text"])})


async def _serve(kind: str, database: str) -> None:
    app = web.Application()
    if kind == "echo":
        app.add_routes([web.post("/chat", echo)])
        await _listen(app)
        return
    async with aiosqlite.connect(database, isolation_level=None) as db:
        db.row_factory = aiosqlite.Row
        for pragma in PRAGMAS:
            await db.execute(f"PRAGMA {pragma}")
        think = thinker() if kind == "understanding" else len
        app.add_routes([web.post("/chat", Statements(db, think=think).say)])
        await _listen(app)


async def _listen(app: web.Application) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
