"""What is wanted of a list of people, and the part of a statement that finds them.

Ages are compared with the birthday, so that an age tag such as 80+ is right on every day and stands in no row. What
narrows most by an index comes first in the statement; SQLite takes that order, PostgreSQL finds its own. Where a row is
found by its person, ``place_id+0`` keeps SQLite from walking through the whole place instead.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from models.errors import Invalid
from people import ages

MOST_TAGS = 12
_JOINS = (
    " JOIN person p ON p.id=d.person_id JOIN home h ON h.id=d.open_home_id JOIN building b ON b.id=h.building_id"
    " JOIN estate e ON e.id=b.estate_id LEFT JOIN personal n ON n.person_id=d.person_id"
)
_ONCE = (
    "NOT EXISTS (SELECT 1 FROM residence o{home} WHERE o.person_id=d.person_id AND o.state='living'"
    " AND o.place_id+0=d.place_id AND o.id<d.id)"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of ``tags``, none of ``without`` (age tags among either), in a building (0: any)."""

    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    building: int = 0

    @property
    def is_all(self) -> bool:
        """Whether it leaves nobody out."""
        return not (self.tags or self.without or self.building)

    @property
    def asks_ages(self) -> bool:
        """Whether somebody without a birthday on record cannot be judged by it."""
        return any(ages.span_of(tag) for tag in (*self.tags, *self.without))

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False)


ALL = Wanted()
"""Everybody."""


def wanted_from(text: str) -> Wanted:
    """As ``to_json`` gave it."""
    kept = json.loads(text)
    return Wanted(tuple(kept["tags"]), tuple(kept["without"]), kept["building"])


def wanted(*, tags: Sequence[str], without: Sequence[str], building: int = 0) -> Wanted:
    """What was chosen, each tag once and in one form; a plus sign that an address lost is put back."""
    kept = [tuple(dict.fromkeys(one for tag in given if (one := _written(tag)))) for given in (tags, without)]
    if sum(map(len, kept)) > MOST_TAGS:
        raise Invalid("people.too_many_tags", most=MOST_TAGS)
    return Wanted(kept[0], kept[1], building)


def _written(tag: str) -> str:
    bare = tag.strip()
    return f"{bare}+" if bare.isascii() and bare.isdecimal() and len(bare) <= 3 else bare


class Query:
    """``rows``: from which tables on which conditions; ``values`` fill its marks. A row is somebody living here."""

    def __init__(self, chosen: Wanted, *, place_id: int, today: dt.date) -> None:
        self.values: list[object] = [place_id]
        self._today = today
        self._source = "residence d"
        is_led = bool(chosen.tags or chosen.building)
        self._conditions = ["d.place_id+0=$1" if is_led else "d.place_id=$1", "d.state='living'", "p.place_id=$1"]
        building = self.mark(chosen.building) if chosen.building else ""
        self._begin(chosen, building)
        self._conditions += [self._has(name) for name in chosen.tags[1:]]
        self._conditions += [f"NOT {self._has(name)}" for name in chosen.without]
        self._conditions += [f"h.building_id={building}"] if building else []
        home = f" JOIN home oh ON oh.id=o.open_home_id AND oh.building_id={building}" if building else ""
        self._conditions.append(_ONCE.format(home=home))

    @property
    def rows(self) -> str:
        """The rest of a SELECT."""
        return f"FROM {self._source}{_JOINS} WHERE {' AND '.join(self._conditions)}"

    def mark(self, value: object) -> str:
        """A new mark for a value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def born(self, span: ages.Span, *, table: str = "n") -> str:
        """The condition that somebody is of these ages today."""
        between = ages.birthdays(span, on=self._today)
        return f"{table}.born BETWEEN {self.mark(between.first)} AND {self.mark(between.last)}"

    def _begin(self, chosen: Wanted, building: str) -> None:
        """With the rows of the first tag or age, or else of the building."""
        if chosen.tags:
            span = ages.span_of(chosen.tags[0])
            table = "personal" if span else "person_tag"
            which = self.born(span, table="f") if span else f"f.name={self.mark(chosen.tags[0])}"
            self._source = f"{table} f CROSS JOIN residence d"
            self._conditions += ["f.place_id=$1", which, "d.person_id=f.person_id"]
        elif building:
            self._source = "home f CROSS JOIN residence d"
            self._conditions += [f"f.building_id={building}", "d.open_home_id=f.id"]

    def _has(self, name: str) -> str:
        if span := ages.span_of(name):
            return f"EXISTS (SELECT 1 FROM personal x WHERE x.person_id=d.person_id AND {self.born(span, table='x')})"
        which = f"x.person_id=d.person_id AND x.place_id+0=$1 AND x.name={self.mark(name)}"
        return f"EXISTS (SELECT 1 FROM person_tag x WHERE {which})"
