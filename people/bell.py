"""消息: what somebody was told, in one list of their own; of each subject one line that the next one changes.

What waits for the letter of the day and what is told at once both come here, so that whoever has no chat, or wants no
pushes, still finds it. It is read once: on the page, in a chat, or by opening what it is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from courier import signals
from courier.letters import Letter
from courier.parts import shortened
from models import clock
from models.board import BoardName
from models.errors import Invalid
from models.sealed import seal, unseal
from models.transaction import Row, execute, fetch, is_postgres, listed, moment
from people.audience import heard_rows
from people.viewers import Viewer

PAGE, MOST_TEXT, MOST_LOOKS = 30, 300, 20
POSTS, ASIDE, TO_TELL = "/posts/", "aside:", "aside:to tell:"
_IS_SHOWN = f" AND subject NOT LIKE '{ASIDE}%'"
"""Lines of what is out of sight are no part of anybody's list until it is back."""


@dataclass(frozen=True, slots=True)
class Before:
    """Where a page begins: behind the line that stood last on the one before."""

    changed_at: dt.datetime
    id: int

    def __str__(self) -> str:
        return f"{_micro(self.changed_at)}-{self.id}"


def _micro(when: dt.datetime) -> int:
    return (when - dt.datetime.fromtimestamp(0, dt.UTC)) // dt.timedelta(microseconds=1)


def before(text: str) -> Before | None:
    """What an address says of where to go on; None at the beginning."""
    if not text:
        return None
    micro, _, number = text.partition("-")
    if not (text.isascii() and micro.isdecimal() and number.isdecimal() and len(micro) < 18 and len(number) < 19):
        raise Invalid("post.page_wrong")
    return Before(dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=int(micro)), int(number))


@dataclass(frozen=True, slots=True)
class BellEntry:
    """A line: the latest of it, where it leads ('': nowhere), how often it came since it was read."""

    id: int
    kind: str
    text: str
    path: str
    count: int
    at: dt.datetime
    is_read: bool

    @property
    def post_id(self) -> int | None:
        """The thread it is about."""
        number = self.path.removeprefix(POSTS)
        return int(number) if self.path.startswith(POSTS) and number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Bell:
    """A page of lines, the latest first; ``seen`` names all there is up to now, ``next`` where the next page begins."""

    lines: tuple[BellEntry, ...]
    seen: str
    next: Before | None


_RING = (
    "INSERT INTO bell_line (created_at, person_id, kind, subject, letter_sealed, count, verb, place_id, changed_at)"
    " SELECT {moment}, p.id, $2, $3, $4, 1, $5, {place}, {moment} FROM person p WHERE p.is_active"
    " AND p.id IN ({people}){wanted} ON CONFLICT (person_id, subject, kind) DO UPDATE SET"
    " letter_sealed=excluded.letter_sealed, verb=excluded.verb, place_id=excluded.place_id,"
    " count=CASE WHEN bell_line.read_at IS NULL THEN bell_line.count+1 ELSE 1 END, changed_at=excluded.changed_at,"
    " read_at=NULL"
)
NOT_MUTED = (
    " AND NOT EXISTS (SELECT 1 FROM board_choice m WHERE m.person_id={person} AND m.board='{board}'"
    " AND NOT m.is_wanted)"
)
"""Where somebody has not said that they want to hear nothing of a board."""


async def ring(
    letter: Letter,
    *,
    person_ids: Collection[int],
    kind: str,
    subject: str = "",
    verb: str = "",
    place_id: int | None = None,
    board: BoardName | None = None,
) -> None:
    """Change or begin the line of some people about a subject (where the letter leads, unless it is named), in the
    transaction of what it tells; one statement. ``verb``: what they must still hold to read it."""
    if not person_ids:
        return
    when, place = ("$1::timestamptz", "$6::bigint") if is_postgres() else ("$1", "$6")
    wanted = NOT_MUTED.format(person="p.id", board=board.value) if board is not None else ""
    path = letter.links[0].path if letter.links else ""
    short = replace(letter, text=shortened(letter.text, most=MOST_TEXT), choices=(), links=letter.links[:1])
    await execute(
        _RING.format(moment=when, place=place, people=listed(person_ids), wanted=wanted),
        clock.now(),
        kind.partition(".")[0][:40],
        subject_of(subject or path or kind),
        seal(short.to_json()),
        verb,
        place_id,
    )
    for person_id in person_ids:
        signals.publish(signals.bell_topic(person_id))


def subject_of(path: str) -> str:
    """How the subject of a path is called; a thread as it is called where people wait to be told of it."""
    return f"post:{path.removeprefix(POSTS)}"[:80] if path.startswith(POSTS) else path[:80]


async def bell(*, viewer: Viewer, after: Before | None = None, most: int = PAGE, is_unread: bool = False) -> Bell:
    """消息: the viewer's own lines, as far as they may still read them; two statements."""
    if viewer.person_id is None:
        return Bell((), "", None)
    which = await _readable(viewer) + (" AND b.read_at IS NULL" if is_unread else "")
    opened, first = await _opened(which, viewer.person_id, after=after, most=most + 1)
    shown = opened[:most]
    last = Before(shown[-1].at, shown[-1].id) if len(opened) > most else None
    return Bell(tuple(shown), str(_micro(first)) if first else "", last)


async def _opened(
    which: str, person_id: int, *, after: Before | None, most: int
) -> tuple[list[BellEntry], dt.datetime | None]:
    """So many lines that can be opened, and when the newest changed; what no key of ours opens takes nobody's place."""
    found: list[BellEntry] = []
    first: dt.datetime | None = None
    for _ in range(MOST_LOOKS):
        rows = await _rows(which, person_id, after=after, most=most)
        first = first or (moment(rows[0]["changed_at"]) if rows else None)
        found += [line for row in rows if (line := _line(row)) is not None]
        if len(rows) < most or len(found) >= most:
            break
        after = Before(moment(rows[-1]["changed_at"]), rows[-1]["id"])
    return found[:most], first


async def _rows(which: str, person_id: int, *, after: Before | None, most: int) -> list[Row]:
    behind = " AND (b.changed_at<$2 OR (b.changed_at=$2 AND b.id<$3))" if after else ""
    return await fetch(
        "SELECT b.id, b.kind, b.subject, b.letter_sealed, b.count, b.changed_at, b.read_at FROM bell_line b"
        f" WHERE b.person_id=$1{_IS_SHOWN}{which}{behind} ORDER BY b.changed_at DESC, b.id DESC LIMIT {int(most)}",
        person_id,
        *((after.changed_at, after.id) if after else ()),
    )


async def line(line_id: int, *, viewer: Viewer) -> BellEntry | None:
    """One of the viewer's own lines, as far as they may still read it."""
    if viewer.person_id is None:
        return None
    rows = await fetch(
        "SELECT id, kind, subject, letter_sealed, count, changed_at, read_at, verb, place_id FROM bell_line"
        f" WHERE id=$1 AND person_id=$2{_IS_SHOWN}",
        *(line_id, viewer.person_id),
    )
    return next((_line(row) for row in await heard_rows(viewer, rows)), None)


async def _readable(viewer: Viewer) -> str:
    """Of which verbs and places the viewer may still read what they were told: a condition on ``bell_line b``."""
    rows = await fetch("SELECT DISTINCT verb, place_id FROM bell_line WHERE person_id=$1", viewer.person_id)
    readable = await heard_rows(viewer, rows)
    parts = [f"(b.verb='{row['verb']}' AND b.place_id{_is(row['place_id'])})" for row in readable]
    return f" AND ({' OR '.join(parts)})" if parts else " AND b.id=0"


def _is(place_id: int | None) -> str:
    return f"={int(place_id)}" if place_id is not None else " IS NULL"


def _line(row: Row) -> BellEntry | None:
    """A line; None for what no key of ours opens."""
    try:
        letter = Letter.from_json(unseal(row["letter_sealed"]))
    except (Invalid, ValueError):
        return None
    path = letter.links[0].path if letter.links else row["subject"]
    return BellEntry(
        id=row["id"],
        kind=row["kind"],
        text=letter.text,
        path=path if path.startswith("/") else "",
        count=row["count"],
        at=moment(row["changed_at"]),
        is_read=row["read_at"] is not None,
    )


async def unread(*, viewer: Viewer, here: str = "") -> int:
    """How many lines are new; what leads to the page of a thing that is open is read by that."""
    if viewer.person_id is None:
        return 0
    if here.rpartition("/")[2].isdecimal() and not here.startswith(POSTS):  # A thread is read by who shows it.
        await read_of(subject_of(here), by=viewer)
    rows = await fetch(
        f"SELECT verb, place_id, count(*) AS n FROM bell_line WHERE person_id=$1 AND read_at IS NULL{_IS_SHOWN}"
        " GROUP BY verb, place_id",
        viewer.person_id,
    )
    return sum(row["n"] for row in await heard_rows(viewer, rows))


async def read_of(subject: str, *, by: Viewer) -> None:
    """Somebody has looked at what they were told of: it is read, and waits for no letter any more."""
    if by.person_id is None:
        return
    now = clock.now()
    changed = await execute(
        "UPDATE bell_line SET read_at=$1 WHERE person_id=$2 AND subject=$3 AND read_at IS NULL",
        *(now, by.person_id, subject[:80]),
    )
    if changed:
        signals.publish(signals.bell_topic(by.person_id))
    await execute("DELETE FROM push WHERE person_id=$1 AND subject=$2", by.person_id, subject[:80])


_READ_ALREADY = (
    "DELETE FROM push WHERE person_id=$1 AND EXISTS (SELECT 1 FROM bell_line b WHERE b.person_id=push.person_id"
    " AND b.kind=push.kind AND b.subject=push.subject AND b.read_at=$2)"
)


async def read(*, by: Viewer, lines: Sequence[int] | None = None, until: str = "") -> int:
    """看过了: some lines, or all up to a moment; what came after the page was opened stays new. What is read here waits
    for no letter any more. Gives how many."""
    if by.person_id is None:
        return 0
    which, values = f" AND id IN ({listed(lines or ())})", ()
    if lines is None:
        found = before(f"{until}-0") if until else None
        which, values = " AND changed_at<=$3", (found.changed_at if found else clock.now(),)
    now = clock.now()
    changed = await execute(
        f"UPDATE bell_line SET read_at=$1 WHERE person_id=$2 AND read_at IS NULL{_IS_SHOWN}{which}",
        *(now, by.person_id, *values),
    )
    if changed:
        await execute(_READ_ALREADY, by.person_id, now)
        signals.publish(signals.bell_topic(by.person_id))
    return changed


async def take_back(subject: str) -> None:
    """Nobody is told any more of something that is gone."""
    names = (f"{where}{subject}"[:80] for where in ("", ASIDE, TO_TELL))
    await execute("DELETE FROM bell_line WHERE subject IN ($1, $2, $3)", *names)


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete lines that nothing changed since a moment, so many at a time."""
    return await execute(
        "DELETE FROM bell_line WHERE id IN (SELECT id FROM bell_line WHERE changed_at<$1 ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
