"""Commands about places: place add, place change."""

from __future__ import annotations

from argparse import Namespace

from app.commands import tell
from app.installation import opened, prepare
from app.problems import WrongUse
from app.settings import Settings
from models.place import Level
from people import places, staff
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
