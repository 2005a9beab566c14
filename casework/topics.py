"""Topics of a staff group: what of each question should stand there, and what does. Somebody else speaks to the chat
system; here is only what that one needs to know and to note down.

Nothing is told by events: a topic is compared with its question, so that many changes are one edit, and what was
missed while the chat system was away is made good.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from uuid import uuid4

from casework import clocks, guide, replies, topic_photos
from casework.loop import CLOCK_RUNS, OPEN_STATES, PERSON_SPEAKS, STATES
from casework.sight import seen_by
from casework.topic_photos import LEFT_OVER, MISSING
from models import clock
from models.errors import NotFound
from models.question import Question, QuestionKind, QuestionState, ReplyState
from models.topic import Topic
from models.transaction import Row, execute, fetch, fetch_one
from nlp.discreet import discreet
from people.groups import Room
from people.scope import must_see
from people.viewers import SYSTEM, Viewer

MOST = 50
MOST_LINES, MOST_ANSWERS = 3, 2
LEASE_MS = 100_000
"""Longer than the calls for one card take, of which one may wait until it is given up; renewed before each."""
_RUNNING = ", ".join(f"'{state.value}'" for state in CLOCK_RUNS)
_WANTED = (
    f"(q.version*4+CASE WHEN q.state IN ({_RUNNING})"
    " AND CASE WHEN q.answered_at IS NULL THEN q.first_due ELSE q.done_due END<$4 THEN 2 ELSE 0 END"
    "+CASE WHEN q.erased_at IS NULL THEN 0 ELSE 1 END)"
)
"""What a card should show, as one number: the question's version, whether it is overdue, whether its words are gone."""
_SPEAKING = ", ".join(f"'{state.value}'" for state in PERSON_SPEAKS)
_LAST_LINE = (
    "(SELECT max(u.id) FROM utterance u WHERE u.conversation_id=q.conversation_id AND u.author='resident'"
    " AND u.created_at>q.created_at)"
)
_OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
_COLUMNS = (
    f"SELECT q.id, {_WANTED} AS wanted, {_LAST_LINE} AS line_id, t.id AS topic_id, t.thread_id, t.card_id, t.shown,"
    " t.heard_id, t.is_closed"
)
_OTHERWISE = f"t.thread_id IS NULL OR t.card_id IS NULL OR t.shown<>{_WANTED}"
_OF_OPEN = (
    f"{_COLUMNS} FROM question q LEFT JOIN topic t ON t.question_id=q.id"
    f" WHERE q.place_id=$1 AND q.state IN ({_OPEN}) AND (t.id IS NULL OR (t.group_id=$2 AND ({_OTHERWISE}"
    f" OR t.is_closed OR {MISSING} OR {LEFT_OVER}"
    f" OR (q.state IN ({_SPEAKING}) AND COALESCE({_LAST_LINE},0)>t.heard_id))))"
)
_OF_ENDED = (
    f"{_COLUMNS} FROM topic t JOIN question q ON q.id=t.question_id"
    f" WHERE t.group_id=$2 AND q.place_id=$1 AND q.state NOT IN ({_OPEN})"
)
_QUICK, _THOROUGH = (
    f"SELECT * FROM ({_OF_OPEN} UNION ALL {_OF_ENDED} AND {ended}) s"
    " ORDER BY CASE WHEN s.topic_id IS NULL THEN 0 ELSE 1 END, s.id LIMIT $3"
    for ended in ("NOT t.is_closed", f"(NOT t.is_closed OR {_OTHERWISE} OR {LEFT_OVER})")
)
"""Quick: of the questions that ended only those whose topics are not closed yet, however many there are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A question whose topic does not stand as it should: what is there (None: nothing), and what should be."""

    question_id: int
    topic_id: int | None
    thread_id: int | None
    card_id: int | None
    shown: int
    wanted: int
    heard_id: int
    line_id: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What the card of a question says; every text is discreet. ``about`` is the entry nearest to it, ``lines`` what
    the resident wrote since, ``answers`` what staff answered and stand by, ``elsewhere`` how many photos and voice
    messages are seen at the desk only."""

    question_id: int
    number: str
    kind: QuestionKind
    state: QuestionState
    version: int
    text: str
    where: str
    owner: str
    claimed_by: str
    due: dt.datetime | None
    is_overdue: bool
    about: str
    lines: tuple[str, ...]
    answers: tuple[str, ...]
    reach: str
    elsewhere: int

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return STATES[self.state].is_open

    @property
    def person_speaks(self) -> bool:
        """Whether a person answers, and not the bot."""
        return STATES[self.state].person_speaks


async def stale(group_id: int, *, place_id: int, viewer: Viewer, is_thorough: bool = True) -> list[Standing]:
    """Questions of a staff group's place whose topics do not stand as they should, those without one first; also what
    changed of those that ended and whose topics are closed, where it is to be thorough."""
    must_see(viewer, "question.read", place_id, thing="place")
    rows = await fetch(_THOROUGH if is_thorough else _QUICK, place_id, group_id, MOST, clock.now())
    return [_standing(row) for row in rows]


def _standing(row: Row) -> Standing:
    return Standing(
        question_id=row["id"],
        topic_id=row["topic_id"],
        thread_id=row["thread_id"],
        card_id=row["card_id"],
        shown=row["shown"] or 0,
        wanted=row["wanted"],
        heard_id=row["heard_id"] or 0,
        line_id=row["line_id"] or 0,
        is_closed=bool(row["is_closed"]),
    )


async def card(question_id: int, *, viewer: Viewer) -> Card:
    """The card of one question, or NotFound for whoever may not see it."""
    rows = Question.filter(await seen_by(viewer), id=question_id).select_related("owner", "claimed_by")
    question = await rows.first()
    if question is None:
        raise NotFound("question.not_found")
    due, names = clocks.due(question), await _names(question)
    said = [one for one in await replies.of_question(question_id, viewer=SYSTEM) if one.state is ReplyState.STANDING]
    return Card(
        question_id=question.id,
        number=question.number,
        kind=question.kind,
        state=question.state,
        version=question.version,
        text=discreet(question.text, names=names),
        where=discreet(question.where_text, names=names),
        owner=question.owner.shown_name if question.owner else "",
        claimed_by=question.claimed_by.shown_name if question.claimed_by else "",
        due=due,
        is_overdue=due is not None and due < clock.now(),
        about=await _about(question),
        lines=await _lines(question, names),
        answers=tuple(discreet(one.text, names=names) for one in said[-MOST_ANSWERS:]),
        reach=said[-1].reach.value if said else "",
        elsewhere=await topic_photos.elsewhere(question_id),
    )


async def _about(question: Question) -> str:
    """The title of the entry that was nearest; '' where none was, or the words are gone."""
    ranked = json.loads(question.candidates) if question.candidates and question.kind is QuestionKind.QUESTION else []
    if not ranked or question.erased_at:
        return ""
    try:
        entry = await guide.entry(str(ranked[0][0]), viewer=SYSTEM, place_id=question.place_id)
    except NotFound:
        return ""
    return entry.content.title


async def _names(question: Question) -> list[str]:
    """What must not stand in a group: the name of the one who asked, and of whom it was asked for."""
    row = await fetch_one(
        "SELECT p.name, p.shown_name FROM conversation v JOIN contact c ON c.id=v.contact_id"
        " JOIN person p ON p.id=c.person_id WHERE v.id=$1",
        question.conversation_id,
    )
    known = (row["name"], row["shown_name"]) if row else ()
    return [name for name in (*known, question.on_behalf_of) if name]


async def _lines(question: Question, names: list[str]) -> tuple[str, ...]:
    """The last lines of the one who asked, since; none where a person does not speak, or the words are gone."""
    if question.conversation_id is None or question.erased_at or not STATES[question.state].person_speaks:
        return ()
    rows = await fetch(
        "SELECT text FROM utterance WHERE conversation_id=$1 AND author='resident' AND created_at>$2"
        " ORDER BY id DESC LIMIT $3",
        question.conversation_id,
        question.created_at,
        MOST_LINES,
    )
    return tuple(discreet(row["text"], names=names) for row in reversed(rows))


async def hold(room: Room) -> str | None:
    """Take a group's topics in hand for a while; None while another process has them."""
    owner, now = uuid4().hex, clock.now_ms()
    changed = await execute(
        "UPDATE chat_group SET owner=$1, lease_ms=$2 WHERE id=$3 AND lease_ms<$4 AND ended_at IS NULL",
        owner,
        now + LEASE_MS,
        room.id,
        now,
    )
    return owner if changed == 1 else None


async def hold_on(room: Room, owner: str) -> bool:
    """Keep them for another while; False where another process took them over."""
    changed = await execute(
        "UPDATE chat_group SET lease_ms=$1 WHERE id=$2 AND owner=$3 AND lease_ms>0",
        clock.now_ms() + LEASE_MS,
        room.id,
        owner,
    )
    return changed == 1


async def let_go(room: Room, owner: str) -> None:
    """Give a group's topics to whoever comes next."""
    await execute("UPDATE chat_group SET lease_ms=0 WHERE id=$1 AND owner=$2", room.id, owner)


async def opened(room: Room, standing: Standing, *, thread_id: int) -> None:
    """There is a topic now, new and without a card."""
    await execute(
        "INSERT INTO topic (created_at, group_id, question_id, thread_id, shown, heard_id, is_closed)"
        " VALUES ($1,$2,$3,$4,0,$5,$6) ON CONFLICT (question_id) DO UPDATE SET group_id=excluded.group_id,"
        " thread_id=excluded.thread_id, card_id=NULL, shown=0, is_closed=excluded.is_closed",
        clock.now(),
        room.id,
        standing.question_id,
        thread_id,
        standing.line_id,
        False,  # noqa: FBT003 - a column's value.
    )


async def carded(standing: Standing, *, card_id: int) -> None:
    """The card stands there as it should."""
    await _note(standing, card_id=card_id, shown=standing.wanted, heard_id=max(standing.line_id, standing.heard_id))


async def closed(standing: Standing, *, is_closed: bool) -> None:
    """The topic was closed, or opened again."""
    await _note(standing, is_closed=is_closed)


async def never_mind(standing: Standing) -> None:
    """Its topic is lost and nothing is to be done any more: it needs no other."""
    await Topic.filter(question_id=standing.question_id).delete()


async def lost_card(standing: Standing) -> None:
    """Somebody deleted the card."""
    await _note(standing, card_id=None, shown=0)


async def lost_thread(standing: Standing) -> None:
    """Somebody deleted the topic."""
    await topic_photos.forget(standing.question_id)
    await _note(standing, thread_id=None, card_id=None, shown=0, is_closed=False)


async def _note(standing: Standing, **values: object) -> None:
    await Topic.filter(question_id=standing.question_id).update(**values)


async def question_in(room: Room, thread_id: int) -> int | None:
    """The question a topic is about."""
    row = await fetch_one("SELECT question_id FROM topic WHERE group_id=$1 AND thread_id=$2", room.id, thread_id)
    return row["question_id"] if row else None
