"""Whom a post or reply names with an @: neighbours by the name they chose, units by theirs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from models import clock
from models.post import Thing
from models.transaction import execute, execute_many, fetch, listed

MOST = 5
"""So many people and units are told of one text; whom else it names is not."""
_AT = re.compile(r"@([^\s@]{1,40})")
_PEOPLE = (
    "SELECT DISTINCT p.id, p.shown_name AS name FROM person p JOIN role r ON r.person_id=p.id"
    " WHERE r.place_id=$1 AND p.is_active AND p.shown_name IN ({marks})"
)
_TEAMS = "SELECT t.id, t.name FROM team t WHERE t.place_id=$1 AND t.retired_at IS NULL AND t.name IN ({marks})"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody, or a unit, that a text names: ``words`` as they stand behind the @."""

    words: str
    person_id: int | None = None
    team_id: int | None = None

    @property
    def who(self) -> str:
        """What keeps each of them once."""
        return f"p{self.person_id}" if self.person_id is not None else f"t{self.team_id}"


def _beginnings(words: Iterable[str]) -> list[str]:
    """Every beginning of what stands behind an @: Chinese goes on without a space behind a name."""
    return sorted({word[:end] for word in words for end in range(1, len(word) + 1)})


async def named(text: str, *, place_id: int) -> list[Named]:
    """Whom a text names; a name that several bear names nobody."""
    words = list(dict.fromkeys(_AT.findall(text)))[:MOST]
    if not words:
        return []
    begun = _beginnings(words)
    marks = ", ".join(f"${at}" for at in range(2, len(begun) + 2))
    people = _alone(await fetch(_PEOPLE.format(marks=marks), place_id, *begun))
    teams = _alone(await fetch(_TEAMS.format(marks=marks), place_id, *begun))
    found: dict[str, Named] = {}
    for word in words:
        name = next((word[:end] for end in range(len(word), 0, -1) if word[:end] in people or word[:end] in teams), "")
        if name in people:
            one = Named(name, person_id=people[name])
        elif name in teams:
            one = Named(name, team_id=teams[name])
        else:
            continue
        found.setdefault(one.who, one)
    return list(found.values())


def _alone(rows: Iterable[dict[str, object]]) -> dict[str, int]:
    """Names that one alone bears."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(str(row["name"]), set()).add(int(str(row["id"])))
    return {name: next(iter(found)) for name, found in ids.items() if len(found) == 1}


async def keep(thing: Thing, thing_id: int, *, text: str, place_id: int) -> list[Named]:
    """Keep whom a text names, in the transaction that keeps the text; gives those it did not name before."""
    now_named = await named(text, place_id=place_id)
    rows = await fetch("SELECT who FROM mention WHERE thing=$1 AND thing_id=$2", thing.value, thing_id)
    before = {row["who"] for row in rows}
    if before:
        await execute("DELETE FROM mention WHERE thing=$1 AND thing_id=$2", thing.value, thing_id)
    await execute_many(
        "INSERT INTO mention (created_at, thing, thing_id, who, person_id, team_id, words)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7)",
        [
            (clock.now(), thing.value, thing_id, one.who, one.person_id, one.team_id, one.words[:60])
            for one in now_named
        ],
    )
    return [one for one in now_named if one.who not in before]


async def kept(thing: Thing, thing_id: int) -> list[Named]:
    """Whom a text names, as it was kept."""
    rows = await fetch(
        "SELECT words, person_id, team_id FROM mention WHERE thing=$1 AND thing_id=$2 ORDER BY id",
        thing.value,
        thing_id,
    )
    return [Named(row["words"], row["person_id"], row["team_id"]) for row in rows]


async def of(thing: Thing, ids: Collection[int]) -> dict[int, list[str]]:
    """The names to be marked in each text that its caller found."""
    if not ids:
        return {}
    sql = f"SELECT thing_id, words FROM mention WHERE thing=$1 AND thing_id IN ({listed(ids)}) ORDER BY id"
    found: dict[int, list[str]] = {}
    for row in await fetch(sql, thing.value):
        found.setdefault(row["thing_id"], []).append(row["words"])
    return found
