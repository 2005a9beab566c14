"""The demo's proposals: put, supported, amended and decided through the verbs that do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from forum.deliberation import amending, deciding, putting, putting_to_vote, showing, supporting
from forum.deliberation.amending import NewAmendment
from forum.deliberation.found import standing
from forum.deliberation.putting import NewProposal
from forum.votes import counting, opening
from forum.votes import showing as votes
from forum.votes.casting import cast as cast_vote
from models import clock
from models.proposal import ProposalStage
from models.rules import in_force
from models.transaction import fetch, listed, transaction
from people import rights
from people.viewers import SYSTEM, Viewer, viewer_of

CHOICES = {"yes": {1: 1}, "no": {2: 1}}


class DemoAmendment(BaseModel):
    """Other words by somebody, taken or not by the author; ``reason``: why not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str
    note: str
    text: str
    taken: bool | None = None
    reason: str = ""


class DemoMove(BaseModel):
    """What is done so many days later: a verb of the table of stages, an answer, or a vote to its count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int
    does: Literal["select", "refuse", "answer", "hear", "coordinate", "discuss", "vote", "open_vote"]
    who: str = "gao"
    text: str = ""
    agree: int = 0
    disagree: int = 0


class DemoProposal(BaseModel):
    """Put so many days ago; ``supports``: of how many households beside the author's, None: of as many as must."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    who: str
    title: str
    text: str
    is_topic_only: bool = False
    supports: int | None = None
    amendments: tuple[DemoAmendment, ...] = ()
    then: tuple[DemoMove, ...] = ()


async def play(proposals: Sequence[DemoProposal], *, cast: Cast, now: dt.datetime) -> None:
    """Let each go as far as it goes."""
    for one in sorted(proposals, key=lambda one: -one.ago):
        with clock.running_on(_at(now, one.ago)), in_force(unhurried()):
            proposal_id = await _put(one, cast=cast)
        ago = one.ago
        for move in one.then:
            ago -= move.after
            with clock.running_on(_at(now, ago)), in_force(unhurried()):
                await _do(move, proposal_id, cast=cast, now=now, ago=ago)


def _at(now: dt.datetime, ago: int) -> Callable[[], dt.datetime]:
    return lambda: now - dt.timedelta(days=ago)


async def _put(one: DemoProposal, *, cast: Cast) -> int:
    by = await cast.viewer(one.who)
    new = NewProposal(one.text, title=one.title, is_topic_only=one.is_topic_only)
    found = (await putting.begin(new, by=by, place_id=cast.home)).proposal
    for amendment in one.amendments:
        await _amend(amendment, found.id, author=by, cast=cast)
    if found.stage is ProposalStage.SUPPORT:
        await supporting.support(found.id, by=by)
        most = found.support_needed if one.supports is None else one.supports
        for person in await neighbours(cast, most):
            if (await standing(found.id)).stage is ProposalStage.SUPPORT:
                await supporting.support(found.id, by=person)
    return found.id


_OTHERS = (
    "SELECT min(d.person_id) AS person_id FROM residence d WHERE d.place_id=$1 AND d.state='living'"
    " AND d.open_home_id NOT IN (SELECT o.open_home_id FROM residence o WHERE o.state='living' AND o.person_id IN"
    " ({cast})) AND NOT EXISTS (SELECT 1 FROM personal s WHERE s.person_id=d.person_id AND s.born>$2)"
    " GROUP BY d.household_id ORDER BY 1 LIMIT $3"
)


async def neighbours(cast: Cast, most: int) -> list[Viewer]:
    """A grown-up of each of so many other households, who came in as neighbours do."""
    born_by = clock.today().replace(day=1, year=clock.today().year - 19)
    sql = _OTHERS.format(cast=listed(cast.people.values()))
    ids = [row["person_id"] for row in await fetch(sql, cast.home, born_by, most)]
    for person_id in ids:
        async with transaction():
            await rights.give(person_id, cast.home, by=SYSTEM)
    found = [await viewer_of(one) for one in ids]
    return [one for one in found if one is not None]


async def _amend(one: DemoAmendment, proposal_id: int, *, author: Viewer, cast: Cast) -> None:
    new = NewAmendment(one.text, one.note)
    await amending.amend(proposal_id, new, by=await cast.viewer(one.who))
    card = await showing.card(proposal_id, viewer=author)
    if one.taken:
        await amending.accept(card.amendments[-1].id, by=author, seen_number=card.standing.text_number)
    elif one.taken is False:
        await amending.refuse(card.amendments[-1].id, by=author, reason=one.reason)


async def _do(move: DemoMove, proposal_id: int, *, cast: Cast, now: dt.datetime, ago: int) -> None:
    by = await cast.viewer(move.who)
    if move.does == "answer":
        await deciding.answer(proposal_id, move.text, by=by)
    elif move.does in ("vote", "open_vote"):
        await _vote(move, proposal_id, by=by, cast=cast, now=now, ago=ago)
    else:
        await deciding.do(proposal_id, f"proposal.{move.does}", by=by, reason=move.text)


async def _vote(move: DemoMove, proposal_id: int, *, by: Viewer, cast: Cast, now: dt.datetime, ago: int) -> None:
    vote_id = await putting_to_vote.draft_vote(proposal_id, by=by)
    await opening.open_vote(vote_id, by=by)
    voters = await neighbours(cast, move.agree + move.disagree)
    for at, person in enumerate(voters):
        card = await votes.vote(vote_id, viewer=person)
        points = CHOICES["yes" if at < move.agree else "no"]
        await cast_vote(vote_id, by=person, voter_id=card.mine[0].voter_id, points=points)
    if move.does == "vote":
        with clock.running_on(_at(now, ago - putting_to_vote.DAYS - 1)):
            await counting.count(vote_id, by=SYSTEM)
