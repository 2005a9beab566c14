"""Commands about staff: user add, grant, revoke, password, reset_second_step, deactivate, reactivate."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace

from app.commands import tell
from app.installation import opened, prepare
from app.settings import Settings
from people import places, second_step, staff
from people.viewers import SYSTEM


def _password() -> str:
    """Asked for twice at a terminal, read as one line from a pipe; never a word of the command line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("password: ")
    if getpass.getpass("again: ") != first:
        raise OSError("the two passwords differ")
    return first


async def add_user(given: Namespace, settings: Settings) -> int:
    """Add a member of staff who can sign in."""
    prepare(settings)
    role = staff.role_named(given.role)
    async with opened(settings):
        place = await places.place_by_slug(given.place)
        person = await staff.add_person(
            by=SYSTEM, place_id=place.id, name=given.name, username=given.username, password=_password()
        )
        await staff.grant(person.id, by=SYSTEM, role=role, place_id=place.id)
    tell(f"{given.username} is {role} of {place.name}")
    return 0


async def grant(given: Namespace, settings: Settings) -> int:
    """Give somebody another role."""
    prepare(settings)
    role = staff.role_named(given.role)
    async with opened(settings):
        place = await places.place_by_slug(given.place)
        person_id = await staff.person_id_of(given.username)
        await staff.grant(person_id, by=SYSTEM, role=role, place_id=place.id)
    tell(f"{given.username} is {role} of {place.name}")
    return 0


async def revoke(given: Namespace, settings: Settings) -> int:
    """Take a role from somebody."""
    prepare(settings)
    role = staff.role_named(given.role)
    async with opened(settings):
        place = await places.place_by_slug(given.place)
        await staff.revoke(await staff.person_id_of(given.username), by=SYSTEM, role=role, place_id=place.id)
    tell(f"{given.username} is no longer {role} of {place.name}")
    return 0


async def password(given: Namespace, settings: Settings) -> int:
    """Give somebody a new password."""
    prepare(settings)
    async with opened(settings):
        person_id = await staff.person_id_of(given.username)
        await staff.set_password(person_id, by=SYSTEM, password=_password())
    tell(f"{given.username} has a new password and is signed out everywhere")
    return 0


async def reset_second_step(given: Namespace, settings: Settings) -> int:
    """Clear the second step of somebody who lost telephone and recovery codes."""
    prepare(settings)
    async with opened(settings):
        await second_step.reset(await staff.person_id_of(given.username), by=SYSTEM)
    tell(f"{given.username} has no second step any more and is signed out everywhere")
    return 0


async def deactivate(given: Namespace, settings: Settings) -> int:
    """Let somebody who has left sign in no more."""
    prepare(settings)
    async with opened(settings):
        await staff.deactivate(await staff.person_id_of(given.username), by=SYSTEM)
    tell(f"{given.username} can no longer sign in")
    return 0


async def reactivate(given: Namespace, settings: Settings) -> int:
    """Let somebody who came back sign in again."""
    prepare(settings)
    async with opened(settings):
        await staff.reactivate(await staff.person_id_of(given.username), by=SYSTEM, password=_password())
    tell(f"{given.username} can sign in again, with the new password")
    return 0
