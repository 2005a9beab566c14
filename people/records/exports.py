"""A list of people, cases or lines of the log taken out of the house: one asks and says what for, another approves, and
it is downloaded once.

Of a hundred who approve or take at once, one does: every step is guarded by the state and the time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from courier import limits, notices
from courier.letters import Letter, Link
from models import clock
from models.counters import next_value
from models.errors import Invalid, NotAllowed, NotFound, Taken
from models.export import ExportKind, ExportState
from models.rules import rules
from models.transaction import Row, execute, fetch, fetch_one, moment, transaction
from models.wording import say
from people import audit_reading
from people.audit import record
from people.independence import is_independent
from people.permissions import PERMISSIONS, allow, may
from people.records import filters
from people.records.querying import ALL, Wanted, wanted_from
from people.records.reveals import held_purpose
from people.scope import must_see
from people.viewers import Viewer

SHOWN, LONGEST_REASON = 50, 200
PATH = "/exports"


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A list that was asked for, of the log with what was looked for (``terms``); ``is_expired``: it waited too long
    for a second person, or to be downloaded."""

    id: int
    number: str
    kind: ExportKind
    asked_by: str
    asked_at: dt.datetime
    wanted: Wanted
    terms: tuple[str, ...]
    building: str
    with_phones: bool
    people: int
    purpose: str
    reason: str
    state: ExportState
    expires_at: dt.datetime
    is_expired: bool
    is_own: bool
    decided_by: str
    answer: str
    row_count: int | None

    @property
    def waits(self) -> bool:
        """Whether a second person may decide on it."""
        return self.state is ExportState.ASKED and not self.is_expired

    @property
    def can_be_taken(self) -> bool:
        """Whether who asked may download it now."""
        return self.is_own and self.state is ExportState.APPROVED and not self.is_expired


_LINES = (
    "SELECT x.*, a.shown_name AS asked_name, c.shown_name AS decided_name FROM export x"
    " LEFT JOIN person a ON a.id=x.asked_by_id LEFT JOIN person c ON c.id=x.decided_by_id"
)


async def exports(*, viewer: Viewer, place_id: int) -> list[ExportLine]:
    """The last lists asked for, the newest first: one's own, or all for who may approve them."""
    must_see(viewer, "export.read", place_id, thing="place")
    everybodys = may(viewer, "export.approve", place_id)
    rows = await fetch(
        f"{_LINES} WHERE x.place_id=$1 AND ($2=1 OR x.asked_by_id=$3) ORDER BY x.id DESC LIMIT {SHOWN}",
        place_id,
        int(everybodys),
        viewer.person_id or 0,
    )
    names = {one.id: one.name for one in await filters.building_choices(viewer=viewer, place_id=place_id)}
    return [_line(row, viewer=viewer, buildings=names) for row in rows]


def _line(row: Row, *, viewer: Viewer, buildings: dict[int, str]) -> ExportLine:
    chosen, expires_at, state = wanted_from(row["wanted"]), moment(row["expires_at"]), ExportState(row["state"])
    return ExportLine(
        id=row["id"],
        number=row["number"],
        kind=ExportKind(row["kind"]),
        asked_by=row["asked_name"] or "",
        asked_at=moment(row["created_at"]),
        wanted=chosen,
        terms=audit_reading.terms(row["wanted"]),
        building=buildings.get(chosen.building, ""),
        with_phones=bool(row["with_phones"]),
        people=row["people"],
        purpose=row["purpose"],
        reason=row["reason"],
        state=state,
        expires_at=expires_at,
        is_expired=state in {ExportState.ASKED, ExportState.APPROVED} and expires_at <= clock.now(),
        is_own=row["asked_by_id"] == viewer.person_id,
        decided_by=row["decided_name"] or "",
        answer=row["answer"],
        row_count=row["row_count"],
    )


async def ask(chosen: Wanted, *, by: Viewer, place_id: int, purpose: str, reason: str, with_phones: bool) -> int:
    """申请导出: a list of everybody a filter finds, for a purpose; with whole telephones only for who may see them."""
    must_see(by, "export.ask", place_id, thing="place")
    _must_see_phones(by, place_id, with_phones=with_phones)
    words = _sentence(reason, key="export.reason_missing")
    held_purpose(purpose, words)
    found = await filters.sums(chosen, viewer=by, place_id=place_id)
    if not found.people:
        raise Invalid("export.nobody")
    wish = _Wish(ExportKind.PEOPLE, place_id, found.people, purpose, words, chosen.to_json(), with_phones)
    return await _ask(wish, by=by)


async def ask_for(
    kind: ExportKind, count: int, *, by: Viewer, place_id: int, purpose: str, reason: str, wanted: str = ALL.to_json()
) -> int:
    """申请导出工单、操作记录: so many cases or lines of the place; who may give them out says the caller."""
    must_see(by, "export.ask", place_id, thing="place")
    words = _sentence(reason, key="export.reason_missing")
    held_purpose(purpose, words)
    if not count:
        raise Invalid(f"export.no_{kind.value}")
    return await _ask(_Wish(kind, place_id, count, purpose, words, wanted), by=by)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for, and why."""

    kind: ExportKind
    place_id: int
    count: int
    purpose: str
    reason: str
    wanted: str
    with_phones: bool = False


async def _ask(wish: _Wish, *, by: Viewer) -> int:
    await limits.spend("exports", str(by.person_id), rate=rules().limits.exports)
    async with transaction():
        number = await _number(wish.place_id)
        row = await fetch_one(
            "INSERT INTO export (created_at, place_id, number, kind, asked_by_id, wanted, with_phones, people, purpose,"
            " reason, state, expires_at, answer) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'asked',$11,'') RETURNING id",
            clock.now(),
            wish.place_id,
            number,
            wish.kind.value,
            by.person_id,
            wish.wanted,
            wish.with_phones,
            wish.count,
            wish.purpose,
            wish.reason,
            clock.now() + dt.timedelta(hours=rules().export_wait_hours),
        )
        assert row is not None
        detail = f"purpose {wish.purpose}, {wish.count} {wish.kind.value}"
        await _record(by, "ask", row["id"], place_id=wish.place_id, detail=detail)
        await _tell_approvers(number, wish, by=by)
    return int(row["id"])


def _must_see_phones(by: Viewer, place_id: int, *, with_phones: bool) -> None:
    if with_phones:
        allow(by, "person.reveal_phone", place_id)


def _sentence(text: str, *, key: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST_REASON:
        raise Invalid(key, most=LONGEST_REASON)
    return words


async def _number(place_id: int) -> str:
    return f"E-{await next_value(f'export:{place_id}'):04}"


async def _record(by: Viewer, verb: str, export_id: int, *, place_id: int, detail: str = "") -> None:
    await record(by, f"export.{verb}", subject="export", subject_id=export_id, place_id=place_id, detail=detail)


async def _tell_approvers(number: str, wish: _Wish, *, by: Viewer) -> None:
    roles = ", ".join(f"'{role}'" for role in PERMISSIONS["export.approve"])
    rows = await fetch(
        "SELECT DISTINCT r.person_id FROM role r JOIN person p ON p.id=r.person_id WHERE r.place_id=$1"
        f" AND r.name IN ({roles}) AND p.is_active AND r.person_id<>$2 ORDER BY r.person_id",
        wish.place_id,
        by.person_id or 0,
    )
    letter = _letter("asked", wish.kind, who=by.name, number=number)
    needs = f"export.read@{wish.place_id}"
    for row in rows:
        await notices.tell_person(letter, person_id=row["person_id"], kind="export.ask", needs=needs)


def _letter(key: str, kind: ExportKind, **facts: str) -> Letter:
    text = say(f"records.told.{key}", what=say(f"records.export.{kind.value}"), **facts)
    return Letter(text, links=(Link(say("records.told.link"), PATH),))


async def kind_of(export_id: int, *, viewer: Viewer) -> ExportKind:
    """Of what a list is that somebody asked for."""
    return ExportKind((await export_of(export_id, by=viewer, verb="export.read"))["kind"])


async def export_of(export_id: int, *, by: Viewer, verb: str) -> Row:
    """The row a verb is about to be done to."""
    row = await fetch_one("SELECT * FROM export WHERE id=$1", export_id)
    if row is None:
        raise NotFound("export.not_found")
    must_see(by, "export.read", row["place_id"], thing="export")
    allow(by, verb, row["place_id"])
    return row


async def approve(export_id: int, *, by: Viewer) -> None:
    """批准导出: by somebody else than who asked; from now on it can be downloaded, once, for some hours."""
    row = await _decidable(export_id, by=by, verb="export.approve")
    _must_see_phones(by, row["place_id"], with_phones=bool(row["with_phones"]))
    if row["asked_by_id"] is not None and not await is_independent(by.person_id or 0, of=row["asked_by_id"]):
        raise NotAllowed("export.not_independent")
    until = clock.now() + dt.timedelta(hours=rules().export_take_hours)
    async with transaction():
        await _decide(row, ExportState.APPROVED, by=by, expires_at=until)
        await _record(by, "approve", export_id, place_id=row["place_id"])
        await _tell_asker(row, "approved")


async def refuse(export_id: int, *, by: Viewer, answer: str) -> None:
    """退回导出: with a reason that who asked reads."""
    row = await _decidable(export_id, by=by, verb="export.refuse")
    words = _sentence(answer, key="export.answer_missing")
    async with transaction():
        await _decide(row, ExportState.REFUSED, by=by, expires_at=moment(row["expires_at"]), answer=words)
        await _record(by, "refuse", export_id, place_id=row["place_id"])
        await _tell_asker(row, "refused")


async def _decidable(export_id: int, *, by: Viewer, verb: str) -> Row:
    row = await export_of(export_id, by=by, verb=verb)
    if by.person_id is None or row["asked_by_id"] == by.person_id:
        raise NotAllowed("export.own")
    return row


async def _decide(row: Row, state: ExportState, *, by: Viewer, expires_at: dt.datetime, answer: str = "") -> None:
    now = clock.now()
    changed = await execute(
        "UPDATE export SET state=$1, decided_by_id=$2, decided_at=$3, expires_at=$4, answer=$5"
        " WHERE id=$6 AND state='asked' AND expires_at>$3 AND asked_by_id<>$2",
        state.value,
        by.person_id,
        now,
        expires_at,
        answer,
        row["id"],
    )
    if changed != 1:
        raise Taken("export.settled")


async def _tell_asker(row: Row, key: str) -> None:
    if row["asked_by_id"] is not None:
        letter = _letter(key, ExportKind(row["kind"]), number=row["number"])
        needs = f"export.read@{row['place_id']}"
        await notices.tell_person(letter, person_id=row["asked_by_id"], kind=f"export.{key}", needs=needs)


async def withdraw(export_id: int, *, by: Viewer) -> None:
    """撤回申请: by who asked, as long as nothing was downloaded."""
    row = await export_of(export_id, by=by, verb="export.withdraw")
    async with transaction():
        changed = await execute(
            "UPDATE export SET state='withdrawn' WHERE id=$1 AND asked_by_id=$2 AND state IN ('asked','approved')",
            export_id,
            by.person_id or 0,
        )
        if changed != 1:
            raise Taken("export.settled")
        await _record(by, "withdraw", export_id, place_id=row["place_id"])
