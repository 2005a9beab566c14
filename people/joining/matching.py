"""Who of those already known may be the one who asks: the same name or telephone in that home, or both in the place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from models.sealed import unseal
from models.transaction import Row, fetch
from nlp.normalise import normalise
from people.personal import hidden, phone_mark
from people.rights import JOINED


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody known who may be the asker: what is the same, and whether they ever came in themselves."""

    person_id: int
    name: str
    address: str
    lives_there: bool
    same_name: bool
    same_phone: bool
    has_joined: bool
    sealed_phone: str | None

    @property
    def phone(self) -> str:
        """Their telephone in part."""
        return hidden(self.sealed_phone)


_PEOPLE = f"""
SELECT p.id, p.name, d.open_home_id AS home_id, e.name AS estate, b.name AS building, h.label, n.phone_sealed,
  n.phone_hash, {JOINED} AS has_joined
FROM residence d JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.open_home_id
JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id
LEFT JOIN personal n ON n.person_id=p.id
WHERE d.place_id=$1 AND d.state='living' AND p.is_active
  AND (d.open_home_id IN ({{homes}}) OR n.phone_hash IN ({{phones}}))
ORDER BY p.id, d.id
"""


def plain_name(name: str) -> str:
    """A name by which the same is known: no spaces, one script, one width."""
    return normalise(name).replace(" ", "").replace("·", "")


def is_other_name(row: Row) -> bool:
    """Whether the chat that asks is somebody's already and what it calls itself now is not their name."""
    said = row["helper_name"] or row["name"]
    return row["asker_id"] is not None and plain_name(row["asker_name"]) != plain_name(said)


async def matches(row: Row) -> list[Match]:
    """Candidates for a request, those who live in that home first; each person once."""
    return (await matches_of([row]))[row["id"]]


async def matches_of(rows: list[Row]) -> dict[int, list[Match]]:
    """Candidates for several requests of one place, by the request's id: one statement for all of them.

    Many are compared in a thread, each with those of its home and its telephone only.
    """
    if not rows:
        return {}
    asked = await asyncio.to_thread(_read, rows)
    homes, phones = sorted({one.home_id for one in asked}), sorted({one.phone for one in asked})
    marks = [f"${at}" for at in range(2, 2 + len(homes) + len(phones))]
    sql = _PEOPLE.format(homes=", ".join(marks[: len(homes)]), phones=", ".join(marks[len(homes) :]))
    people = await fetch(sql, rows[0]["place_id"], *homes, *phones)
    return await asyncio.to_thread(_compare, asked, people)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as it is compared; ``phone`` is its hash under the key in use, which may be another than when it was
    asked, '' where none was given."""

    id: int
    home_id: int
    name: str
    phone: str


def _read(rows: list[Row]) -> list[_Asked]:
    """Each telephone is unsealed once."""
    return [_Asked(row["id"], row["home_id"] or 0, plain_name(row["name"]), _phone(row)) for row in rows]


def _phone(row: Row) -> str:
    return phone_mark(unseal(row["phone_sealed"])) if row["phone_sealed"] else ""


def _compare(asked: list[_Asked], people: list[Row]) -> dict[int, list[Match]]:
    by_home, by_phone = dict[int, list[Row]](), dict[str, list[Row]]()
    for one in people:
        known = {**one, "plain": plain_name(one["name"])}
        by_home.setdefault(one["home_id"], []).append(known)
        by_phone.setdefault(one["phone_hash"] or "", []).append(known)
    return {
        one.id: _candidates(one, [*by_home.get(one.home_id, ()), *(by_phone.get(one.phone, ()) if one.phone else ())])
        for one in asked
    }


def _candidates(asked: _Asked, people: list[Row]) -> list[Match]:
    """Those of the home first, so that who lives there is shown there."""
    found = dict[int, Match]()
    for one in people:
        match = _match(one, asked)
        if (match.same_name and match.same_phone) or (match.lives_there and (match.same_name or match.same_phone)):
            found.setdefault(match.person_id, match)
    return sorted(found.values(), key=lambda one: (not one.lives_there, not one.same_name, one.person_id))


def _match(one: Row, asked: _Asked) -> Match:
    return Match(
        person_id=one["id"],
        name=one["name"],
        address=f"{one['estate']} {one['building']} {one['label']}",
        lives_there=one["home_id"] == asked.home_id,
        same_name=one["plain"] == asked.name,
        same_phone=bool(asked.phone) and one["phone_hash"] == asked.phone,
        has_joined=bool(one["has_joined"]),
        sealed_phone=one["phone_sealed"],
    )
