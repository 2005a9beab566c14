"""纸上的异议: typed in by one of staff from a paper with its photo, and held against that by another.

Until then neighbours do not read it and nobody answers it; it stops the publication like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

from courier.letters import Letter, Link
from forum.promises.objections import PAPER, hold_running, must_run, tell_staff, words_of
from forum.promises.publications import Publication, publication
from forum.words import one_line
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from nlp.mask import mask
from people import files
from people.audit import record
from people.files import Parent
from people.permissions import allow
from people.telling import tell_resident
from people.viewers import Viewer

ENTER, CHECK = "objection.enter", "objection.check"
MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper: whose it is ('3号楼 王芳'), what it says, who handed it in, and its photos by the names their giver was
    told."""

    who: str
    text: str
    brought_by: str
    photos: tuple[str, ...]


_MAKE = (
    "INSERT INTO objection (created_at, publication_id, place_id, person_id, state, text, is_held, answer)"
    " VALUES ($1,$2,$3,$4,'open',$5,$6,'') ON CONFLICT (publication_id, person_id) DO NOTHING RETURNING id"
)
_PAPER = (
    "INSERT INTO paper_objection (created_at, objection_id, entry, entered_by_id, brought_by) VALUES ($1,$2,1,$3,$4)"
    " RETURNING id"
)


async def enter(publication_id: int, new: NewPaper, *, by: Viewer) -> int:
    """录入纸上的异议: of who lives here, once, while it is published; gives its number. Staff are told."""
    found = await publication(publication_id, viewer=by)
    place_id = found.decided.place_id
    allow(by, ENTER, place_id)
    must_run(found)
    said, brought_by = mask(words_of(new.text)).text, one_line(new.brought_by)
    if not 0 < len(brought_by) <= MOST_NAME:
        raise Invalid("objection.brought_by", most=MOST_NAME)
    person_id = await _who_is(new.who, place_id)
    async with transaction():
        await hold_running(publication_id)
        row = await fetch_one(_MAKE, clock.now(), publication_id, place_id, person_id, said, True)  # noqa: FBT003
        if row is None:
            raise Taken("objection.made_by_them")
        await _keep_paper(row["id"], new.photos, brought_by=brought_by, by=by)
        await record(by, ENTER, subject="objection", subject_id=row["id"], place_id=place_id)
        await tell_staff(found, "paper", but=(by.person_id or 0,))
    return int(row["id"])


async def _keep_paper(objection_id: int, photos: tuple[str, ...], *, brought_by: str, by: Viewer) -> None:
    paper = await fetch_one(_PAPER, clock.now(), objection_id, by.person_id, brought_by)
    assert paper is not None
    if not await files.attach(photos, to=Parent(PAPER, paper["id"]), by=by):
        raise Invalid("objection.photo_missing")


_NAMED = (
    "SELECT DISTINCT p.id FROM person p JOIN residence d ON d.person_id=p.id AND d.place_id=$1 AND d.state='living'"
    " JOIN home h ON h.id=d.home_id JOIN building b ON b.id=h.building_id"
    " WHERE p.is_active AND (p.name=$2 OR p.shown_name=$2){more} ORDER BY p.id LIMIT 2"
)
_THERE = " AND (b.name=$3 OR b.name || h.label=$3 OR b.name || '-' || h.label=$3)"


async def _who_is(typed: str, place_id: int) -> int:
    """Who lives here by that name, of several the one of the building or home that stands before it."""
    before, _, name = " ".join(typed.split()).rpartition(" ")
    more, values = (_THERE, (before.replace(" ", ""),)) if before else ("", ())
    rows = await fetch(_NAMED.format(more=more), place_id, name, *values)
    if not rows:
        raise NotFound("objection.nobody_named", name=typed.strip()[:MOST_NAME])
    if len(rows) > 1:
        raise Invalid("objection.several_named", name=name[:MOST_NAME])
    return int(rows[0]["id"])


async def _seen(objection_id: int, verb: str, *, by: Viewer) -> tuple[Row, Publication]:
    row = await fetch_one(
        "SELECT o.id, o.publication_id, o.place_id, o.person_id, a.entered_by_id FROM objection o"
        " JOIN paper_objection a ON a.objection_id=o.id WHERE o.id=$1",
        objection_id,
    )
    if row is None:
        raise NotFound("objection.not_found")
    found = await publication(row["publication_id"], viewer=by)
    allow(by, verb, row["place_id"])
    return row, found


_WAITS = (
    "objection_id=$1 AND entry=$2 AND checked_by_id IS NULL"
    " AND EXISTS (SELECT 1 FROM objection o WHERE o.id=$1 AND o.state='open')"
)
_RETYPE = f"UPDATE paper_objection SET entry=entry+1, entered_by_id=$3 WHERE {_WAITS} RETURNING id"


async def retype(objection_id: int, *, by: Viewer, text: str, seen_entry: int) -> None:
    """改录: as it stands on the paper, before somebody else has held it against that, who is wanted anew."""
    row, _ = await _seen(objection_id, ENTER, by=by)
    said = mask(words_of(text)).text
    async with transaction():
        await _must_be_first(_RETYPE, objection_id, seen_entry, by=by)
        await execute("UPDATE objection SET text=$1 WHERE id=$2", said, objection_id)
        await record(by, ENTER, subject="objection", subject_id=objection_id, place_id=row["place_id"])


_CHECK = f"UPDATE paper_objection SET checked_by_id=$3 WHERE {_WAITS} AND entered_by_id<>$3 RETURNING id"


async def check(objection_id: int, *, by: Viewer, seen_entry: int, shows: bool = True) -> None:
    """核对纸上的异议: that what was typed is what stands on the paper, by somebody else than who typed it; neighbours
    read it from then on where ``shows`` says so. Who objected is told."""
    row, found = await _seen(objection_id, CHECK, by=by)
    if row["entered_by_id"] == by.person_id:
        raise NotAllowed("objection.paper_by_two")
    async with transaction():
        await _must_be_first(_CHECK, objection_id, seen_entry, by=by)
        await execute("UPDATE objection SET is_held=$1 WHERE id=$2", not shows, objection_id)
        await record(by, CHECK, subject="objection", subject_id=objection_id, place_id=row["place_id"])
        link = Link(say("promise.tell.link"), f"/publications/{found.line.id}")
        letter = Letter(say("promise.tell.paper_checked", title=found.line.title), links=(link,))
        await tell_resident(letter, person_id=row["person_id"], kind="objection.entered")


async def _must_be_first(sql: str, *seen: int, by: Viewer) -> None:
    """``seen``: the objection, and how often it was typed in when the viewer last saw it."""
    if await fetch_one(sql, *seen, by.person_id) is None:
        raise Taken("objection.paper_changed")
