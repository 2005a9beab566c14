"""Commands about places: place add, place change, place import, place template."""

from __future__ import annotations

from argparse import Namespace

from app.commands import tell
from app.installation import opened, prepare
from app.problems import WrongUse
from app.settings import Settings
from models.place import Level
from people import places, staff
from people.loading import place_sheets
from people.loading import places as loading
from people.viewers import SYSTEM


async def add_place(given: Namespace, settings: Settings) -> int:
    """Add a neighbourhood, or what stands above it."""
    prepare(settings)
    async with opened(settings):
        above = await places.place_by_slug(given.above) if given.above else None
        place = await staff.add_place(
            by=SYSTEM,
            slug=given.slug,
            name=given.name,
            level=Level(given.level),
            parent_id=above.id if above else None,
            address=given.address,
            hours=given.hours,
            phone=given.phone,
        )
    tell(f"{place.slug} is {place.name}")
    return 0


async def change_place(given: Namespace, settings: Settings) -> int:
    """Correct what residents read of a place; what is not given stays."""
    facts = {name: value for name in ("name", "address", "hours", "phone") if (value := getattr(given, name))}
    if not facts:
        raise WrongUse("give at least one of --name, --address, --hours, --phone")
    prepare(settings)
    async with opened(settings):
        place = await places.place_by_slug(given.slug)
        await staff.change_place(place.id, by=SYSTEM, **facts)
    tell(f"{given.slug} has a new {', '.join(facts)}")
    return 0


async def import_places(given: Namespace, settings: Settings) -> int:
    """List every problem by row; without any, take everything over at once. Exit code 1 where there are some."""
    if not given.file.is_file():
        raise WrongUse(f"{given.file}: no such file")
    prepare(settings)
    async with opened(settings):
        looked = await loading.look_through(given.file, viewer=SYSTEM)
        for one in looked.problems:
            tell(f"{one.row} {one.column}: {one.words}")
        if looked.problems:
            tell(f"{len(looked.problems)} problems; nothing was imported")
            return 1
        if not given.dry_run:
            looked = await loading.load(given.file, by=SYSTEM)
    verb = "would be " if given.dry_run else ""
    tell(f"places: {len(looked.new)} {verb}new, {len(looked.changed)} changed, {looked.unchanged} unchanged")
    return 0


async def template(given: Namespace, settings: Settings) -> int:
    """Write the spreadsheet that lists districts, subdistricts and neighbourhoods."""
    if given.target.suffix != ".xlsx":
        raise WrongUse(f"{given.target}: must end in .xlsx")
    prepare(settings)
    given.target.write_bytes(place_sheets.template())
    tell(str(given.target))
    return 0
