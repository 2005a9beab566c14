"""Teams: who takes which kind of work where, who belongs to them; read first from ``community/teams.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tortoise.exceptions import IntegrityError

from casework.cases.kinds import Key, Kind
from models import clock
from models.errors import Invalid, NotFound, Taken
from models.home import Estate
from models.person import WORKS_HERE, RoleName
from models.shape_words import unreadable, why
from models.team import Team, TeamMember, TeamTask
from models.transaction import Row, execute, fetch, fetch_one, listed, transaction
from people.audit import record
from people.permissions import allow
from people.ranks import must_belong
from people.scope import must_see
from people.viewers import Viewer

UNIT_ROLES = (
    RoleName.POLICE,
    RoleName.DOCTOR,
    RoleName.PROPERTY,
    RoleName.OWNERS_COMMITTEE,
    RoleName.MEDIATOR,
    RoleName.UNIT_MEMBER,
)
"""Roles of those who belong to a unit: they see the cases that were sent to a team of theirs, and no others."""


class TeamShape(BaseModel):
    """A team in ``community/teams.toml``: ``place`` is a slug, ``takes`` are kinds or fields, ``estates`` are names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    place: Annotated[str, Field(min_length=1, max_length=40)]
    unit: Key
    name: Annotated[str, Field(min_length=2, max_length=60)]
    phone: Annotated[str, Field(max_length=40)] = ""
    takes: Annotated[tuple[Key, ...], Field(min_length=1)]
    estates: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team as shown, with the names of its people."""

    id: int
    key: str
    unit: str
    name: str
    phone: str
    place_id: int
    members: tuple[tuple[int, str], ...]
    takes: tuple[str, ...]


def units(folder: Path) -> dict[str, str]:
    """The trades there are, by their key, with their names."""
    content = _read(folder)
    return {str(key): str(name) for key, name in content.get("units", {}).items()}


def read(folder: Path) -> list[TeamShape]:
    """The teams of ``community/teams.toml``."""
    try:
        return [TeamShape.model_validate(row) for row in _read(folder).get("team", [])]
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise Invalid("catalogue.wrong", file="teams.toml", at=at, problem=why(first)) from error


def _read(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "teams.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise Invalid("catalogue.wrong", file=path.name, at="", problem=unreadable(error)) from error


async def load(teams: Sequence[TeamShape], *, by: Viewer) -> int:
    """Take in the teams of places that exist and whose key is new there; gives how many are new."""
    allow(by, "team.change", None)
    made = 0
    for shape in teams:
        row = await fetch_one("SELECT id FROM place WHERE slug=$1", shape.place)
        if row is not None and not await Team.exists(place_id=row["id"], key=shape.key):
            made += await _make_once(shape, row["id"], by=by)
    return made


async def _make_once(shape: TeamShape, place_id: int, *, by: Viewer) -> bool:
    """False where another process that starts at the same moment has made it."""
    try:
        await _make(shape, place_id, by=by)
    except IntegrityError:
        return False
    return True


async def _make(shape: TeamShape, place_id: int, *, by: Viewer) -> None:
    async with transaction():
        team = await Team.create(
            created_at=clock.now(),
            place_id=place_id,
            key=shape.key,
            unit=shape.unit,
            name=shape.name,
            phone=shape.phone,
        )
        estates = await Estate.filter(place_id=place_id, name__in=shape.estates).values_list("id", flat=True)
        for what in shape.takes:
            for estate_id in [*estates] or [None]:
                await TeamTask.create(created_at=clock.now(), team=team, what=what, estate_id=estate_id)
        for row in await _named(shape.members):
            await TeamMember.create(created_at=clock.now(), team=team, person_id=row["id"])
        await record(by, "team.add", subject="team", subject_id=team.id, place_id=place_id)


async def _named(usernames: Sequence[str]) -> list[dict[str, int]]:
    return [row for name in usernames for row in await fetch("SELECT id FROM person WHERE username=$1", name)]


async def team_for(kind: Kind, place_id: int, *, estate_id: int | None = None) -> Team | None:
    """The team that takes a kind of work in a place: one that takes just this, else one of its trade, else one that
    takes its field; of several the one for this estate, then the place's own. None where nobody does."""
    rows = await fetch(
        "SELECT t.id, t.unit, t.place_id, k.what, k.estate_id FROM team t LEFT JOIN team_task k ON k.team_id=t.id"
        " JOIN place h ON h.id=$1 LEFT JOIN place u ON u.id=h.parent_id"
        " WHERE t.retired_at IS NULL AND (t.place_id=h.id OR t.place_id=h.parent_id OR t.place_id=u.parent_id)",
        place_id,
    )
    ranked = sorted(
        (rank, row["id"])
        for row in rows
        if (rank := _rank(row, kind, place_id=place_id, estate_id=estate_id)) is not None
    )
    return await Team.get(id=ranked[0][1]) if ranked else None


def _rank(row: dict[str, object], kind: Kind, *, place_id: int, estate_id: int | None) -> tuple[bool, ...] | None:
    is_here, is_kind, is_field = row["place_id"] == place_id, row["what"] == kind.id, row["what"] == kind.field
    if row["estate_id"] is not None and row["estate_id"] != estate_id:
        return None
    if not is_kind and not is_field and row["unit"] != kind.unit:
        return None
    return not is_kind, row["unit"] != kind.unit, not is_field, row["estate_id"] is None, not is_here


async def must_reach(team_id: int, place_id: int) -> Team:
    """A team that takes work of a place: one of its own or of what stands above; NotFound otherwise."""
    row = await fetch_one(
        "SELECT t.id FROM team t JOIN place h ON h.id=$2 LEFT JOIN place u ON u.id=h.parent_id"
        " WHERE t.id=$1 AND t.retired_at IS NULL AND (t.place_id=h.id OR t.place_id=h.parent_id"
        " OR t.place_id=u.parent_id)",
        team_id,
        place_id,
    )
    if row is None:
        raise NotFound("team.not_found")
    return await Team.get(id=row["id"])


async def taking_work_of(place_id: int) -> list[Row]:
    """The rows of the teams that take work of a place, for rules; its own before those above it."""
    return await fetch(
        "SELECT t.id, t.key, t.unit, t.name, t.phone, t.place_id FROM team t JOIN place h ON h.id=$1"
        " LEFT JOIN place u ON u.id=h.parent_id WHERE t.retired_at IS NULL"
        " AND (t.place_id=h.id OR t.place_id=h.parent_id OR t.place_id=u.parent_id) ORDER BY t.place_id<>$1, t.id",
        place_id,
    )


async def teams(*, viewer: Viewer, place_id: int) -> list[TeamLine]:
    """Every team that takes work of a place, for its staff."""
    must_see(viewer, "team.read", place_id, thing="place")
    rows = await taking_work_of(place_id)
    here = listed(row["id"] for row in rows)
    people = await _people(here)
    tasks = await fetch(f"SELECT team_id, what FROM team_task WHERE team_id IN ({here}) ORDER BY id")
    return [
        TeamLine(
            row["id"],
            row["key"],
            row["unit"],
            row["name"],
            row["phone"],
            row["place_id"],
            tuple(people.get(row["id"], ())),
            tuple(dict.fromkeys(task["what"] for task in tasks if task["team_id"] == row["id"])),
        )
        for row in rows
    ]


async def _people(here: str) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for row in await fetch(
        "SELECT m.team_id, p.id, p.shown_name FROM team_member m JOIN person p ON p.id=m.person_id AND p.is_active"
        f" WHERE m.team_id IN ({here}) ORDER BY m.id"
    ):
        found.setdefault(row["team_id"], []).append((row["id"], row["shown_name"]))
    return found


async def unit_names(*, viewer: Viewer, place_id: int) -> list[str]:
    """The trades that teams of a place, and of what stands above it, belong to."""
    return sorted({one.unit for one in await teams(viewer=viewer, place_id=place_id)})


async def joinable(*, viewer: Viewer, place_id: int) -> list[tuple[int, str]]:
    """Who may be put into a team of a place: everybody who works there in any role."""
    must_see(viewer, "team.read", place_id, thing="place")
    rows = await fetch(
        "SELECT DISTINCT p.id, p.shown_name FROM role r JOIN person p ON p.id=r.person_id AND p.is_active"
        f" WHERE r.place_id=$1 AND r.name IN {WORKS_HERE} ORDER BY p.id",
        place_id,
    )
    return [(row["id"], row["shown_name"]) for row in rows]


async def teams_of(person_id: int) -> list[int]:
    """The teams somebody belongs to and still holds a unit's role for, where the team is or where its place lies."""
    roles = ", ".join(f"'{role.value}'" for role in UNIT_ROLES)
    rows = await fetch(
        "SELECT DISTINCT m.team_id FROM team_member m JOIN team t ON t.id=m.team_id JOIN role r"
        f" ON r.person_id=m.person_id AND r.place_id=t.place_id AND r.name IN ({roles})"
        " WHERE m.person_id=$1 AND t.retired_at IS NULL",
        person_id,
    )
    return [row["team_id"] for row in rows]


async def people_of(team_id: int) -> list[int]:
    """Everybody active in a team who still works where it is, to be told."""
    rows = await fetch(
        "SELECT m.person_id FROM team_member m JOIN team t ON t.id=m.team_id"
        " JOIN person p ON p.id=m.person_id AND p.is_active WHERE m.team_id=$1 AND EXISTS (SELECT 1 FROM role r"
        f" WHERE r.person_id=p.id AND r.place_id=t.place_id AND r.name IN {WORKS_HERE}) ORDER BY m.id",
        team_id,
    )
    return [row["person_id"] for row in rows]


async def add(*, by: Viewer, place_id: int, shape: TeamShape) -> Team:
    """加班组: a team of a place."""
    must_see(by, "team.change", place_id, thing="place")
    if not await _make_once(shape, place_id, by=by):
        raise Taken("team.taken")
    return await Team.get(place_id=place_id, key=shape.key)


async def join(team_id: int, *, by: Viewer, person_id: int) -> None:
    """加人: somebody belongs to a team from now on; once is enough."""
    team = await _own(team_id, by)
    await must_belong(person_id, team.place_id, by=by)
    async with transaction():
        await execute(
            "INSERT INTO team_member (created_at, team_id, person_id) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING",
            clock.now(),
            team.id,
            person_id,
        )
        await record(by, "team.join", subject="team", subject_id=team.id, place_id=team.place_id)


async def leave(team_id: int, *, by: Viewer, person_id: int) -> None:
    """去人: somebody belongs to a team no more."""
    team = await _own(team_id, by)
    async with transaction():
        await TeamMember.filter(team_id=team.id, person_id=person_id).delete()
        await record(by, "team.leave", subject="team", subject_id=team.id, place_id=team.place_id)


async def retire(team_id: int, *, by: Viewer) -> None:
    """停用: nothing new is sent to it."""
    team = await _own(team_id, by)
    async with transaction():
        await Team.filter(id=team.id, retired_at__isnull=True).update(retired_at=clock.now())
        await record(by, "team.retire", subject="team", subject_id=team.id, place_id=team.place_id)


async def _own(team_id: int, by: Viewer) -> Team:
    team = await Team.get_or_none(id=team_id)
    if team is None:
        raise NotFound("team.not_found")
    must_see(by, "team.change", team.place_id, thing="team")
    return team
