"""On which rolls of votes somebody stands, for their own page and copy: that a vote was cast, and of a named one what
was chosen. Of a secret one nobody knows, also not here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.errors import Invalid
from models.sealed import unseal
from models.transaction import Row, fetch, listed


@dataclass(frozen=True, slots=True)
class VoteKept:
    """A line of the roll on which they stand, alone or with others of their home. ``cast``: by which way, '' where it
    was not; ``chosen``: of a named vote, in words."""

    vote: str
    roll_line: str
    is_secret: bool
    cast: str
    chosen: str


_ROLLS = (
    "SELECT o.id, o.title, o.is_secret, v.label, v.has_voted, v.way, v.choice, v.choice_sealed FROM voter_person w"
    " JOIN voter v ON v.id=w.voter_id JOIN vote o ON o.id=w.vote_id WHERE w.person_id=$1 ORDER BY v.id DESC LIMIT $2"
)


async def votes(person_id: int, *, most: int) -> tuple[VoteKept, ...]:
    """The latest first."""
    rows = await fetch(_ROLLS, person_id, most)
    options = await _options({row["id"] for row in rows})
    return tuple(_kept(row, options[row["id"]]) for row in rows)


async def _options(vote_ids: Iterable[int]) -> defaultdict[int, dict[str, str]]:
    """The words of every option, by vote and position."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    if ids := sorted(vote_ids):
        sql = f"SELECT vote_id, position, text FROM vote_option WHERE vote_id IN ({listed(ids)})"
        for row in await fetch(sql):
            found[row["vote_id"]][str(row["position"])] = row["text"]
    return found


def _kept(row: Row, options: Mapping[str, str]) -> VoteKept:
    cast = (row["way"] or "") if row["has_voted"] else ""
    return VoteKept(row["title"], row["label"], bool(row["is_secret"]), cast, _chosen(row, options))


def _chosen(row: Row, options: Mapping[str, str]) -> str:
    """``路灯``, or with points ``路灯 5、长椅 2``."""
    try:
        text = row["choice"] or (unseal(row["choice_sealed"]).rstrip() if row["choice_sealed"] else "")
    except Invalid:
        return ""
    parts = (one.partition(":") for one in text.split() if one != "-")
    return "、".join(f"{options.get(at, at)} {points}".rstrip() for at, _, points in parts)
