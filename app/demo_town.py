"""Invented homes and people of any number, the same for the same seed: for the demo, for load tests, for benchmarks.

No number in it can be anybody's: identity numbers begin with an area that was never given out (310199).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from stdnum.cn import ric

from models.home_file import RowKind
from models.wording import say
from people.loading.sheets import COLUMNS, SheetRow, heading

AREA = "310199"
FLOORS, FLATS = 6, 4
BUILDINGS_OF_AN_ESTATE, BUILDINGS_OF_A_GRID = 40, 10
AREAS = ("89.50", "64.20", "64.20", "112.35")
"""Of the flats of a floor, in square metres."""
SIZES = (1, 2, 2, 3, 3, 4)
"""How many people live in a home, in turn: 2.5 on average."""
_FIRST_BIRTHDAY = dt.date(1931, 1, 1)
_BIRTHDAYS, _STRIDE = 33_000, 7_919
"""They have no divisor in common: neighbours are of every age, and no birthday comes twice in a round."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Where a home is."""

    estate: str
    grid: str
    building: str
    home: str


def flats(homes: int, *, name: str) -> Iterator[Flat]:
    """That many homes in buildings of six floors with four flats each."""
    for number in range(homes):
        building, flat = divmod(number, FLOORS * FLATS)
        floor, door = divmod(flat, FLATS)
        estate, at = divmod(building, BUILDINGS_OF_AN_ESTATE)
        yield Flat(
            say("demo.town.estate", name=name, number=estate + 1),
            say("demo.town.grid", number=building // BUILDINGS_OF_A_GRID + 1),
            say("demo.town.building", number=at + 1),
            f"{floor + 1}0{door + 1}",
        )


def home_cells(homes: int, *, name: str) -> Iterator[list[str]]:
    """The homes as rows of a sheet."""
    return (
        [flat.estate, flat.grid, flat.building, flat.home, AREAS[int(flat.home[-1]) % len(AREAS)]]
        for flat in flats(homes, name=name)
    )


def people_cells(homes: int, *, name: str, seed: int = 0) -> Iterator[list[str]]:
    """The people in them as rows of a sheet; the first of a home owns or rents it."""
    chance, number = random.Random(f"{name} {seed}"), 0
    surnames, given, other = (say(f"demo.town.{one}") for one in ("surnames", "given", "other_relation"))
    first, known_tags = (say(f"demo.town.{one}").split("|") for one in ("first_relations", "tags"))
    for at, flat in enumerate(flats(homes, name=name)):
        surname = chance.choice(surnames)
        for place in range(SIZES[at % len(SIZES)]):
            relation = other if place else chance.choice(first)
            tags = chance.choice(known_tags) if chance.random() < 0.15 else ""
            yield [
                *(flat.estate, flat.building, flat.home, "", surname + given[place] + chance.choice(given), relation),
                *(f"139{number:08}", id_number(number), "2020-03-01", tags),
            ]
            number += 1


def id_number(number: int) -> str:
    """An identity number that passes every check and is nobody's."""
    order, at = divmod(number, _BIRTHDAYS)
    day = at * _STRIDE % _BIRTHDAYS
    body = f"{AREA}{_FIRST_BIRTHDAY + dt.timedelta(days=day):%Y%m%d}{order + 1:03}"
    return body + ric.calc_check_digit(body + "0")


def rows(homes: int, *, name: str, seed: int = 0) -> Iterator[SheetRow]:
    """Homes and people as if they had been read from a workbook."""
    both = ((RowKind.HOME, home_cells(homes, name=name)), (RowKind.PERSON, people_cells(homes, name=name, seed=seed)))
    for kind, lines in both:
        for at, cells in enumerate(lines, start=2):
            yield SheetRow(kind, heading("home"), at, dict(zip(COLUMNS[kind], cells, strict=True)))
