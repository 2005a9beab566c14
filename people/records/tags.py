"""Tags on people: the fixed words of the rules, a neighbourhood's own, and age tags that nobody puts on anybody."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from models import clock
from models.errors import Invalid, NotFound, Taken
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, transaction
from people import ages
from people.audit import record
from people.records.cards import place_of
from people.scope import must_see
from people.viewers import Viewer

LONGEST, MOST_WORDS, MOST_ON_ONE = 20, 200, 20
_SPLITS = re.compile(r"[、,，;；\s]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a neighbourhood's vocabulary and how many people who live there have it; ``id`` is 0 for one that was
    never used. A fixed word comes from the rules."""

    id: int
    name: str
    people: int
    is_fixed: bool
    is_retired: bool


_WORDS = (
    "SELECT w.id, w.name, w.retired_at, (SELECT count(*) FROM person_tag t WHERE t.place_id=w.place_id AND"
    " t.name=w.name AND EXISTS (SELECT 1 FROM residence d WHERE d.person_id=t.person_id AND d.state='living'))"
    " AS people FROM tag_word w WHERE w.place_id=$1 ORDER BY w.name"
)


async def words(*, viewer: Viewer, place_id: int) -> list[Word]:
    """The fixed words in the rules' order, then the neighbourhood's own; retired ones last."""
    must_see(viewer, "person.read", place_id, thing="place")
    kept = {row["name"]: row for row in await fetch(_WORDS, place_id)}
    fixed = [_word(name, kept.pop(name, None), is_fixed=True) for name in rules().tags]
    own = [_word(name, row, is_fixed=False) for name, row in kept.items()]
    return [*fixed, *sorted(own, key=lambda one: one.is_retired)]


def _word(name: str, row: Row | None, *, is_fixed: bool) -> Word:
    if row is None:
        return Word(0, name, 0, is_fixed, is_retired=False)
    return Word(row["id"], name, row["people"], is_fixed, is_retired=row["retired_at"] is not None and not is_fixed)


def cleaned(text: str) -> str:
    """A word as it is kept: full-width signs as ordinary ones, nothing invisible. Invalid where it cannot be one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    name = "".join(one for one in plain if unicodedata.category(one)[0] != "C")
    if not name or len(name) > LONGEST or _SPLITS.search(name):
        raise Invalid("tag.wrong", most=LONGEST)
    if ages.span_of(name):
        raise Invalid("tag.is_age")
    return name


async def add(text: str, *, by: Viewer, place_id: int) -> int:
    """加标签词: a word of the neighbourhood's own; one that was retired is in use again. Gives its number."""
    must_see(by, "tag.add", place_id, thing="place")
    name = _own(text)
    async with transaction():
        await _must_have_room(place_id)
        word_id = await _put(name, place_id=place_id)
        await record(by, "tag.add", subject="tag_word", subject_id=word_id, place_id=place_id)
    return word_id


def _own(text: str) -> str:
    name = cleaned(text)
    if name in rules().tags:
        raise Taken("tag.taken", name=name)
    return name


async def _must_have_room(place_id: int) -> None:
    row = await fetch_one("SELECT count(*) AS n FROM tag_word WHERE place_id=$1", place_id)
    if row is not None and row["n"] >= MOST_WORDS:
        raise Invalid("tag.too_many", most=MOST_WORDS)


async def _put(name: str, *, place_id: int) -> int:
    """One wins of those who add the same word at once; whoever takes up a retired one does, too."""
    row = await fetch_one(
        "INSERT INTO tag_word (created_at, place_id, name) VALUES ($1,$2,$3) ON CONFLICT (place_id, name)"
        " DO UPDATE SET retired_at=NULL WHERE tag_word.retired_at IS NOT NULL RETURNING id",
        clock.now(),
        place_id,
        name,
    )
    if row is None:
        raise Taken("tag.taken", name=name)
    return int(row["id"])


async def rename(word_id: int, *, by: Viewer, to: str) -> None:
    """改标签词: everybody who has the tag has it under its new name."""
    word = await _word_of(word_id, by=by, verb="tag.rename")
    name = _own(to)
    async with transaction():
        if await fetch_one("SELECT id FROM tag_word WHERE place_id=$1 AND name=$2", word["place_id"], name):
            raise Taken("tag.taken", name=name)
        changed = await execute(
            "UPDATE tag_word SET name=$1 WHERE id=$2 AND name=$3 AND NOT EXISTS"
            " (SELECT 1 FROM tag_word o WHERE o.place_id=$4 AND o.name=$1)",
            name,
            word_id,
            word["name"],
            word["place_id"],
        )
        if changed != 1:
            raise Taken("tag.changed")
        await _rename_on_people(word, name)
        await record(by, "tag.rename", subject="tag_word", subject_id=word_id, place_id=word["place_id"])


async def _rename_on_people(word: Row, name: str) -> None:
    await execute(
        "UPDATE person_tag SET name=$1 WHERE place_id=$2 AND name=$3 AND NOT EXISTS"
        " (SELECT 1 FROM person_tag o WHERE o.person_id=person_tag.person_id AND o.name=$1)",
        name,
        word["place_id"],
        word["name"],
    )
    await execute("DELETE FROM person_tag WHERE place_id=$1 AND name=$2", word["place_id"], word["name"])


async def retire(word_id: int, *, by: Viewer) -> None:
    """停用标签词: nobody is newly tagged with it; whoever has it keeps it."""
    word = await _word_of(word_id, by=by, verb="tag.retire")
    async with transaction():
        changed = await execute(
            "UPDATE tag_word SET retired_at=$1 WHERE id=$2 AND retired_at IS NULL", clock.now(), word_id
        )
        if changed != 1:
            raise Taken("tag.changed")
        await record(by, "tag.retire", subject="tag_word", subject_id=word_id, place_id=word["place_id"])


async def _word_of(word_id: int, *, by: Viewer, verb: str) -> Row:
    """A word of the neighbourhood's own: fixed ones are everybody's and stay as they are."""
    word = await fetch_one("SELECT id, place_id, name FROM tag_word WHERE id=$1", word_id)
    if word is None:
        raise NotFound("tag.not_found")
    must_see(by, verb, word["place_id"], thing="tag")
    if word["name"] in rules().tags:
        raise Invalid("tag.is_fixed", name=word["name"])
    return word


async def tag(person_id: int, *, by: Viewer, name: str) -> None:
    """贴标签: a word of the vocabulary on somebody; twice is once. One that the community they moved away from put on
    them is this one's then."""
    place_id = await place_of(person_id, by=by, verb="person.tag")
    async with transaction():
        word_id = await _usable(name, place_id=place_id)
        await _must_have_few(person_id)
        row = await fetch_one(
            "INSERT INTO person_tag (created_at, place_id, person_id, name) VALUES ($1,$2,$3,$4)"
            " ON CONFLICT (person_id, name) DO UPDATE SET created_at=excluded.created_at, place_id=excluded.place_id"
            " WHERE person_tag.place_id<>excluded.place_id RETURNING id",
            clock.now(),
            place_id,
            person_id,
            name,
        )
        if row is not None:
            await _record(by, "person.tag", person_id=person_id, word_id=word_id, place_id=place_id)


async def _record(by: Viewer, verb: str, *, person_id: int, word_id: int, place_id: int) -> None:
    detail = f"tag {word_id}"
    await record(by, verb, subject="person", subject_id=person_id, place_id=place_id, detail=detail)


async def _usable(name: str, *, place_id: int) -> int:
    if name in rules().tags:
        await execute(
            "INSERT INTO tag_word (created_at, place_id, name) VALUES ($1,$2,$3) ON CONFLICT (place_id, name)"
            " DO NOTHING",
            clock.now(),
            place_id,
            name,
        )
    word = await fetch_one("SELECT id, retired_at FROM tag_word WHERE place_id=$1 AND name=$2", place_id, name)
    if word is None or (word["retired_at"] is not None and name not in rules().tags):
        raise Invalid("tag.not_usable")
    return int(word["id"])


async def _must_have_few(person_id: int) -> None:
    row = await fetch_one("SELECT count(*) AS n FROM person_tag WHERE person_id=$1", person_id)
    if row is not None and row["n"] >= MOST_ON_ONE:
        raise Invalid("tag.too_many_on_one", most=MOST_ON_ONE)


async def untag(person_id: int, *, by: Viewer, name: str) -> None:
    """去标签: also one that was retired; who did it stays on record."""
    place_id = await place_of(person_id, by=by, verb="person.untag")
    async with transaction():
        which = "person_id=$1 AND name=$2 AND place_id=$3"
        if not await execute(f"DELETE FROM person_tag WHERE {which}", person_id, name, place_id):
            raise Taken("tag.gone")
        word = await fetch_one("SELECT id FROM tag_word WHERE place_id=$1 AND name=$2", place_id, name)
        word_id = word["id"] if word else 0
        await _record(by, "person.untag", person_id=person_id, word_id=word_id, place_id=place_id)
