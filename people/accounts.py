"""The accounts of a place's staff: who there is, passwords to begin with, one's own password, signing somebody out."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from dataclasses import dataclass

from models import clock
from models.board import BoardName
from models.clock import local
from models.errors import Invalid, NotFound
from models.person import NEIGHBOURS, WORKS_HERE, RoleName
from models.place import Level
from models.transaction import Row, fetch, fetch_one, moment
from people import staff
from people.ranks import may_give, must_give, roles_for
from people.scope import must_see
from people.viewers import Held, Viewer

START_LENGTH = dt.timedelta(days=7)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mixes up when they are read out."""
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_NAME_MOST = 40


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody of a place: ``roles`` held there; ``sessions`` where they are signed in; ``start_until`` not yet in."""

    id: int
    name: str
    shown_name: str
    username: str
    is_active: bool
    roles: tuple[RoleName, ...]
    works_elsewhere: bool
    sessions: int
    start_until: dt.datetime | None
    is_own: bool
    may_manage: bool
    has_second_step: bool = False
    boards: tuple[BoardName, ...] = ()
    """Those a moderator is kept to; none: all of them."""


@dataclass(frozen=True, slots=True)
class Start:
    """A password to begin with, shown once, and until when it is good."""

    person_id: int
    username: str
    password: str
    until: dt.datetime


_PEOPLE = f"""
SELECT p.id, p.name, p.shown_name, p.username, p.is_active, p.start_until, r.name AS role, r.place_id AS role_place,
  r.boards,
  (SELECT COUNT(*) FROM web_session s WHERE s.person_id=p.id AND s.revoked_at IS NULL AND s.expires_at>$2) AS sessions,
  (SELECT COUNT(*) FROM second_step t WHERE t.person_id=p.id AND t.confirmed_at IS NOT NULL) AS second_steps
FROM person p LEFT JOIN role r ON r.person_id=p.id AND r.name IN {WORKS_HERE}
WHERE (p.place_id=$1 AND p.username IS NOT NULL)
  OR EXISTS (SELECT 1 FROM role h WHERE h.person_id=p.id AND h.place_id=$1 AND h.name IN {WORKS_HERE})
ORDER BY p.is_active DESC, p.id, r.id
"""


async def accounts(*, viewer: Viewer, place_id: int) -> list[Account]:
    """账号: everybody who works in a place or could sign in there, those who left last."""
    must_see(viewer, "user.read", place_id, thing="place")
    people: dict[int, list[Row]] = {}
    for row in await fetch(_PEOPLE, place_id, clock.now()):
        people.setdefault(row["id"], []).append(row)
    return [_account(rows, viewer, place_id) for rows in people.values()]


def _account(rows: list[Row], viewer: Viewer, place_id: int) -> Account:
    first = rows[0]
    held = [Held(RoleName(row["role"]), row["role_place"]) for row in rows if row["role"]]
    return Account(
        id=first["id"],
        name=first["name"],
        shown_name=first["shown_name"],
        username=first["username"] or "",
        is_active=bool(first["is_active"]),
        roles=tuple(one.role for one in held if one.place_id == place_id),
        works_elsewhere=any(one.place_id != place_id for one in held),
        sessions=int(first["sessions"]),
        start_until=moment(first["start_until"]) if first["start_until"] else None,
        is_own=first["id"] == viewer.person_id,
        may_manage=all(may_give(viewer, one.role, one.place_id) for one in held),
        has_second_step=bool(first["second_steps"]),
        boards=_boards(rows, place_id),
    )


def _boards(rows: list[Row], place_id: int) -> tuple[BoardName, ...]:
    held = next((row for row in rows if row["role"] == RoleName.MODERATOR and row["role_place"] == place_id), None)
    return tuple(BoardName(name) for name in held["boards"].split()) if held else ()


async def account(person_id: int, *, viewer: Viewer, place_id: int) -> Account:
    """One of them."""
    found = next((one for one in await accounts(viewer=viewer, place_id=place_id) if one.id == person_id), None)
    if found is None:
        raise NotFound("user.nobody_here")
    return found


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody who lives here and does something for the others: where, what, and since when."""

    id: int
    name: str
    building: str
    role: RoleName
    since: dt.date


_NEIGHBOURS = """
SELECT p.id, p.name, r.name AS role, r.created_at,
  (SELECT b.name FROM residence d JOIN home h ON h.id=d.open_home_id JOIN building b ON b.id=h.building_id
   WHERE d.person_id=p.id AND d.place_id=$1 AND d.state='living' ORDER BY d.id LIMIT 1) AS building
FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1 AND p.is_active
  AND r.name IN ('building_captain','volunteer') ORDER BY r.name, p.id
"""


async def neighbours(*, viewer: Viewer, place_id: int) -> list[Neighbour]:
    """楼组长、志愿者: residents who hold a role of neighbours beside that of living here."""
    must_see(viewer, "user.read", place_id, thing="place")
    return [_neighbour(row) for row in await fetch(_NEIGHBOURS, place_id)]


def _neighbour(row: Row) -> Neighbour:
    since = local(moment(row["created_at"])).date()
    return Neighbour(row["id"], row["name"], row["building"] or "", RoleName(row["role"]), since)


async def roles_to_give(*, viewer: Viewer, place_id: int) -> list[RoleName]:
    """The roles of this place that the viewer may give."""
    row = await fetch_one("SELECT level FROM place WHERE id=$1", place_id)
    if row is None:
        raise NotFound("place.not_found")
    return [role for role in roles_for(Level(row["level"])) if may_give(viewer, role, place_id)]


def start_password() -> str:
    """Twelve letters and digits in three groups, about 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


async def add(*, by: Viewer, place_id: int, name: str, username: str, role: RoleName) -> Start:
    """加人: with a role, and a password to begin with that is shown once and must be changed at the first sign-in."""
    must_give(by, role, place_id)
    if role in NEIGHBOURS:
        raise Invalid("user.no_resident")
    name, username = name.strip(), username.strip().lower()
    if not 0 < len(name) <= _NAME_MOST or not name.isprintable():
        raise Invalid("user.name_missing", most=_NAME_MOST)
    if not _USERNAME.fullmatch(username):
        raise Invalid("user.username_wrong")
    password, until = start_password(), clock.now() + START_LENGTH
    person = await staff.add_person(
        by=by, place_id=place_id, name=name, username=username, password=password, start_until=until
    )
    await staff.grant(person.id, by=by, role=role, place_id=place_id)
    return Start(person.id, username, password, until)


async def start_anew(person_id: int, *, by: Viewer, place_id: int) -> Start:
    """重设密码: a new password to begin with; they are signed out everywhere."""
    found = await _with_username(person_id, by=by, place_id=place_id)
    if not found.is_active:
        raise NotFound("user.nobody_here")
    if person_id == by.person_id:
        raise Invalid("user.own_password")
    password, until = start_password(), clock.now() + START_LENGTH
    await staff.set_password(person_id, by=by, password=password, start_until=until)
    return Start(person_id, found.username, password, until)


async def let_back(person_id: int, *, by: Viewer, place_id: int) -> Start:
    """重新启用: somebody who came back, with a new password to begin with; the old one opens nothing any more."""
    found = await _with_username(person_id, by=by, place_id=place_id)
    password, until = start_password(), clock.now() + START_LENGTH
    await staff.reactivate(person_id, by=by, password=password, start_until=until)
    return Start(person_id, found.username, password, until)


async def _with_username(person_id: int, *, by: Viewer, place_id: int) -> Account:
    found = await account(person_id, viewer=by, place_id=place_id)
    if not found.username:
        raise NotFound("user.nobody_here")
    return found
