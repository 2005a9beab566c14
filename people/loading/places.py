"""Districts, subdistricts and neighbourhoods from a spreadsheet: looked through, then taken over all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from models.errors import Invalid
from models.place import Level, Place
from models.transaction import transaction
from people import staff
from people.audit import record
from people.loading import place_sheets
from people.loading.place_sheets import FACTS, PlaceProblem, PlaceRow, level_word
from people.permissions import allow
from people.viewers import Viewer

VERB = "place.load"
ABOVE: Mapping[Level, Level | None] = MappingProxyType(
    {Level.DISTRICT: None, Level.SUBDISTRICT: Level.DISTRICT, Level.NEIGHBOURHOOD: Level.SUBDISTRICT}
)
"""What stands above a level. A subdistrict may be the highest there is, where no district is served."""
_MUST_HAVE_ABOVE = frozenset({Level.NEIGHBOURHOOD})


@dataclass(frozen=True, slots=True)
class Looked:
    """What taking a file over would do, and every problem by row; nothing is taken over while there are some."""

    new: tuple[PlaceRow, ...]
    changed: tuple[PlaceRow, ...]
    unchanged: int
    problems: tuple[PlaceProblem, ...]


async def look_through(path: Path, *, viewer: Viewer, name: str = "") -> Looked:
    """先查一遍: nothing is changed and nothing kept."""
    allow(viewer, VERB, None)
    return await _looked(path, name)


async def load(path: Path, *, by: Viewer, name: str = "") -> Looked:
    """导入区、街道和居委: all of them in one transaction, or, with any problem, none."""
    allow(by, VERB, None)
    async with transaction():
        looked = await _looked(path, name)
        if looked.problems:
            raise Invalid("homes.problems")
        known = {place.slug: place.id for place in await Place.all()}
        for row in sorted(looked.new, key=lambda one: [*ABOVE].index(one.level)):
            place = await staff.add_place(
                by=by, slug=row.slug, level=row.level, parent_id=known.get(row.above), **row.facts
            )
            known[row.slug] = place.id
        for row in looked.changed:
            await staff.change_place(known[row.slug], by=by, **row.facts)
        detail = f"{len(looked.new)} new, {len(looked.changed)} changed"
        await record(by, VERB, subject="place", subject_id=None, place_id=None, detail=detail)
    return looked


async def _looked(path: Path, name: str) -> Looked:
    looked = [place_sheets.look(number, cells) for number, cells in place_sheets.read(path, name=name)]
    rows = [row for row, _ in looked if row is not None]
    known = {place.slug: place for place in await Place.all()}
    problems = [*(one for _, wrong in looked for one in wrong), *_against_each_other(rows), *_above(rows, known)]
    problems += _against_known(rows, known)
    changed = [row for row in rows if row.slug in known and _changes(row, known[row.slug])]
    new = [row for row in rows if row.slug not in known]
    ordered = sorted(problems, key=lambda one: one.row)
    return Looked(tuple(new), tuple(changed), len(rows) - len(new) - len(changed), tuple(ordered))


def _changes(row: PlaceRow, place: Place) -> bool:
    return any(getattr(place, fact) != row.facts[fact] for fact in FACTS if fact in row.facts)


def _against_each_other(rows: Sequence[PlaceRow]) -> Iterator[PlaceProblem]:
    first: dict[str, int] = {}
    for row in rows:
        if first.setdefault(row.slug, row.row) != row.row:
            yield PlaceProblem(row.row, "slug", "twice", {"row": first[row.slug]})


def _above(rows: Sequence[PlaceRow], known: Mapping[str, Place]) -> Iterator[PlaceProblem]:
    """Whether what stands above each is there, and of the level that may."""
    levels = {**{slug: place.level for slug, place in known.items()}, **{row.slug: row.level for row in rows}}
    for row in rows:
        wanted = ABOVE[row.level]
        if wanted is None and row.above:
            yield PlaceProblem(row.row, "above", "above_unwanted")
        elif not row.above and row.level in _MUST_HAVE_ABOVE and row.slug not in known and wanted is not None:
            facts = {"level": level_word(row.level), "wanted": level_word(wanted)}
            yield PlaceProblem(row.row, "above", "above_missing", facts)
        elif row.above and row.above not in levels:
            yield PlaceProblem(row.row, "above", "above_unknown")
        elif row.above and wanted is not None and levels[row.above] is not wanted:
            yield PlaceProblem(row.row, "above", "above_level", {"wanted": level_word(wanted)})


def _against_known(rows: Sequence[PlaceRow], known: Mapping[str, Place]) -> Iterator[PlaceProblem]:
    """A place that is known keeps its level and what stands above it: what its people may see hangs on both."""
    slugs = {place.id: slug for slug, place in known.items()}
    for row in rows:
        place = known.get(row.slug)
        if place is None:
            continue
        above = slugs.get(place.parent_id or 0, "")
        if place.level is not row.level:
            yield PlaceProblem(row.row, "level", "other_level", {"level": level_word(place.level)})
        elif row.above and row.above != above:
            yield PlaceProblem(row.row, "above", "moves", {"above": above})
