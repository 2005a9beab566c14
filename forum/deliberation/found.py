"""A proposal as it was just read: what a verb is guarded by, and who may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forum.sight import Found, visible
from models.errors import NotFound
from models.proposal import ProposalStage
from models.transaction import Row, fetch_one, is_postgres, moment
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal as it was last read."""

    id: int
    post_id: int
    place_id: int
    number: str
    author_id: int
    stage: ProposalStage
    stage_at: dt.datetime
    due_at: dt.datetime | None
    households: int
    support_needed: int
    support_count: int
    answered_at: dt.datetime | None
    text_number: int
    key_year: int | None
    version: int


_COLUMNS = (
    "id, post_id, place_id, number, author_id, stage, stage_at, due_at, households, support_needed, support_count,"
    " answered_at, text_number, key_year, version"
)


def standing_of(row: Row) -> Standing:
    """A row of ``proposal`` as it was read."""
    times = {name: moment(row[name]) if row[name] else None for name in ("due_at", "answered_at")}
    plain = ("id", "post_id", "place_id", "number", "author_id", "households", "support_needed", "support_count")
    return Standing(
        **{name: row[name] for name in plain},
        stage=ProposalStage(row["stage"]),
        stage_at=moment(row["stage_at"]),
        due_at=times["due_at"],
        answered_at=times["answered_at"],
        text_number=row["text_number"],
        key_year=row["key_year"],
        version=row["version"],
    )


async def standing(proposal_id: int) -> Standing:
    """A proposal, whoever asks; for verbs that then ask who may."""
    return await _read("id", proposal_id)


async def of_post(post_id: int) -> Standing | None:
    """The proposal that a post is; None where it is none."""
    row = await fetch_one(f"SELECT {_COLUMNS} FROM proposal WHERE post_id=$1", post_id)
    return standing_of(row) if row else None


async def held(proposal_id: int) -> Standing:
    """A proposal whose row nobody else changes until our transaction ends."""
    return await _read("id", proposal_id, lock=" FOR UPDATE" if is_postgres() else "")


async def _read(name: str, value: int, *, lock: str = "") -> Standing:
    row = await fetch_one(f"SELECT {_COLUMNS} FROM proposal WHERE {name}=$1{lock}", value)
    if row is None:
        raise NotFound("proposal.not_found")
    return standing_of(row)


async def has_author(proposal: Standing) -> bool:
    """Whether its author still has an account: nobody else settles amendments."""
    row = await fetch_one("SELECT is_active FROM person WHERE id=$1", proposal.author_id)
    return row is not None and bool(row["is_active"])


async def visible_proposal(proposal_id: int, viewer: Viewer) -> tuple[Standing, Found]:
    """A proposal with its post; NotFound for whoever may not see that post."""
    found = await standing(proposal_id)
    return found, await visible_post(found.post_id, viewer)


async def visible_post(post_id: int, viewer: Viewer) -> Found:
    """The post of a proposal, or that there is no such proposal."""
    try:
        return await visible(post_id, viewer)
    except NotFound as error:
        raise NotFound("proposal.not_found") from error
