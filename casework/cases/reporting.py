"""A case comes in: from a chat, a form, a call, a walk-in, a patrol; its five facts are accepted as they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework import alarms, roster
from casework.asker import contact_of, speaks_from
from casework.cases import catalogue, urgent
from casework.cases.kinds import Kind
from casework.cases.photos import keep_photos
from casework.cases.spotting import nearest_by_name, spot_of
from casework.cases.steps import note_down, words
from casework.cases.telling import tell_staff
from models import clock
from models.case import Case, CaseReporter, CaseSource, PhotoKind
from models.counters import next_value
from models.errors import Invalid, NotFound, Taken
from models.home import Building, Estate
from models.question import Question
from models.sealed import seal
from models.transaction import transaction
from nlp.coordinates import Point
from nlp.mask import mask
from nlp.normalise import clean_input
from people.permissions import allow
from people.viewers import Viewer, ViewerKind

STAFF_SOURCES = frozenset(
    {
        *(CaseSource.PHONE, CaseSource.WALK_IN, CaseSource.PATROL, CaseSource.VISIT),
        *(CaseSource.QUESTION, CaseSource.POST, CaseSource.HOTLINE, CaseSource.OPEN311),
    }
)
"""Ways in which those who work here take something down for somebody else."""
PAGED_WITHIN = dt.timedelta(hours=24)
"""What another system took in, or a neighbour posted, longer ago is nobody's danger now; nobody is paged for it."""
RANG_IN_CHAT = dt.timedelta(hours=1)
"""A chat pages as soon as danger is told, before it is known where; what becomes a case of it does not page again."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a case comes in: the five facts (``text`` is what), and where it belongs.

    ``sealed_from``: the words as typed, kept encrypted. ``name`` and ``phone``: who reported, where staff take it down;
    ``person_id``: where it is somebody known.
    ``point``: where a telephone or browser says it is; without one, what stands as degrees in ``where``.
    ``outside``: the number under which another system has it; a second case with the same is refused.
    ``is_planned``: work that was decided on, in whose words nobody is in danger now. ``said_at``: when its words were
    last written, where that was before it comes in.
    """

    kind_key: str
    text: str
    who: str = ""
    when: str = ""
    where: str = ""
    how: str = ""
    sealed_from: str = ""
    estate_id: int | None = None
    building_id: int | None = None
    point: Point | None = None
    name: str = ""
    phone: str = ""
    on_behalf_of: str = ""
    behalf_person_id: int | None = None
    is_private: bool = False
    is_emergency: bool = False
    is_planned: bool = False
    said_at: dt.datetime | None = None
    outside: str | None = None
    question_id: int | None = None
    person_id: int | None = None
    photos: tuple[int, ...] = ()

    def columns(self) -> dict[str, Any]:
        """As they are stored; numbers of people are masked, and a point that was sent stands apart from its name."""
        spot = spot_of(self.where)
        point = self.point or spot.point
        return {
            "text": mask(words(self.text)).text,
            "sealed": seal(self.sealed_from or words(self.text)),
            "who_text": mask(short(self.who, 60)).text,
            "when_text": mask(short(self.when, 60)).text,
            "where_text": mask(short(spot.words, 200)).text,
            "how_text": mask(short(self.how, 1000)).text,
            "on_behalf_of": short(self.on_behalf_of, 60),
            "behalf_person_id": self.behalf_person_id,
            "latitude": point.latitude if point else None,
            "longitude": point.longitude if point else None,
            "outside": self.outside,
            "question_id": self.question_id,
        }


def short(text: str, most: int) -> str:
    """One of the facts as it is kept: without what a database cannot keep, cut where it is too long."""
    return clean_input(text)[:most]


async def report(
    facts: Facts,
    *,
    by: Viewer,
    source: CaseSource,
    conversation_id: int | None = None,
    place_id: int | None = None,
    at: dt.datetime | None = None,
    heard_in: int | None = None,
) -> Case:
    """上报: take a problem in. It has an owner at once: whoever is on duty, or the next who must do it. Danger
    pages who is on duty as well, whichever door it came by, neither without the other.

    ``at``: when it came in, where another system took it before now; its clock runs from there. ``heard_in``: the
    conversation in which an answer to an alarm is read, where that is not the one it came from.
    """
    place = await _place(by, source, conversation_id=conversation_id, place_id=place_id)
    said = words(facts.text)
    if not said:
        raise Invalid("case.empty")
    kind = await catalogue.kind_of(facts.kind_key, place)
    async with transaction():
        danger = _danger(facts, said, kind)
        case = await _made(facts, kind, place, source=source, at=at, is_emergency=danger is not None)
        await _reporter(case, facts, by=by, source=source, conversation_id=conversation_id)
        await note_down(case, "case.report", by=by, at=case.created_at)
        await keep_photos(case, facts.photos, kind=PhotoKind.REPORT, by=by)
        name = "case.emergency" if case.is_emergency else "case.reported"
        await tell_staff(case, [case.owner_id], name, work=kind.name)
        if danger is not None and not facts.is_planned and not await _rang(case, facts, conversation_id):
            await urgent.page(case, by=by, told=danger, conversation_id=heard_in or conversation_id)
    return case


async def _made(
    facts: Facts, kind: Kind, place_id: int, *, source: CaseSource, at: dt.datetime | None, is_emergency: bool
) -> Case:
    """The row, with its number and its owner."""
    now = clock.now()
    columns = {**facts.columns(), **await _where(facts, place_id)}
    return await Case.create(
        created_at=min(at, now) if at is not None and source in STAFF_SOURCES else now,
        number=await next_number(place_id, facts.outside),
        place_id=place_id,
        kind_key=kind.id,
        source=source,
        owner_id=await roster.on_duty(place_id, now),
        is_private=facts.is_private or kind.is_private,
        is_emergency=is_emergency,
        **columns,
    )


def _danger(facts: Facts, said: str, kind: Kind) -> urgent.Urgent | None:
    """What cannot wait by its words or its kind, or because who takes it down says so."""
    return urgent.urgent(said, kind) or (urgent.of_kind(kind) if facts.is_emergency else None)


async def _rang(case: Case, facts: Facts, conversation_id: int | None) -> bool:
    """Whether somebody was paged for it where it was first told, or it came in elsewhere or was written long ago."""
    now = clock.now()
    if min(case.created_at, facts.said_at or now) < now - PAGED_WITHIN:
        return True
    asked = await Question.get_or_none(id=case.question_id) if case.question_id is not None else None
    if conversation_id is None:
        return asked is not None and urgent.urgent(asked.text, None) is not None  # It paged when it was taken down.
    if case.source not in {CaseSource.CHAT, CaseSource.QUESTION}:
        return False
    return await alarms.rang(conversation_id, since=asked.created_at if asked else now - RANG_IN_CHAT)


async def _place(by: Viewer, source: CaseSource, *, conversation_id: int | None, place_id: int | None) -> int:
    """Where it belongs: the conversation's place, the place staff work in, or the reporter's own."""
    if source in STAFF_SOURCES:
        wanted = place_id if place_id is not None else await _place_of(conversation_id) or by.place_id
        if wanted is None:
            raise Invalid("case.no_place")
        allow(by, "case.take_down", wanted)
        return wanted
    if conversation_id is not None:
        contact = await contact_of(conversation_id)
        if contact is None or not (speaks_from(contact, by) or by.kind is ViewerKind.SYSTEM):
            raise NotFound("conversation.not_found")
        allow(by, "case.report", None)
        return contact["place_id"]
    wanted = place_id if place_id is not None else by.place_id
    if wanted is None or by.person_id is None:
        raise Invalid("case.no_place")
    allow(by, "case.report", wanted)
    return wanted


async def _place_of(conversation_id: int | None) -> int | None:
    contact = await contact_of(conversation_id) if conversation_id is not None else None
    return contact["place_id"] if contact else None


async def _where(facts: Facts, place_id: int) -> dict[str, int | None]:
    """The estate and building, as far as they are of this place; else those that were named, in words or by a point."""
    building = await Building.get_or_none(id=facts.building_id, place_id=place_id) if facts.building_id else None
    if building is not None:
        return {"estate_id": building.estate_id, "building_id": building.id}
    if facts.estate_id:
        estate = await Estate.get_or_none(id=facts.estate_id, place_id=place_id)
        return {"estate_id": estate.id if estate else None, "building_id": None}
    estate_id, building_id = await nearest_by_name(spot_of(facts.where).words, place_id)
    return {"estate_id": estate_id, "building_id": building_id}


async def next_number(place_id: int, outside: str | None) -> str:
    """The next number of the place; asking for it holds the place's row, so that nobody comes between."""
    value = await next_value(f"case:{place_id}")
    if outside is not None and await Case.exists(place_id=place_id, outside=outside):
        raise Taken("case.known_outside", outside=outside)
    return f"C-{value:04}"


async def _reporter(case: Case, facts: Facts, *, by: Viewer, source: CaseSource, conversation_id: int | None) -> None:
    """Who reported it. A patrol has nobody but the one who walked, who is told as staff."""
    phone = facts.phone.strip()
    if conversation_id is not None:
        await _write_reporter(case, who=f"v{conversation_id}", conversation_id=conversation_id, name=facts.name)
    elif facts.person_id is not None and source in STAFF_SOURCES:
        await _write_reporter(case, who=f"p{facts.person_id}", person_id=facts.person_id)
    elif source not in STAFF_SOURCES:
        await _write_reporter(case, who=f"p{by.person_id}", person_id=by.person_id)
    elif facts.name or phone:
        await _write_reporter(case, who="t1", name=facts.name, phone=phone)


async def _write_reporter(
    case: Case,
    *,
    who: str,
    conversation_id: int | None = None,
    person_id: int | None = None,
    name: str = "",
    phone: str = "",
) -> None:
    await CaseReporter.create(
        created_at=clock.now(),
        case=case,
        who=who,
        conversation_id=conversation_id,
        person_id=person_id,
        name=short(name, 60),
        phone_sealed=seal(short(phone, 60)) if phone else None,
        is_first=True,
    )
