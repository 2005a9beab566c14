"""What waits is not forgotten: a consent nobody answers, a mediator nobody chose, a talk nobody arranged or wrote down,
a draft not confirmed, a follow-up whose day has come, an owner who has left. Each is told once; after a follow-up that
nobody acts on it is asked once more, of the sides that are silent and of who works on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from contextlib import suppress

from casework import roster
from casework.loop import AGREED, ASKED, ASSIGNED, DRAFTED, OPEN_MEDIATIONS, SIGNED, TALKING
from casework.mediation.kept_words import words_of
from casework.mediation.sight import CONCERNED, people_concerned
from casework.mediation.steps import act, hold, side_of
from casework.mediation.telling import (
    ask_confirm_again,
    ask_kept,
    ask_kept_again,
    is_reached,
    tell_staff,
    tell_workers,
)
from models import clock
from models.clock import SHANGHAI
from models.errors import WrongState
from models.mediation import Mediation, MediationState, Party
from models.transaction import fetch, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

VERB = "mediation.remind"
UNANSWERED, UNCHOSEN, IDLE = dt.timedelta(days=7), dt.timedelta(days=3), dt.timedelta(days=7)
"""For so long nobody answers, chooses a mediator, or arranges a talk, before somebody is told."""
UNRECORDED, UNCONFIRMED = dt.timedelta(days=1), dt.timedelta(days=3)
"""So long after a talk its result is asked for; so long after a draft who has not confirmed it hears once more."""
UNFOLLOWED = dt.timedelta(days=7)
"""So long after both sides were asked whether it is kept, and it is still followed up, it is asked once more."""
MORNING = dt.time(9)


def morning_of(day: dt.date) -> dt.datetime:
    """When somebody is told of what is to be done on a day."""
    return dt.datetime.combine(day, MORNING, SHANGHAI).astimezone(dt.UTC)


_LEFT = (
    f"SELECT m.id FROM mediation m WHERE m.closed_at IS NULL AND ({roster.has_left('m.owner_id', 'm.place_id')}"
    f" OR m.id IN ({CONCERNED.format(me='m.owner_id')})) AND m.id>$1 ORDER BY m.id LIMIT $2"
)
"""Those whose owner has left, or is a side by now, or lives with one, after one that was looked at."""
BATCH = 200


async def remind(*, by: Viewer, batch: int = BATCH) -> int:
    """提醒调解: tell who works on what waits; gives of how many."""
    allow(by, VERB, None)
    await _take_over_all(by=by, batch=batch)
    due = await Mediation.filter(remind_at__lte=clock.now(), state__in=[*OPEN_MEDIATIONS]).order_by("id").limit(200)
    return sum([await _remind(one.id, by=by) for one in due])


async def _take_over_all(*, by: Viewer, batch: int) -> None:
    """All of them, a batch at a time: those that stay with whom they had hold up none behind them."""
    after = 0
    while rows := await fetch(_LEFT, after, batch):
        after = rows[-1]["id"]
        for row in rows:
            with suppress(WrongState):  # A place without any staff keeps whom it had.
                await _take_over(row["id"], by=by)


async def _remind(mediation_id: int, *, by: Viewer) -> bool:
    """The mark goes and the notice comes in one transaction, so that a killed job tells it later and once."""
    async with transaction():
        mediation = await hold(mediation_id)
        if mediation.remind_at is None or mediation.remind_at > clock.now():
            return False
        await Mediation.filter(id=mediation_id).update(remind_at=_next(mediation))
        await record(by, VERB, subject="mediation", subject_id=mediation_id, place_id=mediation.place_id)
        await _tell(mediation)
    return True


def _next(mediation: Mediation) -> dt.datetime | None:
    """When it is told once more: of a follow-up that is asked for the first time, counted from then; else never."""
    if mediation.state is not SIGNED or _was_asked(mediation):
        return None
    return morning_of(clock.today() + UNFOLLOWED)


def _was_asked(mediation: Mediation) -> bool:
    """Whether its day had come before, and both sides were asked: what is due now is due later than on that morning."""
    assert mediation.follow_up_on is not None
    assert mediation.remind_at is not None
    return mediation.remind_at > morning_of(mediation.follow_up_on)


_KINDS = {
    ASKED: "mediation.unanswered",
    AGREED: "mediation.unchosen",
    ASSIGNED: "mediation.no_meeting",
    TALKING: "mediation.unrecorded",
    DRAFTED: "mediation.unconfirmed",
    SIGNED: "mediation.follow_up_due",
}


async def _tell(mediation: Mediation) -> None:
    """Whose turn it is hears so, and whoever works on it that they did."""
    if mediation.state is SIGNED and _was_asked(mediation):
        await _tell_unfollowed(mediation)
        return
    facts = {}
    if mediation.state is DRAFTED:
        facts["who"] = await _ask_unconfirmed(mediation)
    if mediation.state is SIGNED:
        await ask_kept(mediation)
    await tell_workers(mediation, _KINDS[MediationState(mediation.state)], **facts)


async def _ask_unconfirmed(mediation: Mediation) -> str:
    """Each side that has not confirmed the draft is asked once more; gives who they are, in words."""
    waiting = [party for party in Party if (await side_of(mediation, party)).confirmed_at is None]
    for party in waiting:
        await ask_confirm_again(mediation, party)
    return await _named(mediation, waiting)


async def _named(mediation: Mediation, waiting: Iterable[Party]) -> str:
    """Some of its sides in words, and who of them has no chat and must be called."""
    found: list[str] = []
    for party in waiting:
        reached = "reached" if await is_reached(mediation, party) else "unreached"
        found.append(say(f"mediation.waiting.{reached}", party=say(f"mediation.party.{party.value}")))
    return "、".join(found)


async def _tell_unfollowed(mediation: Mediation) -> None:
    """Each side that has not said whether it is kept is asked once more, and who works on it hears which; where both
    have, that it waits for them."""
    said = await words_of(mediation.id)
    silent = [party for party in Party if party not in said]
    for party in silent:
        await ask_kept_again(mediation, party)
    kind = "mediation.follow_up_silent" if silent else "mediation.follow_up_open"
    await tell_workers(mediation, kind, who=await _named(mediation, silent))


async def _take_over(mediation_id: int, *, by: Viewer) -> None:
    """换责任人: whoever is on duty now, and neither a side of it nor lives with one, answers for it from now on."""
    async with transaction():
        mediation = await hold(mediation_id)
        concerned = await people_concerned(mediation_id)
        owner = await owner_for(mediation.place_id, but=concerned)
        if owner == mediation.owner_id or {owner, mediation.owner_id} <= concerned:
            return
        await act(mediation, "mediation.take_over", by=by, owner_id=owner)
        await tell_staff(mediation, [owner], "mediation.taken_over")


async def owner_for(place_id: int, *, but: Collection[int]) -> int:
    """Whoever is on duty and is none of those it concerns; where there is nobody else, one of them."""
    people = await roster.chain(place_id, clock.now())
    return next((one for one in people if one not in but), None) or await roster.on_duty(place_id, clock.now())
