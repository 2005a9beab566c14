"""Lists of proposals: a neighbourhood's by stage, those that wait for an answer, one's own, and the desk's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from forum import board_list
from forum.deliberation.stages import AMENDED, WAITS_FOR_STAFF
from forum.deliberation.words import stage_name
from forum.states import OWN_SQL, SHOWN_SQL
from models import clock
from models.board import BoardName
from models.errors import Invalid
from models.post import PostState
from models.proposal import ProposalStage
from models.transaction import Row, fetch, listed, moment
from people import shown
from people.scope import must_see
from people.shown import Shown
from people.viewers import Viewer

PAGE = 20


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list. ``is_mine``: the viewer put it; ``supports``: the viewer supports it."""

    id: int
    post_id: int
    number: str
    title: str
    stage: ProposalStage
    state: PostState
    stage_at: dt.datetime
    due_at: dt.datetime | None
    households: int
    support_needed: int
    support_count: int
    answered_at: dt.datetime | None
    author: Shown | None
    at: dt.datetime
    replies: int
    amendments: int
    is_mine: bool
    supports: bool
    key_year: int | None

    @property
    def is_late(self) -> bool:
        """Whether its date is over."""
        return self.due_at is not None and self.due_at < clock.now()

    @property
    def waits_for_staff(self) -> bool:
        """Whether staff must do something next."""
        return self.stage in WAITS_FOR_STAFF

    @property
    def owes_answer(self) -> bool:
        """Whether the official answer is still owed."""
        return self.stage is ProposalStage.SCREENING and self.answered_at is None

    @property
    def percent(self) -> int:
        """How many of a hundred verified households support it."""
        return 100 * self.support_count // self.households if self.households else 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page of proposals; ``next`` is where the following begins, 0 at the end."""

    lines: tuple[ProposalLine, ...]
    next: int


_AMENDED_SQL = ", ".join(f"'{one.value}'" for one in AMENDED)
_COLUMNS = (
    "SELECT r.id, r.post_id, r.number, r.stage, r.stage_at, r.due_at, r.households, r.support_needed, r.support_count,"
    " r.answered_at, r.author_id, r.key_year, p.title, p.state, p.created_at, p.reply_count,"
    " (SELECT count(*) FROM amendment a JOIN reply y ON y.id=a.reply_id AND y.state='published'"
    f" WHERE a.proposal_id=r.id AND a.state='open' AND r.stage IN ({_AMENDED_SQL})) AS amendments,"
    " EXISTS (SELECT 1 FROM proposal_support u WHERE u.proposal_id=r.id AND u.person_id=$1) AS supports"
    " FROM proposal r JOIN post p ON p.id=r.post_id WHERE "
)
_SEEN = f"(p.state IN ({SHOWN_SQL}) OR (p.author_id=$1 AND p.state IN ({OWN_SQL})))"


def stage_of(text: str) -> ProposalStage | None:
    """A stage by its name in an address; None for ''."""
    if not text:
        return None
    try:
        return ProposalStage(text)
    except ValueError as error:
        raise Invalid("proposal.no_stage") from error


async def proposals(
    *, viewer: Viewer, place_id: int, stage: ProposalStage | None = None, before: int = 0, most: int = PAGE
) -> Page:
    """提案: of a neighbourhood, of one stage or all, the newest first."""
    await _must_read(viewer, place_id)
    which = " AND r.stage=$5" if stage else " AND $5=''"
    sql = f"{_COLUMNS}r.place_id=$2 AND {_SEEN}{which} AND (r.id<$3 OR $3=0) ORDER BY r.id DESC LIMIT $4"
    rows = await fetch(sql, viewer.person_id or 0, place_id, before, most + 1, stage.value if stage else "")
    lines = await _lines(rows[:most], viewer=viewer, place_id=place_id)
    return Page(tuple(lines), rows[most - 1]["id"] if len(rows) > most else 0)


async def counts(*, viewer: Viewer, place_id: int) -> dict[ProposalStage, int]:
    """How many proposals stand in each stage, of those every neighbour sees."""
    await _must_read(viewer, place_id)
    rows = await fetch(
        "SELECT r.stage, count(*) AS n FROM proposal r JOIN post p ON p.id=r.post_id WHERE r.place_id=$1"
        f" AND p.state IN ({SHOWN_SQL}) GROUP BY r.stage",
        place_id,
    )
    found = {ProposalStage(row["stage"]): row["n"] for row in rows}
    return {stage: found[stage] for stage in ProposalStage if stage in found}


async def unanswered(*, viewer: Viewer, place_id: int) -> list[ProposalLine]:
    """还没有正式答复的提案: which found support and wait for the official answer, the longest due first; public."""
    await _must_read(viewer, place_id)
    sql = (
        f"{_COLUMNS}r.place_id=$2 AND p.state IN ({SHOWN_SQL}) AND r.stage='screening' AND r.answered_at IS NULL"
        " ORDER BY r.due_at, r.id LIMIT 100"
    )
    return await _lines(await fetch(sql, viewer.person_id or 0, place_id), viewer=viewer, place_id=place_id)


async def mine(*, viewer: Viewer, place_id: int) -> list[ProposalLine]:
    """我的提案: what one put, supports, or wrote an amendment to."""
    await _must_read(viewer, place_id)
    sql = (
        f"{_COLUMNS}r.place_id=$2 AND {_SEEN} AND (r.author_id=$1 OR EXISTS (SELECT 1 FROM proposal_support u"
        " WHERE u.proposal_id=r.id AND u.person_id=$1) OR EXISTS (SELECT 1 FROM amendment a WHERE a.proposal_id=r.id"
        " AND a.author_id=$1)) ORDER BY r.id DESC LIMIT 100"
    )
    return await _lines(await fetch(sql, viewer.person_id or 0, place_id), viewer=viewer, place_id=place_id)


async def desk(*, viewer: Viewer, place_id: int) -> list[ProposalLine]:
    """等居委会的提案: what staff must do something about next, by due date."""
    must_see(viewer, "proposal.look_after", place_id, thing="place")
    waits = ", ".join(f"'{one.value}'" for one in WAITS_FOR_STAFF)
    sql = (
        f"{_COLUMNS}r.place_id=$2 AND p.state IN ({SHOWN_SQL}) AND r.stage IN ({waits})"
        " ORDER BY CASE WHEN r.due_at IS NULL THEN 1 ELSE 0 END, r.due_at, r.stage_at, r.id LIMIT 200"
    )
    return await _lines(await fetch(sql, viewer.person_id or 0, place_id), viewer=viewer, place_id=place_id)


async def marks(posts: Sequence[int], *, viewer: Viewer, place_id: int) -> dict[int, str]:
    """The stage of the proposals among some posts that a caller found, in a word, by post."""
    if not posts:
        return {}
    must_see(viewer, "proposal.read", place_id, thing="place")
    sql = f"SELECT post_id, stage FROM proposal WHERE place_id=$1 AND post_id IN ({listed(posts)})"
    return {row["post_id"]: stage_name(ProposalStage(row["stage"])) for row in await fetch(sql, place_id)}


async def _must_read(viewer: Viewer, place_id: int) -> None:
    must_see(viewer, "proposal.read", place_id, thing="place")
    await board_list.board(BoardName.DELIBERATION.value, viewer=viewer, place_id=place_id)


async def _lines(rows: Sequence[Row], *, viewer: Viewer, place_id: int) -> list[ProposalLine]:
    people = await shown.shown([row["author_id"] for row in rows], viewer=viewer, place_id=place_id)
    return [_line(row, people.get(row["author_id"]), viewer=viewer) for row in rows]


def _line(row: Row, author: Shown | None, *, viewer: Viewer) -> ProposalLine:
    return ProposalLine(
        *(row["id"], row["post_id"], row["number"], row["title"], ProposalStage(row["stage"]), PostState(row["state"])),
        stage_at=moment(row["stage_at"]),
        due_at=moment(row["due_at"]) if row["due_at"] else None,
        households=row["households"],
        support_needed=row["support_needed"],
        support_count=row["support_count"],
        answered_at=moment(row["answered_at"]) if row["answered_at"] else None,
        author=author,
        at=moment(row["created_at"]),
        replies=row["reply_count"],
        amendments=row["amendments"],
        is_mine=viewer.person_id is not None and row["author_id"] == viewer.person_id,
        supports=bool(row["supports"]),
        key_year=row["key_year"],
    )
