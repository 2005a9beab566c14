"""What stands in a walked neighbourhood beside cases: an item of duty, a patrol, a matter in the ledger, points."""

from __future__ import annotations

import datetime as dt

from casework.duties import changing, lists
from casework.ledgers import keeping
from casework.patrols import routes
from casework.patrols.routes import RouteShape
from models import clock
from models.home import Grid
from models.patrol import PatrolStop
from people import points
from people.points import CheckedReport
from people.viewers import SYSTEM, Viewer

KEY = "fines"


async def fill(blanks: dict[str, object], lead: Viewer, *, place_id: int, mark: str) -> None:
    """One of each."""
    shared = next(one for one in lists.shared().items if one.id == KEY)
    values = {**shared.model_dump(mode="json", exclude={"id"}), "name": f"{mark}罚款"}
    await changing.change(KEY, by=lead, place_id=place_id, values=values, number=0, note=f"{mark}改个名")
    grid = await Grid.create(created_at=clock.now(), place_id=place_id, name=f"{mark}网格")
    shape = RouteShape(
        f"{mark}路线", tuple("1234567"), f"{mark}大门｜{mark}灯", grid_id=grid.id, goes_id=lead.person_id or 0
    )
    route_id = await routes.lay(shape, by=lead, place_id=place_id)
    stop = await PatrolStop.get(route_id=route_id)
    await PatrolStop.filter(id=stop.id).update(created_at=clock.now() - dt.timedelta(days=5))
    entry = await keeping.add(
        by=lead,
        place_id=place_id,
        kind="problem",
        title=f"{mark}积水",
        text=f"{mark}一下雨就积水",
        owner_id=lead.person_id or 0,
        due=clock.today() + dt.timedelta(days=9),
    )
    await keeping.link(entry.id, by=lead, number=str(blanks["case_number"]))
    blanks.update(duty_key=KEY, patrol_route=route_id, patrol_stop=stop.id, ledger=entry.id)


async def rewarded(blanks: dict[str, object], resident: Viewer, *, place_id: int) -> None:
    """A resident has points of the case."""
    case_id = blanks["case"]
    assert isinstance(case_id, int)
    assert resident.person_id is not None
    await points.give(CheckedReport(place_id, resident.person_id, case_id, "b1", "stair_light", clock.now()), by=SYSTEM)
