"""Casting a vote: once for each line of the roll, by whoever stands on it, as long as the vote is open."""

from __future__ import annotations

from collections.abc import Mapping

from courier import limits
from forum.votes import boxes, methods
from forum.votes.forms import form_of
from forum.votes.methods import Choice
from forum.votes.states import Standing, held
from models.ballot import VoteWay
from models.errors import Invalid, NotFound, Taken, WrongState
from models.rules import rules
from models.sealed import seal_at_no_time
from models.transaction import execute, fetch_one, transaction
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer

_WIDTH = 200


async def cast(
    vote_id: int, *, by: Viewer, voter_id: int, points: Mapping[int, int], way: VoteWay = VoteWay.WEB
) -> str:
    """投票: for a line of the roll on which one stands. Gives the receipt of a secret ballot, '' for a named one.

    The audit log says that this line has voted, and nothing of how. Taken where somebody of the household was first.
    """
    allow(by, "vote.cast", None)
    async with transaction():
        vote = await _open_vote(vote_id)
        if vote.is_secret and way is VoteWay.CHAT:
            raise Invalid("vote.secret_by_link")
        await must_stand_on_roll(vote_id, voter_id, by)
        choice = methods.checked(await form_of(vote_id), points)
        receipt = await mark_and_put(vote, voter_id, choice, way=way)
        await record(by, "vote.cast", subject="voter", subject_id=voter_id, place_id=vote.place_id)
    return receipt


async def _open_vote(vote_id: int) -> Standing:
    """The vote, which nobody ends meanwhile; WrongState once its time is over."""
    vote = await held(vote_id)
    if not vote.takes_ballots:
        raise WrongState("vote.not_open", state=vote.state.value)
    return vote


async def must_stand_on_roll(vote_id: int, voter_id: int, by: Viewer) -> None:
    """NotFound unless this line of the roll is theirs, alone or with others."""
    sql = "SELECT 1 AS one FROM voter_person WHERE vote_id=$1 AND voter_id=$2 AND person_id=$3"
    if by.person_id is None or await fetch_one(sql, vote_id, voter_id, by.person_id) is None:
        raise NotFound("vote.not_on_roll")


_MARK = (
    "UPDATE voter SET has_voted=true, way=$1, choice_sealed=$2, version=version+1"
    " WHERE id=$3 AND vote_id=$4 AND NOT has_voted RETURNING id"
)


async def mark_and_put(vote: Standing, voter_id: int, choice: Choice, *, way: VoteWay) -> str:
    """Mark the line, of which the database lets one of all who try through, and put what was chosen where it belongs:
    into the box, or of a named vote sealed beside the mark. Gives the receipt, '' for a named one."""
    named = None if vote.is_secret else sealed_choice(choice)
    if await fetch_one(_MARK, way.value, named, voter_id, vote.id) is None:
        raise Taken("vote.cast_already")
    if not vote.is_secret:
        return ""
    receipt = boxes.new_receipt()
    await boxes.put(vote.id, receipt, choice)
    await boxes.stir_roll(vote.id, voter_id)
    return receipt


def sealed_choice(choice: Choice) -> str:
    """A named choice until the count, as long for every choice."""
    return seal_at_no_time(methods.written(choice).ljust(_WIDTH))


async def change(vote_id: int, *, by: Viewer, points: Mapping[int, int], receipt: str = "", voter_id: int = 0) -> None:
    """改票: until the end, of a secret ballot with its receipt and nothing else, of a named one by whose it is."""
    allow(by, "vote.change", None)
    async with transaction():
        vote = await _open_vote(vote_id)
        choice = methods.checked(await form_of(vote_id), points)
        if vote.is_secret:
            await _must_be_voter(vote_id, by)
            found = boxes.receipt_of(receipt)
            await boxes.must_not_be_paper(vote_id, found)
            await boxes.replace(vote_id, found, choice)
        else:
            await must_stand_on_roll(vote_id, voter_id, by)
            await _replace_named(voter_id, choice)
        await record(by, "vote.change", subject="vote", subject_id=vote_id, place_id=vote.place_id)


async def _must_be_voter(vote_id: int, by: Viewer) -> None:
    """Whoever has no vote here does not try receipts, and nobody tries many."""
    sql = "SELECT 1 AS one FROM voter_person WHERE vote_id=$1 AND person_id=$2 LIMIT 1"
    if by.person_id is None or await fetch_one(sql, vote_id, by.person_id) is None:
        raise NotFound("vote.not_on_roll")
    await limits.spend("receipts", str(by.person_id), rate=rules().limits.receipts)


async def _replace_named(voter_id: int, choice: Choice) -> None:
    changed = await execute(
        "UPDATE voter SET choice_sealed=$1, version=version+1 WHERE id=$2 AND has_voted AND way<>'paper'",
        sealed_choice(choice),
        voter_id,
    )
    if changed != 1:
        raise WrongState("vote.not_cast_yet")
