"""Commands about homes and who lives in them: homes import, homes template."""

from __future__ import annotations

from argparse import Namespace

from app.commands import progress, tell
from app.installation import opened, prepare
from app.problems import WrongUse
from app.settings import Settings
from people import places
from people.loading import files, sheets
from people.loading.files import FileLine
from people.loading.links import Summary
from people.viewers import SYSTEM

SAID_EVERY = 10_000


async def import_homes(given: Namespace, settings: Settings) -> int:
    """List every problem by row; without any, take everything over at once. Exit code 1 where there are some."""
    if not given.file.is_file():
        raise WrongUse(f"{given.file}: no such file")
    prepare(settings)
    async with opened(settings):
        place = await places.place_by_slug(given.place)
        file = await files.check(given.file, by=SYSTEM, place_id=place.id, tell=_progress)
        if file.problems:
            await _list(file)
        if file.problems or given.dry_run:
            await files.drop(file.id, by=SYSTEM)
            _say(file.summary, done=False)
            return 1 if file.problems else 0
        _say(await files.load(file.id, by=SYSTEM), done=True)
    return 0


def _progress(rows: int) -> None:
    if rows % SAID_EVERY == 0:
        progress(f"{rows} rows read ...")


async def _list(file: FileLine) -> None:
    after = 0
    while found := await files.problems(file.id, viewer=SYSTEM, after=after):
        for one in found:
            tell(f"{one.sheet} {one.row} {one.column}: {one.words}")
        after = found[-1].id
    tell(f"{file.problems} problems; nothing was imported")


def _say(summary: Summary, *, done: bool) -> None:
    verb = "" if done else "would be "
    tell(f"homes: {summary.homes_new} {verb}new, {summary.homes_changed} changed, {summary.homes_unchanged} unchanged")
    tell(
        f"people: {summary.people_new} {verb}new, {summary.people_changed} changed,"
        f" {summary.people_unchanged} unchanged"
    )
    if summary.tags_new:
        tell(f"tags not used before: {', '.join(summary.tags_new)}")


async def template(given: Namespace, settings: Settings) -> int:
    """Write the spreadsheet that committees fill in."""
    if given.target.suffix != ".xlsx":
        raise WrongUse(f"{given.target}: must end in .xlsx")
    prepare(settings)
    given.target.write_bytes(sheets.template())
    tell(str(given.target))
    return 0
