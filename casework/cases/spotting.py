"""Where a case is, of what was written or sent: its words, its degrees, and the estate or building its name means."""

from __future__ import annotations

from dataclasses import dataclass

from models.transaction import fetch
from nlp.coordinates import Point, point_in
from nlp.normalise import normalise

_DIGITS = frozenset("0123456789零〇一二两三四五六七八九十百")
_NAMED = (
    "SELECT e.id AS estate_id, e.name AS estate, b.id AS building_id, b.name AS building FROM estate e"
    " LEFT JOIN building b ON b.estate_id=e.id WHERE e.place_id=$1"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """The words that stand for it, without degrees, and the point that was sent, if any."""

    words: str
    point: Point | None


def spot_of(where: str) -> Spot:
    """What was written of where, apart from a point that was sent."""
    point = point_in(where)
    return Spot(where if point is None else point.name, point)


async def nearest_by_name(name: str, place_id: int) -> tuple[int | None, int | None]:
    """The estate and the building whose names stand in what was written of where, or in a point's name: places have no
    degrees of their own to be near. Of several the longest name counts; nothing where none fits."""
    said = normalise(name)
    rows = [row for row in await fetch(_NAMED, place_id) if _stands(row["estate"], said)] if said else []
    if not rows:
        return None, None
    estate_id = max(rows, key=lambda row: len(row["estate"]))["estate_id"]
    here = [row for row in rows if row["estate_id"] == estate_id and row["building"]]
    named = [row for row in here if _stands(row["building"], said)]
    best = max(named, key=lambda row: len(row["building"]), default=None)
    return estate_id, best["building_id"] if best else None


def _stands(name: str, said: str) -> bool:
    """Whether a name was said, and not as a part of a longer number: 13号楼 is not 3号楼."""
    wanted = normalise(name)
    at = said.find(wanted) if wanted else -1
    while at >= 0:
        before, after = said[at - 1 : at], said[at + len(wanted) :][:1]
        if not (_go_on(before, wanted[0]) or _go_on(wanted[-1], after)):
            return True
        at = said.find(wanted, at + 1)
    return False


def _go_on(one: str, other: str) -> bool:
    return one in _DIGITS and other in _DIGITS
