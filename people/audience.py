"""Whether a message may still be said: looked at when it is sent, which may be days after it was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from courier.outbox import Outbound
from models.transaction import Row, fetch_one_by_key, moment
from people import groups
from people.permissions import may, may_somewhere
from people.scope import given_places
from people.viewers import Viewer, viewer_of

GONE = "reader has no right any more"
_WHOSE = "SELECT person_id FROM contact WHERE channel=$1 AND address=$2"
_ROOM = "SELECT bound_at, ended_at FROM chat_group WHERE channel=$1 AND address=$2"


async def may_still(message: Outbound) -> bool:
    """Whether its chat is still that of whom it was written for, who is here and holds what it needs; of a group's,
    whether the group is still bound as it was then."""
    if message.channel == groups.CHANNEL and not await _is_same_room(message):
        return False
    person_id, needs = message.reader.person_id, message.reader.needs
    if person_id is None:
        return True
    row = await fetch_one_by_key(_WHOSE, message.channel, message.address)
    if row is None or row["person_id"] != person_id:
        return False
    reader = await viewer_of(person_id)
    if reader is None:
        return False
    return bool(await heard(reader, [needs]))


async def heard(reader: Viewer, needs: Iterable[str]) -> list[str]:
    """Of what messages need ('question.read@3'; without a place: anywhere; '': nothing) what somebody holds now."""
    asked = [(one, *one.partition("@")[::2]) for one in needs]
    given = {verb: await given_places(reader, verb) for verb in {verb for _, verb, _ in asked}}
    return [one for one, verb, place in asked if not one or _holds(reader, verb, place, given=given[verb])]


async def heard_rows(reader: Viewer, rows: Sequence[Row]) -> list[Row]:
    """Of rows with a ``verb`` and a ``place_id`` that they need those that somebody may hear of now."""
    held = await heard(reader, {needs_of(row) for row in rows})
    return [row for row in rows if needs_of(row) in held]


def needs_of(row: Row) -> str:
    """What a row with a ``verb`` and a ``place_id`` needs, as a message says it."""
    return f"{row['verb']}@{row['place_id'] or ''}" if row["verb"] else ""


def _holds(reader: Viewer, verb: str, place: str, *, given: frozenset[int]) -> bool:
    if not place:
        return may_somewhere(reader, verb)
    return int(place) in given or may(reader, verb, int(place))


async def _is_same_room(message: Outbound) -> bool:
    """A group that was let go, or bound anew, since is told nothing of before; one never bound hears only answers."""
    row = await fetch_one_by_key(_ROOM, message.channel, message.address.partition("/")[0])
    if row is None:
        return True
    ended_at = row["ended_at"]
    is_let_go = ended_at is not None and message.made_ms < int(moment(ended_at).timestamp() * 1000)
    return not is_let_go and message.made_ms >= int(moment(row["bound_at"]).timestamp() * 1000)
