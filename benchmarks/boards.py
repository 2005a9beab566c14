"""Feeds, threads and search of boards in pages a second, beside a bare aiohttp + driver handler that runs the very
statements of each page and returns their rows as JSON; SQLite and PostgreSQL, in one run.

First the pages are opened with 1,000 posts and 1,000 replies in one thread, and again with as many as wanted: each must
cost as many statements (exit code 1 otherwise). What a page asks the second time it is opened, with all values, is what
the handler runs; every post or reply a page shows must be among the handler's rows. Both servers are processes of their
own, asked in turns. Texts are made of questions by outside writers and posts of the search's gold set, and cut once
each; rows are written by SQL, a thousand in a statement.

Run: ``python -m benchmarks.boards`` (``--posts 1000000 --replies 10000 --texts 20000`` for all of it, ``--posts 2000
--replies 2000 --texts 300 --pages 60`` for a short run, ``--database sqlite`` for one of the two).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from aiohttp.test_utils import TestClient, TestServer

from benchmarks.boards_peer import Asked, write
from benchmarks.chat import AT_ONCE, Server, questions
from benchmarks.load import Result, Send, as_fast_as_answered, measured, table, together
from models import clock, full_text
from models.database import connected
from models.migrate import migrate
from models.person import Person, Role, RoleName
from models.place import Place
from models.transaction import connection, execute, fetch, fetch_one, is_postgres, moment
from people import login, places
from portal.session import STAFF_COOKIE
from tests.portal import many_posts
from tests.portal.many_posts import Square
from tests.portal.neighbourhood import piece_of_pack, portal_app, settle
from tests.portal.statements import statements
from tests.reliability.process import ROOT, Service
from tests.servers import postgres

FEW = 1_000
ROUNDS = 4
DEPTHS = 8
"""So many pages of the feed and of the thread, from the first on to the middle, are opened in turns."""
WANTED = ("路灯不亮", "电梯停运", "楼上漏水", "电瓶车充电", "停车位", "垃圾分类", "噪音", "广场舞")
KINDS = ("feed", "thread", "search")
DATABASES = ("sqlite", "postgres")
SECRET = "a secret for tests only"
"""The one under which the tests' neighbourhood is settled."""
_SHOWN = re.compile(r'(?:href="/posts/| id="r)(\d+)"')


@dataclass(frozen=True, slots=True)
class Reader:
    """A neighbour's session."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Their browser's cookie."""
        return {"Cookie": f"{STAFF_COOKIE}={self.token}"}


@dataclass(frozen=True, slots=True)
class Written:
    """What stands on the boards, and who reads it."""

    square: Square
    thread: int
    reader: Reader


Pages = dict[str, list[str]]
Recorded = dict[str, list[list[Asked]]]


def texts(count: int) -> list[tuple[str, str]]:
    """So many different titles with texts."""
    corpus = (ROOT / "tests" / "forum" / "search" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    posts, asked = [json.loads(line) for line in corpus], questions(5_000)
    made = []
    for number in range(count):
        post, house = posts[number % len(posts)], number // len(posts) % 97 + 1
        question = asked[number * 7 % len(asked)]
        made.append((f"{house}号楼：{post['title']}"[:40], f"{post['text']}{question}"))
    return made


async def _settled(count: int) -> Written:
    await settle([piece_of_pack()])
    home, other = places.home_place_id(), await Place.get(slug="other")
    square = await many_posts.settled(texts(count), place=home, other=other.id)
    reader = await Person.create(created_at=clock.now(), place_id=home, name="王阿姨", shown_name="王阿姨")
    await Role.create(created_at=clock.now(), person=reader, place_id=home, name=RoleName.RESIDENT)
    await many_posts.grow(square, already=0, until=FEW)
    first = await fetch_one("SELECT min(id) AS id FROM post WHERE place_id=$1", home)
    assert first is not None
    await many_posts.answer(square, first["id"], already=0, until=FEW)
    return Written(square, first["id"], Reader(await login.new_session(person_id=reader.id, data={})))


async def _grown(written: Written, *, posts: int, replies: int) -> None:
    """As many as wanted; PostgreSQL makes its index of words once, at the end."""
    if is_postgres():
        await execute("DROP INDEX post_word_gin")
    await many_posts.grow(written.square, already=FEW, until=posts)
    await many_posts.answer(written.square, written.thread, already=FEW, until=replies)
    await full_text.make(connection())
    await execute("ANALYZE")


async def _pages(written: Written) -> Pages:
    """The addresses that are opened: as many of each kind, whatever stands there."""
    posts = await _depths(
        "SELECT id, last_at FROM post WHERE place_id=$1 AND board='neighbours' ORDER BY last_at DESC, id DESC",
        written.square.place,
    )
    replies = await _depths("SELECT id, created_at AS last_at FROM reply WHERE post_id=$1 ORDER BY id", written.thread)
    feed = [f"/boards/neighbours?after={at}-{post}" for post, at in posts]
    thread = [f"/posts/{written.thread}?after={reply}" for reply, _ in replies]
    return {
        "feed": ["/boards/neighbours", *feed],
        "thread": [f"/posts/{written.thread}", *thread],
        "search": [f"/search?{urlencode({'q': asked})}" for asked in WANTED],
    }


async def _depths(sql: str, value: int) -> list[tuple[int, int]]:
    """Rows at steps down to the middle, with their time in microseconds."""
    count = await fetch_one(f"SELECT count(*) AS n FROM ({sql}) s", value)
    assert count is not None
    step = count["n"] // 2 // DEPTHS
    found = [(await fetch(f"{sql} LIMIT 1 OFFSET {step * depth}", value))[0] for depth in range(1, DEPTHS + 1)]
    return [(row["id"], _micro(row["last_at"])) for row in found]


def _micro(at: object) -> int:
    return int(moment(at).timestamp() * 1_000_000)  # type: ignore[arg-type]  # A row's value, as both databases give it.


async def _opened(written: Written, pages: Pages) -> Recorded:
    """What each page asks the database, the second time it is opened."""
    found: Recorded = {}
    async with TestClient(TestServer(portal_app())) as client:
        for kind, paths in pages.items():
            found[kind] = [await _asked(client, path, written.reader) for path in paths]
    return found


async def _asked(client: TestClient, path: str, reader: Reader) -> list[Asked]:
    await _open(client, path, reader)
    with statements() as listened:
        await _open(client, path, reader)
    return [Asked(text, tuple(values)) for text, values in listened.asked]


async def _open(client: TestClient, path: str, reader: Reader) -> None:
    async with client.get(path, headers=reader.headers) as response:
        html = await response.text()
    if response.status != 200 or not _SHOWN.search(html):
        raise RuntimeError(f"{path}: {response.status}")


def _same(few: Recorded, many: Recorded) -> tuple[str, bool]:
    """How many statements each kind of page costs, and whether it is as many at both sizes."""
    lines, is_same = [], True
    for kind in KINDS:
        costs = [sorted({len(asked) for asked in recorded[kind]}) for recorded in (few, many)]
        is_same &= [*map(len, few[kind])] == [*map(len, many[kind])]
        lines.append(f"{kind}: {' and '.join(' to '.join(map(str, dict.fromkeys(cost))) for cost in costs)} statements")
    return "\n".join(lines), is_same


@asynccontextmanager
async def _peer(kind: str, url: str, recording: Path) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.boards_peer", kind, url, str(recording)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield Server((await process.stdout.readline()).decode().strip(), process.pid)
    finally:
        process.kill()
        await process.wait()


def _ours(url: str, paths: Sequence[str], reader: Reader) -> Send:
    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        async with session.get(url + paths[number % len(paths)], headers=reader.headers) as response:
            return response.status == 200 and len(await response.read()) > 1_000

    return send


def _theirs(url: str, kind: str, count: int) -> Send:
    async def send(session: aiohttp.ClientSession, number: int) -> bool:
        async with session.get(f"{url}/{kind}/{number % count}") as response:
            return response.status == 200 and len(await response.read()) > 100

    return send


async def _agree(ours: str, theirs: str, *, pages: Pages, reader: Reader) -> None:
    """Every post or reply that a page shows is among the handler's rows."""
    async with aiohttp.ClientSession() as session:
        for kind, paths in pages.items():
            for number, path in enumerate(paths):
                async with session.get(ours + path, headers=reader.headers) as response:
                    shown = {int(one) for one in _SHOWN.findall(await response.text())}
                async with session.get(f"{theirs}/{kind}/{number}") as response:
                    rows = {row.get("id") for found in await response.json() for row in found}
                if not shown or not shown <= rows:
                    raise RuntimeError(f"{path}: not the same rows, {sorted(shown - rows)[:5]}")


async def _measured(
    written: Written, pages: Pages, *, ours: Server, theirs: Server, count: int
) -> list[tuple[str, Result]]:
    """Both servers in turns, so that a bad minute of the machine falls on both; what comes first does not count."""
    found: dict[str, list[Result]] = {}
    for turn in range(ROUNDS + 1):
        for kind, paths in pages.items():
            sends = {
                f"{kind}: bare handler": (_theirs(theirs.url, kind, len(paths)), theirs),
                f"{kind}: Mulin": (_ours(ours.url, paths, written.reader), ours),
            }
            for name, (send, server) in sends.items():
                run = as_fast_as_answered(send, count=count // ROUNDS, at_once=AT_ONCE)
                result = await measured(run, pid=server.pid)
                if turn:
                    found.setdefault(name, []).append(result)
    return [(name, together(results)) for name, results in found.items()]


async def measure(kind: str, given: argparse.Namespace) -> bool:
    """Everything on one kind of database; whether statements stay the same and nothing failed."""
    async with AsyncExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="mulin-boards-")))
        url = f"sqlite://{folder / 'mulin.db'}" if kind == "sqlite" else opened.enter_context(postgres())
        began = time.perf_counter()
        await migrate(url)
        async with connected(url):
            written = await _settled(given.texts)
            few = await _opened(written, await _pages(written))
            await _grown(written, posts=given.posts, replies=given.replies)
            took = time.perf_counter() - began
            pages = await _pages(written)
            many = await _opened(written, pages)
        told, is_same = _same(few, many)
        print(f"\n{kind}: {given.posts} posts of {given.texts} texts, {given.replies} replies, written in {took:.0f} s")
        print(told if is_same else f"{told} (not the same!)")
        recording = folder / "recording.json"
        write(many, recording)
        service = Service({"MULIN_DATABASE_URL": url, "MULIN_SECRET_KEY": SECRET}, folder=folder)
        async with service, _peer(kind, url, recording) as theirs:
            await service.start()
            ours = Server(service.url, service.pid)
            await _agree(ours.url, theirs.url, pages=pages, reader=written.reader)
            rows = await _measured(written, pages, ours=ours, theirs=theirs, count=given.pages)
            await service.stop()
    return _told(rows) and is_same


def _told(rows: list[tuple[str, Result]]) -> bool:
    print(f"{AT_ONCE} at once, {os.cpu_count()} cores shared with the client\n\n{table(rows)}\n")
    found = dict(rows)
    for kind in KINDS:
        share = found[f"{kind}: Mulin"].per_second / found[f"{kind}: bare handler"].per_second
        print(f"{kind}: {share:.2f} of the bare handler's pages a second")
    return not any(result.failed for _, result in rows)


def main() -> int:
    """Every kind of database in turn."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--posts", type=int, default=10_000)
    wanted.add_argument("--replies", type=int, default=10_000)
    wanted.add_argument("--texts", type=int, default=4_000)
    wanted.add_argument("--pages", type=int, default=400, help="of each kind, from each server")
    wanted.add_argument("--database", choices=DATABASES)
    given = wanted.parse_args()
    if min(given.posts, given.replies) < FEW or given.posts > 1_000_000:
        wanted.error("from 1,000 to 1,000,000 posts, and at least 1,000 replies")
    kinds = [given.database] if given.database else DATABASES
    good = [asyncio.run(measure(kind, given)) for kind in kinds]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
