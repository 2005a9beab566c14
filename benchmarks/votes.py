"""A vote of 100,000 households: opened, cast and counted, and recounted by the script that people take away.

Each database in a process of its own, which tells how much memory it took at most. Some households are cast by several
of their people at once, of whom one is heard. The claim: memory does not grow with the ballots, the recount is equal.

On PostgreSQL a cast writes thirty rows anew, so that none tells whose it is (docs/adr/0046), and waits for the head of
the audit log; it took 11.5 ms of a machine that others used as well, 100,000 of them 19 minutes. Who was next on the
roll was looked for in the whole of it until the roll had an index by who has voted.

Run: ``python -m benchmarks.votes`` (``--homes 2000`` for less, ``--database sqlite`` for one of the two).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter

from forum.votes import casting, counting, opening, recount, showing
from forum.votes.opening import NewVote
from models import clock
from models.ballot import VoteMethod, VoteUnit
from models.database import connected
from models.errors import Taken
from models.migrate import migrate
from models.person import RoleName
from models.place import Level, Place
from models.sealed import use_secrets
from models.transaction import execute, execute_many, fetch, fetch_one, is_postgres, transaction
from people.viewers import SYSTEM, Viewer, viewer_of
from tests.servers import postgres

DATABASES = ("sqlite", "postgres")
AT_ONCE, EACH_OF = 32, 50
"""So many cast at the same time; of every so many households two people do."""
BLOCK = 5_000
SWEEP = 20_000
"""After so many rows read of the roll PostgreSQL's tables are vacuumed."""


async def _town(homes: int) -> tuple[int, Viewer]:
    """A place with so many homes of two people each, written a block at a time."""
    now = clock.now()
    place = await Place.create(created_at=now, slug="demo", name="示范居委会", level=Level.NEIGHBOURHOOD)
    for first in range(1, homes + 1, BLOCK):
        async with transaction():
            await _block(place.id, range(first, min(first + BLOCK, homes + 1)))
    lead = 2 * homes + 1
    await execute(_PERSON, now, place.id, lead, "书记")
    await execute(_ROLE, now, lead, place.id, RoleName.SECRETARY.value)
    viewer = await viewer_of(lead)
    assert viewer is not None
    return place.id, viewer


_PERSON = "INSERT INTO person (created_at, place_id, id, name, shown_name, is_active) VALUES ($1,$2,$3,$4,$4,true)"
_ROLE = "INSERT INTO role (created_at, person_id, place_id, name, boards) VALUES ($1,$2,$3,$4,'')"
_RESIDENCE = (
    "INSERT INTO residence (created_at, place_id, person_id, home_id, open_home_id, household_id, relation, state,"
    " version) VALUES ($1,$2,$3,$4,$4,$4,'owner','living',0)"
)


async def _block(place_id: int, numbers: range) -> None:
    now, size = clock.now(), 100
    for building in sorted({number // size + 1 for number in numbers}):
        await _building(place_id, building)
    homes = [(now, place_id, number // size + 1, number, f"{number}") for number in numbers]
    await execute_many(
        "INSERT INTO home (created_at, place_id, building_id, id, label, sort, area) VALUES ($1,$2,$3,$4,$5,$5,8000)",
        homes,
    )
    await execute_many(
        "INSERT INTO household (created_at, place_id, home_id, id, label) VALUES ($1,$2,$3,$3,'')",
        [(now, place_id, number) for number in numbers],
    )
    people = [(now, place_id, person, f"住户{person}") for number in numbers for person in (2 * number - 1, 2 * number)]
    await execute_many(_PERSON, people)
    lives = [(now, place_id, person, number) for number in numbers for person in (2 * number - 1, 2 * number)]
    await execute_many(_RESIDENCE, lives)


async def _building(place_id: int, number: int) -> None:
    now = clock.now()
    await execute(
        "INSERT INTO estate (created_at, place_id, id, name) VALUES ($1,$2,1,'示范苑') ON CONFLICT DO NOTHING",
        now,
        place_id,
    )
    await execute(
        "INSERT INTO building (created_at, place_id, estate_id, id, name, sort) VALUES ($1,$2,1,$3,$4,$4)"
        " ON CONFLICT DO NOTHING",
        *(now, place_id, number, f"{number}号楼"),
    )


def _resident(person_id: int, place_id: int) -> Viewer:
    return Viewer(SYSTEM.kind.PERSON, person_id=person_id, place_id=place_id)


async def _cast(vote_id: int, *, place_id: int) -> Counter[int]:
    """Everybody, so many at once; what was heard, by position."""
    heard: Counter[int] = Counter()
    free = asyncio.Semaphore(AT_ONCE)

    async def one(voter_id: int, person_id: int, position: int) -> None:
        async with free:
            try:
                viewer = _resident(person_id, place_id)
                await casting.cast(vote_id, by=viewer, voter_id=voter_id, points={position: 1})
            except Taken:
                return
        heard[position] += 1

    after, swept = 0, await _swept()
    sql = (
        "SELECT voter_id, person_id FROM voter_person WHERE vote_id=$1 AND voter_id>$2"
        " ORDER BY voter_id, person_id LIMIT 2000"
    )
    while rows := await fetch(sql, vote_id, after):
        rows = rows if len(rows) < 2000 else rows[:-2]
        wanted = [row for at, row in enumerate(rows) if at % 2 == 0 or row["voter_id"] % EACH_OF == 0]
        await asyncio.gather(*(one(row["voter_id"], row["person_id"], 1 + row["person_id"] % 3) for row in wanted))
        after, swept = rows[-1]["voter_id"], swept + len(rows)
        if swept >= SWEEP:
            swept = await _swept()
    return heard


async def _swept() -> int:
    """What PostgreSQL's autovacuum would do, which is off in the server of the tests; 0 rows since."""
    if is_postgres():
        for table in ("voter", "voter_person", "sealed_ballot", "audit_head"):
            await execute(f"VACUUM ANALYZE {table}")
    return 0


async def _measure(url: str, homes: int) -> dict[str, object]:
    await migrate(url)
    use_secrets("a secret for measuring only")
    async with connected(url):
        place_id, lead = await _town(homes)
        told: dict[str, object] = {"megabytes_before": _megabytes()}
        vote_id = await _draft(lead, place_id)
        started = time.perf_counter()
        await opening.open_vote(vote_id, by=lead)
        told["open"] = round(time.perf_counter() - started, 1)
        heard = await _timed(told, "cast", _cast(vote_id, place_id=place_id))
        await execute("UPDATE vote SET closes_at=$1 WHERE id=$2", clock.now(), vote_id)
        await _timed(told, "count", counting.count(vote_id, by=SYSTEM))
        return told | await _checked(vote_id, lead, heard) | {"megabytes": _megabytes()}


async def _timed(told: dict[str, object], name: str, work: object) -> Counter[int]:
    started = time.perf_counter()
    found = await work  # type: ignore[misc]
    told[name] = round(time.perf_counter() - started, 1)
    return found


async def _draft(lead: Viewer, place_id: int) -> int:
    new = NewVote(
        "装不装",
        "说明",
        VoteMethod.YES_NO,
        VoteUnit.HOUSEHOLD,
        "simple",
        is_secret=True,
        closes_at=clock.now() + dt.timedelta(days=7),
    )
    return await opening.draft(new, by=lead, place_id=place_id)


async def _checked(vote_id: int, lead: Viewer, heard: Counter[int]) -> dict[str, object]:
    """Whether what was heard, what was counted and what the script recounts are the same, and no line voted twice."""
    sheet = json.loads(await showing.ballots(vote_id, viewer=lead))
    counted = {int(at): heads for at, (heads, _) in sheet["counted"]["tally"].items()}
    twice = await fetch_one("SELECT count(*) - count(DISTINCT key) AS n FROM voter WHERE vote_id=$1", vote_id)
    assert twice is not None
    return {
        "votes": sheet["roll"]["votes"],
        "ballots": len(sheet["ballots"]),
        "equal": counted == {at: heard[at] for at in counted},
        "problems": recount.problems(sheet),
        "twice": twice["n"],
    }


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _inside(kind: str, homes: int) -> None:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(asyncio.run(_measure(f"sqlite://{folder}/votes.db", homes))))
        return
    with postgres() as url:
        print(json.dumps(asyncio.run(_measure(url, homes))))


def main() -> None:
    """Measure each database in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--homes", type=int, default=100_000)
    options.add_argument("--database", choices=DATABASES, nargs="+", default=DATABASES)
    options.add_argument("--inside", choices=DATABASES, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.inside:
        _inside(given.inside, given.homes)
        return
    for kind in given.database:
        command = [sys.executable, "-m", "benchmarks.votes", "--inside", kind, "--homes", str(given.homes)]
        print(kind, subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    main()
