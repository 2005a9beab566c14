"""The count: after the end, once, over everything in the box at once. The box is empty afterwards."""

from __future__ import annotations

import asyncio
import secrets

from forum.deliberation import after_votes
from forum.votes import boxes, methods, paper_photos, sheets
from forum.votes.forms import form_of
from forum.votes.majorities import Weights
from forum.votes.methods import Choice, Form
from forum.votes.sheets import Count
from forum.votes.states import OPEN, Standing, move, standing
from models import clock
from models.errors import Invalid, Refusal, WrongState
from models.sealed import unseal
from models.transaction import Row, execute, execute_many, fetch, transaction
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import SYSTEM, Viewer

MOST_AT_ONCE = 20
BLOCK = 500
_MOST_ID = 2**63 - 1


async def count_due(*, by: Viewer) -> int:
    """计票: every vote whose time is over, each in a transaction of its own; gives how many."""
    allow(by, "vote.count", None)
    sql = f"SELECT id FROM vote WHERE state='open' AND closes_at<=$1 ORDER BY closes_at, id LIMIT {MOST_AT_ONCE}"
    return sum([await _quietly(row["id"]) for row in await fetch(sql, clock.now())])


async def _quietly(vote_id: int) -> bool:
    """What somebody else counts at the same time is theirs."""
    try:
        await count(vote_id, by=SYSTEM)
    except Refusal:
        return False
    return True


async def count(vote_id: int, *, by: Viewer) -> None:
    """计票: read every ballot, sum up, sign; the box is empty afterwards and the ballots stand under their receipts."""
    found = await standing(vote_id)
    must_see(by, "vote.count", found.place_id, thing="vote")
    async with transaction():
        vote = await standing(vote_id)
        if vote.state is OPEN and clock.now() < vote.closes_at:
            raise WrongState("vote.count_early")
        await move(vote, "vote.count", counted_at=clock.now())  # Waits for whoever is casting, and nobody begins.
        counted = Count(await form_of(vote_id))
        counted.tally = methods.empty(counted.form)
        await (_count_box if vote.is_secret else _count_named)(vote_id, counted)
        await execute("UPDATE voter SET told_at=NULL WHERE vote_id=$1", vote_id)  # Now of what came out.
        await execute("UPDATE vote SET sheet=$1 WHERE id=$2", await sheets.made(vote, counted), vote_id)
        await after_votes.ended(vote_id)
        await _settle_papers(vote)
        await record(by, "vote.count", subject="vote", subject_id=vote_id, place_id=vote.place_id)


async def _count_box(vote_id: int, counted: Count) -> None:
    """Out of the box in the order of numbers drawn, and onto the list under new ones."""
    async for block in boxes.taken_out(vote_id):
        read = await asyncio.to_thread(lambda rows=block: [boxes.read_or_none(vote_id, row) for row in rows])
        listed: list[tuple[object, ...]] = []
        for receipt, choice in (one or ("", "") for one in read):
            counted.take(_choice(counted.form, choice) if receipt else None, Weights(1))
            listed.append((secrets.randbelow(_MOST_ID), vote_id, receipt or f"?{secrets.token_hex(4)}", choice))
        await execute_many("INSERT INTO ballot (id, vote_id, receipt, choice) VALUES ($1,$2,$3,$4)", listed)


def _choice(form: Form, text: str) -> Choice | None:
    try:
        return methods.read(form, text)
    except Invalid:
        return None


async def _count_named(vote_id: int, counted: Count) -> None:
    """Each as it stands beside its line of the roll, with the line's area."""
    after = 0
    sql = (
        f"SELECT id, area, choice_sealed FROM voter WHERE vote_id=$1 AND id>$2 AND has_voted ORDER BY id LIMIT {BLOCK}"
    )
    while rows := await fetch(sql, vote_id, after):
        read = [_unsealed(row) for row in rows]
        for row, text in zip(rows, read, strict=True):
            counted.take(_choice(counted.form, text), Weights(1, row["area"]))
        await execute_many(
            "UPDATE voter SET choice=$1, choice_sealed=NULL WHERE id=$2",
            [(text, row["id"]) for row, text in zip(rows, read, strict=True)],
        )
        after = rows[-1]["id"]


def _unsealed(row: Row) -> str:
    try:
        return unseal(row["choice_sealed"] or "").rstrip()
    except Invalid:
        return ""


async def _settle_papers(vote: Standing) -> None:
    """What was entered once only does not count, and nobody needs it any more; nor by which receipt a secret paper was
    found, which would tell of a published ballot who entered it."""
    gone = ", mark='gone ' || CAST(id AS TEXT)" if vote.is_secret else ""
    await execute(f"UPDATE paper_ballot SET token=NULL{gone} WHERE vote_id=$1", vote.id)
    await paper_photos.settle(vote)
