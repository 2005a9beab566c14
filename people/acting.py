"""代办: who may ask on whose behalf. Agreed by staff or by the one acted for; either ends it at once; both are told."""

from __future__ import annotations

from dataclasses import dataclass

from courier import limits
from courier.letters import Letter, Link
from models import clock
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.joining import ActingKind, ActingState
from models.person import NEIGHBOURS, WORKS_HERE, RoleName
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, transaction
from models.wording import say
from people.audit import record
from people.joining.asking import default_shown_name
from people.permissions import allow, may
from people.personal import people_with
from people.scope import must_see, sees
from people.telling import tell_resident
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class ActingLine:
    """A link between two people; ``is_helper`` where the viewer is the one who acts."""

    id: int
    helper_id: int
    helper: str
    elder_id: int
    elder: str
    kind: ActingKind
    state: ActingState
    is_helper: bool


_CHOSEN = (
    "CASE WHEN {p}.username IS NOT NULL OR EXISTS (SELECT 1 FROM contact c WHERE c.person_id={p}.id)"
    " THEN {p}.shown_name ELSE '' END"
)
_READ = (
    f"SELECT a.*, h.name AS helper, e.name AS elder, {_CHOSEN.format(p='h')} AS helper_chosen,"
    f" {_CHOSEN.format(p='e')} AS elder_chosen FROM acting a JOIN person h ON h.id=a.helper_id"
    " JOIN person e ON e.id=a.elder_id"
)


def _between(row: Row) -> Row:
    """As the two know each other: by their real names once it was agreed, before that by those neighbours see."""
    if row["agreed_at"] is not None:
        return row
    shown = {side: row[f"{side}_chosen"] or default_shown_name(row[side]) for side in ("helper", "elder")}
    return {**row, **shown}


def _line(row: Row, viewer: Viewer) -> ActingLine:
    return ActingLine(
        row["id"],
        row["helper_id"],
        row["helper"],
        row["elder_id"],
        row["elder"],
        ActingKind(row["kind"]),
        ActingState(row["state"]),
        is_helper=row["helper_id"] == viewer.person_id,
    )


async def mine(*, viewer: Viewer) -> list[ActingLine]:
    """我替谁办、谁替我办: both sides know each other by name, once it was agreed."""
    rows = await fetch(
        f"{_READ} WHERE a.open_elder_id IS NOT NULL AND (a.helper_id=$1 OR a.elder_id=$1) ORDER BY a.id",
        viewer.person_id,
    )
    return [_line(_between(row), viewer) for row in rows]


async def of_people(person_ids: list[int], *, viewer: Viewer, place_id: int) -> list[ActingLine]:
    """Open links of some people of a place, for staff."""
    must_see(viewer, "acting.read", place_id, thing="place")
    marks = ", ".join(f"${at}" for at in range(2, len(person_ids) + 2)) or "NULL"
    rows = await fetch(
        f"{_READ} WHERE a.open_elder_id IS NOT NULL AND a.place_id=$1"
        f" AND (a.elder_id IN ({marks}) OR a.helper_id IN ({marks})) ORDER BY a.id",
        place_id,
        *person_ids,
    )
    return [_line(row, viewer) for row in rows]


async def stands_for(elder_id: int, *, viewer: Viewer) -> ActingLine:
    """The standing link under which the viewer may ask for somebody; NotFound where there is none."""
    row = await fetch_one(
        f"{_READ} WHERE a.helper_id=$1 AND a.open_elder_id=$2 AND a.state='standing'", viewer.person_id, elder_id
    )
    if row is None:
        raise NotFound("acting.not_found")
    return _line(row, viewer)


async def stand(helper_id: int, elder_id: int, *, by: Viewer, place_id: int, kind: ActingKind) -> int:
    """A link that staff have agreed to, in the caller's transaction; one proposed before stands from now on."""
    if helper_id == elder_id:
        raise Invalid("acting.oneself")
    row = await fetch_one(
        "INSERT INTO acting (created_at, place_id, helper_id, elder_id, open_elder_id, kind, state, agreed_by_id,"
        " agreed_at) VALUES ($1,$2,$3,$4,$4,$5,'standing',$6,$1) ON CONFLICT (helper_id, open_elder_id) DO UPDATE"
        " SET state='standing', agreed_by_id=excluded.agreed_by_id, agreed_at=excluded.agreed_at RETURNING id",
        clock.now(),
        place_id,
        helper_id,
        elder_id,
        kind.value,
        by.person_id,
    )
    assert row is not None
    await record(by, "acting.give", subject="acting", subject_id=row["id"], place_id=place_id)
    await _tell_both(row["id"], "stands")
    return int(row["id"])


async def give(elder_id: int, *, by: Viewer, helper: str, kind: ActingKind) -> int:
    """同意代办: staff name the one who acts, by name or telephone, among the people of the place."""
    rows = await fetch(
        "SELECT d.place_id FROM residence d WHERE d.person_id=$1 AND d.state='living' ORDER BY d.id", elder_id
    )
    place_id = next((int(row["place_id"]) for row in rows if sees(by, "acting.give", row["place_id"])), None)
    if place_id is None:
        raise NotFound("person.not_found")
    helper_id = await _person_meant(helper, by=by, place_id=place_id)
    async with transaction():
        return await stand(helper_id, elder_id, by=by, place_id=place_id, kind=kind)


async def _person_meant(text: str, *, by: Viewer, place_id: int) -> int:
    """Exactly one active person of the place by name or telephone; Invalid where there are none or several."""
    ids = await people_with(text.strip(), viewer=by, place_id=place_id)
    if not ids:
        rows = await fetch(
            "SELECT DISTINCT p.id FROM person p LEFT JOIN residence d ON d.person_id=p.id AND d.state='living'"
            " WHERE p.name=$2 AND p.is_active AND (p.place_id=$1 OR d.place_id=$1) LIMIT 2",
            place_id,
            text.strip(),
        )
        ids = [row["id"] for row in rows]
    if len(ids) != 1:
        raise Invalid("acting.who")
    return int(ids[0])


async def propose(residence_id: int, *, by: Viewer) -> int:
    """我替他办: a member of the household offers; it stands when the other or staff agree."""
    allow(by, "acting.propose", None)
    row = await fetch_one(
        "SELECT d.person_id, d.place_id FROM residence d JOIN residence o ON o.open_home_id=d.open_home_id"
        " AND o.person_id=$2 AND o.state='living' WHERE d.id=$1 AND d.state='living' AND d.person_id<>$2",
        residence_id,
        by.person_id,
    )
    if row is None:
        raise NotFound("residence.not_found")
    await limits.spend("acting_propose", str(by.person_id), rate=rules().limits.proposals)
    async with transaction():
        made = await fetch_one(
            "INSERT INTO acting (created_at, place_id, helper_id, elder_id, open_elder_id, kind, state)"
            " VALUES ($1,$2,$3,$4,$4,'family','proposed') ON CONFLICT (helper_id, open_elder_id) DO NOTHING"
            " RETURNING id",
            clock.now(),
            row["place_id"],
            by.person_id,
            row["person_id"],
        )
        if made is None:
            raise Taken("acting.open_already")
        await record(by, "acting.propose", subject="acting", subject_id=made["id"], place_id=row["place_id"])
        await _tell_both(made["id"], "proposed")
    return int(made["id"])


async def agree(acting_id: int, *, by: Viewer) -> None:
    """同意: by the one acted for, or by staff of the place."""
    row = await _open_link(acting_id)
    if row["elder_id"] != by.person_id and not may(by, "acting.give", row["place_id"]):
        raise NotFound("acting.not_found")
    allow(by, "acting.agree", None)
    async with transaction():
        changed = await execute(
            "UPDATE acting SET state='standing', agreed_by_id=$1, agreed_at=$2 WHERE id=$3 AND state='proposed'",
            by.person_id,
            clock.now(),
            acting_id,
        )
        if changed != 1:
            raise Taken("acting.changed")
        await record(by, "acting.agree", subject="acting", subject_id=acting_id, place_id=row["place_id"])
        await _tell_both(acting_id, "stands")


async def end(acting_id: int, *, by: Viewer) -> None:
    """不再代办: by either of the two, or by staff of the place, at once."""
    row = await _open_link(acting_id)
    if by.person_id not in (row["helper_id"], row["elder_id"]) and not may(by, "acting.give", row["place_id"]):
        raise NotFound("acting.not_found")
    if by.person_id is None:
        raise NotAllowed("not_allowed", verb="acting.end")
    async with transaction():
        changed = await execute(
            "UPDATE acting SET state='ended', open_elder_id=NULL, ended_at=$1, ended_by_id=$2"
            " WHERE id=$3 AND open_elder_id IS NOT NULL",
            clock.now(),
            by.person_id,
            acting_id,
        )
        if changed != 1:
            raise Taken("acting.changed")
        await record(by, "acting.end", subject="acting", subject_id=acting_id, place_id=row["place_id"])
        await _tell_both(acting_id, "ended")


_END = (
    "UPDATE acting SET state='ended', open_elder_id=NULL, ended_at=$1, ended_by_id=$2 WHERE open_elder_id IS NOT NULL"
)
_PART = f"""
{_END} AND (kind='family' AND $3 IN (helper_id, elder_id)
  AND EXISTS (SELECT 1 FROM residence d WHERE d.open_home_id=$4 AND d.state='living'
    AND d.person_id=CASE WHEN acting.helper_id=$3 THEN acting.elder_id ELSE acting.helper_id END)
  AND NOT EXISTS (SELECT 1 FROM residence d JOIN residence o ON o.open_home_id=d.open_home_id AND o.state='living'
    WHERE d.state='living' AND d.person_id=acting.helper_id AND o.person_id=acting.elder_id)
  OR kind='captain' AND helper_id=$3 AND place_id=(SELECT h.place_id FROM home h WHERE h.id=$4)
  AND NOT EXISTS (SELECT 1 FROM residence d WHERE d.person_id=$3 AND d.place_id=acting.place_id AND d.state='living'))
RETURNING id, place_id, kind
"""


async def part(person_id: int, home_id: int, *, by: Viewer) -> list[Row]:
    """End what stood or was proposed between somebody and those of a home they lived in together, and no longer do
    anywhere; and whom they acted for as the captain of a building, with their last home there. The links, for
    ``tell_parted`` once the audit has its first line."""
    return await fetch(_PART, clock.now(), by.person_id, person_id, home_id)


_OVER = f"{_END} AND kind=$3 AND helper_id=$4 AND place_id=$5 AND NOT EXISTS ({{held}}) RETURNING id, place_id, kind"
_HELD = "SELECT 1 FROM role r WHERE r.person_id=acting.helper_id AND r.place_id=acting.place_id AND r.name IN {names}"
_RESTS_ON = {ActingKind.CAPTAIN: f"('{RoleName.BUILDING_CAPTAIN.value}')", ActingKind.STAFF: WORKS_HERE}
"""On which roles it rests that somebody acts as what they are."""


async def end_with_role(person_id: int, role: RoleName, *, by: Viewer, place_id: int) -> list[Row]:
    """End what somebody did for others in a role that was just taken from them, and in none that is left to them. The
    links, for ``tell_parted`` once the audit has its first line."""
    kind = ActingKind.STAFF if role not in NEIGHBOURS else ActingKind.CAPTAIN
    if role in NEIGHBOURS and role is not RoleName.BUILDING_CAPTAIN:
        return []
    sql = _OVER.format(held=_HELD.format(names=_RESTS_ON[kind]))
    return await fetch(sql, clock.now(), by.person_id, kind.value, person_id, place_id)


async def tell_parted(links: list[Row], *, by: Viewer) -> None:
    """Record and tell both of each link that ended because what it rested on did."""
    why = {row["id"]: "apart" if row["kind"] == ActingKind.FAMILY.value else "over" for row in links}
    for row in links:
        detail = why[row["id"]]
        await record(by, "acting.end", subject="acting", subject_id=row["id"], place_id=row["place_id"], detail=detail)
    for row in links:
        await _tell_both(row["id"], why[row["id"]])


async def _open_link(acting_id: int) -> Row:
    row = await fetch_one(f"{_READ} WHERE a.id=$1 AND a.open_elder_id IS NOT NULL", acting_id)
    if row is None:
        raise NotFound("acting.not_found")
    return row


async def _tell_both(acting_id: int, key: str) -> None:
    row = await fetch_one(f"{_READ} WHERE a.id=$1", acting_id)
    assert row is not None
    row = _between(row)
    for side, person_id in (("helper", row["helper_id"]), ("elder", row["elder_id"])):
        words = say(f"acting.told.{key}.{side}", helper=row["helper"], elder=row["elder"])
        letter = Letter(words, links=(Link(say("join.link.household"), "/me/household"),))
        await tell_resident(letter, person_id=person_id, kind=f"acting.{key}")
