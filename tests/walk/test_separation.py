"""Strict separation: no finder and no page shows a row of one neighbourhood to anybody of another.

Every text of the neighbourhood beside carries a mark. Everybody of this one, and of the street above both, asks every
finder and opens every page, first with the other's own things, then with whatever hypothesis thinks of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tortoise import fields
from tortoise.models import Model
from yarl import URL

import portal
from models.transaction import fetch
from tests.conftest import is_sure
from tests.models import made
from tests.walk import lists
from tests.walk.actors import GROUPS, Actor, blanks_of
from tests.walk.conftest import Record, Walk
from tests.walk.door import go
from tests.walk.test_finders import call, finders
from tests.walk.test_finders import given as arguments_of
from tests.walk.test_routes import named
from tests.walk.town import MINE, THEIRS

_BLANK = re.compile(r"\{(\w+)\}")
_QUERY = sorted(
    {
        name
        for path in Path(portal.__file__).parent.rglob("*.py")
        for name in re.findall(r"""query\.get(?:all)?\(\s*"(\w+)\"""", path.read_text(encoding="utf-8"))
    }
)
"""Every name that a page reads from its address."""
_PASSES = {"people.joining.links", "people.login_codes"}
"""Who holds an estate's public link may read the names of its buildings: that is what it is for."""
_PUBLIC = ("/open311/", "/feeds/")
"""What everybody may read of any neighbourhood: public kinds of work and public cases, and what offices published on
public boards; nobody's words."""
_KEPT_UP = ("casework.upkeep.", "/upkeep")
"""A street's desk keeps up what neighbourhoods below it publish, and so reads the titles of their entries."""
EXAMPLES, MARKED = 300, 30


_OWN_PAST = ("casework.privacy.kept.kept", "/me/privacy", "/bell", "/api/v1/bell")
"""Where whoever moved reads in which home they lived before."""


def of_here(walk: Walk) -> list[Actor]:
    """Everybody of this neighbourhood, of the street and district above it, and guests; who was sent nothing beside, or
    was once and works or lives here now."""
    return [*(one for one in walk.actors if one.is_from_here), walk.moved]


def may_show(actor: Actor, what: str) -> bool:
    """Whether this is one of the few places where something of below is meant to show."""
    return (
        what.rsplit(".", 1)[0] in _PASSES
        or what.startswith(("/join/", "/api/v1/join/", *_PUBLIC))
        or (actor.who in GROUPS["desk"] and what.startswith(_KEPT_UP))
        or (bool(actor.history) and what in _OWN_PAST)
    )


def leaks(text: object) -> bool:
    """Whether something of the neighbourhood beside shows."""
    return THEIRS in str(text)


async def test_what_could_leak_is_marked(walk: Walk) -> None:
    """Every table in which a text of the one neighbourhood stands has one of the other as well."""
    for mark in (MINE, THEIRS):
        assert len(walk.land.here.blanks) == len(walk.land.beside.blanks)
        assert len(await _marked(mark)) >= MARKED, f"{mark} stands in too few tables: {sorted(await _marked(mark))}"
    assert await _marked(MINE) == await _marked(THEIRS)


async def _marked(mark: str) -> set[str]:
    """The columns, as table.column, in which a mark stands somewhere."""
    return {one for noun in made.tables() for one in await _columns(noun, mark)}


async def _columns(noun: type[Model], mark: str) -> set[str]:
    table, texts = noun._meta.db_table, (fields.TextField, fields.CharField)
    names = [name for name, field in noun._meta.fields_map.items() if isinstance(field, texts)]
    rows = await fetch(f'SELECT {", ".join(names)} FROM "{table}"') if names else []
    return {f"{table}.{name}" for row in rows for name in names if mark in str(row[name])}


async def test_everybody_asks_every_finder_and_page_for_the_things_of_the_other(
    walk: Walk, database_kind: str, record_property: Record
) -> None:
    """On SQLite, and in `make sure`, everybody asks for everything; on PostgreSQL each thing is asked for by two."""
    shown, asked = [], 0
    every, people = finders(), of_here(walk)
    turns = 1 if database_kind == "sqlite" or is_sure() else len(people) // 2
    for place, actor in enumerate(people):
        blanks = blanks_of(actor, walk.land.beside)
        for number, (name, line) in enumerate(lists.finders().items()):
            if (number + place) % turns == 0 and not may_show(actor, name):
                asked += 1
                if leaks(await call(every[name], actor, arguments_of(line.sends, blanks))):
                    shown.append(f"{name} to {actor}")
        for number, line in enumerate(lists.routes()):
            is_asked = line.name.startswith("GET") and (number + place) % turns == 0
            if is_asked and not may_show(actor, line.path):
                asked += 1
                path = line.path.format_map(blanks)
                if leaks((await go(walk.client, actor, "GET", path)).text):
                    shown.append(f"{path} to {actor}")
    record_property("counted", f"{asked} times nothing of the other neighbourhood")
    assert shown == []


@dataclass(frozen=True, slots=True)
class Asking:
    """One question that hypothesis thought of: who asks which finder or page, with which things."""

    actor: Actor
    what: str
    things: dict[str, object]


async def test_nothing_of_the_other_shows_whatever_is_asked(walk: Walk, record_property: Record) -> None:
    plan = _plan(walk)
    for asking in plan:
        found = "" if may_show(asking.actor, asking.what) else await _answer(walk, asking)
        assert not leaks(_without(found, asking.things)), f"{asking.what} {asking.things} to {asking.actor}"
    record_property("counted", f"{len(plan)} things asked, {len({one.what for one in plan})} different")


async def _answer(walk: Walk, asking: Asking) -> str:
    if asking.what.startswith("/"):
        path = str(URL(asking.what).with_query({name: str(value) for name, value in asking.things.items()}))
        came = await go(walk.client, asking.actor, "GET", path)
        assert came.status < 500, f"{path} by {asking.actor} is broken"
        return came.text
    line = lists.finders()[asking.what]
    blanks = {**blanks_of(asking.actor, walk.land.beside), **asking.things}
    return str(await call(finders()[asking.what], asking.actor, arguments_of(line.sends, blanks)))


def _without(text: str, things: Mapping[str, object]) -> str:
    """What was shown, but for the words that were asked with, which a page may repeat."""
    for thing in things.values():
        text = text.replace(str(thing), "") if isinstance(thing, str) and thing else text
    return text


def _plan(walk: Walk) -> list[Asking]:
    """Hypothesis chooses who asks, what, with which numbers and words."""
    plan: list[Asking] = []
    people, blanks = of_here(walk), walk.land.beside.blanks
    names = sorted(lists.finders())
    pages = sorted(name.removeprefix("GET ") for name in named() if name.startswith("GET "))
    numbers, words = _things(walk)

    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=(Phase.generate,))
    @given(st.data())
    def think(data: st.DataObject) -> None:
        actor = data.draw(st.sampled_from(people))
        if data.draw(st.booleans()):
            name = data.draw(st.sampled_from(names))
            kinds = {one: blanks.get(one, "") for one in _BLANK.findall(lists.finders()[name].sends)}
            chosen: dict[str, object] = {
                one: data.draw(numbers if isinstance(kind, int) else words)
                for one, kind in kinds.items()
                if isinstance(kind, int | str)
            }
            plan.append(Asking(actor, name, chosen))
            return
        page = _BLANK.sub(
            lambda _: quote(str(data.draw(st.one_of(numbers, words))), ""), data.draw(st.sampled_from(pages))
        )
        plan.append(
            Asking(
                actor, page, data.draw(st.dictionaries(st.sampled_from(_QUERY), st.one_of(numbers, words), max_size=3))
            )
        )

    think()
    return plan


def _things(walk: Walk) -> tuple[st.SearchStrategy[int], st.SearchStrategy[str]]:
    """Numbers and words of the neighbourhood beside, and anything else."""
    theirs = walk.land.beside.blanks.values()
    numbers = st.one_of(st.sampled_from([one for one in theirs if isinstance(one, int)]), st.integers(0, 150))
    words = st.sampled_from([one for one in theirs if isinstance(one, str) and one])
    return numbers, st.one_of(words, st.text("ab1%_'甲乙", max_size=5))
