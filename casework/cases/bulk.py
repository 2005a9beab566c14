"""The same done to many cases at once, and undone as a whole for some minutes; its notices wait as long."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from casework.cases import accepting as first
from casework.cases import answering, dispatching, telling
from casework.cases.holding import holding
from casework.cases.sight import wide_places
from casework.cases.steps import note_down
from courier.letters import Letter
from models import clock
from models.bulk import Bulk, BulkCase, HeldNotice
from models.case import Case, CaseReporter
from models.errors import Invalid, NotAllowed, NotFound, Refusal, Taken, WrongState
from models.rules import rules
from models.sealed import unseal
from models.transaction import execute, fetch, fetch_by_key, moment, savepoint, transaction
from people.audit import record
from people.permissions import allow_somewhere
from people.viewers import SYSTEM, Viewer

MOST = 200
_KEPT = ("state", "owner_id", "transfer_to_id", "team_id", "handler_id")
_MOMENTS = ("closed_at",)
Verb = Callable[[int, Viewer, int | None], Awaitable[Case]]


async def _accept(case_id: int, by: Viewer, _team: int | None) -> Case:
    return await first.accept(case_id, by=by)


async def _dispatch(case_id: int, by: Viewer, team: int | None) -> Case:
    return await dispatching.dispatch(case_id, by=by, team_id=team)


async def _close(case_id: int, by: Viewer, _team: int | None) -> Case:
    return await answering.close(case_id, by=by)


VERBS: dict[str, Verb] = {"accept": _accept, "dispatch": _dispatch, "close": _close}
"""What may be done to many at once."""


@dataclass(frozen=True, slots=True)
class BulkDone:
    """What a bulk action came to: how many it did, the numbers it could not, and until when it may be undone."""

    id: int
    verb: str
    done: int
    refused: tuple[str, ...]
    until: dt.datetime


async def do(verb: str, case_ids: Sequence[int], *, by: Viewer, team_id: int | None = None) -> BulkDone:
    """批量: one verb on many cases; those on which it cannot be done stay as they are and are named."""
    if verb not in VERBS:
        raise Invalid("case.bulk_verb")
    wanted = sorted(set(case_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid("case.bulk_size", most=MOST)
    async with transaction():
        now = clock.now()
        place_id = await _place(wanted, by)
        until = now + dt.timedelta(minutes=rules().cases.undo_minutes)
        bulk = await Bulk.create(created_at=now, place_id=place_id, by_id=by.person_id, verb=verb, until=until)
        results = [await _do_one(bulk, case_id, by=by, team_id=team_id) for case_id in wanted]
        refused = [number for number in results if number is not None]
        await record(by, "case.bulk", subject="bulk", subject_id=bulk.id, place_id=place_id, detail=verb)
    return BulkDone(bulk.id, verb, len(wanted) - len(refused), tuple(refused), until)


async def _place(case_ids: Sequence[int], by: Viewer) -> int:
    """The one neighbourhood all of them are of, in which the viewer works."""
    found = await _held(case_ids)
    places, wide = {case.place_id for case in found}, wide_places(by, "case.bulk")
    if len(found) != len(case_ids) or len(places) != 1 or not (wide is None or places <= wide):
        raise NotFound("case.not_found")
    return places.pop()


async def _held(case_ids: Sequence[int]) -> list[Case]:
    """The cases, locked in one order and before anything else is, so that nobody waits for each other."""
    return await Case.filter(id__in=list(case_ids)).order_by("id").select_for_update()


async def _do_one(bulk: Bulk, case_id: int, *, by: Viewer, team_id: int | None) -> str | None:
    """Do it to one; gives its number where it was refused."""
    case = await Case.get(id=case_id)
    before = _snapshot(case)
    try:
        async with savepoint():
            with holding(bulk.id):
                done = await VERBS[bulk.verb](case_id, by, team_id)
    except Refusal:
        return case.number
    await BulkCase.create(
        created_at=clock.now(), bulk=bulk, case_id=case_id, before=json.dumps(before), version=done.version
    )
    return None


def _snapshot(case: Case) -> dict[str, object]:
    moments = {name: value.isoformat() if (value := getattr(case, name)) else None for name in _MOMENTS}
    return {**{name: getattr(case, name) for name in _KEPT}, **moments}


async def undo(bulk_id: int, *, by: Viewer) -> int:
    """撤销: all of it, within the minutes, by who did it; nobody ever hears of it. Gives how many."""
    async with transaction():
        bulk = await Bulk.filter(id=bulk_id).select_for_update().first()
        places = wide_places(by, "case.bulk")
        if bulk is None or not (places is None or bulk.place_id in places):
            raise NotFound("case.bulk_not_found")
        if bulk.by_id != by.person_id:
            raise NotAllowed("case.bulk_not_yours")
        if bulk.undone_at is not None:
            raise Taken("case.bulk_undone")
        if bulk.told_at is not None or clock.now() >= bulk.until:
            raise WrongState("case.bulk_too_late")
        await Bulk.filter(id=bulk.id).update(undone_at=clock.now())
        await HeldNotice.filter(bulk_id=bulk.id).delete()
        await _held([one.case_id for one in await BulkCase.filter(bulk_id=bulk.id)])
        done = 0
        for one in await BulkCase.filter(bulk_id=bulk.id).order_by("case_id"):
            done += await _put_back(one, bulk, by=by)
        await record(by, "case.undo", subject="bulk", subject_id=bulk.id, place_id=bulk.place_id)
    return done


async def _put_back(one: BulkCase, bulk: Bulk, *, by: Viewer) -> bool:
    """As it was, unless somebody did more to it meanwhile: that stays."""
    before: dict[str, object] = json.loads(one.before)
    for name in _MOMENTS:
        value = before[name]
        before[name] = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    changed = await Case.filter(id=one.case_id, version=one.version).update(**before, version=one.version + 1)
    if not changed:
        return False
    case = await Case.get(id=one.case_id)
    await note_down(case, "case.undo", by=by, is_public=False, facts={"undoes": bulk.verb, "bulk": bulk.id})
    return True


async def tell_held(now: dt.datetime) -> int:
    """发出批量通知: those of bulk actions that can no longer be undone; each once, whoever runs it and however late."""
    rows = await fetch(
        "SELECT id FROM bulk WHERE until<=$1 AND undone_at IS NULL AND told_at IS NULL ORDER BY id LIMIT 20", now
    )
    return sum([await _tell_bulk(row["id"]) for row in rows])


async def _tell_bulk(bulk_id: int) -> int:
    async with transaction():
        changed = await execute(
            "UPDATE bulk SET told_at=$1 WHERE id=$2 AND told_at IS NULL AND undone_at IS NULL", clock.now(), bulk_id
        )
        if changed != 1:
            return 0
        bulk = await Bulk.get(id=bulk_id)
        held = await HeldNotice.filter(bulk_id=bulk_id).order_by("id")
        await record(SYSTEM, "case.tell_bulk", subject="bulk", subject_id=bulk_id, place_id=bulk.place_id)
        for notice in held:
            await _say(notice, place_id=bulk.place_id)
        await HeldNotice.filter(bulk_id=bulk_id).delete()
    return len(held)


async def _say(notice: HeldNotice, *, place_id: int) -> None:
    letter = Letter.from_json(unseal(notice.letter))
    if notice.person_id is not None:
        await telling.send_to_staff(letter, person_id=notice.person_id, place_id=place_id, kind=notice.kind)
        return
    reporter = await CaseReporter.get_or_none(id=notice.reporter_id, left_at__isnull=True)
    if reporter is not None:
        await telling.send_to_reporter(reporter, letter, case_id=notice.case_id, kind=notice.kind, asks=notice.asks)


_UNDOABLE = (
    "SELECT b.id, b.verb, b.until, (SELECT count(*) FROM bulk_case k WHERE k.bulk_id=b.id) AS cases FROM bulk b"
    " WHERE b.by_id=$1 AND b.until>$2 AND b.undone_at IS NULL AND b.told_at IS NULL ORDER BY b.id DESC"
)


async def undoable(*, viewer: Viewer) -> list[BulkDone]:
    """可撤销: what the viewer did to many at once and may still take back, the newest first."""
    allow_somewhere(viewer, "case.bulk")
    rows = await fetch_by_key(_UNDOABLE, viewer.person_id or 0, clock.now())
    return [BulkDone(row["id"], row["verb"], row["cases"], (), moment(row["until"])) for row in rows]
