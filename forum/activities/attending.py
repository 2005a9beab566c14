"""签到: the code that staff show where it takes place, who signs in with it, and what counts of it as hours."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from forum.activities.sight import Called, activity, held, run_by
from forum.sight import maybe
from models import clock
from models.activity import SignUpState
from models.errors import Invalid, NotFound, TooMany, WrongState
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, transaction
from nlp.normalise import clean_input
from people import shown
from people.audit import record
from people.permissions import allow
from people.shown import Shown
from people.viewers import Viewer

DIGITS = 4


@dataclass(frozen=True, slots=True)
class Attended:
    """What came of a code: whether they are signed in, and otherwise how often they may still try."""

    is_present: bool
    tries_left: int


@dataclass(frozen=True, slots=True)
class SignUpLine:
    """Somebody who signed up, for who runs the activity. ``who`` is None for who is not of the place any more."""

    id: int
    who: Shown | None
    state: SignUpState
    is_present: bool
    hours_from: dt.datetime | None
    hours_until: dt.datetime | None


async def show_code(post_id: int, *, by: Viewer, is_new: bool = False) -> str:
    """签到码: the digits to show there; the same until a new one is asked for."""
    found = await run_by(post_id, by=by, verb="activity.show_code")
    if not found.takes_codes:
        raise WrongState("activity.no_codes", minutes=rules().activities.check_in_minutes)
    if found.code and not is_new:
        return found.code
    async with transaction():
        found = await held(found, viewer=by)
        code = found.code
        if is_new or not code:
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
            await execute("UPDATE activity SET code=$1 WHERE id=$2", code, found.id)
        await record(by, "activity.show_code", subject="activity", subject_id=found.id, place_id=found.post.place_id)
    return code


async def check_in(post_id: int, *, by: Viewer, code: str) -> Attended:
    """签到: who has a place and types the code that is shown there. A wrong one costs one of a few tries, and is no
    refusal: what is refused is undone with everything around it, and the try would not count."""
    found = await activity(post_id, viewer=by)
    allow(by, "activity.check_in", found.post.place_id)
    own, most = found.own, rules().activities.code_tries
    if own is None or own.state is not SignUpState.IN:
        raise WrongState("activity.not_signed_up")
    if own.is_present:
        return Attended(is_present=True, tries_left=most - own.tries)
    if not found.takes_codes or not found.code_is_set:
        raise WrongState("activity.no_codes", minutes=rules().activities.check_in_minutes)
    async with transaction():
        spent = "UPDATE sign_up SET tries=tries+1 WHERE id=$1 AND tries<$2 RETURNING tries"
        row = await fetch_one(spent, own.id, most)
        if row is None:
            raise TooMany("activity.code_tries")
        if not await _is_code(found, clean_input(code).strip()):
            return Attended(is_present=False, tries_left=most - row["tries"])
        await _be_present(found, own.id, by=by)
        await record(by, "activity.check_in", subject="activity", subject_id=found.id, place_id=found.post.place_id)
    return Attended(is_present=True, tries_left=most - row["tries"])


async def _is_code(found: Called, typed: str) -> bool:
    row = await fetch_one("SELECT code FROM activity WHERE id=$1", found.id)
    return row is not None and bool(row["code"]) and secrets.compare_digest(row["code"].encode(), typed.encode())


_PRESENT = (
    "UPDATE sign_up SET present_at=$1, hours_from=$2, hours_until=$3, marked_by_id=$4"
    " WHERE id=$5 AND activity_id=$6 AND state='in'"
)


async def _be_present(found: Called, sign_up_id: int, *, by: Viewer) -> None:
    """From the beginning for who came about in time, otherwise from when they came."""
    now = clock.now()
    late = dt.timedelta(minutes=rules().activities.late_minutes)
    begins = found.starts_at if now <= found.starts_at + late else min(now, found.ends_at)
    await execute(_PRESENT, now, begins, found.ends_at, by.person_id, sign_up_id, found.id)


async def mark(
    post_id: int,
    sign_up_id: int,
    *,
    by: Viewer,
    is_present: bool = True,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> None:
    """补签、改时长: who runs it says who was there, and from when until when, within its own time."""
    found = await run_by(post_id, by=by, verb="activity.mark")
    begins, ends = since or found.starts_at, until or found.ends_at
    if not found.starts_at <= begins < ends <= found.ends_at:
        raise Invalid("activity.hours_wrong")
    if found.is_called_off or (is_present and not (found.has_begun or found.takes_codes)):
        raise WrongState("activity.not_yet")
    values = (clock.now(), begins, ends) if is_present else (None, None, None)
    async with transaction():
        if await execute(_PRESENT, *values, by.person_id, sign_up_id, found.id) != 1:
            raise NotFound("activity.not_signed_up")
        detail = "present" if is_present else "absent"
        await record(
            by, "activity.mark", subject="sign_up", subject_id=sign_up_id, place_id=found.post.place_id, detail=detail
        )


_LINES = (
    "SELECT id, person_id, state, present_at, hours_from, hours_until FROM sign_up WHERE activity_id=$1"
    " AND open_for IS NOT NULL ORDER BY CASE WHEN state='in' THEN 0 ELSE 1 END, id"
)


async def sign_ups(post_id: int, *, viewer: Viewer) -> list[SignUpLine]:
    """报名名单: who has a place and who waits, in their order, for who runs it."""
    found = await run_by(post_id, by=viewer, verb="activity.see_sign_ups")
    rows = await fetch(_LINES, found.id)
    people = await shown.shown([row["person_id"] for row in rows], viewer=viewer, place_id=found.post.place_id)
    return [_line(row, people.get(row["person_id"])) for row in rows]


def _line(row: Row, who: Shown | None) -> SignUpLine:
    return SignUpLine(
        id=row["id"],
        who=who,
        state=SignUpState(row["state"]),
        is_present=row["present_at"] is not None,
        hours_from=maybe(row["hours_from"]),
        hours_until=maybe(row["hours_until"]),
    )
