"""保存期: what has been kept as long as ``community/rules.toml`` says is cleared, kind by kind, a batch at a time.

Nothing is touched that is open at the desk or not delivered. Keys by which a repeated delivery is known stay as long as
``inbox_days``, which may not be less than a week, longer than any platform tries again. The audit log stays for good.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from casework import misses
from casework.cases import clearing
from casework.erasing import empty_questions
from casework.mediation import clearing as mediation_clearing
from courier import afterwards, consents, inbox, reach
from models import clock
from models.clock import local
from models.message import InboxState, OutboxState
from models.rule_shapes import Keep
from models.rules import rules
from models.transaction import execute, fetch, listed, transaction
from models.wording import say
from people import bell, errands, files, login, login_codes, notices, pushes, webhooks
from people.audit import record
from people.joining import clearing as joining_clearing
from people.permissions import allow
from people.records import clearing as export_clearing
from people.viewers import Viewer

BATCH, MOST_BATCHES = 500, 20
"""Rows of one transaction, and transactions of one run: a run stays short, and the next goes on where it ended."""
_DEAD = (OutboxState.FAILED, OutboxState.WITHDRAWN)
_SETTLED = (
    "NOT EXISTS (SELECT 1 FROM question q WHERE q.conversation_id={0} AND q.state<>'closed')"
    " AND NOT EXISTS (SELECT 1 FROM alarm a WHERE a.open_for_id={0})"
)
_OF_LINE, _OF_CONVERSATION = _SETTLED.format("u.conversation_id"), _SETTLED.format("v.id")


Clear = Callable[[dt.datetime, int], Awaitable[int]]
"""Clears so many rows older than a moment, and says how many it were."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Rows of a table that is read through to find them. That is done before the transaction begins, so that nobody who
    writes waits for it; what was found then goes, if it still may: ``{ids}`` stand for it in ``act``."""

    find: str
    act: str

    async def seek(self, before: dt.datetime, limit: int) -> Clear:
        """Find the next rows; gives what clears them."""
        ids = [int(row["id"]) for row in await fetch(self.find, before, limit)]
        statement = self.act.format(ids=listed(ids))

        async def clear_these(before: dt.datetime, _limit: int) -> int:
            return await execute(statement, before) if ids else 0

        return clear_these


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is kept: for how many days, and how rows older than that are cleared."""

    name: str
    days: Callable[[Keep], int]
    clear: Clear | Sought


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a run did; ``is_all`` is False where it stopped before the end."""

    rows: int
    days: int
    is_all: bool


async def clear(kind: Kind, *, by: Viewer) -> Cleared:
    """清理: one kind's rows that are past their days, in batches, each with its audit line."""
    allow(by, "retention.clear", None)
    days = kind.days(rules().keep)
    before, rows, count = clock.now() - dt.timedelta(days=days), 0, BATCH
    for _ in range(MOST_BATCHES):
        clear_batch = await kind.clear.seek(before, BATCH) if isinstance(kind.clear, Sought) else kind.clear
        async with transaction():
            count = await clear_batch(before, BATCH)
            if count:
                detail = f"{count} rows older than {days} days"
                await record(by, "retention.clear", subject=kind.name, subject_id=None, place_id=None, detail=detail)
        rows += count
        if count < BATCH:
            break
    return Cleared(rows, days, is_all=count < BATCH)


def _by_ms(act: Callable[..., Awaitable[int]], **which: object) -> Clear:
    """What clears rows whose times are whole milliseconds."""

    async def clear_these(before: dt.datetime, limit: int) -> int:
        return await act(before_ms=int(before.timestamp() * 1000), limit=limit, **which)

    return clear_these


def _older(act: Callable[..., Awaitable[int]]) -> Clear:
    """What clears rows that are older than a moment."""

    async def clear_these(before: dt.datetime, limit: int) -> int:
        return await act(older_than=before, limit=limit)

    return clear_these


_OLD_ORIGINAL = f"SELECT u.id FROM utterance u WHERE u.sealed IS NOT NULL AND u.created_at<$1 AND {_OF_LINE}"
_ORIGINALS = Sought(
    f"{_OLD_ORIGINAL} ORDER BY u.id LIMIT $2",
    f"UPDATE utterance SET sealed=NULL WHERE id IN ({_OLD_ORIGINAL} AND u.id IN ({{ids}}))",
)
"""Residents' lines as written; the masked line stays."""


async def _question_originals(before: dt.datetime, limit: int) -> int:
    return await execute(
        "UPDATE question SET sealed=NULL WHERE state='closed' AND id IN (SELECT id FROM question WHERE state='closed'"
        " AND closed_at<$1 AND sealed IS NOT NULL ORDER BY id LIMIT $2)",
        before,
        limit,
    )


_SILENT = (
    "SELECT v.id FROM conversation v WHERE v.memory<>'{}' AND v.created_at<$1 AND NOT EXISTS (SELECT 1 FROM utterance u"
    f" WHERE u.conversation_id=v.id AND u.created_at>=$1) AND {_OF_CONVERSATION}"
)
_MEMORIES = Sought(
    f"{_SILENT} ORDER BY v.id LIMIT $2",
    "UPDATE conversation SET memory='{{}}', version=version+1 WHERE id IN ("
    + _SILENT.replace("{}", "{{}}")
    + " AND v.id IN ({ids}))",
)
"""What the dialogue remembers of conversations that have been silent; it would not be used any more anyway."""
_OLD_LINE = f"SELECT u.id FROM utterance u WHERE u.created_at<$1 AND {_OF_LINE}"
_LINES = Sought(
    f"{_OLD_LINE} ORDER BY u.id LIMIT $2", f"DELETE FROM utterance WHERE id IN ({_OLD_LINE} AND u.id IN ({{ids}}))"
)


async def _questions(before: dt.datetime, limit: int) -> int:
    """The row stays, since it is counted; its words, and those of the replies, go."""
    rows = await fetch(
        "SELECT id FROM question WHERE state='closed' AND closed_at<$1 AND erased_at IS NULL ORDER BY id LIMIT $2",
        before,
        limit,
    )
    ids = [row["id"] for row in rows]
    return len(await empty_questions(ids, words=say("erase.by_age"), now=clock.now())) if ids else 0


async def _judged(before: dt.datetime, limit: int) -> int:
    """The question that was judged; the verdict stays."""
    return await execute(
        "UPDATE feedback SET question='' WHERE id IN (SELECT id FROM feedback WHERE created_at<$1 AND question<>''"
        " ORDER BY id LIMIT $2)",
        before,
        limit,
    )


async def _phrasings(before: dt.datetime, limit: int) -> int:
    """Questions set aside as perhaps a way of asking, which nobody has asked for long."""
    return await execute(
        "DELETE FROM phrasing WHERE id IN (SELECT id FROM phrasing WHERE last_at<$1 ORDER BY id LIMIT $2)",
        before,
        limit,
    )


async def _alarms(before: dt.datetime, limit: int) -> int:
    return await execute(
        "UPDATE alarm SET text=$1 WHERE id IN (SELECT id FROM alarm WHERE acknowledged_at<$2 AND text<>$1"
        " AND open_for_id IS NULL ORDER BY id LIMIT $3)",
        say("erase.by_age"),
        before,
        limit,
    )


async def _mutes(before: dt.datetime, limit: int) -> int:
    return await execute(
        "DELETE FROM mute WHERE id IN (SELECT id FROM mute WHERE until<$1 ORDER BY id LIMIT $2)", before, limit
    )


_GONE = (
    "SELECT n.person_id FROM {table} n JOIN person p ON p.id=n.person_id WHERE p.username IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM role r WHERE r.person_id=p.id)"
    " AND NOT EXISTS (SELECT 1 FROM residence d WHERE d.person_id=p.id AND (d.open_home_id IS NOT NULL OR d.until>=$1))"
    " AND EXISTS (SELECT 1 FROM residence d WHERE d.person_id=p.id) ORDER BY n.id LIMIT $2"
)
"""People of whom a table has rows, who moved out of their last home before a day."""


async def _moved_out(before: dt.datetime, limit: int) -> int:
    """Numbers and tags of people who moved away; names and homes stay as history."""
    day = local(before).date()
    return sum(
        [
            await execute(f"DELETE FROM {table} WHERE person_id IN ({_GONE.format(table=table)})", day, limit)
            for table in ("personal", "person_tag")
        ]
    )


async def _looks(before: dt.datetime, limit: int) -> int:
    """Who looked at a number; the audit log keeps that somebody did."""
    return await execute(
        "DELETE FROM look WHERE id IN (SELECT id FROM look WHERE created_at<$1 ORDER BY id LIMIT $2)", before, limit
    )


KINDS: tuple[Kind, ...] = (
    Kind("inbox_payload", lambda keep: keep.payload_days, _by_ms(inbox.clear_payloads)),
    Kind("outbox_body", lambda keep: keep.payload_days, _by_ms(afterwards.clear_bodies)),
    Kind("inbox", lambda keep: keep.inbox_days, _by_ms(inbox.forget)),
    Kind("outbox", lambda keep: keep.outbox_days, _by_ms(afterwards.forget)),
    Kind("inbox_dead", lambda keep: keep.dead_days, _by_ms(inbox.forget, state=InboxState.QUARANTINED)),
    Kind("outbox_dead", lambda keep: keep.dead_days, _by_ms(afterwards.forget, states=_DEAD)),
    Kind("reach_window", lambda keep: keep.outbox_days, _by_ms(reach.forget)),
    Kind("reach_consent", lambda keep: keep.conversations_days, _by_ms(consents.forget)),
    Kind("push", lambda keep: keep.outbox_days, _older(pushes.forget)),
    Kind("bell_line", lambda keep: keep.outbox_days, _older(bell.forget)),
    Kind("webhook_event", lambda keep: keep.outbox_days, _older(webhooks.forget)),
    Kind("staff_notice", lambda keep: keep.outbox_days, _older(notices.forget)),
    Kind("web_session", lambda keep: keep.sessions_days, _older(login.forget_sessions)),
    Kind("login_code", lambda keep: keep.sessions_days, _older(login_codes.forget)),
    Kind("login_errand", lambda keep: keep.sessions_days, _older(errands.forget)),
    Kind("original", lambda keep: keep.originals_days, _ORIGINALS),
    Kind("question_original", lambda keep: keep.originals_days, _question_originals),
    Kind("case_original", lambda keep: keep.originals_days, clearing.clear_originals),
    Kind("memory", lambda keep: keep.originals_days, _MEMORIES),
    Kind("miss", lambda keep: keep.misses_days, _older(misses.forget)),
    Kind("join", lambda keep: keep.joins_days, _older(joining_clearing.forget)),
    Kind("phrasing", lambda keep: keep.misses_days, _phrasings),
    Kind("judged", lambda keep: keep.misses_days, _judged),
    Kind("line", lambda keep: keep.conversations_days, _LINES),
    Kind("question", lambda keep: keep.conversations_days, _questions),
    Kind("case", lambda keep: keep.conversations_days, clearing.clear_words),
    Kind("mediation", lambda keep: keep.conversations_days, mediation_clearing.clear_words),
    Kind("consultation", lambda keep: keep.conversations_days, mediation_clearing.clear_rooms),
    Kind("alarm", lambda keep: keep.conversations_days, _alarms),
    Kind("mute", lambda keep: keep.conversations_days, _mutes),
    Kind("moved_out", lambda keep: keep.moved_out_days, _moved_out),
    Kind("file", lambda keep: keep.files_days, _older(files.forget)),
    Kind("look", lambda keep: keep.conversations_days, _looks),
    Kind("export", lambda keep: keep.conversations_days, _older(export_clearing.forget_words)),
)
"""Everything that is kept for a while; a test knows every table and column that holds words."""
