"""Cases of the neighbourhoods that are walked: one of each, with a team, a photo and the catalogue."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from casework.cases import accepting, bulk, calls, catalogue, kinds, reporting, teams
from casework.cases.reporting import Facts
from casework.cases.teams import TeamShape
from casework.conversations import Talk
from models import clock
from models.case import CaseSource
from people.residents import viewer_at
from people.viewers import SYSTEM, Viewer

COMMUNITY = Path(__file__).parents[2] / "community"


async def take_in_catalogue() -> None:
    """The shipped kinds of work."""
    catalogue.forget()
    await catalogue.load(kinds.read(COMMUNITY / "cases"), by=SYSTEM)


async def fill(blanks: dict[str, object], talk: Talk, worker: Viewer, *, place_id: int, mark: str) -> None:
    """A case by chat in a building, taken on; a team without people; a kind of the neighbourhood's own."""
    building = blanks["building"]
    assert isinstance(building, int)
    facts = Facts(
        "stair_light",
        f"{mark}楼道灯坏了",
        where=f"{mark}二楼",
        who=f"{mark}王阿姨",
        when=f"{mark}昨天",
        how=f"{mark}闪了几下",
        building_id=building,
        photos=(place_id,),
    )
    asker = await viewer_at(talk.at)
    case = await reporting.report(facts, by=asker, source=CaseSource.CHAT, conversation_id=talk.conversation_id)
    await accepting.accept(case.id, by=worker)
    shape = TeamShape(key="repairs", place="-", unit="property", name=f"{mark}维修组", takes=("building", "equipment"))
    team = await teams.add(by=worker, place_id=place_id, shape=shape)
    soon = clock.now() + dt.timedelta(hours=1)
    called = await calls.call(
        case.id, by=worker, team_ids=[team.id], at=soon, where=f"{mark}门口", purpose=f"{mark}看一看"
    )
    done = await bulk.do("close", [case.id], by=worker)
    await catalogue.change(
        "camera", by=worker, place_id=place_id, values={"name": f"{mark}摄像头"}, number=1, note=f"{mark}改个名"
    )
    numbers = {"case": case.id, "team": team.id, "bulk": done.id, "call": called.id}
    blanks.update(numbers, case_number=case.number, case_text=case.text, case_kind="stair_light")
