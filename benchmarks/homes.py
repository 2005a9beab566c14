"""20,000 homes and 50,000 people from one workbook: looked through, taken over, and handed in once more.

Each database in a process of its own, which tells how much memory it took at most, and how many seconds of a core our
own part took (``cpu``; the database server's come on top). The claim: under a minute together, and no more memory for
five times as much.

Run: ``python -m benchmarks.homes`` (``--homes 4000`` for less, ``--database sqlite`` for one of the two).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app import demo_town
from models import clock
from models.database import connected
from models.home_file import RowKind
from models.migrate import migrate
from models.place import Level, Place
from models.sealed import use_secrets
from people.loading import files, sheets
from people.viewers import SYSTEM
from tests.servers import postgres

DATABASES = ("sqlite", "postgres")


def _workbook(homes: int, path: Path) -> None:
    path.write_bytes(
        sheets.write(
            {
                RowKind.HOME: demo_town.home_cells(homes, name="示范"),
                RowKind.PERSON: demo_town.people_cells(homes, name="示范"),
            }
        )
    )


async def _measure(url: str, path: Path) -> dict[str, object]:
    await migrate(url)
    use_secrets("a secret for measuring only")
    async with connected(url):
        place = await Place.create(created_at=clock.now(), slug="demo", name="示范居委会", level=Level.NEIGHBOURHOOD)
        before = _megabytes()
        told: dict[str, object] = {"megabytes_before": before}
        for name in ("first", "again"):
            started, used = time.perf_counter(), time.process_time()
            file = await files.check(path, by=SYSTEM, place_id=place.id)
            checked = time.perf_counter()
            done = await files.load(file.id, by=SYSTEM)
            told |= {
                f"{name}_check": round(checked - started, 1),
                f"{name}_load": round(time.perf_counter() - checked, 1),
                f"{name}_cpu": round(time.process_time() - used, 1),
            }
            told[f"{name}_new"] = [done.homes_new, done.people_new, done.people_changed, file.problems]
        return told | {"megabytes": _megabytes()}


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _inside(kind: str, path: Path) -> None:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(asyncio.run(_measure(f"sqlite://{folder}/homes.db", path))))
        return
    with postgres() as url:
        print(json.dumps(asyncio.run(_measure(url, path))))


def main() -> None:
    """Measure each database in a process of its own."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--homes", type=int, default=20_000)
    wanted.add_argument("--database", choices=DATABASES)
    wanted.add_argument("--inside", help=argparse.SUPPRESS)
    given = wanted.parse_args()
    if given.inside:
        _inside(given.database, Path(given.inside))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "homes.xlsx"
        _workbook(given.homes, path)
        print(f"{given.homes} homes, {path.stat().st_size // 1024} kB")
        for kind in [given.database] if given.database else DATABASES:
            words = [sys.executable, "-m", "benchmarks.homes", "--database", kind, "--inside", str(path)]
            out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
            print(f"{kind:9}", out.strip())


if __name__ == "__main__":
    main()
