"""The cast around cases: the shipped catalogue, a property team and a street's team, two residents with accounts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from casework.cases import accepting, catalogue, checking, dispatching, kinds, reporting, teams, working
from casework.cases.reporting import Facts
from casework.cases.teams import TeamShape
from models.case import Case, CaseSource, CaseStep
from models.person import RoleName
from models.team import Team
from people.viewers import SYSTEM, Viewer
from tests.casework.conftest import Cast, cast, staff

__all__ = ["cast"]

COMMUNITY = Path(__file__).parents[3] / "community"


@dataclass
class Town:
    """The cast, with 吴 of the property team (小孙 too) and 钱 of the street's housing team."""

    cast: Cast
    wu: Viewer
    sun: Viewer
    qian: Viewer
    property: Team
    housing: Team

    async def report(self, text: str = "3号楼2楼的楼道灯坏了", *, kind: str = "stair_light", **facts: object) -> Case:
        """王阿姨 reports something by chat."""
        return await reporting.report(
            Facts(kind, text, **facts),  # pyright: ignore[reportArgumentType]
            by=self.cast.wang,
            source=CaseSource.CHAT,
            conversation_id=self.cast.wang_conversation,
        )


@pytest.fixture
async def town(cast: Cast) -> Town:
    """Everything a case needs."""
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)
    wu = await staff("吴", cast.here, role=RoleName.PROPERTY)
    sun = await staff("小孙", cast.here, role=RoleName.PROPERTY)
    qian = await staff("钱", cast.above, role=RoleName.UNIT_MEMBER)
    await teams.load(
        [
            _team("property", "here", takes=("building", "equipment"), members=("吴", "小孙")),
            _team("housing", "subdistrict", takes=("group_renting", "property_service"), members=("钱",)),
        ],
        by=SYSTEM,
    )
    return Town(cast, wu, sun, qian, await Team.get(key="property"), await Team.get(key="housing"))


def _team(unit: str, place: str, *, takes: tuple[str, ...], members: tuple[str, ...]) -> TeamShape:
    return TeamShape(key=unit, place=place, unit=unit, name=f"{unit}组", takes=takes, members=members)


async def verbs(case: Case) -> list[str]:
    """The verbs done to a case, in order."""
    return [step.verb.removeprefix("case.") for step in await CaseStep.filter(case_id=case.id).order_by("id")]


async def worked(town: Town, case: Case) -> None:
    """From the report to the answer."""
    await accepting.accept(case.id, by=town.cast.chen)
    await dispatching.dispatch(case.id, by=town.cast.chen)
    await done_by(town, case)


async def done_by(town: Town, case: Case) -> None:
    """From the dispatch to the answer."""
    await working.contact(case.id, by=town.wu, way="phone", note="约了下午")
    await working.handle(case.id, by=town.wu, note="换了灯泡", after=[7])
    await checking.check(case.id, by=town.cast.chen, way="on_the_spot")
    await checking.reply(case.id, by=town.cast.gao, text="灯换好了")
