"""转为事件: a post becomes a case in one tap, reported by its author; the thread shows what becomes of it."""

from __future__ import annotations

from casework.cases import reporting
from casework.cases.reporting import Facts
from courier import signals
from forum import replies
from forum.replies import NewReply
from forum.sight import Found, confides_in, visible
from forum.states import move
from models.case import Case, CaseSource
from models.errors import NotAllowed, Taken, WrongState
from models.transaction import execute, transaction
from models.wording import say
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer


async def to_case(post_id: int, *, by: Viewer, kind_key: str, seen_version: int | None = None) -> Case:
    """转为事件: with the post's words; the thread says so at once, which is an official reply."""
    post = await visible(post_id, by)
    allow(by, "post.to_case", post.place_id)
    _must_become(post, by)
    if post.case_id is not None or (seen_version is not None and seen_version != post.version):
        raise Taken("post.changed")
    async with transaction():
        await _hold(post)
        case = await reporting.report(_facts(post, kind_key), by=by, source=CaseSource.POST, place_id=post.place_id)
        await move(post.standing, "post.to_case", case_id=case.id)
        await record(by, "post.to_case", subject="post", subject_id=post.id, place_id=post.place_id, detail=case.number)
        if post.takes_replies:
            await replies.reply(post.id, NewReply(say("board.case.made", number=case.number)), by=by)
        signals.publish(signals.thread_topic(post.id))
    return case


def _facts(post: Found, kind_key: str) -> Facts:
    return Facts(
        kind_key,
        _words(post),
        person_id=post.author_id,
        is_private=post.is_private,
        said_at=post.edited_at or post.created_at,
    )


async def _hold(post: Found) -> None:
    """Lock the rows that the reply below changes before the audit log is locked, in the order of everybody else."""
    await execute("UPDATE post SET version=version WHERE id=$1", post.id)
    await execute(
        "UPDATE board SET post_count=post_count WHERE place_id=$1 AND name=$2", post.place_id, post.kind.key.value
    )


def _must_become(post: Found, by: Viewer) -> None:
    if not post.kind.becomes_case:
        raise WrongState("post.no_case_here", board=post.kind.name)
    if post.is_private and not confides_in(by, post):
        raise NotAllowed("not_allowed", verb="post.to_case")


def _words(post: Found) -> str:
    """Title and text, each once."""
    return post.text if post.text.startswith(post.title.rstrip("…")) else f"{post.title}\n{post.text}"
