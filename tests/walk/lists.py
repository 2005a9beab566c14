"""The lists kept by hand: routes.csv (who opens and sends what) and finders.csv (who is shown what).

They are never derived from the code that is walked. A line of routes.csv: the method and the route as the router has
it; ``who`` may, by role or a group of ``tests.walk.actors.GROUPS``, ``-word`` takes out again; ``leads``: whom a page
leads elsewhere instead; ``elsewhere``: ``same`` where the matter is everybody's or the viewer's own place, ``no`` where
it is a thing of one neighbourhood, ``admin`` and the like where only those may; ``path`` and ``sends`` fill in a thing
of the neighbourhood that is walked.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tests.walk.actors import GROUPS, Actor, everybody

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of a list: what is walked, and who may."""

    name: str
    who: frozenset[str]
    leads: frozenset[str]
    elsewhere: str
    path: str
    sends: str

    def of(self, actor: Actor) -> str:
        """``yes``, ``leads`` or ``no``."""
        if not actor.is_from_here and not (self.elsewhere == "same" or actor.who in named(self.elsewhere)):
            return "no"
        if actor.who in self.leads:
            return "leads"
        return "yes" if actor.who in self.who else "no"


@cache
def named(words: str) -> frozenset[str]:
    """Whom some words of a list mean."""
    found: set[str] = set()
    for word in words.split():
        wanted = GROUPS.get(word.removeprefix("-"), {word.removeprefix("-")})
        if not wanted <= everybody() | {"system", "no", "same"}:
            raise ValueError(f"nobody is called {word!r}")
        found = found - wanted if word.startswith("-") else found | wanted
    return frozenset(found - {"no", "same"})


def routes() -> list[Expected]:
    """Named by method and route, as in ``GET /desk/{question}``; a route may be walked to several things."""
    return [_route(row) for row in _rows("routes.csv")]


def _route(row: dict[str, str]) -> Expected:
    name = f"{row['method']} {row['route']}"
    return Expected(
        name, named(row["who"]), named(row["leads"]), row["elsewhere"], row["path"] or row["route"], row["sends"]
    )


@cache
def finders() -> Mapping[str, Expected]:
    """By module and name, as in ``people.homes.home``."""
    return MappingProxyType(
        {
            row["finder"]: Expected(row["finder"], named(row["who"]), frozenset(), row["elsewhere"], "", row["gives"])
            for row in _rows("finders.csv")
        }
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if None in row or None in row.values():
            raise ValueError(f"tests/{name}: a line with too many or too few commas: {row}")
    return rows
