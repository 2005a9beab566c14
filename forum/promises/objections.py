"""异议: who lives in the neighbourhood objects to what is published, once; each gets an official answer that all read.

Neighbours read the words, not who wrote them. What the lists of words find is not shown to them; it waits for its
answer like any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from courier import limits
from courier.letters import Letter, Link
from forum.moderation import keepers
from forum.moderation.screen import Verdict, Words, screen
from forum.promises.publications import RUNS, Publication, held, publication
from models import clock
from models.board import BoardName
from models.errors import Invalid, NotFound, Taken, WrongState
from models.person import RoleName
from models.publication import ObjectionState
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from nlp.mask import mask
from nlp.normalise import clean_input
from people import files, shown
from people.audit import record
from people.permissions import allow, may
from people.shown import Shown
from people.telling import tell_resident
from people.viewers import Viewer

SHORTEST, LONGEST, MOST, RATE = 5, 500, 500, "5/day"
PAPER = "paper_objection"
"""What photos of an objection on paper belong to."""
OFFICES = (RoleName.SECRETARY, RoleName.WORKER, RoleName.ADMIN)
"""In which office somebody answers, the first they hold."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What staff know of an objection on paper: who handed it in, how often it was typed in, whether it waits for a
    second of them to hold it against its photos, and whether the viewer may do that or type it anew."""

    brought_by: str
    entry: int
    waits: bool
    may_check: bool
    may_retype: bool
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection as the viewer reads it: ``who`` and ``paper`` are there for staff alone; ``text`` is '' where it is
    held and the viewer is neither of staff nor its author."""

    id: int
    text: str
    state: ObjectionState
    is_held: bool
    is_own: bool
    at: dt.datetime
    answer: str
    answered_at: dt.datetime | None
    as_role: RoleName | None
    who: Shown | None
    paper: Paper | None = None


_MAKE = (
    "INSERT INTO objection (created_at, publication_id, place_id, person_id, state, text, is_held, answer)"
    " VALUES ($1,$2,$3,$4,'open',$5,$6,'') ON CONFLICT (publication_id, person_id) DO NOTHING RETURNING id"
)


async def make(publication_id: int, *, by: Viewer, text: str) -> int:
    """提异议: once, while it is published; gives its number. Staff are told."""
    found = await publication(publication_id, viewer=by)
    place_id = found.decided.place_id
    allow(by, "objection.make", place_id)
    must_run(found)
    said = words_of(text)
    screened = await screen(Words(said), by=by, place_id=place_id, board=BoardName.DELIBERATION)
    if screened.verdict is Verdict.REFUSE:
        raise Invalid(screened.reason)
    await limits.spend("objections", str(by.person_id), rate=RATE)
    is_held = screened.verdict is Verdict.HOLD
    async with transaction():
        await hold_running(publication_id)
        row = await fetch_one(_MAKE, clock.now(), publication_id, place_id, by.person_id, screened.text, is_held)
        if row is None:
            raise Taken("objection.made")
        await record(by, "objection.make", subject="objection", subject_id=row["id"], place_id=place_id)
        await tell_staff(found, "objection", but=())
    return int(row["id"])


def words_of(text: str) -> str:
    """What somebody objects, as it is kept; Invalid where it is too short or too long."""
    said = clean_input(text).strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise Invalid("objection.length", least=SHORTEST, most=LONGEST)
    return said


def must_run(found: Publication) -> None:
    """WrongState where nobody may object any more."""
    if not found.line.takes_objections:
        raise WrongState("publication.over")


_RUNNING = f"SELECT 1 AS one FROM publication u JOIN proposal p ON p.id=u.proposal_id WHERE u.id=$1 AND {RUNS}"


async def hold_running(publication_id: int) -> None:
    """Keep it from being closed or taken back until our commit, asked in a statement of its own, which sees what the
    first waited for; WrongState once its days are over, whatever jobs have done."""
    row = await held(publication_id)
    if row is None or moment(row["ends_at"]) <= clock.now() or await fetch_one(_RUNNING, publication_id) is None:
        raise WrongState("publication.over")


async def tell_staff(found: Publication, key: str, *, but: Collection[int]) -> None:
    """Tell whoever answers that one came in; the sentence is ``promise.tell.<key>``."""
    place_id, verb = found.decided.place_id, "objection.answer"
    link = Link(say("promise.tell.link"), f"/publications/{found.line.id}")
    letter = Letter(say(f"promise.tell.{key}", title=found.line.title), links=(link,))
    people = await keepers.keepers(place_id, BoardName.DELIBERATION, verb=verb)
    await keepers.tell(letter, people, kind="objection.new", place_id=place_id, verb=verb, but=but)


_WITHDRAW = "UPDATE objection SET state='withdrawn' WHERE id=$1 AND person_id=$2 AND state='open' RETURNING id"


async def withdraw(publication_id: int, *, by: Viewer) -> None:
    """撤回异议: one's own, before it is answered."""
    found = await publication(publication_id, viewer=by)
    allow(by, "objection.withdraw", None)
    row = await fetch_one(
        "SELECT id FROM objection WHERE publication_id=$1 AND person_id=$2", publication_id, by.person_id
    )
    if row is None:
        raise NotFound("objection.not_found")
    async with transaction():
        if await fetch_one(_WITHDRAW, row["id"], by.person_id) is None:
            raise Taken("objection.changed")
        place_id = found.decided.place_id
        await record(by, "objection.withdraw", subject="objection", subject_id=row["id"], place_id=place_id)


UNCHECKED = "SELECT 1 AS one FROM paper_objection a WHERE a.objection_id=objection.id AND a.checked_by_id IS NULL"
"""In SQL, whether an ``objection`` stands on paper and nobody has held what was typed against it."""
_ANSWER = (
    "UPDATE objection SET state='answered', answer=$1, answered_at=$2, answered_by_id=$3, as_role=$4, is_held=$5"
    f" WHERE id=$6 AND state='open' AND NOT EXISTS ({UNCHECKED}) RETURNING id"
)


async def answer(objection_id: int, *, by: Viewer, text: str, shows: bool | None = None) -> None:
    """答复异议: in one's office, for everybody; ``shows``: whether the objection's words are shown beside it, None: as
    they were."""
    row = await fetch_one("SELECT * FROM objection WHERE id=$1", objection_id)
    if row is None:
        raise NotFound("objection.not_found")
    found = await publication(row["publication_id"], viewer=by)
    allow(by, "objection.answer", row["place_id"])
    words = mask(clean_input(text).strip()).text
    if not SHORTEST <= len(words) <= LONGEST:
        raise Invalid("objection.answer_length", least=SHORTEST, most=LONGEST)
    role = next((one for one in OFFICES if by.holds(one, row["place_id"])), None)
    is_held = bool(row["is_held"]) if shows is None else not shows
    async with transaction():
        values = (words, clock.now(), by.person_id, role.value if role else None, is_held, objection_id)
        if await fetch_one(_ANSWER, *values) is None:
            raise await _not_answered(objection_id)
        await record(by, "objection.answer", subject="objection", subject_id=objection_id, place_id=row["place_id"])
        letter = Letter(
            say("promise.tell.answered", title=found.line.title, answer=words),
            links=(Link(say("promise.tell.link"), f"/publications/{found.line.id}"),),
        )
        await tell_resident(letter, person_id=row["person_id"], kind="objection.answered")


async def _not_answered(objection_id: int) -> WrongState | Taken:
    sql = f"SELECT id FROM objection WHERE id=$1 AND state='open' AND EXISTS ({UNCHECKED})"
    waits = await fetch_one(sql, objection_id)
    return WrongState("objection.unchecked") if waits else Taken("objection.changed")


async def publication_of(objection_id: int, *, viewer: Viewer) -> int:
    """To which publication an objection is made, for who sees that."""
    row = await fetch_one("SELECT publication_id FROM objection WHERE id=$1", objection_id)
    if row is None:
        raise NotFound("objection.not_found")
    return (await publication(row["publication_id"], viewer=viewer)).line.id


async def objections(publication_id: int, *, viewer: Viewer) -> list[Objection]:
    """异议和答复: of a publication, the oldest first; names for staff alone."""
    found = await publication(publication_id, viewer=viewer)
    rows = await fetch(f"{_READ} LIMIT {MOST}", publication_id, viewer.person_id or 0)
    who, papers = {}, {}
    if found.may_answer:
        ids = [row["person_id"] for row in rows]
        who = await shown.shown(ids, viewer=viewer, place_id=found.decided.place_id)
        papers = await files.of(PAPER, [row["paper_id"] for row in rows if row["paper_id"]])
    return [
        _read(
            row,
            viewer,
            reads_all=found.may_answer,
            who=who.get(row["person_id"]),
            photos=tuple(one.name for one in papers.get(row["paper_id"], ())),
        )
        for row in rows
    ]


_READ = (
    "SELECT o.*, a.id AS paper_id, a.entry, a.entered_by_id, a.checked_by_id, a.brought_by FROM objection o"
    " LEFT JOIN paper_objection a ON a.objection_id=o.id"
    " WHERE o.publication_id=$1 AND (o.state<>'withdrawn' OR o.person_id=$2) ORDER BY o.id"
)


def _read(row: Row, viewer: Viewer, *, reads_all: bool, who: Shown | None, photos: tuple[str, ...]) -> Objection:
    is_own = viewer.person_id is not None and viewer.person_id == row["person_id"]
    is_read = reads_all or is_own or not row["is_held"]
    return Objection(
        id=row["id"],
        text=row["text"] if is_read else "",
        state=ObjectionState(row["state"]),
        is_held=bool(row["is_held"]),
        is_own=is_own,
        at=moment(row["created_at"]),
        answer=row["answer"],
        answered_at=None if row["answered_at"] is None else moment(row["answered_at"]),
        as_role=RoleName(row["as_role"]) if row["as_role"] else None,
        who=who,
        paper=_paper(row, viewer, photos) if reads_all and row["paper_id"] else None,
    )


def _paper(row: Row, viewer: Viewer, photos: tuple[str, ...]) -> Paper:
    waits = row["state"] == ObjectionState.OPEN.value and row["checked_by_id"] is None
    return Paper(
        brought_by=row["brought_by"],
        entry=row["entry"],
        waits=waits,
        may_check=waits
        and row["entered_by_id"] != viewer.person_id
        and may(viewer, "objection.check", row["place_id"]),
        may_retype=waits and may(viewer, "objection.enter", row["place_id"]),
        photos=photos,
    )


_WAITS = (
    "SELECT u.id, u.place_id, u.title, count(*) AS waiting FROM publication u JOIN proposal p ON p.id=u.proposal_id"
    " JOIN objection o ON o.publication_id=u.id AND o.state='open' WHERE u.told_at IS NULL AND u.ends_at<=$1"
    f" AND {RUNS} GROUP BY u.id, u.place_id, u.title ORDER BY u.id LIMIT 100"
)


async def remind(*, by: Viewer) -> int:
    """提醒答复异议: staff hear once that a publication's days are over and objections still wait; gives how many."""
    allow(by, "objection.remind", None)
    return sum([await _remind(row) for row in await fetch(_WAITS, clock.now())])


async def _remind(row: Row) -> bool:
    mark = "UPDATE publication SET told_at=$1 WHERE id=$2 AND told_at IS NULL"
    async with transaction():
        if not await execute(mark, clock.now(), row["id"]):
            return False
        link = Link(say("promise.tell.link"), f"/publications/{row['id']}")
        letter = Letter(say("promise.tell.objections_wait", title=row["title"], count=row["waiting"]), links=(link,))
        verb = "objection.answer"
        people = await keepers.keepers(row["place_id"], BoardName.DELIBERATION, verb=verb)
        await keepers.tell(letter, people, kind="objection.waits", place_id=row["place_id"], verb=verb, but=())
    return True
