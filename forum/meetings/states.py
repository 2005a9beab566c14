"""Where a meeting may stand and which verb leads where; who sees one, and a meeting held for a verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models.errors import NotFound, Taken, WrongState
from models.meeting import MeetingKind, MeetingState
from models.transaction import Row, fetch_one, is_postgres, moment
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

CALLED, BEGUN, PUBLISHED, CALLED_OFF = (
    MeetingState.CALLED,
    MeetingState.BEGUN,
    MeetingState.PUBLISHED,
    MeetingState.CALLED_OFF,
)
READ = "meeting.read"

LOOP: Mapping[str, Mapping[MeetingState, MeetingState]] = MappingProxyType(
    {
        # 改时间地点, 邀请, 答复邀请, 志愿报名, 定代表, 开会, 点到,
        # 记纪要, 写结论, 划掉, 放照片, 撤下照片, 公开记录, 补充, 立事件, 取消
        "meeting.change": {CALLED: CALLED},
        "meeting.invite": {CALLED: CALLED},
        "meeting.answer": {CALLED: CALLED},
        "meeting.volunteer": {CALLED: CALLED},
        "meeting.name_member": {CALLED: CALLED},
        "meeting.begin": {CALLED: BEGUN},
        "meeting.mark": {BEGUN: BEGUN},
        "meeting.write": {BEGUN: BEGUN},
        "meeting.conclude": {BEGUN: BEGUN},
        "meeting.drop": {BEGUN: BEGUN},
        "meeting.show": {BEGUN: BEGUN},
        "meeting.drop_photo": {BEGUN: BEGUN, PUBLISHED: PUBLISHED},
        "meeting.publish": {BEGUN: PUBLISHED},
        "meeting.add": {PUBLISHED: PUBLISHED},
        "meeting.make_case": {PUBLISHED: PUBLISHED},
        "meeting.call_off": {CALLED: CALLED_OFF},
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A meeting as it was last read: what a verb is guarded by."""

    id: int
    place_id: int
    proposal_id: int | None
    kind: MeetingKind
    state: MeetingState
    title: str
    venue: str
    starts_at: dt.datetime
    takes_volunteers: bool
    version: int


_READ = (
    "SELECT id, place_id, proposal_id, kind, state, title, venue, starts_at, takes_volunteers, version FROM meeting"
    " WHERE id=$1"
)


def _standing(row: Row | None) -> Standing:
    if row is None:
        raise NotFound("meeting.not_found")
    return Standing(
        id=row["id"],
        place_id=row["place_id"],
        proposal_id=row["proposal_id"],
        kind=MeetingKind(row["kind"]),
        state=MeetingState(row["state"]),
        title=row["title"],
        venue=row["venue"],
        starts_at=moment(row["starts_at"]),
        takes_volunteers=bool(row["takes_volunteers"]),
        version=row["version"],
    )


async def visible(meeting_id: int, viewer: Viewer) -> Standing:
    """A meeting of the viewer's neighbourhood; NotFound for everybody else."""
    found = _standing(await fetch_one(_READ, meeting_id))
    must_see(viewer, READ, found.place_id, thing="meeting")
    return found


async def seen_for(meeting_id: int, *, by: Viewer, verb: str) -> Standing:
    """A meeting for a verb, before any transaction: of another neighbourhood it is not found."""
    found = await visible(meeting_id, by)
    allow(by, verb, found.place_id)
    return found


async def held(meeting_id: int, verb: str) -> Standing:
    """A meeting whose row is held until the commit, where the verb may be done; of two at once the second reads what
    the first has left."""
    found = _standing(await fetch_one(_READ + (" FOR UPDATE" if is_postgres() else ""), meeting_id))
    if LOOP[verb].get(found.state) is None:
        raise WrongState(verb, state=found.state.value)
    return found


async def move(meeting: Standing, verb: str, **changes: object) -> None:
    """Do a verb: change the row as last read. The names of ``changes`` are columns, written in our own code only."""
    after = LOOP[verb].get(meeting.state)
    if after is None:
        raise WrongState(verb, state=meeting.state.value)
    columns = "".join(f", {name}=${at}" for at, name in enumerate(changes, start=5))
    row = await fetch_one(
        f"UPDATE meeting SET state=$1, version=version+1{columns} WHERE id=$2 AND state=$3 AND version=$4 RETURNING id",
        after.value,
        meeting.id,
        meeting.state.value,
        meeting.version,
        *changes.values(),
    )
    if row is None:
        raise Taken("meeting.changed")
