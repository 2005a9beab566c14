"""票决和落实: putting the shortlist to the vote, what was chosen, and who answers for it until it is struck off.

A chosen matter is an entry of the ledger of key small matters: notes, cases, 报请销号 and 销号 by somebody else are the
ledger's own verbs (casework/ledgers).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework.cases import teams
from casework.ledgers import keeping
from forum.key_matters import telling
from forum.key_matters.putting import matter_held, year_of
from forum.key_matters.steps import PUT_TO_VOTE, SETTLE, S, Year, held, move, must_stand_at, result_of, seen_for
from forum.votes import opening
from forum.votes.opening import NewVote
from models.ballot import VoteMethod, VoteUnit
from models.errors import Invalid, NotFound, Taken, WrongState
from models.key_matter import KeyMatterState
from models.ledger import LedgerKind
from models.transaction import execute, execute_many, fetch, transaction
from models.wording import say, say_date
from people import files
from people.audit import record
from people.files import Parent
from people.viewers import Viewer

PARENT = "key_matter"
MOST_PHOTOS = 12
UNITS = (VoteUnit.HOUSEHOLD, VoteUnit.PERSON)
RULES = ("simple", "two_thirds", "advice")
_LISTED = "SELECT id, number, title, text FROM key_matter WHERE key_year_id=$1 AND state='shortlisted' ORDER BY number"


@dataclass(frozen=True, slots=True)
class Ballot:
    """How it is voted on: until when, by whom, by which rule, secretly or not, and how many each may choose."""

    closes_at: dt.datetime
    most_choices: int
    unit: str = VoteUnit.HOUSEHOLD.value
    rule: str = "simple"
    is_secret: bool = False


async def put_to_vote(year_id: int, ballot: Ballot, *, by: Viewer, seen_version: int | None = None) -> int:
    """开始票决: a vote over everything on the shortlist, opened at once; gives its number."""
    year = await seen_for(year_id, by=by, verb=PUT_TO_VOTE)
    if ballot.unit not in {one.value for one in UNITS} or ballot.rule not in RULES:
        raise Invalid("key_matter.ballot")
    async with transaction():
        must_stand_at(await held(year_id), S.DELIBERATE)
        rows = await fetch(_LISTED, year_id)
        new = _vote(year, ballot, [row["title"] for row in rows])
        vote_id = await opening.draft(new, by=by, place_id=year.place_id)
        await opening.open_vote(vote_id, by=by)
        await execute("UPDATE key_matter SET position=NULL WHERE key_year_id=$1", year_id)
        await execute_many(
            "UPDATE key_matter SET position=$1 WHERE id=$2", [(at, row["id"]) for at, row in enumerate(rows, start=1)]
        )
        await move(year_id, S.VOTE, by=by, verb=PUT_TO_VOTE, seen_version=seen_version)
        await execute("UPDATE key_year SET vote_id=$1 WHERE id=$2", vote_id, year_id)
        for row in rows:
            await telling.tell(row["id"], "voted_on")
    return vote_id


def _vote(year: Year, ballot: Ballot, titles: list[str]) -> NewVote:
    is_one = ballot.most_choices == 1
    return NewVote(
        title=say("key_matter.vote.title", year=year.year),
        text=say("key_matter.vote.text", year=year.year, most=ballot.most_choices),
        method=VoteMethod.ONE if is_one else VoteMethod.SEVERAL,
        unit=VoteUnit(ballot.unit),
        rule=ballot.rule,
        is_secret=ballot.is_secret,
        closes_at=ballot.closes_at,
        options=tuple((title, None) for title in titles),
        most_choices=None if is_one else ballot.most_choices,
    )


async def settle(year_id: int, *, by: Viewer, seen_version: int | None = None) -> int:
    """定下来: after the count, the chosen ones are the year's; gives how many. Who wanted one hears how it went."""
    async with transaction():
        year = await move(year_id, S.CARRY_OUT, by=by, verb=SETTLE, seen_version=seen_version)
        _, chosen = await result_of(year)
        rows = await fetch("SELECT id, position FROM key_matter WHERE key_year_id=$1 AND state='shortlisted'", year_id)
        for row in rows:
            after = KeyMatterState.CHOSEN if row["position"] in chosen else KeyMatterState.NOT_CHOSEN
            sql = "UPDATE key_matter SET state=$1, version=version+1 WHERE id=$2"
            await execute(sql, after.value, row["id"])
            await telling.tell(row["id"], after.value)
    return len(chosen)


async def assign(matter_id: int, *, by: Viewer, owner_id: int, team_id: int | None, due: dt.date | None) -> int:
    """定谁来办: of a chosen matter, once: somebody who answers for it, perhaps a unit, and a day. It stands in the
    ledger from then on; gives the number of its entry."""
    year = await seen_for(await year_of(matter_id), by=by, verb="key_matter.assign")
    unit = (await teams.must_reach(team_id, year.place_id)).name if team_id else ""
    async with transaction():
        must_stand_at(await held(year.id), S.CARRY_OUT)
        row = await matter_held(matter_id)
        if row["state"] != KeyMatterState.CHOSEN:
            raise NotFound("key_matter.not_found")
        if row["entry_id"] is not None:
            raise Taken("key_matter.assigned", number=row["number"])
        facts = {"title": row["title"], "text": row["text"], "owner_id": owner_id, "due": due}
        entry = await keeping.add(by=by, place_id=year.place_id, kind=LedgerKind.KEY_MATTER.value, **facts)
        free = "UPDATE key_matter SET entry_id=$1, unit=$2, version=version+1 WHERE id=$3 AND entry_id IS NULL"
        if await execute(free, entry.id, unit, matter_id) != 1:
            raise Taken("key_matter.assigned", number=row["number"])
        await record(by, "key_matter.assign", subject="key_matter", subject_id=matter_id, place_id=year.place_id)
        await telling.tell(matter_id, "assigned", due=say_date(due) if due else "")
    return entry.id


async def prove(matter_id: int, *, by: Viewer, photos: tuple[str, ...]) -> None:
    """放办成的照片: of a chosen matter, for everybody to see."""
    year = await seen_for(await year_of(matter_id), by=by, verb="key_matter.prove")
    async with transaction():
        must_stand_at(await held(year.id), S.CARRY_OUT)
        if (await matter_held(matter_id))["state"] != KeyMatterState.CHOSEN:
            raise WrongState("key_matter.not_chosen")
        if len((await files.of(PARENT, [matter_id])).get(matter_id, [])) + len(photos) > MOST_PHOTOS:
            raise Invalid("key_matter.photos", most=MOST_PHOTOS)
        if await files.attach(photos, to=Parent(PARENT, matter_id), by=by) != len(photos):
            raise Invalid("meeting.photo_gone")
        await record(by, "key_matter.prove", subject="key_matter", subject_id=matter_id, place_id=year.place_id)


async def drop_photo(matter_id: int, *, by: Viewer, name: str) -> None:
    """撤下照片: for good, since somebody in it may not want to be there."""
    year = await seen_for(await year_of(matter_id), by=by, verb="key_matter.drop_photo")
    async with transaction():
        must_stand_at(await held(year.id), S.CARRY_OUT, S.APPRAISE, S.ENDED)
        if not await files.drop_where("parent_kind=$1 AND parent_id=$2 AND name=$3", PARENT, matter_id, name):
            raise NotFound("file.not_found")
        await record(by, "key_matter.drop_photo", subject="key_matter", subject_id=matter_id, place_id=year.place_id)
