"""Finding the other side: which home an address means, and who of those living there a name means. It is never told to
whoever asks, so that nobody learns from it who lives where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.transaction import Row, fetch, listed
from nlp.normalise import normalise
from people import written
from people.joining.matching import plain_name

_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8}|\d{8})(?!\d)")
_EDGES = re.compile(r"^\W+|\W+$")
_PARTS = re.compile(r"[A-Za-z]?\d+[A-Za-z]?")
_HOMES = (
    "SELECT h.id, h.label, b.name AS building FROM home h JOIN building b ON b.id=h.building_id"
    " WHERE h.place_id=$1 AND h.label IN ({labels}) ORDER BY h.id"
)
_PEOPLE = (
    "SELECT p.id, p.name, p.shown_name FROM residence d JOIN person p ON p.id=d.person_id"
    " WHERE d.open_home_id=$1 AND d.state='living' AND p.is_active ORDER BY p.id"
)


@dataclass(frozen=True, slots=True)
class Known:
    """Who is meant, as far as that is known: somebody, or whoever of a home, or nobody that we know."""

    person_id: int | None = None
    home_id: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What one line says of somebody: where they live, how they are called, their telephone."""

    where: str
    name: str
    phone: str


def read(text: str) -> Named:
    """3号楼402室李叔 13900000402: an address up to its last number, then a name; a telephone anywhere."""
    found = _PHONE.search(text)
    rest = (text[: found.start()] + text[found.end() :] if found else text).strip()
    parts = list(_PARTS.finditer(rest))
    if len(parts) < 2:
        return Named("", rest, found[0] if found else "")
    end = parts[-1].end()
    endings = sorted(written.words().home_endings, key=len, reverse=True)
    end += next((len(one) for one in endings if rest.startswith(one, end)), 0)
    return Named(rest[:end].strip(), _EDGES.sub("", rest[end:]), found[0] if found else "")


def key(text: str) -> tuple[str, ...]:
    """What makes two descriptions mean the same, whoever that is and whether they are known: numbers and name."""
    named = read(text)
    return (*_PARTS.findall(normalise(named.where).upper())[-2:], plain_name(named.name))


async def other_side(*, where: str, name: str, place_id: int, but: int | None) -> Known:
    """The home and the person that an address and a name mean in this place; ``but``: who asks, and is not meant.

    With a name that nobody there goes by, only the home is not enough to tell anybody: staff look.
    """
    home_id = await _home(where, place_id)
    if home_id is None:
        return Known()
    if not name:
        return Known(home_id=home_id)
    wanted = plain_name(name)
    found = [row["id"] for row in await fetch(_PEOPLE, home_id) if row["id"] != but and _is_called(row, wanted)]
    return Known(person_id=found[0]) if len(found) == 1 else Known()


def _is_called(row: Row, wanted: str) -> bool:
    return wanted in {plain_name(row["name"]), plain_name(row["shown_name"])}


async def _home(where: str, place_id: int) -> int | None:
    """3号楼402, 3-402, 3幢402室: the last number is the home, the one before it the building."""
    parts = _PARTS.findall(normalise(where).upper())
    if len(parts) < 2:
        return None
    building, label = parts[-2], parts[-1]
    labels = [label, *(f"{label}{ending}" for ending in written.words().home_endings)]
    marks = ", ".join(f"${at}" for at in range(2, len(labels) + 2))
    rows = await fetch(_HOMES.format(labels=marks), place_id, *labels)
    found = [row["id"] for row in rows if written.building(row["building"].upper()) == building]
    return found[0] if len(found) == 1 else None


async def homes_of(people: Iterable[int]) -> set[int]:
    """The homes in which somebody of them lives now."""
    rows = await fetch(
        f"SELECT d.open_home_id FROM residence d WHERE d.person_id IN ({listed(people)}) AND d.state='living'"
    )
    return {row["open_home_id"] for row in rows if row["open_home_id"] is not None}


async def households(*, people: Iterable[int | None], home_id: int | None) -> set[int]:
    """Some people with everybody who lives with them, or in a home."""
    known = {one for one in people if one is not None}
    homes = await homes_of(known) | ({home_id} if home_id is not None else set())
    rows = await fetch(f"SELECT person_id FROM residence WHERE open_home_id IN ({listed(homes)}) AND state='living'")
    return known | {row["person_id"] for row in rows}


async def lives_in(person_id: int | None, home_id: int) -> bool:
    """Whether somebody lives in a home now."""
    return person_id in [row["id"] for row in await fetch(_PEOPLE, home_id)]
