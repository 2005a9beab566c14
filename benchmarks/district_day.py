"""A district's cases: pages that cost as many statements with a million cases as with a thousand, and a day replayed.

First the same pages of the same people are opened over and over while the database grows by SQL; every size must cost
each page the same number of statements (exit code 1 otherwise). Then a day (3,000 cases with all their steps, 30,000
questions) goes over HTTP to a service that is a process of its own, with a p95 for every kind of request.

Run: ``python -m benchmarks.district_day`` (``--sizes 1000 10000 --cases 30 --questions 300`` for less, ``--database
sqlite`` for one of the two, ``--cases 0 --questions 0`` for the pages alone). A million cases are written by SQL alone,
a thousand in a statement; a slow page is opened less often (``SECONDS_A_PAGE``), so that all ends within the hour.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestClient, TestServer

from benchmarks.chat import ask, questions
from benchmarks.load import Result
from models import clock
from models.database import connected
from models.migrate import migrate
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.tally_triggers import BEGUN, STEPS_COUNTED, TALLIES, WORDS_COUNTED
from models.transaction import execute, fetch_one, is_postgres
from people import login, places
from portal.security import form_token
from portal.session import STAFF_COOKIE
from tests.portal.colleagues import Team, hire
from tests.portal.many_cases import District, grow
from tests.portal.neighbourhood import portal_app, settle
from tests.portal.statements import statements
from tests.portal.test_many_cases import PAGES, settled
from tests.reliability.process import Service
from tests.servers import postgres

SIZES = (1_000, 10_000, 100_000, 1_000_000)
NEIGHBOURHOODS = 300
LOOKS, FEWEST_LOOKS = 30, 3
SECONDS_A_PAGE = 20
"""After so long a page is not opened again at this size, once it was opened a few times."""
MOST_OWN = 3_000
"""So many of the neighbourhood whose pages are opened: a year of ten a day."""
AT_ONCE = 16
DATABASES = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs: statements, and the time within which 19 of 20 were there."""

    statements: int
    p95_ms: float


async def _district(team: Team, count: int) -> District:
    """The tests' neighbourhood is the first of so many, each with somebody who answers for it."""
    here = await settled(team)
    above = await Place.get(slug="above")
    now, kept = clock.now(), [await Place.get(id=here.first_place)]
    made = [
        await Place.create(
            created_at=now, slug=f"n{number}", name=f"{number}号居委", level=Level.NEIGHBOURHOOD, parent=above
        )
        for number in range(1, count + 1)
    ]
    people = [
        await Person.create(created_at=now, place=place, name="书记", shown_name="书记") for place in [*kept, *made]
    ]
    for person in people:
        await Role.create(created_at=now, person=person, place_id=person.place_id, name=RoleName.SECRETARY)
    return District(made[0].id, count, people[1].id, here.team, here.first_building, here.buildings)


def _home(district: District, team: Team) -> District:
    """The same, of the neighbourhood of the pages alone."""
    home, lead = places.home_place_id(), team.gao.viewer.person_id or 0
    return District(home, 1, lead, district.team, district.first_building, district.buildings)


async def _costs(client: TestClient, team: Team) -> dict[str, Cost]:
    found: dict[str, Cost] = {}
    for who, paths in PAGES.items():
        cookies: Mapping[str, str] = getattr(team, who).cookies if who else {}
        for path in paths:
            found[path] = await _cost(client, path, cookies)
    return found


async def _cost(client: TestClient, path: str, cookies: Mapping[str, str]) -> Cost:
    await _open(client, path, cookies)  # The first of all to show a case reads its kinds.
    with statements() as listened:
        await _open(client, path, cookies)
    each: list[float] = []
    while len(each) < FEWEST_LOOKS or (len(each) < LOOKS and sum(each) < SECONDS_A_PAGE):
        began = time.perf_counter()
        await _open(client, path, cookies)
        each.append(time.perf_counter() - began)
    return Cost(len(listened.seen), Result(sum(each), tuple(each), 0).within_ms(0.95))


async def _open(client: TestClient, path: str, cookies: Mapping[str, str]) -> None:
    response = await client.get(path, cookies=dict(cookies))
    await response.read()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")


async def growth(url: str, sizes: Sequence[int], *, neighbourhoods: int) -> list[tuple[int, dict[str, Cost]]]:
    """Every size, with what each page costs then."""
    await migrate(url)
    async with connected(url):
        await settle([])
        async with TestClient(TestServer(portal_app())) as client:
            team = await hire(client)
            district = await _district(team, neighbourhoods)
            await _open(client, "/cases", team.chen.cookies)  # The first page of all reads the catalogue.
            home, had, found = _home(district, team), (0, 0), []
            await _tally_later()
            for size in sizes:
                began, above = time.perf_counter(), await _newest()
                own = min(size // 10, MOST_OWN)
                others = size - own
                await grow(home, already=had[0], until=own)
                await grow(district, already=MOST_OWN + had[1], until=MOST_OWN + others)
                await execute("ANALYZE")
                await _tally(above)
                await execute("ANALYZE")
                print(f"  {size} cases written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
                found.append((size, await _costs(client, team)))
                had = (own, others)
            return found


async def _tally_later() -> None:
    """Cases written by the thousand are counted once when they are there, instead of anew with each of their steps."""
    for one in TALLIES:
        await execute(f"DROP TRIGGER {one.name}" + (f" ON {one.table}" if is_postgres() else ""))


async def _newest() -> int:
    row = await fetch_one("SELECT coalesce(max(id), 0) AS id FROM cases")
    return row["id"] if row else 0


async def _tally(above: int) -> None:
    await execute(f"{BEGUN} WHERE c.id>$1", above)
    for counted in (STEPS_COUNTED, WORDS_COUNTED):
        await execute(f"{counted} WHERE case_id>$1", above)


def _grown(found: Sequence[tuple[int, dict[str, Cost]]]) -> tuple[str, bool]:
    """A table, and whether every page costs as many statements at every size."""
    sizes = [size for size, _ in found]
    lines = ["| page | statements | " + " | ".join(f"p95 ms, {size:,}" for size in sizes) + " |"]
    lines.append("|---" * (len(sizes) + 2) + "|")
    is_same = True
    for path in found[0][1]:
        costs = [each[path] for _, each in found]
        counts = list(dict.fromkeys(cost.statements for cost in costs))
        is_same &= len(counts) == 1
        shown = "/".join(map(str, counts)) + ("" if len(counts) == 1 else " (not the same!)")
        lines.append(f"| `{path}` | {shown} | " + " | ".join(f"{cost.p95_ms:.0f}" for cost in costs) + " |")
    return "\n".join(lines), is_same


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody of the demo, signed in."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        """Their browser's cookie."""
        return {"Cookie": f"{STAFF_COOKIE}={self.token}"}


@dataclass(frozen=True, slots=True)
class Day:
    """Where the day goes to, who works on it, and how long each kind of request took."""

    url: str
    chen: Staff
    gao: Staff
    texts: list[str]
    took: dict[str, list[float]]
    failed: dict[str, int]

    async def timed(self, name: str, work: Awaitable[bool]) -> bool:
        """Do it and note how long it took."""
        began = time.perf_counter()
        is_right = await work
        self.took.setdefault(name, []).append(time.perf_counter() - began)
        self.failed[name] = self.failed.get(name, 0) + (not is_right)
        return is_right


async def _sent(session: aiohttp.ClientSession, who: Staff, url: str, **fields: str) -> bool:
    data = {"form_token": form_token(who.token), **fields}
    async with session.post(url, data=data, headers=who.headers, allow_redirects=False) as response:
        await response.read()
        return response.status == 303


async def _seen(session: aiohttp.ClientSession, who: Staff, url: str) -> bool:
    async with session.get(url, headers=who.headers) as response:
        return response.status == 200 and len(await response.read()) > 1_000


async def _a_question(day: Day, session: aiohttp.ClientSession, number: int) -> None:
    await day.timed("question answered", ask(day.url, day.texts, crowd="the day")(session, number))


async def _a_case(day: Day, session: aiohttp.ClientSession, number: int) -> None:
    """A report by the form, every step of the staff, and the resident's word."""
    token = uuid.uuid4().hex + "0" * 11
    form = {"what": f"{number}号楼楼道灯坏了", "where": f"{number}号楼", "kind": "stair_light", "sure": "1"}
    place: list[str] = []

    async def report() -> bool:
        headers = {"Cookie": f"mulin_chat={token}"}
        async with session.post(f"{day.url}/report", data=form, headers=headers, allow_redirects=False) as response:
            place.append(response.headers.get("Location", "").partition("?")[0].rpartition("/")[2])
            return response.status == 303

    if not await day.timed("case reported", report()):
        return
    base = f"{day.url}/cases/{place[0]}"
    await day.timed("staff: the list", _seen(session, day.chen, f"{day.url}/cases"))
    await day.timed("staff: one case", _seen(session, day.chen, base))
    steps: tuple[tuple[Staff, str, dict[str, str]], ...] = (
        (day.chen, "dispatch", {}),
        (day.chen, "contact", {"way": "phone", "note": "打过电话"}),
        (day.chen, "handle", {"note": "换了灯泡"}),
        (day.gao, "check", {"way": "on_the_spot"}),
        (day.gao, "reply", {"text": "换好了"}),
    )
    for who, verb, fields in steps:
        await day.timed(f"staff: {verb}", _sent(session, who, f"{base}/{verb}", **fields))

    async def solved() -> bool:
        headers = {"Cookie": f"mulin_chat={token}"}
        url = f"{day.url}/my/cases/{place[0]}/solved"
        async with session.post(url, headers=headers, allow_redirects=False) as response:
            return response.status == 303

    await day.timed("resident: solved", solved())


async def replayed(day: Day, *, cases: int, asked: int) -> float:
    """Everything of the day, so many at once, in the order of a day: ten questions, then a case; gives the seconds."""
    each = max(1, asked // max(cases, 1))
    work: list[Callable[[aiohttp.ClientSession], Awaitable[None]]] = []
    for number in range(asked):
        work.append(lambda session, number=number: _a_question(day, session, number))
        if number % each == each - 1 and number // each < cases:
            work.append(lambda session, number=number: _a_case(day, session, number // each))
    todo = iter(work)

    async def one(session: aiohttp.ClientSession) -> None:
        for do in todo:
            await do(session)

    began = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=connector) as session:
        await asyncio.gather(*(one(session) for _ in range(AT_ONCE)))
    return time.perf_counter() - began


async def a_day(url: str, folder: Path, *, cases: int, asked: int) -> tuple[Day, float]:
    """The demo's neighbourhood lives a day; ``gao`` answers for its cases."""
    service = Service({"MULIN_DATABASE_URL": url}, folder=folder)
    await service.run("migrate")
    await service.run("demo")
    async with connected(url):
        people = {person.username: person.id for person in await Person.filter(username__in=["chen", "gao"])}
        tokens = {name: await login.new_session(person_id=number, data={}) for name, number in people.items()}
    async with service:
        await service.start()
        staff = {name: Staff(token) for name, token in tokens.items()}
        day = Day(service.url, staff["chen"], staff["gao"], questions(1_000), {}, {})
        seconds = await replayed(day, cases=cases, asked=asked)
        await service.stop()
    return day, seconds


def _lived(day: Day, seconds: float) -> str:
    lines = ["| request | how many | failed | p50 ms | p95 ms |", "|---" * 5 + "|"]
    for name, each in sorted(day.took.items()):
        result = Result(seconds, tuple(each), day.failed[name])
        times = f"{result.within_ms(0.5):.0f} | {result.within_ms(0.95):.0f}"
        lines.append(f"| {name} | {len(each)} | {result.failed} | {times} |")
    return "\n".join(lines)


@asynccontextmanager
async def _database(kind: str, folder: Path) -> AsyncIterator[str]:
    if kind == "sqlite":
        yield f"sqlite://{folder / 'day.db'}"
        return
    with postgres() as url:
        yield url


async def measure(kind: str, given: argparse.Namespace) -> bool:
    """Both parts on one kind of database; whether statements stay the same and nothing failed."""
    with tempfile.TemporaryDirectory(prefix="mulin-district-") as name:
        folders = [Path(name) / part for part in ("growth", "day")]
        for folder in folders:
            folder.mkdir()
        async with _database(kind, folders[0]) as url:
            table, is_same = _grown(await growth(url, given.sizes, neighbourhoods=given.neighbourhoods))
        print(f"\n{kind}, {given.neighbourhoods} neighbourhoods\n\n{table}")
        if not given.cases and not given.questions:
            return is_same
        async with _database(kind, folders[1]) as url:
            day, seconds = await a_day(url, folders[1], cases=given.cases, asked=given.questions)
        done = f"{given.cases} cases and {given.questions} questions in {seconds:.0f} s"
        print(f"\n{kind}, {done}\n\n{_lived(day, seconds)}")
    return is_same and not any(day.failed.values())


def main() -> int:
    """Every kind of database in turn."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    wanted.add_argument("--neighbourhoods", type=int, default=NEIGHBOURHOODS)
    wanted.add_argument("--cases", type=int, default=3_000)
    wanted.add_argument("--questions", type=int, default=30_000)
    wanted.add_argument("--database", choices=DATABASES)
    given = wanted.parse_args()
    kinds = [given.database] if given.database else DATABASES
    good = [asyncio.run(measure(kind, given)) for kind in kinds]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
