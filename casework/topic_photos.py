"""Photos below the card of a topic, each once, and taken away there when they are gone here.

Only those that came by the same chat system: what somebody sent by another is not sent on to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from casework.sight import seen_by
from models import clock
from models.errors import NotFound
from models.question import Question
from models.topic import TopicPhoto
from models.transaction import execute, fetch, fetch_one
from people import files
from people.files import Opened
from people.groups import PRIVATE
from people.viewers import Viewer

_OURS = (
    "file f JOIN utterance u ON u.id=f.line_id JOIN conversation v ON v.id=u.conversation_id"
    f" JOIN contact c ON c.id=v.contact_id AND c.channel='{PRIVATE}'"
    " WHERE f.parent_kind='question' AND f.kind='photo' AND f.state='kept'"
)
_NOT_YET = "NOT EXISTS (SELECT 1 FROM topic_photo p WHERE p.topic_id=t.id AND p.file_id=f.id)"
_LEFT_OVER = "topic_photo p WHERE p.topic_id=t.id AND NOT EXISTS (SELECT 1 FROM file f WHERE f.id=p.file_id)"
MISSING = f"EXISTS (SELECT 1 FROM {_OURS} AND f.parent_id=q.id AND {_NOT_YET})"
"""SQL over a question ``q`` and its topic ``t``: a photo should stand there and does not."""
LEFT_OVER = f"EXISTS (SELECT 1 FROM {_LEFT_OVER})"
"""The same: one stands there that is gone here."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that should stand in a topic; without ``opened`` it cannot be had."""

    file_id: int
    opened: Opened | None


async def missing(question_id: int, *, viewer: Viewer) -> list[Photo]:
    """Photos of a question that should stand in its topic and do not, in order."""
    if not await Question.exists(await seen_by(viewer), id=question_id):
        raise NotFound("question.not_found")
    rows = await fetch(
        f"SELECT f.id, f.name FROM topic t, {_OURS} AND f.parent_id=$1 AND t.question_id=$1 AND {_NOT_YET}"
        " ORDER BY f.id",
        question_id,
    )
    return [Photo(row["id"], await _opened(row["name"], viewer)) for row in rows]


async def _opened(name: str, viewer: Viewer) -> Opened | None:
    try:
        return await files.opened(name, viewer=viewer)
    except NotFound:
        return None


async def elsewhere(question_id: int) -> int:
    """How much else came with a question that its caller found: voice, photos by other ways; seen at the desk only."""
    row = await fetch_one(
        "SELECT count(*) AS n FROM file a WHERE a.parent_kind='question' AND a.parent_id=$1 AND a.state<>'lost'"
        f" AND NOT EXISTS (SELECT 1 FROM {_OURS} AND f.id=a.id)",
        question_id,
    )
    return int(row["n"]) if row else 0


async def stands(question_id: int, *, file_id: int, message_id: int) -> None:
    """A photo stands in the topic now; ``message_id`` is 0 for one that cannot be had."""
    await execute(
        "INSERT INTO topic_photo (created_at, topic_id, file_id, message_id)"
        " VALUES ($1, (SELECT t.id FROM topic t WHERE t.question_id=$4), $2, $3)"
        " ON CONFLICT (topic_id, file_id) DO NOTHING",
        clock.now(),
        file_id,
        message_id,
        question_id,
    )


async def left_over(question_id: int) -> list[int]:
    """The messages of a topic whose photos are gone here."""
    rows = await fetch(
        "SELECT p.message_id FROM topic_photo p JOIN topic t ON t.id=p.topic_id WHERE t.question_id=$1"
        " AND NOT EXISTS (SELECT 1 FROM file f WHERE f.id=p.file_id) ORDER BY p.id",
        question_id,
    )
    return [row["message_id"] for row in rows]


async def taken_away(question_id: int, *, message_id: int) -> None:
    """Such a message is gone there too."""
    await TopicPhoto.filter(topic__question_id=question_id, message_id=message_id).delete()


async def forget(question_id: int) -> None:
    """The topic is gone, with every photo in it."""
    await TopicPhoto.filter(topic__question_id=question_id).delete()
