"""The lists of words in force in a neighbourhood: the community's, and over them its own, each version kept.

A list of a neighbourhood that bears the name of a shipped one stands in its place; its patterns stay, which no form
takes. Each process keeps the compiled lists and looks at one number to see whether something changed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from forum.moderation import keepers
from forum.moderation.house import words_folder
from forum.states import SHOWN_SQL
from models import clock
from models.counters import next_value
from models.errors import Invalid, Taken
from models.transaction import Row, after_commit, execute, fetch, fetch_one, fetch_one_by_key, moment, transaction
from nlp.normalise import clean_input
from nlp.screen import Action, Screen, WordList, build, find
from nlp.screen_words import load_common, load_lists
from nlp.words import WordsInvalid
from people.audit import record
from people.permissions import allow
from people.scope import must_see
from people.viewers import Viewer

MOST_WORDS, LONGEST_WORD, HISTORY = 2_000, 30, 500
OFF = "off"
SOUND, HARMLESS = "~", "-"
"""What a line begins with where the word is also found by its sound, or is harmless."""
_REVISION = "screen_words"
_NAME = re.compile(r"^[\w-]{1,30}$")
_kept: dict[int, tuple[int, Screen]] = {}


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list as it stands: ``number`` 0 is the community's own, ``action`` may be ``off``."""

    name: str
    number: int
    action: str
    text: str
    is_shipped: bool
    by: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DryHit:
    """Something that stands on a board and would be found by a list."""

    post_id: int
    title: str
    excerpt: str
    word: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a list would do to what was posted last: how many it finds, and the first; how many posts and replies were
    looked at, at most ``HISTORY`` of each, from when on and until when."""

    looked_at: int
    found: int
    hits: tuple[DryHit, ...]
    posts: int = 0
    replies: int = 0
    posts_since: dt.datetime | None = None
    replies_since: dt.datetime | None = None
    until: dt.datetime | None = None


def forget() -> None:
    """Nothing is compiled, as in a new process."""
    _kept.clear()


def check() -> None:
    """Read and compile the community's lists, once at start; Invalid says what is wrong with them."""
    try:
        _compiled([])
    except (WordsInvalid, re.error) as error:
        raise Invalid("packs.unreadable", file="words/screen", why=str(error)) from error


async def screen_of(place_id: int) -> Screen:
    """The compiled lists of a neighbourhood; compiled anew, in a thread, when one of them changed."""
    row = await fetch_one_by_key("SELECT value FROM counter WHERE name=$1", _REVISION)
    revision = int(row["value"]) if row else 0
    kept = _kept.get(place_id)
    if kept is not None and kept[0] == revision:
        return kept[1]
    compiled = await asyncio.to_thread(_compiled, [_as_list(line) for line in await _lines(place_id)])
    _kept[place_id] = (revision, compiled)
    return compiled


def _compiled(own: Sequence[WordList | str]) -> Screen:
    folder = words_folder()
    shipped = {one.name: one for one in load_lists(folder)}
    for one in own:
        if isinstance(one, str):
            shipped.pop(one, None)
            continue
        former = shipped.get(one.name)
        shipped[one.name] = replace(one, patterns=former.patterns, warned=former.warned) if former else one
    return build(tuple(shipped.values()), load_common(folder))


_NEWEST = (
    "SELECT l.name, l.number, l.action, l.text, l.created_at, p.shown_name FROM screen_list l"
    " LEFT JOIN person p ON p.id=l.by_id WHERE l.place_id=$1 AND l.number="
    "(SELECT max(n.number) FROM screen_list n WHERE n.place_id=l.place_id AND n.name=l.name) ORDER BY l.name"
)


async def _lines(place_id: int) -> list[ListLine]:
    return [_line(row) for row in await fetch(_NEWEST, place_id)]


def _line(row: Row) -> ListLine:
    return ListLine(
        name=row["name"],
        number=row["number"],
        action=row["action"],
        text=row["text"],
        is_shipped=False,
        by=row["shown_name"] or "",
        at=moment(row["created_at"]),
    )


def _as_list(line: ListLine) -> WordList | str:
    """The list as it is compiled; its name alone where it is switched off."""
    return line.name if line.action == OFF else parsed(line.name, line.action, line.text)


def parsed(name: str, action: str, text: str) -> WordList:
    """What was typed as a list: one word on a line, ``~`` before those found by sound, ``-`` before harmless ones."""
    lines = [line.strip() for line in clean_input(text).splitlines() if line.strip()]
    marked = [
        (line[0] if line[0] in (SOUND, HARMLESS) else "", line.lstrip(f"{SOUND}{HARMLESS}").strip()) for line in lines
    ]
    if not lines or len(lines) > MOST_WORDS:
        raise Invalid("words.size", most=MOST_WORDS)
    short = next(
        (word for _, word in marked if not 2 <= len(word) <= LONGEST_WORD or not any(map(str.isalnum, word))), None
    )
    if short is not None:
        raise Invalid("words.word_wrong", word=short[:LONGEST_WORD], most=LONGEST_WORD)
    if action not in [*Action]:
        raise Invalid("words.no_action")
    return WordList(
        name,
        Action(action),
        words=tuple(word for mark, word in marked if not mark),
        sounds=tuple(word for mark, word in marked if mark == SOUND),
        harmless=tuple(word for mark, word in marked if mark == HARMLESS),
    )


def written(one: WordList) -> str:
    """A list as it is typed."""
    return "\n".join(
        [*one.words, *(f"{SOUND}{word}" for word in one.sounds), *(f"{HARMLESS}{word}" for word in one.harmless)]
    )


async def lists(*, viewer: Viewer, place_id: int) -> list[ListLine]:
    """词表: every list of a neighbourhood as it is in force, the community's own where it has none of that name."""
    must_see(viewer, "words.read", place_id, thing="place")
    own = {line.name: line for line in await _lines(place_id)}
    shipped = {one.name: one for one in load_lists(words_folder())}
    common = [
        ListLine(name, number=0, action=one.action.value, text=written(one), is_shipped=True, by="", at=None)
        for name, one in shipped.items()
        if name not in own
    ]
    return sorted([*(replace(line, is_shipped=line.name in shipped) for line in own.values()), *common], key=_by_name)


def _by_name(line: ListLine) -> tuple[bool, str]:
    return not line.is_shipped, line.name


async def versions(name: str, *, viewer: Viewer, place_id: int) -> list[ListLine]:
    """词表的历史: every version of one list, the newest first."""
    must_see(viewer, "words.read", place_id, thing="place")
    rows = await fetch(
        "SELECT l.name, l.number, l.action, l.text, l.created_at, p.shown_name FROM screen_list l"
        " LEFT JOIN person p ON p.id=l.by_id WHERE l.place_id=$1 AND l.name=$2 ORDER BY l.number DESC LIMIT 50",
        place_id,
        name,
    )
    return [_line(row) for row in rows]


_STANDING = (
    "SELECT p.id AS post_id, p.created_at, p.title, p.title || '\n' || p.text AS words FROM post p WHERE p.place_id=$1"
    f" AND p.state IN ({SHOWN_SQL}) AND NOT p.is_private AND p.board IN ({{boards}}) ORDER BY p.id DESC LIMIT $2"
)
_ANSWERED = (
    "SELECT r.post_id, r.created_at, p.title, r.text AS words FROM reply r JOIN post p ON p.id=r.post_id"
    f" WHERE r.place_id=$1 AND r.state IN ({SHOWN_SQL}) AND p.state IN ({SHOWN_SQL}) AND NOT p.is_private"
    " AND p.board IN ({boards}) ORDER BY r.id DESC LIMIT $2"
)


async def dry_run(name: str, *, viewer: Viewer, place_id: int, action: str, text: str) -> DryRun:
    """试一试: what a list would find in what neighbours posted last on the viewer's boards; nothing is changed."""
    must_see(viewer, "words.read", place_id, thing="place")
    tried = parsed(_named(name), action, text)
    boards = keepers.boards_sql(viewer, "words.read", place_id)
    posts, replies = [await fetch(sql.format(boards=boards), place_id, HISTORY) for sql in (_STANDING, _ANSWERED)]
    found = await asyncio.to_thread(_found_in, [*posts, *replies], tried)
    times = [moment(row["created_at"]) for row in (*posts[:1], *replies[:1])]
    return replace(
        found,
        posts=len(posts),
        replies=len(replies),
        posts_since=_oldest(posts),
        replies_since=_oldest(replies),
        until=max(times, default=None),
    )


def _oldest(rows: Sequence[Row]) -> dt.datetime | None:
    """When the last of some rows was written, the newest standing first."""
    return moment(rows[-1]["created_at"]) if rows else None


def _found_in(rows: Sequence[Mapping[str, object]], tried: WordList) -> DryRun:
    screen = build((tried,), load_common(words_folder()))
    hits: list[DryHit] = []
    for row in rows:
        words = str(row["words"])
        found = find(words, screen)
        if found:
            hits.append(
                DryHit(int(str(row["post_id"])), str(row["title"]), _around(words, found[0].places), found[0].word)
            )
    return DryRun(len(rows), len(hits), tuple(hits[:50]))


def _around(words: str, places: Sequence[int]) -> str:
    start, end = max(0, min(places) - 12), max(places) + 13
    return " ".join(words[start:end].split())


def _named(name: str) -> str:
    if not _NAME.match(name):
        raise Invalid("words.name_wrong")
    return name


async def change(name: str, *, by: Viewer, place_id: int, action: str, text: str, seen: int) -> int:
    """改词表: a new version of a list of one's own neighbourhood, ``seen`` being the number it follows; gives
    its own."""
    allow(by, "words.change", place_id)
    if action != OFF:
        parsed(_named(name), action, text)
    async with transaction():
        await next_value(_REVISION)  # Its lock keeps two who change at once apart, and tells other processes.
        row = await fetch_one(
            "SELECT max(number) AS last FROM screen_list WHERE place_id=$1 AND name=$2", place_id, name
        )
        last = (row["last"] if row else None) or 0
        if last != seen:
            raise Taken("words.changed")
        await execute(
            "INSERT INTO screen_list (created_at, place_id, name, number, action, text, by_id)"
            " VALUES ($1,$2,$3,$4,$5,$6,$7)",
            clock.now(),
            place_id,
            _named(name),
            last + 1,
            action,
            clean_input(text),
            by.person_id,
        )
        detail = f"{action} {last + 1}"
        await record(by, "words.change", subject="screen_list", subject_id=None, place_id=place_id, detail=detail)
        after_commit(lambda: _kept.pop(place_id, None) and None)
    return last + 1
