"""The demo's votes: drafted, opened, cast and counted through the verbs that do it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from app.demo_deeds import Cast
from app.demo_life import unhurried
from forum.votes import casting, counting, opening, paper, showing
from forum.votes.forms import form_of
from forum.votes.methods import read
from forum.votes.opening import NewVote
from models import clock
from models.ballot import NoPhoto, VoteMethod, VoteUnit
from models.rules import in_force
from models.transaction import fetch
from people.viewers import SYSTEM


class DemoVote(BaseModel):
    """Opened so many days ago for so many days. ``choices`` are what the cast chose, as a ballot holds it; of a named
    vote so many others of the roll hand in a paper, which says what ``others`` say in turn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ago: int
    days: int
    title: str
    text: str
    method: VoteMethod
    unit: VoteUnit
    rule: str
    is_secret: bool = False
    options: tuple[str, ...] = ()
    most_choices: int | None = None
    choices: Mapping[str, str] = {}
    others: tuple[str, ...] = ()
    most_others: int = 0


async def play(votes: Sequence[DemoVote], *, cast: Cast, now: dt.datetime) -> None:
    """Let everything be opened and cast, and counted where it is over."""
    for one in sorted(votes, key=lambda one: -one.ago):
        with clock.running_on(_at(now, one.ago)), in_force(unhurried()):
            vote_id = await _open(one, cast=cast)
            await _cast(one, vote_id, cast=cast)
        if one.days < one.ago:
            with clock.running_on(_at(now, one.ago - one.days)):
                await counting.count(vote_id, by=SYSTEM)


def _at(now: dt.datetime, ago: int) -> Callable[[], dt.datetime]:
    return lambda: now - dt.timedelta(days=ago)


async def _open(one: DemoVote, *, cast: Cast) -> int:
    new = NewVote(
        one.title,
        one.text,
        one.method,
        one.unit,
        one.rule,
        is_secret=one.is_secret,
        closes_at=clock.now() + dt.timedelta(days=one.days),
        options=tuple((text, None) for text in one.options),
        most_choices=one.most_choices,
    )
    by = await cast.viewer("gao")
    vote_id = await opening.draft(new, by=by, place_id=cast.home)
    await opening.open_vote(vote_id, by=by)
    return vote_id


_ROLL = "SELECT id FROM voter WHERE vote_id=$1 AND NOT has_voted ORDER BY id LIMIT $2"


async def _cast(one: DemoVote, vote_id: int, *, cast: Cast) -> None:
    """The cast on the web; others on paper, which two of staff enter."""
    for who, choice in one.choices.items():
        by = await cast.viewer(who)
        card = await showing.vote(vote_id, viewer=by)
        points = dict(read(card.form, choice))
        await casting.cast(vote_id, by=by, voter_id=card.mine[0].voter_id, points=points)
    form = await form_of(vote_id)
    for at, row in enumerate(await fetch(_ROLL, vote_id, one.most_others)):
        points = dict(read(form, one.others[at % len(one.others)]))
        for who in ("chen", "gao"):
            by, photo = await cast.viewer(who), paper.Photo(missing=NoPhoto.CAMERA)
            await paper.enter(vote_id, by=by, points=points, voter_id=row["id"], photo=photo)
