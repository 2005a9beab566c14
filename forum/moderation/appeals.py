"""An author asks that somebody else looks at a measure again: once, within some days, decided by who did not make it.

Where a neighbourhood wants it (``appeal_jury`` of its rules) five neighbours are drawn and three of them decide; where
fewer live there, or they cannot agree in time, it goes to staff.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from courier.letters import Letter, Link
from forum.moderation import ending, juries, keepers, telling
from forum.moderation.house import house
from forum.moderation.reasons import reason_of
from forum.words import one_line
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.moderation import Appeal, AppealState, Measure, MeasureEnd, MeasureKind
from models.post import Thing
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from nlp.discreet import discreet
from people import shown
from people.audit import record
from people.independence import is_independent
from people.permissions import allow, may_on
from people.scope import must_see
from people.shown import Shown
from people.viewers import SYSTEM, Viewer

MOST = 500
DECIDE = "appeal.decide"


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    """A measure as its author sees it: what it was about in their own words, and what they can do."""

    id: int
    kind: MeasureKind
    board: BoardName
    thing: Thing
    post_id: int
    title: str
    text: str
    rule: str
    reason: str
    at: dt.datetime
    ends_at: dt.datetime | None
    ending: MeasureEnd | None
    appeal: AppealState | None
    appeal_text: str
    answer: str
    by_neighbours: bool
    may_appeal: bool


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal as who decides it sees it; ``is_own``: the viewer made the measure, and does not decide."""

    id: int
    measure_id: int
    kind: MeasureKind
    board: BoardName
    title: str
    text: str
    rule: str
    reason: str
    why: str
    author: Shown | None
    made_by: str
    is_own: bool
    at: dt.datetime
    closes_at: dt.datetime | None


_OWN = (
    "SELECT m.*, a.state AS appeal_state, a.text AS why, a.answer, a.closes_at, a.decided_by_id FROM measure m"
    " LEFT JOIN appeal a ON a.measure_id=m.id WHERE m.person_id=$1 AND m.told_at IS NOT NULL"
)


async def own_measures(*, viewer: Viewer) -> list[OwnMeasure]:
    """对我的处理: every measure about what the viewer wrote, the newest first."""
    allow(viewer, "appeal.make", None)
    rows = await fetch(f"{_OWN} ORDER BY m.id DESC LIMIT 100", viewer.person_id or 0)
    return [_own(row) for row in rows]


async def own_measure(measure_id: int, *, viewer: Viewer) -> OwnMeasure:
    """One of them."""
    allow(viewer, "appeal.make", None)
    row = await fetch_one(f"{_OWN} AND m.id=$2", viewer.person_id or 0, measure_id)
    if row is None:
        raise NotFound("moderation.no_measure")
    return _own(row)


def _own(row: Row) -> OwnMeasure:
    state = AppealState(row["appeal_state"]) if row["appeal_state"] else None
    ended = MeasureEnd(row["ending"]) if row["ending"] else None
    return OwnMeasure(
        id=row["id"],
        kind=MeasureKind(row["kind"]),
        board=BoardName(row["board"]),
        thing=Thing(row["thing"]),
        post_id=row["post_id"],
        title=row["title"],
        text=row["text"],
        rule=house().name_of(row["rule"]),
        reason=row["reason"],
        at=moment(row["created_at"]),
        ends_at=moment(row["ends_at"]) if row["ends_at"] else None,
        ending=ended,
        appeal=state,
        appeal_text=row["why"] or "",
        answer=row["answer"] or "",
        by_neighbours=row["closes_at"] is not None and row["decided_by_id"] is None,
        may_appeal=state is None and ended is None and moment(row["created_at"]) >= _since(),
    )


def _since() -> dt.datetime:
    return clock.now() - dt.timedelta(days=house().appeal_days)


async def appeal(measure_id: int, *, by: Viewer, text: str) -> Appeal:
    """申诉: ask that somebody else looks at it again, once."""
    own = await own_measure(measure_id, viewer=by)
    if not own.may_appeal:
        raise (Taken("appeal.once") if own.appeal is not None else WrongState("appeal.too_late"))
    why = one_line(text)
    if not why or len(why) > MOST:
        raise Invalid("appeal.empty", most=MOST)
    measure = await Measure.get(id=measure_id)
    try:
        async with transaction():
            jury = await juries.draw(measure)
            made = await Appeal.create(
                created_at=clock.now(),
                measure_id=measure_id,
                place_id=measure.place_id,
                text=discreet(why)[:MOST],
                state=AppealState.OPEN,
                closes_at=clock.now() + dt.timedelta(days=house().jury_days) if jury else None,
            )
            await record(by, "appeal.make", subject="measure", subject_id=measure_id, place_id=measure.place_id)
            await juries.call(made, jury)
            if not jury:
                await _tell_deciders(made, measure)
    except IntegrityError as error:
        raise Taken("appeal.once") from error
    return made


async def withdraw(measure_id: int, *, by: Viewer) -> None:
    """撤回申诉."""
    own = await own_measure(measure_id, viewer=by)
    async with transaction():
        where = "measure_id=$2 AND state='open' RETURNING place_id"
        row = await fetch_one(f"UPDATE appeal SET state='withdrawn', decided_at=$1 WHERE {where}", clock.now(), own.id)
        if row is None:
            raise Taken("appeal.decided")
        await record(by, "appeal.withdraw", subject="measure", subject_id=own.id, place_id=row["place_id"])


async def _tell_deciders(made: Appeal, measure: Measure) -> None:
    """Those who look after the board, but not the one whose decision it is about, nor the author."""
    link = (Link(say("moderation.tell.appeal_link"), f"/moderation/appeals/{made.id}"),)
    letter = Letter(say("moderation.tell.appeal", board=telling.board_name(measure.board)), links=link)
    people = await keepers.keepers(measure.place_id, measure.board, verb=DECIDE)
    but = (measure.by_id, measure.person_id)
    await keepers.tell(letter, people, kind="appeal.made", place_id=measure.place_id, verb=DECIDE, but=but)


_LINES = (
    "SELECT a.id, a.measure_id, a.text AS why, a.created_at, a.closes_at, a.state, m.kind, m.board, m.title, m.text,"
    " m.rule, m.reason, m.person_id, m.by_id, m.place_id, b.shown_name AS made_by FROM appeal a"
    " JOIN measure m ON m.id=a.measure_id LEFT JOIN person b ON b.id=m.by_id WHERE a.state='open' AND"
)


async def appeals(*, viewer: Viewer, place_id: int) -> list[AppealLine]:
    """申诉: those that are open on the boards the viewer looks after, the oldest first."""
    must_see(viewer, "appeal.decide", place_id, thing="place")
    mine = keepers.boards_sql(viewer, DECIDE, place_id)
    rows = await fetch(f"{_LINES} a.place_id=$1 AND m.board IN ({mine}) ORDER BY a.id LIMIT 100", place_id)
    return await _read(rows, viewer)


async def one_appeal(appeal_id: int, *, viewer: Viewer) -> AppealLine:
    """One of them."""
    rows = await fetch(f"{_LINES} a.id=$1", appeal_id)
    lines = await _read(rows, viewer)
    if not lines:
        raise NotFound("appeal.not_found")
    return lines[0]


async def _read(rows: list[Row], viewer: Viewer) -> list[AppealLine]:
    mine = [row for row in rows if may_on(viewer, "appeal.decide", row["place_id"], board=row["board"])]
    if not mine:
        return []
    people = await shown.shown([row["person_id"] for row in mine], viewer=viewer, place_id=mine[0]["place_id"])
    return [
        AppealLine(
            id=row["id"],
            measure_id=row["measure_id"],
            kind=MeasureKind(row["kind"]),
            board=BoardName(row["board"]),
            title=row["title"],
            text=row["text"],
            rule=house().name_of(row["rule"]),
            reason=row["reason"],
            why=row["why"],
            author=people.get(row["person_id"]),
            made_by=row["made_by"] or "",
            is_own=row["by_id"] == viewer.person_id,
            at=moment(row["created_at"]),
            closes_at=moment(row["closes_at"]) if row["closes_at"] else None,
        )
        for row in mine
    ]


async def decide(appeal_id: int, *, by: Viewer, overturns: bool, answer: str) -> None:
    """裁定申诉: by somebody other than who made the measure; overturned, it ends and what it hid is seen again."""
    line = await one_appeal(appeal_id, viewer=by)
    measure = await ending.of_board(line.measure_id, "appeal.decide", by=by)
    if measure.by_id == by.person_id or not await is_independent(by.person_id or 0, of=measure.by_id):
        raise NotAllowed("appeal.same_person")
    if line.closes_at is not None:
        raise WrongState("appeal.with_neighbours")
    told = reason_of(answer)
    async with transaction():
        await settle(appeal_id, measure, overturns=overturns, answer=told, by=by)


async def settle(appeal_id: int, measure: Measure, *, overturns: bool, answer: str, by: Viewer) -> None:
    """Close an appeal with what was decided, once, in the caller's transaction."""
    state = AppealState.OVERTURNED if overturns else AppealState.UPHELD
    changed = await Appeal.filter(id=appeal_id, state=AppealState.OPEN).update(
        state=state, decided_by_id=by.person_id, decided_at=clock.now(), answer=answer
    )
    if changed != 1:
        raise Taken("appeal.decided")
    ends = overturns and await Measure.exists(id=measure.id, ended_at=None)
    if ends:
        await ending.end(measure, MeasureEnd.APPEALED, by=by)
    verb = "appeal.decide" if by.person_id is not None else "appeal.close"
    await record(by, verb, subject="appeal", subject_id=appeal_id, place_id=measure.place_id, detail=state.value)
    await telling.tell_decided(measure, state, answer=answer)
    if ends:
        await ending.tell_first(measure)


async def judge(appeal_id: int, *, by: Viewer, is_for: bool) -> None:
    """邻居评议: one of the neighbours who were drawn says what they think, once; the third alike decides."""
    place_id = await juries.must_be_drawn(appeal_id, by=by)
    async with transaction():
        await juries.say_once(appeal_id, by=by, is_for=is_for)
        await record(by, "appeal.judge", subject="appeal", subject_id=appeal_id, place_id=place_id)
        await _close_if_decided(appeal_id)


async def _close_if_decided(appeal_id: int) -> None:
    votes = await juries.votes(appeal_id)
    if max(votes.fair, votes.unfair) < juries.ENOUGH:
        return
    made = await Appeal.get(id=appeal_id)
    measure = await Measure.get(id=made.measure_id)
    await settle(appeal_id, measure, overturns=votes.unfair >= juries.ENOUGH, answer=_of_neighbours(votes), by=SYSTEM)


def _of_neighbours(votes: juries.Votes) -> str:
    return say("moderation.jury.answer", fair=votes.fair, unfair=votes.unfair)


async def close_due(*, by: Viewer) -> int:
    """Those whose neighbours did not come to a decision in time go to staff; gives how many."""
    allow(by, "measure.end", None)
    rows = await fetch("SELECT id FROM appeal WHERE state='open' AND closes_at<=$1 ORDER BY id", clock.now())
    return sum([await _to_staff(row["id"]) for row in rows])


async def _to_staff(appeal_id: int) -> bool:
    """Once, and together with the telling."""
    async with transaction():
        where = "id=$1 AND state='open' AND closes_at<=$2"
        changed = await execute(f"UPDATE appeal SET closes_at=NULL WHERE {where}", appeal_id, clock.now())
        if changed:
            made = await Appeal.get(id=appeal_id)
            await _tell_deciders(made, await Measure.get(id=made.measure_id))
    return changed == 1
