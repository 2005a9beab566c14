"""A proposal's words once somebody supports it: frozen by version, each with its hash, and changed by an accepted
amendment alone.

Whoever changes both changes the post first and the proposal then, so that no two wait for each other."""

from __future__ import annotations

import hashlib

from models import clock
from models.errors import WrongState
from models.transaction import execute, fetch_one, is_postgres

_MAY_GO = ("topic", "withdrawn", "lapsed")
"""Stages in which its author may still take the post away: nobody else has a part in it."""


def digest(title: str, text: str) -> str:
    """SHA-256 over title, a newline and text in UTF-8, in hexadecimal."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


async def must_be_free(post_id: int) -> None:
    """Refuse to change the words of a post that is a proposal somebody supports; after the change, in its transaction,
    so that nobody begins to support it meanwhile."""
    row = await _proposal(post_id)
    if row is not None and row["text_number"]:
        raise WrongState("proposal.frozen", number=row["number"])


async def must_be_deletable(post_id: int) -> None:
    """Refuse to take away a post that is a proposal in which others have a part."""
    row = await _proposal(post_id)
    if row is not None and not may_go(str(row["stage"])):
        raise WrongState("proposal.withdraw_first", number=row["number"])


def may_go(stage: str | None) -> bool:
    """Whether a post may be taken away that is a proposal in a stage; None: it is none."""
    return stage is None or stage in _MAY_GO


async def must_stay(post_id: int) -> None:
    """Refuse to move a post to another board that is a proposal."""
    if (row := await _proposal(post_id)) is not None:
        raise WrongState("proposal.stays_here", number=row["number"])


async def _proposal(post_id: int) -> dict[str, object] | None:
    lock = " FOR UPDATE" if is_postgres() else ""
    return await fetch_one(f"SELECT number, stage, text_number FROM proposal WHERE post_id=$1{lock}", post_id)


async def freeze(proposal_id: int, *, post_id: int, number: int, amendment_id: int | None = None) -> str:
    """Keep the post's words as they are now as version ``number``, under the proposal's row; gives their hash."""
    row = await fetch_one("SELECT title, text FROM post WHERE id=$1", post_id)
    assert row is not None
    found, now = digest(row["title"], row["text"]), clock.now()
    await execute(
        "INSERT INTO proposal_version (created_at, proposal_id, number, title, text, hash, frozen_at, amendment_id)"
        " VALUES ($1,$2,$3,$4,$5,$6,$1,$7)",
        *(now, proposal_id, number, row["title"], row["text"], found, amendment_id),
    )
    await execute("UPDATE proposal SET text_number=$1 WHERE id=$2", number, proposal_id)
    return found
