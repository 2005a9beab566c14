"""What staff replied: whether each reply stands, and whether it reached the one who asked; staff hear once if not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from casework.asker import since_bound
from casework.question_steps import note_down, tell_staff
from casework.sight import may_do, seen_where
from models import clock
from models.errors import NotFound
from models.question import Question, ReplyState, StaffReply
from models.transaction import Row, fetch, fetch_one, listed, moment, transaction
from people.viewers import SYSTEM, Viewer, viewer_of

MOST = 200
LONGEST_HELD = dt.timedelta(days=2)
"""Whoever has not written for so long since is told in another way."""


class Reach(StrEnum):
    """How far a reply came, the worst first. ``by_phone``: there is no chat to say it in; ``told`` in another way;
    ``held``: its channel lets nothing through before they write again; ``unsent``: taken back before it went out."""

    UNDELIVERED = "undelivered"
    BY_PHONE = "by_phone"
    HELD = "held"
    DOUBTED = "doubted"
    WAITING = "waiting"
    DELIVERED = "delivered"
    TOLD = "told"
    UNSENT = "unsent"


_WORST = tuple(Reach)


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """A reply as staff see it; ``why`` is what its channel said last, ``may_have_come`` that one send is in doubt,
    ``is_unsaid`` that it stands in no conversation, ``waits_long`` that it is held and they have not written for days.
    ``copied_to`` is for whom it was asked, where they get a copy, and
    ``copy_waits`` that they have no chat and nobody has told them."""

    id: int
    question_id: int
    number: str
    place_id: int
    line_id: int | None
    channel: str
    by: str
    by_id: int | None
    said_at: dt.datetime
    text: str
    is_final: bool
    state: ReplyState
    undone_by: str
    reason: str
    reach: Reach
    why: str
    tries: int
    may_have_come: bool
    is_unsaid: bool
    waits_long: bool = False
    copied_to: str = ""
    copy_waits: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it stands and somebody still has to tell it."""
        is_untold = self.copy_waits or self.waits_long or self.reach in (Reach.UNDELIVERED, Reach.BY_PHONE)
        return self.state is ReplyState.STANDING and is_untold


_LINES = (
    "SELECT r.id, r.created_at, r.question_id, r.line_id, r.outbox_id, r.by_id, r.text, r.is_final, r.state, r.reason,"
    " r.failed_at, r.reached_at, q.number, q.place_id, q.conversation_id, w.shown_name AS writer,"
    " u.shown_name AS undoer, o.state AS sent, o.unknown, o.error, o.tries, o.channel, o.made_ms, s.verb AS copied,"
    " q.on_behalf_of"
    " FROM staff_reply r JOIN question q ON q.id=r.question_id LEFT JOIN outbox o ON o.id=r.outbox_id"
    " LEFT JOIN person w ON w.id=r.by_id LEFT JOIN person u ON u.id=r.undone_by_id"
    " LEFT JOIN question_step s ON s.once='copy:' || r.id"
    " WHERE {which} AND {seen} ORDER BY r.id"
)
_UNDELIVERED = "r.state='standing' AND r.failed_at IS NOT NULL AND r.reached_at IS NULL AND q.erased_at IS NULL"
_UNTOLD = (
    "r.state='standing' AND r.reached_at IS NULL AND q.erased_at IS NULL"
    " AND (r.failed_at IS NOT NULL OR s.verb='question.copy_waits' OR (o.state='held' AND o.made_ms<$1))"
)
_UNHEARD = (
    "SELECT DISTINCT q.id FROM staff_reply r JOIN question q ON q.id=r.question_id LEFT JOIN outbox o"
    " ON o.id=r.outbox_id WHERE r.state='standing' AND r.reached_at IS NULL AND q.state='answered'"
    " AND q.erased_at IS NULL AND (r.failed_at IS NOT NULL OR o.state='held' OR o.done_ms>$1) AND {seen}"
)
_DEAD = (
    "SELECT r.id FROM outbox o JOIN staff_reply r ON r.outbox_id=o.id"
    f" WHERE o.state='failed' AND r.failed_at IS NULL AND r.state='standing' ORDER BY r.id LIMIT {MOST}"
)


async def keep(question: Question, words: str, *, by: Viewer, is_final: bool, line_id: int | None) -> StaffReply:
    """Keep what was just replied; where it could not be said to somebody who has a chat, staff hear at once."""
    row = await fetch_one("SELECT outbox_id FROM utterance WHERE id=$1", line_id) if line_id is not None else None
    reply = await StaffReply.create(
        created_at=clock.now(),
        question_id=question.id,
        by_id=by.person_id,
        line_id=line_id,
        outbox_id=row["outbox_id"] if row else None,
        text=words,
        is_final=is_final,
    )
    if line_id is None and question.conversation_id is not None:
        await _tell_once(reply.id)
    return reply


async def tell_undelivered(now: dt.datetime) -> int:
    """没送到: who wrote a reply that turned out dead, and the question's owner, hear of it once."""
    del now
    done = 0
    for row in await fetch(_DEAD):
        async with transaction():
            done += await _tell_once(row["id"])
    return done


async def _tell_once(reply_id: int) -> bool:
    found = await fetch_one(
        "UPDATE staff_reply SET failed_at=$1 WHERE id=$2 AND failed_at IS NULL AND state='standing'"
        " RETURNING question_id, by_id",
        clock.now(),
        reply_id,
    )
    question = await Question.get_or_none(id=found["question_id"]) if found else None
    if found is None or question is None:
        return False
    await note_down(question, "question.undelivered", by=SYSTEM, is_public=False)
    for person_id in dict.fromkeys((found["by_id"], question.owner_id)):
        if await _still_sees(person_id, question):
            await tell_staff(question, person_id, "question.undelivered")
    return True


async def _still_sees(person_id: int | None, question: Question) -> bool:
    """Whether somebody works here still, and on this question: the notice quotes it."""
    known = await viewer_of(person_id) if person_id is not None else None
    return known is not None and await may_do(question, known, "question.read")


async def of_question(question_id: int, *, viewer: Viewer) -> list[ReplyLine]:
    """Every reply to a question, in order; NotFound for whoever may not see it."""
    seen = await seen_where(viewer)
    if await fetch_one(f"SELECT q.id FROM question q WHERE q.id=$1 AND {seen}", question_id) is None:
        raise NotFound("question.not_found")
    return [_line(row) for row in await fetch(_LINES.format(which="r.question_id=$1", seen=seen), question_id)]


async def undelivered(*, viewer: Viewer) -> list[ReplyLine]:
    """没送到的: replies that stand, did not arrive at who asked or for whom it was asked, and of which nobody has told
    them in another way."""
    which = {"which": _UNTOLD, "seen": await seen_where(viewer)}
    rows = await fetch(f"{_LINES} LIMIT {MOST}".format(**which), _held_since())
    return [_line(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Unread:
    """A reply that reached none of the asker's chats: to which question, and what it says."""

    number: str
    text: str
    said_at: dt.datetime


async def unread(*, viewer: Viewer) -> list[Unread]:
    """没送到您聊天里的答复: replies to the viewer's own questions that stand, were said in no chat, and of which nobody
    has told them in another way; the newest first."""
    rows = await fetch(
        "SELECT q.number, r.text, r.created_at FROM staff_reply r JOIN question q ON q.id=r.question_id"
        " JOIN conversation v ON v.id=q.conversation_id JOIN contact c ON c.id=v.contact_id"
        f" WHERE c.person_id=$1 AND {since_bound('q')} AND r.line_id IS NULL AND {_UNDELIVERED}"
        f" ORDER BY r.id DESC LIMIT {MOST}",
        viewer.person_id,
    )
    return [Unread(row["number"], row["text"], moment(row["created_at"])) for row in rows]


async def unheard(*, viewer: Viewer, since: dt.datetime) -> list[int]:
    """The answered questions of which a reply did not arrive, is held, or arrived only after a moment."""
    rows = await fetch(_UNHEARD.format(seen=await seen_where(viewer)), int(since.timestamp() * 1000))
    return [row["id"] for row in rows]


def _held_since() -> int:
    return int((clock.now() - LONGEST_HELD).timestamp() * 1000)


async def reaches(question_ids: Sequence[int], *, viewer: Viewer) -> Mapping[int, Reach]:
    """How far the replies that stand came, the worst of each question; questions without one are left out."""
    if not question_ids:
        return {}
    which = f"r.state='standing' AND r.question_id IN ({listed(question_ids)})"
    lines = [_line(row) for row in await fetch(_LINES.format(which=which, seen=await seen_where(viewer)))]
    return {number: _worst(line.reach for line in lines if line.question_id == number) for number in _ids(lines)}


def _ids(lines: Iterable[ReplyLine]) -> set[int]:
    return {line.question_id for line in lines}


def _worst(found: Iterable[Reach]) -> Reach:
    return min(found, key=_WORST.index)


def _line(row: Row) -> ReplyLine:
    return ReplyLine(
        id=row["id"],
        question_id=row["question_id"],
        number=row["number"],
        place_id=row["place_id"],
        line_id=row["line_id"],
        channel=row["channel"] or "",
        by=row["writer"] or "",
        by_id=row["by_id"],
        said_at=moment(row["created_at"]),
        text=row["text"],
        is_final=bool(row["is_final"]),
        state=ReplyState(row["state"]),
        undone_by=row["undoer"] or "",
        reason=row["reason"],
        reach=_reach(row),
        why=row["error"] or "",
        tries=row["tries"] or 0,
        may_have_come=bool(row["unknown"]),
        is_unsaid=row["line_id"] is None and not _is_old(row),
        waits_long=_reach(row) is Reach.HELD and row["made_ms"] < _held_since(),
        copied_to=row["on_behalf_of"] if row["copied"] else "",
        copy_waits=row["copied"] == "question.copy_waits" and not row["reached_at"],
    )


_SENT: Mapping[str, Reach] = {
    "withdrawn": Reach.UNSENT,
    "failed": Reach.UNDELIVERED,
    "done": Reach.DELIVERED,
    "held": Reach.HELD,
}


def _is_old(row: Row) -> bool:
    """Replied before replies were kept: it stands in the conversation, but nobody knows as which line."""
    return row["line_id"] is None and row["conversation_id"] is not None and row["failed_at"] is None


def _is_of_copy(row: Row) -> bool:
    """Whether who was told in another way is the one it was asked for, while the helper's arrived."""
    return row["copied"] is not None and row["failed_at"] is None and row["outbox_id"] is not None


def _reach(row: Row) -> Reach:
    """What the outbox knows of it; of a row forgotten there the reply itself knows whether it ever arrived."""
    if _is_old(row):
        return Reach.DELIVERED
    if row["reached_at"] and not _is_of_copy(row):
        return Reach.TOLD
    if row["outbox_id"] is None:
        return Reach.BY_PHONE if row["conversation_id"] is None else Reach.UNDELIVERED
    if not row["sent"]:
        return Reach.UNDELIVERED if row["failed_at"] else Reach.DELIVERED
    reach = _SENT.get(row["sent"], Reach.WAITING)
    return Reach.DOUBTED if row["unknown"] and reach in (Reach.WAITING, Reach.DELIVERED) else reach
