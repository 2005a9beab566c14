"""How long somebody still waits for the desk: who stands before them, counted; how long it took lately, measured."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from statistics import median

from casework import deadlines
from casework.loop import STATES
from models import clock
from models.question import QuestionKind, QuestionState
from models.transaction import Row, fetch, fetch_one, moment
from models.wording import say, say_moment
from people.viewers import Viewer

MEASURED, ENOUGH = 20, 5
"""The last first answers of a place that are measured, and how many are needed before anything is said of them."""
AN_HOUR = 60
OPEN = ",".join(f"'{state.value}'" for state, facts in STATES.items() if facts.is_open)
_FIRST_ANSWERS = "('question.contact','question.reply')"
_AHEAD = (
    "SELECT q.number, q.place_id, (SELECT count(*) FROM question b WHERE b.place_id=q.place_id AND b.state='waiting'"
    " AND (b.clock_from<q.clock_from OR (b.clock_from=q.clock_from AND b.id<q.id))) AS before"
    " FROM question q JOIN conversation v ON v.id=q.conversation_id JOIN contact c ON c.id=v.contact_id"
    " WHERE q.state='waiting' AND (c.id=$1 OR c.person_id=$2) AND {which} ORDER BY q.clock_from, q.id LIMIT 1"
)
_MEASURE = (
    "SELECT q.created_at AS asked_at, s.created_at AS answered_at FROM question_step s"
    f" JOIN question q ON q.id=s.question_id WHERE q.place_id=$1 AND s.verb IN {_FIRST_ANSWERS}"
    " AND NOT EXISTS (SELECT 1 FROM question_step e WHERE e.question_id=s.question_id AND e.id<s.id"
    f" AND e.verb IN {_FIRST_ANSWERS}) ORDER BY s.id DESC LIMIT {MEASURED}"
)


MOST_OWN = 6
_OWN = (
    "SELECT q.id, q.number, q.kind, q.state, q.text, q.first_due, q.answered_at, p.shown_name FROM question q"
    " JOIN conversation v ON v.id=q.conversation_id JOIN contact c ON c.id=v.contact_id"
    " LEFT JOIN person p ON p.id=COALESCE(q.claimed_by_id, q.owner_id)"
    f" WHERE q.state IN ({OPEN}) AND (c.id=$1 OR c.person_id=$2) ORDER BY q.id DESC LIMIT $3"
)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """What somebody asked for at the desk and is not closed: ``text`` masked, ``who`` has it, ``due`` the first answer.
    ``is_late``: nobody has answered by then."""

    id: int
    number: str
    kind: QuestionKind
    state: QuestionState
    text: str
    who: str
    due: dt.datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """A question that waits: how many stand before it, the usual open minutes to a first answer (None: not known), and
    when the desk opens where it is closed."""

    number: str
    before: int
    minutes: int | None
    opens: dt.datetime | None


async def own_open(*, viewer: Viewer) -> list[OwnQuestion]:
    """What the viewer asked for that is with the desk, in whatever chat of theirs, the newest first."""
    rows = await fetch(_OWN, viewer.contact_id, viewer.person_id, MOST_OWN)
    return [_own(row) for row in rows]


def _own(row: Row) -> OwnQuestion:
    due = moment(row["first_due"])
    return OwnQuestion(
        row["id"],
        row["number"],
        QuestionKind(row["kind"]),
        QuestionState(row["state"]),
        row["text"],
        row["shown_name"] or say("hand_over.the_desk"),
        due,
        is_late=row["answered_at"] is None and due < clock.now(),
    )


def own_in_words(one: OwnQuestion) -> str:
    """How a question at the desk stands, to the one who asked."""
    state = "late" if one.is_late and one.state is not QuestionState.ANSWERED else one.state.value
    what = say(f"my_cases.desk.{one.kind.value}")
    return say(f"my_cases.desk.{state}", what=what, number=one.number, who=one.who, due=say_moment(one.due))


async def of_question(question_id: int, *, viewer: Viewer) -> Wait | None:
    """Where one's own question stands; None when it does not wait."""
    return await _wait("q.id=$3", question_id, viewer)


async def of_conversation(conversation_id: int, *, viewer: Viewer) -> Wait | None:
    """Where the first question of one's own conversation stands; None when none waits."""
    return await _wait("q.conversation_id=$3", conversation_id, viewer)


async def _wait(which: str, subject_id: int, viewer: Viewer) -> Wait | None:
    row = await fetch_one(_AHEAD.format(which=which), viewer.contact_id, viewer.person_id, subject_id)
    if row is None:
        return None
    now = clock.now()
    if not deadlines.is_open(now):
        return Wait(row["number"], row["before"], None, deadlines.opens_next(now))
    return Wait(row["number"], row["before"], await _usual_minutes(row["place_id"]), None)


async def _usual_minutes(place_id: int) -> int | None:
    """The median of the open time that the last first answers of a place took; what was answered while the desk was
    closed says nothing of it."""
    took = [_open_minutes(row) for row in await fetch(_MEASURE, place_id)]
    counted = [minutes for minutes in took if minutes > 0]
    return ceil(median(counted)) if len(counted) >= ENOUGH else None


def _open_minutes(row: Row) -> float:
    return deadlines.worked(moment(row["asked_at"]), moment(row["answered_at"])).total_seconds() / 60


def in_words(wait: Wait) -> str:
    """前面还有几位, as the letter says it; '' where there is nothing worth saying, and while the desk is closed."""
    if wait.opens is not None or (wait.before == 0 and wait.minutes is None):
        return ""
    return _ahead(wait)


def in_status(wait: Wait) -> str:
    """The line above the chat for one who waits."""
    if wait.opens is not None:
        return say("desk.waiting.status_closed", number=wait.number, opens=say_moment(wait.opens))
    return say("desk.waiting.status", number=wait.number, ahead=_ahead(wait))


def _ahead(wait: Wait) -> str:
    ahead = say("desk.waiting.ahead", count=wait.before) if wait.before else say("desk.waiting.first")
    if wait.minutes is None:
        return say("desk.waiting.only", ahead=ahead)
    return say("desk.waiting.usual", ahead=ahead, usual=_usual(wait.minutes))


def _usual(minutes: int) -> str:
    if minutes <= AN_HOUR:
        return say("desk.waiting.minutes", number=minutes)
    return say("desk.waiting.hours", number=ceil(minutes / AN_HOUR))
