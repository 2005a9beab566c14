"""Files of homes and people: looked through, listed with every problem, taken over all at once, or dropped."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from models import clock
from models.counters import next_value
from models.errors import Invalid, NotFound, Taken, WrongState
from models.home_file import HomeFile, HomeFileState
from models.sealed import key_mark
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from people import rekeying
from people.audit import record
from people.loading import links, sheets, staging, takeover
from people.loading.links import Summary, summary_from
from people.loading.sheets import SheetRow, heading
from people.loading.staging import Looked
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

PAGE = 100
KEPT = dt.timedelta(days=1)
"""How long a file that nobody took over is kept."""

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One problem as people read it."""

    id: int
    sheet: str
    row: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that was handed in."""

    id: int
    name: str
    by: str
    state: HomeFileState
    handed_in_at: dt.datetime
    problems: int
    summary: Summary

    @property
    def can_be_loaded(self) -> bool:
        """Whether it only waits for somebody to say yes."""
        return self.state is HomeFileState.CHECKED and not self.problems and not self.summary.changes_nothing


async def check(path: Path, *, by: Viewer, place_id: int, name: str = "", tell: Told = lambda rows: None) -> FileLine:
    """查表: read a file, keep its rows sealed, and find everything that is wrong with it; nothing is taken over."""
    rows = sheets.read(path, name=name or path.name)
    return await check_rows(rows, by=by, place_id=place_id, name=name or path.name, tell=tell)


async def check_rows(
    rows: Iterable[SheetRow], *, by: Viewer, place_id: int, name: str, tell: Told = lambda rows: None
) -> FileLine:
    """查表, from rows that do not come from a file. Some thousand rows are in memory at a time."""
    allow(by, "home.check", place_id)
    await rekeying.renew(place_id)
    file = await _begin(by, place_id=place_id, name=name)
    try:
        await _read(file, iter(rows), tell=tell)
    except BaseException:
        await HomeFile.filter(id=file.id).delete()
        raise
    return await file_line(file.id, viewer=by)


async def _begin(by: Viewer, *, place_id: int, name: str) -> HomeFile:
    async with transaction():
        file = await HomeFile.create(
            created_at=clock.now(),
            place_id=place_id,
            by_id=by.person_id,
            name=name[-120:],
            state=HomeFileState.READING,
            key_mark=key_mark(),
        )
        await record(by, "home.check", subject="home_file", subject_id=file.id, place_id=place_id)
    return file


async def _read(file: HomeFile, rows: Iterator[SheetRow], *, tell: Told) -> None:
    """The next rows are read while those before them are written down; two batches are in memory."""
    looked, done = await asyncio.to_thread(staging.look_at, rows, 0), 0
    while looked:
        done += len(looked)
        looked = await _both(asyncio.to_thread(staging.look_at, rows, done), staging.keep(file.id, looked))
        tell(done)
    await _judge(file)


async def _both(reading: Awaitable[list[Looked]], keeping: Awaitable[None]) -> list[Looked]:
    """What was read, once both are over: nothing is still being written when one of them fails."""
    read, kept = await asyncio.gather(reading, keeping, return_exceptions=True)
    for one in (read, kept):
        if isinstance(one, BaseException):
            raise one
    return cast("list[Looked]", read)


async def _judge(file: HomeFile) -> None:
    """Hold the rows against each other and against what is there now; what is found is kept for whoever reads it."""
    async with transaction():
        await links.link(file)
        problems = await links.find_problems(file.id)
        summary = await links.summary_of(file)
        await execute(
            "UPDATE home_file SET state='checked', problems=$1, summary=$2"
            " WHERE id=$3 AND state IN ('reading', 'checked')",
            problems,
            json.dumps(asdict(summary), ensure_ascii=False),
            file.id,
        )


async def load(file_id: int, *, by: Viewer) -> Summary:
    """导入: take everything over in one transaction; of two who do it at once, one wins. Problems stop all of it, and
    those that came up only now are listed."""
    file = await _file(file_id, by=by, verb="home.load")
    if file.key_mark != key_mark():
        raise WrongState("home_file.key_changed")
    await rekeying.renew(file.place_id)
    try:
        return await _load(file, by=by)
    except _ProblemsNow as problems:
        await _judge(file)
        raise Invalid("homes.problems") from problems


class _ProblemsNow(Exception):
    """What was there changed since the file was looked through, and now something does not fit."""


async def _load(file: HomeFile, *, by: Viewer) -> Summary:
    async with transaction():
        await _end(file, HomeFileState.LOADED)
        await _alone(file.place_id)
        summary = await _take_over(file)
        detail = f"homes {summary.homes_new} new, people {summary.people_new} new, {summary.people_changed} changed"
        await record(by, "home.load", subject="home_file", subject_id=file.id, place_id=file.place_id, detail=detail)
    return summary


async def _take_over(file: HomeFile) -> Summary:
    """What was there when the file was looked through may have changed, so it is looked at once more."""
    await links.link(file)
    if await links.find_problems(file.id):
        raise _ProblemsNow
    summary = await links.summary_of(file)
    await takeover.take_over(file)
    await takeover.forget_rows(file.id)
    kept = json.dumps(asdict(summary), ensure_ascii=False)
    await execute("UPDATE home_file SET summary=$1 WHERE id=$2", kept, file.id)
    return summary


async def _file(file_id: int, *, by: Viewer, verb: str) -> HomeFile:
    file = await HomeFile.get_or_none(id=file_id)
    if file is None:
        raise NotFound("home_file.not_found")
    must_see(by, verb, file.place_id, thing="home_file")
    return file


async def _end(file: HomeFile, state: HomeFileState) -> None:
    now = clock.now()
    changed = await execute(
        "UPDATE home_file SET state=$1, ended_at=$2 WHERE id=$3 AND state='checked'", state.value, now, file.id
    )
    if changed == 1:
        return
    if file.state is HomeFileState.READING:
        raise WrongState("home_file.reading")
    raise Taken("home_file.ended")


async def _alone(place_id: int) -> None:
    """Two files of one neighbourhood, taken over at once, would each make the same people: one waits for the other."""
    await next_value(f"homes:{place_id}")


async def drop(file_id: int, *, by: Viewer) -> None:
    """放弃: forget a file that was looked through, with everything that was read of it."""
    file = await _file(file_id, by=by, verb="home.drop")
    async with transaction():
        await _end(file, HomeFileState.DROPPED)
        await takeover.forget_rows(file.id)
        await record(by, "home.drop", subject="home_file", subject_id=file.id, place_id=file.place_id)


async def drop_old() -> int:
    """Forget files that nobody took over within a day, and those whose reading broke off; gives how many."""
    return await _drop_all("created_at<$1", clock.now() - KEPT)


async def drop_other_keys() -> int:
    """Forget files whose hashes were made under another key than the one in use; gives how many."""
    return await _drop_all("COALESCE(key_mark, '')<>$1", key_mark())


async def _drop_all(which: str, value: object) -> int:
    old = await fetch(f"SELECT id FROM home_file WHERE state IN ('reading','checked') AND {which}", value)
    for row in old:
        async with transaction():
            if await execute(
                "UPDATE home_file SET state='dropped', ended_at=$1 WHERE id=$2 AND state IN ('reading','checked')",
                clock.now(),
                row["id"],
            ):
                await takeover.forget_rows(row["id"])
    return len(old)


_FILES = (
    "SELECT f.id, f.name, f.state, f.created_at, f.problems, f.summary, p.shown_name FROM home_file f"
    " LEFT JOIN person p ON p.id=f.by_id"
)


def _line(row: Row) -> FileLine:
    return FileLine(
        id=row["id"],
        name=row["name"],
        by=row["shown_name"] or "",
        state=HomeFileState(row["state"]),
        handed_in_at=moment(row["created_at"]),
        problems=row["problems"],
        summary=summary_from(row["summary"]),
    )


async def files(*, viewer: Viewer, place_id: int) -> list[FileLine]:
    """The last files of a neighbourhood, the newest first."""
    must_see(viewer, "home.check", place_id, thing="place")
    rows = await fetch(f"{_FILES} WHERE f.place_id=$1 ORDER BY f.id DESC LIMIT 20", place_id)
    return [_line(row) for row in rows]


async def file_line(file_id: int, *, viewer: Viewer) -> FileLine:
    """One file."""
    await _file(file_id, by=viewer, verb="home.check")
    row = await fetch_one(f"{_FILES} WHERE f.id=$1", file_id)
    assert row is not None
    return _line(row)


async def problems(file_id: int, *, viewer: Viewer, after: int = 0, limit: int = PAGE) -> list[ProblemLine]:
    """The problems of a file in order of its rows as they were found, after one that was shown."""
    await _file(file_id, by=viewer, verb="home.check")
    rows = await fetch(
        "SELECT id, sheet, number, field, key, facts FROM home_file_problem WHERE file_id=$1 AND id>$2"
        " ORDER BY id LIMIT $3",
        file_id,
        after,
        limit,
    )
    return [
        ProblemLine(
            row["id"],
            row["sheet"] or say("homes.csv"),
            row["number"],
            heading(row["field"]),
            say(f"homes.problem.{row['key']}", **json.loads(row["facts"])),
        )
        for row in rows
    ]
