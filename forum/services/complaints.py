"""投诉: a resident complains of somebody in the directory; staff uphold or dismiss it, and the third upheld suspends.

What was said and by whom is read by whoever complained and by staff alone. The complaint that is one too many suspends
in the transaction that upholds it, under the provider's row: of two at once one comes first, and both are counted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import limits
from courier.letters import Letter, Link
from forum.moderation import keepers
from forum.services.directory import COUNTED, provider
from forum.words import reason_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.provider import ComplaintState
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from nlp.mask import mask
from nlp.normalise import clean_input
from people import shown
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.shown import Shown
from people.telling import tell_resident
from people.viewers import Viewer

SHORTEST, LONGEST, MOST, RATE = 5, 500, 200, "5/day"


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """A complaint, for whoever made it and for staff. ``who`` is there for staff alone."""

    id: int
    provider_id: int
    provider: str
    text: str
    state: ComplaintState
    answer: str
    at: dt.datetime
    decided_at: dt.datetime | None
    who: Shown | None = None


_COMPLAIN = (
    "INSERT INTO complaint (created_at, provider_id, place_id, person_id, state, text, open_for, answer)"
    " VALUES ($1,$2,$3,$4,'open',$5,$6,'') ON CONFLICT (open_for) DO NOTHING RETURNING id"
)


async def complain(provider_id: int, *, by: Viewer, text: str) -> int:
    """投诉: one at a time of each provider, told to staff; gives its number."""
    found = await provider(provider_id, viewer=by)
    allow(by, "complaint.make", found.place_id)
    words = mask(clean_input(text).strip()).text
    if not SHORTEST <= len(words) <= LONGEST:
        raise Invalid("complaint.length", least=SHORTEST, most=LONGEST)
    if await fetch_one("SELECT 1 FROM complaint WHERE open_for=$1", f"{provider_id}:{by.person_id}"):
        raise WrongState("complaint.waits")
    await limits.spend("complaints", str(by.person_id), rate=RATE)
    async with transaction():
        values = (provider_id, found.place_id, by.person_id, words, f"{provider_id}:{by.person_id}")
        row = await fetch_one(_COMPLAIN, clock.now(), *values)
        if row is None:
            raise Taken("complaint.waits")
        await record(by, "complaint.make", subject="complaint", subject_id=row["id"], place_id=found.place_id)
        await _tell_staff(found.name, place_id=found.place_id)
    return int(row["id"])


async def _tell_staff(name: str, *, place_id: int) -> None:
    letter = Letter(
        say("provider.tell.new", name=name), links=(Link(say("provider.tell.link"), "/providers/complaints"),)
    )
    verb = "complaint.read"
    people = await keepers.keepers(place_id, BoardName.SERVICES, verb=verb)
    await keepers.tell(letter, people, kind="complaint.new", place_id=place_id, verb=verb, but=())


async def withdraw(complaint_id: int, *, by: Viewer) -> None:
    """撤回投诉: one's own, before anybody decided."""
    row = await _complaint(complaint_id)
    allow(by, "complaint.withdraw", None)
    if by.person_id is None or row["person_id"] != by.person_id:
        raise NotFound("complaint.not_found")
    async with transaction():
        await _settle(complaint_id, ComplaintState.WITHDRAWN, by=by)
        await record(by, "complaint.withdraw", subject="complaint", subject_id=complaint_id, place_id=row["place_id"])


async def uphold(complaint_id: int, *, by: Viewer, answer: str) -> bool:
    """投诉属实, with an answer to who complained; gives whether it was one too many, and suspended the provider."""
    row, words = await _to_decide(complaint_id, by=by, verb="complaint.uphold", answer=answer)
    async with transaction():
        await execute("UPDATE provider SET version=version+1 WHERE id=$1", row["provider_id"])
        await _settle(complaint_id, ComplaintState.UPHELD, by=by, answer=words)
        suspended = await _suspend_if_too_many(row["provider_id"])
        detail = "suspended" if suspended else ""
        about = {"subject": "complaint", "subject_id": complaint_id, "place_id": row["place_id"]}
        await record(by, "complaint.uphold", **about, detail=detail)
        await _tell(row, "upheld", words)
    return suspended


async def dismiss(complaint_id: int, *, by: Viewer, answer: str) -> None:
    """投诉不属实, with an answer to who complained."""
    row, words = await _to_decide(complaint_id, by=by, verb="complaint.dismiss", answer=answer)
    async with transaction():
        await _settle(complaint_id, ComplaintState.DISMISSED, by=by, answer=words)
        await record(by, "complaint.dismiss", subject="complaint", subject_id=complaint_id, place_id=row["place_id"])
        await _tell(row, "dismissed", words)


async def _to_decide(complaint_id: int, *, by: Viewer, verb: str, answer: str) -> tuple[Row, str]:
    """A complaint for who decides it, which is never who made it; and the answer as it is kept."""
    row = await _complaint(complaint_id)
    must_see(by, verb, row["place_id"], thing="complaint")
    if row["person_id"] == by.person_id:
        raise NotAllowed("complaint.own")
    words = reason_of(answer)
    if not words:
        raise Invalid("complaint.needs_answer")
    return row, words


_COMPLAINT = (
    "SELECT c.id, c.place_id, c.person_id, c.provider_id, v.name FROM complaint c JOIN provider v ON v.id=c.provider_id"
    " WHERE c.id=$1"
)


async def _complaint(complaint_id: int) -> Row:
    row = await fetch_one(_COMPLAINT, complaint_id)
    if row is None:
        raise NotFound("complaint.not_found")
    return row


async def _settle(complaint_id: int, state: ComplaintState, *, by: Viewer, answer: str = "") -> None:
    changed = await execute(
        "UPDATE complaint SET state=$1, answer=$2, decided_by_id=$3, decided_at=$4, open_for=NULL"
        " WHERE id=$5 AND state='open'",
        state.value,
        answer,
        by.person_id,
        clock.now(),
        complaint_id,
    )
    if changed != 1:
        raise Taken("complaint.settled")


async def _suspend_if_too_many(provider_id: int) -> bool:
    """Under the provider's row, so that every complaint upheld before is counted."""
    most = rules().providers.upheld_most
    changed = await execute(
        "UPDATE provider SET state='suspended', state_reason=$1, state_at=$2 WHERE id=$3 AND state='admitted'"
        f" AND (SELECT n FROM (SELECT {COUNTED} AS n FROM provider v WHERE v.id=$3) counted)>=$4",
        say("provider.suspended_by_itself", most=most),
        clock.now(),
        provider_id,
        most,
    )
    return changed == 1


async def _tell(row: Row, what: str, answer: str) -> None:
    text = say(f"provider.tell.{what}", name=row["name"], answer=answer)
    letter = Letter(text, links=(Link(say("provider.tell.own_link"), "/providers/complaints/own"),))
    await tell_resident(letter, person_id=row["person_id"], kind=f"complaint.{what}")


_LINES = (
    "SELECT c.id, c.provider_id, v.name, c.text, c.state, c.answer, c.created_at, c.decided_at, c.person_id"
    " FROM complaint c JOIN provider v ON v.id=c.provider_id WHERE"
)


async def complaints(*, viewer: Viewer, place_id: int) -> list[ComplaintLine]:
    """待处理的投诉, the oldest first, then those that were decided, the latest first; for staff."""
    must_see(viewer, "complaint.read", place_id, thing="place")
    rows = await fetch(f"{_LINES} c.place_id=$1 AND c.state='open' ORDER BY c.id LIMIT {MOST}", place_id)
    settled = f"{_LINES} c.place_id=$1 AND c.state IN ('upheld','dismissed') ORDER BY c.decided_at DESC, c.id DESC"
    rows += await fetch(f"{settled} LIMIT 50", place_id)
    people = await shown.shown([row["person_id"] for row in rows], viewer=viewer, place_id=place_id)
    return [_line(row, people.get(row["person_id"])) for row in rows]


async def mine(*, viewer: Viewer) -> list[ComplaintLine]:
    """我的投诉, the latest first."""
    allow(viewer, "complaint.withdraw", None)
    rows = await fetch(f"{_LINES} c.person_id=$1 ORDER BY c.id DESC LIMIT {MOST}", viewer.person_id or 0)
    return [_line(row, None) for row in rows]


def _line(row: Row, who: Shown | None) -> ComplaintLine:
    decided = row["decided_at"]
    return ComplaintLine(
        id=row["id"],
        provider_id=row["provider_id"],
        provider=row["name"],
        text=row["text"],
        state=ComplaintState(row["state"]),
        answer=row["answer"],
        at=moment(row["created_at"]),
        decided_at=moment(decided) if decided is not None else None,
        who=who,
    )
