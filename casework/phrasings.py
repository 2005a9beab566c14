"""问法候选: questions for which residents or staff chose an entry, counted until they are added to it or set aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import guide
from casework.pack_words import bare
from casework.snapshots import Snapshot
from models import clock
from models.conversation import Phrasing
from models.entry_content import cleaned
from models.errors import NotFound, Taken
from models.transaction import Row, execute, fetch, fetch_one, listed, moment, transaction
from nlp.normalise import normalise
from people.audit import record
from people.permissions import allow
from people.scope import must_see, places_for
from people.viewers import Viewer

MOST = 200
LONGEST = 60
HIDDEN = "*"
OPEN = (
    "dismissed_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM entry_version v WHERE v.id=draft_id AND v.state IN ('draft', 'published'))"
)
"""Neither set aside nor in a version; of a draft that was turned down it is proposed again."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question as typed (masked), the entry chosen for it, how often, and when last."""

    id: int
    place_id: int
    entry_key: str
    title: str
    text: str
    times: int
    last_at: dt.datetime


async def note(text: str, *, by: Viewer, place_id: int, entry_key: str) -> None:
    """记下: a resident chose an entry for a question (masked)."""
    allow(by, "conversation.speak", place_id)
    await keep(text, place_id=place_id, entry_key=entry_key)


async def keep(text: str, *, place_id: int, entry_key: str) -> None:
    """Propose a question as a way of asking for an entry; the same proposed again is counted.

    A whole story, no words at all, or one with a hidden number in it is nobody else's way of asking. It stays word for
    word as it stands in the conversation, by which it is found again where that is erased.
    """
    kept = " ".join(cleaned(text).split())
    said = normalise(kept)
    if kept != text.strip() or not bare(kept) or HIDDEN in kept or max(len(kept), len(said)) > LONGEST:
        return
    await execute(
        "INSERT INTO phrasing (created_at, place_id, entry_key, said, text, times, last_at)"
        " VALUES ($1,$2,$3,$4,$5,1,$1) ON CONFLICT (place_id, entry_key, said)"
        " DO UPDATE SET times=phrasing.times+1, last_at=$1",
        clock.now(),
        place_id,
        entry_key,
        said,
        kept,
    )


async def waiting(*, viewer: Viewer) -> list[Candidate]:
    """What may become a way of asking in the viewer's places, the most chosen first."""
    places = places_for(viewer, "phrasing.read")
    where = "" if places is None else f" AND place_id IN ({listed(sorted(places))})"
    rows = await fetch(
        "SELECT id, place_id, entry_key, text, times, last_at FROM phrasing"
        f" WHERE {OPEN}{where} ORDER BY times DESC, last_at DESC, id LIMIT {MOST}"
    )
    snapshot = await guide.current()
    return [one for row in rows if (one := _candidate(row, snapshot)) is not None]


def _candidate(row: Row, snapshot: Snapshot) -> Candidate | None:
    """None where the entry is not shown, or is asked for in just these words already."""
    key = row["entry_key"]
    if not snapshot.visible(key, row["place_id"]):
        return None
    content = snapshot.entries[key].content
    if normalise(row["text"]) in {normalise(text) for text in content.phrasings}:
        return None
    return Candidate(**{**row, "title": content.title, "last_at": moment(row["last_at"])})


async def seen(candidate_id: int, *, by: Viewer, verb: str) -> Phrasing:
    """One that the viewer may do ``verb`` to; NotFound also where it is another neighbourhood's."""
    found = await Phrasing.get_or_none(id=candidate_id)
    if found is None:
        raise NotFound("phrasing.not_found")
    must_see(by, verb, found.place_id, thing="phrasing")
    return found


async def must_be_open(candidate_id: int) -> None:
    """Taken where it was set aside, or stands in a version already."""
    if await fetch_one(f"SELECT id FROM phrasing WHERE id=$1 AND {OPEN}", candidate_id) is None:
        raise Taken("phrasing.settled")


async def dismiss(candidate_id: int, *, by: Viewer) -> None:
    """不加: it is proposed no more, however often it is chosen again."""
    found = await seen(candidate_id, by=by, verb="phrasing.dismiss")
    async with transaction():
        changed = await execute(f"UPDATE phrasing SET dismissed_at=$1 WHERE id=$2 AND {OPEN}", clock.now(), found.id)
        if changed != 1:
            raise Taken("phrasing.settled")
        await record(by, "phrasing.dismiss", subject="phrasing", subject_id=found.id, place_id=found.place_id)
