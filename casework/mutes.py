"""Pausing the messages of one contact for a while: by whom, why and until when; an emergency is heard all the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from casework.asker import contact_of
from courier import signals
from models import clock
from models.contact import Mute
from models.errors import Invalid, NotFound, Taken
from models.transaction import execute, fetch, listed, moment, transaction
from nlp.normalise import clean_input
from people.audit import record
from people.permissions import allow
from people.scope import places_for, sees
from people.viewers import Viewer

MOST_HOURS, LONGEST = 30 * 24, 200


@dataclass(frozen=True, slots=True)
class MuteLine:
    """A pause as staff see it."""

    id: int
    conversation_id: int
    number: str
    question_id: int
    channel: str
    reason: str
    by: str
    since: dt.datetime
    until: dt.datetime


_LINES = (
    "SELECT m.id, v.id AS conversation_id, q.number, q.id AS question_id, c.channel, m.reason, p.shown_name,"
    " m.created_at, m.until FROM mute m JOIN contact c ON c.id=m.contact_id JOIN conversation v ON v.contact_id=c.id"
    " LEFT JOIN person p ON p.id=m.by_id LEFT JOIN question q ON q.id="
    "(SELECT max(l.id) FROM question l WHERE l.conversation_id=v.id)"
    " WHERE m.open_for_id IS NOT NULL AND m.until>$1 AND {which} ORDER BY m.until, m.id LIMIT 200"
)


async def mute(conversation_id: int, *, by: Viewer, hours: int, reason: str) -> Mute:
    """暂停: keep what this contact writes, but answer it once only, until some hours from now."""
    contact_id, place_id = await _contact(conversation_id, by, "conversation.mute")
    why = clean_input(reason)[:LONGEST]
    if not why:
        raise Invalid("mute.reason_missing")
    if not 1 <= hours <= MOST_HOURS:
        raise Invalid("mute.wrong_length", days=MOST_HOURS // 24)
    now = clock.now()
    try:
        async with transaction():
            await execute("UPDATE mute SET open_for_id=NULL WHERE open_for_id=$1 AND until<=$2", contact_id, now)
            made = await Mute.create(
                created_at=now,
                contact_id=contact_id,
                place_id=place_id,
                until=now + dt.timedelta(hours=hours),
                reason=why,
                by_id=by.person_id,
                open_for_id=contact_id,
            )
            await _note_down(made, "conversation.mute", by=by)
    except IntegrityError as error:
        raise Taken("mute.taken") from error
    return made


async def unmute(mute_id: int, *, by: Viewer) -> Mute:
    """恢复: answer this contact again at once."""
    found = await Mute.get_or_none(id=mute_id)
    if found is None or not sees(by, "conversation.read", found.place_id):
        raise NotFound("mute.not_found")
    allow(by, "conversation.unmute", found.place_id)
    async with transaction():
        changed = await Mute.filter(id=mute_id, ended_at=None, open_for_id__isnull=False).update(
            open_for_id=None, ended_at=clock.now()
        )
        if changed != 1:
            raise Taken("mute.ended")
        await _note_down(found, "conversation.unmute", by=by)
    return found


async def _contact(conversation_id: int, by: Viewer, verb: str) -> tuple[int, int]:
    row = await contact_of(conversation_id)
    if row is None or not sees(by, "conversation.read", row["place_id"]):
        raise NotFound("conversation.not_found")
    allow(by, verb, row["place_id"])
    return row["contact_id"], row["place_id"]


async def _note_down(found: Mute, verb: str, *, by: Viewer) -> None:
    await record(by, verb, subject="contact", subject_id=found.contact_id, place_id=found.place_id)
    signals.publish(signals.desk_topic(found.place_id))


async def tell_once(mute_id: int) -> bool:
    """Take the right to tell a contact of its pause: False when it was told before."""
    return await Mute.filter(id=mute_id, told_at=None).update(told_at=clock.now()) == 1


async def is_muted(conversation_id: int, *, viewer: Viewer) -> MuteLine | None:
    """The pause of a conversation's contact that runs now, for staff of the place."""
    return next(iter(await _lines("v.id=$2", conversation_id, viewer=viewer)), None)


async def muted(*, viewer: Viewer) -> list[MuteLine]:
    """Every pause that runs in the viewer's places, the one that ends first before the others."""
    return await _lines("m.id>$2", 0, viewer=viewer)


async def muted_among(conversation_ids: Sequence[int], *, viewer: Viewer) -> frozenset[int]:
    """Which of some conversations of the viewer's places are paused now."""
    here = places_for(viewer, "conversation.mute") or frozenset()
    if not conversation_ids or not here:
        return frozenset()
    rows = await fetch(
        "SELECT v.id FROM mute m JOIN conversation v ON v.contact_id=m.open_for_id"
        f" WHERE m.until>$1 AND v.id IN ({listed(conversation_ids)})"
        f" AND m.place_id IN ({listed(here)})",
        clock.now(),
    )
    return frozenset(row["id"] for row in rows)


async def _lines(which: str, subject_id: int, *, viewer: Viewer) -> list[MuteLine]:
    places = places_for(viewer, "conversation.mute") or frozenset()
    here = listed(sorted(places))
    rows = await fetch(_LINES.format(which=f"{which} AND m.place_id IN ({here})"), clock.now(), subject_id)
    return [
        MuteLine(
            id=row["id"],
            conversation_id=row["conversation_id"],
            number=row["number"] or "",
            question_id=row["question_id"] or 0,
            channel=row["channel"],
            reason=row["reason"],
            by=row["shown_name"] or "",
            since=moment(row["created_at"]),
            until=moment(row["until"]),
        )
        for row in rows
    ]
