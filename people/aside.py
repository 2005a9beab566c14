"""What people were told of something that is out of sight for a while: nobody reads it meanwhile; when it is back it
stands in their lists as before, and in the next letter of whoever had not been sent it."""

from __future__ import annotations

from courier import signals
from models import clock
from models.board import BoardName
from models.transaction import execute, fetch, is_postgres
from people.bell import ASIDE, NOT_MUTED, TO_TELL
from people.pushes import PushKind

_RENAME = (
    "UPDATE bell_line SET subject=$2 WHERE subject=$1 AND NOT EXISTS (SELECT 1 FROM bell_line n WHERE n.subject=$2"
    " AND n.person_id=bell_line.person_id AND n.kind=bell_line.kind){which} RETURNING person_id"
)
_WAITS = (
    " AND EXISTS (SELECT 1 FROM push w WHERE w.subject=$1 AND w.person_id=bell_line.person_id"
    " AND w.kind=bell_line.kind)"
)
"""Lines that are still to be told in a letter."""
_PUSH_UNREAD = (
    "INSERT INTO push (created_at, contact_id, person_id, kind, subject, letter_sealed, verb, place_id)"
    " SELECT {moment}, c.id, c.person_id, b.kind, $3, b.letter_sealed, b.verb, b.place_id FROM bell_line b"
    " JOIN contact c ON c.person_id=b.person_id WHERE c.closed_at IS NULL AND b.subject=$2 AND b.read_at IS NULL"
    " AND b.kind IN ({kinds}) AND NOT EXISTS (SELECT 1 FROM push_choice h WHERE h.kind=b.kind AND NOT h.is_wanted"
    " AND h.who='person:' || c.person_id){wanted} ORDER BY b.id ON CONFLICT (contact_id, subject) DO NOTHING"
)


async def set_aside(subject: str) -> None:
    """Nobody is told of a subject as long as it is out of sight; lines of the list are kept for when it is back."""
    await _rename(subject[:80], _waiting(subject), which=_WAITS)
    await _rename(subject[:80], _aside(subject))
    for table in ("bell_line", "push"):
        await execute(f"DELETE FROM {table} WHERE subject=$1", subject[:80])


async def bring_back(subject: str, *, board: BoardName) -> None:
    """It is in sight again: its lines stand in everybody's list, and what waited to be told waits again, but for
    whoever wants to hear nothing of the board."""
    moment, kinds = "$1::timestamptz" if is_postgres() else "$1", ", ".join(f"'{kind}'" for kind in PushKind)
    wanted = NOT_MUTED.format(person="b.person_id", board=board.value)
    await execute(
        _PUSH_UNREAD.format(moment=moment, kinds=kinds, wanted=wanted), clock.now(), _waiting(subject), subject[:80]
    )
    for old in (_waiting(subject), _aside(subject)):
        for person_id in await _rename(old, subject[:80]):
            signals.publish(signals.bell_topic(person_id))
        await execute("DELETE FROM bell_line WHERE subject=$1", old)


def _waiting(subject: str) -> str:
    return f"{TO_TELL}{subject}"[:80]


def _aside(subject: str) -> str:
    return f"{ASIDE}{subject}"[:80]


async def _rename(old: str, new: str, *, which: str = "") -> list[int]:
    """Let lines stand under another name, but where one of that kind stands under it; gives whose they are."""
    rows = await fetch(_RENAME.format(which=which), old, new)
    return [row["person_id"] for row in rows]
