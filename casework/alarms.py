"""Emergencies: who is on duty is paged on the desk and in their own chat, then the next, until somebody knows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casework import roster
from casework.asker import contact_of
from casework.cases.telling import tell_elsewhere, tell_reporters
from casework.open_alarms import AlarmLine, open_alarms
from courier import notices, signals
from courier.letters import Letter, Link
from models import clock
from models.alarm import Alarm, AlarmPage
from models.case import Case, CaseSource
from models.errors import NotFound, Taken, WrongState
from models.person import Person
from models.question import Question
from models.rules import rules
from models.transaction import execute, fetch, fetch_one, transaction
from models.wording import say
from people import robots
from people.audit import record
from people.permissions import allow
from people.rules import rules_of
from people.scope import given_places, sees
from people.viewers import SYSTEM, Viewer

__all__ = [
    "AlarmLine",
    "acknowledge",
    "alarm_seen",
    "open_alarms",
    "page_next",
    "raise_alarm",
    "rang",
]
LONGEST = 500


async def raise_alarm(
    *,
    by: Viewer,
    conversation_id: int | None,
    kind: str,
    text: str,
    case: Case | None = None,
    question: Question | None = None,
) -> Alarm:
    """呼叫: page the person on duty now. Everybody may, always; a conversation has one open alarm, and gets that one.
    One whose pages are used up without an answer pages the next person again, with the words said now.

    ``conversation_id``: where an answer is read; None for a ``case`` that was told in no chat, of which its reporters
    hear wherever they can be told, and for a ``question`` that staff took down. WrongState where the place has nobody
    at all who could be paged.
    """
    place_id = await _place(conversation_id, case or question)
    async with transaction():
        if not await roster.chain(place_id, clock.now(), order=roster.PAGED):
            raise WrongState("roster.nobody")
        open_for = None if conversation_id is not None else _open_for(by, case, question)
        one = _Raised(place_id, conversation_id, open_for, case.id if case else None)
        if (alarm := await _insert(one, kind=kind, text=text)) is None:
            return await _still_open(one, by=by, kind=kind, text=text)
        await record(by, "alarm.raise", subject="alarm", subject_id=alarm.id, place_id=place_id, detail=kind)
        await _page(alarm, clock.now())
    return alarm


@dataclass(frozen=True, slots=True)
class _Raised:
    """Of what an alarm is, and what it is the one open alarm of."""

    place_id: int
    conversation_id: int | None
    open_for: str | None
    case_id: int | None


async def _place(conversation_id: int | None, about: Case | Question | None) -> int:
    if about is not None:
        return about.place_id
    contact = await contact_of(conversation_id) if conversation_id is not None else None
    if contact is None:
        raise NotFound("conversation.not_found")
    return contact["place_id"]


def _open_for(by: Viewer, case: Case | None, question: Question | None) -> str | None:
    """Who tells of it themselves has one open alarm; of what others take down each case and question has its own."""
    if case is None:
        return f"q{question.id}" if question is not None else None
    return f"p{by.person_id}" if case.source is CaseSource.WEB and by.person_id is not None else f"c{case.id}"


async def _still_open(one: _Raised, *, by: Viewer, kind: str, text: str) -> Alarm:
    """The alarm that is open already; while nobody is about to be paged for it, the next person is paged now. What else
    is told meanwhile stands behind, and of danger of another kind whoever was paged hears at once."""
    alarm = await Alarm.get(open_for_id=one.conversation_id, open_for=one.open_for)
    alarm.case_id = alarm.case_id or one.case_id
    await alarm.save(update_fields=["case_id"])
    if alarm.next_page_at is None:
        alarm.update_from_dict({"kind": kind[:20], "text": text.replace("\x00", "")[:LONGEST]})
        await alarm.save(update_fields=["kind", "text"])
        await record(by, "alarm.raise", subject="alarm", subject_id=alarm.id, place_id=alarm.place_id, detail=kind)
        await _page(alarm, clock.now())
    elif text.strip() not in alarm.text:
        await _tell_more(alarm, by=by, kind=kind, text=text)
    return alarm


async def _tell_more(alarm: Alarm, *, by: Viewer, kind: str, text: str) -> None:
    is_another = kind[:20] != alarm.kind
    alarm.update_from_dict({"kind": kind[:20], "text": f"{alarm.text}\n{text.replace(chr(0), '')}"[-LONGEST:]})
    await alarm.save(update_fields=["kind", "text"])
    if is_another and alarm.paged_id is not None:
        await record(by, "alarm.raise", subject="alarm", subject_id=alarm.id, place_id=alarm.place_id, detail=kind)
        needs = f"alarm.read@{alarm.place_id}"
        await notices.tell_person(await _letter(alarm), person_id=alarm.paged_id, kind="alarm", needs=needs)
    await _wake(alarm)


async def _insert(one: _Raised, *, kind: str, text: str) -> Alarm | None:
    """The new alarm, or None when one is open already: the unique columns decide."""
    row = await fetch_one(
        "INSERT INTO alarm (created_at, place_id, conversation_id, open_for_id, open_for, case_id, kind, text, pages)"
        " VALUES ($1,$2,$3,$3,$4,$5,$6,$7,0) ON CONFLICT DO NOTHING RETURNING id",
        clock.now(),
        one.place_id,
        one.conversation_id,
        one.open_for,
        one.case_id,
        kind[:20],
        text.replace("\x00", "")[:LONGEST],
    )
    return await Alarm.get(id=row["id"]) if row else None


async def rang(conversation_id: int, *, since: dt.datetime) -> bool:
    """Whether somebody was paged for a conversation after a moment; for rules that have found it themselves."""
    return await Alarm.exists(conversation_id=conversation_id, created_at__gte=since)


async def _page(alarm: Alarm, now: dt.datetime) -> bool:
    """Page the next person who can be reached in a chat; False when another process did, or somebody knows.

    Where nobody has a chat the next one is paged all the same: the desk's banner is the other way.
    """
    called = _after(await roster.chain(alarm.place_id, now, order=roster.PAGED), alarm.paged_id)
    if not called:
        return False
    reached = [person_id for person_id in called if await _has_contact(person_id)]
    person_id = [*reached, *called][0]
    if not await _take_turn(alarm, person_id, now=now):
        return False
    await record(SYSTEM, "alarm.page", subject="alarm", subject_id=alarm.id, place_id=alarm.place_id)
    await AlarmPage.create(created_at=now, alarm_id=alarm.id, person_id=person_id, number=alarm.pages)
    letter = await _letter(alarm)
    await notices.tell_person(letter, person_id=person_id, kind="alarm", needs=f"alarm.read@{alarm.place_id}")
    await robots.tell(letter, place_id=alarm.place_id, kind="alarm", about=f"!{alarm.id}")
    await _wake(alarm)
    return True


def _after(chain: list[int], paged_id: int | None) -> list[int]:
    """The chain turned so that it begins after the one paged last."""
    if paged_id not in chain:
        return chain
    turn = chain.index(paged_id) + 1
    return [*chain[turn:], *chain[:turn]]


async def _has_contact(person_id: int) -> bool:
    """Whether they have a chat that rings; a browser's is seen only while it is open."""
    row = await fetch_one(
        "SELECT id FROM contact WHERE person_id=$1 AND closed_at IS NULL AND channel<>$2 LIMIT 1",
        person_id,
        notices.BROWSERS,
    )
    return row is not None


async def _take_turn(alarm: Alarm, person_id: int, *, now: dt.datetime) -> bool:
    """Write down who is paged, guarded by the number of pages seen, so that no turn is taken twice."""
    is_last = alarm.pages + 1 >= rules().alarm_most_pages
    following = None if is_last else now + dt.timedelta(minutes=rules_of(alarm.place_id).alarm_next_page_minutes)
    changed = await execute(
        "UPDATE alarm SET paged_id=$1, pages=pages+1, next_page_at=$2"
        " WHERE id=$3 AND pages=$4 AND acknowledged_at IS NULL",
        person_id,
        following,
        alarm.id,
        alarm.pages,
    )
    if changed == 1:
        alarm.update_from_dict({"paged_id": person_id, "pages": alarm.pages + 1, "next_page_at": following})
    return changed == 1


async def _letter(alarm: Alarm) -> Letter:
    case = await Case.get_or_none(id=alarm.case_id) if alarm.case_id is not None else None
    text = say("desk.alarm.page", text=alarm.text, pages=alarm.pages)
    if case is not None:
        where = case.where_text or say("desk.alarm.somewhere")
        text = say("desk.alarm.page_case", number=case.number, where=where, text=alarm.text, pages=alarm.pages)
    return Letter(text, links=(Link(say("desk.alarm.link"), f"/desk/alarms/{alarm.id}"),))


async def _wake(alarm: Alarm) -> None:
    """Signal the place's desk, the desks of those who were paged, and the conversation."""
    homes = await fetch(
        "SELECT DISTINCT p.place_id FROM alarm_page g JOIN person p ON p.id=g.person_id WHERE g.alarm_id=$1", alarm.id
    )
    for place_id in {alarm.place_id, *(row["place_id"] for row in homes)}:
        signals.publish(signals.desk_topic(place_id))
    if alarm.conversation_id is not None:
        signals.publish(signals.conversation_topic(alarm.conversation_id))


async def acknowledge(alarm_id: int, *, by: Viewer) -> Alarm:
    """我知道了: stop the paging. One wins; only now the resident hears that a person knows."""
    alarm = await alarm_seen(alarm_id, viewer=by)
    if not await _was_paged(alarm, by, verb="alarm.acknowledge"):
        allow(by, "alarm.acknowledge", alarm.place_id)
    async with transaction():
        changed = await execute(
            "UPDATE alarm SET acknowledged_at=$1, acknowledged_by_id=$2, open_for_id=NULL, open_for=NULL,"
            " next_page_at=NULL"
            " WHERE id=$3 AND acknowledged_at IS NULL",
            clock.now(),
            by.person_id,
            alarm.id,
        )
        await alarm.refresh_from_db()
        if changed != 1:
            return await _known_already(alarm, by)
        await record(by, "alarm.acknowledge", subject="alarm", subject_id=alarm.id, place_id=alarm.place_id)
        await _say_known(alarm, name=by.name)
        await _wake(alarm)
    return alarm


async def _known_already(alarm: Alarm, by: Viewer) -> Alarm:
    """A second press by the same hand is no mistake; another hears who was first."""
    if alarm.acknowledged_by_id == by.person_id:
        return alarm
    first = await Person.get_or_none(id=alarm.acknowledged_by_id)
    raise Taken("alarm.acknowledged", staff=first.shown_name if first else "")


async def _say_known(alarm: Alarm, *, name: str) -> None:
    """Tell the resident in their conversation, even one who has said 停, and everybody else who reported the case of
    it, each where they hear of it: who sent the web form signed in also in their own chats and in 消息. Of a question
    that was taken down nobody is told, who is rung."""
    case = await Case.get(id=alarm.case_id) if alarm.case_id is not None else None
    if alarm.conversation_id is None:
        if case is not None:
            await tell_reporters(case, "case.danger_known", staff=name)
        return
    contact = await contact_of(alarm.conversation_id)
    assert contact is not None
    await notices.say(
        Letter(say("emergency.known", name=name)),
        conversation_id=alarm.conversation_id,
        channel=contact["channel"],
        address=contact["address"],
        kind="alarm.acknowledged",
    )
    if case is not None:
        heard_in, contact_id = alarm.conversation_id, contact["contact_id"]
        await tell_elsewhere(case, "case.danger_known", conversation_id=heard_in, contact_id=contact_id, staff=name)


async def alarm_seen(alarm_id: int, *, viewer: Viewer) -> Alarm:
    """The alarm, for staff of its place and for whoever was paged."""
    alarm = await Alarm.get_or_none(id=alarm_id)
    if alarm is None:
        raise NotFound("alarm.not_found")
    if sees(viewer, "alarm.read", alarm.place_id) or await _was_paged(alarm, viewer):
        return alarm
    raise NotFound("alarm.not_found")


async def _was_paged(alarm: Alarm, viewer: Viewer, *, verb: str = "alarm.read") -> bool:
    """Whether they were paged for it, and may still be."""
    if viewer.person_id is None or alarm.place_id not in await given_places(viewer, verb):
        return False
    return await AlarmPage.exists(alarm_id=alarm.id, person_id=viewer.person_id)


async def page_next(now: dt.datetime) -> int:
    """呼叫下一位: the job that pages the next person where nobody acknowledged in time. Gives how many were paged."""
    late = await Alarm.filter(acknowledged_at=None, next_page_at__lte=now).order_by("id")
    return sum([await _page_late(alarm, now) for alarm in late])


async def _page_late(alarm: Alarm, now: dt.datetime) -> bool:
    async with transaction():
        return await _page(alarm, now)
