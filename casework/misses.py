"""Questions the pack could not answer: kept, grouped by near-duplicates; everyone is told once of the answer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework import guide, phrasings
from casework.asker import contact_of, reached_at, speaks_from, tell_asker
from casework.bare_wishes import matter_of
from courier import signals
from courier.letters import Letter, Link
from models import clock
from models.conversation import Miss
from models.entry_content import EntryContent
from models.errors import NotFound
from models.question import Question
from models.transaction import Row, execute, fetch, fetch_one_by_key, listed, moment, transaction
from models.wording import say
from nlp.similar import SAME, group, similar
from people.audit import record
from people.permissions import allow
from people.scope import must_see, places_for
from people.viewers import Viewer

MOST = 5_000
LONGEST = 500
_OPEN = "entry_key IS NULL AND dismissed_at IS NULL"


@dataclass(frozen=True, slots=True)
class MissGroup:
    """Near-duplicate questions: the wording first asked, how often, and how many conversations wait for an answer.

    ``draft_id`` is the newest draft that is to answer them and waits to be published.
    """

    place_id: int
    text: str
    others: tuple[str, ...]
    count: int
    waiting: int
    miss_ids: tuple[int, ...]
    question_ids: tuple[int, ...]
    draft_id: int | None
    first_at: dt.datetime
    last_at: dt.datetime


async def record_miss(*, by: Viewer, conversation_id: int, text: str, question_id: int | None = None) -> int:
    """记下: keep a question (masked) that was not answered, until an entry answers it; gives the miss's id."""
    contact = await contact_of(conversation_id)
    if contact is None or not speaks_from(contact, by):
        raise NotFound("conversation.not_found")
    allow(by, "conversation.speak", None)
    return await _keep(conversation_id, place_id=contact["place_id"], text=text, question_id=question_id)


async def _keep(conversation_id: int, *, place_id: int, text: str, question_id: int | None) -> int:
    signals.publish(signals.desk_topic(place_id))
    row = await fetch_one_by_key(
        "INSERT INTO miss (created_at, place_id, conversation_id, text, question_id) VALUES ($1,$2,$3,$4,$5)"
        " RETURNING id",
        clock.now(),
        place_id,
        conversation_id,
        text.replace("\x00", "").strip()[:LONGEST],
        question_id,
    )
    assert row is not None
    return row["id"]


async def attach(question: Question) -> None:
    """Bind what this conversation missed to the question made of it, so that its asker is told on publication. Who only
    asked for a person has missed nothing."""
    assert question.conversation_id is not None
    if not (asked := matter_of(question.text)):
        return
    rows = await fetch(
        f"SELECT id, text FROM miss WHERE conversation_id=$1 AND question_id IS NULL AND {_OPEN}"
        " ORDER BY id DESC LIMIT 20",
        question.conversation_id,
    )
    alike = [row["id"] for row in rows if similar(row["text"], asked) >= SAME]
    for miss_id in alike:
        await execute("UPDATE miss SET question_id=$1 WHERE id=$2", question.id, miss_id)
    if not alike:
        await _keep(question.conversation_id, place_id=question.place_id, text=asked, question_id=question.id)


async def groups(*, viewer: Viewer, place_id: int | None = None) -> list[MissGroup]:
    """Open misses of the viewer's places grouped by near-duplicate question, the most asked first."""
    rows = await _open_rows(viewer, place_id)
    by_place: dict[int, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row["place_id"], []).append(row)
    found = [one for part in by_place.values() for one in await _grouped(part)]
    return sorted(found, key=lambda one: (-one.count, -one.last_at.timestamp()))


async def group_of(miss_id: int, *, viewer: Viewer, place_id: int | None = None) -> MissGroup:
    """The group that an open miss belongs to; ``place_id``: among those of one neighbourhood."""
    found = next((one for one in await groups(viewer=viewer, place_id=place_id) if miss_id in one.miss_ids), None)
    if found is None:
        raise NotFound("miss.not_found")
    return found


async def _open_rows(viewer: Viewer, place_id: int | None) -> list[Row]:
    if place_id is not None:
        must_see(viewer, "miss.read", place_id, thing="miss")
    places = frozenset({place_id}) if place_id is not None else places_for(viewer, "miss.read")
    where = _OPEN if places is None else f"{_OPEN} AND place_id IN ({listed(places)})"
    rows = await fetch(
        "SELECT id, place_id, conversation_id, text, question_id, created_at,"
        " (SELECT v.id FROM entry_version v WHERE v.id=miss.draft_id AND v.state='draft') AS draft_id"
        f" FROM miss WHERE {where} ORDER BY id DESC LIMIT {MOST}"
    )
    return rows[::-1]


async def _grouped(rows: Sequence[Row]) -> list[MissGroup]:
    parts = await asyncio.to_thread(group, [row["text"] for row in rows])
    return [_group([rows[position] for position in part]) for part in parts]


def _group(rows: Sequence[Row]) -> MissGroup:
    texts = list(dict.fromkeys(row["text"] for row in rows))
    return MissGroup(
        place_id=rows[0]["place_id"],
        text=texts[0],
        others=tuple(texts[1:6]),
        count=len(rows),
        waiting=len({row["conversation_id"] for row in rows}),
        miss_ids=tuple(row["id"] for row in rows),
        question_ids=tuple(dict.fromkeys(row["question_id"] for row in rows if row["question_id"])),
        draft_id=max((row["draft_id"] for row in rows if row["draft_id"]), default=None),
        first_at=moment(rows[0]["created_at"]),
        last_at=moment(rows[-1]["created_at"]),
    )


async def dismiss(miss_ids: Iterable[int], *, by: Viewer) -> int:
    """忽略: these need no entry; nobody is told. Gives how many were still open."""
    misses = await _seen(miss_ids, by=by, verb="miss.dismiss")
    async with transaction():
        await _record(misses, "miss.dismiss", by)
        count = 0
        for miss in misses:
            count += await execute(f"UPDATE miss SET dismissed_at=$1 WHERE id=$2 AND {_OPEN}", clock.now(), miss.id)
    return count


async def resolve(miss_ids: Iterable[int], *, by: Viewer, content: EntryContent) -> int:
    """回告: an entry answers these, and they may become ways of asking for it; everyone who asked is told once.

    Gives how many conversations were. NotFound where the entry is not shown in the neighbourhood of one of them.
    """
    found = await _seen(miss_ids, by=by, verb="miss.resolve")
    await _must_be_shown(content.id, found)
    waiting = [miss for miss in found if miss.entry_key is None and miss.dismissed_at is None]
    async with transaction():
        for miss in waiting:
            await phrasings.keep(miss.text, place_id=miss.place_id, entry_key=content.id)
        return await tell(found, by=by, content=content)


async def _must_be_shown(key: str, misses: Iterable[Miss]) -> None:
    snapshot = await guide.current()
    if not all(snapshot.visible(key, miss.place_id) for miss in misses):
        raise NotFound("guide.not_found", key=key)


async def carry(miss_ids: Iterable[int], *, by: Viewer, version_id: int, place_id: int | None) -> None:
    """带上: a draft is written to answer these; once it is published, whoever waits is told.

    What one neighbourhood is to read (``place_id``) answers nothing that was asked in another.
    """
    carried = await _seen(miss_ids, by=by, verb="miss.read")
    if place_id is not None and any(miss.place_id != place_id for miss in carried):
        raise NotFound("miss.not_found")
    for miss in carried:
        await execute(f"UPDATE miss SET draft_id=$1 WHERE id=$2 AND {_OPEN}", version_id, miss.id)
        signals.publish(signals.desk_topic(miss.place_id))


async def still_open(place_id: int | None) -> list[Miss]:
    """What waits for an answer in a place, or (None) everywhere, oldest first; to be told, not to be shown."""
    here = {} if place_id is None else {"place_id": place_id}
    return (await Miss.filter(entry_key=None, dismissed_at=None, **here).order_by("-id").limit(MOST))[::-1]


async def tell(misses: Sequence[Miss], *, by: Viewer, content: EntryContent) -> int:
    """Settle misses that an entry answers, and tell each conversation once; gives how many were told."""
    async with transaction():
        await _record(misses, "miss.resolve", by)
        told: dict[int, str] = {}
        for miss in misses:
            if await _settle(miss, content):
                told.setdefault(miss.conversation_id, miss.text)
        for conversation_id in await _in_order_of_lanes(told):
            await tell_asker(
                _letter(told[conversation_id], content), conversation_id=conversation_id, kind="miss.answered"
            )
    return len(told)


async def _settle(miss: Miss, content: EntryContent) -> bool:
    sql = f"UPDATE miss SET entry_key=$1, told_at=$2 WHERE id=$3 AND {_OPEN}"
    return await execute(sql, content.id, clock.now(), miss.id) == 1


async def _in_order_of_lanes(told: Iterable[int]) -> list[int]:
    """Conversations sorted by lane name, the order in which every fan-out takes its lanes."""
    lanes: list[tuple[str, int]] = []
    for conversation_id in told:
        contact = await reached_at(conversation_id)
        if contact is not None:
            lanes.append((f"{contact['channel']}:{contact['address']}", conversation_id))
    return [conversation_id for _, conversation_id in sorted(lanes)]


def _letter(asked: str, content: EntryContent) -> Letter:
    text = say("desk.miss.answered", asked=asked, title=content.title, summary=content.summary)
    return Letter(text, links=(Link(say("desk.miss.link", title=content.title), f"/guide/{content.id}"),))


async def _seen(miss_ids: Iterable[int], *, by: Viewer, verb: str) -> list[Miss]:
    """The misses, every one of which the viewer must be allowed to see."""
    wanted = sorted(set(miss_ids))
    misses = await Miss.filter(id__in=wanted).order_by("id")
    if len(misses) != len(wanted):
        raise NotFound("miss.not_found")
    for place_id in {miss.place_id for miss in misses}:
        must_see(by, verb, place_id, thing="miss")
    return misses


async def _record(misses: Sequence[Miss], verb: str, by: Viewer) -> None:
    for place_id in sorted({miss.place_id for miss in misses}):
        ids = [miss.id for miss in misses if miss.place_id == place_id]
        await record(by, verb, subject="miss", subject_id=ids[0], place_id=place_id, detail=f"{len(ids)} misses")
        signals.publish(signals.desk_topic(place_id))


async def forget(*, older_than: dt.datetime, limit: int) -> int:
    """Delete misses that were settled and are older than a moment, so many at a time; gives how many."""
    return await execute(
        "DELETE FROM miss WHERE id IN (SELECT id FROM miss WHERE created_at<$1"
        " AND (told_at IS NOT NULL OR dismissed_at IS NOT NULL) ORDER BY id LIMIT $2)",
        older_than,
        limit,
    )
