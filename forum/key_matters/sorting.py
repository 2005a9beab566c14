"""初定: joining what is the same, and deciding of each matter whether it is on the shortlist, or why not."""

from __future__ import annotations

from forum.key_matters import telling
from forum.key_matters.putting import matter_held, year_of
from forum.key_matters.steps import S, held, must_stand_at, seen_for
from forum.words import reason_of
from models.errors import Invalid, NotFound, Taken, WrongState
from models.key_matter import KeyMatterState, KeyStepName
from models.transaction import Row, execute, transaction
from people.audit import record
from people.viewers import Viewer

M = KeyMatterState


async def admit(matter_id: int, *, by: Viewer) -> None:
    """放行: what was held is there for everybody."""
    await _decide(matter_id, "key_matter.admit", by=by, after=M.PUT, before=(M.HELD,), steps=(S.COLLECT, S.SHORTLIST))


async def shortlist(matter_id: int, *, by: Viewer) -> None:
    """列入: on the list that is talked over and voted on; what was left out may come back."""
    before = (M.PUT, M.LEFT_OUT)
    await _decide(matter_id, "key_matter.shortlist", by=by, after=M.SHORTLISTED, before=before, steps=(S.SHORTLIST,))


async def leave_out(matter_id: int, *, by: Viewer, reason: str) -> None:
    """不列入: for a reason that everybody reads; who wants it is told."""
    why = reason_of(reason)
    if not why:
        raise Invalid("key_matter.reason")
    before = (M.PUT, M.HELD, M.SHORTLISTED)
    steps = (S.SHORTLIST, S.DELIBERATE)
    await _decide(matter_id, "key_matter.leave_out", by=by, after=M.LEFT_OUT, before=before, steps=steps, reason=why)


async def _decide(
    matter_id: int,
    verb: str,
    *,
    by: Viewer,
    after: KeyMatterState,
    before: tuple[KeyMatterState, ...],
    steps: tuple[KeyStepName, ...],
    reason: str = "",
) -> None:
    year = await seen_for(await year_of(matter_id), by=by, verb=verb)
    async with transaction():
        must_stand_at(await held(year.id), *steps)
        row = await matter_held(matter_id)
        if row["state"] not in before:
            raise WrongState("key_matter.decided", number=row["number"])
        await _change(row, after, reason=reason)
        await record(by, verb, subject="key_matter", subject_id=matter_id, place_id=year.place_id)
        if after is not M.PUT:
            await telling.tell(matter_id, after.value, why=reason)


async def _change(row: Row, after: KeyMatterState, *, reason: str = "", into: int | None = None) -> None:
    done = await execute(
        "UPDATE key_matter SET state=$1, reason=$2, joined_into_id=$3, version=version+1 WHERE id=$4 AND version=$5",
        after.value,
        reason,
        into,
        row["id"],
        row["version"],
    )
    if done != 1:
        raise Taken("key_matter.decided", number=row["number"])


_TAKE_ALONG = (
    "INSERT INTO key_supporter (created_at, matter_id, person_id) SELECT s.created_at, $1, s.person_id"
    " FROM key_supporter s WHERE s.matter_id=$2 ON CONFLICT (matter_id, person_id) DO NOTHING"
)


async def join(matter_id: int, *, by: Viewer, into_id: int) -> None:
    """合并: what is the same; whoever wanted one wants the other, once each, and is told."""
    year = await seen_for(await year_of(matter_id), by=by, verb="key_matter.join")
    async with transaction():
        must_stand_at(await held(year.id), S.COLLECT, S.SHORTLIST)
        row, into = await matter_held(matter_id), await matter_held(into_id)
        if into["key_year_id"] != year.id or matter_id == into_id or into["state"] not in {M.PUT, M.SHORTLISTED}:
            raise NotFound("key_matter.not_found")
        if row["state"] not in {M.PUT, M.HELD, M.LEFT_OUT}:
            raise WrongState("key_matter.decided", number=row["number"])
        await telling.tell(matter_id, "joined", into=into["title"])
        await _change(row, M.JOINED, into=into_id)
        await execute("UPDATE key_matter SET joined_into_id=$1 WHERE joined_into_id=$2", into_id, matter_id)
        await execute(_TAKE_ALONG, into_id, matter_id)
        await record(by, "key_matter.join", subject="key_matter", subject_id=matter_id, place_id=year.place_id)
