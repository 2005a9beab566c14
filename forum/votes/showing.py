"""What is seen of votes: lists, one vote with one's own lines of the roll, who took part by building, and the result.

Before the count nothing here reads a choice: what is shown of an open vote is the question and how many have voted.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forum.votes import sheets
from forum.votes.forms import form_of
from forum.votes.methods import Form, read, written
from forum.votes.states import COUNTED, DRAFT, Standing, visible
from models import clock
from models.ballot import VoteState, VoteUnit, VoteWay
from models.errors import NotFound, WrongState
from models.sealed import unseal
from models.transaction import Row, fetch, fetch_by_key, fetch_one, moment
from people.scope import must_see, sees
from people.viewers import Viewer

PAGE = 50
FEWEST_OF_A_GROUP = 5
"""Of smaller groups of the roll no turnout is told (小组不单列)."""


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote in a list. ``is_over``: its time is up, whether or not it is counted yet."""

    id: int
    title: str
    state: VoteState
    closes_at: dt.datetime
    is_secret: bool
    is_legal: bool
    roll_size: int
    voted: int

    @property
    def is_over(self) -> bool:
        """Whether nobody can vote any more."""
        return self.state is not DRAFT and clock.now() >= self.closes_at

    @property
    def is_open(self) -> bool:
        """Whether one can vote now."""
        return self.state is VoteState.OPEN and not self.is_over


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A line of the roll on which somebody stands: whose it is, whether it was cast and how; of a named one what was
    chosen, for those on the line alone."""

    voter_id: int
    label: str
    has_voted: bool
    way: VoteWay | None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class VoteCard:
    """A vote as read."""

    line: VoteLine
    place_id: int
    text: str
    unit: VoteUnit
    rule: str
    form: Form
    legal_note: str
    buildings: tuple[tuple[int, str], ...]
    post_id: int | None
    opened_at: dt.datetime | None
    roll_area: int
    roll_hash: str
    reason: str
    version: int
    mine: tuple[OwnVote, ...]
    result: Mapping[str, Any] | None


_LINE = (
    "SELECT v.id, v.place_id, v.title, v.state, v.closes_at, v.is_secret, v.is_legal, v.roll_size,"
    " (SELECT count(*) FROM voter w WHERE w.vote_id=v.id AND w.has_voted) AS voted{more} FROM vote v WHERE {which}"
)


def _line(row: Row) -> VoteLine:
    return VoteLine(
        row["id"],
        row["title"],
        VoteState(row["state"]),
        moment(row["closes_at"]),
        bool(row["is_secret"]),
        bool(row["is_legal"]),
        row["roll_size"],
        row["voted"],
    )


async def votes(*, viewer: Viewer, place_id: int, before: int = 0) -> list[VoteLine]:
    """表决: of a neighbourhood, newest first, a page at a time; drafts for those who write them."""
    must_see(viewer, "vote.read", place_id, thing="place")
    which = "v.place_id=$1 AND ($2=0 OR v.id<$2)"
    hidden = "" if sees(viewer, "vote.draft", place_id) else " AND v.state<>'draft'"
    sql = _LINE.format(more="", which=f"{which}{hidden} ORDER BY v.id DESC LIMIT {PAGE}")
    return [_line(row) for row in await fetch(sql, place_id, before)]


_MORE = (
    ", v.text, v.unit, v.rule, v.legal_note, v.post_id, v.opened_at, v.roll_area, v.roll_hash, v.reason, v.version,"
    " v.sheet"
)


async def vote(vote_id: int, *, viewer: Viewer) -> VoteCard:
    """一项表决: with one's own lines of the roll, and what came out once it is counted."""
    found = await visible(vote_id, viewer)
    row = await fetch_one(_LINE.format(more=_MORE, which="v.id=$1"), vote_id)
    if row is None:
        raise NotFound("vote.not_found")
    return VoteCard(
        line=_line(row),
        place_id=found.place_id,
        text=row["text"],
        unit=VoteUnit(row["unit"]),
        rule=row["rule"],
        form=await form_of(vote_id),
        legal_note=row["legal_note"],
        buildings=await _buildings(vote_id),
        post_id=row["post_id"],
        opened_at=moment(row["opened_at"]) if row["opened_at"] else None,
        roll_area=row["roll_area"],
        roll_hash=row["roll_hash"],
        reason=row["reason"],
        version=row["version"],
        mine=await own(found, viewer=viewer),
        result=json.loads(row["sheet"]) if found.state is COUNTED else None,
    )


async def _buildings(vote_id: int) -> tuple[tuple[int, str], ...]:
    rows = await fetch_by_key(
        "SELECT b.id, b.name FROM vote_building v JOIN building b ON b.id=v.building_id WHERE v.vote_id=$1"
        " ORDER BY b.sort, b.id",
        vote_id,
    )
    return tuple((row["id"], row["name"]) for row in rows)


_OWN = (
    "SELECT v.id, v.label, v.has_voted, v.way, v.choice_sealed, v.choice FROM voter_person w"
    " JOIN voter v ON v.id=w.voter_id WHERE w.vote_id=$1 AND w.person_id=$2 ORDER BY v.id"
)


async def own(found: Standing, *, viewer: Viewer) -> tuple[OwnVote, ...]:
    """我的票: the lines of the roll on which somebody stands; none for who does not."""
    if viewer.person_id is None or found.state is DRAFT:
        return ()
    rows = await fetch_by_key(_OWN, found.id, viewer.person_id)
    return tuple(
        OwnVote(
            row["id"],
            row["label"],
            bool(row["has_voted"]),
            VoteWay(row["way"]) if row["way"] else None,
            row["choice"] or (unseal(row["choice_sealed"]).rstrip() if row["choice_sealed"] else ""),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many of a building's votes were cast; ``building`` is '' for the small ones together."""

    building: str
    roll: int
    voted: int


_TURNOUT = (
    "SELECT b.name, b.sort, count(*) AS roll, sum(CASE WHEN v.has_voted THEN 1 ELSE 0 END) AS voted FROM voter v"
    " JOIN building b ON b.id=v.building_id WHERE v.vote_id=$1 GROUP BY b.id, b.name, b.sort ORDER BY b.sort, b.id"
)


async def turnout(vote_id: int, *, viewer: Viewer) -> list[Turnout]:
    """参与情况: by building and without a choice. Small ones are put together; where they stay small the smallest
    of the others goes with them, since what is left out of the whole could be reckoned from it."""
    found = await visible(vote_id, viewer)
    if found.state is DRAFT:
        return []
    every = [Turnout(row["name"], row["roll"], int(row["voted"])) for row in await fetch(_TURNOUT, vote_id)]
    small = {one.building for one in every if one.roll < FEWEST_OF_A_GROUP}
    large = sorted((one for one in every if one.building not in small), key=lambda one: one.roll)
    if small and sum(one.roll for one in every if one.building in small) < FEWEST_OF_A_GROUP and large:
        small.add(large[0].building)
    rest = [one for one in every if one.building in small]
    shown = [one for one in every if one.building not in small]
    together = Turnout("", sum(one.roll for one in rest), sum(one.voted for one in rest))
    return [*shown, together] if together.roll >= FEWEST_OF_A_GROUP else shown


@dataclass(frozen=True, slots=True)
class Undecided:
    """A line of the roll that has not voted, for staff who ask at the door."""

    voter_id: int
    label: str
    names: str


_UNDECIDED = (
    "SELECT v.id, v.label, p.name FROM (SELECT id, label FROM voter WHERE vote_id=$1 AND NOT has_voted AND id>$2"
    " ORDER BY id LIMIT $3) v LEFT JOIN voter_person w ON w.voter_id=v.id LEFT JOIN person p ON p.id=w.person_id"
    " ORDER BY v.id, p.id"
)


async def undecided(vote_id: int, *, viewer: Viewer, after: int = 0) -> list[Undecided]:
    """还没投的: a page of the roll for staff, who ask at the door; of those who have voted there is no list."""
    found = await visible(vote_id, viewer)
    must_see(viewer, "vote.hand_out", found.place_id, thing="vote")
    lines: dict[int, Undecided] = {}
    for row in await fetch(_UNDECIDED, vote_id, after, PAGE):
        names = "、".join(filter(None, [lines[row["id"]].names if row["id"] in lines else "", row["name"]]))
        lines[row["id"]] = Undecided(row["id"], row["label"], names)
    return [*lines.values()]


async def ballots(vote_id: int, *, viewer: Viewer) -> str:
    """公开的选票: the signed sheet with every ballot, as JSON; of a named vote for those on the roll and for staff."""
    found = await visible(vote_id, viewer)
    if found.state is not COUNTED:
        raise WrongState("vote.not_counted")
    if not found.is_secret and not await own(found, viewer=viewer):
        must_see(viewer, "vote.draft", found.place_id, thing="vote")
    row = await fetch_one("SELECT sheet FROM vote WHERE id=$1", vote_id)
    assert row is not None
    lines = sorted([line async for line in sheets.ballot_lines(vote_id, is_secret=found.is_secret)])
    return json.dumps({**json.loads(row["sheet"]), "ballots": lines}, ensure_ascii=False, indent=1, sort_keys=True)


async def find_ballot(vote_id: int, *, viewer: Viewer, receipt: str) -> str:
    """查我的票: what the published ballot with a receipt says, as written; NotFound where there is none."""
    found = await visible(vote_id, viewer)
    if found.state is not COUNTED:
        raise WrongState("vote.not_counted")
    row = await fetch_one("SELECT choice FROM ballot WHERE vote_id=$1 AND receipt=$2", vote_id, receipt)
    if row is None:
        raise NotFound("vote.no_such_receipt")
    return str(row["choice"])


def said(form: Form, choice: str) -> str:
    """A choice in words, as ``赞成`` or ``方案一 5 分、方案二 2 分``; '' for nothing chosen."""
    texts = {one.position: one.text for one in form.options}
    return "、".join(texts[at] if given == 1 else f"{texts[at]} {given} 分" for at, given in read(form, choice))


def canonical(form: Form, choice: str) -> str:
    """A choice as typed on paper, as it is written."""
    return written(read(form, choice))
