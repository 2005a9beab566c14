"""What photos and voice messages of residents belong to: a line of their conversation, then a question at the desk."""

from __future__ import annotations

from collections.abc import Collection

from casework import conversation_sight
from casework.asker import is_asker
from casework.sight import seen_by
from courier import notices, signals
from courier.letters import Letter
from models import clock
from models.file import FileKind
from models.question import Question
from models.transaction import execute, fetch_one, listed, transaction
from models.wording import say
from people import fetching, files
from people.fetching import Wanted
from people.files import FileLine, Parent, ParentKind
from people.viewers import Viewer

LINE, QUESTION = "line", "question"


async def _sees_line(line_id: int, viewer: Viewer) -> bool:
    row = await fetch_one("SELECT conversation_id FROM utterance WHERE id=$1", line_id)
    if row is None:
        return False
    conversation_id = row["conversation_id"]
    return await is_asker(viewer, conversation_id) or await conversation_sight.may_read(conversation_id, viewer=viewer)


async def _sees_question(question_id: int, viewer: Viewer) -> bool:
    if await Question.exists(await seen_by(viewer), id=question_id):
        return True
    row = await fetch_one("SELECT conversation_id FROM question WHERE id=$1", question_id)
    return row is not None and await is_asker(viewer, row["conversation_id"])


files.register(
    ParentKind(
        LINE,
        "utterance",
        _sees_line,
        is_open="EXISTS (SELECT 1 FROM utterance u JOIN question q ON q.conversation_id=u.conversation_id"
        " WHERE u.id=f.parent_id AND q.state<>'closed')",
    )
)
files.register(
    ParentKind(
        QUESTION,
        "question",
        _sees_question,
        is_open="EXISTS (SELECT 1 FROM question q WHERE q.id=f.parent_id AND q.state<>'closed')",
    )
)


async def of_question(question_id: int, *, viewer: Viewer) -> list[FileLine]:
    """照片和语音: what was attached to a question, for whoever sees it."""
    if not await _sees_question(question_id, viewer):
        return []
    return (await files.of(QUESTION, [question_id])).get(question_id, [])


async def take_along(line_ids: Collection[int], *, question_id: int) -> int:
    """Let what came with these lines belong to a question, in the caller's transaction; gives how many files."""
    return await execute(
        "UPDATE file SET parent_kind='question', parent_id=$1 WHERE parent_kind='line'"
        f" AND line_id IN ({listed(line_ids)})",
        question_id,
    )


async def pass_on(line_ids: Collection[int], *, to: Parent, by: Viewer, most: int) -> int:
    """Let photos that somebody sent with lines of their own belong to something they write, in the caller's
    transaction; gives how many. One that is still to be fetched comes later."""
    if not line_ids:
        return 0
    own = "f.parent_kind='line' AND f.kind='photo' AND f.state<>'lost' AND (f.contact_id=$3 OR f.person_id=$4)"
    return await execute(
        "UPDATE file SET parent_kind=$1, parent_id=$2 WHERE id IN (SELECT f.id FROM file f"
        f" WHERE {own} AND f.line_id IN ({listed(line_ids)}) ORDER BY f.id LIMIT {int(most)})",
        to.kind,
        to.id,
        by.contact_id,
        by.person_id,
    )


async def announce(line_id: int | None) -> None:
    """Wake whoever looks at the conversation of a line: one of its files is here now."""
    row = await fetch_one("SELECT conversation_id FROM utterance WHERE id=$1", line_id) if line_id else None
    if row is not None:
        signals.publish(signals.conversation_topic(row["conversation_id"]))


async def lose(wanted: Wanted, *, problem: str) -> None:
    """没取到: a file will never be had; its sender hears so, once for each message of theirs."""
    async with transaction():
        if await fetching.lose(wanted, problem=problem):
            await tell_not_taken(problem, kind=wanted.kind, line_id=wanted.line_id, contact_id=wanted.contact_id)
    await announce(wanted.line_id)


async def tell_not_taken(problem: str, *, kind: FileKind, line_id: int | None, contact_id: int | None) -> None:
    """Tell the sender of a file why it will never be had, once for each message, in the caller's transaction: the first
    file of a message carries the mark of that."""
    is_first = await execute(
        "UPDATE file SET told_at=$1 WHERE told_at IS NULL AND id=(SELECT min(id) FROM file WHERE line_id=$2)",
        clock.now(),
        line_id,
    )
    if is_first and contact_id is not None:
        what = say(f"attachment.what.{kind.value}")
        letter = Letter(say("attachment.lost", what=what, why=say(f"attachment.problem.{problem}")))
        await notices.tell_contact(letter, contact_id=contact_id, kind="file.lost")


async def drop_of_conversation(conversation_id: int) -> int:
    """Everything that came in a conversation, in the transaction that erases it."""
    return await files.drop_where(
        "line_id IN (SELECT id FROM utterance WHERE conversation_id=$1)"
        " OR (parent_kind='question' AND parent_id IN (SELECT id FROM question WHERE conversation_id=$1))",
        conversation_id,
    )


def to_line(line_id: int) -> Parent:
    """A line as what files belong to."""
    return Parent(LINE, line_id)
