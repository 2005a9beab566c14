"""Setting up who there is: places, people with their passwords, and the roles they hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable

from tortoise.exceptions import IntegrityError

from models import clock
from models.board import BoardName
from models.errors import Invalid, NotFound, Taken, WrongState
from models.person import NEIGHBOURS, Person, Role, RoleName
from models.place import Level, Place
from models.transaction import fetch_one, savepoint, transaction
from people import acting, passwords
from people.audit import record
from people.ending import end_residents_ways
from people.login import revoke_all
from people.permissions import allow
from people.places import refresh_home
from people.ranks import (
    hold_admins,
    must_belong,
    must_fit,
    must_give,
    must_leave_an_admin,
    must_manage,
    roles_of,
)
from people.viewers import Viewer

LONGEST = {"name": 60, "address": 120, "hours": 120, "phone": 40}
"""What is said of a place, and how long it may be."""
PHONE = re.compile(r"[0-9][0-9 ()-]{1,38}[0-9]")


async def add_place(
    *,
    by: Viewer,
    slug: str,
    name: str,
    level: Level,
    parent_id: int | None = None,
    address: str = "",
    hours: str = "",
    phone: str = "",
) -> Place:
    """加地方: a neighbourhood, or what stands above it; the slug is its short name in settings."""
    allow(by, "place.add", parent_id)
    async with transaction():
        try:
            async with savepoint():
                place = await Place.create(
                    created_at=clock.now(),
                    slug=slug,
                    name=name,
                    level=level,
                    parent_id=parent_id,
                    address=address,
                    hours=hours,
                    phone=phone,
                )
        except IntegrityError as error:
            raise Taken("place.slug_taken", slug=slug) from error
        await record(by, "place.add", subject="place", subject_id=place.id, place_id=place.id)
    return place


async def change_place(place_id: int, *, by: Viewer, **facts: str) -> None:
    """改地方: correct a place's name, address, hours or phone; residents read them within seconds."""
    allow(by, "place.change", place_id)
    for name, text in facts.items():
        _must_fit(name, text)
    async with transaction():
        await Place.filter(id=place_id).update(**facts)
        await record(
            by, "place.change", subject="place", subject_id=place_id, place_id=place_id, detail=", ".join(sorted(facts))
        )
    await refresh_home()


def _must_fit(name: str, text: str) -> None:
    """Refuse what residents could not read or dial."""
    if not text or len(text) > LONGEST[name] or not text.isprintable():
        raise Invalid("place.fact_wrong", most=LONGEST[name])
    if name == "phone" and not PHONE.fullmatch(text):
        raise Invalid("place.phone_wrong")


async def add_person(
    *,
    by: Viewer,
    place_id: int,
    name: str,
    shown_name: str = "",
    username: str | None = None,
    password: str | None = None,
    start_until: dt.datetime | None = None,
) -> Person:
    """加人: somebody of a place; with a username and a password they can sign in once they hold a role.

    A password with ``start_until`` opens nothing but its own change, and nothing at all after that moment.
    """
    allow(by, "user.add", place_id)
    if username is not None and await Person.exists(username=username):
        raise Taken("user.username_taken", username=username)
    hashed = await passwords.hashed(password) if password is not None else None
    async with transaction():
        try:
            async with savepoint():
                person = await Person.create(
                    created_at=clock.now(),
                    place_id=place_id,
                    name=name,
                    shown_name=shown_name or name,
                    username=username,
                    password_hash=hashed,
                    start_until=start_until,
                )
        except IntegrityError as error:
            raise Taken("user.username_taken", username=username) from error
        await record(by, "user.add", subject="person", subject_id=person.id, place_id=place_id)
    return person


async def grant(
    person_id: int, *, by: Viewer, role: RoleName, place_id: int, boards: Collection[BoardName] | None = None
) -> None:
    """授权: give somebody a role in a place; one they hold already stays as it is, but for a moderator's boards (empty:
    all of them; None leaves them as they are, of a new moderator all)."""
    allow(by, "user.grant", place_id)
    must_give(by, role, place_id)
    await must_belong(person_id, place_id, by=by)
    await must_fit(person_id, role, place_id)
    kept_to = " ".join(sorted(set(boards or ()))) if role is RoleName.MODERATOR else ""
    async with transaction():
        await _hold(person_id)
        held = await Role.get_or_none(person_id=person_id, place_id=place_id, name=role)
        if held is not None and (boards is None or held.boards == kept_to):
            return
        if held is None:
            await Role.create(created_at=clock.now(), person_id=person_id, place_id=place_id, name=role, boards=kept_to)
        else:
            await Role.filter(id=held.id).update(boards=kept_to)
        detail = f"{role.value} {kept_to}".strip()
        await record(by, "user.grant", subject="person", subject_id=person_id, place_id=place_id, detail=detail)
        if role not in NEIGHBOURS:
            await end_residents_ways(person_id)


async def _hold(person_id: int) -> None:
    """Lock somebody's row until the commit: an account that is going is given no role."""
    held = await fetch_one(
        "UPDATE person SET name=name WHERE id=$1 AND (is_active OR username IS NOT NULL) RETURNING id", person_id
    )
    if held is None:
        raise NotFound("user.nobody_here")


def boards_named(words: Iterable[str]) -> list[BoardName]:
    """The boards of these names; Invalid where one is none."""
    found = [one for one in BoardName if one.value in set(words)]
    if len(found) != len(set(words)):
        raise Invalid("user.board_unknown")
    return found


async def set_password(person_id: int, *, by: Viewer, password: str, start_until: dt.datetime | None = None) -> None:
    """重设密码: a new password; every browser signed in with the old one is signed out at once."""
    person = await _person(person_id)
    allow(by, "user.password", person.place_id)
    await must_manage(person_id, by=by)
    hashed = await passwords.hashed(password)
    async with transaction():
        await Person.filter(id=person_id).update(password_hash=hashed, start_until=start_until)
        await must_manage(person_id, by=by)  # Whoever was promoted meanwhile is out of reach.
        await revoke_all(person_id)
        await record(by, "user.password", subject="person", subject_id=person_id, place_id=person.place_id)


async def sign_out(person_id: int, *, by: Viewer) -> int:
    """全部退出: end every session of somebody at once; gives how many."""
    person = await _person(person_id)
    allow(by, "user.sign_out", person.place_id)
    await must_manage(person_id, by=by)
    async with transaction():
        ended = await revoke_all(person_id)
        await record(by, "user.sign_out", subject="person", subject_id=person_id, place_id=person.place_id)
    return ended


async def revoke(person_id: int, *, by: Viewer, role: RoleName, place_id: int) -> None:
    """收回: take a role in a place from somebody, never that of its last admin; what they did stays, and whom
    they acted for in it is told."""
    allow(by, "user.revoke", place_id)
    must_give(by, role, place_id)
    async with transaction():
        await hold_admins(place_id)
        if not await Role.filter(person_id=person_id, place_id=place_id, name=role).delete():
            raise NotFound("user.no_such_role_held", role=role.value)
        if role is RoleName.ADMIN:
            await must_leave_an_admin(place_id)
        over = await acting.end_with_role(person_id, role, by=by, place_id=place_id)
        await record(by, "user.revoke", subject="person", subject_id=person_id, place_id=place_id, detail=role.value)
        await acting.tell_parted(over, by=by)


async def deactivate(person_id: int, *, by: Viewer) -> None:
    """停用: somebody who left can no longer sign in and is signed out everywhere; their name stays on what they did.

    Nobody does it to themselves, and not to the last admin. The desk's own job gives what they were responsible for
    to somebody else.
    """
    person = await _person(person_id)
    allow(by, "user.deactivate", person.place_id)
    if person_id == by.person_id:
        raise Invalid("user.not_yourself")
    await must_manage(person_id, by=by)
    async with transaction():
        admin_of = sorted({held.place_id for held in await roles_of(person_id) if held.role is RoleName.ADMIN})
        for place_id in admin_of:
            await hold_admins(place_id)
        await Person.filter(id=person_id).update(is_active=False)
        for place_id in admin_of:
            await must_leave_an_admin(place_id)
        await revoke_all(person_id)
        await record(by, "user.deactivate", subject="person", subject_id=person_id, place_id=person.place_id)


async def reactivate(person_id: int, *, by: Viewer, password: str, start_until: dt.datetime | None = None) -> None:
    """重新启用: somebody who came back signs in again, with a new password and the roles that were left to them."""
    person = await _person(person_id)
    allow(by, "user.reactivate", person.place_id)
    await must_manage(person_id, by=by)
    hashed = await passwords.hashed(password)
    async with transaction():
        changed = await Person.filter(id=person_id, is_active=False).update(
            is_active=True, password_hash=hashed, start_until=start_until
        )
        if changed != 1:
            raise WrongState("user.is_active", username=person.username or person.name)
        await must_manage(person_id, by=by)  # Whoever was promoted meanwhile is out of reach.
        await record(by, "user.reactivate", subject="person", subject_id=person_id, place_id=person.place_id)


async def _person(person_id: int) -> Person:
    person = await Person.get_or_none(id=person_id)
    if person is None:
        raise NotFound("user.not_found", username=str(person_id))
    return person


async def person_id_of(username: str) -> int:
    """Somebody by the name they sign in with."""
    person = await Person.get_or_none(username=username)
    if person is None:
        raise NotFound("user.not_found", username=username)
    return person.id


def role_named(text: str) -> RoleName:
    """A role by its name."""
    try:
        return RoleName(text)
    except ValueError as error:
        raise Invalid("user.no_such_role", role=text, roles=", ".join(RoleName)) from error
