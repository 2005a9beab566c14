"""Where the stories happen: a neighbourhood with its staff, made ready by verbs, then served by a real process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from models.database import connected
from models.person import RoleName
from people import login_codes, places, staff
from people.viewers import SYSTEM
from tests.people.neighbours import neighbour
from tests.portal.neighbourhood import piece_of_pack, settle
from tests.reliability.process import ROOT, Service

PASSWORD = "a password for tests"
STAFF = {
    "chen": ("小陈", RoleName.WORKER),
    "gao": ("高书记", RoleName.SECRETARY),
    "wu": ("吴师傅", RoleName.PROPERTY),
}
"""By the names under which ``community/teams.toml`` puts them into their teams."""


@asynccontextmanager
async def served(database_url: str, *, folder: Path, more: Mapping[str, str] | None = None) -> AsyncIterator[Service]:
    """青禾里, served; ``more``: further settings."""
    async with connected(database_url):
        await settle([piece_of_pack(most=6)])
        await hire_all()
    settings = {
        "MULIN_DATABASE_URL": database_url,
        "MULIN_COMMUNITY_DIR": str(ROOT / "community"),
        "MULIN_SECRET_KEY": "a secret for tests only",
        **(more or {}),
    }
    async with Service(settings, folder=folder) as service:
        await service.start()
        yield service


async def way_in(database_url: str, name: str, *, address: str) -> str:
    """Somebody who lives there; gives the secret end of the link that was sent into their chat."""
    async with connected(database_url):
        lives = await neighbour(places.home_place_id(), name, address=address)
        return (await login_codes.make_code(by=await lives.viewer())).link


async def hire_all() -> None:
    """Its staff."""
    for username, (name, role) in STAFF.items():
        await _hire(username, name, role=role)


async def _hire(username: str, name: str, *, role: RoleName) -> None:
    here = places.home_place_id()
    person = await staff.add_person(by=SYSTEM, place_id=here, name=name, username=username, password=PASSWORD)
    await staff.grant(person.id, by=SYSTEM, role=role, place_id=here)
