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
from people.loading.sheets import COLUMNS, SheetRow, heading

AREA = "310199"
FLOORS, FLATS = 6, 4
BUILDINGS_OF_AN_ESTATE, BUILDINGS_OF_A_GRID = 40, 10
SIZES = (1, 2, 2, 3, 3, 4)
"""How many people live in a home, in turn: 2.5 on average."""
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "示范样例演试虚构"
_TAGS = ("独居", "80岁以上", "低保", "优抚", "重残", "长护险")
_FIRST_BIRTHDAY = dt.date(1931, 1, 1)
_BIRTHDAYS = 33_000


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
            f"{name}{estate + 1}村",
            f"第{building // BUILDINGS_OF_A_GRID + 1}网格",
            f"{at + 1}号楼",
            f"{floor + 1}0{door + 1}",
        )


def home_cells(homes: int, *, name: str) -> Iterator[list[str]]:
    """The homes as rows of a sheet."""
    return ([flat.estate, flat.grid, flat.building, flat.home] for flat in flats(homes, name=name))


def people_cells(homes: int, *, name: str, seed: int = 0) -> Iterator[list[str]]:
    """The people in them as rows of a sheet; the first of a home owns or rents it."""
    chance, number = random.Random(f"{name} {seed}"), 0
    for at, flat in enumerate(flats(homes, name=name)):
        surname = chance.choice(_SURNAMES)
        for place in range(SIZES[at % len(SIZES)]):
            relation = "家属" if place else chance.choice(("业主", "业主", "业主", "租户"))
            tags = chance.choice(_TAGS) if chance.random() < 0.15 else ""
            yield [
                *(flat.estate, flat.building, flat.home, "", surname + _given(place, chance), relation),
                *(f"139{number:08}", id_number(number), "2020-03-01", tags),
            ]
            number += 1


def _given(place: int, chance: random.Random) -> str:
    return _GIVEN[place] + chance.choice(_GIVEN)


def id_number(number: int) -> str:
    """An identity number that passes every check and is nobody's."""
    order, day = divmod(number, _BIRTHDAYS)
    body = f"{AREA}{_FIRST_BIRTHDAY + dt.timedelta(days=day):%Y%m%d}{order + 1:03}"
    return body + ric.calc_check_digit(body + "0")


def rows(homes: int, *, name: str, seed: int = 0) -> Iterator[SheetRow]:
    """Homes and people as if they had been read from a workbook."""
    both = ((RowKind.HOME, home_cells(homes, name=name)), (RowKind.PERSON, people_cells(homes, name=name, seed=seed)))
    for kind, lines in both:
        for at, cells in enumerate(lines, start=2):
            yield SheetRow(kind, heading("home"), at, dict(zip(COLUMNS[kind], cells, strict=True)))
