"""Keeping a ledger: an entry with its owner and day, what is done about it, and striking it off (销号).

Who says that it is done is not who strikes it off; nor is its owner. While one of its cases is open it stays.
"""

from __future__ import annotations

import datetime as dt

from casework import roster
from casework.loop import OPEN_CASES_SQL
from models import clock
from models.counters import next_value
from models.errors import Invalid, NotAllowed, NotFound, Taken, WrongState
from models.ledger import LedgerCase, LedgerEntry, LedgerKind, LedgerState, LedgerStep
from models.rules import rules
from models.transaction import fetch_one, transaction
from nlp.mask import mask
from nlp.normalise import clean_input
from people.audit import record
from people.scope import must_see
from people.viewers import Viewer

LONGEST_TITLE = 60
FURTHEST = dt.timedelta(days=3 * 366)
_MOVES = {
    "ledger.change": {LedgerState.OPEN: LedgerState.OPEN, LedgerState.CLAIMED: LedgerState.OPEN},
    "ledger.note": {LedgerState.OPEN: LedgerState.OPEN, LedgerState.CLAIMED: LedgerState.CLAIMED},
    "ledger.link": {LedgerState.OPEN: LedgerState.OPEN, LedgerState.CLAIMED: LedgerState.CLAIMED},
    "ledger.claim": {LedgerState.OPEN: LedgerState.CLAIMED},
    "ledger.refuse": {LedgerState.CLAIMED: LedgerState.OPEN},
    "ledger.strike_off": {LedgerState.CLAIMED: LedgerState.STRUCK_OFF},
    "ledger.reopen": {LedgerState.STRUCK_OFF: LedgerState.OPEN},
}
"""Which verb leads from where to where."""


async def add(
    *, by: Viewer, place_id: int, kind: str, title: str, text: str, owner_id: int, due: dt.date | None
) -> LedgerEntry:
    """记入台账: a matter with somebody who answers for it and a day by which it is done."""
    must_see(by, "ledger.add", place_id, thing="place")
    called = mask(clean_input(title).strip()).text
    if kind not in {*LedgerKind} or not 0 < len(called) <= LONGEST_TITLE:
        raise Invalid("ledger.title", most=LONGEST_TITLE)
    _must_be_soon(due)
    await _must_work_here(owner_id, place_id)
    async with transaction():
        entry = await LedgerEntry.create(
            created_at=clock.now(),
            place_id=place_id,
            kind=LedgerKind(kind),
            number=await _next_number(place_id),
            title=called,
            text=_words(text),
            owner_id=owner_id,
            due=due,
        )
        await _step(entry, "ledger.add", by=by)
    return entry


def _must_be_soon(due: dt.date | None) -> None:
    if due is None or not clock.today() <= due <= clock.today() + FURTHEST:
        raise Invalid("ledger.day")


async def _must_work_here(owner_id: int, place_id: int) -> None:
    if owner_id not in {one.person_id for one in await roster.staff_of(place_id)}:
        raise Invalid("ledger.nobody")


async def _next_number(place_id: int) -> str:
    return f"T-{await next_value(f'ledger:{place_id}'):03}"


async def change(
    entry_id: int, *, by: Viewer, owner_id: int, due: dt.date | None, note: str, seen_version: int | None = None
) -> LedgerEntry:
    """改责任人、期限: with the reason, which stays on record."""
    said = _said(note)
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.change", seen_version=seen_version)
        _must_be_soon(due)
        await _must_work_here(owner_id, entry.place_id)
        told = f"{entry.due.isoformat()} → {due.isoformat() if due else ''}\n{said}" if due != entry.due else said
        await _move(entry, "ledger.change", owner_id=owner_id, due=due, claimed_by_id=None)
        await _step(entry, "ledger.change", by=by, note=told)
    return entry


async def note(entry_id: int, *, by: Viewer, note: str) -> LedgerEntry:
    """记进展: what was done about it."""
    said = _said(note)
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.note")
        await _move(entry, "ledger.note")
        await _step(entry, "ledger.note", by=by, note=said)
    return entry


async def link(entry_id: int, *, by: Viewer, number: str) -> LedgerEntry:
    """关联事件: a case of the neighbourhood belongs to it, once."""
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.link")
        wanted = number.strip().upper()
        case = await fetch_one("SELECT id FROM cases WHERE place_id=$1 AND number=$2", entry.place_id, wanted)
        if case is None:
            raise NotFound("case.not_found")
        if await LedgerCase.exists(entry_id=entry.id, case_id=case["id"]):
            raise Taken("ledger.linked", number=wanted)
        await _move(entry, "ledger.link")
        await LedgerCase.create(created_at=clock.now(), entry=entry, case_id=case["id"])
        await _step(entry, "ledger.link", by=by, note=wanted)
    return entry


async def claim(entry_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> LedgerEntry:
    """报请销号: it is done, says somebody, and how one sees that; somebody else looks."""
    said = _said(note)
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.claim", seen_version=seen_version)
        await _must_have_no_open_case(entry)
        await _move(entry, "ledger.claim", claimed_by_id=by.person_id)
        await _step(entry, "ledger.claim", by=by, note=said)
    return entry


async def refuse(entry_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> LedgerEntry:
    """退回: it is not done; what is missing."""
    said = _said(note)
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.refuse", seen_version=seen_version)
        await _move(entry, "ledger.refuse", claimed_by_id=None)
        await _step(entry, "ledger.refuse", by=by, note=said)
    return entry


async def strike_off(entry_id: int, *, by: Viewer, note: str, seen_version: int | None = None) -> LedgerEntry:
    """销号: by somebody who neither owns it nor said that it is done, with what they saw."""
    said = _said(note)
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.strike_off", seen_version=seen_version)
        if by.person_id is None or by.person_id in {entry.owner_id, entry.claimed_by_id}:
            raise NotAllowed("ledger.strike_by_another")
        await _must_have_no_open_case(entry)
        await _move(entry, "ledger.strike_off", struck_at=clock.now(), struck_by_id=by.person_id)
        await _step(entry, "ledger.strike_off", by=by, note=said)
    return entry


async def reopen(entry_id: int, *, by: Viewer, note: str, due: dt.date | None) -> LedgerEntry:
    """恢复: it was not over; it stands in the ledger again, with a new day, also of an owner who left."""
    said = _said(note)
    async with transaction():
        entry = await _on_hand(entry_id, by=by, verb="ledger.reopen")
        _must_be_soon(due)
        await _move(entry, "ledger.reopen", due=due, struck_at=None, struck_by_id=None, claimed_by_id=None)
        await _step(entry, "ledger.reopen", by=by, note=said)
    return entry


async def _must_have_no_open_case(entry: LedgerEntry) -> None:
    """One that was merged is as open as the one it went into."""
    row = await fetch_one(
        "SELECT c.number FROM ledger_case l JOIN cases f ON f.id=l.case_id"
        " JOIN cases c ON c.id=COALESCE(f.merged_into_id, f.id) WHERE l.entry_id=$1"
        f" AND c.state IN ({OPEN_CASES_SQL}) ORDER BY c.id LIMIT 1",
        entry.id,
    )
    if row is not None:
        raise WrongState("ledger.case_open", number=row["number"])


async def _on_hand(entry_id: int, *, by: Viewer, verb: str, seen_version: int | None = None) -> LedgerEntry:
    """An entry for a verb; Taken when it changed since it was seen."""
    entry = await LedgerEntry.get_or_none(id=entry_id)
    if entry is None:
        raise NotFound("ledger.not_found")
    must_see(by, verb, entry.place_id, thing="ledger")
    if seen_version is not None and seen_version != entry.version:
        raise Taken("ledger.changed", number=entry.number)
    return entry


async def _move(entry: LedgerEntry, verb: str, **changes: object) -> None:
    """Do a verb under the guard of the state and version read: of two at once one is told."""
    after = _MOVES[verb].get(entry.state)
    if after is None:
        raise WrongState("ledger.state", number=entry.number)
    values = {**changes, "state": after, "version": entry.version + 1}
    rows = LedgerEntry.filter(id=entry.id, state=entry.state, version=entry.version)
    if await rows.update(**values) != 1:
        raise Taken("ledger.changed", number=entry.number)
    entry.update_from_dict(values)


async def _step(entry: LedgerEntry, verb: str, *, by: Viewer, note: str = "") -> None:
    await LedgerStep.create(created_at=clock.now(), entry=entry, verb=verb, by_id=by.person_id, note=note)
    await record(by, verb, subject="ledger_entry", subject_id=entry.id, place_id=entry.place_id)


def _words(text: str) -> str:
    """What somebody typed, as it is kept; numbers of people are masked."""
    return mask(clean_input(text).strip()[: rules().max_message_chars]).text


def _said(text: str) -> str:
    said = _words(text)
    if not said:
        raise Invalid("ledger.needs_note")
    return said
