"""公示: the result of a proposal stands fixed for some days before it counts; the deadline is computed, job or no job.

An objection that waits for its answer keeps the proposal where it is, for the job and for staff alike.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from casework.deadlines import add_working
from courier.letters import Letter, Link
from forum.deliberation import moving
from forum.promises.sight import Decided, decided, must_stand
from forum.states import SHOWN_SQL
from forum.words import one_line, text_of
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotFound, Taken, WrongState
from models.proposal import ProposalStage
from models.publication import Outcome
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, is_postgres, moment, transaction
from models.wording import say, say_date
from nlp.mask import mask
from people import pushes
from people.audit import record
from people.permissions import allow, may
from people.pushes import Needs, PushKind
from people.scope import must_see
from people.viewers import Viewer

MOST_TITLE, MOST_TEXT, MOST_DAYS, MOST = 80, 5000, 60, 100
STAGES = {Outcome.COVENANT: ProposalStage.COVENANT, Outcome.PROJECT: ProposalStage.PROJECT}
"""Where each outcome leads."""


@dataclass(frozen=True, slots=True)
class NewPublication:
    """What is to be published: for how many working days after today, and what it then becomes."""

    proposal_id: int
    outcome: str
    title: str
    text: str
    days: int


@dataclass(frozen=True, slots=True)
class PublicationLine:
    """A publication in a list. ``waiting``: objections without an answer."""

    id: int
    proposal_id: int
    post_id: int
    number: str
    outcome: Outcome
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    closed_at: dt.datetime | None
    is_running: bool
    objections: int
    waiting: int

    @property
    def is_over(self) -> bool:
        """Whether its last day has ended."""
        return self.ends_at <= clock.now()

    @property
    def takes_objections(self) -> bool:
        """Whether somebody may object now."""
        return self.is_running and not self.is_over

    @property
    def last_day(self) -> dt.date:
        """Until the end of which day it runs."""
        return clock.local(self.ends_at - dt.timedelta(minutes=1)).date()


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication with its words; ``hash`` is the SHA-256 of ``title`` + newline + ``text`` in hexadecimal."""

    line: PublicationLine
    decided: Decided
    text: str
    hash: str
    may_object: bool
    may_enter: bool
    may_answer: bool
    may_close: bool


_INSERT = (
    "INSERT INTO publication (created_at, proposal_id, place_id, outcome, title, text, hash, ends_at, by_id, open_for)"
    " VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$2) ON CONFLICT (open_for) DO NOTHING RETURNING id"
)
_DUE_AT_ITS_END = "UPDATE proposal SET due_at=$1, reminded_at=NULL WHERE id=$2 AND stage='publication'"
_LEFT_BEHIND = (
    "UPDATE publication SET open_for=NULL, closed_at=$1 WHERE open_for=$2 AND EXISTS (SELECT 1"
    " FROM proposal p WHERE p.id=publication.proposal_id AND p.stage_at>publication.created_at)"
)


async def publish(new: NewPublication, *, by: Viewer) -> int:
    """公示: fix the text and let it stand for some days; gives its number."""
    found = await decided(new.proposal_id, by)
    allow(by, "publication.publish", found.place_id)
    must_stand(found, ProposalStage.PUBLICATION)
    title, text = _checked(new)
    last_day = clock.local(add_working(clock.now(), days=new.days)).date()
    ends_at = clock.midnight(last_day + dt.timedelta(days=1))
    told = (found.id, found.place_id, new.outcome, title, text, digest(title, text), ends_at, by.person_id)
    async with transaction():
        if not await execute(_DUE_AT_ITS_END, ends_at, found.id):
            raise Taken("proposal.changed", number=found.number)
        await execute(_LEFT_BEHIND, clock.now(), found.id)
        row = await fetch_one(_INSERT, clock.now(), *told)
        if row is None:
            raise Taken("publication.runs")
        await record(by, "publication.publish", subject="publication", subject_id=row["id"], place_id=found.place_id)
        await _tell_followers(row["id"], found, title=title, ends_at=ends_at)
    return int(row["id"])


async def _tell_followers(publication_id: int, found: Decided, *, title: str, ends_at: dt.datetime) -> None:
    last_day = say_date(clock.local(ends_at - dt.timedelta(minutes=1)).date())
    letter = Letter(
        say("promise.tell.published", title=title, until=last_day),
        links=(Link(say("promise.tell.link"), f"/publications/{publication_id}"),),
    )
    people = await fetch("SELECT person_id FROM post_follow WHERE post_id=$1 AND is_on ORDER BY id", found.post.id)
    await pushes.push_to_people(
        letter,
        person_ids=[one["person_id"] for one in people],
        kind=PushKind.DELIBERATION,
        subject=f"publication:{publication_id}",
        needs=Needs("publication.read", found.place_id),
        board=BoardName.DELIBERATION,
    )


def digest(title: str, text: str) -> str:
    """SHA-256 of a publication's words in hexadecimal."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def _checked(new: NewPublication) -> tuple[str, str]:
    title, text = mask(one_line(new.title)).text, mask(text_of(new.text, most=MOST_TEXT)).text
    if not 0 < len(title) <= MOST_TITLE:
        raise Invalid("publication.title", most=MOST_TITLE)
    if new.outcome not in {*Outcome}:
        raise Invalid("publication.outcome")
    if not rules().deliberation.publication_days <= new.days <= MOST_DAYS:
        raise Invalid("publication.days", least=rules().deliberation.publication_days, most=MOST_DAYS)
    return title, text


RUNS = "(u.closed_at IS NULL AND p.stage='publication' AND u.created_at>=p.stage_at)"
"""In SQL, whether a publication ``u`` of a proposal ``p`` runs, its days or the wait for answers after them: one that
was left behind when the proposal was taken back to be talked over does not."""
_READ = (
    f"SELECT u.*, p.number, p.stage, p.post_id, CASE WHEN {RUNS} THEN 1 ELSE 0 END AS is_running,"
    " (SELECT count(*) FROM objection o WHERE o.publication_id=u.id AND o.state<>'withdrawn') AS objections,"
    " (SELECT count(*) FROM objection o WHERE o.publication_id=u.id AND o.state='open') AS waiting"
    " FROM publication u JOIN proposal p ON p.id=u.proposal_id JOIN post t ON t.id=p.post_id"
)


def _line(row: Row) -> PublicationLine:
    return PublicationLine(
        id=row["id"],
        proposal_id=row["proposal_id"],
        post_id=row["post_id"],
        number=row["number"],
        outcome=Outcome(row["outcome"]),
        title=row["title"],
        starts_at=moment(row["created_at"]),
        ends_at=moment(row["ends_at"]),
        closed_at=None if row["closed_at"] is None else moment(row["closed_at"]),
        is_running=bool(row["is_running"]),
        objections=row["objections"],
        waiting=row["waiting"],
    )


async def publications(*, viewer: Viewer, place_id: int) -> list[PublicationLine]:
    """公示: those that run first, then the newest, of a neighbourhood."""
    must_see(viewer, "publication.read", place_id, thing="place")
    sql = f"{_READ} WHERE u.place_id=$1 AND t.state IN ({SHOWN_SQL}) AND NOT t.is_private"
    rows = await fetch(f"{sql} ORDER BY CASE WHEN {RUNS} THEN 0 ELSE 1 END, u.id DESC LIMIT {MOST}", place_id)
    return [_line(row) for row in rows]


async def publication(publication_id: int, *, viewer: Viewer) -> Publication:
    """看公示: for whoever sees the proposal."""
    row = await fetch_one(f"{_READ} WHERE u.id=$1", publication_id)
    if row is None:
        raise NotFound("publication.not_found")
    must_see(viewer, "publication.read", row["place_id"], thing="publication")
    found, line = await decided(row["proposal_id"], viewer), _line(row)
    place_id = found.place_id
    return Publication(
        line=line,
        decided=found,
        text=row["text"],
        hash=row["hash"],
        may_object=line.takes_objections and may(viewer, "objection.make", place_id),
        may_enter=line.takes_objections and may(viewer, "objection.enter", place_id),
        may_answer=may(viewer, "objection.answer", place_id),
        may_close=line.is_running and line.is_over and not line.waiting and may(viewer, "publication.close", place_id),
    )


_DUE = (
    "SELECT u.id, u.proposal_id, u.place_id, u.outcome FROM publication u JOIN proposal p ON p.id=u.proposal_id"
    f" WHERE {RUNS} AND u.ends_at<=$1 AND NOT EXISTS"
    " (SELECT 1 FROM objection o WHERE o.publication_id=u.id AND o.state='open') ORDER BY u.ends_at, u.id LIMIT 100"
)


async def held(publication_id: int) -> Row | None:
    """A publication that nobody else changes until our transaction does."""
    lock = " FOR UPDATE" if is_postgres() else ""
    return await fetch_one(f"SELECT * FROM publication WHERE id=$1{lock}", publication_id)


async def close(publication_id: int, *, by: Viewer) -> None:
    """公示结束: its days are over and every objection has its answer; the proposal becomes what was published."""
    found = await publication(publication_id, viewer=by)
    allow(by, "publication.close", found.decided.place_id)
    if not found.line.is_running:
        raise WrongState("publication.closed")
    if not found.line.is_over:
        raise WrongState("publication.runs_until", day=f"{found.line.last_day:%Y-%m-%d}")
    if found.line.waiting:
        raise WrongState("publication.objections_wait", count=found.line.waiting)
    await _close(found.line.id, found.decided.id, outcome=found.line.outcome, place_id=found.decided.place_id, by=by)


async def close_due(*, by: Viewer) -> int:
    """公示到期: those nobody waits for go on, however late the job comes; gives how many."""
    allow(by, "publication.close", None)
    return sum([await _close_one(row, by=by) for row in await fetch(_DUE, clock.now())])


async def _close_one(row: Row, *, by: Viewer) -> bool:
    """One of those found a moment ago: what somebody changed meanwhile stays for the next time."""
    outcome = Outcome(row["outcome"])
    try:
        await _close(row["id"], row["proposal_id"], outcome=outcome, place_id=row["place_id"], by=by)
    except (WrongState, Taken):
        return False
    return True


async def _close(publication_id: int, proposal_id: int, *, outcome: Outcome, place_id: int, by: Viewer) -> None:
    """The move asks, under the rows of both, whether an objection waits, and closes the publication with it
    (``conditions``)."""
    async with transaction():
        await moving.move(proposal_id, STAGES[outcome], by=by)
        await record(by, "publication.close", subject="publication", subject_id=publication_id, place_id=place_id)
