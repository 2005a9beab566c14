"""Paper: ballots printed and handed out, and entered by two of staff, each from the paper without seeing the other's.

Of a secret vote the roll is marked when a ballot is handed out, and what comes back carries a printed receipt and no
name: the two are days apart and nothing joins them. Of a named vote a ballot carries its line of the roll, which is
marked when it has been entered twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forum.votes import boxes, casting, methods, paper_photos
from forum.votes.forms import form_of
from forum.votes.majorities import Rule
from forum.votes.methods import Choice
from forum.votes.states import OPEN, Standing, held, standing
from models import clock
from models.ballot import NoPhoto, PaperState, VoteWay
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.sealed import unseal
from models.transaction import Row, execute, execute_many, fetch_one, transaction
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

MOST_PRINTED = 200


async def print_ballots(vote_id: int, *, by: Viewer, count: int) -> list[str]:
    """印选票: receipts of so many new secret ballots, which nobody ever sees again but on the paper."""
    vote = await _secret(vote_id, "vote.hand_out", by)
    if not 1 <= count <= MOST_PRINTED:
        raise Invalid("vote.print_count", most=MOST_PRINTED)
    receipts = [boxes.new_receipt() for _ in range(count)]
    marks = sorted(boxes.mark_of(vote_id, one) for one in receipts)
    async with transaction():
        await execute_many(
            "INSERT INTO paper_ballot (created_at, vote_id, place_id, mark, state) VALUES ($1,$2,$3,$4,'printed')",
            [(clock.now(), vote_id, vote.place_id, mark) for mark in marks],
        )
        await record(by, "vote.print", subject="vote", subject_id=vote_id, place_id=vote.place_id, detail=str(count))
    return sorted(receipts)


async def _secret(vote_id: int, verb: str, by: Viewer) -> Standing:
    vote = await standing(vote_id)
    must_see(by, verb, vote.place_id, thing="vote")
    if vote.state is not OPEN:
        raise WrongState("vote.not_open", state=vote.state.value)
    if not vote.is_secret:
        raise Invalid("vote.named_needs_no_print")
    return vote


async def hand_out(vote_id: int, voter_id: int, *, by: Viewer) -> None:
    """发选票: a line of the roll votes on paper and in no other way from now on."""
    await _secret(vote_id, "vote.hand_out", by)
    async with transaction():
        vote = await held(vote_id)
        if not vote.takes_ballots:
            raise WrongState("vote.not_open", state=vote.state.value)
        marked = await execute(
            "UPDATE voter SET has_voted=true, way='paper', version=version+1"
            " WHERE id=$1 AND vote_id=$2 AND NOT has_voted",
            voter_id,
            vote_id,
        )
        if marked != 1:
            raise await _not_marked(vote_id, voter_id)
        await record(by, "vote.hand_out", subject="voter", subject_id=voter_id, place_id=vote.place_id)


async def _not_marked(vote_id: int, voter_id: int) -> Taken | NotFound:
    row = await fetch_one("SELECT 1 AS one FROM voter WHERE id=$1 AND vote_id=$2", voter_id, vote_id)
    return Taken("vote.cast_already") if row else NotFound("vote.not_on_roll")


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a paper: entered by one and waiting for another, counted in, or entered otherwise than before."""

    state: PaperState
    paper_id: int


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a paper by the name its giver was told, or why there is none."""

    name: str = ""
    missing: NoPhoto | None = None


NO_PHOTO = Photo()


async def enter(
    vote_id: int,
    *,
    by: Viewer,
    points: Mapping[int, int],
    receipt: str = "",
    voter_id: int | None = None,
    photo: Photo = NO_PHOTO,
) -> Entered:
    """录入选票: what a paper says, by the receipt on it or by its line of the roll. The second, by somebody else and
    alike, counts it in; one that differs sends both back to the paper.

    The log says of a secret vote that somebody entered a paper, and not which: a voter was given theirs at a time.
    """
    found = await standing(vote_id)
    must_see(by, "vote.enter", found.place_id, thing="vote")
    async with transaction():
        vote = await held(vote_id, is_alone=True)
        if not vote.takes_ballots:
            raise WrongState("vote.not_open", state=vote.state.value)
        choice = methods.checked(await form_of(vote_id), points)
        paper = await (_by_receipt(vote, receipt) if vote.is_secret else _by_voter(vote, voter_id or 0))
        await _take_photo(vote, paper, photo, by=by)
        entered = await _enter(vote, paper, choice, by=by, receipt=receipt)
        if vote.is_secret:
            await boxes.stir("paper_ballot", "mark=mark", paper["id"], vote_id=vote.id)
        subject, number = ("vote", vote.id) if vote.is_secret else ("paper", paper["id"])
        await record(by, "vote.enter", subject=subject, subject_id=number, place_id=vote.place_id)
    return entered


async def _take_photo(vote: Standing, paper: Row, photo: Photo, *, by: Viewer) -> None:
    """Of a paper that has none yet a photo is asked for, or the reason, where the rule of the vote says so."""
    if photo.name:
        await paper_photos.take(vote, paper["id"], photo.name, by=by)
        await execute("UPDATE paper_ballot SET no_photo=NULL WHERE id=$1", paper["id"])
    elif await paper_photos.has_one(paper["id"]):
        return
    elif photo.missing:
        await execute("UPDATE paper_ballot SET no_photo=$1 WHERE id=$2", photo.missing.value, paper["id"])
    elif not paper["no_photo"] and await _wants_photo(vote.id):
        raise Invalid("vote.photo_missing")


async def _wants_photo(vote_id: int) -> bool:
    row = await fetch_one("SELECT rule_json FROM vote WHERE id=$1", vote_id)
    assert row is not None
    return Rule.model_validate_json(row["rule_json"]).photo


_COLUMNS = "id, state, token, first_by_id, voter_id, no_photo"


async def _by_receipt(vote: Standing, receipt: str) -> Row:
    marks = boxes.marks_of(vote.id, boxes.receipt_of(receipt))
    at = ", ".join(f"${number}" for number in range(2, 2 + len(marks)))
    row = await fetch_one(f"SELECT {_COLUMNS} FROM paper_ballot WHERE vote_id=$1 AND mark IN ({at})", vote.id, *marks)
    if row is None:
        raise NotFound("vote.no_such_paper")
    return row


_OF_VOTER = (
    "INSERT INTO paper_ballot (created_at, vote_id, place_id, mark, voter_id, state) VALUES ($1,$2,$3,$4,$5,'printed')"
    f" ON CONFLICT (vote_id, mark) DO UPDATE SET mark=excluded.mark RETURNING {_COLUMNS}"
)


async def _by_voter(vote: Standing, voter_id: int) -> Row:
    if await fetch_one("SELECT 1 AS one FROM voter WHERE id=$1 AND vote_id=$2", voter_id, vote.id) is None:
        raise NotFound("vote.not_on_roll")
    row = await fetch_one(_OF_VOTER, clock.now(), vote.id, vote.place_id, f"voter:{voter_id}", voter_id)
    assert row is not None
    return row


async def _enter(vote: Standing, paper: Row, choice: Choice, *, by: Viewer, receipt: str) -> Entered:
    state = PaperState(paper["state"])
    if state is PaperState.CONFIRMED:
        raise Taken("vote.paper_counted")
    if state is not PaperState.ENTERED:
        return await _first(paper, choice, by=by)
    if paper["first_by_id"] == by.person_id:
        raise NotAllowed("vote.paper_by_two")
    if unseal(paper["token"]).rstrip() != methods.written(choice):
        return await _move(paper, PaperState.DIFFERS, token=None, first_by_id=None, second_by_id=None)
    entered = await _move(paper, PaperState.CONFIRMED, token=None, second_by_id=by.person_id)
    await _count_in(vote, paper, choice, receipt=receipt)
    return entered


async def _first(paper: Row, choice: Choice, *, by: Viewer) -> Entered:
    return await _move(paper, PaperState.ENTERED, token=casting.sealed_choice(choice), first_by_id=by.person_id)


async def _move(paper: Row, state: PaperState, **changes: object) -> Entered:
    """Guarded by where it stood and by whom it was entered: of two at once one is first."""
    columns = "".join(f", {name}=${at}" for at, name in enumerate(changes, start=4))
    changed = await execute(
        f"UPDATE paper_ballot SET state=$1{columns} WHERE id=$2 AND state=$3",
        state.value,
        paper["id"],
        paper["state"],
        *changes.values(),
    )
    if changed != 1:
        raise Taken("vote.changed")
    return Entered(state, paper["id"])


async def _count_in(vote: Standing, paper: Row, choice: Choice, *, receipt: str) -> None:
    if not vote.is_secret:
        await casting.mark_and_put(vote, paper["voter_id"], choice, way=VoteWay.PAPER)
        return
    await _must_have_gone_out(vote.id)
    await boxes.put(vote.id, boxes.receipt_of(receipt), choice)


async def _must_have_gone_out(vote_id: int) -> None:
    """No more papers come back than lines of the roll were marked for paper; nobody else enters one meanwhile."""
    row = await fetch_one(
        "SELECT (SELECT count(*) FROM voter WHERE vote_id=$1 AND way='paper') AS out,"
        " (SELECT count(*) FROM paper_ballot WHERE vote_id=$1 AND state='confirmed') AS back",
        vote_id,
    )
    assert row is not None
    if row["back"] > row["out"]:
        raise WrongState("vote.more_than_handed_out")
