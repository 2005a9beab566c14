"""What reports of neighbours took out of sight is told at once to those who decide about it, with what opens it in
chat; what was reported at night, in the morning."""

from __future__ import annotations

from courier.letters import Letter, Link
from forum.moderation import keepers, telling
from models import clock
from models.board import BoardName
from models.post import PostState
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from nlp.discreet import discreet
from people.quiet import is_quiet

FLAGGED = "flags"
"""What is said to have been found in something that was held because several reported it."""
KIND, _VERB, _BATCH = "review.held", "post.review", 100
_WAITING = (
    "SELECT v.id FROM review v WHERE v.state='open' AND v.found=$1 AND v.reminded_at IS NULL AND"
    " (EXISTS (SELECT 1 FROM post p WHERE v.thing='post' AND p.id=v.thing_id AND p.state=$2)"
    " OR EXISTS (SELECT 1 FROM reply r WHERE v.thing='reply' AND r.id=v.thing_id AND r.state=$2))"
    " ORDER BY v.id LIMIT $3"
)


async def note(review_id: int) -> None:
    """Keep why it is held, and tell who decides, in the transaction that holds it."""
    await execute("UPDATE review SET found=$1, reminded_at=NULL WHERE id=$2", FLAGGED, review_id)
    if not is_quiet(clock.now()):
        await _tell(review_id)


async def tell_waiting() -> int:
    """What was held while nobody is to be disturbed, by day; gives how many."""
    rows = await fetch(_WAITING, FLAGGED, PostState.HELD.value, _BATCH)
    for row in rows:
        async with transaction():
            await _tell(row["id"])
    return len(rows)


async def _tell(review_id: int) -> None:
    """Once: whoever marks it tells."""
    row = await fetch_one(
        "UPDATE review SET reminded_at=$1 WHERE id=$2 AND state='open' AND reminded_at IS NULL"
        " RETURNING id, place_id, board, thing, post_id, author_id, flags",
        clock.now(),
        review_id,
    )
    if row is not None:
        letter, place_id = await _letter(row), row["place_id"]
        people, opens = await _who_decides(row), f"review:{review_id}"
        choice = say("moderation.tell.open_review")
        await keepers.tell(letter, people, kind=KIND, place_id=place_id, verb=_VERB, but=(), opens=opens, choice=choice)


async def _letter(row: Row) -> Letter:
    post = await fetch_one("SELECT title FROM post WHERE id=$1", row["post_id"])
    words = say(
        f"moderation.tell.held_{row['thing']}",
        board=telling.board_name(BoardName(row["board"])),
        title=discreet(post["title"]) if post is not None else "",
        count=row["flags"],
    )
    link = Link(say("moderation.tell.waiting_link"), f"/moderation/reviews/{row['id']}")
    return Letter(words, links=(link,))


async def _who_decides(row: Row) -> list[int]:
    """The moderators of its board; all who may decide there where that is nobody but its author."""
    place_id, board, author = row["place_id"], BoardName(row["board"]), row["author_id"]
    found = [one for one in await keepers.moderators(place_id, board) if one != author]
    others = [] if found else await keepers.keepers(place_id, board, verb=_VERB)
    return found or [one for one in others if one != author]
