"""我也是: what may be the same is offered before a report is sent; who joins a case follows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from casework.asker import contact_of, speaks_from
from casework.cases import catalogue, same_photos
from casework.cases.answering import reporter_of
from casework.cases.spotting import nearest_by_name, spot_of
from casework.cases.steps import note_down
from casework.loop import CASE_STATES, OPEN_CASES_SQL
from models import clock
from models.case import Case, CaseState
from models.errors import NotFound, WrongState
from models.transaction import Row, fetch, fetch_one, listed, moment, transaction
from nlp.coordinates import Point, metres
from nlp.discreet import where_for_neighbours
from nlp.normalise import normalise
from nlp.similar import similar
from people.permissions import allow
from people.scope import places_for
from people.viewers import Viewer

OFFERED, LOOKED_AT = 5, 300
ALIKE = 0.35
"""From so alike words on, in one place and of one kind, two reports may be about the same."""
SAME_SPOT = 0.2
"""So little is enough where the building is the same too."""
NEAR, ELSEWHERE = 60, 300
"""So many metres apart two points are one spot; from so many on they are two."""


_OPEN = (
    "SELECT c.id, c.number, c.kind_key, c.where_text, c.text, c.created_at, c.state, c.estate_id, c.building_id,"
    " c.latitude, c.longitude,"
    " (SELECT count(*) FROM case_reporter r WHERE r.case_id=c.id AND r.left_at IS NULL) AS reporters"
    f" FROM cases c WHERE c.place_id=$1 AND c.state IN ({OPEN_CASES_SQL}) AND NOT c.is_private AND "
)
_OF_KIND, _BY_PHOTO = f"{_OPEN}c.kind_key=$2 ORDER BY c.id DESC LIMIT $3", f"{_OPEN}c.id IN ({{ids}})"


@dataclass(frozen=True, slots=True)
class Likely:
    """An open case that may be the same: nothing of who reported it, and no words of theirs but where it is.
    ``by_photo``: the same photo came with it."""

    id: int
    number: str
    kind: str
    where: str
    at: dt.datetime
    state: CaseState
    reporters: int
    by_photo: bool = False


async def likely(
    *,
    viewer: Viewer,
    place_id: int,
    kind_key: str,
    text: str,
    where: str = "",
    building_id: int | None = None,
    point: Point | None = None,
    photos: Collection[int] = (),
) -> list[Likely]:
    """疑似重复: open cases of the same kind in the same estate whose words or spot are alike, the likeliest first.

    The estate and the building are those that ``where`` names, unless the building was chosen.

    Before them stand those of any kind that came with one of the same ``photos`` (ids of stored files).

    Private ones are never offered.
    """
    allow(viewer, "case.report", place_id)
    if (places := places_for(viewer, "case.report")) is not None and place_id not in places:
        raise NotFound("place.not_found")
    wanted = await _wanted(text, where, place_id=place_id, building_id=building_id, point=point)
    ids = await same_photos.cases_with(photos, place_id=place_id)
    pictured = await fetch(_BY_PHOTO.format(ids=listed(ids)), place_id) if ids else []
    scored = [(_score(row, wanted), row) for row in await fetch(_OF_KIND, place_id, kind_key, LOOKED_AT)]
    best = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], -one[1]["id"]))
    found = [*sorted(pictured, key=lambda row: ids.index(row["id"])), *(row for _, row in best if row["id"] not in ids)]
    return [await _likely(row, place_id, by_photo=row["id"] in ids) for row in found[:OFFERED]]


async def _likely(row: Row, place_id: int, *, by_photo: bool) -> Likely:
    kind = (await catalogue.kind_of(row["kind_key"], place_id)).name
    where, at = where_for_neighbours(row["where_text"]), moment(row["created_at"])
    return Likely(row["id"], row["number"], kind, where, at, CaseState(row["state"]), row["reporters"], by_photo)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is about to be reported."""

    text: str
    where: str
    estate_id: int | None
    building_id: int | None
    point: Point | None


async def _wanted(text: str, where: str, *, place_id: int, building_id: int | None, point: Point | None) -> _Wanted:
    spot = spot_of(where)
    estate_id, named = (None, None) if building_id else await nearest_by_name(spot.words, place_id)
    return _Wanted(text, spot.words, estate_id, building_id or named, point or spot.point)


def _score(row: Row, wanted: _Wanted) -> float:
    """How likely it is the same, 0 where it cannot be: another estate or another building rules it out."""
    if wanted.estate_id is not None and row["estate_id"] not in {None, wanted.estate_id}:
        return 0.0
    if wanted.building_id is not None and row["building_id"] not in {None, wanted.building_id}:
        return 0.0
    away = _metres_away(row, wanted)
    if away is not None and away > ELSEWHERE:
        return 0.0
    alike = similar(f"{wanted.text} {wanted.where}", f"{row['text']} {row['where_text']}")
    is_building = wanted.building_id is not None and row["building_id"] == wanted.building_id
    is_spot = is_building or (bool(wanted.where) and normalise(wanted.where) == normalise(row["where_text"]))
    is_spot = is_spot or (away is not None and away <= NEAR)
    return alike + is_spot if alike >= (SAME_SPOT if is_spot else ALIKE) else 0.0


def _metres_away(row: Row, wanted: _Wanted) -> float | None:
    """How far apart they are, where both were sent as a point."""
    if wanted.point is None or row["latitude"] is None or row["longitude"] is None:
        return None
    return metres(wanted.point, Point("", row["latitude"], row["longitude"]))


async def join(case_id: int, *, by: Viewer, conversation_id: int | None = None) -> Case:
    """我也是: hear of every step of a case from now on; once, however often it is pressed."""
    async with transaction():
        case = await Case.filter(id=case_id).select_for_update().first()
        await _must_be_joinable(case, by, conversation_id)
        assert case is not None
        if await reporter_of(case_id, by) is not None:
            return case
        who = f"v{conversation_id}" if conversation_id is not None else f"p{by.person_id}"
        joined = await fetch_one(
            "INSERT INTO case_reporter (created_at, case_id, who, conversation_id, person_id, name, is_first)"
            " VALUES ($1,$2,$3,$4,$5,'',$6) ON CONFLICT (case_id, who) DO UPDATE SET left_at=NULL"
            " RETURNING id",
            clock.now(),
            case_id,
            who,
            conversation_id,
            None if conversation_id is not None else by.person_id,
            False,  # noqa: FBT003
        )
        if joined is not None:
            await note_down(case, "case.join", by=by, is_public=False)
    return case


async def _must_be_joinable(case: Case | None, by: Viewer, conversation_id: int | None) -> None:
    places = places_for(by, "case.join")
    if case is None or case.is_private or not (places is None or case.place_id in places):
        raise NotFound("case.not_found")
    if conversation_id is not None:
        contact = await contact_of(conversation_id)
        if contact is None or not speaks_from(contact, by):
            raise NotFound("conversation.not_found")
    elif by.person_id is None:
        raise NotFound("case.not_found")
    if not CASE_STATES[case.state].is_open:
        raise WrongState("case.join", state=case.state.value)
