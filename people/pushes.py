"""What is told unasked: at most once a day, by day, in one letter with the latest of each matter, where it is wanted;
what only some may still hear when it goes out is a letter of its own.

One's own matters and emergencies are told at once and never come here. What came here is looked at again when it is
sent: whether the chat is still theirs, and whether they may still hear of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from courier import notices, reach
from courier.letters import Letter, Link
from models import clock
from models.board import BoardName
from models.clock import local
from models.errors import Invalid
from models.sealed import seal, unseal
from models.transaction import Row, execute, fetch, fetch_one, is_postgres, listed, transaction
from models.wording import say
from people import bell
from people.audience import heard_rows, needs_of
from people.audit import record
from people.permissions import allow
from people.quiet import is_quiet
from people.viewers import Viewer, viewer_of

MOST_LINES = 8
BATCH = 200
DIGEST = "push.digest"
"""What a letter nobody asked for is called in the outbox."""


class PushKind(StrEnum):
    """What somebody may want to hear of, or not."""

    NOTICE = "notice"
    GUIDE = "guide"
    ACTIVITY = "activity"
    DELIBERATION = "deliberation"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True, slots=True)
class Choice:
    """One kind, and whether it is wanted."""

    kind: PushKind
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class Needs:
    """What somebody must still be allowed when it is sent; nothing: anybody in that chat may hear it."""

    verb: str = ""
    place_id: int | None = None


ANYBODY = Needs()


async def push(letter: Letter, *, contact_id: int, kind: PushKind, subject: str, needs: Needs = ANYBODY) -> bool:
    """Let something be told with the next letter, in the transaction of what it tells of; what was waiting about the
    same ``subject`` is forgotten. False where it is not wanted, or the chat is closed."""
    row = await fetch_one("SELECT person_id FROM contact WHERE id=$1 AND closed_at IS NULL", contact_id)
    if row is not None and row["person_id"] is not None:
        await _ring(letter, [row["person_id"]], kind=kind, subject=subject, needs=needs)
    if row is None or not await _wants(_who(row["person_id"], contact_id), kind):
        return False
    await execute(
        "INSERT INTO push (created_at, contact_id, person_id, kind, subject, letter_sealed, verb, place_id)"
        " VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT (contact_id, subject) DO UPDATE SET"
        " person_id=excluded.person_id, kind=excluded.kind, letter_sealed=excluded.letter_sealed, verb=excluded.verb,"
        " place_id=excluded.place_id",
        clock.now(),
        contact_id,
        row["person_id"],
        kind.value,
        subject[:80],
        seal(letter.to_json()),
        needs.verb,
        needs.place_id,
    )
    return True


_PUSH_TO_ALL = (
    "INSERT INTO push (created_at, contact_id, person_id, kind, subject, letter_sealed, verb, place_id)"
    " SELECT {moment}, c.id, c.person_id, '{kind}', $2, $3, $4, {place} FROM contact c WHERE c.closed_at IS NULL"
    " AND c.person_id IN ({people}) AND NOT EXISTS (SELECT 1 FROM push_choice h WHERE h.kind='{kind}'"
    " AND NOT h.is_wanted AND h.who='person:' || c.person_id){wanted} ON CONFLICT (contact_id, subject) DO UPDATE SET"
    " person_id=excluded.person_id, kind=excluded.kind, letter_sealed=excluded.letter_sealed, verb=excluded.verb,"
    " place_id=excluded.place_id"
)


async def push_to_people(
    letter: Letter,
    *,
    person_ids: Collection[int],
    kind: PushKind,
    subject: str,
    needs: Needs = ANYBODY,
    board: BoardName | None = None,
) -> None:
    """The same for every open chat of some people who want it, in one statement, and in their list in another; nothing
    where they want to hear nothing of the ``board``."""
    if not person_ids:
        return
    await _ring(letter, person_ids, kind=kind, subject=subject, needs=needs, board=board)
    moment, place = ("$1::timestamptz", "$5::bigint") if is_postgres() else ("$1", "$5")
    wanted = bell.NOT_MUTED.format(person="c.person_id", board=board.value) if board is not None else ""
    await execute(
        _PUSH_TO_ALL.format(people=listed(person_ids), moment=moment, place=place, kind=kind.value, wanted=wanted),
        clock.now(),
        subject[:80],
        seal(letter.to_json()),
        needs.verb,
        needs.place_id,
    )


async def _ring(
    letter: Letter,
    person_ids: Collection[int],
    *,
    kind: PushKind,
    subject: str,
    needs: Needs,
    board: BoardName | None = None,
) -> None:
    await bell.ring(
        letter,
        person_ids=person_ids,
        kind=kind.value,
        subject=subject,
        verb=needs.verb,
        place_id=needs.place_id,
        board=board,
    )


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete what could not be told since before a moment, so many at a time."""
    return await execute(
        "DELETE FROM push WHERE id IN (SELECT id FROM push WHERE created_at<$1 ORDER BY id LIMIT $2)", older_than, limit
    )


async def take_back(subject: str) -> int:
    """What waits to be told about something that is no more, for everybody; gives how many."""
    await bell.take_back(subject)
    return await execute("DELETE FROM push WHERE subject=$1", subject[:80])


def _who(person_id: int | None, contact_id: int | None) -> str:
    return f"person:{person_id}" if person_id is not None else f"contact:{contact_id}"


async def _wants(who: str, kind: PushKind) -> bool:
    row = await fetch_one("SELECT is_wanted FROM push_choice WHERE who=$1 AND kind=$2", who, kind.value)
    return row is None or bool(row["is_wanted"])


async def choices(*, viewer: Viewer) -> list[Choice]:
    """提醒设置: every kind, and whether the viewer wants it; so it is unless they said otherwise."""
    allow(viewer, "push.choose", None)
    rows = await fetch(
        "SELECT kind, is_wanted FROM push_choice WHERE who=$1", _who(viewer.person_id, viewer.contact_id)
    )
    said = {row["kind"]: bool(row["is_wanted"]) for row in rows}
    return [Choice(kind, said.get(kind.value, True)) for kind in PushKind]


async def choose(kind: str, *, by: Viewer, is_wanted: bool) -> None:
    """要不要这一种提醒: for all chats of a person, or this one where nobody is known; what waits of it is forgotten."""
    allow(by, "push.choose", None)
    if kind not in [*PushKind]:
        raise Invalid("push.no_kind")
    async with transaction():
        await execute(
            "INSERT INTO push_choice (created_at, who, kind, is_wanted) VALUES ($1,$2,$3,$4)"
            " ON CONFLICT (who, kind) DO UPDATE SET is_wanted=excluded.is_wanted",
            clock.now(),
            _who(by.person_id, by.contact_id),
            kind,
            is_wanted,
        )
        if not is_wanted:
            await execute(
                "DELETE FROM push WHERE kind=$1 AND (person_id=$2 OR contact_id=$3)", kind, by.person_id, by.contact_id
            )
        detail = f"{kind} {'on' if is_wanted else 'off'}"
        await record(by, "push.choose", subject="push", subject_id=None, place_id=by.place_id, detail=detail)


async def send(*, by: Viewer) -> int:
    """Send what waits, by day, to whoever heard nothing unasked today and can be told; gives how many letters."""
    allow(by, "push.send", None)
    if is_quiet(clock.now()):
        return 0
    rows = await fetch(
        "SELECT DISTINCT p.contact_id FROM push p JOIN contact c ON c.id=p.contact_id"
        " WHERE c.closed_at IS NULL AND (c.pushed_at IS NULL OR c.pushed_at<$1)"
        f" AND {reach.open_to_news('c', now='$3')} ORDER BY p.contact_id LIMIT $2",
        _morning(),
        BATCH,
        clock.now_ms(),
    )
    return sum([await _send_to(row["contact_id"]) for row in rows])


def _morning() -> dt.datetime:
    """When today began in Shanghai."""
    return local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(dt.UTC)


async def _send_to(contact_id: int) -> int:
    async with transaction():
        contact = await _not_told_today(contact_id)
        if contact is None:
            return 0
        rows = await fetch(
            "DELETE FROM push WHERE contact_id=$1 RETURNING id, person_id, letter_sealed, verb, place_id", contact_id
        )
        by_needs = _by_needs(await _still_meant(sorted(rows, key=lambda row: row["id"]), contact))
        for needs, letters in by_needs.items():
            await notices.tell_contact(_digest(letters), contact_id=contact_id, kind=DIGEST, needs=needs)
        if by_needs:
            await execute("UPDATE contact SET pushed_at=$1 WHERE id=$2", clock.now(), contact_id)
    return len(by_needs)


async def _not_told_today(contact_id: int) -> Row | None:
    """Lock an open chat that heard nothing unasked today until the commit, before anything that waits is taken: of two
    processes the second finds it told, and leaves what came meanwhile for tomorrow."""
    return await fetch_one(
        "UPDATE contact SET pushed_at=pushed_at WHERE id=$1 AND closed_at IS NULL"
        " AND (pushed_at IS NULL OR pushed_at<$2) RETURNING person_id",
        contact_id,
        _morning(),
    )


async def _still_meant(rows: list[Row], contact: Row) -> list[Row]:
    """Those whose reader is still at this chat and may still hear of them."""
    person_id = contact["person_id"]
    reader = await viewer_of(person_id) if person_id is not None else None
    theirs = [row for row in rows if row["person_id"] == person_id]
    if reader is None:
        return [row for row in theirs if not row["verb"]]
    return await heard_rows(reader, theirs)


def _by_needs(rows: list[Row]) -> dict[str, list[Letter]]:
    """The letters by what they need, which is looked at once more when they go out; what no key of ours opens is
    passed over."""
    found: dict[str, list[Letter]] = {}
    for row in rows:
        try:
            letter = Letter.from_json(unseal(row["letter_sealed"]))
        except (Invalid, ValueError):
            continue
        found.setdefault(needs_of(row), []).append(letter)
    return found


def _digest(letters: Sequence[Letter]) -> Letter:
    """One letter: the one there is, or the first lines of several with their links."""
    foot = say("push.foot")
    if len(letters) == 1:
        one = letters[0]
        return Letter(f"{one.text}\n{foot}", links=one.links)
    shown = letters[:MOST_LINES]
    lines = [say("push.line", number=at, text=one.text.partition("\n")[0]) for at, one in enumerate(shown, start=1)]
    rest = [say("push.more", count=len(letters) - MOST_LINES)] if len(letters) > MOST_LINES else []
    links: tuple[Link, ...] = tuple(link for one in shown for link in one.links[:1])
    return Letter("\n".join([say("push.head", count=len(letters)), *lines, *rest, foot]), links=links)
