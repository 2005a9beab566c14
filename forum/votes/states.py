"""Where a vote may stand and which verb leads where; whether its time is over is computed from its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from models import clock
from models.ballot import VoteState
from models.errors import NotFound, Taken, WrongState
from models.transaction import Row, fetch_one, fetch_one_by_key, is_postgres, moment
from people.scope import must_see, sees
from people.viewers import Viewer

DRAFT, OPEN, COUNTED, VOID = VoteState.DRAFT, VoteState.OPEN, VoteState.COUNTED, VoteState.VOID

LOOP: Mapping[str, Mapping[VoteState, VoteState]] = MappingProxyType(
    {
        # 修改, 开始表决, 计票, 作废
        "vote.edit": {DRAFT: DRAFT},
        "vote.open": {DRAFT: OPEN},
        "vote.count": {OPEN: COUNTED},
        "vote.void": {DRAFT: VOID, OPEN: VOID},
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A vote as it was last read: what a verb is guarded by."""

    id: int
    place_id: int
    state: VoteState
    version: int
    is_secret: bool
    closes_at: dt.datetime

    @property
    def takes_ballots(self) -> bool:
        """Whether one may vote now, whatever the jobs have done or not."""
        return self.state is OPEN and clock.now() < self.closes_at


def _standing(row: Row) -> Standing:
    state, closes_at = VoteState(row["state"]), moment(row["closes_at"])
    return Standing(row["id"], row["place_id"], state, row["version"], bool(row["is_secret"]), closes_at)


_READ = "SELECT id, place_id, state, version, is_secret, closes_at FROM vote WHERE id=$1"


async def standing(vote_id: int) -> Standing:
    """A vote, whoever asks; for verbs that then ask who may."""
    row = await fetch_one_by_key(_READ, vote_id)
    if row is None:
        raise NotFound("vote.not_found")
    return _standing(row)


async def held(vote_id: int, *, is_alone: bool = False) -> Standing:
    """A vote that nobody ends until our transaction does, in which a ballot is cast. ``is_alone``: and nobody else
    casts meanwhile, where what is counted must not change under us."""
    lock = " FOR UPDATE" if is_alone else " FOR SHARE"
    row = await fetch_one_by_key(_READ + (lock if is_postgres() else ""), vote_id)
    if row is None:
        raise NotFound("vote.not_found")
    return _standing(row)


async def visible(vote_id: int, viewer: Viewer) -> Standing:
    """A vote whoever asks may look at: of their neighbourhood and no draft, or one on whose roll they stand."""
    found = await standing(vote_id)
    if found.state is DRAFT:
        must_see(viewer, "vote.draft", found.place_id, thing="vote")
    elif not sees(viewer, "vote.read", found.place_id) and not await _is_on_roll(vote_id, viewer):
        raise NotFound("vote.not_found")
    return found


async def _is_on_roll(vote_id: int, viewer: Viewer) -> bool:
    if viewer.person_id is None:
        return False
    sql = "SELECT 1 AS one FROM voter_person WHERE vote_id=$1 AND person_id=$2 LIMIT 1"
    return await fetch_one_by_key(sql, vote_id, viewer.person_id) is not None


async def move(vote: Standing, verb: str, **changes: object) -> VoteState:
    """Do a verb: change the row as last read. The names of ``changes`` are columns, written in our own code only."""
    after = LOOP[verb].get(vote.state)
    if after is None:
        raise WrongState(verb, state=vote.state.value)
    columns = "".join(f", {name}=${at}" for at, name in enumerate(changes, start=5))
    row = await fetch_one(
        f"UPDATE vote SET state=$1, version=version+1{columns} WHERE id=$2 AND state=$3 AND version=$4 RETURNING id",
        after.value,
        vote.id,
        vote.state.value,
        vote.version,
        *changes.values(),
    )
    if row is None:
        raise Taken("vote.changed")
    return after
