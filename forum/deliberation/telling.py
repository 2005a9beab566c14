"""Telling those who follow a proposal what happened to it: by a job, a block of them at a time, each step once."""

from __future__ import annotations

from courier.letters import Letter, Link
from forum.deliberation.words import step_in_words
from forum.states import SHOWN_SQL, stage_subject_of
from models.board import BoardName
from models.transaction import Row, execute, fetch, fetch_one, listed, transaction
from models.wording import say
from people import pushes
from people.permissions import allow
from people.pushes import Needs, PushKind
from people.telling import tell_resident
from people.viewers import Viewer

BLOCK, MOST_AT_ONCE, MOST_ROUNDS = 200, 100, 10
_QUIET = ("proposal.begin", "proposal.put")
"""Steps that only who took them knows of yet."""

_BEHIND = (
    "SELECT r.id, r.post_id, r.place_id, r.number, r.author_id, r.told_step_id, r.told_to, p.title,"
    f" p.state IN ({SHOWN_SQL}) AS is_shown,"
    " (SELECT min(s.id) FROM proposal_step s WHERE s.proposal_id=r.id AND s.id>r.told_step_id) AS step_id"
    " FROM proposal r JOIN post p ON p.id=r.post_id WHERE EXISTS (SELECT 1 FROM proposal_step s"
    f" WHERE s.proposal_id=r.id AND s.id>r.told_step_id) ORDER BY r.id LIMIT {MOST_AT_ONCE}"
)
_FOLLOWERS = "SELECT person_id FROM post_follow WHERE post_id=$1 AND is_on AND person_id>$2 ORDER BY person_id LIMIT $3"


async def tell_due(*, by: Viewer) -> int:
    """告诉关注的人: of every proposal the next block of the first step they do not know, and so on, for a while; gives
    how many were told."""
    allow(by, "proposal.tell", None)
    told = 0
    for _ in range(MOST_ROUNDS):
        if not (rows := await fetch(_BEHIND)):
            break
        told += sum([await _tell_of(row) for row in rows])
    return told


async def _tell_of(row: Row) -> int:
    """Mark and tell in one transaction: a job that is killed begins the block again, and nobody is told twice."""
    async with transaction():
        step = await fetch_one("SELECT * FROM proposal_step WHERE id=$1", row["step_id"])
        assert step is not None
        is_told = row["is_shown"] and step["is_public"] and step["verb"] not in _QUIET
        people = await fetch(_FOLLOWERS, row["post_id"], row["told_to"], BLOCK) if is_told else []
        ids = [one["person_id"] for one in people]
        is_last = len(ids) < BLOCK
        claimed = await execute(
            "UPDATE proposal SET told_step_id=$1, told_to=$2 WHERE id=$3 AND told_step_id=$4 AND told_to=$5",
            *(row["step_id"] if is_last else row["told_step_id"], 0 if is_last else ids[-1]),
            *(row["id"], row["told_step_id"], row["told_to"]),
        )
        if claimed != 1:
            return 0
        if is_told:
            await _tell(row, step, ids)
    return len(ids)


async def _tell(row: Row, step: Row, ids: list[int]) -> None:
    """Its author at once where somebody else took the step, everybody else with the day's letter."""
    text = say("proposal.letter.step", number=row["number"], title=row["title"], what=step_in_words(step))
    letter = Letter(text, links=(Link(say("proposal.letter.link"), f"/proposals/{row['id']}"),))
    author_id = row["author_id"]
    if step["by_id"] != author_id and row["told_to"] == 0:
        await tell_resident(letter, person_id=author_id, kind="proposal.step")
    await pushes.push_to_people(
        letter,
        person_ids=await _others(ids, author_id=author_id, by_id=step["by_id"]),
        kind=PushKind.DELIBERATION,
        subject=stage_subject_of(row["post_id"]),
        needs=Needs("board.read", row["place_id"]),
        board=BoardName.DELIBERATION,
    )


async def _others(ids: list[int], *, author_id: int, by_id: int | None) -> list[int]:
    if not ids:
        return []
    rows = await fetch(f"SELECT id FROM person WHERE id IN ({listed(ids)}) AND is_active ORDER BY id")
    return [row["id"] for row in rows if row["id"] not in (author_id, by_id)]
