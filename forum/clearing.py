"""How long words on boards are kept: what was taken away goes first, private questions with the conversations, what
neighbours read after years without a word; rows stay, since they are counted."""

from __future__ import annotations

import datetime as dt

from casework.retention import Kind
from forum import drafts
from models.rule_shapes import Keep
from models.transaction import Row, execute, fetch
from models.wording import say
from people import files


async def _emptied(table: str, which: str, *values: object, limit: int) -> int:
    """Put one sentence in the place of the words of some posts or replies; what they said before, and photos, go."""
    title = ", title=$2, reason=''" if table == "post" else ", reason=$2"
    words = say("erase.by_age")
    rows: list[Row] = await fetch(
        f"UPDATE {table} SET text=$1{title} WHERE id IN (SELECT t.id FROM {table} t WHERE t.text<>$1"
        f" AND {which} ORDER BY t.id LIMIT {int(limit)}) RETURNING id",
        words,
        words,
        *values,
    )
    ids = [row["id"] for row in rows]
    if ids:
        listed = ", ".join(map(str, ids))
        await execute(f"DELETE FROM post_edit WHERE thing='{table}' AND thing_id IN ({listed})")
        await files.drop(table, ids)
        if table == "post":
            await execute(f"DELETE FROM post_word WHERE post_id IN ({listed})")
    return len(ids)


async def _gone_posts(before: dt.datetime, limit: int) -> int:
    return await _emptied("post", "t.state='deleted' AND t.settled_at<$3", before, limit=limit)


async def _gone_replies(before: dt.datetime, limit: int) -> int:
    return await _emptied("reply", "t.state='deleted' AND t.settled_at<$3", before, limit=limit)


async def _private_posts(before: dt.datetime, limit: int) -> int:
    return await _emptied("post", "t.is_private AND t.last_at<$3", before, limit=limit)


async def _private_replies(before: dt.datetime, limit: int) -> int:
    which = "EXISTS (SELECT 1 FROM post p WHERE p.id=t.post_id AND p.is_private AND p.last_at<$3)"
    return await _emptied("reply", which, before, limit=limit)


async def _posts(before: dt.datetime, limit: int) -> int:
    return await _emptied("post", "t.last_at<$3", before, limit=limit)


async def _replies(before: dt.datetime, limit: int) -> int:
    return await _emptied(
        "reply", "EXISTS (SELECT 1 FROM post p WHERE p.id=t.post_id AND p.last_at<$3)", before, limit=limit
    )


async def _trails(before: dt.datetime, limit: int) -> int:
    """What was said before it was changed."""
    return await execute(
        "DELETE FROM post_edit WHERE id IN (SELECT id FROM post_edit WHERE created_at<$1 ORDER BY id LIMIT $2)",
        before,
        limit,
    )


def _originals(keep: Keep) -> int:
    return keep.originals_days


def _conversations(keep: Keep) -> int:
    return keep.conversations_days


def _boards(keep: Keep) -> int:
    return keep.posts_days


KINDS: tuple[Kind, ...] = (
    Kind("post_draft", _originals, drafts.forget),
    Kind("post_edit", _originals, _trails),
    Kind("post_gone", _originals, _gone_posts),
    Kind("reply_gone", _originals, _gone_replies),
    Kind("post_private", _conversations, _private_posts),
    Kind("reply_private", _conversations, _private_replies),
    Kind("post", _boards, _posts),
    Kind("reply", _boards, _replies),
)
"""Everything on boards that is kept for a while."""
