"""Letting in many at once: a printed list (xlsx or CSV) compared with the queue without changing anything, then those
that were ticked."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.errors import Invalid, NotFound, Refusal
from models.sealed import unseal
from models.transaction import Row, fetch
from models.wording import say_refusal
from people import written
from people.joining.deciding import NEW, approve
from people.joining.links import labels
from people.joining.matching import Match, is_other_name, matches_of, plain_name
from people.joining.states import READ, address, request_row
from people.loading.cells import clean
from people.loading.sheets import read_list
from people.personal import WrongNumber, phone_of
from people.scope import must_see
from people.viewers import Viewer

MOST_ROWS, MOST_AT_ONCE = 2_000, 200


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the printed list and the request it lets in; ``request_id`` is None where nobody asked.

    ``person_id`` is who is meant of those already known (0: somebody new; None: staff must look themselves).
    ``phone_differs``: both give a telephone, and not the same.
    """

    number: int
    building: str
    label: str
    name: str
    request_id: int | None
    version: int
    address: str
    person_id: int | None
    phone_differs: bool

    @property
    def can_be_let_in(self) -> bool:
        """Whether the list alone decides."""
        return self.request_id is not None and self.person_id is not None and not self.phone_differs


@dataclass(frozen=True, slots=True)
class Choice:
    """A request to let in: its version as it was seen, and who is meant."""

    request_id: int
    version: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one; ``problem`` is a sentence, '' where they are in. ``who`` is who asked and for which home, ''
    where nobody did here."""

    request_id: int
    problem: str
    who: str = ""


async def compare(path: Path, *, by: Viewer, place_id: int, name: str) -> list[ListRow]:
    """对照: which rows of a printed list match a request that waits. Changes nothing."""
    must_see(by, "join.approve", place_id, thing="place")
    rows = await asyncio.to_thread(read_list, path, name=name, most=MOST_ROWS)
    waiting = await fetch(f"{READ} WHERE j.place_id=$1 AND j.state='waiting' ORDER BY j.id", place_id)
    queue = _Queue(waiting, await matches_of(waiting))
    return await asyncio.to_thread(lambda: [_compared(number, cells, queue) for number, cells in rows])


class _Queue:
    """What waits, by building, home and name, the oldest first, and who may be meant by each."""

    def __init__(self, waiting: list[Row], candidates: dict[int, list[Match]]) -> None:
        self.candidates = candidates
        self._by_key: dict[tuple[str, str, str], deque[Row]] = {}
        for row in waiting:
            key = _bare(row["building"]), row["home_label"], plain_name(row["name"])
            self._by_key.setdefault(key, deque()).append(row)

    def take(self, given: dict[str, str]) -> Row | None:
        """The oldest request that a row of the list means; no other row takes it."""
        building, name = _bare(given["building"]), plain_name(given["name"])
        meant = [self._by_key.get((building, label, name)) for label in labels(given["home"])]
        found = [rows for rows in meant if rows]
        return min(found, key=lambda rows: rows[0]["id"]).popleft() if found else None


def _compared(number: int, cells: dict[str, str], queue: _Queue) -> ListRow:
    given = {column: clean(cells.get(column, "")) for column in ("building", "home", "name", "phone")}
    row = queue.take(given)
    if row is None:
        return ListRow(number, given["building"], given["home"], given["name"], None, 0, "", None, phone_differs=False)
    return ListRow(
        number,
        given["building"],
        given["home"],
        given["name"],
        row["id"],
        row["version"],
        address(row),
        _who(row, queue.candidates[row["id"]]),
        phone_differs=_phone_differs(row, given["phone"]),
    )


def _bare(building: str) -> str:
    return written.building(clean(building).replace(" ", ""))


def _who(row: Row, found: list[Match]) -> int | None:
    """The one who lives there by this name; nobody known is somebody new; anything else is for staff to look at."""
    if row["home_id"] is None or is_other_name(row):
        return None
    if not found:
        return NEW
    is_clear = len(found) == 1 and found[0].lives_there and found[0].same_name and not found[0].has_joined
    return found[0].person_id if is_clear else None


def _phone_differs(row: Row, typed: str) -> bool:
    if not typed or row["phone_sealed"] is None:
        return False
    try:
        return phone_of(typed) != unseal(row["phone_sealed"])
    except WrongNumber:
        return True


async def approve_many(choices: Sequence[Choice], *, by: Viewer) -> list[Outcome]:
    """一起通过: each by itself, so that one that cannot be let in holds up none of the others."""
    if len(choices) > MOST_AT_ONCE:
        raise Invalid("join.too_many_at_once", most=MOST_AT_ONCE)
    return [await _approve(one, by=by) for one in choices]


async def _approve(choice: Choice, *, by: Viewer) -> Outcome:
    try:
        await approve(choice.request_id, by=by, version=choice.version, person_id=choice.person_id)
    except Refusal as refusal:
        return Outcome(choice.request_id, say_refusal(refusal), await _who_asked(choice.request_id, by=by))
    return Outcome(choice.request_id, "")


async def _who_asked(request_id: int, *, by: Viewer) -> str:
    try:
        row = await request_row(request_id, viewer=by, verb="join.read")
    except NotFound:
        return ""
    return f"{row['name']}（{address(row)}）"
