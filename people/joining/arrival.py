"""Making a request true: the person, their residence, the role that comes of it, and the chat that is theirs now."""

from __future__ import annotations

from dataclasses import dataclass

from models import clock
from models.errors import Invalid, NotFound, Taken
from models.joining import ActingKind
from models.transaction import Row, execute, fetch_one
from people import acting, ending, keeping, rights
from people.ending import LeftBehind
from people.joining.matching import Match, is_other_name, plain_name
from people.loading.cells import natural
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who lives where now. ``helper_id`` is who asked for them, where somebody did; ``left`` is for
    ``ending.leave_behind``."""

    person_id: int
    residence_id: int
    home_id: int
    helper_id: int | None
    left: tuple[LeftBehind, ...]


async def hold(row: Row) -> None:
    """Let nobody else decide about homes of this building until the transaction ends, so that matches stay true.

    The request itself is held too: who refuses it holds it before the audit's head, and both must come in one order.
    """
    await execute("UPDATE building SET name=name WHERE id=$1", row["building_id"])
    await execute("UPDATE join_request SET version=version WHERE id=$1", row["id"])


async def home_of(row: Row, *, adds_home: bool) -> int:
    """The home that is meant; one that was not in the list may have come in meanwhile, or is added if staff say so."""
    if row["home_id"] is not None:
        return int(row["home_id"])
    wanted = row["building_id"], row["label"]
    found = await fetch_one("SELECT id FROM home WHERE building_id=$1 AND label=$2", *wanted)
    if found is None and not adds_home:
        raise Invalid("join.home_missing")
    found = found or await fetch_one(
        "INSERT INTO home (created_at, place_id, building_id, label, sort) VALUES ($1,$2,$3,$4,$5) RETURNING id",
        clock.now(),
        row["place_id"],
        *wanted,
        natural(row["label"]),
    )
    assert found is not None
    return int(found["id"])


async def arrive(row: Row, home_id: int, *, match: Match | None, household_id: int | None) -> Arrived:
    """Let somebody in, matched to a person who is known or as a new one. Part of the decision's transaction, before
    the first line of the audit: ``entitle`` gives what comes of it.

    One who came in before stays who they are, and no chat that asks becomes theirs: a chat joins them by a code only.
    """
    if is_other_name(row):
        raise Invalid("join.asker_other_name", asker=row["asker_name"])
    asker = None if row["helper_name"] else row["asker_id"]
    if match is not None and match.has_joined and match.person_id != asker and not row["helper_name"]:
        raise Invalid("join.match_has_joined")
    person_id = asker or (match.person_id if match else None) or await _new_person(row, row["name"], row["shown_name"])
    if match is not None and match.person_id != person_id:
        await _take_over(match, row, home_id)
    await keeping.hold(person_id)
    await _keep_phone(person_id, row)
    residence_id = await _live(person_id, home_id, row, household_id=household_id)
    if match is not None and match.person_id == person_id:
        await _choose_shown_name(person_id, row)
    helper_id = await _helper(row) if row["helper_name"] else None
    if row["contact_id"] is not None and not row["helper_name"]:
        await _bind(row, person_id)
    return Arrived(person_id, residence_id, home_id, helper_id, tuple(await _go_along(row, person_id)))


async def entitle(row: Row, arrived: Arrived, *, by: Viewer) -> None:
    """What comes of living there: the role of a resident and, for who asked in their place, that they act for them."""
    await rights.give(arrived.person_id, row["place_id"], by=by)
    if arrived.helper_id is not None:
        pair = arrived.helper_id, arrived.person_id
        await acting.stand(*pair, by=by, place_id=row["place_id"], kind=ActingKind.FAMILY)


async def _go_along(row: Row, person_id: int) -> list[LeftBehind]:
    """What follows somebody to the neighbourhood they joined: that it keeps them, and the chat that asked, where they
    live nowhere it looks at; of what was said in it before nothing is read there."""
    left = await keeping.follow(person_id)
    stays = await fetch_one(
        "SELECT r.id FROM contact c JOIN role r ON r.person_id=c.person_id AND r.place_id=c.place_id WHERE c.id=$1",
        row["contact_id"],
    )
    if stays is None and row["contact_id"] is not None:
        left += await ending.go_on_in(row["contact_id"], place_id=row["place_id"])
    return left


async def _new_person(row: Row, name: str, shown_name: str) -> int:
    made = await fetch_one(
        "INSERT INTO person (created_at, place_id, name, shown_name, is_active) VALUES ($1,$2,$3,$4,true) RETURNING id",
        clock.now(),
        row["place_id"],
        name,
        shown_name,
    )
    assert made is not None
    return int(made["id"])


async def _choose_shown_name(person_id: int, row: Row) -> None:
    """Somebody from a list has no chosen name yet; one who has joined, or works here, keeps theirs."""
    await execute(
        "UPDATE person SET shown_name=$1 WHERE id=$2 AND username IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.person_id=person.id)",
        row["shown_name"],
        person_id,
    )


async def _take_over(match: Match, row: Row, home_id: int) -> None:
    """Staff say that a person from the list is the one who asks and is known by now: what the list has becomes theirs.

    Nobody is given the numbers, tags and services of somebody by another name.
    """
    if plain_name(match.name) != plain_name(row["asker_name"]):
        raise Invalid("join.match_other_name", asker=row["asker_name"], name=match.name)
    person_id = row["asker_id"]
    await execute(
        "UPDATE residence SET person_id=$1 WHERE person_id=$2 AND open_home_id=$3 AND NOT EXISTS"
        " (SELECT 1 FROM residence o WHERE o.person_id=$1 AND o.open_home_id=$3)",
        person_id,
        match.person_id,
        home_id,
    )
    await execute(
        "UPDATE person_tag SET person_id=$1 WHERE person_id=$2 AND name NOT IN"
        " (SELECT name FROM person_tag o WHERE o.person_id=$1)",
        person_id,
        match.person_id,
    )
    await execute(
        "UPDATE personal SET person_id=$1 WHERE person_id=$2 AND NOT EXISTS"
        " (SELECT 1 FROM personal o WHERE o.person_id=$1)",
        person_id,
        match.person_id,
    )
    await execute("UPDATE service SET person_id=$1 WHERE person_id=$2", person_id, match.person_id)


async def _keep_phone(person_id: int, row: Row) -> None:
    """The telephone given, where none is known."""
    if row["phone_sealed"] is None:
        return
    await execute(
        "INSERT INTO personal (created_at, place_id, person_id, phone_sealed, phone_hash) VALUES ($1,$2,$3,$4,$5)"
        " ON CONFLICT (person_id) DO UPDATE SET phone_sealed=excluded.phone_sealed, phone_hash=excluded.phone_hash"
        " WHERE personal.phone_sealed IS NULL",
        clock.now(),
        row["place_id"],
        person_id,
        row["phone_sealed"],
        row["phone_hash"],
    )


_HOUSEHOLD = (
    "INSERT INTO household (created_at, place_id, home_id, label) VALUES ($1,$2,$3,'')"
    " ON CONFLICT (home_id, label) DO UPDATE SET label=excluded.label RETURNING id"
)
_LIVE = (
    "INSERT INTO residence (created_at, place_id, person_id, home_id, open_home_id, household_id, relation, state,"
    " since, version) VALUES ($1,$2,$3,$4,$4,$5,$6,'living',$7,0)"
    " ON CONFLICT (person_id, open_home_id) DO UPDATE SET state='living', leaving_at=NULL, leaving_by_id=NULL,"
    " version=residence.version+1 RETURNING id"
)


async def _live(person_id: int, home_id: int, row: Row, *, household_id: int | None) -> int:
    """An open residence stays as the list has it; otherwise they live there from today."""
    now = clock.now()
    kept = household_id or (await fetch_one(_HOUSEHOLD, now, row["place_id"], home_id) or {})["id"]
    made = await fetch_one(_LIVE, now, row["place_id"], person_id, home_id, kept, row["relation"], clock.today())
    assert made is not None
    return int(made["id"])


async def _helper(row: Row) -> int:
    """Who asked for somebody else, as a person of their own chat."""
    if row["asker_id"] is not None:
        return int(row["asker_id"])
    if row["contact_id"] is None:
        raise NotFound("join.asker_gone")
    person_id = await _new_person(row, row["helper_name"], f"{row['helper_name'][:1]}**")
    await _bind(row, person_id)
    return person_id


_IS_THEIRS = "SELECT id FROM contact WHERE id=$1 AND person_id=$2"


async def _bind(row: Row, person_id: int) -> None:
    """The chat that asked is theirs."""
    bound = await execute(
        "UPDATE contact SET person_id=$1, bound_at=$2, closed_at=NULL WHERE id=$3 AND person_id IS NULL",
        person_id,
        clock.now(),
        row["contact_id"],
    )
    if not bound and not await fetch_one(_IS_THEIRS, row["contact_id"], person_id):
        raise Taken("join.chat_of_another")
