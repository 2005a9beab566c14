"""搜帖子: what a neighbour may read and that says what they look for, in their own neighbourhood.

Who may see what is part of the one statement that finds, before it is cut to a page. A post's worth is the sum over the
terms of how rare the word is in general Chinese, more in the title: the same on both databases and whatever else is
posted, so that a page that begins behind the last one misses nothing (docs/adr/0045).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from casework import guide
from casework.guide import Zone
from casework.snapshots import ShownEntry
from forum import board_list
from forum.board_list import BoardLine
from forum.boards import kind_of
from forum.feeds import COLUMNS, PostLine, lines_of
from forum.search.expressions import asking
from forum.sight import SEES_NOTICE, is_confidant, not_theirs
from forum.states import SHOWN_SQL
from forum.words import one_line
from models.errors import Invalid, NotFound
from models.person import NEIGHBOURS
from models.transaction import Row, fetch
from nlp.finding import MOST_ASKED, Piece, Term, marked, terms, window
from nlp.normalise import clean_input, normalise
from nlp.synonyms import Synonyms, load_synonyms
from people.permissions import may
from people.scope import must_see, sees
from people.viewers import Viewer

PAGE, MOST_PAGE = 10, 50
MOST_ENTRIES = 3
EXCERPT = 120
ENOUGH, ENOUGH_OF_RECENT = 0.3, 0.6
"""What share of all that is asked a post must say: more where the newest stands first, since then the best does not."""


class Order(StrEnum):
    """Which stands first."""

    RELEVANT = "relevant"
    RECENT = "recent"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, and within what; ``building`` and ``who`` as authors are shown."""

    text: str
    order: Order = Order.RELEVANT
    board: str = ""
    building: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """Where a page begins: behind the post that stood last on the one before."""

    worth: int
    id: int

    def __str__(self) -> str:
        return f"{self.worth}-{self.id}"


def behind(text: str) -> Behind | None:
    """What an address says of where to go on; None at the beginning."""
    if not text:
        return None
    worth, _, number = text.partition("-")
    if not (worth.isdecimal() and number.isdecimal() and len(worth) < 10 and len(number) < 19):
        raise Invalid("post.page_wrong")
    return Behind(int(worth), int(number))


@dataclass(frozen=True, slots=True)
class HitLine:
    """A post that was found: its line, and its title and the telling part of its text with what was looked for
    marked."""

    post: PostLine
    title: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Entries of the guide, on the first page alone, and a page of posts; ``next`` is where the following begins."""

    text: str
    entries: tuple[ShownEntry, ...]
    lines: tuple[HitLine, ...]
    next: Behind | None


@lru_cache(maxsize=1)
def _synonyms(folder: Path) -> Synonyms:
    return load_synonyms(folder, words=guide.words())


def looked_for(text: str) -> tuple[Term, ...]:
    """The terms of what somebody typed; none where no word is in it."""
    return terms(text, segmenter=guide.segmenter(), words=guide.words(), synonyms=_synonyms(guide.words_folder()))


def may_search(viewer: Viewer, place_id: int) -> bool:
    """Whether there are boards for the viewer to search at all."""
    return viewer.person_id is not None and sees(viewer, "board.read", place_id)


async def buildings(*, viewer: Viewer, place_id: int) -> list[str]:
    """The buildings of a neighbourhood, by which neighbours are shown."""
    must_see(viewer, "board.read", place_id, thing="place")
    rows = await fetch(
        "SELECT name, min(sort) AS sort FROM building WHERE place_id=$1 GROUP BY name ORDER BY 2", place_id
    )
    return [row["name"] for row in rows]


async def search(
    asked: Asked,
    *,
    viewer: Viewer,
    place_id: int,
    after: Behind | None = None,
    most: int = PAGE,
    with_guide: bool = True,
) -> Results:
    """搜索: entries of the guide and posts; the number of statements is the same however much there is. ``with_guide``:
    False for who looks into the guide anyway."""
    boards = await board_list.boards(viewer=viewer, place_id=place_id)
    here = _within(boards, asked.board)
    text = " ".join(clean_input(asked.text[: 4 * MOST_ASKED]).split())[:MOST_ASKED]
    wanted = await asyncio.to_thread(looked_for, text)
    if not wanted:
        return Results(text, (), (), None)
    rows = await _found(asked, wanted, here, viewer=viewer, place_id=place_id, after=after, most=most)
    shown, more = rows[:most], len(rows) > most
    posts = await lines_of(shown, viewer=viewer, place_id=place_id)
    lines = tuple(_hit(line, row, wanted) for line, row in zip(posts, shown, strict=True))
    is_narrow = after or asked.board or asked.who or asked.building
    entries = await _entries(text, viewer, place_id) if with_guide and not is_narrow else ()
    return Results(text, entries, lines, Behind(shown[-1]["worth"], shown[-1]["id"]) if more else None)


def _within(boards: Sequence[BoardLine], name: str) -> Sequence[BoardLine]:
    if not name:
        return boards
    kind = kind_of(name)
    found = [line for line in boards if line.kind.key == kind.key]
    if not found:
        raise NotFound("board.not_found")
    return found


_AUTHORS_BUILDING = (
    " AND (SELECT b.name FROM residence d JOIN home h ON h.id=d.open_home_id JOIN building b ON b.id=h.building_id"
    " WHERE d.person_id=p.author_id AND d.place_id=p.place_id AND d.state='living' ORDER BY d.id LIMIT 1)={mark}"
    " AND NOT EXISTS (SELECT 1 FROM role o WHERE o.person_id=p.author_id AND o.place_id=p.place_id"
    f" AND o.name NOT IN ({', '.join(repr(role.value) for role in sorted(NEIGHBOURS))}))"
)
"""Where ``people.shown`` shows the building of somebody, and nowhere else."""


async def _found(
    asked: Asked,
    wanted: Sequence[Term],
    boards: Sequence[BoardLine],
    *,
    viewer: Viewer,
    place_id: int,
    after: Behind | None,
    most: int,
) -> list[Row]:
    values: list[object] = [viewer.person_id or 0, place_id]
    where = _sight(boards, viewer, place_id)
    if asked.building:
        values.append(one_line(asked.building))
        where += _AUTHORS_BUILDING.format(mark=f"${len(values)}")
    if asked.who:
        values += [one_line(asked.who).lower(), normalise(one_line(asked.who))]
        where += _named(f"${len(values) - 1},${len(values)}", knows=may(viewer, "person.read", place_id))
    is_recent = asked.order is Order.RECENT
    if after is not None:
        values += [after.id] if is_recent else [after.worth, after.id]
        where += _behind(len(values), is_recent=is_recent)
    look = asking(wanted, place_id=place_id, first_mark=len(values) + 1)
    enough = int(look.whole * (ENOUGH_OF_RECENT if is_recent else ENOUGH))
    order = "p.id DESC" if is_recent else "f.worth DESC, p.id DESC"
    # What was found leads to the posts: with + 0 no index of the place does, which would read all of its posts.
    return await fetch(
        f"WITH said AS ({look.sql}), best AS (SELECT id, term, max(worth) AS worth FROM said GROUP BY id, term),"
        f" f AS (SELECT id, sum(worth) AS worth FROM best GROUP BY id HAVING sum(worth)>={enough}),"
        " h AS (SELECT p.id, f.worth FROM f JOIN post p ON p.id=f.id"
        f" WHERE p.place_id+0=$2{where} ORDER BY {order} LIMIT {min(most, MOST_PAGE) + 1})"
        f" SELECT {COLUMNS}, p.text AS whole_text, f.worth FROM h f JOIN post p ON p.id=f.id"
        f" LEFT JOIN post_seen s ON s.post_id=p.id AND s.person_id=$1 ORDER BY {order}",
        *values,
        *look.values,
    )


def _sight(boards: Sequence[BoardLine], viewer: Viewer, place_id: int) -> str:
    """What of the boards that are on a viewer sees listed; of what is private their own, what is asked of them, and
    notices that are for them."""
    listed = _listed(boards)
    asked = [line.kind for line in boards if is_confidant(viewer, place_id, line.kind)]
    theirs = "".join(f" OR (p.board='{one.key.value}' AND NOT {not_theirs(one, person='$1')})" for one in asked)
    own = f"(NOT p.is_private OR p.author_id=$1{theirs} OR {SEES_NOTICE.format(person='$1')})"
    return f" AND p.state IN ({SHOWN_SQL}) AND p.board IN ({listed}) AND {own}"


def _listed(boards: Sequence[BoardLine]) -> str:
    return ", ".join(f"'{line.kind.key.value}'" for line in boards) or "''"


def _named(marks: str, *, knows: bool) -> str:
    real = f" OR lower(a.name) IN ({marks})" if knows else ""
    return f" AND EXISTS (SELECT 1 FROM person a WHERE a.id=p.author_id AND (lower(a.shown_name) IN ({marks}){real}))"


def _behind(last: int, *, is_recent: bool) -> str:
    if is_recent:
        return f" AND p.id<${last}"
    return f" AND (f.worth<${last - 1} OR (f.worth=${last - 1} AND p.id<${last}))"


def _hit(line: PostLine, row: Row, wanted: Sequence[Term]) -> HitLine:
    excerpt = window(row["whole_text"], wanted, most=EXCERPT) if row["whole_text"] != line.title else ""
    return HitLine(line, marked(line.title, wanted), marked(excerpt, wanted))


async def _entries(text: str, viewer: Viewer, place_id: int) -> tuple[ShownEntry, ...]:
    """What the guide would answer or offer."""
    found = await guide.find(text, viewer=viewer, place_id=place_id, limit=MOST_ENTRIES)
    if found.zone is Zone.UNKNOWN:
        return ()
    hits = found.hits[:1] if found.zone is Zone.ANSWER else found.hits
    return tuple([await guide.entry(hit.key, viewer=viewer, place_id=place_id) for hit in hits])
