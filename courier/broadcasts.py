"""Saying the same to many people at once, in every chat of theirs: as many statements for one as for some hundreds."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from courier import signals
from courier.lanes import Turn, turns
from courier.letters import Letter
from courier.outbox import PULLED_CHANNELS
from courier.parts import parts
from models import clock
from models.sealed import seal
from models.transaction import Row, execute, fetch, in_transaction_now, is_postgres, listed

_CHATS = (
    "SELECT c.id, c.channel, c.address, c.person_id, v.id AS conversation_id FROM contact c"
    " LEFT JOIN conversation v ON v.contact_id=c.id WHERE c.closed_at IS NULL AND c.person_id IN ({people})"
    " ORDER BY c.channel, c.address"
)
_OPEN = (
    "INSERT INTO conversation (created_at, contact_id, place_id, speaker, memory, version)"
    " SELECT {moment}, id, place_id, 'bot', '{{}}', 1 FROM contact WHERE id IN ({contacts})"
    " ON CONFLICT (contact_id) DO NOTHING"
)
_OUTBOX = (
    "INSERT INTO outbox (lane, number, channel, address, kind, body, state, tries, unknown, owner, lease_ms, due_ms,"
    " made_ms, done_ms, receipt, error, for_person_id, needs, last_number) VALUES "
)
_LINES = "INSERT INTO utterance (created_at, conversation_id, author, staff_id, text, sealed, facts, outbox_id) VALUES "


class _Values:
    """Values of a statement with a mark each."""

    def __init__(self) -> None:
        self.all: list[object] = []

    def mark(self, value: object) -> str:
        """The mark of a value that comes once more."""
        self.all.append(value)
        return f"${len(self.all)}"


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message of a letter, in a lane."""

    chat: Row
    lane: str
    turn: Turn
    body: str


async def tell_people(
    letter: Letter, *, person_ids: Collection[int], kind: str, facts: Mapping[str, object] | None = None
) -> int:
    """Tell some people at every open contact they have, at once; gives how many chats. Part of the caller's
    transaction, whose lanes are taken in the order of their names."""
    if not in_transaction_now():
        raise RuntimeError("a broadcast belongs to a transaction")
    chats = await _chats(person_ids)
    if not chats:
        return 0
    bodies = _bodies(letter, chats)
    first = await _take_lanes({_lane(chat): len(bodies[chat["channel"]]) for chat in chats})
    pieces = [piece for chat in chats for piece in _pieces(chat, bodies[chat["channel"]], first=first[_lane(chat)])]
    last = await _write(pieces, kind=kind)
    shown = {**(facts or {}), "choices": letter.choices, "links": [[link.text, link.path] for link in letter.links]}
    await _say(letter.text, chats, last, facts=json.dumps(shown, ensure_ascii=False))
    return len(chats)


def _lane(chat: Row) -> str:
    return f"{chat['channel']}:{chat['address']}"


def _pieces(chat: Row, bodies: Sequence[str], *, first: int) -> list[_Piece]:
    return [_Piece(chat, _lane(chat), turn, body) for turn, body in zip(turns(first, len(bodies)), bodies, strict=True)]


async def _chats(person_ids: Collection[int]) -> list[Row]:
    """Their chats, each with its conversation."""
    found = await fetch(_CHATS.format(people=listed(person_ids)))
    if new := [row["id"] for row in found if row["conversation_id"] is None]:
        moment = "$1::timestamptz" if is_postgres() else "$1"
        await execute(_OPEN.format(moment=moment, contacts=listed(new)), clock.now())
        found = await fetch(_CHATS.format(people=listed(person_ids)))
    return found


def _bodies(letter: Letter, chats: Sequence[Row]) -> dict[str, list[str]]:
    """The sealed messages a letter is on each channel."""
    channels = {chat["channel"] for chat in chats}
    return {channel: [seal(one.to_json()) for one in parts(letter, channel=channel)] for channel in channels}


async def _take_lanes(counts: Mapping[str, int]) -> dict[str, int]:
    """Lock lanes by name and reserve numbers in each; gives the first of each."""
    values = _Values()
    rows = ", ".join(f"({values.mark(lane)}, {int(counts[lane])})" for lane in sorted(counts))
    taken = await fetch(
        f"INSERT INTO lane (name, number) VALUES {rows} ON CONFLICT (name) DO UPDATE SET"
        " number=lane.number+excluded.number RETURNING name, number",
        *values.all,
    )
    return {row["name"]: row["number"] - counts[row["name"]] + 1 for row in taken}


async def _write(pieces: Sequence[_Piece], *, kind: str) -> dict[str, int]:
    """Every message as a row of the outbox; gives the id of the last of each lane."""
    values, now = _Values(), clock.now_ms()
    said = values.mark(kind)
    rows = ", ".join(_outbox_row(one, values, said=said, now=now) for one in pieces)
    written = await fetch(f"{_OUTBOX}{rows} RETURNING id, lane, number", *values.all)
    written.sort(key=lambda row: row["number"])
    return {row["lane"]: row["id"] for row in written}


def _outbox_row(one: _Piece, values: _Values, *, said: str, now: int) -> str:
    is_pulled = one.chat["channel"] in PULLED_CHANNELS
    words = (one.chat["channel"], one.chat["address"])
    columns = (
        values.mark(one.lane),
        str(int(one.turn.number)),
        *(values.mark(word) for word in words),
        said,
        values.mark(one.body),
        "'done'" if is_pulled else "'new'",
        *("0", "0", "''", "0", str(now), str(now)),
        str(now) if is_pulled else "NULL",
        *("''", "''", str(int(one.chat["person_id"])), "''"),
        "NULL" if one.turn.last is None else str(int(one.turn.last)),
    )
    return f"({', '.join(columns)})"


async def _say(text: str, chats: Sequence[Row], last: Mapping[str, int], *, facts: str) -> None:
    """A line in every conversation."""
    values = _Values()
    at, words, told = values.mark(clock.now()), values.mark(text), values.mark(facts)
    rows = ", ".join(
        f"({at}, {int(chat['conversation_id'])}, 'bot', NULL, {words}, NULL, {told}, {last[_lane(chat)]})"
        for chat in chats
    )
    await execute(f"{_LINES}{rows}", *values.all)
    for chat in chats:
        signals.publish(signals.conversation_topic(chat["conversation_id"]))
    signals.publish(signals.OUTBOX)
