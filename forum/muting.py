"""Boards of which somebody wants to hear nothing: neither with the letter of the day nor in their list. What is their
own, as an official answer to them, is told all the same."""

from __future__ import annotations

from dataclasses import dataclass

from forum import board_list
from forum.board_list import BoardLine
from models import clock
from models.transaction import execute, fetch, listed, transaction
from people.audit import record
from people.permissions import allow
from people.scope import sees
from people.viewers import Viewer

SUBJECT = "post:"


@dataclass(frozen=True, slots=True)
class BoardWish:
    """A board, and whether somebody wants to hear of it."""

    board: BoardLine
    is_wanted: bool


def has_boards(viewer: Viewer, place_id: int) -> bool:
    """Whether there are boards that the viewer could hear of."""
    return viewer.person_id is not None and sees(viewer, "board.read", place_id)


async def choices(*, viewer: Viewer, place_id: int) -> list[BoardWish]:
    """要不要哪个板块的提醒: every board with posts; so it is unless they said otherwise."""
    allow(viewer, "push.choose", None)
    boards = await board_list.boards(viewer=viewer, place_id=place_id)
    rows = await fetch("SELECT board FROM board_choice WHERE person_id=$1 AND NOT is_wanted", viewer.person_id)
    muted = {row["board"] for row in rows}
    return [BoardWish(line, line.kind.key.value not in muted) for line in boards if line.kind.has_threads]


async def choose(name: str, *, by: Viewer, place_id: int, is_wanted: bool) -> None:
    """要、不要一个板块的提醒; what waits to be told of it is forgotten."""
    allow(by, "push.choose", None)
    key = (await board_list.board(name, viewer=by, place_id=place_id)).kind.key
    async with transaction():
        await execute(
            "INSERT INTO board_choice (created_at, person_id, board, is_wanted) VALUES ($1,$2,$3,$4)"
            " ON CONFLICT (person_id, board) DO UPDATE SET is_wanted=excluded.is_wanted",
            clock.now(),
            by.person_id,
            key.value,
            is_wanted,
        )
        if not is_wanted:
            await _forget(by.person_id or 0, key.value)
        detail = f"{key} {'on' if is_wanted else 'off'}"
        await record(by, "push.choose", subject="push", subject_id=None, place_id=place_id, detail=detail)


async def _forget(person_id: int, board: str) -> None:
    """What waits of threads there, and of the steps of proposals (``post:7:stage``)."""
    rows = await fetch("SELECT id, subject FROM push WHERE person_id=$1 AND subject LIKE 'post:%'", person_id)
    waits = {row["id"]: int(row["subject"].removeprefix(SUBJECT).partition(":")[0]) for row in rows}
    posts = await fetch(f"SELECT id FROM post WHERE board=$1 AND id IN ({listed({*waits.values()})})", board)
    quiet = {row["id"] for row in posts}
    await execute(f"DELETE FROM push WHERE id IN ({listed(one for one, post in waits.items() if post in quiet)})")
