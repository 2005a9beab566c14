"""The cast around a quarrel: 王 of 3-501 and 李 of 3-402 with chats, 小王 who lives with 王, and two mediators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from casework.mediation import applying, consents, mediators, sessions
from casework.mediation.applying import Asked
from courier import limits
from models import clock as models_clock
from models.contact import Contact
from models.home import Building, Estate, Home
from models.household import Relation, Residence, ResidenceState
from models.mediation import Mediation
from models.person import Person, Role, RoleName
from people.viewers import Viewer, viewer_of
from tests.casework.cases.conftest import Town, town
from tests.casework.conftest import Cast, cast, staff
from tests.conftest import StillClock

__all__ = ["cast", "town"]

HOUR = dt.timedelta(hours=1)
MATTER, SECRET, OTHERS_SECRET = "四楼装修夜里太响", "甲方私话：其实愿意少要五百", "乙方私话：下月才有钱"


@dataclass
class Quarrel:
    """王 asks, 李 is asked; 孙 and 周老师 mediate here, 远 mediates elsewhere."""

    town: Town
    cast: Cast
    clock: StillClock
    wang: Viewer
    xiaowang: Viewer
    li: Viewer
    sun: Viewer
    teacher: Viewer
    far: Viewer

    async def apply(self, **changes: Any) -> Mediation:
        """王 asks for it, with private words."""
        given = {"matter": MATTER, "other": "李叔", "where": "3号楼402", "private": SECRET, **changes}
        return await applying.apply(Asked(**given), by=self.wang)

    async def moves_in(self, viewer: Viewer, home: Home) -> None:
        """Somebody who works here lives in one of the homes."""
        person = await Person.get(id=viewer.person_id)
        await _dwells(person, home, cast=self.cast)

    async def assigned(self) -> Mediation:
        """Both agreed, and 孙 leads it."""
        made = await self.apply()
        await consents.consent(made.id, by=self.li)
        return await mediators.choose(made.id, by=self.cast.chen, mediator_id=self.sun.person_id or 0)

    async def talking(self) -> Mediation:
        """The same, with a talk at the committee in an hour."""
        made = await self.assigned()
        at = models_clock.now() + HOUR
        await sessions.meet(made.id, by=self.sun, way="meet", at=at, where="调解室")
        return await Mediation.get(id=made.id)


async def lives(name: str, home: Home, *, cast: Cast) -> Viewer:
    """A resident of a home, with a chat."""
    now = models_clock.now()
    person = await Person.create(created_at=now, place=cast.here, name=name, shown_name=name)
    await Role.create(created_at=now, person=person, place=cast.here, name=RoleName.RESIDENT)
    await Contact.create(created_at=now, channel="telegram", address=f"home-{name}", place=cast.here, person=person)
    await _dwells(person, home, cast=cast)
    found = await viewer_of(person.id)
    assert found is not None
    return found


async def _dwells(person: Person, home: Home, *, cast: Cast) -> None:
    await Residence.create(
        created_at=models_clock.now(),
        place=cast.here,
        person=person,
        home=home,
        relation=Relation.OWNER,
        state=ResidenceState.LIVING,
        open_home_id=home.id,
    )


async def home_of(label: str, building: Building, *, cast: Cast) -> Home:
    """A home of the building."""
    return await Home.create(created_at=models_clock.now(), place=cast.here, building=building, label=label, sort=label)


@pytest.fixture
async def quarrel(town: Town, clock: StillClock) -> Quarrel:
    """Nothing has been asked for yet."""
    limits.install(MovingWindowRateLimiter(MemoryStorage()))
    cast, now = town.cast, models_clock.now()
    estate = await Estate.create(created_at=now, place=cast.here, name="示范小区")
    building = await Building.create(created_at=now, place=cast.here, estate=estate, name="3号楼", sort="3")
    upper, lower = [await home_of(label, building, cast=cast) for label in ("501", "402")]
    return Quarrel(
        town=town,
        cast=cast,
        clock=clock,
        wang=await lives("王阿姨", upper, cast=cast),
        xiaowang=await lives("小王", upper, cast=cast),
        li=await lives("李叔", lower, cast=cast),
        sun=await staff("孙", cast.here, role=RoleName.MEDIATOR),
        teacher=await staff("周老师", cast.here, role=RoleName.MEDIATOR),
        far=await staff("远", cast.elsewhere, role=RoleName.MEDIATOR),
    )
