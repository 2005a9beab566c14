"""Taking a conversation's words away: at its resident's wish, as far as nothing is open. What is counted stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from casework import attachments
from casework.asker import contact_of, is_asker
from casework.cases import clearing
from courier import afterwards, inbox, signals
from models import clock
from models.errors import NotFound, WrongState
from models.transaction import execute, fetch, fetch_one, listed, transaction
from models.wording import say
from people import files
from people.audit import record
from people.permissions import allow
from people.viewers import Viewer


async def must_be_settled(conversation_id: int, *, by: Viewer) -> None:
    """Refuse while a question of one's own conversation is open, or nobody knows of its emergency yet."""
    if not await is_asker(by, conversation_id):
        raise NotFound("conversation.not_found")
    question = await fetch_one(
        "SELECT number FROM question WHERE conversation_id=$1 AND state<>'closed' ORDER BY id LIMIT 1", conversation_id
    )
    if question is not None:
        raise WrongState("conversation.erase_open", number=question["number"])
    if (number := await clearing.open_of(conversation_id=conversation_id)) is not None:
        raise WrongState("conversation.erase_open", number=number)
    if await fetch_one("SELECT id FROM alarm WHERE open_for_id=$1", conversation_id):
        raise WrongState("conversation.erase_alarm")


async def erase(conversation_id: int, *, by: Viewer) -> None:
    """删除对话: every word of one's own conversation goes, sealed originals too; numbers, times and verdicts stay."""
    contact = await contact_of(conversation_id)
    await must_be_settled(conversation_id, by=by)
    assert contact is not None
    allow(by, "conversation.erase", None)
    words, place_id = say("erase.by_resident"), contact["place_id"]
    async with transaction():
        paths = [
            *(f"/desk/{number}" for number in await _questions_of(conversation_id, words)),
            *(f"/desk/alarms/{number}" for number in await _alarms_of(conversation_id, words)),
            *(f"/cases/{number}" for number in await _cases_of(conversation_id, words)),
        ]
        await must_be_settled(conversation_id, by=by)  # Staff may have opened one again while its row was waited for.
        await _misses_of(conversation_id, words)
        await _asked_only_here(conversation_id, place_id)
        await execute("UPDATE feedback SET question='' WHERE conversation_id=$1", conversation_id)
        await attachments.drop_of_conversation(conversation_id)
        await execute("DELETE FROM utterance WHERE conversation_id=$1", conversation_id)
        await execute("DELETE FROM bell_line WHERE person_id=$1 AND verb=''", contact["person_id"])
        await _told_to_staff(paths, words)
        lane = f"{contact['channel']}:{contact['address']}"
        await inbox.erase(lane)
        await afterwards.erase(lane)
        await record(by, "conversation.erase", subject="conversation", subject_id=conversation_id, place_id=place_id)
        await execute("UPDATE conversation SET memory='{}' WHERE id=$1", conversation_id)
        signals.publish(signals.conversation_topic(conversation_id))
        signals.publish(signals.desk_topic(place_id))


async def _questions_of(conversation_id: int, words: str) -> list[int]:
    rows = await fetch(
        "SELECT id FROM question WHERE conversation_id=$1 AND state='closed' ORDER BY id", conversation_id
    )
    return await empty_questions([row["id"] for row in rows], words=words, now=clock.now())


async def _cases_of(conversation_id: int, words: str) -> list[int]:
    return await clearing.empty_of(conversation_id=conversation_id, words=words, now=clock.now())


async def empty_questions(ids: Sequence[int], *, words: str, now: dt.datetime) -> list[int]:
    """Put one sentence in the place of all words about closed questions: the resident's, the notes and the replies;
    what was attached goes."""
    rows = await fetch(
        "UPDATE question SET text=$1, sealed=NULL, where_text='', on_behalf_of='', when_text='', how_text='',"
        f" candidates='[]', erased_at=$2, version=version+1 WHERE id IN ({listed(ids)}) AND state='closed'"
        " RETURNING id",
        words,
        now,
    )
    emptied = sorted(row["id"] for row in rows)
    await files.drop(attachments.QUESTION, emptied)
    await execute(f"UPDATE question_step SET note='' WHERE question_id IN ({listed(emptied)})")
    await execute(f"UPDATE staff_reply SET text='', reason='' WHERE question_id IN ({listed(emptied)})")
    return emptied


async def _alarms_of(conversation_id: int, words: str) -> list[int]:
    sql = "UPDATE alarm SET text=$1 WHERE conversation_id=$2 AND open_for_id IS NULL RETURNING id"
    return sorted(row["id"] for row in await fetch(sql, words, conversation_id))


async def _misses_of(conversation_id: int, words: str) -> None:
    """Nobody waits for an answer to what was erased."""
    await execute(
        "UPDATE miss SET text=$1, dismissed_at=CASE WHEN entry_key IS NULL THEN COALESCE(dismissed_at, $2)"
        " ELSE dismissed_at END WHERE conversation_id=$3",
        words,
        clock.now(),
        conversation_id,
    )


async def _asked_only_here(conversation_id: int, place_id: int) -> None:
    """Questions set aside as perhaps a way of asking, unless others asked the same or somebody works on it already."""
    await execute(
        "DELETE FROM phrasing WHERE place_id=$1 AND draft_id IS NULL"
        " AND text IN (SELECT text FROM utterance WHERE conversation_id=$2 AND author='resident')"
        " AND times<=(SELECT count(*) FROM utterance u WHERE u.conversation_id=$2 AND u.author='resident'"
        " AND u.text=phrasing.text)",
        place_id,
        conversation_id,
    )


async def _told_to_staff(paths: Sequence[str], words: str) -> None:
    """What staff were told of these questions and alarms quotes them: in their list, and in the chats they bound."""
    for path in paths:
        await execute("UPDATE staff_notice SET text=$1 WHERE path=$2", words, path)
        rows = await fetch(
            "UPDATE utterance SET text=$1 WHERE facts LIKE $2 AND conversation_id IN (SELECT v.id FROM conversation v"
            " JOIN contact c ON c.id=v.contact_id WHERE c.person_id IS NOT NULL) RETURNING outbox_id",
            words,
            f'%"{path}"%',
        )
        await afterwards.erase_rows([row["outbox_id"] for row in rows if row["outbox_id"] is not None])
