"""What came of one proposal after its decision, for the page where neighbours look for it: its publications, its
project, its covenant, its appraisal; and what may be begun next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from forum.deliberation.showing import ProposalCard
from forum.promises.publications import RUNS
from forum.promises.sight import decided
from forum.states import STATES
from models import clock
from models.proposal import ProposalStage
from models.transaction import Row, fetch, moment
from people.permissions import may
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class CameOf:
    """One of them. ``is_open``: it still runs, and nothing after it can begin. ``ends_at``: by when one objects or
    rates."""

    kind: str
    id: int
    title: str
    is_open: bool
    ends_at: dt.datetime | None

    @property
    def last_day(self) -> dt.date | None:
        """Until the end of which day."""
        return clock.local(self.ends_at - dt.timedelta(minutes=1)).date() if self.ends_at else None


_READ = (
    "SELECT * FROM (SELECT 1 AS place, 'publication' AS kind, u.id, u.title, u.ends_at,"
    f" CASE WHEN {RUNS} THEN 1 ELSE 0 END AS is_open FROM publication u JOIN proposal p ON p.id=u.proposal_id"
    " WHERE u.proposal_id=$1"
    " UNION ALL SELECT 2, 'project', j.id, j.title, NULL, CASE WHEN j.state='running' THEN 1 ELSE 0 END"
    " FROM project j WHERE j.proposal_id=$1"
    " UNION ALL SELECT 2, 'covenant', c.id, c.title, NULL, 0 FROM covenant_version v"
    " JOIN covenant c ON c.id=v.covenant_id WHERE v.proposal_id=$1"
    " UNION ALL SELECT 3, 'appraisal', a.id, a.unit, a.closes_at,"
    " CASE WHEN a.settled_at IS NULL THEN 1 ELSE 0 END FROM appraisal a WHERE a.proposal_id=$1) x ORDER BY place, id"
)


async def outcomes(proposal_id: int, *, viewer: Viewer) -> list[CameOf]:
    """后来: in the order in which they come, for whoever sees the proposal."""
    found = await decided(proposal_id, viewer)
    rows = await fetch(_READ, proposal_id)
    return [_came_of(row) for row in rows if may(viewer, f"{row['kind']}.read", found.place_id)]


def _came_of(row: Row) -> CameOf:
    return CameOf(
        kind=row["kind"],
        id=row["id"],
        title=row["title"],
        is_open=bool(row["is_open"]),
        ends_at=None if row["ends_at"] is None else moment(row["ends_at"]),
    )


_BEGINS = {
    ProposalStage.PUBLICATION: "publication.publish",
    ProposalStage.COVENANT: "covenant.publish",
    ProposalStage.PROJECT: "project.start",
    ProposalStage.CARRYING_OUT: "appraisal.begin",
}


def begins(card: ProposalCard, came_of: Sequence[CameOf], *, viewer: Viewer) -> bool:
    """Whether the viewer may begin now what comes next at its stage: each once what came before it is over."""
    verb = _BEGINS.get(card.standing.stage)
    if verb is None or not STATES[card.post.state].is_shown or any(one.is_open for one in came_of):
        return False
    return may(viewer, verb, card.standing.place_id)
