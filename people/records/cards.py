"""A person's card: who, homes now and before, tags; telephone and identity number in part only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import clock
from models.errors import NotFound
from models.household import Relation, ResidenceState
from models.rules import rules
from models.transaction import Row, day, fetch, fetch_one
from people import ages
from people.keeping import seen_in
from people.permissions import allow
from people.personal import hidden
from people.records.filters import tags_of
from people.scope import must_see
from people.viewers import Viewer


@dataclass(frozen=True, slots=True)
class HomeOf:
    """A home of somebody, and since when and until when."""

    residence_id: int
    home_id: int
    address: str
    household: str
    relation: Relation
    state: ResidenceState
    since: dt.date | None
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody as a neighbourhood sees them. ``tags`` are kept, ``age_tags`` are of today; ``chats``: how many are
    theirs. ``is_kept``: whether it is the one that keeps them; another in which they live has no numbers of theirs."""

    id: int
    place_id: int
    name: str
    phone: str
    id_number: str
    age: int | None
    tags: tuple[str, ...]
    age_tags: tuple[str, ...]
    chats: int
    living: tuple[HomeOf, ...]
    pending: tuple[HomeOf, ...]
    past: tuple[HomeOf, ...]
    is_kept: bool


_PERSON = (
    "SELECT p.id, p.place_id, p.name, n.phone_sealed, n.id_number_sealed, n.born,"
    " (SELECT count(*) FROM contact c WHERE c.person_id=p.id AND c.closed_at IS NULL) AS chats"
    " FROM person p LEFT JOIN personal n ON n.person_id=p.id WHERE p.id=$1"
)
_HOMES = (
    "SELECT d.id, d.home_id, e.name AS estate, b.name AS building, h.label, COALESCE(k.label, '') AS household,"
    " d.relation, d.state, d.since, d.until FROM residence d JOIN home h ON h.id=d.home_id"
    " JOIN building b ON b.id=h.building_id JOIN estate e ON e.id=b.estate_id"
    " LEFT JOIN household k ON k.id=d.household_id"
    " WHERE d.person_id=$1 AND d.place_id=$2 AND d.state<>'refused' ORDER BY d.id DESC"
)


async def person(person_id: int, *, viewer: Viewer) -> PersonCard:
    """人员卡片."""
    place_id = await seen_in(person_id, viewer=viewer)
    row = await fetch_one(_PERSON, person_id)
    assert row is not None
    is_kept = row["place_id"] == place_id
    homes = [_home(one) for one in await fetch(_HOMES, person_id, place_id)]
    born, today = day(row["born"]) if is_kept else None, clock.today()
    return PersonCard(
        id=row["id"],
        place_id=place_id,
        name=row["name"],
        phone=hidden(row["phone_sealed"]) if is_kept else "",
        id_number=hidden(row["id_number_sealed"]) if is_kept else "",
        age=None if born is None else ages.age_on(today, born=born),
        tags=tuple((await tags_of([person_id], place_id=place_id)).get(person_id, ())),
        age_tags=ages.tags_for(born, on=today, tags=rules().age_tags),
        chats=row["chats"],
        living=_in(homes, ResidenceState.LIVING),
        pending=_in(homes, ResidenceState.PENDING),
        past=_in(homes, ResidenceState.MOVED_OUT),
        is_kept=is_kept,
    )


def _home(row: Row) -> HomeOf:
    return HomeOf(
        residence_id=row["id"],
        home_id=row["home_id"],
        address=f"{row['estate']} {row['building']} {row['label']}",
        household=row["household"],
        relation=Relation(row["relation"]),
        state=ResidenceState(row["state"]),
        since=day(row["since"]),
        until=day(row["until"]),
    )


def _in(homes: list[HomeOf], state: ResidenceState) -> tuple[HomeOf, ...]:
    return tuple(one for one in homes if one.state is state)


async def place_of(person_id: int, *, by: Viewer, verb: str) -> int:
    """The place that keeps somebody on whom the viewer may do the verb; as if there were nobody where they may not see
    them there."""
    person = await fetch_one("SELECT place_id FROM person WHERE id=$1", person_id)
    if person is None:
        raise NotFound("person.not_found")
    must_see(by, "person.read", person["place_id"], thing="person")
    allow(by, verb, person["place_id"])
    return int(person["place_id"])
