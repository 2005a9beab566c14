"""Setting up who there is: places, people with their passwords, and the roles they hold."""

from __future__ import annotations

from models import clock
from models.errors import Invalid, NotFound, Taken
from models.person import Person, Role, RoleName
from models.place import Level, Place
from models.transaction import transaction
from people.audit import record
from people.login import hash_password, revoke_all
from people.permissions import allow
from people.viewers import Viewer


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
    if await Place.exists(slug=slug):
        raise Taken("place.slug_taken", slug=slug)
    async with transaction():
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
        await record(by, "place.add", subject="place", subject_id=place.id, place_id=place.id)
    return place


async def change_place(place_id: int, *, by: Viewer, **facts: str) -> None:
    """改地方: correct a place's name, address, hours or phone; residents read them at once."""
    allow(by, "place.change", place_id)
    async with transaction():
        await Place.filter(id=place_id).update(**facts)
        await record(
            by, "place.change", subject="place", subject_id=place_id, place_id=place_id, detail=", ".join(sorted(facts))
        )


async def add_person(
    *,
    by: Viewer,
    place_id: int,
    name: str,
    shown_name: str = "",
    username: str | None = None,
    password: str | None = None,
) -> Person:
    """加人: somebody of a place; with a username and a password they can sign in once they hold a role."""
    allow(by, "user.add", place_id)
    if username is not None and await Person.exists(username=username):
        raise Taken("user.username_taken", username=username)
    hashed = await hash_password(password) if password is not None else None
    async with transaction():
        person = await Person.create(
            created_at=clock.now(),
            place_id=place_id,
            name=name,
            shown_name=shown_name or name,
            username=username,
            password_hash=hashed,
        )
        await record(by, "user.add", subject="person", subject_id=person.id, place_id=place_id)
    return person


async def grant(person_id: int, *, by: Viewer, role: RoleName, place_id: int) -> None:
    """授权: give somebody a role in a place; one they hold already stays as it is."""
    allow(by, "user.grant", place_id)
    async with transaction():
        if await Role.exists(person_id=person_id, place_id=place_id, name=role):
            return
        await Role.create(created_at=clock.now(), person_id=person_id, place_id=place_id, name=role)
        await record(by, "user.grant", subject="person", subject_id=person_id, place_id=place_id, detail=role.value)


async def set_password(person_id: int, *, by: Viewer, password: str) -> None:
    """重设密码: a new password; every browser signed in with the old one is signed out at once."""
    person = await _person(person_id)
    allow(by, "user.password", person.place_id)
    hashed = await hash_password(password)
    async with transaction():
        await Person.filter(id=person_id).update(password_hash=hashed)
        await revoke_all(person_id)
        await record(by, "user.password", subject="person", subject_id=person_id, place_id=person.place_id)


async def revoke(person_id: int, *, by: Viewer, role: RoleName, place_id: int) -> None:
    """收回: take a role in a place from somebody; what they did stays."""
    allow(by, "user.revoke", place_id)
    async with transaction():
        if not await Role.filter(person_id=person_id, place_id=place_id, name=role).delete():
            raise NotFound("user.no_such_role_held", role=role.value)
        await record(by, "user.revoke", subject="person", subject_id=person_id, place_id=place_id, detail=role.value)


async def deactivate(person_id: int, *, by: Viewer) -> None:
    """停用: somebody who left can no longer sign in and is signed out everywhere; their name stays on what they did.

    The desk's own job gives what they were responsible for to somebody else.
    """
    person = await _person(person_id)
    allow(by, "user.deactivate", person.place_id)
    async with transaction():
        await Person.filter(id=person_id).update(is_active=False)
        await revoke_all(person_id)
        await record(by, "user.deactivate", subject="person", subject_id=person_id, place_id=person.place_id)


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
