"""Photos of paper ballots: of a paper and never of a voter; nobody sees one before the count (docs/adr/0046).

A photo comes as any file does: written anew from its pixels, without what else it carried. Then it is taken over from
the row that says who gave it, when and after which other, into one that has a number drawn by chance and nothing else,
and lies sealed until the count.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from forum.votes import boxes
from forum.votes.showing import FEWEST_OF_A_GROUP
from forum.votes.states import COUNTED, Standing, standing
from models.ballot import NoPhoto
from models.errors import Invalid, NotFound, WrongState
from models.transaction import Row, after_commit, execute, fetch, fetch_one
from people import pictures, sealed_files, shelf
from people.files import Opened
from people.scope import must_see
from people.viewers import Viewer

MOST_OF_A_PAPER = 4
_MOST_ID = 2**53 - 1
"""Numbers that stand in addresses and in JSON."""


async def take(vote: Standing, paper_id: int, name: str, *, by: Viewer) -> None:
    """Let a photo that its giver has just handed in be this paper's, in the transaction of the entry."""
    row = await fetch_one("SELECT count(*) AS n FROM paper_photo WHERE paper_id=$1", paper_id)
    if row is not None and row["n"] >= MOST_OF_A_PAPER:
        raise Invalid("file.too_many", most=MOST_OF_A_PAPER)
    given = await fetch_one(
        "DELETE FROM file WHERE name=$1 AND person_id=$2 AND parent_kind='' AND kind='photo' AND state='kept'"
        " RETURNING shelf_name",
        name,
        by.person_id,
    )
    if given is None:
        raise Invalid("vote.photo_gone")
    sealed = await asyncio.to_thread(sealed_files.sealed_copy, given["shelf_name"])
    if not sealed:
        raise Invalid("vote.photo_gone")
    after_commit(lambda: shelf.remove([given["shelf_name"]]))
    number = secrets.randbelow(_MOST_ID)
    sql = "INSERT INTO paper_photo (id, vote_id, paper_id, shelf_name) VALUES ($1,$2,$3,$4)"
    await execute(sql, number, vote.id, paper_id, sealed)
    await boxes.stir("paper_photo", "vote_id=vote_id", number, vote_id=vote.id)


async def has_one(paper_id: int) -> bool:
    """Whether a photo of a paper is there."""
    return await fetch_one("SELECT 1 AS one FROM paper_photo WHERE paper_id=$1 LIMIT 1", paper_id) is not None


_CONFIRMED = "(SELECT p.id FROM paper_ballot p WHERE p.vote_id=$1 AND p.state='confirmed')"


async def settle(vote: Standing) -> None:
    """At the count: those of papers that count stay, of a secret vote where they are five or more; what stays is
    written anew and open, in an order by chance, so that neither the folder nor a number tells which came after which.
    """
    await _drop(f"vote_id=$1 AND paper_id NOT IN {_CONFIRMED}", vote.id)
    row = await fetch_one(f"SELECT count(*) AS n FROM paper_ballot WHERE id IN {_CONFIRMED}", vote.id)
    if vote.is_secret and row is not None and row["n"] < FEWEST_OF_A_GROUP:
        await drop(vote.id)
        return
    rows = await fetch("SELECT id, shelf_name FROM paper_photo WHERE vote_id=$1", vote.id)
    secrets.SystemRandom().shuffle(rows)
    moved = [one for one in [await _moved(row) for row in rows] if one]
    after_commit(lambda: shelf.remove(moved))


async def _moved(row: Row) -> str:
    """Another file and another number; gives under which name the former lies, '' where there is none any more."""
    name = await asyncio.to_thread(sealed_files.opened_copy, row["shelf_name"])
    if not name:
        await execute("DELETE FROM paper_photo WHERE id=$1", row["id"])
        return ""
    number = secrets.randbelow(_MOST_ID)
    await execute("UPDATE paper_photo SET id=$1, shelf_name=$2 WHERE id=$3", number, name, row["id"])
    return str(row["shelf_name"])


async def drop(vote_id: int) -> None:
    """Take away every photo of a vote, in the caller's transaction."""
    await _drop("vote_id=$1", vote_id)


async def _drop(which: str, *values: object) -> int:
    rows = await fetch(f"DELETE FROM paper_photo WHERE {which} RETURNING shelf_name", *values)
    names = [row["shelf_name"] for row in rows]
    after_commit(lambda: shelf.remove(names))
    return len(names)


async def forget(before: dt.datetime, limit: int) -> int:
    """Those of votes that were counted before a moment: whoever had something against them has said so."""
    over = "SELECT v.id FROM vote v WHERE v.state='counted' AND v.counted_at<$1"
    return await _drop(
        f"id IN (SELECT f.id FROM paper_photo f WHERE f.vote_id IN ({over}) ORDER BY f.id LIMIT $2)", before, limit
    )


@dataclass(frozen=True, slots=True)
class Papers:
    """What is known of the papers that count: photos by numbers that tell no order, and why others have none."""

    photos: Sequence[int]
    without: dict[NoPhoto, int]


async def papers(vote_id: int, *, viewer: Viewer) -> Papers:
    """选票照片: after the count, for staff who enter papers."""
    await _counted(vote_id, viewer=viewer)
    rows = await fetch("SELECT id FROM paper_photo WHERE vote_id=$1 ORDER BY id", vote_id)
    reasons = await fetch(
        "SELECT no_photo FROM paper_ballot WHERE vote_id=$1 AND state='confirmed' AND no_photo IS NOT NULL", vote_id
    )
    counted = Counter(NoPhoto(row["no_photo"]) for row in reasons)
    return Papers([row["id"] for row in rows], {one: counted[one] for one in NoPhoto if counted[one]})


async def photo(vote_id: int, photo_id: int, *, viewer: Viewer, is_preview: bool = False) -> Opened:
    """一张选票照片: NotFound where it is gone."""
    await _counted(vote_id, viewer=viewer)
    row = await fetch_one("SELECT shelf_name FROM paper_photo WHERE id=$1 AND vote_id=$2", photo_id, vote_id)
    path = shelf.path_of(row["shelf_name"], is_preview=is_preview) if row else None
    if path is None or not await asyncio.to_thread(path.is_file):
        raise NotFound("file.not_found")
    return Opened(path, pictures.MEDIA_TYPE)


async def _counted(vote_id: int, *, viewer: Viewer) -> None:
    """Before the count a photo would tell a result early, also to who has entered it."""
    vote = await standing(vote_id)
    must_see(viewer, "vote.enter", vote.place_id, thing="vote")
    if vote.state is not COUNTED:
        raise WrongState("vote.not_counted")
