"""The demo's homes: a few buildings in each neighbourhood, the cast in theirs, or as many as a load test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from app import demo_town
from models.home_file import RowKind
from models.household import Relation
from models.wording import say
from people import entering, homes, login, residences
from people.loading import files
from people.loading.sheets import COLUMNS, SheetRow
from people.viewers import SYSTEM

FEW = 24
"""Homes of each neighbourhood where nobody asked for a number: one building."""

Told = Callable[[str], None]


class DemoHome(BaseModel):
    """Where one of the cast lives, and what is on record of them. The numbers are nobody's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str
    estate: str
    building: str
    home: str
    relation: Relation
    phone: str = ""
    id_number: str = ""
    tags: tuple[str, ...] = ()
    area: str = ""


async def build(
    places: Mapping[str, int], cast: Sequence[DemoHome], *, total: int | None, seed: int, tell: Told
) -> None:
    """Homes and people for every neighbourhood, by name and id; the cast's own homes in the first."""
    first = next(iter(places))
    for at, (name, place_id) in enumerate(places.items()):
        count = FEW if total is None else total // len(places) + (at < total % len(places))
        own = _own(cast) if name == first else iter(())
        file = await files.check_rows(
            _both(own, demo_town.rows(count, name=name[:2], seed=seed)), by=SYSTEM, place_id=place_id, name="demo.xlsx"
        )
        done = await files.load(file.id, by=SYSTEM)
        if total is not None:
            tell(f"{name}: {done.homes_new} homes, {done.people_new} people")


def _both(own: Iterator[SheetRow], town: Iterator[SheetRow]) -> Iterator[SheetRow]:
    yield from own
    yield from town


def _own(cast: Sequence[DemoHome]) -> Iterator[SheetRow]:
    for at, one in enumerate(cast, start=2):
        cells = {"estate": one.estate, "grid": "", "building": one.building, "home": one.home}
        cells["area"] = one.area
        yield SheetRow(RowKind.HOME, "", at, cells)


async def move_in(
    cast: Sequence[DemoHome], people: Mapping[str, int], names: Mapping[str, str], *, place_id: int
) -> None:
    """The cast moves in; then a sheet brings what is on record of them."""
    for one in cast:
        home_id = await homes.home_at(one.estate, one.building, one.home, viewer=SYSTEM, place_id=place_id)
        await residences.move_in(people[one.who], home_id, by=SYSTEM, relation=one.relation)
    file = await files.check_rows(_on_record(cast, names), by=SYSTEM, place_id=place_id, name="cast.xlsx")
    await files.load(file.id, by=SYSTEM)


async def sign_in(cast: Sequence[DemoHome], people: Mapping[str, int]) -> dict[str, str]:
    """Each of the cast is signed in in a browser of their own; gives the addresses of those chats."""
    return {one.who: await _chat_of(await entering.begin_resident(people[one.who])) for one in cast}


async def _chat_of(token: str) -> str:
    session = await login.find_session(token)
    assert session is not None
    assert session.chat_address is not None
    return session.chat_address


def _on_record(cast: Sequence[DemoHome], names: Mapping[str, str]) -> Iterator[SheetRow]:
    for at, one in enumerate(cast, start=2):
        relation = say(f"homes.relation.{one.relation.value}").split("|")[0]
        cells = {"estate": one.estate, "building": one.building, "home": one.home, "name": names[one.who]}
        cells |= {"relation": relation, "phone": one.phone, "id_number": one.id_number, "tags": " ".join(one.tags)}
        yield SheetRow(RowKind.PERSON, "", at, {**dict.fromkeys(COLUMNS[RowKind.PERSON], ""), **cells})
